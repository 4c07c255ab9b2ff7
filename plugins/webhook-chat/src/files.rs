//! Files, both ways. What somebody sends is fetched by the host, and its bytes do not pass through here; what an operator sends is
//! uploaded first, and the message names it.

use annex_sdk::{
    channel::{FileBounds, SendError},
    files::File,
    http::Part,
    prelude::*,
};
use serde::Deserialize;

/// Bytes that the host takes in as an answer: 4 MiB.
const LARGEST_IN: u64 = 4 << 20;
/// Bytes of a file that goes out: the host sends a form of 1 MiB, with its boundaries.
const LARGEST_OUT: u64 = 1_000_000;
/// Files of one reply.
const MOST_OUT: u32 = 10;
/// Characters of a name, as the host takes them.
const LONGEST_NAME: usize = 200;

/// A file of a message, as the chat tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    /// In bytes; 0: not known.
    #[serde(default)]
    pub(crate) size: u64,
}

#[derive(Deserialize)]
struct Uploaded {
    id: String,
}

/// What replies may carry.
pub(crate) fn bounds() -> FileBounds {
    FileBounds::of(MOST_OUT, LARGEST_OUT)
}

/// Lets the host keep a file, and answers its id there; or why the file stays with the chat, for operators. A file that cannot be had
/// keeps nothing that was said from the desk.
pub(crate) fn fetch(file: &Told) -> Result<String, String> {
    let name: String = file.name.chars().take(LONGEST_NAME).collect();
    let name = if name.trim().is_empty() { "file".to_owned() } else { name };
    if file.size > LARGEST_IN {
        return Err(format!("{name}: larger than 4 MiB, it stays with the chat"));
    }
    download(&file.id, &name).map_err(|error| {
        log::warn!("a file was not fetched: {error}");
        format!("{name}: it could not be fetched from the chat")
    })
}

fn download(id: &str, name: &str) -> Result<String> {
    // It becomes a part of an address.
    if id.is_empty() || !id.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-".contains(&c)) {
        return Err(Error::upstream("the id of a file has other characters than letters, digits, _ and -"));
    }
    let workspace = settings::require("workspace")?;
    let request = Request::get(format!("https://{workspace}.chat.example/api/files/{id}")).bearer("api_key");
    let answer = request.into_file(name).send()?.ok()?;
    answer.file().map(|file| file.id.clone()).ok_or_else(|| Error::upstream("the host kept no file"))
}

/// Uploads a file; answers the chat's id of it. Without the message nobody sees it, so whatever goes wrong here, the reply surely was not
/// sent.
pub(crate) fn upload(workspace: &str, file: &File) -> Result<String, SendError> {
    let request = Request::post(format!("https://{workspace}.chat.example/api/files")).bearer("api_key");
    let answer = request.form([Part::file("file", file.id.as_str())]).send().map_err(Error::from)?;
    if matches!(answer.status(), 413 | 415) {
        return Err(SendError::Refused(format!("the chat does not take {}", file.name)));
    }
    let uploaded: Uploaded = answer.ok().and_then(|answer| answer.json()).map_err(Error::from)?;
    Ok(uploaded.id)
}
