//! By whose name a request asks. Where the host has a domain for desks, `acme.` before it names one: a request that comes by that
//! name sees that desk alone, and who belongs to another is nobody there. By the host's own name each desk can be reached.

use std::convert::Infallible;

use annex_domain::ids::DeskId;
use axum::{extract::FromRequestParts, http::request::Parts};

/// The desk whose name was asked for; none: the host's own. Found by `middleware::known_host`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AskedFor(pub(crate) Option<DeskId>);

impl AskedFor {
    /// As the middleware noted it.
    pub(crate) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().copied().unwrap_or_default()
    }

    /// True when what belongs to this desk is there.
    pub(crate) fn sees(self, desk: DeskId) -> bool {
        self.0.is_none_or(|own| own == desk)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AskedFor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
