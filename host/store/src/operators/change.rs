//! Changes of operators that something follows: their sessions end, what would reset their password, or they get add-ons.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, RoleId, SessionId},
    operator::{Operator, Theme},
};

use super::{NewOperator, email_taken, found, get};
use crate::{
    db::{Tx, query::execute},
    desks,
    error::{Result, StoreError},
    logins, sessions, text, users,
};

/// Makes an active operator, who gets the add-ons that are for everyone or for one of their roles (R28).
///
/// # Errors
/// [`StoreError::Taken`] when the e-mail address is in use in the desk; [`StoreError::NotFound`] for a role of another desk.
pub async fn create(tx: &mut Tx, desk: DeskId, new: NewOperator, now: Timestamp) -> Result<Operator> {
    let email = text::email(&new.email)?;
    let name = checked_name(&new.name)?;
    let id = OperatorId::new();
    desks::lock(tx, desk).await?;
    execute!(
        tx,
        "INSERT INTO operators (id, desk_id, email, name, password_hash, theme, shortcuts, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7)",
        id,
        desk,
        &email,
        name,
        new.password_hash,
        Theme::System,
        now
    )
    .map_err(email_taken)?;
    assign(tx, desk, id, &new.roles).await?;
    users::welcome(tx, desk, id, &new.roles, now).await?;
    get(tx, desk, id).await
}

/// Stores another password's hash, and ends all sessions but `keep`, and what links there are to reset the password.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_password(
    tx: &mut Tx,
    desk: DeskId,
    id: OperatorId,
    hash: &str,
    keep: Option<SessionId>,
) -> Result<()> {
    let sql = "UPDATE operators SET password_hash = $3 WHERE desk_id = $1 AND id = $2";
    found(execute!(tx, sql, desk, id, hash)?)?;
    sessions::revoke_all(tx, desk, id, keep).await?;
    logins::end_links(tx, desk, id).await
}

/// Replaces the roles. Whoever gets a role gets the add-ons that are for it (R28), and loses none.
///
/// # Errors
/// [`StoreError::NotFound`] for the operator or a role.
pub async fn set_roles(tx: &mut Tx, desk: DeskId, id: OperatorId, roles: &[RoleId], now: Timestamp) -> Result<()> {
    desks::lock(tx, desk).await?;
    let before = get(tx, desk, id).await?.roles;
    execute!(tx, "DELETE FROM operator_roles WHERE desk_id = $1 AND operator_id = $2", desk, id)?;
    assign(tx, desk, id, roles).await?;
    // Only what is new: what was taken from somebody does not come back when their roles are saved again.
    let gained: Vec<_> = roles.iter().filter(|role| !before.contains(role)).copied().collect();
    users::got_roles(tx, desk, id, &gained, now).await
}

/// Switches the account on or off. Off ends its sessions; its tokens do not work while it is off, and its licences may go
/// to others. On gives it back what there is a licence left for.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_active(tx: &mut Tx, desk: DeskId, id: OperatorId, active: bool, now: Timestamp) -> Result<()> {
    desks::lock(tx, desk).await?;
    found(execute!(tx, "UPDATE operators SET active = $3 WHERE desk_id = $1 AND id = $2", desk, id, active)?)?;
    if active {
        users::came_back(tx, desk, id, now).await
    } else {
        sessions::revoke_all(tx, desk, id, None).await.map(drop)
    }
}

async fn assign(tx: &mut Tx, desk: DeskId, id: OperatorId, roles: &[RoleId]) -> Result<()> {
    for role in roles {
        let sql = "INSERT INTO operator_roles (desk_id, operator_id, role_id)
                   SELECT desk_id, $2, id FROM roles WHERE desk_id = $1 AND id = $3
                   ON CONFLICT (operator_id, role_id) DO UPDATE SET role_id = excluded.role_id";
        if execute!(tx, sql, desk, id, *role)? == 0 {
            return Err(StoreError::NotFound("role"));
        }
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::Invalid { field: "name", problem: "is empty" });
    }
    StoreError::text("name", name, 100)?;
    Ok(name)
}
