//! The log of one call: what a component writes through `log`, stdout and stderr, capped, one line each, without
//! control characters (a line must not be able to look like another, nor move a terminal's cursor).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use annex_domain::{
    clock::Clock,
    log::Level,
    text::{is_bidi_control, is_invisible},
};
use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

use crate::{config::Limits, report::LogLine};

/// The log of one call; clones write to the same one.
#[derive(Clone)]
pub(crate) struct LogCapture {
    inner: Arc<Mutex<Captured>>,
    clock: Arc<dyn Clock>,
    most_lines: usize,
    most_bytes: usize,
}

#[derive(Default)]
struct Captured {
    lines: Vec<LogLine>,
    bytes: usize,
    dropped: u32,
    /// What was written to stdout and stderr after their last line feeds.
    partial: [Vec<u8>; 2],
}

impl LogCapture {
    pub(crate) fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::default(), clock, most_lines: limits.log_lines, most_bytes: limits.log_bytes }
    }

    fn lock(&self) -> MutexGuard<'_, Captured> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line, unless the log is full.
    pub(crate) fn write(&self, level: Level, message: &str) {
        self.push(&mut self.lock(), level, message);
    }

    fn push(&self, captured: &mut Captured, level: Level, message: &str) {
        let room = self.most_bytes.saturating_sub(captured.bytes);
        if captured.lines.len() >= self.most_lines || room == 0 {
            captured.dropped = captured.dropped.saturating_add(1);
            return;
        }
        let mut line = String::with_capacity(message.len().min(room));
        for c in message.chars() {
            let c = if c.is_control() || is_bidi_control(c) || is_invisible(c) { ' ' } else { c };
            if line.len() + c.len_utf8() > room {
                break;
            }
            line.push(c);
        }
        captured.bytes += line.len().max(1);
        captured.lines.push(LogLine { level, message: line, at: self.clock.now() });
    }

    /// Takes bytes of stdout (0) or stderr (1).
    fn stream(&self, source: Source, bytes: &[u8]) {
        let mut captured = self.lock();
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        let last = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            let mut line = std::mem::take(source.partial(&mut captured));
            line.extend_from_slice(piece);
            self.push(&mut captured, source.level(), &String::from_utf8_lossy(&line));
        }
        let most = self.most_bytes;
        let partial = source.partial(&mut captured);
        let room = most.saturating_sub(partial.len());
        partial.extend(last.iter().take(room));
    }

    /// The lines, and how many were dropped.
    pub(crate) fn finish(&self) -> (Vec<LogLine>, u32) {
        let mut captured = self.lock();
        for source in [Source::Stdout, Source::Stderr] {
            let rest = std::mem::take(source.partial(&mut captured));
            if !rest.is_empty() {
                self.push(&mut captured, source.level(), &String::from_utf8_lossy(&rest));
            }
        }
        (std::mem::take(&mut captured.lines), captured.dropped)
    }

    /// Stdout or stderr of the component.
    pub(crate) fn writer(&self, source: Source) -> CapturedStream {
        CapturedStream { log: self.clone(), source }
    }
}

/// Where bytes come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Stdout,
    Stderr,
}

impl Source {
    fn partial(self, captured: &mut Captured) -> &mut Vec<u8> {
        let [stdout, stderr] = &mut captured.partial;
        match self {
            Self::Stdout => stdout,
            Self::Stderr => stderr,
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Stdout => Level::Info,
            Self::Stderr => Level::Warn,
        }
    }
}

/// A WASI output stream into the log. It takes everything, so that printing never blocks or fails a component.
#[derive(Clone)]
pub(crate) struct CapturedStream {
    log: LogCapture,
    source: Source,
}

impl IsTerminal for CapturedStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for CapturedStream {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl OutputStream for CapturedStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.log.stream(self.source, &bytes);
        Ok(())
    }
    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }
    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[async_trait::async_trait]
impl Pollable for CapturedStream {
    async fn ready(&mut self) {}
}

impl AsyncWrite for CapturedStream {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        self.log.stream(self.source, bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::clock::{ManualClock, Timestamp};

    use super::*;

    fn log() -> LogCapture {
        LogCapture::new(&Limits::default(), Arc::new(ManualClock::at(Timestamp(7))))
    }

    #[test]
    fn is_capped_in_lines_and_bytes() {
        let log = log();
        for _ in 0..300 {
            log.write(Level::Info, "x");
        }
        let (lines, dropped) = log.finish();
        assert_eq!((lines.len(), dropped), (200, 100));

        let log = self::log();
        log.write(Level::Info, &"é".repeat(40_000));
        log.write(Level::Info, "more");
        let (lines, dropped) = log.finish();
        assert_eq!((lines.len(), lines[0].message.len(), dropped), (1, 64 << 10, 1));
    }

    #[test]
    fn output_is_cut_into_lines_across_writes() {
        let log = log();
        let mut stdout = log.writer(Source::Stdout);
        let mut stderr = log.writer(Source::Stderr);
        stdout.write(Bytes::from_static(b"one\ntw")).unwrap();
        stderr.write(Bytes::from_static(b"oops")).unwrap();
        stdout.write(Bytes::from_static(b"o\n")).unwrap();
        let lines: Vec<_> = log.finish().0.into_iter().map(|line| (line.level, line.message)).collect();
        assert_eq!(lines, [(Level::Info, "one".into()), (Level::Info, "two".into()), (Level::Warn, "oops".into())]);
    }

    #[test]
    fn a_line_without_end_does_not_grow_without_end() {
        let log = log();
        let mut stdout = log.writer(Source::Stdout);
        for _ in 0..100 {
            stdout.write(Bytes::from(vec![b'a'; 64 << 10])).unwrap();
        }
        assert_eq!(log.lock().partial[0].len(), 64 << 10);
        assert_eq!(log.finish().0[0].message.len(), 64 << 10);
    }

    #[test]
    fn control_and_bidi_characters_are_taken_out() {
        let log = log();
        log.write(Level::Error, "a\x1b[2J\r\nb\u{202e}c");
        assert_eq!(log.finish().0[0].message, "a [2J  b c");
    }
}
