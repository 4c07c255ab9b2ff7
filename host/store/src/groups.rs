//! Groups of operators of a desk: besides roles, whom an add-on is for (R28, R65). Who joins a group gets the add-ons whose
//! rule names it; who leaves keeps what they have.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, GroupId, OperatorId},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    desks, users,
};

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Unique in the desk.
    pub name: String,
    /// How many operators are in it, the deactivated ones too.
    pub members: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct GroupSql {
    id: String,
    name: String,
    members: i64,
    created_at: i64,
}

impl TryFrom<GroupSql> for Group {
    type Error = StoreError;
    fn try_from(row: GroupSql) -> Result<Self> {
        let at = At::new("groups", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            members: at.number("members", row.members)?,
            created_at: Timestamp(row.created_at),
            name: row.name,
        })
    }
}

/// Makes an empty group.
///
/// # Errors
/// [`StoreError::Taken`] when the desk has one with this name.
pub async fn create(tx: &mut Tx, desk: DeskId, name: &str, now: Timestamp) -> Result<Group> {
    let group = Group { id: GroupId::new(), name: name.into(), members: 0, created_at: now };
    let sql = "INSERT INTO groups (id, desk_id, name, created_at) VALUES ($1, $2, $3, $4)";
    execute!(tx, sql, group.id, desk, &group.name, now).map_err(name_taken)?;
    Ok(group)
}

/// Gives a group another name.
///
/// # Errors
/// [`StoreError::Taken`]; [`StoreError::NotFound`].
pub async fn rename(tx: &mut Tx, desk: DeskId, id: GroupId, name: &str) -> Result<()> {
    let sql = "UPDATE groups SET name = $3 WHERE desk_id = $1 AND id = $2";
    found(execute!(tx, sql, desk, id, name).map_err(name_taken)?)
}

/// Deletes a group. It leaves the rules that name it; a rule without any group left is nobody's. Users stay users.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &mut Tx, desk: DeskId, id: GroupId) -> Result<()> {
    desks::lock(tx, desk).await?;
    found(execute!(tx, "DELETE FROM groups WHERE desk_id = $1 AND id = $2", desk, id)?)
}

/// A group of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: GroupId) -> Result<Group> {
    let sql = "SELECT g.id, g.name, g.created_at,
                   (SELECT COUNT(*) FROM group_members m WHERE m.desk_id = g.desk_id AND m.group_id = g.id) AS members
               FROM groups g WHERE g.desk_id = $1 AND g.id = $2";
    fetch_optional!(conn, GroupSql, sql, desk, id)?.ok_or(StoreError::NotFound("group"))?.try_into()
}

/// The groups of a desk by name.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Group>> {
    let sql = "SELECT g.id, g.name, g.created_at,
                   (SELECT COUNT(*) FROM group_members m WHERE m.desk_id = g.desk_id AND m.group_id = g.id) AS members
               FROM groups g WHERE g.desk_id = $1 ORDER BY g.name, g.id";
    all(fetch_all!(conn, GroupSql, sql, desk)?)
}

/// Who is in a group.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn members(conn: &mut Conn, desk: DeskId, id: GroupId) -> Result<BTreeSet<OperatorId>> {
    let text = id.to_string();
    let sql = "SELECT operator_id FROM group_members WHERE desk_id = $1 AND group_id = $2";
    let rows = fetch_all!(conn, (String,), sql, desk, id)?;
    rows.iter().map(|(operator,)| At::new("group_members", &text).parse("operator_id", operator)).collect()
}

/// The names of the groups that each operator of a desk is in, in order.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn names_of_all(conn: &mut Conn, desk: DeskId) -> Result<BTreeMap<OperatorId, Vec<String>>> {
    let sql = "SELECT m.operator_id, g.name FROM group_members m
               JOIN groups g ON g.desk_id = m.desk_id AND g.id = m.group_id
               WHERE m.desk_id = $1 ORDER BY g.name, g.id";
    let mut names = BTreeMap::<OperatorId, Vec<String>>::new();
    for (operator, name) in fetch_all!(conn, (String, String), sql, desk)? {
        names.entry(At::new("group_members", &operator).parse("operator_id", &operator)?).or_default().push(name);
    }
    Ok(names)
}

/// Replaces the members. Who joins gets the add-ons that are for the group, and nobody loses one.
///
/// # Errors
/// [`StoreError::NotFound`] for the group or an operator.
pub async fn set_members(
    tx: &mut Tx,
    desk: DeskId,
    id: GroupId,
    wanted: &BTreeSet<OperatorId>,
    now: Timestamp,
) -> Result<()> {
    desks::lock(tx, desk).await?;
    get(tx, desk, id).await?;
    let had = members(tx, desk, id).await?;
    for operator in had.difference(wanted) {
        leave(tx, desk, id, *operator).await?;
    }
    for operator in wanted.difference(&had) {
        join(tx, desk, id, *operator).await?;
        users::got_groups(tx, desk, *operator, &[id], now).await?;
    }
    Ok(())
}

async fn join(tx: &mut Tx, desk: DeskId, id: GroupId, operator: OperatorId) -> Result<()> {
    let sql = "INSERT INTO group_members (desk_id, group_id, operator_id)
               SELECT g.desk_id, g.id, o.id FROM groups g JOIN operators o ON o.desk_id = g.desk_id
               WHERE g.desk_id = $1 AND g.id = $2 AND o.id = $3";
    match execute!(tx, sql, desk, id, operator)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("group or operator")),
    }
}

async fn leave(tx: &mut Tx, desk: DeskId, id: GroupId, operator: OperatorId) -> Result<()> {
    let sql = "DELETE FROM group_members WHERE desk_id = $1 AND group_id = $2 AND operator_id = $3";
    execute!(tx, sql, desk, id, operator)?;
    Ok(())
}

fn name_taken(error: StoreError) -> StoreError {
    error.on("groups_desk_id_name_key", "the name")
}

fn found(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("group")) }
}

#[cfg(test)]
mod tests;
