//! Roles: sets of permissions of a desk. Admin and Agent come with the desk; Admin always allows everything.

use std::collections::HashMap;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, RoleId},
    operator::Role,
    permission::Permissions,
};

use crate::{
    db::{
        Conn, Tx,
        query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
};

annex_domain::words! {
    /// The roles that come with a desk.
    pub enum Builtin: "built-in role" {
        /// Everything; cannot be changed.
        Admin = "admin",
        /// Tickets and contacts; its permissions can be changed.
        Agent = "agent",
    }
}

impl Builtin {
    fn name(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Agent => "Agent",
        }
    }
}

/// Makes a role.
///
/// # Errors
/// [`StoreError::Taken`] when the desk has one with this name.
pub async fn create(tx: &mut Tx, desk: DeskId, name: &str, permissions: &Permissions, now: Timestamp) -> Result<Role> {
    insert(tx, desk, name, None, permissions, now).await
}

pub(crate) async fn create_builtin(
    tx: &mut Tx,
    desk: DeskId,
    builtin: Builtin,
    permissions: &Permissions,
    now: Timestamp,
) -> Result<Role> {
    insert(tx, desk, builtin.name(), Some(builtin), permissions, now).await
}

async fn insert(
    tx: &mut Tx,
    desk: DeskId,
    name: &str,
    builtin: Option<Builtin>,
    permissions: &Permissions,
    now: Timestamp,
) -> Result<Role> {
    let role =
        Role { id: RoleId::new(), name: name.into(), builtin: builtin.is_some(), permissions: permissions.clone() };
    execute!(
        tx,
        "INSERT INTO roles (id, desk_id, name, builtin, permissions, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        role.id,
        desk,
        name,
        builtin.map(Builtin::as_str),
        serde_json::to_string(permissions)?,
        now
    )
    .map_err(name_taken)?;
    Ok(role)
}

/// The desk's roles: Admin and Agent first, then by name.
///
/// # Errors
/// When the database fails or a role is malformed.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Role>> {
    let sql = "SELECT * FROM roles WHERE desk_id = $1
               ORDER BY CASE builtin WHEN 'admin' THEN 0 WHEN 'agent' THEN 1 ELSE 2 END, name, id";
    all(fetch_all!(conn, RoleRow, sql, desk)?)
}

/// The roles as in [`list`], each with how many operators have it.
///
/// # Errors
/// As [`list`].
pub async fn list_with_users(conn: &mut Conn, desk: DeskId) -> Result<Vec<(Role, i64)>> {
    let sql =
        "SELECT r.*, (SELECT COUNT(*) FROM operator_roles o WHERE o.desk_id = r.desk_id AND o.role_id = r.id) AS users
               FROM roles r WHERE r.desk_id = $1
               ORDER BY CASE r.builtin WHEN 'admin' THEN 0 WHEN 'agent' THEN 1 ELSE 2 END, r.name, r.id";
    let rows = fetch_all!(conn, CountedRow, sql, desk)?;
    rows.into_iter().map(|row| Ok((Role::try_from(row.role)?, row.users))).collect()
}

/// A role of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: RoleId) -> Result<Role> {
    fetch_optional!(conn, RoleRow, "SELECT * FROM roles WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("role"))?
        .try_into()
}

/// A role that came with the desk.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such desk.
pub async fn builtin(conn: &mut Conn, desk: DeskId, which: Builtin) -> Result<Role> {
    let sql = "SELECT * FROM roles WHERE desk_id = $1 AND builtin = $2";
    fetch_optional!(conn, RoleRow, sql, desk, which.as_str())?.ok_or(StoreError::NotFound("role"))?.try_into()
}

/// Changes name and permissions.
///
/// # Errors
/// [`StoreError::Taken`]; [`StoreError::NotFound`].
pub async fn update(tx: &mut Tx, desk: DeskId, id: RoleId, name: &str, permissions: &Permissions) -> Result<()> {
    let sql = "UPDATE roles SET name = $3, permissions = $4 WHERE desk_id = $1 AND id = $2";
    found(execute!(tx, sql, desk, id, name, serde_json::to_string(permissions)?).map_err(name_taken)?)
}

/// Deletes a role that nobody has.
///
/// # Errors
/// [`StoreError::Reference`] when an operator has it; [`StoreError::NotFound`].
pub async fn delete(tx: &mut Tx, desk: DeskId, id: RoleId) -> Result<()> {
    found(execute!(tx, "DELETE FROM roles WHERE desk_id = $1 AND id = $2", desk, id)?)
}

