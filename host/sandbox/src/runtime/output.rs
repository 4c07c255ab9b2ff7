//! Checks answers that are not views: what a channel or a language hands over goes into the store and the panel.

use annex_domain::{
    channel::{Answered, Edit, Facts, Inbound, InboundMessage, InboundReply, Person, Receipt},
    configuration::{Choice, Problem, Verdict},
    fluent,
    language::LocaleFacts,
    text::{self, is_plain},
    ui::{Fault, UiError},
};

use crate::error::CallError;

const LARGEST_REPLY: usize = 64 << 10;
const MOST_BROUGHT: usize = 100;
const MOST_OF_A_MAIL: usize = 10;
const LARGEST_MESSAGE: usize = 256 << 10;
const LARGEST_HTML: usize = 512 << 10;
const MOST_THREADS: usize = 50;
const MOST_COPIES: usize = 50;
const MOST_FILES: usize = 20;
const MOST_UNSUPPORTED: usize = 20;
const LARGEST_FILE: u64 = 25 << 20;
const LARGEST_FILES: u64 = 30 << 20;
const MOST_TYPES: usize = 30;
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
    if reply.brought.len() > MOST_BROUGHT {
        return Err(bad("brought", "at most 100"));
    }
    check_brought(&mut reply.brought)?;
    Ok(reply)
}

pub(super) fn check_mail(mut made: Vec<Inbound>) -> Result<Vec<Inbound>, CallError> {
    if made.len() > MOST_OF_A_MAIL {
        return Err(bad("brought", "at most 10 of a mail"));
    }
    check_brought(&mut made)?;
    Ok(made)
}

fn check_brought(brought: &mut [Inbound]) -> Result<(), CallError> {
    for (at, inbound) in brought.iter_mut().enumerate() {
        let checked = match inbound {
            Inbound::Message(message) => {
                shorten_lines(message);
                // What no message can be called leads nowhere.
                message.answers = message.answers.take().filter(|id| is_id(id));
                check_message(message)
            }
            Inbound::Edited(edit) => check_edit(edit),
            Inbound::Deleted(external_id) => check_id("external-id", external_id),
            Inbound::Status(report) => {
                report.reason = report.reason.take().map(shorten);
                check_id("external-id", &report.external_id)
            }
        };
        checked.map_err(|(field, rule)| bad(format!("brought[{at}].{field}"), rule))?;
    }
    Ok(())
}

/// A title or name that is too long, or has a line break, must not keep a customer's message out: the service would deliver it
/// again and again, and then drop it.
fn shorten_lines(message: &mut InboundMessage) {
    let InboundMessage { sender, copies, subject, unsupported, .. } = message;
    let people = copies.iter_mut().chain([sender]);
    let of_people = people.flat_map(|Person { name, email, phone, .. }| [Some(name), email.as_mut(), phone.as_mut()]);
    for text in of_people.flatten().chain(subject).chain(unsupported) {
        if text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
            *text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect();
        }
    }
}

/// A field, and the rule that it breaks.
type Broken = (&'static str, &'static str);

fn check_message(message: &InboundMessage) -> Result<(), Broken> {
    check_id("external-id", &message.external_id)?;
    check_id("sender.handle", &message.sender.handle)?;
    if !(1..=MOST_THREADS).contains(&message.threads.len()) || !message.threads.iter().all(|thread| is_id(thread)) {
        return Err(("threads", "1 to 50, each 1 to 200 bytes of one line"));
    }
    if message.copies.len() > MOST_COPIES || !message.copies.iter().all(|person| is_id(&person.handle)) {
        return Err(("copies", "at most 50, each with a handle of 1 to 200 bytes of one line"));
    }
    let mut names = message.attachments.iter().filter_map(|attached| attached.content_id.as_deref());
    if message.attachments.len() > MOST_FILES || !names.all(is_id) {
        return Err(("attachments", "at most 20, each with a content-id of 1 to 200 bytes of one line, or none"));
    }
    if message.unsupported.len() > MOST_UNSUPPORTED {
        return Err(("unsupported", "at most 20"));
    }
    check_body(&message.text, message.html.as_deref())
}

fn check_edit(edit: &Edit) -> Result<(), Broken> {
    check_id("external-id", &edit.external_id)?;
    if edit.revision.number < 1 {
        return Err(("revision", "from 1"));
    }
    check_body(&edit.text, edit.html.as_deref())
}

fn check_id(field: &'static str, id: &str) -> Result<(), Broken> {
    if is_id(id) { Ok(()) } else { Err((field, "1 to 200 bytes of one line")) }
}

fn check_body(text: &str, html: Option<&str>) -> Result<(), Broken> {
    if text.len() > LARGEST_MESSAGE || text.contains('\0') {
        return Err(("text", "at most 256 KiB without NUL"));
    }
    if html.is_some_and(|html| html.len() > LARGEST_HTML || html.contains('\0')) {
        return Err(("html", "at most 512 KiB without NUL"));
    }
    Ok(())
}

