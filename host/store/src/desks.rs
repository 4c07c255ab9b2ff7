//! Desks: the tenants. A desk is made together with its built-in roles; `remove` takes away all that one has.

mod remove;

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    ids::DeskId,
    operator::{Desk, DeskStatus, HostLabel, LOCAL_REGION},
    permission::Permissions,
    zone,
};

pub use self::remove::{is_busy, remove};
use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::{Result, StoreError},
    roles::{self, Builtin},
};

/// A desk to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDesk {
    /// As shown.
    pub name: String,
    /// BCP 47.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// Where its data are.
    pub region: String,
    /// By which it is asked for.
    pub host_name: Option<HostLabel>,
    /// Whose add-ons are tried in it.
    pub developer_of: Option<PublisherSlug>,
}

/// Makes a desk with the roles Admin and Agent.
///
/// # Errors
/// When a text is empty or too long; [`StoreError::Taken`] for the host name; when the database fails.
pub async fn make(tx: &mut Tx, new: NewDesk, now: Timestamp) -> Result<Desk> {
    check(&new.name, &new.locale)?;
    StoreError::text("region", &new.region, 50)?;
    let NewDesk { name, locale, time_zone, region, host_name, developer_of } = new;
    let desk = Desk {
        id: DeskId::new(),
        name: name.trim().into(),
        locale,
        time_zone,
        status: DeskStatus::Active,
        status_since: now,
        host_name,
        region,
        developer_of,
        created_at: now,
    };
    execute!(
        tx,
        "INSERT INTO desks (id, name, locale, time_zone, region, host_name, developer_of, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        desk.id,
        &desk.name,
        &desk.locale,
        &desk.time_zone,
        &desk.region,
        desk.host_name.as_ref(),
        desk.developer_of.as_ref(),
        now
    )
    .map_err(host_name_taken)?;
    roles::create_builtin(tx, desk.id, Builtin::Admin, &Permissions::admin(), now).await?;
    roles::create_builtin(tx, desk.id, Builtin::Agent, &Permissions::agent(), now).await?;
    Ok(desk)
}

/// The same of a desk as it is where nothing else was chosen.
///
/// # Errors
/// As [`make`].
pub async fn create(tx: &mut Tx, name: &str, locale: &str, now: Timestamp) -> Result<Desk, StoreError> {
    let new = NewDesk {
        name: name.into(),
        locale: locale.into(),
        time_zone: zone::UTC.into(),
        region: LOCAL_REGION.into(),
        host_name: None,
        developer_of: None,
    };
    make(tx, new, now).await
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

/// Whose host name it is, from memory where it is known.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn known_host(db: &Db, name: &HostLabel) -> Result<Option<DeskId>, StoreError> {
    let sql = "SELECT id FROM desks WHERE host_name = $1";
    let load = || async {
        let mut conn = db.read().await?;
        let row = fetch_optional!(conn, (String,), sql, name)?;
        row.map(|(id,)| At::new("desks", &id).parse("id", &id)).transpose()
    };
    db.caches().desk_hosts.find(db, name.clone(), load).await
}

/// The desk of a host that has only one.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn only(conn: &mut Conn) -> Result<Option<Desk>, StoreError> {
    let mut first: Vec<Desk> = all(fetch_all!(conn, DeskRow, "SELECT * FROM desks ORDER BY created_at, id LIMIT 2")?)?;
    Ok(if first.len() == 1 { first.pop() } else { None })
}

/// The platform's own help desk: the oldest of the host.
///
/// # Errors
/// [`StoreError::NotFound`] before there is one.
pub async fn of_platform(conn: &mut Conn) -> Result<Desk> {
    fetch_optional!(conn, DeskRow, "SELECT * FROM desks ORDER BY created_at, id LIMIT 1")?
        .ok_or(StoreError::NotFound("help desk of the platform"))?
        .try_into()
}

/// All desks of the host, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<Desk>> {
    all(fetch_all!(conn, DeskRow, "SELECT * FROM desks ORDER BY created_at, id")?)
}

/// Those that leave, and have done so since then or longer.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn leaving_since(conn: &mut Conn, then: Timestamp) -> Result<Vec<Desk>, StoreError> {
    let sql = "SELECT * FROM desks WHERE status = $1 AND status_since <= $2 ORDER BY status_since, id";
    all(fetch_all!(conn, DeskRow, sql, DeskStatus::Leaving, then)?)
}