/// The roles of an operator, by name.
pub(crate) async fn of_operator(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<Vec<Role>> {
    let sql = "SELECT r.* FROM operator_roles o JOIN roles r ON r.desk_id = o.desk_id AND r.id = o.role_id
               WHERE o.desk_id = $1 AND o.operator_id = $2 ORDER BY r.name, r.id";
    all(fetch_all!(conn, RoleRow, sql, desk, operator)?)
}

/// The roles of all operators of the desk, by the operator's id.
pub(crate) async fn by_operator(conn: &mut Conn, desk: DeskId) -> Result<HashMap<String, Vec<Role>>> {
    let roles: HashMap<String, Role> =
        list(conn, desk).await?.into_iter().map(|role| (role.id.to_string(), role)).collect();
    let sql = "SELECT operator_id, role_id FROM operator_roles WHERE desk_id = $1 ORDER BY role_id";
    let mut by_operator: HashMap<String, Vec<Role>> = HashMap::new();
    for (operator, role) in fetch_all!(conn, (String, String), sql, desk)? {
        by_operator.entry(operator).or_default().extend(roles.get(&role).cloned());
    }
    Ok(by_operator)
}

/// How many operators have the role.
///
/// # Errors
/// When the database fails.
pub async fn users(conn: &mut Conn, desk: DeskId, id: RoleId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM operator_roles WHERE desk_id = $1 AND role_id = $2";
    Ok(fetch_one!(conn, (i64,), sql, desk, id)?.0)
}

fn found(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("role")) }
}

fn name_taken(error: StoreError) -> StoreError {
    error.on("roles_desk_id_name_key", "the name of the role")
}

#[derive(sqlx::FromRow)]
struct RoleRow {
    id: String,
    name: String,
    builtin: Option<String>,
    permissions: String,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    role: RoleRow,
    users: i64,
}

impl TryFrom<RoleRow> for Role {
    type Error = StoreError;
    fn try_from(row: RoleRow) -> Result<Self> {
        let at = At::new("roles", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            builtin: row.builtin.is_some(),
            // Admin is everything this version knows, also what the version that made the desk did not know.
            permissions: match row.builtin.as_deref() {
                Some("admin") => Permissions::admin(),
                _ => at.json("permissions", &row.permissions)?,
            },
            name: row.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::permission::Permission;

    use super::*;
    use crate::{desks, testing::on_both};

    #[tokio::test]
    async fn roles_are_made_changed_and_deleted_in_their_desk() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "One", "en", Timestamp(1)).await.unwrap().id;
            let other = desks::create(&mut tx, "Two", "en", Timestamp(1)).await.unwrap().id;
            let few = Permissions([Permission::TicketsView].into());
            let role = create(&mut tx, desk, "Reader", &few, Timestamp(2)).await.unwrap();
            update(&mut tx, desk, role.id, "Readers", &Permissions::agent()).await.unwrap();
            let found = get(&mut tx, desk, role.id).await.unwrap();
            assert_eq!((found.name.as_str(), found.permissions), ("Readers", Permissions::agent()));
            assert!(matches!(get(&mut tx, other, role.id).await, Err(StoreError::NotFound(_))));
            let swapped = update(&mut tx, other, role.id, "X", &few).await;
            assert!(matches!(swapped, Err(StoreError::NotFound(_))));
            assert!(matches!(delete(&mut tx, other, role.id).await, Err(StoreError::NotFound(_))));
            assert_eq!(list(&mut tx, desk).await.unwrap().len(), 3);
            delete(&mut tx, desk, role.id).await.unwrap();
            assert_eq!(list(&mut tx, desk).await.unwrap().len(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn names_are_unique_in_a_desk() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "One", "en", Timestamp(1)).await.unwrap().id;
            let error = create(&mut tx, desk, "Agent", &Permissions::default(), Timestamp(2)).await.unwrap_err();
            assert_eq!(error.code(), "already-exists");
        })
        .await;
    }

    #[tokio::test]
    async fn malformed_permissions_name_the_row() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = desks::create(&mut tx, "One", "en", Timestamp(1)).await.unwrap().id;
            let agent = builtin(&mut tx, desk, Builtin::Agent).await.unwrap();
            let sql = "UPDATE roles SET permissions = '[\"fly\"]' WHERE desk_id = $1 AND id = $2";
            execute!(tx, sql, desk, agent.id).unwrap();
            let error = get(&mut tx, desk, agent.id).await.unwrap_err();
            assert_eq!(error.code(), "corrupt-data");
            assert!(error.to_string().contains(&agent.id.to_string()));
        })
        .await;
    }
}
