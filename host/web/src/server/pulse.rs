//! What a connection does, and how long it may: nothing at all, half a head, an answer that nobody takes. The socket and the
//! requests tell; a clock beside the connection looks at it.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The head of a request, from its first byte; and the first byte of a new connection.
    pub head: Duration,
    /// Until the next request of a connection that has had one.
    pub idle: Duration,
    /// Without the client taking anything of an answer.
    pub stalled: Duration,
    /// A body may take this long…
    pub body: Duration,
    /// …and then as long as it brings this many bytes a second.
    pub body_rate: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stalled: Duration::from_secs(60),
            body: Duration::from_secs(10),
            body_rate: 1024,
        }
    }
}

/// How HTTP/2 begins; a head of HTTP/1 cannot.
const HTTP2: &[u8] = b"PRI * HTTP/2.0";

/// What a connection does.
#[derive(Debug)]
pub(super) struct Pulse {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    requests: usize,
    quiet: Quiet,
    /// Pings and windows of HTTP/2 are no heads.
    http2: bool,
    /// Since when the client takes nothing.
    stalled: Option<Instant>,
}

/// Without a request under way.
#[derive(Debug, Clone, Copy)]
enum Quiet {
    New(Instant),
    Head(Instant),
    Idle(Instant),
}

/// A request is under way; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Busy(Arc<Pulse>);

impl Pulse {
    pub(super) fn new(limits: Limits) -> Self {
        let quiet = Quiet::New(Instant::now());
        Self { limits, state: Mutex::new(State { requests: 0, quiet, http2: false, stalled: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request begins.
    pub(super) fn request(self: &Arc<Self>) -> Busy {
        self.state().requests += 1;
        Busy(Arc::clone(self))
    }

    fn heard(&self, bytes: &[u8]) {
        let mut state = self.state();
        if state.requests > 0 {
            return;
        }
        match state.quiet {
            Quiet::New(since) => {
                state.http2 = bytes.starts_with(HTTP2);
                state.quiet = Quiet::Head(since);
            }
            Quiet::Idle(_) if !state.http2 => state.quiet = Quiet::Head(Instant::now()),
            Quiet::Idle(_) | Quiet::Head(_) => {}
        }
    }

    fn wrote(&self, done: bool) {
        let mut state = self.state();
        match (done, state.stalled) {
            (true, Some(_)) => state.stalled = None,
            (false, None) => state.stalled = Some(Instant::now()),
            _ => {}
        }
    }

    /// When it is too much, and of what; none while a request is under way.
    fn ends(&self) -> Option<(Instant, &'static str)> {
        let (state, limits) = (self.state(), self.limits);
        let quiet = match state.quiet {
            _ if state.requests > 0 => None,
            Quiet::New(since) => Some((since + limits.head, "silent")),
            Quiet::Head(since) => Some((since + limits.head, "head")),
            Quiet::Idle(since) => Some((since + limits.idle, "idle")),
        };
        let stalled = state.stalled.map(|since| (since + limits.stalled, "stalled"));
        [quiet, stalled].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Ends when the connection has taken too long for what it does; says for what.
    pub(super) async fn over(&self) -> &'static str {
        // What it does may change at any time, to something that may last less long.
        let look = (self.limits.head / 5).max(Duration::from_millis(1));
        loop {
            let now = Instant::now();
            let next = match self.ends() {
                Some((at, why)) if at <= now => return why,
                Some((at, _)) => at.min(now + look),
                None => now + look,
            };
            tokio::time::sleep_until(next).await;
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests = state.requests.saturating_sub(1);
        if state.requests == 0 {
            state.quiet = Quiet::Idle(Instant::now());
        }
    }
}

/// A socket that tells the pulse.
pub(super) struct Watched<S> {
    socket: S,
    pulse: Arc<Pulse>,
}

impl<S> Watched<S> {
    pub(super) fn new(socket: S, pulse: Arc<Pulse>) -> Self {
        Self { socket, pulse }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = Pin::new(&mut this.socket).poll_read(cx, buf);
        if let Some(new @ [_, ..]) = buf.filled().get(before..) {
            this.pulse.heard(new);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(cx, buf);
        this.pulse.wrote(written.is_ready());
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write_vectored(cx, bufs);
        this.pulse.wrote(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}
