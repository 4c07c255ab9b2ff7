use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, OperatorId},
    operator::Actor,
    permission::{Permission, Permissions},
};
use annex_store::{StoreError, Tx, audit, operators};
use serde_json::Value;

use crate::refusal::{Refusal, Rule};

/// Who does something, in which desk, allowed what, and when. Made once for a request.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Where.
    pub desk: DeskId,
    /// For the audit log.
    pub actor: Actor,
    /// What they may do: the union of an operator's roles, within the scopes of a token.
    pub permissions: Permissions,
    /// When.
    pub now: Timestamp,
}

impl Ctx {
    /// What the host does by itself, and who has its command line: everything is allowed.
    #[must_use]
    pub fn host(desk: DeskId, actor: Actor, now: Timestamp) -> Self {
        Self { desk, actor, permissions: Permissions::admin(), now }
    }

    /// Goes on only with this permission.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.permissions.has(permission) { Ok(()) } else { Err(Refusal::Forbidden(permission)) }
    }

    /// The operator who does it.
    ///
    /// # Errors
    /// [`Rule::PersonNeeded`] for everybody else.
    pub fn operator(&self) -> Result<OperatorId, Refusal> {
        match self.actor {
            Actor::Operator(id) => Ok(id),
            _ => Err(Rule::PersonNeeded.into()),
        }
    }

    /// What they may do now, under the lock of the transaction: it may have been taken from them since the request came. Whoever
    /// changes rights reads what they change after this, for until the end of the transaction nobody else changes any.
    pub(crate) async fn rights(&self, tx: &mut Tx) -> Result<Permissions, StoreError> {
        match self.actor {
            Actor::Operator(id) => Ok(operators::rights(tx, self.desk, id).await?.within(&self.permissions)),
            _ => Ok(self.permissions.clone()),
        }
    }

    /// Writes the audit row, in the transaction of what it records. `facts` never hold a secret.
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        action: Action,
        object: &str,
        facts: &Value,
    ) -> Result<(), StoreError> {
        audit::append(tx, self.desk, self.actor, action, object, facts, self.now).await
    }
}

/// Goes on only when what is there already, a role or an operator with theirs, is not more than these rights.
pub(crate) fn covers(rights: &Permissions, there: &Permissions) -> Result<(), Refusal> {
    match rights.lacks(there) {
        None => Ok(()),
        Some(_) => Err(Rule::BeyondYourRights.into()),
    }
}
