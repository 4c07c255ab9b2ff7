//! Desks: the tenants. A desk is made together with its built-in roles.

use annex_domain::{clock::Timestamp, ids::DeskId, operator::Desk, permission::Permissions, zone};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::{Result, StoreError},
    roles::{self, Builtin},
};

/// Makes a desk with the roles Admin and Agent.
///
/// # Errors
/// When the name is empty or too long, or the database fails.
pub async fn create(tx: &mut Tx, name: &str, locale: &str, now: Timestamp) -> Result<Desk> {
    check(name, locale)?;
    let desk = Desk {
        id: DeskId::new(),
        name: name.trim().into(),
        locale: locale.into(),
        time_zone: zone::UTC.into(),
        created_at: now,
    };
    execute!(
        tx,
        "INSERT INTO desks (id, name, locale, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)",
        desk.id,
        &desk.name,
        &desk.locale,
        &desk.time_zone,
        now
    )?;
    roles::create_builtin(tx, desk.id, Builtin::Admin, &Permissions::admin(), now).await?;
    roles::create_builtin(tx, desk.id, Builtin::Agent, &Permissions::agent(), now).await?;
    Ok(desk)
}

/// A desk.
///
/// # Errors
/// [`StoreError::NotFound`]; when the database fails.
pub async fn get(conn: &mut Conn, id: DeskId) -> Result<Desk> {
    fetch_optional!(conn, DeskRow, "SELECT * FROM desks WHERE id = $1", id)?
        .ok_or(StoreError::NotFound("desk"))?
        .try_into()
}

/// The same, from memory where it is known.
///
/// # Errors
/// As [`get`].
pub async fn known(db: &Db, id: DeskId) -> Result<Desk> {
    db.caches().desks.get(db, id, || async { get(&mut db.read().await?, id).await }).await
}

/// All desks of the host, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<Desk>> {
    all(fetch_all!(conn, DeskRow, "SELECT * FROM desks ORDER BY created_at, id")?)
}

/// Changes name, language and time zone, which are checked already.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn update(tx: &mut Tx, id: DeskId, name: &str, locale: &str, time_zone: &str) -> Result<()> {
    let sql = "UPDATE desks SET name = $2, locale = $3, time_zone = $4 WHERE id = $1";
    match execute!(tx, sql, id, name, locale, time_zone)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

/// Whether force uninstall is switched on for a desk (R37).
///
/// # Errors
/// [`StoreError::NotFound`]; when the database fails.
pub async fn may_force_uninstall(conn: &mut Conn, id: DeskId) -> Result<bool> {
    let row = fetch_optional!(conn, (i64,), "SELECT force_uninstall FROM desks WHERE id = $1", id)?;
    row.map(|(on,)| on != 0).ok_or(StoreError::NotFound("desk"))
}

/// The same, from memory where it is known.
///
/// # Errors
/// As [`may_force_uninstall`].
pub async fn known_may_force_uninstall(db: &Db, id: DeskId) -> Result<bool, StoreError> {
    db.caches().force.get(db, id, || async { may_force_uninstall(&mut db.read().await?, id).await }).await
}

/// Switches force uninstall on or off for a desk: the platform's decision, not the desk's.
///
/// # Errors
/// As [`may_force_uninstall`].
pub async fn set_force_uninstall(tx: &mut Tx, id: DeskId, on: bool) -> Result<()> {
    match execute!(tx, "UPDATE desks SET force_uninstall = $2 WHERE id = $1", id, on)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

/// Changes that must see each other's outcome happen one after the other in a desk, until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx, id: DeskId) -> Result<()> {
    match execute!(tx, "UPDATE desks SET name = name WHERE id = $1", id)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

fn check(name: &str, locale: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(StoreError::Invalid { field: "name", problem: "is empty" });
    }
    StoreError::text("name", name, 100)?;
    StoreError::text("locale", locale, 35)
}

#[derive(sqlx::FromRow)]
struct DeskRow {
    id: String,
    name: String,
    locale: String,
    time_zone: String,
    created_at: i64,
}

impl TryFrom<DeskRow> for Desk {
    type Error = StoreError;
    fn try_from(row: DeskRow) -> Result<Self> {
        let id = At::new("desks", &row.id).parse("id", &row.id)?;
        let DeskRow { name, locale, time_zone, created_at, .. } = row;
        Ok(Self { id, name, locale, time_zone, created_at: Timestamp(created_at) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_desk_comes_with_its_roles() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = create(&mut tx, " Acme ", "de", Timestamp(7)).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            assert_eq!(get(&mut conn, desk.id).await.unwrap(), desk);
            assert_eq!(desk.name, "Acme");
            let names: Vec<String> =
                roles::list(&mut conn, desk.id).await.unwrap().into_iter().map(|role| role.name).collect();
            assert_eq!(names, ["Admin", "Agent"]);
            assert!(get(&mut conn, DeskId::new()).await.is_err());
        })
        .await;
    }

    #[tokio::test]
    async fn names_are_checked_and_changed() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            assert!(create(&mut tx, "  ", "en", Timestamp(1)).await.is_err());
            let desk = create(&mut tx, "A", "en", Timestamp(1)).await.unwrap();
            assert_eq!(desk.time_zone, "UTC");
            update(&mut tx, desk.id, "B", "ar", "Asia/Amman").await.unwrap();
            assert!(update(&mut tx, DeskId::new(), "B", "ar", "UTC").await.is_err());
            let changed = Desk { name: "B".into(), locale: "ar".into(), time_zone: "Asia/Amman".into(), ..desk };
            assert_eq!(list(&mut tx).await.unwrap(), std::slice::from_ref(&changed));
            let desk = changed;
            assert!(!may_force_uninstall(&mut tx, desk.id).await.unwrap(), "off until the platform says otherwise");
            set_force_uninstall(&mut tx, desk.id, true).await.unwrap();
            assert!(may_force_uninstall(&mut tx, desk.id).await.unwrap());
            assert!(set_force_uninstall(&mut tx, DeskId::new(), true).await.is_err());
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_known_of_force_ends_with_its_change() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = create(&mut tx, "A", "en", Timestamp(1)).await.unwrap().id;
            tx.commit().await.unwrap();
            assert!(!known_may_force_uninstall(&db, desk).await.unwrap());
            let mut tx = db.begin().await.unwrap();
            set_force_uninstall(&mut tx, desk, true).await.unwrap();
            tx.commit().await.unwrap();
            assert!(known_may_force_uninstall(&db, desk).await.unwrap());
        })
        .await;
    }
}
