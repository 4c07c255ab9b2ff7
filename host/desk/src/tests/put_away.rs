//! Spam and trash.

use annex_domain::ticket::{Folder, TicketRef};
use annex_store::{testing::traces, tickets::Filter};

use super::*;
use crate::tickets::{delete, mark_spam, restore};

impl World {
    fn it(&self) -> TicketRef {
        self.ticket.id.into()
    }

    /// How many tickets lie in each folder.
    async fn folders(&self) -> [i64; 3] {
        let mut conn = self.db.read().await.unwrap();
        let mut counts = [0; 3];
        for (count, folder) in counts.iter_mut().zip(Folder::ALL) {
            let filter = Filter { folder, ..Filter::default() };
            *count = stored::count(&mut conn, self.who.desk, &filter).await.unwrap();
            let listed =
                stored::list(&mut conn, self.who.desk, &filter, stored::Sort::default(), None, 9).await.unwrap();
            assert_eq!(i64::try_from(listed.len()).unwrap(), *count);
        }
        counts
    }

    /// What the audit log has, oldest first.
    async fn audited(&self) -> Vec<String> {
        let entries = audit::list(&mut self.db.read().await.unwrap(), self.who.desk, None, 100).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.action).collect()
    }
}

#[tokio::test]
async fn what_is_put_away_is_in_no_list_and_comes_back_as_it_was() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, ctx) = (&world.desk, world.agent());
        let tagged = TicketChange { tags: Some(vec!["vip".into()]), ..TicketChange::default() };
        world.set(tagged).await.unwrap();
        assert_eq!(world.folders().await, [1, 0, 0]);
        let tags = async || stored::tags(&mut db.read().await.unwrap(), world.who.desk, "", 9).await.unwrap();
        assert_eq!(tags().await, ["vip"]);

        let spam = mark_spam(desk, &ctx, world.it(), true).await.unwrap();
        assert_eq!((spam.status, spam.spam_at), (TicketStatus::Open, Some(NOW)));
        assert_eq!(world.folders().await, [0, 1, 0]);
        delete(desk, &ctx, world.it()).await.unwrap();
        assert_eq!(world.folders().await, [0, 0, 1]);
        let mut conn = db.read().await.unwrap();
        let counts = stored::counts(&mut conn, world.who.desk, world.who.agent).await.unwrap();
        assert_eq!((counts.all(), counts.unassigned), (0, 0));
        assert_eq!(stored::newest_number(&mut conn, world.who.desk).await.unwrap(), None);
        drop(conn);
        assert_eq!(tags().await, [""; 0]);
        let in_trash = mark_spam(desk, &ctx, world.it(), false).await;
        assert!(matches!(in_trash, Err(Refusal::Rule(Rule::TicketPutAway))), "{in_trash:?}");

        // A second time nothing happens.
        let before = world.traces().await;
        delete(desk, &ctx, world.it()).await.unwrap();
        assert_eq!(world.traces().await, before);
        restore(desk, &ctx, world.it()).await.unwrap();
        assert_eq!(world.folders().await, [0, 1, 0]);
        let back = mark_spam(desk, &ctx, world.it(), false).await.unwrap();
        assert_eq!((back.is_put_away(), back.status, back.tags), (false, TicketStatus::Open, vec!["vip".to_owned()]));
        assert_eq!(world.folders().await, [1, 0, 0]);
        assert_eq!(world.audited().await[1..], ["ticket.spam", "ticket.delete", "ticket.restore", "ticket.not-spam"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_what_is_put_away_and_add_ons_do_not_find_it() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, ctx, id) = (&world.desk, world.agent(), MessageId::new());
        let addon = Ctx::new(world.who.desk, Actor::Addon(installed(&db, &world.who).await), Permissions::admin(), NOW);
        for in_trash in [false, true] {
            if in_trash {
                delete(desk, &ctx, world.it()).await.unwrap();
            } else {
                mark_spam(desk, &ctx, world.it(), true).await.unwrap();
            }
            let before = world.traces().await;
            for refused in [
                write(desk, &ctx, world.message(false)).await.map(drop),
                write(desk, &ctx, world.message(true)).await.map(drop),
                world.set(closed()).await.map(drop),
                redeliver(desk, &ctx, world.it(), id).await,
                confirm(desk, &ctx, world.it(), id).await,
            ] {
                assert!(matches!(refused, Err(Refusal::Rule(Rule::TicketPutAway))), "{refused:?}");
            }
            for refused in [
                write(desk, &addon, world.message(true)).await.map(drop),
                change(desk, &addon, world.it(), closed(), None).await.map(drop),
            ] {
                assert!(matches!(refused, Err(Refusal::NotFound("ticket"))), "{refused:?}");
            }
            assert_eq!(world.traces().await, before);
        }
    })
    .await;
}

