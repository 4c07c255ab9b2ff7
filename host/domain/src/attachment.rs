//! Files that people attach to messages: what they are called, what they are, how large they may be.
//!
//! Whoever sends a file says what it is called and what it is, and neither is believed: the name is cleaned ([`file_name`]), and the
//! type is told by the bytes ([`MediaType::of`]). Only [pictures](MediaType::is_picture) are ever shown by a browser; everything else
//! is saved.

use serde::{Deserialize, Serialize};

use crate::{ids::AttachmentId, text};

/// The largest file, in bytes.
pub const LARGEST: u64 = 25 << 20;
/// The most files of a message.
pub const MOST: usize = 20;
/// So many bytes from the start of a file tell what it is.
pub const HEAD: usize = 8 << 10;

/// The longest name, in characters, with its ending.
const LONGEST_NAME: usize = 120;
/// The longest ending that is kept when a name is cut.
const LONGEST_ENDING: usize = 16;

/// A file of a message, or of nobody until a message takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its bytes are kept under it, and never change.
    pub id: AttachmentId,
    /// As [`file_name`] left it.
    pub name: String,
    /// What its bytes say.
    pub media_type: MediaType,
    /// In bytes.
    pub size: u64,
}

crate::words! {
    /// What a file is, as far as its first bytes tell.
    pub enum MediaType: "media type that is known here" {
        /// A picture.
        Png = "image/png",
        /// A picture.
        Jpeg = "image/jpeg",
        /// A picture.
        Gif = "image/gif",
        /// A picture.
        Webp = "image/webp",
        /// A picture that few browsers show.
        Heic = "image/heic",
        /// A picture that not all browsers show.
        Avif = "image/avif",
        /// A picture that few browsers show.
        Tiff = "image/tiff",
        /// A drawing, which may hold script.
        Svg = "image/svg+xml",
        /// A page, or what a browser could take for one.
        Html = "text/html",
        /// XML of any kind.
        Xml = "text/xml",
        /// Anything that can be read.
        Text = "text/plain",
        /// Text with formats.
        Rtf = "application/rtf",
        /// A document.
        Pdf = "application/pdf",
        /// A text document.
        Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// A spreadsheet.
        Excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// Slides.
        Slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        /// Documents of office programs before 2007, and their mails.
        OldOffice = "application/x-ole-storage",
        /// An archive.
        Zip = "application/zip",
        /// An archive.
        Gzip = "application/gzip",
        /// An archive.
        Bzip2 = "application/x-bzip2",
        /// An archive.
        Xz = "application/x-xz",
        /// An archive.
        Zstandard = "application/zstd",
        /// An archive.
        SevenZip = "application/x-7z-compressed",
        /// An archive.
        Rar = "application/vnd.rar",
        /// A film.
        Mp4 = "video/mp4",
        /// A film.
        QuickTime = "video/quicktime",
        /// A film.
        Matroska = "video/webm",
        /// A film.
        Avi = "video/x-msvideo",
        /// Sound.
        Mp3 = "audio/mpeg",
        /// Sound.
        M4a = "audio/mp4",
        /// Sound.
        Wav = "audio/wav",
        /// Sound.
        Flac = "audio/flac",
        /// Sound.
        Ogg = "audio/ogg",
        /// A program of Windows.
        WindowsProgram = "application/vnd.microsoft.portable-executable",
        /// A program of Unix.
        UnixProgram = "application/x-elf",
        /// Anything else.
        Other = "application/octet-stream",
    }
}

/// Where which bytes stand in files of a type.
const SIGNATURES: &[(usize, &[u8], MediaType)] = &[
    (0, b"\x89PNG\r\n\x1a\n", MediaType::Png),
    (0, b"\xff\xd8\xff", MediaType::Jpeg),
    (0, b"GIF87a", MediaType::Gif),
    (0, b"GIF89a", MediaType::Gif),
    (0, b"II*\0", MediaType::Tiff),
    (0, b"MM\0*", MediaType::Tiff),
    (0, b"%PDF-", MediaType::Pdf),
    (0, b"{\\rtf", MediaType::Rtf),
    (0, b"PK\x03\x04", MediaType::Zip),
    (0, b"PK\x05\x06", MediaType::Zip),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MediaType::OldOffice),
    (0, b"\x1f\x8b", MediaType::Gzip),
    (0, b"BZh", MediaType::Bzip2),
    (0, b"\xfd7zXZ\0", MediaType::Xz),
    (0, b"\x28\xb5\x2f\xfd", MediaType::Zstandard),
    (0, b"7z\xbc\xaf\x27\x1c", MediaType::SevenZip),
    (0, b"Rar!\x1a\x07", MediaType::Rar),
    (0, b"\x1a\x45\xdf\xa3", MediaType::Matroska),
    (0, b"ID3", MediaType::Mp3),
    (0, b"\xff\xfb", MediaType::Mp3),
    (0, b"fLaC", MediaType::Flac),
    (0, b"OggS", MediaType::Ogg),
    (0, b"MZ", MediaType::WindowsProgram),
    (0, b"\x7fELF", MediaType::UnixProgram),
];

