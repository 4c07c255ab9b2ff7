//! Who gets an installation without being chosen (R28): everyone, who has a role, who is in a group, or nobody. A rule gives
//! no more than the licences that were bought, because it must not spend money.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use annex_domain::{
    assignment::Assignment,
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, GroupId, InstallationId, OperatorId, RoleId},
    operator::Actor,
};
use serde_json::json;

use super::{Changed, facts, tell, tell_publisher};
use crate::{
    audit,
    db::{
        Conn, Signal, Tx,
        query::{At, Param, execute, fetch_all},
    },
    desks,
    error::{Result, StoreError},
    happenings, installations,
};

/// In a query about an installation `i`: one of its licences is free. Only active users count. What is paid for can be given
/// until its period ends, also when fewer follow.
macro_rules! licence_left {
    () => {
        " NOT EXISTS (SELECT 1 FROM subscriptions s
             WHERE s.installation_id = i.id AND s.state IN ('active', 'past-due') AND s.plan_model = 'per-user'
               AND s.quantity <= (
                   SELECT COUNT(*) FROM installation_users u
                   JOIN operators o ON o.desk_id = u.desk_id AND o.id = u.operator_id
                   WHERE u.desk_id = i.desk_id AND u.installation_id = i.id AND o.active = 1)) "
    };
}

/// In a query about an installation `i`: the operator `$2` does not have it.
macro_rules! without_it {
    () => {
        " NOT EXISTS (SELECT 1 FROM installation_users u
             WHERE u.desk_id = i.desk_id AND u.installation_id = i.id AND u.operator_id = $2)"
    };
}

