//! What Telegram posts, and the message that becomes of it. Only what is used is read, each field for itself: one that is
//! odd spoils nothing, and kinds of the future are named in words.

use annex_sdk::{
    Result,
    channel::{Edit, Inbound, Message as Inward},
    log,
};
use serde_json::Value;

use crate::{
    files::{self, Fetched},
    json::{Look, line},
    moved, start,
    thread::Thread,
    words,
};

/// An update of the Bot API.
pub(crate) struct Update<'a> {
    id: u64,
    /// With whether it was edited.
    message: Option<(Message<'a>, bool)>,
}

/// A message, with what every one has.
struct Message<'a> {
    json: &'a Value,
    id: i64,
    chat: &'a Value,
    chat_id: i64,
}

/// Who speaks in a message.
struct Sender {
    id: i64,
    name: String,
}

impl<'a> Update<'a> {
    /// `None`: not an update.
    pub(crate) fn read(json: &'a Value) -> Option<Self> {
        let id = json.get("update_id").and_then(Value::as_u64)?;
        let message = match (json.get("message"), json.get("edited_message")) {
            (Some(message), _) if !message.is_null() => Some((Message::read(message)?, false)),
            (_, Some(message)) if !message.is_null() => Some((Message::read(message)?, true)),
            _ => None,
        };
        Some(Self { id, message })
    }

    /// The message for the desk. `None`: the update says nothing to it.
    pub(crate) fn into_inbound(self) -> Result<Option<Inbound>> {
        let Some((message, edited)) = self.message else {
            log::debug!("update {} is of another kind", self.id);
            return Ok(None);
        };
        message.note_move()?;
        let sender = match message.sender() {
            Ok(sender) => sender,
            Err(why) => {
                log::debug!("update {} makes no message: {why}", self.id);
                return Ok(None);
            }
        };
        if let (true, Some(payload)) = (message.is_private(), message.json.text("text").and_then(start::command)) {
            start::keep(message.chat_id, payload)?;
            return Ok(None);
        }
        let Some(body) = words::body(message.json) else {
            log::debug!("update {} tells of something that happened in a chat", self.id);
            return Ok(None);
        };
        message.into_inbound(&sender, body, edited.then_some(self.id)).map(Some)
    }
}

impl<'a> Message<'a> {
    fn read(json: &'a Value) -> Option<Self> {
        let chat = json.part("chat")?;
        Some(Self { json, id: json.int("message_id")?, chat, chat_id: chat.int("id")? })
    }

    fn is_private(&self) -> bool {
        self.chat.text("type") == Some("private")
    }

    /// A group that becomes a supergroup says so once in each of the two.
    fn note_move(&self) -> Result<()> {
        if let Some(new) = self.json.int("migrate_to_chat_id") {
            moved::note(self.chat_id, new)?;
        }
        if let Some(old) = self.json.int("migrate_from_chat_id") {
            moved::note(old, self.chat_id)?;
        }
        Ok(())
    }

    /// Who speaks, or why nobody asks something.
    fn sender(&self) -> Result<Sender, &'static str> {
        if self.json.flag("is_automatic_forward") {
            return Err("the channel of the group posted it");
        }
        // Somebody who speaks as a group or channel: Telegram names a bot of its own as the person.
        if let Some(chat) = self.json.part("sender_chat") {
            let name = self.json.text("author_signature").map_or_else(|| words::chat_name(chat), str::to_owned);
            return chat.int("id").map(|id| Sender { id, name }).ok_or("nobody wrote it");
        }
        let from = self.json.part("from").ok_or("nobody wrote it")?;
        if from.flag("is_bot") {
            return Err("a bot wrote it");
        }
        from.int("id").map(|id| Sender { id, name: words::user_name(from) }).ok_or("nobody wrote it")
    }

    /// `change`: it is a later version of the message, with that number.
    fn into_inbound(self, sender: &Sender, body: String, change: Option<u64>) -> Result<Inbound> {
        let is_private = self.is_private();
        let is_group = self.chat.text("type") == Some("supergroup");
        let thread = Thread {
            chat: if is_group { moved::first(self.chat_id)? } else { self.chat_id },
            person: (!is_private).then_some(sender.id),
            topic: self.json.int("message_thread_id").filter(|_| self.json.flag("is_topic_message") && !is_private),
        };
        let payload = if is_private { start::take(self.chat_id, self.id)? } else { None };
        let body = payload.map_or(body.clone(), |payload| format!("[started with: {}]\n{body}", line(&payload, 200)));
        let id = format!("{}/{}", self.chat_id, self.id);
        let name = line(&sender.name, 200);
        if let Some(number) = change {
            let edit = Edit::new(id, number, body);
            // A position that is shared live changes by itself.
            let is_live = self.json.part("location").is_some();
            return Ok(if is_live { edit.by_itself() } else { edit }.into());
        }
        let mut inbound = Inward::new(id, thread.to_string(), sender.id.to_string(), &*name, body);
        if let Some(title) = self.chat.text("title") {
            inbound = inbound.subject(line(&format!("{title}: {name}"), 200));
        }
        // Only a number that people share of themselves is theirs.
        let contact = self.json.part("contact").filter(|contact| contact.int("user_id") == Some(sender.id));
        if let Some(number) = contact.and_then(|contact| contact.text("phone_number")) {
            inbound = inbound.phone(line(number, 40));
        }
        if let Some(date) = self.json.get("date").and_then(Value::as_u64) {
            inbound = inbound.sent_at(date.saturating_mul(1000));
        }
        let inbound = match files::fetch(self.json) {
            Fetched::None => inbound,
            Fetched::File(id) => inbound.attach(id),
            Fetched::Left(why) => inbound.unsupported(why),
        };
        Ok(inbound.into())
    }
}
