//! Requests of the host's own: the set-up of a channel, the check of a key before it is saved, and tokens of accounts. They pass the
//! same steps as those of components.

use annex_domain::{ids::DeskId, settings::KeyPlace};
use http::Method;
use secrecy::SecretString;

use super::{
    Egress, LONGEST, Outbound, Room,
    auth::{Auth, Credential},
};
use crate::{
    config::EgressConfig,
    error::{EgressError, SandboxError},
    traffic::Traffic,
};

/// A request of the host's own, whose answer is expected as JSON.
pub struct HostRequest {
    /// https.
    pub url: String,
    /// POST with this; `None`: GET.
    pub body: Option<Body>,
    /// What proves whose request it is.
    pub key: Option<Key>,
    /// A secret in `body`: taken out of what comes back, as the key is.
    pub secret: Option<SecretString>,
}

/// What a request of the host's own carries.
pub enum Body {
    /// JSON.
    Json(Vec<u8>),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<u8>),
}

/// A key and where it goes.
pub struct Key {
    /// Where.
    pub place: KeyPlace,
    /// The setting that it is, named in errors.
    pub setting: String,
    /// Taken out of what comes back.
    pub value: SecretString,
}

/// Sends requests of the host's own, where there is no sandbox at hand.
#[derive(Clone)]
pub struct Asker(Egress);

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asker").finish_non_exhaustive()
    }
}

impl Asker {
    /// Under these rules.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(config: EgressConfig) -> Result<Self, SandboxError> {
        Egress::new(config).map(Self).map_err(|error| SandboxError::Egress(error.to_string()))
    }

    pub(crate) fn of(egress: &Egress) -> Self {
        Self(egress.clone())
    }

    /// Sends a request for a desk to one of `hosts`; answers status and body.
    ///
    /// # Errors
    /// As for requests of add-ons.
    pub async fn ask(&self, desk: DeskId, hosts: &[String], ask: HostRequest) -> Result<(u16, Vec<u8>), EgressError> {
        self.0.ask(desk, hosts, ask).await
    }
}

impl Egress {
    /// Status and body of the answer.
    pub(crate) async fn ask(
        &self,
        desk: DeskId,
        hosts: &[String],
        ask: HostRequest,
    ) -> Result<(u16, Vec<u8>), EgressError> {
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        let (method, kind, body) = match ask.body {
            None => (Method::GET, None, None),
            Some(Body::Json(json)) => (Method::POST, Some("application/json"), Some(json)),
            Some(Body::Form(form)) => (Method::POST, Some("application/x-www-form-urlencoded"), Some(form)),
        };
        headers.extend(kind.map(|kind| ("content-type".to_owned(), kind.to_owned())));
        let outbound = Outbound { method, url: ask.url, headers, body, auth: ask.key.map(auth), timeout: LONGEST };
        let hidden = ask.secret.as_ref();
        let answer = self.send_hiding(desk, hosts, outbound, hidden, &Room::new(), &Traffic::default()).await?;
        Ok((answer.status, answer.body))
    }
}

fn auth(key: Key) -> Auth {
    let value = Credential { key: Some(key.setting), value: key.value };
    match key.place {
        KeyPlace::Bearer => Auth::Bearer(value),
        KeyPlace::Basic(password) => {
            Auth::Basic { user: value, password: Credential { key: None, value: password.into() } }
        }
        KeyPlace::Header(name) => Auth::Header { name, value },
        KeyPlace::Query(name) => Auth::Query { name, value },
        KeyPlace::Path => Auth::Path(value),
    }
}
