//! Operators: who may sign in, with which roles. Changes of a desk's operators and their roles happen one after the other;
//! `change` are those that sessions, links or add-ons follow.

mod change;

use std::sync::Arc;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, RoleId},
    operator::{Operator, Role, Theme},
    permission::Permissions,
};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, execute, fetch_all, fetch_one, fetch_optional},
    },
    desks,
    error::{Result, StoreError},
    roles::{self, Builtin},
    text,
};

pub use change::{create, set_active, set_password, set_roles};

/// An operator to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperator {
    /// To sign in with; unique in the desk.
    pub email: String,
    /// As shown.
    pub name: String,
    /// `None` until they choose one through a setup link.
    pub password_hash: Option<String>,
    /// At least one.
    pub roles: Vec<RoleId>,
}

/// What an operator may change of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// As shown.
    pub name: String,
    /// BCP 47; `None` for the desk's.
    pub locale: Option<String>,
    /// IANA name; `None` for the desk's.
    pub time_zone: Option<String>,
    /// Colours.
    pub theme: Theme,
    /// Single-key shortcuts.
    pub shortcuts: bool,
}

impl From<&Operator> for Profile {
    fn from(operator: &Operator) -> Self {
        Self {
            name: operator.name.clone(),
            locale: operator.locale.clone(),
            time_zone: operator.time_zone.clone(),
            theme: operator.theme,
            shortcuts: operator.shortcuts,
        }
    }
}

/// An operator with what only the pages about operators show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The operator.
    pub operator: Operator,
    /// They have chosen a password.
    pub has_password: bool,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they were made.
    pub created_at: Timestamp,
}

/// What a sign-in is checked against. No `Debug`: it holds a password's hash.
pub struct Credentials {
    /// Who it is; check `active`.
    pub operator: Operator,
    /// In PHC format; `None` when they have not chosen one.
    pub password_hash: Option<String>,
}

/// An operator of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: OperatorId) -> Result<Operator> {
    let sql = "SELECT * FROM operators WHERE desk_id = $1 AND id = $2";
    let row = fetch_optional!(conn, OperatorRow, sql, desk, id)?.ok_or(StoreError::NotFound("operator"))?;
    row.with(roles::of_operator(conn, desk, id).await?)
}

/// The same, from memory where it is known.
///
/// # Errors
/// As [`get`].
pub async fn known(db: &Db, desk: DeskId, id: OperatorId) -> Result<Operator> {
    db.caches().operators.get(db, (desk, id), || async { get(&mut db.read().await?, desk, id).await }).await
}

/// All of the desk by name, from memory where they are known.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn people(db: &Db, desk: DeskId) -> Result<Arc<Vec<Listed>>> {
    let load = || async { list(&mut db.read().await?, desk).await.map(Arc::new) };
    db.caches().people.get(db, desk, load).await
}

/// What an operator may do now, for a change of rights in this transaction: until its end no other changes them.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn rights(tx: &mut Tx, desk: DeskId, id: OperatorId) -> Result<Permissions> {
    desks::lock(tx, desk).await?;
    let operator = get(tx, desk, id).await?;
    Ok(if operator.active { operator.permissions } else { Permissions::default() })
}

/// All operators of the desk by name, the inactive ones too.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Listed>> {
    let sql = "SELECT * FROM operators WHERE desk_id = $1 ORDER BY name, id";
    let rows = fetch_all!(conn, OperatorRow, sql, desk)?;
    let mut assigned = roles::by_operator(conn, desk).await?;
    rows.into_iter()
        .map(|row| {
            let roles = assigned.remove(&row.id).unwrap_or_default();
            Ok(Listed {
                has_password: row.password_hash.is_some(),
                last_sign_in_at: row.last_sign_in_at.map(Timestamp),
                created_at: Timestamp(row.created_at),
                operator: row.with(roles)?,
            })
        })
        .collect()
}

/// How many operators the desk has; none means that its first admin is still to be made.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &mut Conn, desk: DeskId) -> Result<i64> {
    Ok(fetch_one!(conn, (i64,), "SELECT COUNT(*) FROM operators WHERE desk_id = $1", desk)?.0)
}

/// How many of the desk's operators are active.
///
/// # Errors
/// When the database fails.
pub async fn count_active(conn: &mut Conn, desk: DeskId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM operators WHERE desk_id = $1 AND active = 1";
    Ok(fetch_one!(conn, (i64,), sql, desk)?.0)
}