/// Who gets the installation without being chosen. A rule whose last role or group was deleted has become "nobody".
///
/// # Errors
/// [`StoreError::NotFound`] for the installation.
pub async fn assignment(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Assignment> {
    let word = facts(conn, desk, installation).await?.assigned_to;
    Ok(match word.as_str() {
        "everyone" => Assignment::Everyone,
        "nobody" => Assignment::Nobody,
        "roles" => {
            let roles: BTreeSet<RoleId> = named(conn, desk, installation, Named::Roles).await?;
            if roles.is_empty() { Assignment::Nobody } else { Assignment::Roles(roles) }
        }
        "groups" => {
            let groups: BTreeSet<GroupId> = named(conn, desk, installation, Named::Groups).await?;
            if groups.is_empty() { Assignment::Nobody } else { Assignment::Groups(groups) }
        }
        _ => return Err(At::new("installations", &installation.to_string()).corrupt("assigned_to", "not a rule")),
    })
}

/// Changes who gets the installation from now on. Nobody gets or loses it by that.
///
/// # Errors
/// [`StoreError::Invalid`] for a rule about no role or no group; [`StoreError::Unknown`] for a role or a group that is not
/// there; [`StoreError::NotFound`] for the installation; [`Forbidden::WholeDesk`](crate::Forbidden::WholeDesk) for channels
/// and languages.
pub async fn set_assignment(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    assignment: &Assignment,
) -> Result<()> {
    let (roles, groups) = (assignment.roles(), assignment.groups());
    match assignment {
        Assignment::Roles(_) if roles.is_empty() => {
            return Err(StoreError::Invalid { field: "roles", problem: "is empty: name at least one role" });
        }
        Assignment::Groups(_) if groups.is_empty() => {
            return Err(StoreError::Invalid { field: "groups", problem: "is empty: name at least one group" });
        }
        _ => {}
    }
    desks::lock(tx, desk).await?;
    facts(tx, desk, installation).await?.has_users()?;
    let word = assignment.as_str();
    let sql = "UPDATE installations SET assigned_to = $3 WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, installation, word)?;
    for named in [Named::Roles, Named::Groups] {
        execute!(tx, named.delete(), desk, installation)?;
    }
    for role in roles {
        if execute!(tx, Named::Roles.insert(), desk, installation, role)? == 0 {
            return Err(StoreError::Unknown("assignment.roles"));
        }
    }
    for group in groups {
        if execute!(tx, Named::Groups.insert(), desk, installation, group)? == 0 {
            return Err(StoreError::Unknown("assignment.groups"));
        }
    }
    tx.signal(Signal::Installation { desk, installation }).await
}

/// What a rule may name, and its statements.
#[derive(Clone, Copy)]
enum Named {
    Roles,
    Groups,
}

impl Named {
    fn table(self) -> &'static str {
        match self {
            Self::Roles => "installation_roles",
            Self::Groups => "installation_groups",
        }
    }

    fn select(self) -> &'static str {
        match self {
            Self::Roles => "SELECT role_id FROM installation_roles WHERE desk_id = $1 AND installation_id = $2",
            Self::Groups => "SELECT group_id FROM installation_groups WHERE desk_id = $1 AND installation_id = $2",
        }
    }

    fn delete(self) -> &'static str {
        match self {
            Self::Roles => "DELETE FROM installation_roles WHERE desk_id = $1 AND installation_id = $2",
            Self::Groups => "DELETE FROM installation_groups WHERE desk_id = $1 AND installation_id = $2",
        }
    }

    /// Of the desk only.
    fn insert(self) -> &'static str {
        match self {
            Self::Roles => {
                "INSERT INTO installation_roles (desk_id, installation_id, role_id)
                 SELECT r.desk_id, $2, r.id FROM roles r WHERE r.desk_id = $1 AND r.id = $3"
            }
            Self::Groups => {
                "INSERT INTO installation_groups (desk_id, installation_id, group_id)
                 SELECT g.desk_id, $2, g.id FROM groups g WHERE g.desk_id = $1 AND g.id = $3"
            }
        }
    }

    /// What is for a role or group, and an operator does not have.
    fn withheld(self) -> &'static str {
        match self {
            Self::Roles => {
                concat!(
                    "SELECT i.id FROM installations i
                 JOIN installation_roles r ON r.desk_id = i.desk_id AND r.installation_id = i.id
                 WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'roles' AND r.role_id = $3 AND",
                    without_it!()
                )
            }
            Self::Groups => {
                concat!(
                    "SELECT i.id FROM installations i
                 JOIN installation_groups g ON g.desk_id = i.desk_id AND g.installation_id = i.id
                 WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'groups' AND g.group_id = $3 AND",
                    without_it!()
                )
            }
        }
    }

    /// Gives an operator what is for a role or group.
    fn give(self) -> &'static str {
        match self {
            Self::Roles => {
                concat!(
                    "INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
                 SELECT i.desk_id, i.id, $2, $3 FROM installations i
                 JOIN installation_roles r ON r.desk_id = i.desk_id AND r.installation_id = i.id
                 WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'roles' AND r.role_id = $4 AND",
                    licence_left!(),
                    "ON CONFLICT (installation_id, operator_id) DO NOTHING RETURNING installation_id"
                )
            }
            Self::Groups => {
                concat!(
                    "INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
                 SELECT i.desk_id, i.id, $2, $3 FROM installations i
                 JOIN installation_groups g ON g.desk_id = i.desk_id AND g.installation_id = i.id
                 WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'groups' AND g.group_id = $4 AND",
                    licence_left!(),
                    "ON CONFLICT (installation_id, operator_id) DO NOTHING RETURNING installation_id"
                )
            }
        }
    }
}

async fn named<T>(conn: &mut Conn, desk: DeskId, installation: InstallationId, named: Named) -> Result<BTreeSet<T>>
where
    T: Ord + FromStr<Err: Display>,
{
    let id = installation.to_string();
    let rows = fetch_all!(conn, (String,), named.select(), desk, installation)?;
    rows.iter().map(|(named_id,)| At::new(named.table(), &id).parse("id", named_id)).collect()
}

/// An operator who was just made gets what is for everyone, and what is for their roles. Holds the lock already.
pub(crate) async fn welcome(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    roles: &[RoleId],
    now: Timestamp,
) -> Result<()> {
    let sql = concat!(
        "INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
         SELECT i.desk_id, i.id, $2, $3 FROM installations i
         WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'everyone' AND",
        licence_left!(),
        "ON CONFLICT (installation_id, operator_id) DO NOTHING RETURNING installation_id"
    );
    let got = fetch_all!(tx, (String,), sql, desk, operator, now)?;
    let mut got: Vec<_> = got.into_iter().map(|(id,)| id).collect();
    got.extend(given(tx, desk, operator, Named::Roles, roles, now).await?);
    note(tx, desk, operator, got, now).await?;
    let sql = concat!(
        "SELECT i.id FROM installations i WHERE i.desk_id = $1 AND i.kind = 'plugin' AND i.assigned_to = 'everyone' AND",
        without_it!()
    );
    let missed = fetch_all!(tx, (String,), sql, desk, operator)?;
    let mut missed: Vec<_> = missed.into_iter().map(|(id,)| id).collect();
    missed.extend(withheld(tx, desk, operator, Named::Roles, roles).await?);
    tell::no_licence(tx, desk, operator, missed, now).await
}

