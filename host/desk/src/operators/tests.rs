use annex_domain::{
    mail::{MailFacts, MailKind},
    operator::Actor,
    permission::Permissions,
};
use annex_store::{audit, logins, mails, operators as stored, testing::on_both};

use super::*;
use crate::rights_test::{NOW, World, invite as wanted, new, rule, wrong};

#[tokio::test]
async fn the_last_active_admin_stays() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, admin, bo) = (&world.desk, world.desks.admin, world.desks.agent);
        let host = Ctx::host(world.desks.desk, Actor::CommandLine, NOW);
        let own = world.by(admin).await;
        let before = world.all().await;
        // The other admin was only invited, and may never come.
        assert_eq!(rule(set_roles(desk, &own, admin, &[world.agent_role]).await), Rule::LastAdmin);
        assert_eq!(rule(deactivate(desk, &host, admin).await), Rule::LastAdmin);
        assert_eq!(rule(deactivate(desk, &own, admin).await), Rule::OwnAccount);
        assert_eq!(wrong(set_roles(desk, &own, bo, &[]).await), [Wrong::Required.at("roles")]);
        assert_eq!(world.all().await, before);
        set_roles(desk, &own, bo, &[world.admin_role]).await.unwrap();
        deactivate(desk, &world.by(bo).await, admin).await.unwrap();
        assert_eq!(world.permissions(bo).await, Permissions::admin());
        activate(desk, &world.by(bo).await, admin).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_admin_who_was_only_invited_does_not_count() {
    on_both(async |db| {
        let world = World::make(db).await;
        let host = Ctx::host(world.desks.desk, Actor::CommandLine, NOW);
        assert_eq!(rule(deactivate(&world.desk, &host, world.desks.admin).await), Rule::LastAdmin);
        let mut tx = world.db.begin().await.unwrap();
        stored::set_password(&mut tx, world.desks.desk, world.invited, "hash", None).await.unwrap();
        tx.commit().await.unwrap();
        deactivate(&world.desk, &host, world.desks.admin).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn two_admins_cannot_remove_each_other_at_once() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (admin, bo) = (world.desks.admin, world.desks.agent);
        set_roles(&world.desk, &world.by(admin).await, bo, &[world.admin_role]).await.unwrap();
        let (by_admin, by_bo) = (world.by(admin).await, world.by(bo).await);
        let (one, two) = tokio::join!(deactivate(&world.desk, &by_admin, bo), deactivate(&world.desk, &by_bo, admin));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_writes_its_entry_and_its_mail_with_it() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.admin).await);
        let invited = invite(desk, &own, wanted(" Di@Example.org ", world.agent_role)).await.unwrap();
        let mut conn = world.db.read().await.unwrap();
        let link = logins::link(&mut conn, &invited.secret, NOW).await.unwrap().unwrap();
        assert_eq!(link.operator, Some(invited.operator.id));
        let mail = mails::list(&mut conn, own.desk, None, 9).await.unwrap().remove(0);
        assert_eq!((mail.to.as_str(), mail.operator), ("di@example.org", Some(invited.operator.id)));
        assert_eq!(mail.args, MailFacts::OperatorInvited { by: "Ada".into(), days: 3 }.args());
        let kept = mails::secret(&mut conn, own.desk, mail.id).await.unwrap();
        assert_eq!(kept.as_deref(), Some(invited.secret.as_str()));
        let entries = audit::list(&mut conn, own.desk, None, 9).await.unwrap();
        assert_eq!((entries.len(), entries[0].action.as_str()), (1, "operator.invite"));
        drop(conn);
        // Nothing that people can read tells the link.
        assert!(!world.all().await.contains(&invited.secret));
        // Somebody else's address: neither operator, entry nor mail.
        let before = world.all().await;
        let problems = wrong(invite(desk, &own, wanted("DI@example.org", world.agent_role)).await);
        assert_eq!(problems, [Wrong::Taken.at("email")]);
        assert_eq!(world.all().await, before);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_repeated_with_another_link_until_there_is_a_password() {
    on_both(async |db| {
        let world = World::make(db).await;
        let (desk, own) = (&world.desk, world.by(world.desks.admin).await);
        let again = || invite_again(desk, &own, world.invited);
        let (one, two) = (again().await.unwrap(), again().await.unwrap());
        let mut tx = world.db.begin().await.unwrap();
        assert_eq!(logins::link(&mut tx, &one.secret, NOW).await.unwrap(), None);
        assert!(logins::link(&mut tx, &two.secret, NOW).await.unwrap().is_some());
        let told = mails::list(&mut tx, own.desk, None, 9).await.unwrap();
        assert_eq!(told.iter().filter(|mail| mail.kind == MailKind::OperatorInvited).count(), 2);
        stored::set_active(&mut tx, own.desk, world.invited, false, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(again().await, Err(Refusal::NotFound(_))), "deactivated");
        let mut tx = world.db.begin().await.unwrap();
        stored::set_active(&mut tx, own.desk, world.invited, true, NOW).await.unwrap();
        stored::set_password(&mut tx, own.desk, world.invited, "hash", None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(again().await, Err(Refusal::NotFound(_))), "has a password");
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    on_both(async |db| {
        let world = World::make(db).await;
        let own = world.by(world.desks.admin).await;
        let problems = wrong(invite(&world.desk, &own, Invite::default()).await);
        let expected = [Wrong::Required.at("name"), Wrong::MailAddress.at("email"), Wrong::Required.at("roles")];
        assert_eq!(problems, expected);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_makes_operators_but_invites_nobody() {
    on_both(async |db| {
        let world = World::make(db).await;
        let host = Ctx::host(world.desks.desk, Actor::CommandLine, NOW);
        let made = create(&world.desk, &host, new("eve@example.org", world.admin_role)).await.unwrap();
        assert_eq!(made.permissions, Permissions::admin());
        let before = world.all().await;
        let refused = invite(&world.desk, &host, wanted("x@example.org", world.agent_role)).await;
        assert_eq!(rule(refused), Rule::PersonNeeded);
        assert_eq!(world.all().await, before);
    })
    .await;
}
