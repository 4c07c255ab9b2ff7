//! Requests of the host's own, that a manifest declares: the set-up of a channel. They pass the same steps as those of
//! components.

use annex_domain::ids::DeskId;
use http::Method;
use secrecy::SecretString;

use super::{
    Egress, LONGEST, Outbound, Room,
    auth::{Auth, Credential},
};
use crate::{error::EgressError, traffic::Traffic};

/// A request of the host's own.
pub struct Ask {
    /// https.
    pub url: String,
    /// POST with this JSON; `None`: GET.
    pub json: Option<Vec<u8>>,
    /// Where the credential goes, and its value.
    pub credential: Option<(Place, SecretString)>,
    /// A secret in `json`: taken out of what comes back.
    pub secret: Option<SecretString>,
}

/// Where a credential goes.
#[derive(Debug, Clone)]
pub enum Place {
    /// `Authorization: Bearer …`
    Bearer,
    /// `{secret}` in the path.
    Path,
    /// A header of that name.
    Header(String),
}

impl Egress {
    /// Status and body of the answer.
    pub(crate) async fn ask(&self, desk: DeskId, hosts: &[String], ask: Ask) -> Result<(u16, Vec<u8>), EgressError> {
        let auth = ask.credential.map(|(place, value)| {
            let value = Credential { key: "setup".into(), value };
            match place {
                Place::Bearer => Auth::Bearer(value),
                Place::Path => Auth::Path(value),
                Place::Header(name) => Auth::Header { name, value },
            }
        });
        let is_post = ask.json.is_some();
        let outbound = Outbound {
            method: if is_post { Method::POST } else { Method::GET },
            url: ask.url,
            headers: is_post.then(|| ("content-type".into(), "application/json".into())).into_iter().collect(),
            body: ask.json,
            auth,
            timeout: LONGEST,
        };
        let hidden = ask.secret.as_ref();
        let answer = self.send_hiding(desk, hosts, outbound, hidden, &Room::new(), &Traffic::default()).await?;
        Ok((answer.status, answer.body))
    }
}
