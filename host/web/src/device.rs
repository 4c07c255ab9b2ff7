//! Browsers that signed in before (OWASP: device cookies). A sign-in leaves a cookie for that account; a browser that brings it
//! has attempts of its own, so nobody can lock people out by failing with their address, or from their office. The cookie
//! proves nothing else: the password is asked for as ever.
//!
//! It is sealed with the host's key for one account, so nothing about it is stored. An account of the panel and one of the
//! client area with the same address are two. One of the panel says in which desks the browser signed in: it is known there alone,
//! as whoever manages a desk can invite any address and choose its password (ADR 23).

use std::time::Duration;

use annex_domain::{addon::Digest, clock::Timestamp, ids::DeskId, random};
use annex_store::logins::Trying;
use axum::{http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};

use crate::{
    cookie::{cookie_value, put_cookie},
    state::AppState,
};

/// How long a browser is known.
const KNOWN: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// In cookies' names, so that several people who share a browser are all known.
const DIGITS: usize = 16;
/// Desks in which a browser is known, those of late: more do not fit into a cookie.
const DESKS: usize = 20;

#[derive(Serialize, Deserialize)]
struct Sealed {
    id: String,
    until: Timestamp,
    #[serde(default)]
    desks: Vec<DeskId>,
}

/// The browser that tries to sign in to an account.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    account: String,
    /// Of one that was here before.
    id: Option<String>,
    /// Where an operator signed in with it, the last first.
    desks: Vec<DeskId>,
}

impl Device {
    /// Who asks for `account`, as the cookies of the request say.
    pub(crate) fn of(state: &AppState, headers: &HeaderMap, account: &str) -> Self {
        let account = account.trim().to_lowercase();
        let sealed = cookie_value(headers, &cookie_name(state, &account)).and_then(|sealed| {
            let bytes = hex::decode(sealed).ok()?;
            let bytes = state.lifecycle.vault().open_state(&context(&account), &bytes).ok()?;
            let sealed: Sealed = serde_json::from_slice(&bytes).ok()?;
            (state.clock.now() < sealed.until).then_some(sealed)
        });
        match sealed {
            Some(Sealed { id, desks, .. }) => Self { account, id: Some(id), desks },
            None => Self { account, id: None, desks: Vec::new() },
        }
    }

    /// For the limit on attempts.
    pub(crate) fn trying<'a>(&'a self, address: &'a str) -> Trying<'a> {
        Trying { account: &self.account, address, at: None, device: self.id.as_deref() }
    }

    /// The desks in which the browser is known as that of an operator with this address.
    pub(crate) fn known_in(&self) -> &[DeskId] {
        &self.desks
    }

    /// Lets the browser be known in desks after an operator gave the password of them; they are in the first.
    pub(crate) fn remember_in(mut self, desks: &[DeskId], state: &AppState, response: &mut Response) {
        for desk in desks.iter().rev() {
            self.desks.retain(|known| known != desk);
            self.desks.insert(0, *desk);
        }
        self.desks.truncate(DESKS);
        self.remember(state, response);
    }

    /// Lets the browser be known after it signed in. Without randomness it stays a stranger.
    pub(crate) fn remember(&self, state: &AppState, response: &mut Response) {
        let Some(id) = self.id.clone().or_else(|| random::bytes::<16>().ok().map(hex::encode)) else { return };
        let sealed = Sealed { id, until: state.clock.now().after(KNOWN), desks: self.desks.clone() };
        let Ok(bytes) = serde_json::to_vec(&sealed) else { return };
        let Ok(sealed) = state.lifecycle.vault().seal_state(&context(&self.account), &bytes) else { return };
        let name = cookie_name(state, &self.account);
        put_cookie(&state.config, response, &name, &hex::encode(sealed), KNOWN.as_secs());
    }
}

fn context(account: &str) -> String {
    format!("device of {account}")
}

fn cookie_name(state: &AppState, account: &str) -> String {
    let digest = Digest::of(account.as_bytes()).to_string();
    let digits = digest.get(..DIGITS).unwrap_or_default();
    format!("{}annex-device-{digits}", if state.config.is_https() { "__Host-" } else { "" })
}
