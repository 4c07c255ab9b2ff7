//! Holds what a step did against what is expected of it. Every difference says what was there instead.

use annex_domain::{
    channel::{ExternalId, InboundMessage},
    ui::View,
};
use annex_sandbox::{CallError, Report};

use super::{
    data::{Desk, Sent, Written},
    given::{Became, Expect, Mail, Message, Request},
    stub::Seen,
};

/// What a step did, as far as scenarios look at it.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) error: Option<CallError>,
    pub(super) texts: Vec<String>,
    pub(super) view: Option<View>,
    pub(super) toast: Option<String>,
    pub(super) invalid: Vec<String>,
    pub(super) status: Option<u16>,
    pub(super) body: Option<String>,
    pub(super) messages: Vec<InboundMessage>,
    pub(super) brought: Vec<String>,
    pub(super) outcome: Option<Became>,
    pub(super) external_id: Option<String>,
    pub(super) code: Option<String>,
    pub(super) requests: Vec<Seen>,
    pub(super) mails: Vec<Sent>,
}

/// The differences, in words.
pub(super) fn differences(expect: &Expect, done: &Done, report: &Report, desk: &Desk, ticket: usize) -> Vec<String> {
    let mut found = Vec::new();
    error(expect, done, &mut found);
    if done.error.is_none() || expect.error.is_some() {
        answer(expect, done, &mut found);
        messages(expect, done, desk, &mut found);
    }
    host_side(expect, done, report, &mut found);
    desk_side(expect, desk, ticket, &mut found);
    found
}

fn error(expect: &Expect, done: &Done, found: &mut Vec<String>) {
    match (&expect.error, &done.error) {
        (None, None) => {}
        (None, Some(error)) => found.push(format!("the call failed: {error} ({})", error.code())),
        (Some(expected), None) => found.push(format!("the error {expected} was expected, the call succeeded")),
        (Some(expected), Some(error)) if expected != error.code() => {
            found.push(format!("the error {expected} was expected, not {}: {error}", error.code()));
        }
        (Some(_), Some(error)) => {
            if let Some(text) = expect.error_text.as_ref().filter(|text| !error.to_string().contains(text.as_str())) {
                found.push(format!("the error's text lacks {text:?}: {error}"));
            }
        }
    }
}

fn answer(expect: &Expect, done: &Done, found: &mut Vec<String>) {
    for text in expect.texts.iter().filter(|text| !done.texts.iter().any(|shown| shown.contains(text.as_str()))) {
        found.push(format!("{text:?} is not shown; shown are {:?}", done.texts));
    }
    for text in expect.no_texts.iter().filter(|text| done.texts.iter().any(|shown| shown.contains(text.as_str()))) {
        found.push(format!("{text:?} is shown"));
    }
    same("toast", expect.toast.as_ref(), done.toast.as_ref(), found);
    same("invalid", expect.invalid.as_ref(), Some(&done.invalid), found);
    same("brought", expect.brought.as_ref(), Some(&done.brought), found);
    same("outcome", expect.outcome.as_ref(), done.outcome.as_ref(), found);
    same("external_id", expect.external_id.as_ref(), done.external_id.as_ref(), found);
    same("code", expect.code.as_ref(), done.code.as_ref(), found);
    same("status", expect.status.as_ref(), done.status.as_ref(), found);
    same("body", expect.body.as_ref(), done.body.as_ref(), found);
}

