//! Requests of the host's own: the set-up of a channel, and the check of a key before it is saved. They pass the same steps
//! as those of components.

use annex_domain::{ids::DeskId, settings::KeyPlace};
use http::Method;
use secrecy::SecretString;

use super::{
    Egress, LONGEST, Outbound, Room,
    auth::{Auth, Credential},
};
use crate::{error::EgressError, traffic::Traffic};

/// A request of the host's own, whose answer is expected as JSON.
pub struct HostRequest {
    /// https.
    pub url: String,
    /// POST with this JSON; `None`: GET.
    pub json: Option<Vec<u8>>,
    /// What proves whose request it is.
    pub key: Option<Key>,
    /// A secret in `json`: taken out of what comes back, as the key is.
    pub secret: Option<SecretString>,
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

impl Egress {
    /// Status and body of the answer.
    pub(crate) async fn ask(
        &self,
        desk: DeskId,
        hosts: &[String],
        ask: HostRequest,
    ) -> Result<(u16, Vec<u8>), EgressError> {
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if ask.json.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let outbound = Outbound {
            method: if ask.json.is_some() { Method::POST } else { Method::GET },
            url: ask.url,
            headers,
            body: ask.json,
            auth: ask.key.map(auth),
            timeout: LONGEST,
        };
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
