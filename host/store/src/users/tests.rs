use annex_domain::{
    addon::Version, assignment::Assignment, capability::Grant, ids::RoleId, installation::Installation,
    permission::Permissions,
};
use sqlx::AssertSqlSafe;

use super::*;
use crate::{
    Db, audit, footprint,
    installations::{self, tests::publish},
    operators::NewOperator,
    roles::{self, Builtin},
    testing::{Fixture, TestDb, on_both},
};

const NOW: Timestamp = Timestamp(5_000);

/// Two desks; in the first, the admin has installed a plugin.
async fn with_plugin(tx: &mut Tx) -> (Fixture, InstallationId) {
    let fixture = Fixture::make(tx).await;
    publish(tx, "acme.hello", Version::new(1, 0, 0), 1).await.unwrap();
    let id = install(tx, fixture.desk, fixture.admin, Kind::Plugin).await;
    (fixture, id)
}

async fn install(tx: &mut Tx, desk: DeskId, by: OperatorId, kind: Kind) -> InstallationId {
    let (id, addon) = (InstallationId::new(), "acme.hello".parse().unwrap());
    let new = Installation::begin(id, desk, addon, kind, Version::new(1, 0, 0), Grant::default(), by, NOW);
    installations::insert(tx, &new, None).await.unwrap();
    installations::save(tx, &new.installed(NOW).unwrap()).await.unwrap();
    id
}

async fn join(tx: &mut Tx, desk: DeskId, email: &str, role: RoleId) -> OperatorId {
    let new = NewOperator { email: email.into(), name: email.into(), password_hash: None, roles: vec![role] };
    operators::create(tx, desk, new, NOW).await.unwrap().id
}

async fn role(tx: &mut Tx, desk: DeskId, name: &str) -> RoleId {
    roles::create(tx, desk, name, &Permissions::agent(), NOW).await.unwrap().id
}

fn give(operator: OperatorId) -> Ticks {
    Ticks::Change { add: [operator].into(), remove: BTreeSet::new() }
}

fn take(operator: OperatorId) -> Ticks {
    Ticks::Change { add: BTreeSet::new(), remove: [operator].into() }
}

#[tokio::test]
async fn a_new_plugin_is_everybodys_and_so_it_is_for_those_who_come_later() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (fixture, id) = with_plugin(&mut tx).await;
        let agents = roles::builtin(&mut tx, fixture.desk, Builtin::Agent).await.unwrap().id;
        let late = join(&mut tx, fixture.desk, "late@example.org", agents).await;
        let users = list(&mut tx, fixture.desk, id).await.unwrap();
        let seen: Vec<_> = users.iter().map(|user| (user.operator.id, user.since, user.installer)).collect();
        let expected = [(fixture.admin, Some(NOW), true), (fixture.agent, Some(NOW), false), (late, Some(NOW), false)];
        assert_eq!(seen, expected);
        assert_eq!(assignment(&mut tx, fixture.desk, id).await.unwrap(), Assignment::Everyone);

        // Deactivated operators keep it, but do not count.
        operators::set_active(&mut tx, fixture.desk, late, false, NOW).await.unwrap();
        let users = list(&mut tx, fixture.desk, id).await.unwrap();
        assert_eq!(users.iter().map(User::counts).collect::<Vec<_>>(), [true, true, false]);
        assert!(!uses(&mut tx, fixture.desk, id, late).await.unwrap());
        operators::set_active(&mut tx, fixture.desk, late, true, NOW).await.unwrap();
        assert!(uses(&mut tx, fixture.desk, id, late).await.unwrap());

        // What the rule did is in the audit log.
        let entry = &audit::list(&mut tx, fixture.desk, None, 1).await.unwrap()[0];
        assert_eq!((entry.action.as_str(), &entry.object), ("addon.users-assigned", &format!("operator:{late}")));
        assert_eq!(entry.detail["installations"][0], id.to_string());
    })
    .await;
}

