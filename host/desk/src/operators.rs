//! Operators: who works in the desk, with which roles. Nobody gives rights that they lack, nor changes an operator who has more
//! than they have: a link for such a one would be a way to become them. Somebody is always left who can let the others in.

mod activate;
mod create;
mod deactivate;
mod invite;
mod invite_again;
mod set_roles;

#[cfg(test)]
mod tests;

pub use activate::activate;
pub use create::create;
pub use deactivate::deactivate;
pub use invite::{Invite, Invited, invite};
pub use invite_again::invite_again;
pub use set_roles::set_roles;

use annex_domain::{
    ids::{DeskId, OperatorId, RoleId},
    operator::Operator,
    permission::Permissions,
    text,
};
use annex_store::{
    StoreError, Tx,
    operators::{self, NewOperator},
    roles,
};

use crate::{
    Ctx, Refusal, Rule, Wrong,
    refusal::{Fields, taken},
};

/// The longest name of an operator, in characters.
const NAME: usize = 100;

/// Makes an operator, as everybody may who does.
async fn add(tx: &mut Tx, ctx: &Ctx, new: NewOperator) -> Result<Operator, Refusal> {
    let mut fields = Fields::default();
    let name = fields.text("name", &new.name, NAME).to_owned();
    let email = text::mail_address(new.email.trim()).unwrap_or_default();
    if email.is_empty() {
        fields.add("email", Wrong::MailAddress);
    }
    let rights = ctx.rights(tx).await?;
    if let Some(wrong) = wrong_with(tx, ctx.desk, &new.roles, &rights).await? {
        fields.add("roles", wrong);
    }
    fields.check()?;
    let new = NewOperator { name, email, ..new };
    operators::create(tx, ctx.desk, new, ctx.now).await.map_err(taken("email"))
}

/// Why somebody with these rights cannot give these roles. Roles of other desks, and those that are gone, allow nothing: the store
/// does not find them.
async fn wrong_with(
    tx: &mut Tx,
    desk: DeskId,
    ids: &[RoleId],
    rights: &Permissions,
) -> Result<Option<Wrong>, StoreError> {
    if ids.is_empty() {
        return Ok(Some(Wrong::Required));
    }
    let chosen = roles::list(tx, desk).await?.into_iter().filter(|role| ids.contains(&role.id));
    let given = Permissions(chosen.flat_map(|role| role.permissions.0).collect());
    Ok(rights.lacks(&given).map(Wrong::NotYours))
}

/// After a change, in its transaction: what leaves nobody who can let the others in is not committed.
async fn an_admin_is_left(tx: &mut Tx, desk: DeskId) -> Result<(), Refusal> {
    if operators::has_admin(tx, desk).await? { Ok(()) } else { Err(Rule::LastAdmin.into()) }
}

/// How an entry of the audit log names an operator.
fn object(id: OperatorId) -> String {
    format!("operator:{id}")
}
