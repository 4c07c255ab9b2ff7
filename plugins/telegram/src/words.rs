//! What a message says, in words: its text with the addresses behind its links, what it answers and from where it was
//! forwarded, and what comes beside the text. Its file, `files` fetches. A kind of message that is not
//! known here is named: nothing that somebody sends goes unseen.

use serde_json::Value;

use crate::json::{Look, line};

/// Characters of a quoted message.
const QUOTED: usize = 500;
/// Links whose addresses are written out.
const MOST_LINKS: usize = 50;

/// Everything that a message says; `None` for one that only tells of something that happened in the chat.
pub(crate) fn body(message: &Value) -> Option<String> {
    let text = text(message);
    let beside = beside(message);
    if text.is_none() && beside.is_none() {
        return None;
    }
    let parts = [forwarded(message), answered(message), text, beside];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// The text or caption, with its links written out.
fn text(message: &Value) -> Option<String> {
    let (text, entities) = match (message.text("text"), message.text("caption")) {
        (Some(text), _) => (text, message.list("entities")),
        (None, Some(caption)) => (caption, message.list("caption_entities")),
        (None, None) => return None,
    };
    Some(with_links(text, entities).trim().to_owned())
}

/// Writes the address of each `text_link` behind its words. Telegram counts in UTF-16 code units.
fn with_links(text: &str, entities: &[Value]) -> String {
    let mut links: Vec<(usize, &str)> = entities
        .iter()
        .filter(|entity| entity.text("type") == Some("text_link"))
        .filter_map(|entity| {
            let end = entity.int("offset")?.checked_add(entity.int("length")?)?;
            Some((usize::try_from(end).ok()?, entity.text("url")?))
        })
        .take(MOST_LINKS)
        .collect();
    links.sort_by_key(|(end, _)| *end);
    let mut links = links.into_iter().peekable();
    let mut out = String::with_capacity(text.len());
    let mut units = 0;
    for c in text.chars() {
        while let Some((_, url)) = links.next_if(|(end, _)| *end <= units) {
            out.push_str(&format!(" ({})", line(url, 2000)));
        }
        out.push(c);
        units += c.len_utf16();
    }
    for (_, url) in links {
        out.push_str(&format!(" ({})", line(url, 2000)));
    }
    out
}

fn forwarded(message: &Value) -> Option<String> {
    let from = match message.part("forward_origin") {
        Some(origin) => origin_name(origin),
        None => {
            let user = message.part("forward_from").map(user_name);
            let chat = message.part("forward_from_chat").map(chat_name);
            user.or(chat).or_else(|| message.text("forward_sender_name").map(str::to_owned))?
        }
    };
    Some(format!("[forwarded from {}]", line(&from, 200)))
}

fn origin_name(origin: &Value) -> String {
    let chat = origin.part("chat").or_else(|| origin.part("sender_chat")).map(chat_name);
    let user = origin.part("sender_user").map(user_name);
    let name = chat.or(user).or_else(|| origin.text("sender_user_name").map(str::to_owned));
    let name = name.unwrap_or_else(|| "somebody".to_owned());
    match origin.text("author_signature") {
        Some(author) => format!("{name} ({author})"),
        None => name,
    }
}

/// What the message answers, as a quotation.
fn answered(message: &Value) -> Option<String> {
    let quote = message.part("quote").and_then(|quote| quote.text("text"));
    if let Some(to) = message.part("reply_to_message").filter(|to| !opens_topic(message, to)) {
        let whole = text(to).or_else(|| beside(to));
        return match (whole, quote) {
            (Some(whole), Some(quote)) if whole.chars().count() > QUOTED => Some(quoted(quote)),
            (Some(whole), _) => Some(quoted(&whole)),
            (None, quote) => quote.map(quoted),
        };
    }
    if let Some(to) = message.part("external_reply") {
        let from = to.part("origin").map_or_else(|| "somebody".to_owned(), origin_name);
        let what = format!("[about a message of {}]", line(&from, 200));
        return Some(quote.map_or(what.clone(), |quote| format!("{what}\n{}", quoted(quote))));
    }
    message.part("reply_to_story").map(|story| match story.part("chat") {
        Some(chat) => format!("[about a story of {}]", line(&chat_name(chat), 200)),
        None => "[about a story]".to_owned(),
    })
}

/// In a group with topics each message answers the one that opened the topic, which nobody means.
fn opens_topic(message: &Value, to: &Value) -> bool {
    to.get("forum_topic_created").is_some()
        || (message.flag("is_topic_message") && to.int("message_id") == message.int("message_thread_id"))
}

fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(QUOTED).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    let lines: Vec<String> = cut.lines().map(|line| format!("> {line}")).collect();
    format!("{}{more}", lines.join("\n"))
}

/// A person's name.
pub(crate) fn user_name(user: &Value) -> String {
    let parts = [user.text("first_name"), user.text("last_name")];
    let full = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    match user.text("username") {
        _ if !full.is_empty() => full,
        Some(name) => format!("@{name}"),
        None => user.int("id").map_or_else(|| "Telegram".to_owned(), |id| format!("Telegram {id}")),
    }
}

/// The name of a group or channel.
pub(crate) fn chat_name(chat: &Value) -> String {
    chat.text("title").map_or_else(|| user_name(chat), str::to_owned)
}

type Describe = fn(&Value) -> String;