/// Folders that only documents of a kind have in their archive.
const OFFICE: [(&[u8], MediaType); 3] =
    [(b"word/", MediaType::Word), (b"xl/", MediaType::Excel), (b"ppt/", MediaType::Slides)];

impl MediaType {
    /// What a file is that begins with these bytes, the first [`HEAD`] of it or all.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        let begins = |at: usize, bytes: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(bytes));
        match SIGNATURES.iter().find(|(at, bytes, _)| begins(*at, bytes)) {
            Some((_, _, Self::Zip)) => office(head),
            Some((_, _, kind)) => *kind,
            None => container(head).unwrap_or_else(|| readable(head)),
        }
    }

    /// True for what browsers draw without running anything of it.
    #[must_use]
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// True when it is one of some types, such as `image/*` or `application/pdf`; none: any. A type that nothing here can tell, such
    /// as `text/csv`, is every file's that could be it.
    #[must_use]
    pub fn is_one_of(self, wanted: &[String]) -> bool {
        let is = |wanted: &String| match wanted.strip_suffix('*') {
            Some(family) => self.as_str().starts_with(family),
            None => wanted.parse::<Self>().map_or(self.is_vague(), |wanted| wanted == self),
        };
        wanted.is_empty() || wanted.iter().any(is)
    }

    /// True for what many types look like.
    fn is_vague(self) -> bool {
        matches!(self, Self::Text | Self::Xml | Self::Zip | Self::OldOffice | Self::Other)
    }
}

fn office(head: &[u8]) -> MediaType {
    let has = |folder: &[u8]| head.windows(folder.len()).any(|bytes| bytes == folder);
    OFFICE.iter().find(|(folder, _)| has(folder)).map_or(MediaType::Zip, |(_, kind)| *kind)
}

/// Files that say what is in them after four or eight bytes.
fn container(head: &[u8]) -> Option<MediaType> {
    Some(match (head.get(..4)?, head.get(4..8)?, head.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => MediaType::Webp,
        (b"RIFF", _, b"WAVE") => MediaType::Wav,
        (b"RIFF", _, b"AVI ") => MediaType::Avi,
        (_, b"ftyp", b"avif" | b"avis") => MediaType::Avif,
        (_, b"ftyp", b"heic" | b"heix" | b"heim" | b"mif1" | b"msf1") => MediaType::Heic,
        (_, b"ftyp", b"qt  ") => MediaType::QuickTime,
        (_, b"ftyp", b"M4A " | b"M4B ") => MediaType::M4a,
        (_, b"ftyp", _) => MediaType::Mp4,
        _ => return None,
    })
}

/// Text in UTF-8, and which: what a browser could take for a page is one, wherever in it that begins.
fn readable(head: &[u8]) -> MediaType {
    let end = match std::str::from_utf8(head) {
        Ok(_) => head.len(),
        Err(error) if error.error_len().is_some() => return MediaType::Other,
        Err(error) => error.valid_up_to(), // a character was cut
    };
    let text = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}')) {
        return MediaType::Other;
    }
    let has = |tags: &[&str]| tags.iter().any(|tag| text.contains(tag));
    if has(&["<!doctype html", "<html", "<head", "<body"]) {
        MediaType::Html
    } else if has(&["<svg"]) {
        MediaType::Svg
    } else if has(&["<script", "<iframe"]) {
        MediaType::Html
    } else if text.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml") {
        MediaType::Xml
    } else {
        MediaType::Text
    }
}

/// What a file is called that was sent with this name: its last part, without what could lead elsewhere, hide an ending, or mean a
/// device. Never empty, and at most 120 characters.
#[must_use]
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter_map(|c| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => Some('_'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() || text::is_bidi_control(c) || text::is_invisible(c) => None,
        c => Some(c),
    });
    let kept: String = kept.collect();
    let name = kept.trim_matches(['.', ' ']);
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= LONGEST_ENDING => (stem, Some(ending)),
        _ => (name, None),
    };
    let room = LONGEST_NAME - ending.map_or(0, |ending| ending.chars().count() + 1) - 1;
    let cut: String = stem.chars().take(room).collect();
    let mut cleaned = match cut.trim_end_matches(['.', ' ']) {
        "" => "file".to_owned(),
        stem if is_device(stem) => format!("_{stem}"),
        stem => stem.to_owned(),
    };
    if let Some(ending) = ending {
        cleaned.push('.');
        cleaned.push_str(ending);
    }
    cleaned
}