/// Who has an e-mail address, in one desk or in all of them, those made first at the head: for signing in and the command line
/// only.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn by_email(conn: &mut Conn, email: &str, desk: Option<DeskId>) -> Result<Vec<Credentials>> {
    let Ok(email) = text::email(email) else { return Ok(Vec::new()) };
    let sql = "SELECT * FROM operators WHERE email = $1 AND (CAST($2 AS TEXT) IS NULL OR desk_id = $2)
               ORDER BY created_at, id";
    let mut found = Vec::new();
    for row in fetch_all!(conn, OperatorRow, sql, email, desk)? {
        found.push(credentials_of(conn, row).await?);
    }
    Ok(found)
}

/// The credentials of an operator of the desk, to ask for the password again.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn credentials(conn: &mut Conn, desk: DeskId, id: OperatorId) -> Result<Credentials> {
    let sql = "SELECT * FROM operators WHERE desk_id = $1 AND id = $2";
    let row = fetch_optional!(conn, OperatorRow, sql, desk, id)?.ok_or(StoreError::NotFound("operator"))?;
    credentials_of(conn, row).await
}

async fn credentials_of(conn: &mut Conn, mut row: OperatorRow) -> Result<Credentials> {
    let at = At::new("operators", &row.id);
    let (desk, id) = (at.parse("desk_id", &row.desk_id)?, at.parse("id", &row.id)?);
    let password_hash = row.password_hash.take();
    Ok(Credentials { operator: row.with(roles::of_operator(conn, desk, id).await?)?, password_hash })
}

/// Changes what operators may change of themselves, which is checked already.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_profile(tx: &mut Tx, desk: DeskId, id: OperatorId, profile: Profile) -> Result<()> {
    found(execute!(
        tx,
        "UPDATE operators SET name = $3, locale = $4, time_zone = $5, theme = $6, shortcuts = $7
         WHERE desk_id = $1 AND id = $2",
        desk,
        id,
        profile.name,
        profile.locale,
        profile.time_zone,
        profile.theme,
        profile.shortcuts
    )?)
}

/// Changes the e-mail address.
///
/// # Errors
/// [`StoreError::Taken`], [`StoreError::NotFound`], [`StoreError::Invalid`].
pub async fn set_email(tx: &mut Tx, desk: DeskId, id: OperatorId, email: &str) -> Result<()> {
    let email = text::email(email)?;
    let sql = "UPDATE operators SET email = $3 WHERE desk_id = $1 AND id = $2";
    found(execute!(tx, sql, desk, id, email).map_err(email_taken)?)
}

/// True when somebody is active who has the role Admin. Whoever was invited and has chosen no password yet may never come, so one
/// of them does not count beside people who have.
///
/// # Errors
/// When the database fails.
pub async fn has_admin(conn: &mut Conn, desk: DeskId) -> Result<bool> {
    let admin = roles::builtin(conn, desk, Builtin::Admin).await?;
    let sql = "SELECT COUNT(*) FROM operators o
               JOIN operator_roles r ON r.desk_id = o.desk_id AND r.operator_id = o.id
               WHERE o.desk_id = $1 AND o.active = 1 AND r.role_id = $2 AND (o.password_hash IS NOT NULL
                   OR NOT EXISTS (SELECT 1 FROM operators p WHERE p.desk_id = $1 AND p.password_hash IS NOT NULL))";
    Ok(fetch_one!(conn, (i64,), sql, desk, admin.id)?.0 > 0)
}

/// Notes a sign-in.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn signed_in(tx: &mut Tx, desk: DeskId, id: OperatorId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE operators SET last_sign_in_at = $3 WHERE desk_id = $1 AND id = $2";
    found(execute!(tx, sql, desk, id, now)?)
}

fn email_taken(error: StoreError) -> StoreError {
    error.on("operators_desk_id_email_key", "the e-mail address")
}

fn found(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("operator")) }
}

#[derive(sqlx::FromRow)]
struct OperatorRow {
    id: String,
    desk_id: String,
    email: String,
    name: String,
    password_hash: Option<String>,
    locale: Option<String>,
    time_zone: Option<String>,
    theme: String,
    shortcuts: i64,
    active: i64,
    created_at: i64,
    last_sign_in_at: Option<i64>,
}

impl OperatorRow {
    fn with(self, roles: Vec<Role>) -> Result<Operator> {
        let at = At::new("operators", &self.id);
        let mut permissions = Permissions::default();
        permissions.0.extend(roles.iter().flat_map(|role| role.permissions.0.iter().copied()));
        Ok(Operator {
            id: at.parse("id", &self.id)?,
            desk: at.parse("desk_id", &self.desk_id)?,
            email: self.email,
            name: self.name,
            locale: self.locale,
            time_zone: self.time_zone,
            theme: self.theme.parse().unwrap_or_default(),
            shortcuts: self.shortcuts != 0,
            active: self.active != 0,
            roles: roles.into_iter().map(|role| role.id).collect(),
            permissions,
        })
    }
}

#[cfg(test)]
mod tests;
