//! What a chat posts: `{"messages": [{…}]}`, or a message as a form with fields of the same names.

use annex_sdk::channel::{InboundRequest, Message};
use serde::Deserialize;

/// Messages of a request, as the host takes them.
const MOST: usize = 100;
/// Bytes of an id, as the host takes them.
const LONGEST_ID: usize = 200;

#[derive(Deserialize)]
struct Batch {
    messages: Vec<Incoming>,
}

/// A message as the chat tells it.
#[derive(Debug, Default, Deserialize)]
struct Incoming {
    id: String,
    conversation: String,
    /// The unchanging id of the person.
    from: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    text: String,
    /// Seconds since 1970.
    #[serde(default)]
    time: Option<u64>,
    /// Of a message that its author changed: a number that rises with each change.
    #[serde(default)]
    edit: Option<u64>,
}

/// The messages of a request; what is wrong with it otherwise. All of them or none: a chat that is told that it went well never
/// delivers again.
pub(crate) fn read(request: &InboundRequest) -> Result<Vec<Message>, String> {
    let kind = request.header("content-type").unwrap_or_default();
    let messages = if kind.starts_with("application/x-www-form-urlencoded") {
        vec![of_form(request.text().map_err(|_| "the form is not UTF-8".to_owned())?)?]
    } else {
        let batch: Batch = request.json().map_err(|error| format!("expected {{\"messages\": […]}}: {error}"))?;
        batch.messages
    };
    if messages.len() > MOST {
        return Err(format!("at most {MOST} messages at once"));
    }
    messages.into_iter().map(Incoming::into_message).collect()
}

impl Incoming {
    fn into_message(self) -> Result<Message, String> {
        let fits = |id: &str| (1..=LONGEST_ID).contains(&id.len()) && !id.contains(char::is_control);
        for (name, id) in [("id", &self.id), ("conversation", &self.conversation), ("from", &self.from)] {
            if !fits(id) {
                return Err(format!("`{name}` has 1 to {LONGEST_ID} bytes of one line"));
            }
        }
        // A sticker, say: what somebody sent is seen even where it has no words.
        let text = if self.text.trim().is_empty() { "[no text]".to_owned() } else { self.text };
        let name = if self.name.trim().is_empty() { self.from.clone() } else { self.name };
        let message = Message::new(self.id, self.conversation, self.from, name, text);
        let message = self.email.into_iter().fold(message, Message::email);
        let message = self.time.into_iter().fold(message, |message, time| message.sent_at(time.saturating_mul(1000)));
        Ok(self.edit.into_iter().fold(message, Message::edit))
    }
}

fn of_form(form: &str) -> Result<Incoming, String> {
    let mut message = Incoming::default();
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no number"));
    for pair in form.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(value);
        match decoded(name).as_str() {
            "id" => message.id = value,
            "conversation" => message.conversation = value,
            "from" => message.from = value,
            "name" => message.name = value,
            "email" => message.email = Some(value),
            "text" => message.text = value,
            "time" => message.time = Some(number(&value)?),
            "edit" => message.edit = Some(number(&value)?),
            // What a later version of the chat says.
            _ => {}
        }
    }
    Ok(message)
}

/// Decodes `+` and `%20`; what is no UTF-8 then is replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, further) = match (*first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, further @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, further),
                _ => (b'%', after),
            },
            (byte, _) => (byte, after),
        };
        bytes.push(byte);
        rest = further;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