pub(super) fn check_channel_facts(facts: Facts) -> Result<Facts, CallError> {
    if !(1..=1_000_000).contains(&facts.longest_text) {
        return Err(bad("longest-text", "1 to 1,000,000"));
    }
    let Some(files) = &facts.files else { return Ok(facts) };
    if !(1..=20).contains(&files.most) {
        return Err(bad("files.most", "1 to 20"));
    }
    if files.largest > LARGEST_FILE || files.together > LARGEST_FILES {
        return Err(bad("files", "at most 25 MiB each, and 30 MiB together"));
    }
    if files.types.len() > MOST_TYPES || !files.types.iter().all(|one| is_id(one)) {
        return Err(bad("files.types", "at most 30"));
    }
    Ok(facts)
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
    use annex_domain::channel::{Attached, FileBounds, Joins, Origin, Revision};

    use super::*;

    fn message() -> InboundMessage {
        InboundMessage {
            external_id: "1".into(),
            revision: None,
            threads: vec!["t".into()],
            joins: Joins::Members,
            sender: Person { handle: "h".into(), name: "Ann".into(), email: None, phone: None },
            copies: vec![],
            subject: None,
            text: "hello\nworld".into(),
            html: None,
            attachments: vec![],
            unsupported: vec![],
            origin: Origin::Person,
            answers: None,
            sent_at: None,
        }
    }

    fn reply(messages: Vec<InboundMessage>) -> InboundReply {
        let brought = messages.into_iter().map(|message| Inbound::Message(Box::new(message))).collect();
        InboundReply { status: 200, content_type: "application/json".into(), body: Vec::new(), brought }
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
        assert_eq!(path(check_inbound(reply(vec![message(); 101]))), "brought");
        let no_id = InboundMessage { external_id: String::new(), ..message() };
        assert_eq!(path(check_inbound(reply(vec![message(), no_id]))), "brought[1].external-id");
        let odd = |change: fn(&mut InboundMessage)| {
            let mut odd = message();
            change(&mut odd);
            path(check_inbound(reply(vec![odd])))
        };
        assert_eq!(odd(|it| it.threads.clear()), "brought[0].threads");
        assert_eq!(odd(|it| it.threads = vec!["t".into(); 51]), "brought[0].threads");
        assert_eq!(odd(|it| it.html = Some("x".repeat((512 << 10) + 1))), "brought[0].html");
        assert_eq!(odd(|it| it.copies = vec![it.sender.clone(); 51]), "brought[0].copies");
        assert_eq!(odd(|it| it.unsupported = vec!["Sticker".into(); 21]), "brought[0].unsupported");
        let attached = Attached { id: "1".into(), content_id: Some(String::new()) };
        let with_file = InboundMessage { attachments: vec![attached], ..message() };
        assert_eq!(path(check_inbound(reply(vec![with_file]))), "brought[0].attachments");
        let edit = Edit {
            external_id: "1".into(),
            revision: Revision { number: 0, by_author: true },
            text: "x".into(),
            html: None,
        };
        let edited = InboundReply { brought: vec![Inbound::Edited(edit)], ..reply(vec![]) };
        assert_eq!(path(check_inbound(edited)), "brought[0].revision");
        assert!(check_mail(reply(vec![message(); 11]).brought).is_err());
    }

    #[test]
    fn what_a_channel_can_carry_is_bounded() {
        let files = FileBounds { most: 20, largest: 25 << 20, together: 30 << 20, types: vec![] };
        let facts = Facts { files: Some(files.clone()), ..Facts::of_first() };
        assert_eq!(check_channel_facts(facts.clone()), Ok(facts.clone()));
        for wrong in [
            Facts { longest_text: 0, ..facts.clone() },
            Facts { files: Some(FileBounds { most: 0, ..files.clone() }), ..facts.clone() },
            Facts { files: Some(FileBounds { largest: (25 << 20) + 1, ..files.clone() }), ..facts.clone() },
            Facts { files: Some(FileBounds { types: vec!["a/b".into(); 31], ..files }), ..facts },
        ] {
            assert!(check_channel_facts(wrong.clone()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn long_titles_and_names_keep_no_message_out() {
        let sender = Person { name: "ü".repeat(300), ..message().sender };
        let odd = InboundMessage { subject: Some("a\r\nBcc: x".into()), sender, ..message() };
        let Inbound::Message(message) = check_inbound(reply(vec![odd])).unwrap().brought.remove(0) else { panic!() };
        assert_eq!(message.subject.as_deref(), Some("a  Bcc: x"));
        assert_eq!(message.sender.name.chars().count(), LONGEST_NAME);
    }

    #[test]
    fn what_is_no_id_of_an_answered_message_keeps_no_message_out() {
        let (longest, too_long) = ("x".repeat(200), "x".repeat(201));
        for (answers, kept) in [("", false), ("a\nb", false), (too_long.as_str(), false), (longest.as_str(), true)] {
            let answering = InboundMessage { answers: Some(answers.to_owned()), ..message() };
            let checked = check_inbound(reply(vec![answering])).unwrap().brought.remove(0);
            let Inbound::Message(message) = checked else { panic!() };
            assert_eq!(message.answers.as_deref(), kept.then_some(answers));
        }
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
