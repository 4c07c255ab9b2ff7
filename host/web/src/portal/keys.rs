//! The keys that a publisher signs with. One is enrolled in two steps: its fingerprint is shown first, then the password is asked for.

use annex_domain::{addon::KeyId, publisher::Deed};
use annex_portal::keys::{enrol, read, remove};
use annex_store::catalog::{self, Key, KeyStatus};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/keys", get(show).post(add))
        .route("/portal/publishers/{publisher}/keys/{key}/remove", get(ask_removal).post(take_away))
}

#[derive(Template)]
#[template(path = "portal/keys.html")]
struct KeysPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    keys: Vec<Key>,
    may_change: bool,
    step: Step,
}

/// What the form of the page does.
enum Step {
    /// Takes the text of a key.
    Enter,
    /// Enrols the key that is shown, with the password.
    Confirm { pem: String, fingerprint: KeyId },
    /// Takes a key away, with the password.
    Remove(KeyId),
}

impl KeysPage {
    fn is_active(&self, key: &Key) -> bool {
        self.may_change && key.status == KeyStatus::Active
    }

    /// What a status is called.
    fn status(&self, key: &Key) -> String {
        self.shell.t.get(&format!("portal-key-{}", key.status))
    }

    /// The key that waits for the password: its text and its fingerprint.
    fn confirming(&self) -> Option<(&str, &KeyId)> {
        match &self.step {
            Step::Confirm { pem, fingerprint } => Some((pem.as_str(), fingerprint)),
            Step::Enter | Step::Remove(_) => None,
        }
    }

    /// The key that is to be taken away.
    fn removing(&self) -> Option<&KeyId> {
        match &self.step {
            Step::Remove(key) => Some(key),
            Step::Enter | Step::Confirm { .. } => None,
        }
    }
}

async fn keys_page(state: &AppState, who: &Insider, step: Step, form: &Posted) -> Result<KeysPage, PageError> {
    let known = catalog::publisher(&mut state.db.read().await?, &who.member.publisher).await?;
    let fields = match &step {
        Step::Enter => vec![Field::new("key", form.raw("key"), 1_000, Entry::Area)],
        Step::Confirm { .. } => vec![Field::password(Guarded::KeyEnrolled)],
        Step::Remove(_) => {
            vec![Field::new("reason", form.get("reason"), 500, Entry::Line), Field::password(Guarded::KeyRemoved)]
        }
    };
    Ok(KeysPage {
        shell: who.shell("portal-keys-title"),
        frame: who.around(Place::Keys),
        errors: FormErrors::default(),
        fields,
        path: who.path("/keys"),
        keys: known.map(|known| known.keys).unwrap_or_default(),
        may_change: who.member.role.may(Deed::Keys),
        step,
    })
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    page(&keys_page(&state, &who, Step::Enter, &Posted::default()).await?)
}

async fn add(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Keys)?;
    let pem = form.get("key").to_owned();
    let key = match read(&pem) {
        Ok(key) => key,
        Err(refusal) => {
            let mut shown = keys_page(&state, &who, Step::Enter, &form).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            return page_with(status, &shown);
        }
    };
    let step = Step::Confirm { pem: pem.clone(), fingerprint: key.id };
    if !form.has("password") {
        return page(&keys_page(&state, &who, step, &form).await?);
    }
    let session = session(&state, &headers);
    match enrol(&state.portal(), &who.member, &pem, &given(&session, &address, &form)).await {
        Ok(_) => Ok(Flash::success("portal-keys-enrolled").redirect(&who.path("/keys"))),
        Err(refusal) => {
            let mut shown = keys_page(&state, &who, step, &form).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}

async fn ask_removal(
    State(state): State<AppState>,
    Path((_, key)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    who.member.require(Deed::Keys)?;
    let key: KeyId = key.parse().map_err(|_| PageError::NotFound)?;
    let shown = keys_page(&state, &who, Step::Remove(key.clone()), &Posted::default()).await?;
    if !shown.keys.iter().any(|known| known.id == key) {
        return Err(PageError::NotFound);
    }
    page(&shown)
}

async fn take_away(
    State(state): State<AppState>,
    Path((_, key)): Path<(String, String)>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    let key: KeyId = key.parse().map_err(|_| PageError::NotFound)?;
    let session = session(&state, &headers);
    let given = given(&session, &address, &form);
    match remove(&state.portal(), &who.member, &key, form.get("reason"), &given).await {
        Ok(()) => Ok(Flash::success("portal-keys-removed").redirect(&who.path("/keys"))),
        Err(refusal) => {
            let mut shown = keys_page(&state, &who, Step::Remove(key), &form).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}
