//! Files, both ways. What somebody sends is fetched by the host, and its bytes do not pass through here; what an operator sends goes out as a
//! photo where Telegram shows it as one, else as a document.

use annex_sdk::{
    channel::{FileBounds, SendError},
    files::File,
    http::Part,
    prelude::*,
};
use serde_json::{Value, json};

use crate::{
    api,
    json::{Look, line},
    thread::Thread,
};

const GET_FILE: &str = "https://api.telegram.org/bot{secret}/getFile";
const DOWNLOAD: &str = "https://api.telegram.org/file/bot{secret}/";
/// Bytes that the host takes in as an answer: 4 MiB.
const LARGEST_IN: i64 = 4 << 20;
/// Bytes of a file that goes out: the host sends a form of 1 MiB, with its boundaries.
const LARGEST_OUT: u64 = 1_000_000;
/// Files of one reply.
const MOST_OUT: u32 = 10;
/// What has a file that somebody may want to see, and its name where it brings none.
const KINDS: [(&str, &str); 7] = [
    ("photo", "photo.jpg"),
    ("animation", "animation.mp4"),
    ("video", "video.mp4"),
    ("video_note", "video-note.mp4"),
    ("voice", "voice-message.ogg"),
    ("audio", "audio.mp3"),
    ("document", "document"),
];

/// What replies may carry.
pub(crate) fn bounds() -> FileBounds {
    FileBounds::of(MOST_OUT, LARGEST_OUT)
}

/// What became of the file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// It has none.
    None,
    /// Its id at the host.
    File(String),
    /// It stays with Telegram: why, for operators.
    Left(String),
}

/// Fetches the file of a message. A file that cannot be had keeps nothing that was said from the desk.
pub(crate) fn fetch(message: &Value) -> Fetched {
    let Some((file, name)) = KINDS.into_iter().find_map(|(kind, name)| Some((of_kind(message, kind)?, name))) else {
        return Fetched::None;
    };
    let name = file.text("file_name").map_or_else(|| name.to_owned(), |name| line(name, 200));
    if file.int("file_size").is_some_and(|size| size > LARGEST_IN) {
        return Fetched::Left(format!("{name}: larger than 4 MiB, it stays with Telegram"));
    }
    match download(file.text("file_id").unwrap_or_default(), &name) {
        Ok(id) => Fetched::File(id),
        Err(error) => {
            log::warn!("a file was not fetched: {error}");
            Fetched::Left(format!("{name}: it could not be fetched from Telegram"))
        }
    }
}

/// The object that describes the file; of a photo, that of its largest size.
fn of_kind<'a>(message: &'a Value, kind: &str) -> Option<&'a Value> {
    let file = match message.get(kind)? {
        Value::Array(sizes) => sizes.iter().max_by_key(|size| size.int("width").unwrap_or_default())?,
        file => file,
    };
    file.text("file_id").is_some().then_some(file)
}

fn download(id: &str, name: &str) -> Result<String> {
    let asked = Request::post(GET_FILE).auth_path("bot_token").json(&json!({ "file_id": id }))?;
    let answer: Value = asked.send()?.ok()?.json()?;
    let path = answer.part("result").and_then(|file| file.text("file_path"));
    let path = path.filter(|path| is_path(path)).ok_or_else(|| Error::upstream("Telegram names no path"))?;
    let fetched = Request::get(format!("{DOWNLOAD}{path}")).auth_path("bot_token").into_file(name).send()?.ok()?;
    fetched.file().map(|file| file.id.clone()).ok_or_else(|| Error::upstream("the host kept no file"))
}

/// Such as `photos/file_0.jpg`: it becomes a part of an address.
fn is_path(path: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c))
    };
    path.len() <= 300 && path.split('/').all(is_part)
}

/// Sends one file; answers the id of the message. What Telegram does not take for a photo, such as a long screenshot, goes as a document.
pub(crate) fn send(thread: &Thread, file: &File) -> Result<String, SendError> {
    if matches!(file.media_type.as_str(), "image/jpeg" | "image/png" | "image/webp") {
        match send_as(thread, file, "sendPhoto", "photo") {
            Err(SendError::Refused(why)) if why.contains("PHOTO_") || why.contains("IMAGE_") => {
                log::info!("a picture goes as a document: {why}");
            }
            sent => return sent,
        }
    }
    send_as(thread, file, "sendDocument", "document")
}

fn send_as(thread: &Thread, file: &File, method: &str, field: &str) -> Result<String, SendError> {
    api::deliver(thread, |to| {
        let topic = to.topic.map(|topic| Part::text("message_thread_id", topic.to_string()));
        let chat = Part::text("chat_id", to.chat.to_string());
        let parts = [Some(chat), topic, Some(Part::file(field, file.id.as_str()))];
        let request = Request::post(format!("https://api.telegram.org/bot{{secret}}/{method}"));
        Ok(request.auth_path("bot_token").form(parts.into_iter().flatten()))
    })
}
