//! Requests, answered as prepared.

use super::super::{
    Sent, canned,
    state::{Kept, State, with},
};
use crate::bindings::plugin::annex::addon::{
    http::{Content, Error, Request, Response, Target},
    settings::Value,
};

/// Answers as prepared; a missing setting is an error as with the real host.
#[expect(clippy::panic, reason = "an unexpected request has to fail the test, not look like a failing service")]
pub(crate) fn send(request: &Request) -> Result<Response, Error> {
    let (sent, answer) = with(|state| {
        let sent = Sent::of(request, state);
        state.requests.push(sent.clone());
        let answer = refused(state, request).map(Err).or_else(|| {
            let answer = state.next_answer(&sent.method, &sent.url)?;
            Some(answer.into_wire(&sent.url).map(|answer| stored(state, request, answer)))
        });
        (sent, answer)
    });
    match answer {
        Some(answer) => answer,
        None => panic!("no answer is prepared for {} {}: add `.answer(…)` to the host", sent.method, sent.url),
    }
}

pub(crate) fn send_all(requests: &[Request]) -> Vec<Result<Response, Error>> {
    requests.iter().map(send).collect()
}

fn refused(state: &State, request: &Request) -> Option<Error> {
    if state.denied.contains("http") {
        return Some(Error::Denied("http is not granted".into()));
    }
    let is_set = |key: &str| match state.settings.get(key) {
        Some(Value::Text(text)) => !text.is_empty(),
        other => other.is_some(),
    };
    let keys = request.auth.as_ref().map(canned::keys).unwrap_or_default();
    let missing = keys.into_iter().find(|key| !is_set(key))?;
    Some(Error::NeedsSetting(missing.to_owned()))
}

/// Puts the body of a success into the file that the request names.
fn stored(state: &mut State, request: &Request, answer: Response) -> Response {
    match (&request.target, answer.content) {
        (Target::NewFile(name), Content::Bytes(bytes)) if (200..300).contains(&answer.status) => {
            let (id, kept) = (format!("f{}", state.files.len() + 1), Kept::complete(name, &bytes));
            let content = Content::NewFile(kept.facts(&id));
            state.files.insert(id, kept);
            Response { content, status: answer.status, headers: answer.headers }
        }
        (_, content) => Response { content, status: answer.status, headers: answer.headers },
    }
}
