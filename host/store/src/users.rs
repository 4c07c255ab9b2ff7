//! Who uses an installed plugin (R27), and who gets it without being chosen (R28).
//!
//! A user is an operator with a row here; a licence will belong to it. The rule of an installation adds such rows for
//! operators who are made later and for those who get a role or join a group; it never takes one away ([`rules`]).
//! Deactivated operators keep their row but do not count. Channels and languages act for the whole desk: they have no users.
//!
//! Whatever writes rows here holds the lock of the desk first (`desks::lock`), so that of an operator and an
//! installation that are made at the same time, the later one sees the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use annex_domain::{
    addon::Kind,
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Status},
    operator::{Actor, Operator},
};
use serde_json::json;

use crate::{
    audit,
    db::{
        Conn, Db, Signal, Tx,
        query::{At, execute, fetch_all, fetch_optional},
    },
    desks,
    error::{Forbidden, Result, StoreError},
    happenings, installations, operators, outbox,
};

mod rules;
mod tell;
mod told;

pub use self::rules::{assignment, set_assignment};
pub(crate) use self::rules::{came_back, got_groups, got_roles, welcome};
pub use self::told::tell_publisher;

/// An operator of the desk, and whether they use an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The operator, with their roles.
    pub operator: Operator,
    /// Since when they use it; `None`: they do not.
    pub since: Option<Timestamp>,
    /// They installed it, so they keep it.
    pub installer: bool,
}

impl User {
    /// They have it and may sign in: what licences count.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.since.is_some() && self.operator.active
    }
}

/// What becomes of the users of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ticks {
    /// These, and nobody else.
    Exactly(BTreeSet<OperatorId>),
    /// Some more and some less; who is in both stays.
    Change {
        /// They get it.
        add: BTreeSet<OperatorId>,
        /// It is taken from them.
        remove: BTreeSet<OperatorId>,
    },
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Who did not have it before.
    pub added: Vec<OperatorId>,
    /// Who had it before.
    pub removed: Vec<OperatorId>,
}