#[tokio::test]
async fn putting_away_needs_its_permission_and_its_desk() {
    on_both(async |db| {
        let world = World::start(db).await;
        let desk = &world.desk;
        let without = world.without(Permission::TicketsManage);
        let stranger = Ctx::host(world.who.other_desk, Actor::Operator(world.who.other_admin), NOW);
        let before = world.traces().await;
        for (ctx, found) in [(&without, true), (&stranger, false)] {
            for refused in [
                delete(desk, ctx, world.it()).await,
                restore(desk, ctx, world.it()).await,
                mark_spam(desk, ctx, world.it(), true).await,
                mark_spam(desk, ctx, world.it(), false).await,
            ] {
                let right = match refused {
                    Err(Refusal::Forbidden(Permission::TicketsManage)) => found,
                    Err(Refusal::NotFound(_)) => !found,
                    _ => false,
                };
                assert!(right, "{refused:?}");
            }
        }
        assert_eq!(world.traces().await, before);
    })
    .await;
}

#[tokio::test]
async fn what_comes_to_a_spam_ticket_is_told_to_nobody() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        world.set(TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() }).await.unwrap();
        mark_spam(&world.desk, &world.agent(), world.it(), true).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let before = format!("{:?}", jobs::counts(&mut tx).await.unwrap());
        let author = Author::Requester(world.ticket.requester);
        let new = stored_messages::NewMessage { author, internal: false, body: "Buy!".into() };
        let added = stored_messages::add(&mut tx, world.who.desk, world.ticket.id, new, NOW).await.unwrap();
        assert_eq!((added.new_ticket, added.ticket.status), (false, TicketStatus::Closed));
        assert!(added.ticket.spam_at.is_some());
        assert_eq!(format!("{:?}", jobs::counts(&mut tx).await.unwrap()), before);
    })
    .await;
}

#[tokio::test]
async fn with_a_ticket_go_the_mails_that_tell_of_it() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let given = TicketChange { assignee: Some(Some(world.who.admin)), ..TicketChange::default() };
        world.set(given).await.unwrap();
        delete(&world.desk, &world.agent(), world.it()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let told = traces(&mut tx, "please").await;
        assert!(told.contains(&"mails.args".to_owned()), "{told:?}");
        assert_eq!(stored::purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        assert_eq!(traces(&mut tx, "please").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_is_restored_while_the_trash_is_emptied_stays() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        delete(&world.desk, &world.agent(), world.it()).await.unwrap();
        let mut restoring = db.begin().await.unwrap();
        let old = stored::lock(&mut restoring, world.who.desk, world.it()).await.unwrap();
        let back = Ticket { deleted_at: None, ..old.clone() };
        stored::save(&mut restoring, world.who.desk, &old, back, "system", NOW).await.unwrap();
        let emptied = async {
            let mut tx = db.begin().await.unwrap();
            let gone = stored::purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap();
            tx.commit().await.unwrap();
            gone
        };
        let restored = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            restoring.commit().await.unwrap();
        };
        let (gone, ()) = tokio::join!(emptied, restored);
        assert_eq!(gone, 0);
        let messages =
            stored_messages::list(&mut db.read().await.unwrap(), world.who.desk, world.ticket.id, None, 9).await;
        assert_eq!((world.folders().await, messages.unwrap().len()), ([1, 0, 0], 1));
    })
    .await;
}
