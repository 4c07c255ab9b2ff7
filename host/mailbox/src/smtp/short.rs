//! What an SMTP server says, bounded: the library reads a line to its end, however long that is, before it looks at it.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::network::Wire;

/// Bytes that it may say before something is said to it; the library takes answers of 100 kB, in lines of 1,000 bytes.
const MOST: usize = 256 << 10;

/// A stream that breaks off where its server says more.
#[derive(Debug)]
pub(super) struct Short {
    wire: Box<dyn Wire>,
    /// Bytes since something was said to it.
    said: usize,
}

impl Short {
    pub(super) fn new(wire: Box<dyn Wire>) -> Self {
        Self { wire, said: 0 }
    }
}

impl AsyncTokioStream for Short {
    /// The library asks for it on behalf of callers alone, and there are none.
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl AsyncRead for Short {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.wire).poll_read(cx, buf))?;
        this.said += buf.filled().len() - before;
        if this.said > MOST {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "an answer is too long")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Short {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.said = 0;
        Pin::new(&mut this.wire).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}