fn messages(expect: &Expect, done: &Done, desk: &Desk, found: &mut Vec<String>) {
    let Some(expected) = &expect.messages else { return };
    let made = &done.messages;
    if expected.len() != made.len()
        || !expected.iter().zip(made).all(|(expected, made)| message_fits(expected, made, desk))
    {
        found.push(format!("messages: {made:?} instead of {expected:?}"));
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: Option<&T>, found: Option<&T>, out: &mut Vec<String>) {
    match (expected, found) {
        (Some(expected), Some(found)) if expected != found => {
            out.push(format!("{what}: {found:?} instead of {expected:?}"))
        }
        (Some(expected), None) => out.push(format!("{what}: nothing instead of {expected:?}")),
        _ => {}
    }
}

fn message_fits(expected: &Message, made: &InboundMessage, desk: &Desk) -> bool {
    let fits = |expected: &Option<String>, made: &str| expected.as_ref().is_none_or(|expected| expected == made);
    let name = |id: &str| desk.files.facts(id).map(|facts| facts.name).unwrap_or_default();
    let names = || made.attachments.iter().map(|attached| name(&attached.id));
    let external_id = ExternalId { message: &made.external_id, revision: made.revision }.to_string();
    fits(&expected.external_id, &external_id)
        && fits(&expected.thread, made.threads.first().map_or("", String::as_str))
        && fits(&expected.handle, &made.sender.handle)
        && fits(&expected.name, &made.sender.name)
        && fits(&expected.body, &made.text)
        && fits(&expected.subject, made.subject.as_deref().unwrap_or_default())
        && expected.files.as_ref().is_none_or(|expected| names().eq(expected.iter().cloned()))
}

/// What the host saw: calls, log lines, requests.
fn host_side(expect: &Expect, done: &Done, report: &Report, found: &mut Vec<String>) {
    if let Some(expected) = &expect.calls {
        let names = report.host_calls.iter().map(|call| call.name).filter(|name| *name != "log.write");
        let names: Vec<_> = names.collect();
        if names != expected.iter().map(String::as_str).collect::<Vec<_>>() {
            found.push(format!("calls: {names:?} instead of {expected:?}"));
        }
    }
    let lines = || report.logs.iter().map(|line| line.message.as_str());
    for text in expect.logs.iter().filter(|text| !lines().any(|line| line.contains(text.as_str()))) {
        found.push(format!("{text:?} is not in the log; there are {:?}", lines().collect::<Vec<_>>()));
    }
    for seen in done.requests.iter().filter(|seen| !seen.answered) {
        found.push(format!("no answer is given for {}; add it below [[http]]", seen.request));
    }
    if let Some(expected) = &expect.http {
        requests(expected, &done.requests, found);
    }
    if let Some(expected) = &expect.mails {
        let sent = &done.mails;
        if expected.len() != sent.len() || !expected.iter().zip(sent).all(|(expected, sent)| mail_fits(expected, sent))
        {
            found.push(format!("mails: {sent:?} instead of {expected:?}"));
        }
    }
}

fn mail_fits(expected: &Mail, sent: &Sent) -> bool {
    expected.to.as_ref().is_none_or(|to| *to == sent.to)
        && expected.texts.iter().all(|text| sent.raw.contains(text.as_str()))
}

fn requests(expected: &[Request], seen: &[Seen], found: &mut Vec<String>) {
    let mut left: Vec<&Seen> = seen.iter().collect();
    for request in expected {
        match left.iter().position(|seen| request_fits(request, seen)) {
            Some(at) => drop(left.remove(at)),
            None => found.push(format!("{} was not sent as expected; sent were {}", request.request, shown(seen))),
        }
    }
    if !left.is_empty() && expected.len() < seen.len() {
        found.push(format!("{} requests were sent instead of {}: {}", seen.len(), expected.len(), shown(seen)));
    }
}

fn shown(seen: &[Seen]) -> String {
    let one = |seen: &Seen| format!("{} {:?} {:?}", seen.request, seen.headers, String::from_utf8_lossy(&seen.body));
    if seen.is_empty() { "none".into() } else { seen.iter().map(one).collect::<Vec<_>>().join("; ") }
}

fn request_fits(expected: &Request, seen: &Seen) -> bool {
    let json = || serde_json::from_slice::<serde_json::Value>(&seen.body).ok();
    expected.request == seen.request
        && expected.headers.iter().all(|(name, value)| seen.headers.get(&name.to_lowercase()) == Some(value))
        && expected.body.as_ref().is_none_or(|body| body.as_bytes() == seen.body)
        && expected.json.as_ref().is_none_or(|expected| serde_json::to_value(expected).ok() == json())
}

/// What is in the desk afterwards.
fn desk_side(expect: &Expect, desk: &Desk, ticket: usize, found: &mut Vec<String>) {
    for (key, expected) in &expect.kv {
        let stored = desk.stored(key);
        if serde_json::to_value(expected).ok() != stored {
            let stored = stored.map_or_else(|| "nothing".into(), |stored| stored.to_string());
            found.push(format!("kv.{key}: {stored} instead of {expected}"));
        }
    }
    let Written { notes, replies, tags } = desk.written(ticket);
    same("notes", expect.notes.as_ref(), Some(&notes), found);
    same("replies", expect.replies.as_ref(), Some(&replies), found);
    same("tags", expect.tags.as_ref(), Some(&tags), found);
    same("planned", expect.planned.as_ref(), Some(&desk.planned_keys()), found);
}
