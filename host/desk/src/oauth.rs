//! What the issuer gives to services of add-ons: codes of single sign-on, and access tokens. Who asks has proved to be a
//! client; what it may do is what the desk consented to when it installed the add-on, so there is no [`crate::Ctx`].

mod authorise;
mod exchange;
mod give;
mod prove;
mod revoke;

pub use authorise::authorise;
pub use exchange::{Exchanged, exchange};
pub use give::give;
pub use prove::prove;
pub use revoke::revoke;

use annex_domain::{clock::Timestamp, permission::Permissions};
use serde::{Deserialize, Serialize};

/// What a code of single sign-on is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Where it was sent.
    pub redirect_uri: String,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// Of PKCE, by S256.
    pub code_challenge: String,
    /// Parts of the profile that are asked for: `openid`, `email`, `profile`.
    pub claims: Vec<String>,
    /// What the access token may do at most.
    pub scopes: Permissions,
    /// When the operator's password was given.
    pub auth_time: Timestamp,
}
