use std::time::Duration;

use annex_domain::{
    addon::Digest, audit::Action, ids::RoleId, mail::MailFacts, operator::Operator, permission::Permission,
};
use annex_store::{
    Tx, logins,
    mails::{self, NewMail},
    operators::{self, NewOperator},
};
use serde_json::{Value, json};

use crate::{Ctx, Desk, Refusal};

/// How many days an invitation works.
const DAYS: u32 = 3;

/// Somebody to invite.
#[derive(Debug, Clone, Default)]
pub struct Invite {
    /// As shown.
    pub name: String,
    /// To sign in with, and where the invitation goes.
    pub email: String,
    /// At least one.
    pub roles: Vec<RoleId>,
}

/// Somebody who was invited. No `Debug`: it holds a secret.
pub struct Invited {
    /// Who has no password yet.
    pub operator: Operator,
    /// Of the link to choose one, `/setup/{secret}`: it works once, and is told this one time.
    pub secret: String,
}

/// Makes an operator without a password, and invites them to choose one: by a mail, and by the link in what this answers.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `email`, and `roles` that are none or allow more than who invites may do.
pub async fn invite(desk: &Desk, ctx: &Ctx, input: Invite) -> Result<Invited, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let new = NewOperator { email: input.email, name: input.name, password_hash: None, roles: input.roles };
    let operator = super::add(&mut tx, ctx, new).await?;
    let facts = json!({ "email": operator.email, "roles": operator.roles });
    let invited = send_link(&mut tx, ctx, operator, &facts).await?;
    tx.commit().await?;
    Ok(invited)
}

/// Makes the link, and the mail that tells it. Earlier links to this operator work no more. The link makes whoever has it the
/// operator: it is the secret of the mail, which the outbox does not show, and stays no longer than the mail waits ([`mails`]).
pub(super) async fn send_link(tx: &mut Tx, ctx: &Ctx, operator: Operator, facts: &Value) -> Result<Invited, Refusal> {
    let by = operators::get(tx, ctx.desk, ctx.operator()?).await?.name;
    let link = logins::SetupLink { desk: ctx.desk, operator: Some(operator.id) };
    let secret = logins::create_link(tx, link, Duration::from_hours(24 * u64::from(DAYS)), ctx.now).await?;
    let told = MailFacts::OperatorInvited { by, days: DAYS };
    let mail = NewMail {
        desk: ctx.desk,
        operator: Some(operator.id),
        to: operator.email.clone(),
        kind: told.kind(),
        args: told.args(),
        unique_key: format!("invitation:{}", Digest::of(secret.as_bytes())),
    };
    mails::put_with_secret(tx, &mail, &secret, ctx.now).await?;
    ctx.record(tx, Action::OperatorInvite, &super::object(operator.id), facts).await?;
    Ok(Invited { operator, secret })
}