/// True for what Windows takes for a device, whatever ending follows.
fn is_device(stem: &str) -> bool {
    let stem = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_a_file_is() {
        let long = "ä".repeat(HEAD);
        let cases: &[(&[u8], MediaType)] = &[
            (b"\x89PNG\r\n\x1a\n....", MediaType::Png),
            (b"\xff\xd8\xff\xe0....JFIF", MediaType::Jpeg),
            (b"GIF89a....", MediaType::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", MediaType::Webp),
            (b"RIFF\x10\0\0\0WAVEfmt ", MediaType::Wav),
            (b"\0\0\0\x18ftypheic....", MediaType::Heic),
            (b"\0\0\0\x18ftypisom....", MediaType::Mp4),
            (b"%PDF-1.7\n", MediaType::Pdf),
            (b"PK\x03\x04........readme.txt", MediaType::Zip),
            (b"PK\x03\x04....[Content_Types].xml....word/document.xml", MediaType::Word),
            (b"MZ\x90\0\x03", MediaType::WindowsProgram),
            (b"\x7fELF\x02\x01", MediaType::UnixProgram),
            (b"<?xml version=\"1.0\"?><a/>", MediaType::Xml),
            (b"\xef\xbb\xbf <?xml version=\"1.0\"?><a/>", MediaType::Xml),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>", MediaType::Svg),
            (b"<?xml version=\"1.0\"?><SVG/>", MediaType::Svg),
            (b"<!DOCTYPE html><title>x</title>", MediaType::Html),
            (b"harmless\n\n<ScRiPt src=x></script>", MediaType::Html),
            (b"a,b\n1,2\n", MediaType::Text),
            (b"", MediaType::Text),
            (long.as_bytes().get(..HEAD - 1).unwrap(), MediaType::Text),
            (b"\0\0\0", MediaType::Other),
            (b"\xe4 is Latin-1", MediaType::Other),
        ];
        for (head, kind) in cases {
            assert_eq!(MediaType::of(head), *kind, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn browsers_show_pictures_alone() {
        let shown: Vec<_> = MediaType::ALL.into_iter().filter(|kind| kind.is_picture()).collect();
        assert_eq!(shown, [MediaType::Png, MediaType::Jpeg, MediaType::Gif, MediaType::Webp]);
    }

    #[test]
    fn a_file_is_one_of_the_types_that_are_wanted() {
        let fits = |kind: MediaType, wanted: &[&str]| {
            kind.is_one_of(&wanted.iter().map(|wanted| (*wanted).to_owned()).collect::<Vec<_>>())
        };
        assert!(fits(MediaType::Zip, &[]));
        assert!(fits(MediaType::Png, &["application/pdf", "image/*"]) && !fits(MediaType::Pdf, &["image/*"]));
        assert!(fits(MediaType::Pdf, &["application/pdf"]) && !fits(MediaType::Text, &["application/pdf"]));
        // Nothing tells a table of commas from any other text; a program is none.
        assert!(fits(MediaType::Text, &["text/csv"]) && fits(MediaType::OldOffice, &["application/msword"]));
        assert!(!fits(MediaType::WindowsProgram, &["text/csv"]) && !fits(MediaType::Html, &["text/csv"]));
    }

    #[test]
    fn names_lead_nowhere_and_hide_nothing() {
        for (sent, name) in [
            ("Invoice 7.pdf", "Invoice 7.pdf"),
            ("فاتورة.pdf", "فاتورة.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\Ann\\photo.png", "photo.png"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("a\u{200B}b\u{7}c\u{E0041}.txt", "abc.txt"),
            ("two\nlines\u{2028}here.txt", "two lines here.txt"),
            ("a\"b;c|d?.txt", "a_b;c_d_.txt"),
            ("CON", "_CON"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("com1 .txt", "_com1.txt"),
            ("console.log", "console.log"),
            ("..", "file"),
            ("", "file"),
            (".env", "env"),
            ("...", "file"),
            ("trailing. ", "trailing"),
            ("a/", "file"),
        ] {
            assert_eq!(file_name(sent), name, "{sent:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let cut = file_name(&format!("{}.pdf", "ä".repeat(500)));
        assert!(cut.ends_with("ä.pdf") && cut.chars().count() <= LONGEST_NAME, "{cut}");
        assert!(file_name(&format!("a.{}", "b".repeat(500))).chars().count() <= LONGEST_NAME);
        assert!(file_name(&format!("con.{}", "b".repeat(500))).chars().count() <= LONGEST_NAME);
    }
}