/// Says whether a desk works from now on.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_status(tx: &mut Tx, id: DeskId, status: DeskStatus, now: Timestamp) -> Result<(), StoreError> {
    match execute!(tx, "UPDATE desks SET status = $2, status_since = $3 WHERE id = $1", id, status, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

/// Gives a desk a host name, or takes it away.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Taken`].
pub async fn set_host_name(tx: &mut Tx, id: DeskId, name: Option<&HostLabel>) -> Result<(), StoreError> {
    match execute!(tx, "UPDATE desks SET host_name = $2 WHERE id = $1", id, name).map_err(host_name_taken)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

fn host_name_taken(error: StoreError) -> StoreError {
    error.on("desks_host_name_key", "the host name")
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

/// Whether a desk is the platform's: it sees what is not for everyone yet (R43).
///
/// # Errors
/// [`StoreError::NotFound`]; when the database fails.
pub async fn is_platform(conn: &mut Conn, id: DeskId) -> Result<bool> {
    let row = fetch_optional!(conn, (i64,), "SELECT platform FROM desks WHERE id = $1", id)?;
    row.map(|(on,)| on != 0).ok_or(StoreError::NotFound("desk"))
}

/// Makes a desk the platform's, or an ordinary one again.
///
/// # Errors
/// As [`is_platform`].
pub async fn set_platform(tx: &mut Tx, id: DeskId, on: bool) -> Result<()> {
    match execute!(tx, "UPDATE desks SET platform = $2 WHERE id = $1", id, on)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("desk")),
    }
}

/// Changes that must see each other's outcome happen one after the other in a desk, until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, id: DeskId) -> Result<()> {
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
    status: String,
    status_since: Option<i64>,
    host_name: Option<String>,
    region: String,
    developer_of: Option<String>,
    created_at: i64,
}

impl TryFrom<DeskRow> for Desk {
    type Error = StoreError;
    fn try_from(row: DeskRow) -> Result<Self> {
        let at = At::new("desks", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            status: at.parse("status", &row.status)?,
            status_since: Timestamp(row.status_since.unwrap_or(row.created_at)),
            host_name: at.parse_some("host_name", row.host_name.as_deref())?,
            developer_of: at.parse_some("developer_of", row.developer_of.as_deref())?,
            name: row.name,
            locale: row.locale,
            time_zone: row.time_zone,
            region: row.region,
            created_at: Timestamp(row.created_at),
        })
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

    #[tokio::test]
    async fn a_desk_is_found_by_its_host_name_while_it_has_it() {
        on_both(async |db| {
            let acme: HostLabel = "acme".parse().unwrap();
            let new = |host_name: &HostLabel| NewDesk {
                name: "Acme".into(),
                locale: "de".into(),
                time_zone: "Europe/Berlin".into(),
                region: "eu".into(),
                host_name: Some(host_name.clone()),
                developer_of: None,
            };
            let mut tx = db.begin().await.unwrap();
            let desk = make(&mut tx, new(&acme), Timestamp(7)).await.unwrap();
            assert_eq!(only(&mut tx).await.unwrap().as_ref(), Some(&desk), "the only one there is");
            let other = create(&mut tx, "Other", "en", Timestamp(8)).await.unwrap().id;
            assert_eq!(only(&mut tx).await.unwrap(), None);
            tx.commit().await.unwrap();
            assert_eq!(get(&mut db.read().await.unwrap(), desk.id).await.unwrap(), desk);
            assert_eq!(known_host(&db, &acme).await.unwrap(), Some(desk.id));
            let mut tx = db.begin().await.unwrap();
            let twice = make(&mut tx, new(&acme), Timestamp(9)).await.unwrap_err();
            assert_eq!(twice.to_string(), "the host name is taken already");
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            assert_eq!(set_host_name(&mut tx, other, Some(&acme)).await.unwrap_err().code(), "already-exists");
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            set_host_name(&mut tx, desk.id, None).await.unwrap();
            assert!(set_host_name(&mut tx, DeskId::new(), None).await.is_err());
            tx.commit().await.unwrap();
            assert_eq!(known_host(&db, &acme).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn a_status_is_kept_with_its_time() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desk = create(&mut tx, "Acme", "en", Timestamp(1)).await.unwrap();
            assert!(desk.status.works());
            set_status(&mut tx, desk.id, DeskStatus::Leaving, Timestamp(5)).await.unwrap();
            let leaving = get(&mut tx, desk.id).await.unwrap();
            assert_eq!((leaving.status, leaving.status_since), (DeskStatus::Leaving, Timestamp(5)));
            assert!(!leaving.status.works());
            assert!(leaving_since(&mut tx, Timestamp(4)).await.unwrap().is_empty());
            assert_eq!(leaving_since(&mut tx, Timestamp(5)).await.unwrap(), [leaving]);
            assert!(set_status(&mut tx, DeskId::new(), DeskStatus::Active, Timestamp(6)).await.is_err());
        })
        .await;
    }
}
