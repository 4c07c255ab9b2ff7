//! Checks answers that are not views: what a channel or a language hands over goes into the store and the panel.

use annex_domain::{
    channel::{Answered, InboundMessage, InboundReply, Receipt},
    configuration::{Choice, Problem, Verdict},
    fluent,
    language::LocaleFacts,
    text::{self, is_plain},
    ui::{Fault, UiError},
};

use crate::error::CallError;

const LARGEST_REPLY: usize = 64 << 10;
const MOST_MESSAGES: usize = 100;
const LARGEST_MESSAGE: usize = 256 << 10;
const LONGEST_ID: usize = 200;
const MOST_RECEIPT_THREADS: usize = 10;
const LONGEST_NAME: usize = 200;
const MOST_PROBLEMS: usize = 40;
const MOST_CHOICES: usize = 200;
const MOST_RESOURCES: usize = 50;
const LONGEST_TEXT: usize = 1_000;

pub(super) fn bad(path: impl Into<String>, rule: impl Into<String>) -> CallError {
    CallError::BadOutput(UiError { path: path.into(), rule: rule.into() })
}

/// A text for people: cut to what fits a page, without what could forge or reorder it.
pub(super) fn shorten(mut text: String) -> String {
    text::clean(&mut text, true);
    if text.chars().count() <= LONGEST_TEXT { text } else { text.chars().take(LONGEST_TEXT).chain(['…']).collect() }
}

pub(super) fn check_fault(fault: Fault) -> Fault {
    match fault {
        Fault::NeedsConfig(text) => Fault::NeedsConfig(shorten(text)),
        Fault::NeedsAuth(text) => Fault::NeedsAuth(shorten(text)),
        Fault::Upstream(text) => Fault::Upstream(shorten(text)),
        Fault::Denied(text) => Fault::Denied(shorten(text)),
        Fault::Internal(text) => Fault::Internal(shorten(text)),
    }
}

pub(super) fn check_verdict(verdict: Verdict) -> Result<Verdict, CallError> {
    match verdict {
        Verdict::Works(text) => Ok(Verdict::Works(text.map(shorten))),
        Verdict::Wrong(problems) if !(1..=MOST_PROBLEMS).contains(&problems.len()) => {
            Err(bad("wrong", "1 to 40 problems"))
        }
        Verdict::Wrong(problems) => {
            let shorter = |Problem { setting, text }| Problem { setting, text: shorten(text) };
            Ok(Verdict::Wrong(problems.into_iter().map(shorter).collect()))
        }
    }
}

pub(super) fn check_choices(mut choices: Vec<Choice>) -> Result<Vec<Choice>, CallError> {
    if choices.len() > MOST_CHOICES {
        return Err(bad("choices", "at most 200"));
    }
    for (at, choice) in choices.iter_mut().enumerate() {
        if !is_id(&choice.value) {
            return Err(bad(format!("choices[{at}].value"), "1 to 200 bytes of one line"));
        }
        text::clean(&mut choice.label, false);
        if choice.label.trim().is_empty() || choice.label.chars().count() > LONGEST_NAME {
            return Err(bad(format!("choices[{at}].label"), "1 to 200 characters"));
        }
        choice.hint = choice.hint.take().map(shorten);
    }
    Ok(choices)
}

pub(super) fn check_answered(answered: Answered) -> Result<Answered, CallError> {
    check_answer(answered.status, &answered.content_type, &answered.body)?;
    Ok(answered)
}

fn check_answer(status: u16, kind: &str, body: &[u8]) -> Result<(), CallError> {
    if !(200..=599).contains(&status) {
        return Err(bad("status", "200 to 599"));
    }
    if kind.len() > 100 || !kind.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return Err(bad("content-type", "at most 100 characters of ASCII"));
    }
    if body.len() > LARGEST_REPLY {
        return Err(bad("body", "at most 64 KiB"));
    }
    Ok(())
}

pub(super) fn check_inbound(mut reply: InboundReply) -> Result<InboundReply, CallError> {
    check_answer(reply.status, &reply.content_type, &reply.body)?;
    if reply.messages.len() > MOST_MESSAGES {
        return Err(bad("messages", "at most 100"));
    }
    for (at, message) in reply.messages.iter_mut().enumerate() {
        shorten_lines(message);
        check_message(message).map_err(|(field, rule)| bad(format!("messages[{at}].{field}"), rule))?;
    }
    Ok(reply)
}

/// A title or name that is too long, or has a line break, must not keep a customer's message out: the service would deliver it
/// again and again, and then drop it.
fn shorten_lines(message: &mut InboundMessage) {
    let optional = [&mut message.email, &mut message.phone, &mut message.subject];
    for text in optional.into_iter().flatten().chain([&mut message.name]) {
        if text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
            *text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect();
        }
    }
}

fn check_message(message: &InboundMessage) -> Result<(), (&'static str, &'static str)> {
    let ids = [("external-id", &message.external_id), ("thread", &message.thread), ("handle", &message.handle)];
    for (field, id) in ids {
        if !is_id(id) {
            return Err((field, "1 to 200 bytes of one line"));
        }
    }
    if message.body.len() > LARGEST_MESSAGE || message.body.contains('\0') {
        return Err(("body", "at most 256 KiB without NUL"));
    }
    Ok(())
}

