//! The host's interfaces as functions, with the signatures of the generated ones: what `crate::host` is natively.

pub(crate) mod http {
    use super::super::{Sent, canned, state::with};
    use crate::bindings::common::annex::addon::{
        http::{Error, Request, Response},
        settings::Value,
    };

    /// Answers as prepared; a missing setting is an error as with the real host.
    #[expect(clippy::panic, reason = "an unexpected request has to fail the test, not look like a failing service")]
    pub(crate) fn send(request: &Request) -> Result<Response, Error> {
        let sent = Sent::of(request);
        let answer = with(|state| {
            state.requests.push(sent.clone());
            if state.denied.contains("http") {
                return Some(Err(Error::Denied("http is not granted".into())));
            }
            let is_set = |key: &str| match state.settings.get(key) {
                Some(Value::Text(text)) => !text.is_empty(),
                other => other.is_some(),
            };
            let keys = request.auth.as_ref().map(canned::keys).unwrap_or_default();
            if let Some(missing) = keys.into_iter().find(|key| !is_set(key)) {
                return Some(Err(Error::NeedsSetting(missing.to_owned())));
            }
            state.next_answer(&sent.method, &sent.url).map(|answer| answer.into_wire(&sent.url))
        });
        match answer {
            Some(answer) => answer,
            None => panic!("no answer is prepared for {} {}: add `.answer(…)` to the host", sent.method, sent.url),
        }
    }

    pub(crate) fn send_all(requests: &[Request]) -> Vec<Result<Response, Error>> {
        requests.iter().map(send).collect()
    }
}

pub(crate) mod kv {
    use super::super::state::{State, with};
    use crate::bindings::common::annex::addon::kv::{Entry, Error, KeyPage};

    /// The host's longest value in bytes.
    const LONGEST: usize = 256 * 1024;

    fn check(state: &State, key: &str) -> Result<(), Error> {
        if state.denied.contains("kv") {
            return Err(Error::Unavailable);
        }
        if key.is_empty() || key.len() > 256 {
            return Err(Error::Invalid("a key has 1 to 256 bytes".into()));
        }
        Ok(())
    }

    fn expect(state: &State, key: &str, expected: Option<u64>) -> Result<u64, Error> {
        let stored = state.kv.get(key).map_or(0, |(_, version)| *version);
        match expected {
            Some(expected) if expected != stored => Err(Error::Conflict(stored)),
            _ => Ok(stored),
        }
    }

    pub(crate) fn get(key: &str) -> Result<Option<Entry>, Error> {
        with(|state| {
            check(state, key)?;
            Ok(state.kv.get(key).map(|(value, version)| Entry { value: value.clone(), version: *version }))
        })
    }

    pub(crate) fn set(key: &str, value: &[u8], expected: Option<u64>) -> Result<u64, Error> {
        with(|state| {
            check(state, key)?;
            if value.len() > LONGEST {
                return Err(Error::Invalid("a value has at most 256 KiB".into()));
            }
            let version = expect(state, key, expected)? + 1;
            state.kv.insert(key.to_owned(), (value.to_vec(), version));
            Ok(version)
        })
    }

    pub(crate) fn delete(key: &str, expected: Option<u64>) -> Result<bool, Error> {
        with(|state| {
            check(state, key)?;
            expect(state, key, expected)?;
            Ok(state.kv.remove(key).is_some())
        })
    }

    pub(crate) fn list(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, Error> {
        with(|state| {
            let limit = limit.clamp(1, 1000) as usize;
            let after = |key: &String| cursor.is_none_or(|cursor| key.as_str() > cursor);
            let mut keys: Vec<String> =
                state.kv.keys().filter(|key| key.starts_with(prefix) && after(key)).take(limit + 1).cloned().collect();
            let more = keys.len() > limit;
            keys.truncate(limit);
            let next = if more { keys.last().cloned() } else { None };
            Ok(KeyPage { keys, next })
        })
    }
}

pub(crate) mod settings {
    use super::super::state::with;
    use crate::bindings::common::annex::addon::settings::Value;

    pub(crate) fn get(key: &str) -> Option<Value> {
        with(|state| state.settings.get(key).cloned())
    }
}

pub(crate) mod log {
    use super::super::state::with;
    use crate::bindings::common::annex::addon::log::Level;

    pub(crate) fn write(level: Level, message: &str) {
        let level = match level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        with(|state| state.logs.push(format!("{level}: {message}")));
    }
}

pub(crate) mod tickets {
    use super::super::state::{State, with};
    use crate::bindings::common::annex::addon::tickets::{Author, Error, Message, Status, Ticket};

    fn check(state: &State, capability: &str, id: &str) -> Result<(), Error> {
        if state.denied.contains(capability) {
            return Err(Error::Denied(format!("`{capability}` is not granted")));
        }
        if state.tickets.contains_key(id) { Ok(()) } else { Err(Error::NotFound) }
    }

    fn change(id: &str, change: impl FnOnce(&mut Ticket)) -> Result<(), Error> {
        with(|state| {
            check(state, "tickets.write", id)?;
            state.tickets.get_mut(id).map(change).ok_or(Error::NotFound)
        })
    }

    pub(crate) fn get(id: &str) -> Result<Ticket, Error> {
        with(|state| {
            check(state, "tickets.read", id)?;
            state.tickets.get(id).cloned().ok_or(Error::NotFound)
        })
    }

    pub(crate) fn messages(id: &str) -> Result<Vec<Message>, Error> {
        with(|state| {
            check(state, "tickets.read", id)?;
            Ok(state.messages.get(id).cloned().unwrap_or_default())
        })
    }

    pub(crate) fn add_note(id: &str, body: &str) -> Result<String, Error> {
        with(|state| {
            check(state, "tickets.write", id)?;
            Ok(state.add_message(id, body, Author::Addon))
        })
    }

    pub(crate) fn set_tags(id: &str, tags: &[String]) -> Result<(), Error> {
        change(id, |ticket| ticket.tags = tags.to_vec())
    }

    pub(crate) fn set_status(id: &str, status: Status) -> Result<(), Error> {
        change(id, |ticket| ticket.status = status)
    }
}

pub(crate) mod contacts {
    use super::super::state::{State, with};
    use crate::bindings::common::annex::addon::contacts::{Change, Contact, Error};

    fn check(state: &State, capability: &str) -> Result<(), Error> {
        if state.denied.contains(capability) {
            return Err(Error::Denied(format!("`{capability}` is not granted")));
        }
        Ok(())
    }

    pub(crate) fn get(id: &str) -> Result<Contact, Error> {
        with(|state| {
            check(state, "contacts.read")?;
            state.contacts.get(id).cloned().ok_or(Error::NotFound)
        })
    }

    pub(crate) fn find_by_email(email: &str) -> Result<Option<Contact>, Error> {
        with(|state| {
            check(state, "contacts.read")?;
            let is_same =
                |contact: &&Contact| contact.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
            Ok(state.contacts.values().find(is_same).cloned())
        })
    }

    pub(crate) fn update(id: &str, change: &Change) -> Result<Contact, Error> {
        with(|state| {
            check(state, "contacts.write")?;
            let contact = state.contacts.get_mut(id).ok_or(Error::NotFound)?;
            if let Some(name) = &change.name {
                contact.name.clone_from(name);
            }
            let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
            if let Some(phone) = &change.phone {
                contact.phone = text(phone);
            }
            if let Some(company) = &change.company {
                contact.company = text(company);
            }
            Ok(contact.clone())
        })
    }
}