impl Changed {
    /// True when nothing has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// All operators of the desk by name, each with whether they use the installation.
///
/// # Errors
/// [`StoreError::NotFound`] for the installation.
pub async fn list(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<User>> {
    let having = having(conn, desk, installation).await?;
    Ok(operators::list(conn, desk).await?.into_iter().map(|listed| having.user(listed.operator)).collect())
}

/// The same for pages, with the operators from memory where they are known: who uses it is read anew.
///
/// # Errors
/// As [`list`].
pub async fn known_list(db: &Db, desk: DeskId, installation: InstallationId) -> Result<Vec<User>> {
    let people = operators::people(db, desk).await?;
    let having = having(&mut db.read().await?, desk, installation).await?;
    Ok(people.iter().map(|listed| having.user(listed.operator.clone())).collect())
}

/// True when an active operator uses the installation.
pub async fn uses(conn: &mut Conn, desk: DeskId, installation: InstallationId, operator: OperatorId) -> Result<bool> {
    let sql = "SELECT u.operator_id FROM installation_users u
               JOIN operators o ON o.desk_id = u.desk_id AND o.id = u.operator_id
               WHERE u.desk_id = $1 AND u.installation_id = $2 AND u.operator_id = $3 AND o.active = 1";
    Ok(fetch_optional!(conn, (String,), sql, desk, installation, operator)?.is_some())
}

/// The installations that an operator uses, from memory where they are known; none for one who is not active.
///
/// # Errors
/// When the database fails.
pub async fn known_of(db: &Db, desk: DeskId, operator: OperatorId) -> Result<Arc<BTreeSet<InstallationId>>> {
    let load = || async {
        let sql = "SELECT u.installation_id FROM installation_users u
                   JOIN operators o ON o.desk_id = u.desk_id AND o.id = u.operator_id
                   WHERE u.desk_id = $1 AND u.operator_id = $2 AND o.active = 1";
        let rows = fetch_all!(db.read().await?, (String,), sql, desk, operator)?;
        let ids = rows.iter().map(|(id,)| At::new("installation_users", id).parse("installation_id", id));
        ids.collect::<Result<BTreeSet<InstallationId>>>().map(Arc::new)
    };
    db.caches().uses.get(db, (desk, operator), load).await
}

/// Those of [`installations::running_for`], from memory where they are known.
pub async fn known_panels(db: &Db, desk: DeskId, operator: OperatorId) -> Result<Vec<Installation>> {
    let (all, used) = (installations::known(db, desk).await?, known_of(db, desk, operator).await?);
    let shown = |one: &&Installation| one.kind == Kind::Plugin && (one.runs() || one.status == Status::Suspended);
    Ok(all.iter().filter(shown).filter(|one| used.contains(&one.id)).cloned().collect())
}

/// Gives the add-on to some and takes it from others: all of it or nothing.
///
/// # Errors
/// [`Forbidden::InstallerStays`]; [`Forbidden::WholeDesk`] for channels and languages; [`StoreError::NotFound`] for the
/// installation; [`StoreError::Unknown`] for an operator who is to get it.
pub async fn change(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    ticks: &Ticks,
    now: Timestamp,
) -> Result<Changed> {
    desks::lock(tx, desk).await?;
    let facts = facts(tx, desk, installation).await?;
    facts.has_users()?;
    let had: BTreeSet<_> = rows(tx, desk, installation).await?.into_keys().collect();
    let (added, removed): (Vec<_>, Vec<_>) = match ticks {
        Ticks::Exactly(wanted) => {
            (wanted.difference(&had).copied().collect(), had.difference(wanted).copied().collect())
        }
        Ticks::Change { add, remove } => (
            add.difference(&had).copied().collect(),
            remove.intersection(&had).filter(|operator| !add.contains(operator)).copied().collect(),
        ),
    };
    if removed.contains(&facts.installer) {
        return Err(Forbidden::InstallerStays.into());
    }
    for operator in &added {
        let sql = "INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
                   SELECT o.desk_id, $2, o.id, $4 FROM operators o WHERE o.desk_id = $1 AND o.id = $3";
        if execute!(tx, sql, desk, installation, *operator, now)? == 0 {
            return Err(StoreError::Unknown("operators"));
        }
    }
    for operator in &removed {
        let sql = "DELETE FROM installation_users WHERE desk_id = $1 AND installation_id = $2 AND operator_id = $3";
        execute!(tx, sql, desk, installation, *operator)?;
    }
    tx.signal(Signal::Installation { desk, installation }).await?;
    Ok(Changed { added, removed })
}

/// Of the users who count, those who are beyond so many licences: who got it last is the first of them, and who installed it
/// is never one.
#[must_use]
pub fn beyond(users: &[User], licences: u32) -> Vec<&User> {
    let mut counting: Vec<_> = users.iter().filter(|user| user.counts()).collect();
    counting.sort_by_key(|user| (!user.installer, user.since));
    counting.into_iter().skip(licences as usize).filter(|user| !user.installer).rev().collect()
}

/// Takes an installation from those who are [`beyond`] its licences. It is in the audit log, its publisher gets an event, and
/// they and everybody who manages add-ons get a mail.
pub async fn trim(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    licences: u32,
    now: Timestamp,
) -> Result<()> {
    let Some(found) = installations::get(tx, desk, installation).await? else { return Ok(()) };
    let all = list(tx, desk, installation).await?;
    let extra = beyond(&all, licences);
    if extra.is_empty() {
        return Ok(());
    }
    let remove = extra.iter().map(|user| user.operator.id).collect();
    let changed = change(tx, desk, installation, &Ticks::Change { add: BTreeSet::new(), remove }, now).await?;
    let detail = json!({ "installation": installation, "added": changed.added, "removed": changed.removed,
        "licences": licences });
    let addon = found.addon.as_str();
    audit::append(tx, desk, Actor::System, Action::AddonUsersUnassigned, addon, &detail, now).await?;
    outbox::put(tx, desk, installation, "app.users", &detail, now).await?;
    tell_publisher(tx, &found, &changed, now).await?;
    happenings::licences_changed(tx, desk, installation, Actor::System, now).await?;
    tell::unassigned(tx, &found, &extra, licences, now).await
}

/// What the rules about users need to know of an installation.
struct Facts {
    installer: OperatorId,
    kind: Kind,
    assigned_to: String,
}

impl Facts {
    fn has_users(&self) -> Result<()> {
        if self.kind == Kind::Plugin { Ok(()) } else { Err(Forbidden::WholeDesk.into()) }
    }
}

async fn facts(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Facts> {
    let sql = "SELECT installed_by, kind, assigned_to FROM installations WHERE desk_id = $1 AND id = $2";
    let row = fetch_optional!(conn, (String, String, String), sql, desk, installation)?;
    let (installer, kind, assigned_to) = row.ok_or(StoreError::NotFound("installation"))?;
    let id = installation.to_string();
    let at = At::new("installations", &id);
    Ok(Facts { installer: at.parse("installed_by", &installer)?, kind: at.parse("kind", &kind)?, assigned_to })
}

/// Who has an installation.
struct Having {
    installer: OperatorId,
    since: BTreeMap<OperatorId, Timestamp>,
}

impl Having {
    fn user(&self, operator: Operator) -> User {
        User { since: self.since.get(&operator.id).copied(), installer: operator.id == self.installer, operator }
    }
}

/// Who installed it and who uses it, in one statement.
async fn having(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Having> {
    let sql = "SELECT i.installed_by, u.operator_id, u.added_at FROM installations i
               LEFT JOIN installation_users u ON u.desk_id = i.desk_id AND u.installation_id = i.id
               WHERE i.desk_id = $1 AND i.id = $2";
    let rows = fetch_all!(conn, (String, Option<String>, Option<i64>), sql, desk, installation)?;
    let id = installation.to_string();
    let at = At::new("installation_users", &id);
    let (installer, ..) = rows.first().ok_or(StoreError::NotFound("installation"))?;
    let installer = At::new("installations", &id).parse("installed_by", installer)?;
    let mut since = BTreeMap::new();
    for (_, operator, added) in &rows {
        if let (Some(operator), Some(added)) = (operator, added) {
            since.insert(at.parse("operator_id", operator)?, Timestamp(*added));
        }
    }
    Ok(Having { installer, since })
}

async fn rows(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<BTreeMap<OperatorId, Timestamp>> {
    let sql = "SELECT operator_id, added_at FROM installation_users WHERE desk_id = $1 AND installation_id = $2";
    let rows = fetch_all!(conn, (String, i64), sql, desk, installation)?;
    let id = installation.to_string();
    let at = At::new("installation_users", &id);
    rows.iter().map(|(operator, since)| Ok((at.parse("operator_id", operator)?, Timestamp(*since)))).collect()
}

#[cfg(test)]
mod tests;
