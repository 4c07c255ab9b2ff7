//! Bounds on what an IMAP server says, held before it is parsed: the parser recurses into parentheses and keeps a whole response in
//! memory. A response has [`LONGEST`] bytes beside its literals, [`DEEPEST`] parentheses within each other, and one literal has
//! [`LARGEST`] bytes: a mail and a little. What is said until something is asked again has [`BESIDE`] bytes beside the mail that is
//! expected, and [`MOST_LINES`].
//!
//! Only responses that begin with `* ` and a number are read for literals, as only those have any that the parser follows; in all
//! others each byte counts.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use annex_domain::mailbox::LARGEST_MAIL;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes of a response beside its literals.
const LONGEST: usize = 256 << 10;
/// Parentheses within each other.
const DEEPEST: usize = 32;
/// Bytes of a literal.
const LARGEST: u64 = LARGEST_MAIL as u64 + (64 << 10);
/// Bytes beside a mail, and lines, that it may say before it is asked again: no question has a longer answer, and all of one is kept
/// until it is read.
const BESIDE: u64 = 1 << 20;
const MOST_LINES: u32 = 20_000;

/// A stream that breaks off where its server goes beyond the bounds.
#[derive(Debug)]
pub(crate) struct Bounded<S> {
    inner: S,
    watch: Watch,
}

impl<S> Bounded<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, watch: Watch::default() }
    }

    /// So many bytes of a mail may come, until something else is allowed.
    pub(crate) fn allow(&mut self, mail: u64) {
        self.watch.mail = mail;
    }

    pub(crate) fn into_inner(self) -> S {
        self.inner
    }
}

/// Where in a response the stream stands.
#[derive(Debug, Default)]
struct Watch {
    /// Bytes of the response so far, beside literals.
    length: usize,
    /// Open parentheses.
    depth: usize,
    /// It begins as a response with literals does.
    has_literals: bool,
    /// Within a quoted string, and right behind a backslash in one.
    quoted: bool,
    escaped: bool,
    /// The number after a `{`, and that in front of the `}` that was the last.
    digits: Option<u64>,
    closed: Option<u64>,
    /// Bytes of a literal that are still to come.
    literal: u64,
    /// What came since something was asked.
    bytes: u64,
    lines: u32,
    /// What of it may be a mail.
    mail: u64,
}

impl Watch {
    /// Something is asked.
    fn asked(&mut self) {
        (self.bytes, self.lines) = (0, 0);
    }

    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > BESIDE + self.mail {
            return Err(beyond("an answer is too long"));
        }
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.literal == 0 {
                self.take_one(byte)?;
                bytes = rest;
                continue;
            }
            let skipped = usize::try_from(self.literal).unwrap_or(usize::MAX).min(bytes.len());
            self.literal -= skipped as u64;
            bytes = bytes.get(skipped..).unwrap_or_default();
        }
        Ok(())
    }

    fn take_one(&mut self, byte: u8) -> io::Result<()> {
        self.length += 1;
        if self.length > LONGEST {
            return Err(beyond("a response is too long"));
        }
        match self.length {
            1 => self.has_literals = byte == b'*',
            2 => self.has_literals &= byte == b' ',
            3 => self.has_literals &= byte.is_ascii_digit(),
            _ => {}
        }
        if byte == b'\n' {
            return self.end_line();
        }
        if self.quoted {
            self.quoted = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return Ok(());
        }
        match byte {
            b'"' => self.quoted = self.has_literals && self.length > 3,
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(beyond("a response is nested too deeply"));
        }
        match (byte, self.digits) {
            (b'{', _) => (self.digits, self.closed) = (Some(0), None),
            (b'0'..=b'9', Some(number)) => {
                self.digits = Some(number.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
            }
            (b'}', Some(number)) => (self.digits, self.closed) = (None, Some(number)),
            (b'\r', _) => {}
            _ => (self.digits, self.closed) = (None, None),
        }
        Ok(())
    }

    /// The response goes on behind a literal, or ends.
    fn end_line(&mut self) -> io::Result<()> {
        match self.closed.filter(|_| self.has_literals && !self.quoted) {
            Some(number) if number > LARGEST => Err(beyond("a literal is too large")),
            Some(number) => {
                (self.literal, self.closed) = (number, None);
                Ok(())
            }
            None if self.lines >= MOST_LINES => Err(beyond("an answer has too many lines")),
            None => {
                *self = Self { bytes: self.bytes, lines: self.lines + 1, mail: self.mail, ..Self::default() };
                Ok(())
            }
        }
    }
}

fn beyond(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let taken = this.watch.take(buf.filled().get(before..).unwrap_or_default());
        if taken.is_err() {
            // Who reads is told of nothing read beside an error.
            buf.set_filled(before);
        }
        Poll::Ready(taken)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.watch.asked();
        Pin::new(&mut this.inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn read(said: &[u8]) -> Result<usize, String> {
        read_mail(said, 0).await
    }

    async fn read_mail(said: &[u8], mail: u64) -> Result<usize, String> {
        let (mut bounded, mut all) = (Bounded::new(said), Vec::new());
        bounded.allow(mail);
        bounded.read_to_end(&mut all).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_a_server_may_say_passes() {
        let mail = b"* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[] {12}\r\n((((((((((((\r\n)\r\na1 OK done\r\n".as_slice();
        assert_eq!(read(mail).await, Ok(mail.len()));
        let quoted = b"* 1 FETCH (X \"a \\\" {9}\")\r\n* OK it's \"odd\r\n".as_slice();
        assert_eq!(read(quoted).await, Ok(quoted.len()));
    }

    #[tokio::test]
    async fn what_is_nested_long_or_large_breaks_off_before_it_is_parsed() {
        let deep = |start: &str| [start.as_bytes(), &b"(".repeat(40)].concat();
        for start in
            ["* 1 FETCH (BODYSTRUCTURE ", "* OK ", "* OK {60000}\r\n", "a1 OK {60000}\r\n", "* 1 FETCH (X {2}\r\nab "]
        {
            assert_eq!(read(&deep(start)).await, Err("a response is nested too deeply".into()), "{start}");
        }
        assert_eq!(read(&b"* 1 x".repeat(LONGEST)).await, Err("a response is too long".into()));
        let large = format!("* 1 FETCH (BODY[] {{{}}}\r\n", LARGEST + 1);
        assert_eq!(read(large.as_bytes()).await, Err("a literal is too large".into()));
    }

    #[tokio::test]
    async fn an_answer_is_bounded_until_something_is_asked_again() {
        let lines = b"* 1 EXPUNGE\r\n".repeat(MOST_LINES as usize);
        assert_eq!(read(&lines).await, Ok(lines.len()));
        assert_eq!(read(&[lines.as_slice(), b"* OK\r\n"].concat()).await, Err("an answer has too many lines".into()));
        let size = 2 << 20;
        let mail = [format!("* 1 FETCH (BODY[] {{{size}}}\r\n").into_bytes(), vec![b'x'; size]].concat();
        assert_eq!(read_mail(&mail, size as u64).await, Ok(mail.len()));
        assert_eq!(read(&mail).await, Err("an answer is too long".into()), "none is expected");
        let two = [mail.as_slice(), format!(" BODY[1] {{{size}}}\r\n").as_bytes(), &mail].concat();
        assert_eq!(read_mail(&two, size as u64).await, Err("an answer is too long".into()));

        let mut watch = Watch::default();
        for _ in 0..2 {
            watch.take(&lines).unwrap();
            watch.asked();
        }
    }
}
