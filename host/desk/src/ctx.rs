use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId, TokenId},
    operator::Actor,
    permission::{Permission, Permissions},
    ticket::Author,
};
use annex_store::{StoreError, Tx, attachments::Maker, audit, operators, writes};
use serde_json::Value;

use crate::{
    Desk,
    refusal::{Refusal, Rule},
};

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
    /// The add-ons that led to it, one by the other's writes, the last of them being who does it; of a person's deed there are none.
    pub causes: Vec<InstallationId>,
    /// The API token that an operator sent; of what they do in person there is none.
    pub token: Option<TokenId>,
}

impl Ctx {
    /// Without causes, and in person.
    #[must_use]
    pub fn new(desk: DeskId, actor: Actor, permissions: Permissions, now: Timestamp) -> Self {
        Self { desk, actor, permissions, now, causes: Vec::new(), token: None }
    }

    /// What the host does by itself, and who has its command line: everything is allowed.
    #[must_use]
    pub fn host(desk: DeskId, actor: Actor, now: Timestamp) -> Self {
        Self::new(desk, actor, Permissions::admin(), now)
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

    /// In whose name a message is written.
    pub(crate) fn author(&self) -> Result<Author, Refusal> {
        match self.actor {
            Actor::Operator(id) => Ok(Author::Operator(id)),
            Actor::Addon(id) => Ok(Author::Addon(id)),
            _ => Err(Rule::PersonNeeded.into()),
        }
    }

    /// Whose the files are that it uploads or makes.
    pub(crate) fn maker(&self) -> Result<Maker, Refusal> {
        match self.actor {
            Actor::Operator(id) => Ok(Maker::Operator(id)),
            Actor::Addon(id) => Ok(Maker::Addon(id)),
            _ => Err(Rule::PersonNeeded.into()),
        }
    }

    /// Begins a transaction that tells add-ons what led to it (ADR 20).
    pub(crate) async fn begin(&self, desk: &Desk) -> Result<Tx, StoreError> {
        let mut tx = desk.db.begin().await?;
        tx.caused_by(self.causes.clone());
        Ok(tx)
    }

    /// Counts a write to a ticket or contact, of which add-ons have so many within an hour. What is refused counts nothing, as the
    /// transaction ends with it.
    pub(crate) async fn count_write(&self, tx: &mut Tx, subject: &str) -> Result<(), Refusal> {
        let Actor::Addon(installation) = self.actor else { return Ok(()) };
        if writes::count(tx, self.desk, installation, subject, self.now).await? {
            Ok(())
        } else {
            Err(Rule::TooManyWrites.into())
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