/// An operator who got roles gets what is for those. Holds the lock already.
pub(crate) async fn got_roles(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    roles: &[RoleId],
    now: Timestamp,
) -> Result<()> {
    let got = given(tx, desk, operator, Named::Roles, roles, now).await?;
    note(tx, desk, operator, got, now).await?;
    let missed = withheld(tx, desk, operator, Named::Roles, roles).await?;
    tell::no_licence(tx, desk, operator, missed, now).await
}

/// An operator who joined groups gets what is for those. Holds the lock already.
pub(crate) async fn got_groups(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    groups: &[GroupId],
    now: Timestamp,
) -> Result<()> {
    let got = given(tx, desk, operator, Named::Groups, groups, now).await?;
    note(tx, desk, operator, got, now).await?;
    let missed = withheld(tx, desk, operator, Named::Groups, groups).await?;
    tell::no_licence(tx, desk, operator, missed, now).await
}

/// An operator who was deactivated counts again: what has no licence left for them is not theirs any more, unless they
/// installed it. Holds the lock already.
pub(crate) async fn came_back(tx: &mut Tx, desk: DeskId, operator: OperatorId, now: Timestamp) -> Result<()> {
    let sql = "DELETE FROM installation_users WHERE desk_id = $1 AND operator_id = $2 AND installation_id IN (
                   SELECT i.id FROM installations i JOIN subscriptions s ON s.installation_id = i.id
                   WHERE i.desk_id = $1 AND i.installed_by <> $2
                     AND s.state IN ('active', 'past-due') AND s.plan_model = 'per-user'
                     AND s.quantity < (
                         SELECT COUNT(*) FROM installation_users u
                         JOIN operators o ON o.desk_id = u.desk_id AND o.id = u.operator_id
                         WHERE u.desk_id = i.desk_id AND u.installation_id = i.id AND o.active = 1))
               RETURNING installation_id";
    let lost: Vec<_> = fetch_all!(tx, (String,), sql, desk, operator)?.into_iter().map(|(id,)| id).collect();
    for id in &lost {
        let installation = At::new("installation_users", id).parse("installation_id", id)?;
        tx.signal(Signal::Installation { desk, installation }).await?;
    }
    tell::no_licence_again(tx, desk, operator, lost, now).await
}

/// What a rule would have given, if a licence were free.
async fn withheld<T: Copy + Param<Sql = String>>(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    named: Named,
    ids: &[T],
) -> Result<Vec<String>> {
    let mut missed = Vec::new();
    for id in ids {
        let rows = fetch_all!(tx, (String,), named.withheld(), desk, operator, *id)?;
        missed.extend(rows.into_iter().map(|(installation,)| installation));
    }
    Ok(missed)
}

async fn given<T: Copy + Param<Sql = String>>(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    named: Named,
    ids: &[T],
    now: Timestamp,
) -> Result<Vec<String>> {
    let mut got = Vec::new();
    for id in ids {
        let rows = fetch_all!(tx, (String,), named.give(), desk, operator, now, *id)?;
        got.extend(rows.into_iter().map(|(installation,)| installation));
    }
    Ok(got)
}

/// What a rule did is in the audit log, too: once there are licences, it costs money.
async fn note(tx: &mut Tx, desk: DeskId, operator: OperatorId, got: Vec<String>, now: Timestamp) -> Result<()> {
    if got.is_empty() {
        return Ok(());
    }
    let mut theirs = Vec::new();
    for id in &got {
        let installation = At::new("installation_users", id).parse("installation_id", id)?;
        tx.signal(Signal::Installation { desk, installation }).await?;
        theirs.extend(installations::get(tx, desk, installation).await?);
    }
    // In the order of the add-ons: whoever writes of several at the same time takes turns.
    theirs.sort_by(|one, other| one.addon.cmp(&other.addon));
    for installation in &theirs {
        let changed = Changed { added: vec![operator], removed: Vec::new() };
        tell_publisher(tx, installation, &changed, now).await?;
        happenings::licences_changed(tx, desk, installation.id, Actor::System, now).await?;
    }
    let (object, detail) = (format!("operator:{operator}"), json!({ "installations": got }));
    audit::append(tx, desk, Actor::System, Action::AddonUsersAssigned, &object, &detail, now).await
}
