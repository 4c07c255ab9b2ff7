//! A login that a browser was sent away for. What comes back must have its `state`, in the session that it began in:
//! another session neither ends it nor uses it up.

use annex_billing::accounts;
use annex_domain::{
    ids::{DeskId, SessionId},
    operator::HostLabel,
    random,
};
use annex_store::billing::oidc::OidcRequest;
use openidconnect::{Nonce, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use crate::{error::PageError, state::AppState};

/// What is needed when the browser comes back. No `Debug`: it holds secrets.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    #[serde(skip)]
    pub(super) state: String,
    /// Whom the browser was sent to.
    pub(super) issuer: String,
    pub(super) nonce: Nonce,
    verifier: String,
    /// Where to go after.
    pub(super) next: String,
}

impl Pending {
    /// A login at `issuer` that has not begun. `at`: the desk's own name, where the browser asks by it; what comes back says it.
    pub(super) fn new(issuer: &str, next: &str, at: Option<&HostLabel>) -> Result<Self, PageError> {
        let token = random::token().map_err(PageError::internal)?;
        Ok(Self {
            state: at.map_or_else(|| token.clone(), |label| format!("{label}.{token}")),
            issuer: issuer.to_owned(),
            nonce: Nonce::new(random::token().map_err(PageError::internal)?),
            verifier: random::token().map_err(PageError::internal)?,
            next: next.to_owned(),
        })
    }

    /// The desk's name by which the browser was asked before it was sent away: issuers know one address to come back to, the host's own.
    pub(super) fn begun_at(state: &str) -> Option<HostLabel> {
        state.split_once('.').and_then(|(label, _)| label.parse().ok())
    }

    /// The secret behind the PKCE challenge.
    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }

    /// Remembers it until the browser comes back.
    pub(super) async fn keep(&self, state: &AppState, desk: DeskId, session: SessionId) -> Result<(), PageError> {
        let bytes = serde_json::to_vec(self).map_err(PageError::internal)?;
        let vault = state.lifecycle.vault();
        let sealed = vault.seal_state(&context(desk, session), &bytes).map_err(PageError::internal)?;
        let request = OidcRequest { desk, session, sealed };
        Ok(accounts::keep_pending(&state.billing, &self.state, &request).await?)
    }

    /// Takes it out, once. None: never begun, begun in another session, come back already, or too long ago.
    pub(super) async fn take(
        state: &AppState,
        token: &str,
        desk: DeskId,
        session: SessionId,
    ) -> Result<Option<Self>, PageError> {
        let sealed = accounts::take_pending(&state.billing, token, desk, session).await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = state.lifecycle.vault().open_state(&context(desk, session), &sealed);
        let mut pending: Self =
            serde_json::from_slice(&opened.map_err(PageError::internal)?).map_err(PageError::internal)?;
        token.clone_into(&mut pending.state);
        Ok(Some(pending))
    }
}

fn context(desk: DeskId, session: SessionId) -> String {
    format!("login to billing of {desk} in {session}")
}
