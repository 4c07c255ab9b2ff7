//! What a member has of the developer desk, once they are something else or gone: an owner holds its licence and lets the others in.

use annex_domain::{
    audit::Action,
    ids::{AccountId, DeskId},
    operator::{Actor, Operator},
    publisher::{Deed, MemberRole},
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{self, accounts, top_ups},
    operators::{self, NewOperator},
    publishers::{
        members::{self, Member as Listed},
        organisations,
    },
    roles::{self, Builtin},
};
use serde_json::{Value, json};

use super::invite;
use crate::Member;

/// The longest name of an operator, in characters.
const NAME: usize = 100;

/// Ends what the role that a member had gave them of the developer desk, in the transaction that changes it: credit is bought with the
/// card of who may, the owner who is it longest holds the licence and manages the desk, and who has left, or is an owner no more, works in
/// it no more, unless they are let in again. The publisher is locked.
///
/// # Errors
/// When the database fails.
pub(crate) async fn hand_on(
    tx: &mut Tx,
    by: &Member,
    account: AccountId,
    before: MemberRole,
    after: Option<MemberRole>,
) -> Result<(), StoreError> {
    let Some(desk) = organisations::get(tx, &by.publisher).await?.developer_desk else { return Ok(()) };
    billing::lock(tx, desk).await?;
    let may_top_up = after.is_some_and(|role| role.may(Deed::Credit));
    if !may_top_up && top_ups::get(tx, desk).await?.is_some_and(|rule| rule.account == account) {
        top_ups::remove(tx, desk).await?;
        record(tx, by, desk, Action::BillingTopUpRule, "credit", &json!({})).await?;
    }
    let has_left = after.is_none() || (before == MemberRole::Owner && after != Some(MemberRole::Owner));
    if !has_left {
        return Ok(());
    }
    let all = members::list(tx, &by.publisher).await?;
    let heir = all.into_iter().find(|member| member.role == MemberRole::Owner).ok_or(StoreError::NotFound("owner"))?;
    let held = accounts::licence_holder(tx, desk).await? == Some(account);
    if held {
        accounts::move_licence(tx, desk, heir.account, by.now).await?;
        let (object, facts) = (format!("account:{}", heir.account), json!({ "email": heir.email }));
        record(tx, by, desk, Action::BillingLicence, &object, &facts).await?;
    }
    if lock_out(tx, by, desk, account).await? || held { let_in(tx, by, desk, heir).await } else { Ok(()) }
}

/// True when whoever has the account worked in the desk until now.
async fn lock_out(tx: &mut Tx, by: &Member, desk: DeskId, account: AccountId) -> Result<bool, StoreError> {
    let email = accounts::get(tx, account).await?.email;
    let Some(operator) = operator_of(tx, desk, &email).await?.filter(|operator| operator.active) else {
        return Ok(false);
    };
    operators::set_active(tx, desk, operator.id, false, by.now).await?;
    record(tx, by, desk, Action::OperatorDeactivate, &format!("operator:{}", operator.id), &json!({})).await?;
    Ok(true)
}

/// Makes an owner somebody who manages the desk, and invites them where they do not work in it yet.
async fn let_in(tx: &mut Tx, by: &Member, desk: DeskId, heir: Listed) -> Result<(), StoreError> {
    let admin = roles::builtin(tx, desk, Builtin::Admin).await?.id;
    let Some(known) = operator_of(tx, desk, &heir.email).await? else {
        let name = heir.name.chars().take(NAME).collect();
        let new = NewOperator { email: heir.email, name, password_hash: None, roles: vec![admin] };
        let made = operators::create(tx, desk, new, by.now).await?;
        let facts = json!({ "email": made.email, "roles": made.roles });
        record(tx, by, desk, Action::OperatorInvite, &format!("operator:{}", made.id), &facts).await?;
        let name = accounts::get(tx, by.account).await?.name;
        return invite(tx, desk, Some(made.id), &made.email, &name, by.now).await;
    };
    let object = format!("operator:{}", known.id);
    if !known.active {
        operators::set_active(tx, desk, known.id, true, by.now).await?;
        record(tx, by, desk, Action::OperatorReactivate, &object, &json!({})).await?;
    }
    if !known.roles.contains(&admin) {
        let roles = [known.roles.as_slice(), &[admin]].concat();
        operators::set_roles(tx, desk, known.id, &roles, by.now).await?;
        record(tx, by, desk, Action::OperatorRoles, &object, &json!({ "before": known.roles, "roles": roles })).await?;
    }
    Ok(())
}

/// Who works in the desk with this address.
async fn operator_of(tx: &mut Tx, desk: DeskId, email: &str) -> Result<Option<Operator>, StoreError> {
    Ok(operators::by_email(tx, email, Some(desk)).await?.into_iter().next().map(|known| known.operator))
}

/// Writes the audit row of the desk.
async fn record(
    tx: &mut Tx,
    by: &Member,
    desk: DeskId,
    action: Action,
    object: &str,
    facts: &Value,
) -> Result<(), StoreError> {
    audit::append(tx, desk, Actor::Account(by.account), action, object, facts, by.now).await
}