pub(super) fn check_receipt(receipt: Receipt) -> Result<Receipt, CallError> {
    let Receipt { external_id, threads } = &receipt;
    if external_id.len() > LONGEST_ID || external_id.chars().any(char::is_control) {
        return Err(bad("external-id", "at most 200 bytes of one line"));
    }
    if threads.len() > MOST_RECEIPT_THREADS || !threads.iter().all(|thread| is_id(thread)) {
        return Err(bad("threads", "at most 10, each 1 to 200 bytes of one line"));
    }
    Ok(receipt)
}

/// An id of the service's own.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control)
}

pub(super) fn check_facts(facts: LocaleFacts) -> Result<LocaleFacts, CallError> {
    for (field, code) in [("code", Some(&facts.code)), ("fallback", facts.fallback.as_ref())] {
        if code.is_some_and(|code| !is_language_code(code)) {
            return Err(bad(field, "a BCP 47 code such as de or pt-BR"));
        }
    }
    for (field, name) in [("name", &facts.name), ("english-name", &facts.english_name)] {
        if name.trim().is_empty() || name.chars().count() > 60 || !is_plain(name, false) {
            return Err(bad(field, "1 to 60 characters of one line, none of them hidden"));
        }
    }
    Ok(facts)
}

fn is_language_code(code: &str) -> bool {
    (2..=12).contains(&code.len())
        && code.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

pub(super) fn check_resources(resources: Vec<(String, String)>) -> Result<Vec<(String, String)>, CallError> {
    if resources.is_empty() || resources.len() > MOST_RESOURCES {
        return Err(bad("resources", "1 to 50"));
    }
    for (at, (name, _)) in resources.iter().enumerate() {
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
            return Err(bad(format!("resources[{at}].name"), "1 to 100 bytes of one line"));
        }
    }
    fluent::check(resources.iter().map(|(name, text)| (&**name, &**text))).map_err(CallError::BadTexts)?;
    Ok(resources)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> InboundMessage {
        InboundMessage {
            external_id: "1".into(),
            thread: "t".into(),
            handle: "h".into(),
            name: "Ann".into(),
            email: None,
            phone: None,
            subject: None,
            body: "hello\nworld".into(),
            sent_at: None,
        }
    }

    fn reply(messages: Vec<InboundMessage>) -> InboundReply {
        InboundReply { status: 200, content_type: "application/json".into(), body: Vec::new(), messages }
    }

    fn path(result: Result<InboundReply, CallError>) -> String {
        match result {
            Err(CallError::BadOutput(error)) => error.path,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn replies_of_channels_are_bounded() {
        assert!(check_inbound(reply(vec![message()])).is_ok());
        assert_eq!(path(check_inbound(InboundReply { status: 99, ..reply(vec![]) })), "status");
        let header = InboundReply { content_type: "a\r\nSet-Cookie: x".into(), ..reply(vec![]) };
        assert_eq!(path(check_inbound(header)), "content-type");
        assert_eq!(path(check_inbound(InboundReply { body: vec![0; (64 << 10) + 1], ..reply(vec![]) })), "body");
        assert_eq!(path(check_inbound(reply(vec![message(); 101]))), "messages");
        let no_id = InboundMessage { external_id: String::new(), ..message() };
        assert_eq!(path(check_inbound(reply(vec![message(), no_id]))), "messages[1].external-id");
    }

    #[test]
    fn long_titles_and_names_keep_no_message_out() {
        let odd = InboundMessage { subject: Some("a\r\nBcc: x".into()), name: "ü".repeat(300), ..message() };
        let message = check_inbound(reply(vec![odd])).unwrap().messages.remove(0);
        assert_eq!((message.subject.as_deref(), message.name.chars().count()), (Some("a  Bcc: x"), LONGEST_NAME));
    }

    #[test]
    fn texts_of_faults_are_short_and_hide_nothing() {
        let text = format!("no\x1b[31m key\u{202e}\u{200b} in\nsettings{}", "x".repeat(2_000));
        let clean = "no[31m key in\nsettings";
        for fault in [Fault::NeedsConfig, Fault::NeedsAuth, Fault::Upstream, Fault::Denied, Fault::Internal]
            .map(|of| of(text.clone()))
        {
            let (Fault::NeedsConfig(text)
            | Fault::NeedsAuth(text)
            | Fault::Upstream(text)
            | Fault::Denied(text)
            | Fault::Internal(text)) = check_fault(fault);
            assert!(text.starts_with(clean) && text.chars().count() == LONGEST_TEXT + 1, "{text}");
        }
        assert_eq!(shorten("a\0b".into()), "ab");
    }

    #[test]
    fn texts_of_languages_are_bounded_before_anybody_parses_them() {
        let resources = |text: String| check_resources(vec![("panel.ftl".into(), text)]);
        assert!(resources("a = x\n".into()).is_ok());
        let deep = format!("a = x\nk = {}\"x\"{}\n", "{ ".repeat(500), " }".repeat(500));
        let Err(CallError::BadTexts(error)) = resources(deep) else { panic!("taken") };
        assert_eq!((error.code, &*error.file, error.line), ("fluent-too-deep", "panel.ftl", 2));
        assert_eq!(CallError::BadTexts(error).code(), "fluent-too-deep");
    }

    #[test]
    fn language_codes_are_codes() {
        let facts = |code: &str| LocaleFacts {
            code: code.into(),
            name: "x".into(),
            english_name: "x".into(),
            rtl: false,
            fallback: None,
        };
        assert!(check_facts(facts("pt-BR")).is_ok());
        for bad in ["", "d", "de_DE", "../en", "de-", "a-very-long-code"] {
            assert!(check_facts(facts(bad)).is_err(), "{bad}");
        }
    }
}