/// What can come beside or instead of a text; the first that is there is meant (an animation is a document as well, and
/// a venue a location).
const KINDS: &[(&str, Describe)] = &[
    ("photo", |_| "[photo]".into()),
    ("animation", |_| "[animation]".into()),
    ("video", |_| "[video]".into()),
    ("video_note", |it| seconds("video note", it)),
    ("voice", |_| "[voice message]".into()),
    ("audio", |it| named("audio", it.text("file_name").or_else(|| it.text("title")))),
    ("document", |it| named("document", it.text("file_name"))),
    ("sticker", |it| named("sticker", it.text("emoji"))),
    ("venue", venue),
    ("location", location),
    ("contact", contact),
    ("poll", poll),
    ("dice", |it| format!("[dice: {} {}]", it.text("emoji").unwrap_or("🎲"), it.int("value").unwrap_or_default())),
    ("paid_media", |it| format!("[paid media: {} stars]", it.int("star_count").unwrap_or_default())),
    ("story", |it| named("story", it.part("chat").map(chat_name).as_deref())),
    ("checklist", checklist),
    ("game", |it| named("game", it.text("title"))),
    ("invoice", |it| named("invoice", it.text("title"))),
    ("gift", |_| "[gift]".into()),
    ("unique_gift", |_| "[gift]".into()),
    ("giveaway", |_| "[giveaway]".into()),
    ("giveaway_winners", |_| "[giveaway winners]".into()),
    ("successful_payment", payment),
    ("refunded_payment", |_| "[a payment was refunded]".into()),
    ("users_shared", |_| "[shared people]".into()),
    ("chat_shared", |it| named("shared chat", it.text("title"))),
    ("web_app_data", |it| named("web app", it.text("data"))),
    ("passport_data", |_| "[passport data, which stay with Telegram]".into()),
];

/// What belongs to a message without being content.
const ABOUT: &[&str] = &[
    "message_id",
    "message_thread_id",
    "direct_messages_topic",
    "from",
    "sender_chat",
    "sender_boost_count",
    "sender_business_bot",
    "sender_tag",
    "date",
    "business_connection_id",
    "chat",
    "forward_origin",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_signature",
    "forward_sender_name",
    "forward_date",
    "is_topic_message",
    "is_automatic_forward",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "reply_to_checklist_task_id",
    "via_bot",
    "edit_date",
    "has_protected_content",
    "is_from_offline",
    "is_paid_post",
    "media_group_id",
    "author_signature",
    "paid_star_count",
    "text",
    "entities",
    "link_preview_options",
    "suggested_post_info",
    "effect_id",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
    "reply_markup",
];

/// What only tells of something that happened in the chat.
const HAPPENINGS: &[&str] = &[
    "new_chat_members",
    "new_chat_member",
    "new_chat_participant",
    "left_chat_member",
    "left_chat_participant",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "connected_website",
    "write_access_allowed",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "direct_message_price_changed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway_created",
    "giveaway_completed",
    "paid_message_price_changed",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "chat_owner_left",
    "chat_owner_changed",
];

/// What comes beside the text, in words.
fn beside(message: &Value) -> Option<String> {
    let there = |key: &str| message.get(key).filter(|value| is_something(value));
    if let Some((value, describe)) = KINDS.iter().find_map(|&(key, describe)| Some((there(key)?, describe))) {
        return Some(describe(value));
    }
    let known = |key: &str| ABOUT.contains(&key) || HAPPENINGS.contains(&key);
    let (key, _) = message.as_object()?.iter().find(|(key, value)| !known(key) && is_something(value))?;
    Some(format!("[a kind of message that this version does not know: {}]", line(key, 60)))
}

/// Telegram's own libraries write what is not there as null, false or an empty list.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn named(kind: &str, name: Option<&str>) -> String {
    name.map_or_else(|| format!("[{kind}]"), |name| format!("[{kind}: {}]", line(name, 500)))
}

fn seconds(kind: &str, it: &Value) -> String {
    it.int("duration").map_or_else(|| format!("[{kind}]"), |duration| format!("[{kind}, {duration} s]"))
}

fn place(it: &Value) -> String {
    let number = |key: &str| it.get(key).and_then(Value::as_f64).unwrap_or_default();
    format!("{}, {}", number("latitude"), number("longitude"))
}

fn location(it: &Value) -> String {
    let kind = if it.int("live_period").is_some() { "live location" } else { "location" };
    format!("[{kind}: {}]", place(it))
}

fn venue(it: &Value) -> String {
    let words = [it.text("title"), it.text("address")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let at = it.part("location").map(|at| format!(" ({})", place(at))).unwrap_or_default();
    format!("[venue: {}{at}]", line(&words, 500))
}

fn contact(it: &Value) -> String {
    let parts = [it.text("first_name"), it.text("last_name"), it.text("phone_number")];
    named("contact", Some(&parts.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

fn poll(it: &Value) -> String {
    let options = it.list("options").iter().filter_map(|option| option.text("text"));
    let options: String = options.take(20).map(|option| format!("\n- {}", line(option, 200))).collect();
    format!("{}{options}", named("poll", it.text("question")))
}

fn checklist(it: &Value) -> String {
    let tasks = it.list("tasks").iter().filter_map(|task| task.text("text"));
    let tasks: String = tasks.take(50).map(|task| format!("\n- {}", line(task, 200))).collect();
    format!("{}{tasks}", named("checklist", it.text("title")))
}

fn payment(it: &Value) -> String {
    let currency = it.text("currency").unwrap_or_default();
    format!("[payment: {} {currency} in its smallest unit]", it.int("total_amount").unwrap_or_default())
}
