//! The host's interfaces as functions, with the signatures of the generated ones: what `crate::host` is natively.

pub(crate) mod contacts;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod kv;
pub(crate) mod mail;
pub(crate) mod schedule;
pub(crate) mod tickets;

use super::state::State;
use crate::bindings::plugin::annex::addon::types::{CustomChange, CustomField, Error};

pub(crate) mod about {
    use super::super::state::with;
    use crate::bindings::plugin::annex::addon::about::Installation;

    pub(crate) fn get() -> Installation {
        with(|state| state.installation.clone()).unwrap_or_else(|| Installation {
            id: "i1".into(),
            addon: "acme.test".into(),
            version: "1.0.0".into(),
            name: "Test".into(),
            desk: "Test desk".into(),
            locale: "en".into(),
            time_zone: "Europe/Berlin".into(),
            hooks: Some("https://desk.example/hooks/h1".into()),
        })
    }
}

pub(crate) mod settings {
    use super::super::state::with;
    use crate::bindings::plugin::annex::addon::settings::Value;

    pub(crate) fn get(key: &str) -> Option<Value> {
        with(|state| state.settings.get(key).cloned())
    }
}

pub(crate) mod log {
    use super::super::state::with;
    use crate::bindings::plugin::annex::addon::log::Level;

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

pub(crate) mod operators {
    use super::{super::state::with, granted, page};
    use crate::bindings::plugin::annex::addon::{
        operators::{Operator, OperatorPage},
        types::Error,
    };

    pub(crate) fn get(id: &str) -> Result<Operator, Error> {
        with(|state| {
            granted(state, "operators.read")?;
            state.operators.iter().find(|operator| operator.id == id).cloned().ok_or(Error::NotFound)
        })
    }

    pub(crate) fn list(cursor: Option<&str>, limit: u32) -> Result<OperatorPage, Error> {
        with(|state| {
            granted(state, "operators.read")?;
            let mut active: Vec<_> = state.operators.iter().filter(|operator| operator.active).cloned().collect();
            active.sort_by(|one, other| one.name.cmp(&other.name));
            let (operators, next) = page(active, cursor, limit)?;
            Ok(OperatorPage { operators, next })
        })
    }
}

/// As hosts refuse what was not granted.
fn granted(state: &State, capability: &str) -> Result<(), Error> {
    if state.denied.contains(capability) {
        return Err(Error::Denied(format!("`{capability}` is not granted")));
    }
    Ok(())
}

/// A part of a list, with a number as its cursor.
fn page<T>(all: Vec<T>, cursor: Option<&str>, limit: u32) -> Result<(Vec<T>, Option<String>), Error> {
    if !(1..=100).contains(&limit) {
        return Err(Error::Invalid("a limit is 1 to 100".into()));
    }
    let malformed = |_| Error::Invalid("the cursor is not one of this list".into());
    let from = cursor.map_or(Ok(0), str::parse::<usize>).map_err(malformed)?;
    let to = from.saturating_add(limit as usize);
    let next = (to < all.len()).then(|| to.to_string());
    Ok((all.into_iter().skip(from).take(limit as usize).collect(), next))
}

/// Changes custom fields; a new one comes behind the others.
fn change_fields(fields: &mut Vec<CustomField>, changes: &[CustomChange]) {
    for CustomChange { key, data } in changes {
        let known = fields.iter_mut().find(|field| field.key == *key);
        match (data, known) {
            (Some(data), Some(known)) => known.data = data.clone(),
            (Some(data), None) => fields.push(CustomField { key: key.clone(), data: data.clone() }),
            (None, _) => fields.retain(|field| field.key != *key),
        }
    }
}
