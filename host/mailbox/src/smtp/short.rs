//! What an SMTP server says, bounded: the library reads a line to its end, however long that is, before it looks at it.
//!
//! It is handed over line by line. The library keeps what it has read beyond an answer, also when the connection is encrypted then: what
//! somebody on the way has put behind the answer to `STARTTLS` would count as said by the server. Left here, it breaks the encryption off.

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
/// Bytes that are read at once.
const PIECE: usize = 1 << 10;

/// A stream that breaks off where its server says more.
#[derive(Debug)]
pub(super) struct Short {
    wire: Box<dyn Wire>,
    /// Bytes since something was said to it.
    said: usize,
    /// What of it was not handed over yet.
    rest: Vec<u8>,
}

impl Short {
    pub(super) fn new(wire: Box<dyn Wire>) -> Self {
        Self { wire, said: 0, rest: Vec::new() }
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
        if this.rest.is_empty() {
            let mut piece = [0; PIECE];
            let mut read = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.wire).poll_read(cx, &mut read))?;
            this.said += read.filled().len();
            if this.said > MOST {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "an answer is too long")));
            }
            this.rest.extend_from_slice(read.filled());
        }
        let line = this.rest.iter().position(|byte| *byte == b'\n').map_or(this.rest.len(), |end| end + 1);
        let length = line.min(buf.remaining());
        buf.put_slice(this.rest.get(..length).unwrap_or_default());
        this.rest.drain(..length);
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, duplex};

    use super::*;

    #[tokio::test]
    async fn what_stands_behind_an_answer_is_not_read_with_it() {
        let (mut server, wire) = duplex(PIECE);
        server.write_all(b"220 go on\r\n250 AUTH PLAIN\r\n").await.unwrap();
        let (mut reader, mut line) = (BufReader::new(Short::new(Box::new(wire))), String::new());
        for said in ["220 go on\r\n", "250 AUTH PLAIN\r\n"] {
            line.clear();
            reader.read_line(&mut line).await.unwrap();
            assert_eq!((line.as_str(), reader.buffer()), (said, b"".as_slice()));
        }
    }
}
