use annex_domain::{audit::Action, operator::Actor};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        accounts::{self, Account},
        logins,
    },
    operators,
};
use serde_json::json;

use crate::{Billing, BillingError, Manager};

/// Who has logged in, as the issuer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// None: the client area of this host.
    pub issuer: Option<String>,
    /// Its name there.
    pub subject: String,
    /// Where invoices are mailed to, where the issuer tells it.
    pub email: Option<String>,
    /// A person's or a company's name.
    pub name: String,
    /// Ids of the desks whose licence it holds.
    pub desks: Vec<String>,
}

/// Logs a desk in with an account, in place of whatever login there was. Answers the account, and whether it holds the desk's
/// licence: without it, it is the wrong one, and only logging out is offered (R6).
///
/// # Errors
/// [`BillingError::Forbidden`]; [`StoreError::NotFound`] for an account of the client area that is gone.
pub async fn log_in(billing: &Billing, by: &Manager, who: &Identity) -> Result<(Account, bool), BillingError> {
    let (desk, now) = (by.desk, billing.now());
    let holds = who.desks.contains(&desk.to_string());
    let mut tx = billing.db().begin().await?;
    by.check(&mut tx).await?;
    let account = account_of(billing, &mut tx, by, who).await?;
    logins::log_in(&mut tx, desk, account.id, holds, by.operator, now).await?;
    let facts = json!({ "issuer": account.issuer, "subject": account.subject, "holds_licence": holds });
    let (actor, object) = (Actor::Operator(by.operator), super::object(account.id));
    audit::append(&mut tx, desk, actor, Action::BillingLogin, &object, &facts, now).await?;
    tx.commit().await?;
    Ok((account, holds))
}

async fn account_of(billing: &Billing, tx: &mut Tx, by: &Manager, who: &Identity) -> Result<Account, StoreError> {
    let Some(issuer) = &who.issuer else {
        let known = accounts::by_subject(tx, accounts::BUILT_IN_ISSUER, &who.subject).await?;
        return known.ok_or(StoreError::NotFound("billing account"));
    };
    // Invoices are mailed to whoever logged in, where the issuer tells no address.
    let email = match &who.email {
        Some(email) => email.clone(),
        None => operators::get(tx, by.desk, by.operator).await?.email,
    };
    accounts::upsert_foreign(tx, issuer, &who.subject, &email, &who.name, billing.now()).await
}
