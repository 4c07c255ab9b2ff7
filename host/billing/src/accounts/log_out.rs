use annex_domain::{audit::Action, operator::Actor};
use annex_store::{audit, billing::logins};
use serde_json::json;

use crate::{Billing, BillingError, Manager};

/// Logs a desk out. Nothing happens when it is not logged in.
///
/// # Errors
/// [`BillingError::Forbidden`].
pub async fn log_out(billing: &Billing, by: &Manager) -> Result<(), BillingError> {
    let mut tx = billing.db().begin().await?;
    by.check(&mut tx).await?;
    if let Some(login) = logins::of_desk(&mut tx, by.desk).await? {
        logins::log_out(&mut tx, by.desk).await?;
        let (actor, object) = (Actor::Operator(by.operator), super::object(login.account.id));
        audit::append(&mut tx, by.desk, actor, Action::BillingLogout, &object, &json!({}), billing.now()).await?;
    }
    Ok(tx.commit().await?)
}
