use annex_domain::{
    mail::MailKind,
    operator::Actor,
    permission::Permissions,
    ticket::{Author, Priority},
};
use annex_store::{
    Db,
    messages::NewMessage,
    notices::Notices,
    testing::{Fixture, on_both},
    tickets::TicketChange,
};

use super::*;
use crate::{
    Ctx, Desk,
    profile::set_notices,
    tickets::{Create, FirstAuthor, Requester, change, create},
};

const START: Timestamp = Timestamp(1_200_000_000);

struct World {
    db: Db,
    desk: Desk,
    who: Fixture,
}

impl World {
    async fn start(db: Db) -> Self {
        let mut tx = db.begin().await.unwrap();
        let who = Fixture::make(&mut tx).await;
        tx.commit().await.unwrap();
        Self { desk: Desk::new(db.clone()), db, who }
    }

    fn ctx(&self, operator: OperatorId) -> Ctx {
        Ctx::new(self.who.desk, Actor::Operator(operator), Permissions::agent(), START)
    }

    async fn want(&self, operator: OperatorId, new: bool, assigned: bool, answered: bool) {
        set_notices(&self.desk, &self.ctx(operator), Notices { new, assigned, answered }).await.unwrap();
    }

    async fn ticket(&self, by: OperatorId, assignee: Option<OperatorId>) -> Ticket {
        let new = Create {
            requester: Requester::Address { email: "ann@example.org".into(), name: "Ann".into() },
            author: FirstAuthor::Requester,
            subject: "Late".into(),
            body: "Where is it?".into(),
            priority: Priority::Normal,
            assignee,
            tags: vec![],
            fields: Default::default(),
            attachments: Vec::new(),
            via: None,
            key: None,
        };
        create(&self.desk, &self.ctx(by), new).await.unwrap()
    }

    /// The requester writes, as a channel takes it in.
    async fn writes(&self, ticket: &Ticket, after: Duration) {
        let now = START.after(after);
        let new = NewMessage { author: Author::Requester(ticket.requester), internal: false, body: "And now?".into() };
        let mut tx = self.db.begin().await.unwrap();
        let added = messages::add(&mut tx, self.who.desk, ticket.id, new, now).await.unwrap();
        answered(&mut tx, self.who.desk, &added.ticket, &added.message, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The mails that were written, the oldest first: what and to whom.
    async fn mails(&self) -> Vec<(MailKind, Option<OperatorId>)> {
        let mut conn = self.db.read().await.unwrap();
        let mails = mails::list(&mut conn, self.who.desk, None, 100).await.unwrap();
        mails.into_iter().rev().map(|mail| (mail.kind, mail.operator)).collect()
    }
}

#[tokio::test]
async fn a_new_ticket_of_nobody_is_told_to_who_may_reply_and_asked_for_it() {
    on_both(async |db| {
        let world = World::start(db).await;
        let Fixture { admin, agent, .. } = world.who;
        world.ticket(admin, None).await;
        assert_eq!(world.mails().await, [], "nobody asked for it");
        world.want(admin, true, true, true).await;
        world.want(agent, true, true, true).await;
        world.ticket(admin, None).await;
        assert_eq!(world.mails().await, [(MailKind::TicketNew, Some(agent))], "not to who made it");
        let mut tx = world.db.begin().await.unwrap();
        operators::set_active(&mut tx, world.who.desk, agent, false, START).await.unwrap();
        tx.commit().await.unwrap();
        world.ticket(admin, None).await;
        assert_eq!(world.mails().await.len(), 1, "nor to who has left");
    })
    .await;
}

#[tokio::test]
async fn who_is_given_a_ticket_is_told_by_whom() {
    on_both(async |db| {
        let world = World::start(db).await;
        let Fixture { desk, admin, agent, .. } = world.who;
        let give = async |ticket: &Ticket, by, to| {
            let given = TicketChange { assignee: Some(to), ..TicketChange::default() };
            change(&world.desk, &world.ctx(by), ticket.id.into(), given, None).await.unwrap()
        };
        let ticket = world.ticket(admin, Some(agent)).await;
        let told = (MailKind::TicketAssigned, Some(agent));
        assert_eq!(world.mails().await, [told]);
        let mail = mails::list(&mut world.db.read().await.unwrap(), desk, None, 1).await.unwrap().remove(0);
        assert_eq!(
            (mail.args["by"].as_str(), mail.args["ticket"]["excerpt"].as_str()),
            (Some("Ada"), Some("Where is it?"))
        );
        // Nothing is told of what did not change, nor to who took or lost it.
        give(&ticket, admin, Some(agent)).await;
        give(&ticket, admin, None).await;
        give(&ticket, agent, Some(agent)).await;
        give(&ticket, agent, None).await;
        assert_eq!(world.mails().await, [told]);
        give(&ticket, admin, Some(agent)).await;
        assert_eq!(world.mails().await, [told, told]);
        world.want(admin, false, false, true).await;
        give(&ticket, agent, Some(admin)).await;
        assert_eq!(world.mails().await.len(), 2, "switched off");
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_told_to_the_assignee_once_in_ten_minutes() {
    on_both(async |db| {
        let world = World::start(db).await;
        let agent = world.who.agent;
        let (ticket, nobodys) = (world.ticket(agent, Some(agent)).await, world.ticket(agent, None).await);
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        world.writes(&nobodys, minutes(1)).await;
        assert_eq!(world.mails().await, [], "it is nobody’s");
        let told = (MailKind::TicketAnswered, Some(agent));
        for (after, count) in [(8, 1), (9, 1), (11, 1), (17, 1), (19, 2), (21, 2), (45, 3)] {
            world.writes(&ticket, minutes(after)).await;
            assert_eq!(world.mails().await, vec![told; count], "after {after} minutes");
        }
        world.want(agent, false, true, false).await;
        world.writes(&ticket, minutes(90)).await;
        assert_eq!(world.mails().await.len(), 3, "switched off");
    })
    .await;
}
