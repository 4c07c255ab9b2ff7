//! The zstd frame around the archive, with everything that it may claim checked before a byte is decoded.
//!
//! The frame header is parsed here, not left to the decoder: it has bits that decoders ignore and several spellings of
//! the same thing, and a package has one spelling. The content size is mandatory, so a bomb is refused by its header;
//! a header that lies fails in the decoder, which never yields more than was claimed.

use std::io::{self, Read};

use crate::{limits, refusal::Refusal};

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// 12 packs a Rust component within 2 % of the size of level 19, in a tenth of the time.
const LEVEL: i32 = 12;

/// The header that the builder writes for a content of that many bytes: magic, checksum flag, content size in the
/// shortest form, and the window's descriptor only where the content is larger than the window.
fn header(content: u64) -> Vec<u8> {
    let single_segment = content <= 1 << limits::WINDOW_LOG;
    let code = u8::from(content >= 256) + u8::from(content >= 65_536 + 256) + u8::from(content >= u64::from(u32::MAX));
    let mut header = MAGIC.to_vec();
    header.push((code << 6) | (u8::from(single_segment) << 5) | (1 << 2));
    if !single_segment {
        header.push(((limits::WINDOW_LOG - 10) << 3) as u8);
    }
    match code {
        0 => header.push(content as u8),
        1 => header.extend(((content - 256) as u16).to_le_bytes()),
        2 => header.extend((content as u32).to_le_bytes()),
        _ => header.extend(content.to_le_bytes()),
    }
    header
}

/// Compresses an archive into one frame.
pub(crate) fn pack(archive: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.include_contentsize(true)?;
    encoder.window_log(limits::WINDOW_LOG)?;
    encoder.set_pledged_src_size(Some(archive.len() as u64))?;
    io::Write::write_all(&mut encoder, archive)?;
    encoder.finish()
}

/// Decodes a frame piece by piece, never more than its header claims.
pub(crate) struct Frame<'a> {
    decoder: zstd::stream::read::Decoder<'static, &'a [u8]>,
    left: u64,
}

impl<'a> Frame<'a> {
    /// Checks header and claims. The size of `packed` was checked by [`crate::seal::open`].
    pub(crate) fn open(packed: &'a [u8]) -> Result<Self, Refusal> {
        let size = packed.len() as u64;
        let content = content_size(packed)?;
        if content > limits::UNPACKED {
            return Err(Refusal::TooLargeUnpacked { size: content });
        }
        if content > size.saturating_mul(limits::RATIO) {
            return Err(Refusal::CompressionRatio { packed: size, unpacked: content });
        }
        let mut decoder =
            zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| Refusal::Damaged)?.single_frame();
        decoder.window_log_max(limits::WINDOW_LOG).map_err(|_| Refusal::Damaged)?;
        Ok(Self { decoder, left: content })
    }

    /// How many bytes are still to come, as the header claims.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Fills `buffer`. False when the frame ended before its first byte.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<bool, Refusal> {
        if self.left < buffer.len() as u64 {
            return if self.left == 0 { Ok(false) } else { Err(Refusal::Truncated) };
        }
        self.decoder.read_exact(buffer).map_err(refuse)?;
        self.left -= buffer.len() as u64;
        Ok(true)
    }

    /// Reads everything and keeps nothing: only to learn how the frame ends.
    pub(crate) fn drain(mut self) -> Result<(), Refusal> {
        let mut buffer = vec![0; 1 << 16];
        while self.left > 0 {
            let next = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
            self.fill(buffer.get_mut(..next).unwrap_or_default())?;
        }
        self.finish()
    }

    /// Checks that the frame ends here, and the file with it.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        let mut one = [0];
        if self.left > 0 || self.decoder.read(&mut one).map_err(refuse)? > 0 {
            return Err(Refusal::TrailingData);
        }
        match self.decoder.finish().len() as u64 {
            0 => Ok(()),
            count => Err(Refusal::TrailingBytes { count }),
        }
    }
}

fn refuse(error: io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::UnexpectedEof { Refusal::Truncated } else { Refusal::Damaged }
}

/// The content size that the frame header claims, once the header is exactly [`header`] for that size.
fn content_size(packed: &[u8]) -> Result<u64, Refusal> {
    let Some((magic, rest)) = packed.split_at_checked(MAGIC.len()) else {
        return Err(if MAGIC.starts_with(packed) { Refusal::Truncated } else { Refusal::NotAPackage });
    };
    if magic != MAGIC {
        return Err(Refusal::NotAPackage);
    }
    let (&descriptor, mut rest) = rest.split_first().ok_or(Refusal::Truncated)?;
    if descriptor & 0b11 != 0 {
        return Err(Refusal::FrameHeader { what: "it needs a dictionary" });
    }
    if descriptor & 0b100 == 0 {
        return Err(Refusal::FrameHeader { what: "it has no checksum" });
    }
    let single_segment = descriptor & 0b10_0000 != 0;
    if !single_segment {
        let (&window, after) = rest.split_first().ok_or(Refusal::Truncated)?;
        let log = 10 + u32::from(window >> 3);
        if log > limits::WINDOW_LOG || (log == limits::WINDOW_LOG && window & 0b111 != 0) {
            return Err(Refusal::WindowTooLarge { log });
        }
        rest = after;
    }
    let length = match descriptor >> 6 {
        0 if single_segment => 1,
        0 => return Err(Refusal::FrameHeader { what: "it does not say its content's size" }),
        code => 1 << code,
    };
    let mut bytes = [0; 8];
    let size = rest.get(..length).ok_or(Refusal::Truncated)?;
    bytes.iter_mut().zip(size).for_each(|(to, from)| *to = *from);
    let content = u64::from_le_bytes(bytes).saturating_add(if length == 2 { 256 } else { 0 });
    if single_segment && content > 1 << limits::WINDOW_LOG && content <= limits::UNPACKED {
        return Err(Refusal::WindowTooLarge { log: 64 - (content - 1).leading_zeros() });
    }
    if content <= limits::UNPACKED && !packed.starts_with(&header(content)) {
        return Err(Refusal::FrameHeader { what: "its header has another spelling than the builder's" });
    }
    Ok(content)
}
