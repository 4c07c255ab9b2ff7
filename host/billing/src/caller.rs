use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId},
    operator::Actor,
    permission::{Permission, Permissions},
};
use annex_store::{Conn, StoreError, Tx, audit, billing::accounts, operators};
use serde_json::Value;

use crate::{BillingError, orders::standing_in};

/// Who acts for a billing account.
#[derive(Debug, Clone)]
pub enum Caller {
    /// An operator, for the account that their desk is logged in with.
    Manager(Manager),
    /// Who is signed in to the client area with it.
    Account(AccountId),
}

/// An operator who manages the add-ons of a desk, and with them what is paid.
#[derive(Debug, Clone)]
pub struct Manager {
    /// Of which desk.
    pub desk: DeskId,
    /// Who.
    pub operator: OperatorId,
    /// What they may do, within the scopes of a token.
    pub permissions: Permissions,
}

impl Manager {
    /// Goes on only when they may manage add-ons: it may have been taken from them since the request came.
    pub(crate) async fn check(&self, conn: &mut Conn) -> Result<(), BillingError> {
        let needed = Permission::AddonsManage;
        let operator = operators::get(conn, self.desk, self.operator).await?;
        let may = operator.active && operator.permissions.has(needed) && self.permissions.has(needed);
        if may { Ok(()) } else { Err(BillingError::Forbidden(needed)) }
    }
}

impl Caller {
    /// The account that they act for. Without the right login a desk has none (R5, R6).
    pub(crate) async fn account(&self, conn: &mut Conn) -> Result<AccountId, BillingError> {
        match self {
            Self::Account(account) => Ok(*account),
            Self::Manager(manager) => {
                manager.check(conn).await?;
                Ok(standing_in(conn, manager.desk).await?.ready()?.id)
            }
        }
    }

    /// Writes to the audit log of each desk that the account pays for. Who of another desk it was does not concern the others:
    /// there it is the account.
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        account: AccountId,
        action: Action,
        object: &str,
        facts: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for desk in accounts::desks_of(tx, account).await? {
            let actor = match self {
                Self::Manager(manager) if manager.desk == desk => Actor::Operator(manager.operator),
                _ => Actor::Account(account),
            };
            audit::append(tx, desk, actor, action, object, facts, now).await?;
        }
        Ok(())
    }
}
