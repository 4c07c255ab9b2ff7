//! A file of a message as an answer. It is never a page of this host: whatever it is, it may run nothing, load nothing and be part of
//! no origin, and only a picture is shown rather than saved.

use std::fmt::Write as _;

use annex_desk::{Refusal, attachments::Files};
use annex_domain::attachment::{Attachment, MediaType};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// The answer with a file that somebody may see. Its bytes never change, so that a browser may keep them for as long as it is signed in.
///
/// # Errors
/// [`Refusal::Blobs`].
pub(crate) async fn answer(files: &Files, file: &Attachment, headers: &HeaderMap) -> Result<Response, Refusal> {
    let tag = format!("\"{}\"", file.id);
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if seen.is_some_and(|seen| seen.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from_stream(files.read(file).await?).into_response();
        response.headers_mut().insert(header::CONTENT_LENGTH, file.size.into());
        response
    };
    let shown = file.media_type.is_picture();
    let kind = if shown { file.media_type } else { MediaType::Other };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.as_str()));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    for (name, value) in [(header::ETAG, tag), (header::CONTENT_DISPOSITION, disposition(&file.name, shown))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

/// RFC 6266: what it is saved as, for old clients without what is not ASCII.
fn disposition(name: &str, shown: bool) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let mut text = String::from(if shown { "inline" } else { "attachment" });
    let ascii: String = name.chars().map(plain).collect();
    let _ = write!(text, "; filename=\"{ascii}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_break_no_header() {
        assert_eq!(disposition("a b.pdf", false), "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(
            disposition("Größe \"1\"; x=%41\r\n.png", true),
            "inline; filename=\"Gr__e _1_; x=_41__.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%3B%20x%3D%2541%0D%0A.png"
        );
    }
}
