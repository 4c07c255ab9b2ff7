//! Nobody gives more than they have, and nobody changes who has more. Every page that makes, changes or assigns rights asks
//! here, in the transaction of the change: no other changes rights meanwhile.

use annex_domain::permission::Permissions;
use annex_store::{Tx, operators};
use axum::http::StatusCode;

use crate::{error::PageError, i18n::Translator, session::SignedIn};

/// What the person who asks may give and take.
pub(super) struct Reach(Permissions);

impl Reach {
    /// As it is now: it may have been taken from them since the request came.
    pub(super) async fn now(tx: &mut Tx, who: &SignedIn) -> Result<Self, PageError> {
        Ok(Self(operators::rights(tx, who.desk.id, who.operator.id).await?))
    }

    /// Goes on only when what is there already is not more than they have: a role to change, or an operator with their roles.
    pub(super) fn covers(&self, there: &Permissions) -> Result<(), PageError> {
        match self.0.lacks(there) {
            None => Ok(()),
            Some(_) => Err(PageError::refused(
                StatusCode::FORBIDDEN,
                "beyond-your-rights",
                "this concerns more permissions than you have",
            )),
        }
    }

    /// Why these cannot be given, in words.
    pub(super) fn refuses(&self, t: &Translator, given: &Permissions) -> Option<String> {
        let missing = self.0.lacks(given)?;
        let label = t.get(&format!("permission-{}", missing.as_str().replace('.', "-")));
        Some(t.with("rights-not-yours", &[("permission", &label)]))
    }
}
