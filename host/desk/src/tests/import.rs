//! What is brought along from another help desk.

use super::*;
use crate::{
    import::{Imported, Origin, Writer},
    messages, tickets,
};

const THEN: Timestamp = Timestamp(5_000);

fn origin(author: Writer, external_id: &str) -> Origin {
    Origin { author, at: Some(THEN), external_id: Some(external_id.into()) }
}

fn old_ticket(external_id: &str) -> tickets::Import {
    tickets::Import {
        requester: Requester::Address { email: "ann@example.org".into(), name: String::new() },
        subject: "Long ago".into(),
        body: "It was broken".into(),
        status: TicketStatus::Closed,
        priority: Priority::Normal,
        assignee: None,
        tags: vec!["old".into()],
        fields: Default::default(),
        origin: origin(Writer::Requester, external_id),
    }
}

fn old_message(ticket: &Ticket, author: Writer, external_id: &str) -> messages::Import {
    let origin = origin(author, external_id);
    messages::Import { ticket: ticket.id.into(), body: "It still is".into(), internal: false, origin }
}

fn new<T>(imported: Result<Imported<T>, Refusal>) -> T {
    match imported.unwrap() {
        Imported::New(it) => it,
        Imported::Known(_) => panic!("it was there before"),
    }
}

fn known<T>(imported: Result<Imported<T>, Refusal>) -> T {
    match imported.unwrap() {
        Imported::Known(it) => it,
        Imported::New(_) => panic!("it was made again"),
    }
}

impl World {
    fn admin(&self) -> Ctx {
        ctx(&self.who, self.who.admin, Permissions::admin())
    }

    async fn jobs(&self) -> String {
        format!("{:?}", jobs::counts(&mut self.db.read().await.unwrap()).await.unwrap())
    }
}

#[tokio::test]
async fn imports_keep_their_dates_and_authors_and_nobody_is_told() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let (desk, admin) = (&world.desk, world.admin());
        world.deactivate(world.who.agent).await;
        let before = world.jobs().await;
        let ticket = new(tickets::import(desk, &admin, old_ticket("A-1")).await);
        assert_eq!((ticket.status, ticket.created_at, ticket.updated_at), (TicketStatus::Closed, THEN, THEN));
        let by_agent = old_message(&ticket, Writer::Operator(world.who.agent), "A-1-2");
        let reply = new(messages::import(desk, &admin, by_agent).await);
        assert_eq!((reply.author, reply.created_at), (Author::Operator(world.who.agent), THEN));
        let again = new(messages::import(desk, &admin, old_message(&ticket, Writer::Requester, "A-1-3")).await);
        assert_eq!((again.ticket, again.author), (ticket.id, Author::Requester(ticket.requester)));

        // Also where the ticket has a channel, nothing leaves.
        let mut tx = db.begin().await.unwrap();
        let channel = ChannelThread { installation: InstallationId::new(), thread: "t".into(), handle: "h".into() };
        let plain = NewTicket::of(ticket.requester, "By a channel", "Hello");
        let made = NewTicket { channel: Some(channel), ..plain };
        let (live, _) = stored::import(&mut tx, world.who.desk, made, TicketStatus::Open, None, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let reply =
            new(messages::import(desk, &admin, old_message(&live, Writer::Operator(world.who.admin), "B")).await);
        assert_eq!(reply.delivery, Delivery::None);

        assert_eq!(world.jobs().await, before);
        let mut conn = db.read().await.unwrap();
        let there = stored::get(&mut conn, world.who.desk, ticket.id).await.unwrap();
        assert_eq!(there.status, TicketStatus::Closed, "no message opens it, and none is followed up");
        // Who stands behind it is told once.
        let changes = stored::activity(&mut conn, world.who.desk, ticket.id).await.unwrap();
        let told: Vec<_> = changes.iter().map(|change| (change.actor.clone(), change.field.as_str())).collect();
        assert_eq!(told, [(format!("operator:{}", world.who.admin), "import")]);
    })
    .await;
}

#[tokio::test]
async fn a_second_import_answers_the_first_one() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, admin) = (&world.desk, world.admin());
        let ticket = new(tickets::import(desk, &admin, old_ticket("A-1")).await);
        let message = new(messages::import(desk, &admin, old_message(&ticket, Writer::Requester, "A-1-2")).await);
        let before = world.traces().await;
        assert_eq!(known(tickets::import(desk, &admin, old_ticket(" A-1 ")).await).id, ticket.id);
        let again = old_message(&ticket, Writer::Requester, "A-1-2");
        assert_eq!(known(messages::import(desk, &admin, again).await), message);
        // An id stands for one message.
        let elsewhere = messages::import(desk, &admin, old_message(&world.ticket, Writer::Requester, "A-1-2")).await;
        assert_eq!(problems(elsewhere.unwrap_err()), [Wrong::Taken.at("external_id")]);
        assert_eq!(world.traces().await, before);
        // Another desk has ids of its own.
        let other = Ctx::host(world.who.other_desk, Actor::Operator(world.who.other_admin), NOW);
        assert_ne!(new(tickets::import(desk, &other, old_ticket("A-1")).await).id, ticket.id);
    })
    .await;
}

#[tokio::test]
async fn imports_need_their_permissions_and_a_past() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, admin, ticket) = (&world.desk, world.admin(), &world.ticket);
        let before = world.traces().await;
        for missing in [Permission::TicketsManage, Permission::DeskManage] {
            let ctx = world.without(missing);
            for refused in [
                tickets::import(desk, &ctx, old_ticket("A")).await.map(drop),
                messages::import(desk, &ctx, old_message(ticket, Writer::Requester, "B")).await.map(drop),
            ] {
                assert!(matches!(refused, Err(Refusal::Forbidden(it)) if it == missing), "{refused:?}");
            }
        }
        for at in [Timestamp(-1), Timestamp(NOW.0 + 1)] {
            let late = Origin { at: Some(at), ..origin(Writer::Requester, "A") };
            let refused = tickets::import(desk, &admin, tickets::Import { origin: late, ..old_ticket("A") }).await;
            assert_eq!(problems(refused.unwrap_err()), [Wrong::NotPast.at("created_at")]);
        }
        let unknown = old_message(ticket, Writer::Operator(world.who.other_admin), "A");
        let refused = messages::import(desk, &admin, unknown).await.unwrap_err();
        assert_eq!(problems(refused), [Wrong::Unknown.at("author")]);
        let nameless = tickets::import(desk, &admin, old_ticket(" ")).await.unwrap_err();
        assert_eq!(problems(nameless), [Wrong::Required.at("external_id")]);
        assert_eq!(world.traces().await, before);
    })
    .await;
}