#[tokio::test]
async fn ticks_are_given_and_taken_but_never_from_the_installer() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (fixture, id) = with_plugin(&mut tx).await;
        tx.commit().await.unwrap();
        let (desk, admin, agent) = (fixture.desk, fixture.admin, fixture.agent);

        let mut tx = db.begin().await.unwrap();
        let changed = change(&mut tx, desk, id, &take(agent), NOW).await.unwrap();
        assert_eq!((changed.added, changed.removed), (vec![], vec![agent]));
        assert!(change(&mut tx, desk, id, &take(agent), NOW).await.unwrap().is_empty(), "taken once");
        assert!(installations::running_for(&mut tx, desk, agent).await.unwrap().is_empty());
        assert_eq!(installations::running_for(&mut tx, desk, admin).await.unwrap().len(), 1);
        let changed = change(&mut tx, desk, id, &Ticks::Exactly([admin, agent].into()), NOW).await.unwrap();
        assert_eq!((changed.added, changed.removed), (vec![agent], vec![]));
        // In both lists: stays.
        let both = Ticks::Change { add: [agent].into(), remove: [agent].into() };
        assert!(change(&mut tx, desk, id, &both, NOW).await.unwrap().is_empty());
        tx.commit().await.unwrap();

        for ticks in [take(admin), Ticks::Exactly([agent].into()), Ticks::Exactly(BTreeSet::new())] {
            let mut tx = db.begin().await.unwrap();
            assert_eq!(change(&mut tx, desk, id, &ticks, NOW).await.unwrap_err().code(), "installer-stays");
        }
        for stranger in [fixture.other_admin, OperatorId::new()] {
            let mut tx = db.begin().await.unwrap();
            let error = change(&mut tx, desk, id, &give(stranger), NOW).await.unwrap_err();
            assert!(matches!(error, StoreError::Unknown("operators")), "{error}");
        }
        // Another desk neither sees nor changes anything.
        let mut tx = db.begin().await.unwrap();
        let (other, theirs) = (fixture.other_desk, fixture.other_admin);
        assert_eq!(change(&mut tx, other, id, &give(theirs), NOW).await.unwrap_err().code(), "not-found");
        assert_eq!(list(&mut tx, other, id).await.unwrap_err().code(), "not-found");
        assert_eq!(set_assignment(&mut tx, other, id, &Assignment::Nobody).await.unwrap_err().code(), "not-found");
        assert!(!uses(&mut tx, other, id, admin).await.unwrap());
        assert!(installations::running_for(&mut tx, other, admin).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_see_who_uses_it_as_it_is() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (Fixture { desk, agent, other_desk, .. }, id) = with_plugin(&mut tx).await;
        tx.commit().await.unwrap();
        let both = async || {
            let read = list(&mut db.read().await.unwrap(), desk, id).await.unwrap();
            (known_list(&db, desk, id).await.unwrap(), read)
        };
        let (known, read) = both().await;
        assert_eq!(known, read);
        assert_eq!(known.iter().filter(|user| user.counts()).count(), 2);

        let mut tx = db.begin().await.unwrap();
        change(&mut tx, desk, id, &take(agent), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let (known, read) = both().await;
        assert_eq!(known, read);
        assert_eq!(known.iter().filter(|user| user.counts()).count(), 1);

        let mut tx = db.begin().await.unwrap();
        operators::set_active(&mut tx, desk, agent, false, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let (known, read) = both().await;
        assert_eq!(known, read);
        assert!(known.iter().any(|user| user.operator.id == agent && !user.operator.active));
        assert_eq!(known_list(&db, other_desk, id).await.unwrap_err().code(), "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_rule_about_roles_adds_and_never_takes_away() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (fixture, id) = with_plugin(&mut tx).await;
        let desk = fixture.desk;
        let agents = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id;
        let (sales, leads) = (role(&mut tx, desk, "Sales").await, role(&mut tx, desk, "Leads").await);
        let rule = Assignment::Roles([sales, leads].into());
        set_assignment(&mut tx, desk, id, &rule).await.unwrap();
        assert_eq!(assignment(&mut tx, desk, id).await.unwrap(), rule);

        let plain = join(&mut tx, desk, "plain@example.org", agents).await;
        let seller = join(&mut tx, desk, "seller@example.org", sales).await;
        assert!(!uses(&mut tx, desk, id, plain).await.unwrap());
        assert!(uses(&mut tx, desk, id, seller).await.unwrap());
        // Somebody who gets a role gets it; somebody who loses the role keeps it.
        operators::set_roles(&mut tx, desk, plain, &[agents, leads], NOW).await.unwrap();
        assert!(uses(&mut tx, desk, id, plain).await.unwrap());
        operators::set_roles(&mut tx, desk, plain, &[agents], NOW).await.unwrap();
        assert!(uses(&mut tx, desk, id, plain).await.unwrap());
        // What was taken does not come back when the same roles are saved again, only with a new one.
        change(&mut tx, desk, id, &take(seller), NOW).await.unwrap();
        operators::set_roles(&mut tx, desk, seller, &[sales, agents], NOW).await.unwrap();
        assert!(!uses(&mut tx, desk, id, seller).await.unwrap());
        operators::set_roles(&mut tx, desk, seller, &[sales, leads], NOW).await.unwrap();
        assert!(uses(&mut tx, desk, id, seller).await.unwrap());

        // A role that is deleted leaves the rule; with the last one it is about nobody.
        operators::set_roles(&mut tx, desk, seller, &[agents], NOW).await.unwrap();
        roles::delete(&mut tx, desk, sales).await.unwrap();
        assert_eq!(assignment(&mut tx, desk, id).await.unwrap(), Assignment::Roles([leads].into()));
        roles::delete(&mut tx, desk, leads).await.unwrap();
        assert_eq!(assignment(&mut tx, desk, id).await.unwrap(), Assignment::Nobody);
        let last = join(&mut tx, desk, "last@example.org", agents).await;
        assert!(!uses(&mut tx, desk, id, last).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn rules_are_checked() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (fixture, id) = with_plugin(&mut tx).await;
        let theirs = role(&mut tx, fixture.other_desk, "Theirs").await;
        tx.commit().await.unwrap();
        let set = async |rule: Assignment| {
            let mut tx = db.begin().await.unwrap();
            set_assignment(&mut tx, fixture.desk, id, &rule).await.unwrap_err()
        };
        assert_eq!(set(Assignment::Roles(BTreeSet::new())).await.code(), "invalid");
        let unknown = set(Assignment::Roles([theirs].into())).await;
        assert!(matches!(unknown, StoreError::Unknown("assignment.roles")), "{unknown}");

        // Nobody new: who has it keeps it. Everyone again: those who came between are not caught up with.
        let mut tx = db.begin().await.unwrap();
        let agents = roles::builtin(&mut tx, fixture.desk, Builtin::Agent).await.unwrap().id;
        set_assignment(&mut tx, fixture.desk, id, &Assignment::Nobody).await.unwrap();
        let between = join(&mut tx, fixture.desk, "between@example.org", agents).await;
        assert!(uses(&mut tx, fixture.desk, id, fixture.agent).await.unwrap());
        set_assignment(&mut tx, fixture.desk, id, &Assignment::Everyone).await.unwrap();
        assert!(!uses(&mut tx, fixture.desk, id, between).await.unwrap());
        let later = join(&mut tx, fixture.desk, "later@example.org", agents).await;
        assert!(uses(&mut tx, fixture.desk, id, later).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn channels_and_languages_have_no_users() {
    on_both(async |db| {
        for kind in [Kind::Channel, Kind::Language] {
            let mut tx = db.begin().await.unwrap();
            let fixture = Fixture::make(&mut tx).await;
            publish(&mut tx, "acme.hello", Version::new(1, 0, 0), 1).await.unwrap();
            let id = install(&mut tx, fixture.desk, fixture.admin, kind).await;
            let agents = roles::builtin(&mut tx, fixture.desk, Builtin::Agent).await.unwrap().id;
            join(&mut tx, fixture.desk, "late@example.org", agents).await;
            let users = list(&mut tx, fixture.desk, id).await.unwrap();
            assert!(users.iter().all(|user| user.since.is_none()));
            let given = change(&mut tx, fixture.desk, id, &give(fixture.agent), NOW).await;
            assert_eq!(given.unwrap_err().code(), "whole-desk");
            let ruled = set_assignment(&mut tx, fixture.desk, id, &Assignment::Nobody).await;
            assert_eq!(ruled.unwrap_err().code(), "whole-desk");
        }
    })
    .await;
}

#[tokio::test]
async fn users_are_counted_and_go_with_the_installation() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (fixture, id) = with_plugin(&mut tx).await;
        let sales = role(&mut tx, fixture.desk, "Sales").await;
        set_assignment(&mut tx, fixture.desk, id, &Assignment::Roles([sales].into())).await.unwrap();
        let items = footprint::of(&mut tx, fixture.desk, id).await.unwrap();
        assert_eq!(items, [footprint::Item { what: "users", count: 2, bytes: 72 }]);
        assert!(footprint::purge(&mut tx, fixture.desk, id).await.unwrap());
        assert_eq!(footprint::of(&mut tx, fixture.desk, id).await.unwrap(), []);
        // A new installation starts afresh, for everyone.
        let again = install(&mut tx, fixture.desk, fixture.agent, Kind::Plugin).await;
        assert_eq!(assignment(&mut tx, fixture.desk, again).await.unwrap(), Assignment::Everyone);
        assert!(uses(&mut tx, fixture.desk, again, fixture.admin).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

/// Neither may miss the other, whichever is first.
#[tokio::test]
async fn an_operator_and_an_installation_that_are_made_at_once_find_each_other() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        publish(&mut tx, "acme.hello", Version::new(1, 0, 0), 1).await.unwrap();
        let agents = roles::builtin(&mut tx, fixture.desk, Builtin::Agent).await.unwrap().id;
        tx.commit().await.unwrap();
        let installing = async |db: &Db| {
            let mut tx = db.begin().await.unwrap();
            let id = install(&mut tx, fixture.desk, fixture.admin, Kind::Plugin).await;
            tx.commit().await.unwrap();
            id
        };
        let joining = async |db: &Db, email: String| {
            let mut tx = db.begin().await.unwrap();
            let operator = join(&mut tx, fixture.desk, &email, agents).await;
            tx.commit().await.unwrap();
            operator
        };
        let joins = futures::future::join_all((0..6).map(|n| joining(&db, format!("late{n}@example.org"))));
        let (id, late) = tokio::join!(installing(&db), joins);
        let mut conn = db.read().await.unwrap();
        for operator in late {
            assert!(uses(&mut conn, fixture.desk, id, operator).await.unwrap());
        }
    })
    .await;
}

/// Plugins from before this version stay with everyone who could use them.
#[tokio::test]
async fn what_was_installed_before_stays_everybodys() {
    for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
        let mut tx = database.db.begin().await.unwrap();
        for version in 1..=3 {
            run_version(&mut tx, version).await;
        }
        let before = "
            INSERT INTO desks (id, name, locale, created_at) VALUES ('d', 'Desk', 'en', 1), ('e', 'Other', 'en', 1);
            INSERT INTO operators (id, desk_id, email, name, theme, shortcuts, active, created_at) VALUES
                ('a', 'd', 'a@example.org', 'A', 'system', 1, 1, 1), ('b', 'd', 'b@example.org', 'B', 'system', 1, 0, 1),
                ('c', 'e', 'c@example.org', 'C', 'system', 1, 1, 1);
            INSERT INTO publishers (slug, name, threshold, rev, created_at) VALUES ('acme', 'Acme', 1, 1, 1);
            INSERT INTO addons (id, publisher, kind, highest_seq, search, categories, created_at, updated_at) VALUES
                ('acme.p', 'acme', 'plugin', 1, '', '[]', 1, 1), ('acme.c', 'acme', 'channel', 1, '', '[]', 1, 1);
            INSERT INTO installations (id, desk_id, addon_id, kind, version, pinned, status, granted, installed_by,
                created_at, updated_at, rev, generation) VALUES
                ('p', 'd', 'acme.p', 'plugin', '1.0.0', 0, 'active', '{}', 'a', 7, 7, 1, 1),
                ('c', 'd', 'acme.c', 'channel', '1.0.0', 0, 'active', '{}', 'a', 7, 7, 1, 1);";
        run(&mut tx, before.to_owned()).await;
        run_version(&mut tx, 4).await;
        let sql = "SELECT installation_id, operator_id, added_at FROM installation_users ORDER BY operator_id";
        let users = fetch_all!(tx, (String, String, i64), sql).unwrap();
        assert_eq!(users, [("p".into(), "a".into(), 7), ("p".into(), "b".into(), 7)]);
        let rules = fetch_all!(tx, (String,), "SELECT DISTINCT assigned_to FROM installations").unwrap();
        assert_eq!(rules, [("everyone".to_owned(),)]);
        drop(tx);
        database.close().await;
    }
}

async fn run_version(tx: &mut Tx, version: i64) {
    let migrator = crate::migrate::migrator(tx.dialect()).unwrap();
    let migration = migrator.iter().find(|migration| migration.version == version).unwrap();
    run(tx, migration.sql.as_str().to_owned()).await;
}

async fn run(tx: &mut Tx, sql: String) {
    match tx.raw() {
        crate::db::Raw::Sqlite(conn) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(|_| ()),
        crate::db::Raw::Postgres(conn) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(|_| ()),
        crate::db::Raw::Ended => unreachable!(),
    }
    .unwrap();
}
