//! Who does something: a member of a publisher, somebody of the platform, or whoever has the command line of the host.

use std::collections::BTreeSet;

use annex_domain::{
    addon::PublisherSlug,
    audit::Action,
    clock::Timestamp,
    ids::AccountId,
    operator::Actor,
    publisher::{Deed, MemberRole, PublisherStatus, StaffPermission},
};
use annex_store::{
    StoreError, Tx, audit,
    publishers::{members, organisations, staff},
};
use serde_json::Value;

use crate::{Portal, Refusal, Rule};

/// A member of a publisher who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// For which publisher.
    pub publisher: PublisherSlug,
    /// What they are to it.
    pub role: MemberRole,
    /// When.
    pub now: Timestamp,
}

impl Member {
    /// The account as a member of a publisher. To everybody else the publisher is not there.
    ///
    /// # Errors
    /// [`annex_desk::Refusal::NotFound`].
    pub async fn find(
        portal: &Portal,
        account: AccountId,
        publisher: &PublisherSlug,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let role = members::role(&mut portal.db.read().await?, publisher, account).await?;
        let role = role.ok_or_else(|| Refusal::not_found("publisher"))?;
        Ok(Self { account, publisher: publisher.clone(), role, now })
    }

    /// Goes on only when their role allows it.
    ///
    /// # Errors
    /// [`Refusal::Role`].
    pub fn require(&self, deed: Deed) -> Result<(), Refusal> {
        if self.role.may(deed) { Ok(()) } else { Err(Refusal::Role(deed)) }
    }

    /// Begins a transaction in which nobody else changes the publisher. What they may do is asked again in it: it may have been
    /// taken from them since the request came.
    pub(crate) async fn begin(&self, portal: &Portal, deed: Deed) -> Result<Tx, Refusal> {
        self.begin_beside(portal, deed, &self.publisher).await
    }

    /// The same where another publisher does not change either. Whoever locks two does it in the order of their slugs, so that none
    /// waits for the other.
    pub(crate) async fn begin_beside(&self, portal: &Portal, deed: Deed, other: &PublisherSlug) -> Result<Tx, Refusal> {
        self.require(deed)?;
        let mut tx = portal.db.begin().await?;
        for slug in BTreeSet::from([&self.publisher, other]) {
            organisations::lock(&mut tx, slug).await?;
        }
        let role = members::role(&mut tx, &self.publisher, self.account).await?;
        let role = role.ok_or_else(|| Refusal::not_found("publisher"))?;
        Self { role, ..self.clone() }.require(deed)?;
        match organisations::get(&mut tx, &self.publisher).await?.status {
            PublisherStatus::Active => Ok(tx),
            PublisherStatus::Suspended => Err(Rule::Suspended.into()),
        }
    }

    /// Writes the audit row of the host, in the transaction of what it records. `facts` never hold a secret.
    pub(crate) async fn record(&self, tx: &mut Tx, action: Action, facts: &Value) -> Result<(), StoreError> {
        let actor = Actor::Account(self.account);
        audit::append(tx, None, actor, action, self.publisher.as_str(), facts, self.now).await
    }
}

/// Somebody of the platform who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub account: AccountId,
    /// What they may do.
    pub permissions: BTreeSet<StaffPermission>,
    /// When.
    pub now: Timestamp,
}

impl Staff {
    /// The account as one of the platform's people; of everybody else the permissions are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(portal: &Portal, account: AccountId, now: Timestamp) -> Result<Self, Refusal> {
        let permissions = staff::permissions(&mut portal.db.read().await?, account).await?;
        Ok(Self { account, permissions, now })
    }

    /// Goes on only with this permission.
    ///
    /// # Errors
    /// [`Refusal::Staff`].
    pub fn require(&self, permission: StaffPermission) -> Result<(), Refusal> {
        if self.permissions.contains(&permission) { Ok(()) } else { Err(Refusal::Staff(permission)) }
    }
}

/// Who decides for the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// Somebody with a permission.
    Staff(&'a Staff),
    /// The command line on the machine of the host, at this time: everything is allowed.
    CommandLine(Timestamp),
}

impl By<'_> {
    /// When.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::Staff(staff) => staff.now,
            Self::CommandLine(now) => now,
        }
    }

    /// For the audit log.
    pub(crate) fn actor(self) -> Actor {
        match self {
            Self::Staff(staff) => Actor::Account(staff.account),
            Self::CommandLine(_) => Actor::CommandLine,
        }
    }

    /// Begins a transaction, in which the permission is asked for again.
    pub(crate) async fn begin(self, portal: &Portal, permission: StaffPermission) -> Result<Tx, Refusal> {
        let Self::Staff(asks) = self else { return Ok(portal.db.begin().await?) };
        asks.require(permission)?;
        let mut tx = portal.db.begin().await?;
        let permissions = staff::permissions(&mut tx, asks.account).await?;
        Staff { permissions, ..asks.clone() }.require(permission)?;
        Ok(tx)
    }

    /// Writes the audit row of the host, in the transaction of what it records.
    pub(crate) async fn record(
        self,
        tx: &mut Tx,
        action: Action,
        object: &str,
        facts: &Value,
    ) -> Result<(), StoreError> {
        audit::append(tx, None, self.actor(), action, object, facts, self.now()).await
    }
}
