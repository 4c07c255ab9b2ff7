//! Who is logged in to the billing system, as the add-on pages show it (R5, R6). The login itself is in `billing_login`.

use annex_domain::ids::AccountId;
use annex_store::{Db, StoreError, billing::logins, operators};

use crate::session::SignedIn;

/// The desk's login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::panel) enum Login {
    /// Nobody is logged in: what costs nothing goes on, the rest offers Login.
    None,
    /// The account that holds the licence of the desk.
    Holder(Holder),
    /// Another account: everything but Logout is refused (R6).
    Wrong(Holder),
}

/// An account, and who logged it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::panel) struct Holder {
    pub(in crate::panel) id: AccountId,
    /// Name and e-mail address.
    pub(in crate::panel) account: String,
    /// The operator's name; empty when they are gone.
    pub(in crate::panel) by: String,
}

impl Login {
    /// The desk's.
    pub(in crate::panel) async fn of(db: &Db, who: &SignedIn) -> Result<Self, StoreError> {
        let login = logins::of_desk(&mut db.read().await?, who.desk.id).await?;
        let Some(login) = login else { return Ok(Self::None) };
        let by = match operators::known(db, who.desk.id, login.by).await {
            Ok(operator) => operator.name,
            Err(StoreError::NotFound(_)) => String::new(),
            Err(error) => return Err(error),
        };
        let account = match login.account.name.trim() {
            "" => login.account.email.clone(),
            name => format!("{name} ({})", login.account.email),
        };
        let holder = Holder { id: login.account.id, account, by };
        Ok(if login.holds_licence { Self::Holder(holder) } else { Self::Wrong(holder) })
    }

    /// True when only Logout is offered.
    pub(in crate::panel) fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }

    /// True when something may be done that asks for the right account, or only for no wrong one.
    pub(in crate::panel) fn allows(&self, needed: bool) -> bool {
        self.is_holder() || !needed && !self.is_wrong()
    }

    /// True when money may be spent.
    pub(in crate::panel) fn is_holder(&self) -> bool {
        matches!(self, Self::Holder(_))
    }

    /// The account that may spend money; none with the wrong one.
    pub(in crate::panel) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Holder(holder) => Some(holder.id),
            Self::None | Self::Wrong(_) => None,
        }
    }
}
