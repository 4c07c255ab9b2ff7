//! What Telegram posts, and the message that becomes of it. Only fields that are used are read; everything else, and
//! update kinds of the future, are passed over.

use annex_sdk::channel::Message as Inbound;
use serde::Deserialize;

use crate::thread::Thread;

/// An update. At most one of its parts is there.
#[derive(Deserialize)]
pub(crate) struct Update {
    update_id: i64,
    message: Option<Message>,
    edited_message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
    message_thread_id: Option<i64>,
    #[serde(default)]
    is_topic_message: bool,
    from: Option<User>,
    chat: Chat,
    date: u64,
    edit_date: Option<u64>,
    text: Option<String>,
    caption: Option<String>,
    #[serde(flatten)]
    attached: Attached,
}

#[derive(Deserialize)]
struct User {
    id: i64,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    first_name: String,
    last_name: Option<String>,
    username: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    title: Option<String>,
}

/// What can come beside or instead of a text.
#[derive(Deserialize)]
struct Attached {
    photo: Option<Vec<Ignored>>,
    video: Option<Ignored>,
    voice: Option<Ignored>,
    audio: Option<Named>,
    document: Option<Named>,
    sticker: Option<Sticker>,
    location: Option<Location>,
    contact: Option<Shared>,
}

#[derive(Deserialize)]
struct Ignored {}

#[derive(Deserialize)]
struct Named {
    file_name: Option<String>,
}

#[derive(Deserialize)]
struct Sticker {
    emoji: Option<String>,
}

#[derive(Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct Shared {
    phone_number: String,
    #[serde(default)]
    first_name: String,
    user_id: Option<i64>,
}

impl Update {
    /// The message, or why there is none.
    pub(crate) fn into_message(self) -> Result<Inbound, &'static str> {
        match (self.message, self.edited_message) {
            (Some(message), _) => message.into_inbound(false),
            (None, Some(message)) => message.into_inbound(true),
            (None, None) => {
                annex_sdk::log::debug!("update {} is of another kind", self.update_id);
                Err("another kind of update")
            }
        }
    }
}

impl Message {
    fn into_inbound(self, edited: bool) -> Result<Inbound, &'static str> {
        let Some(from) = &self.from else { return Err("nobody wrote it") };
        if from.is_bot {
            return Err("a bot wrote it");
        }
        let body = self.body().ok_or("neither text nor attachment")?;
        let is_private = self.chat.kind == "private";
        if is_private && body == "/start" {
            return Err("the start button was pressed");
        }
        let thread = Thread {
            chat: self.chat.id,
            person: (!is_private).then_some(from.id),
            topic: self.message_thread_id.filter(|_| self.is_topic_message && !is_private),
        };
        // An edit is a message of its own: the desk keeps what was written before.
        let (id, body, date) = if edited {
            let date = self.edit_date.unwrap_or(self.date);
            (format!("{}/{}/edit/{date}", self.chat.id, self.message_id), format!("(edited) {body}"), date)
        } else {
            (format!("{}/{}", self.chat.id, self.message_id), body, self.date)
        };
        let mut inbound = Inbound::new(id, thread.to_string(), from.id.to_string(), from.name(), body);
        if let Some(title) = &self.chat.title {
            inbound = inbound.subject(format!("{title}: {}", from.name()));
        }
        // Only a number that people share of themselves is theirs.
        if let Some(contact) = self.attached.contact.as_ref().filter(|contact| contact.user_id == Some(from.id)) {
            inbound = inbound.phone(contact.phone_number.clone());
        }
        Ok(inbound.sent_at(date.saturating_mul(1000)))
    }

    /// The text with what came beside it.
    fn body(&self) -> Option<String> {
        let text = self.text.as_deref().or(self.caption.as_deref()).map(str::trim).filter(|text| !text.is_empty());
        let parts: Vec<String> = text.map(str::to_owned).into_iter().chain(self.attached.describe()).collect();
        if parts.is_empty() { None } else { Some(parts.join("\n")) }
    }
}

impl Attached {
    /// The attachment in words: the file itself stays with Telegram.
    fn describe(&self) -> Option<String> {
        let file = |kind: &str, name: Option<&str>| {
            name.map_or_else(|| format!("[{kind}]"), |name| format!("[{kind}: {name}]"))
        };
        let name = |named: &Named| named.file_name.clone();
        if self.photo.as_ref().is_some_and(|sizes| !sizes.is_empty()) {
            Some(file("photo", None))
        } else if self.video.is_some() {
            Some(file("video", None))
        } else if self.voice.is_some() {
            Some(file("voice message", None))
        } else if let Some(audio) = &self.audio {
            Some(file("audio", name(audio).as_deref()))
        } else if let Some(document) = &self.document {
            Some(file("document", name(document).as_deref()))
        } else if let Some(sticker) = &self.sticker {
            Some(file("sticker", sticker.emoji.as_deref()))
        } else if let Some(place) = &self.location {
            Some(file("location", Some(&format!("{}, {}", place.latitude, place.longitude))))
        } else {
            let shared = self.contact.as_ref()?;
            Some(file("contact", Some(format!("{} {}", shared.first_name, shared.phone_number).trim())))
        }
    }
}

impl User {
    fn name(&self) -> String {
        let full = match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        };
        match (full.trim(), &self.username) {
            ("", Some(username)) => format!("@{username}"),
            ("", None) => format!("Telegram {}", self.id),
            (full, _) => full.to_owned(),
        }
    }
}
