//! Events of 0.2 tell who did what to which part, under every name that fits, and nothing of what one may not read.

use std::collections::{BTreeMap, BTreeSet};

use annex_desk::{Ctx, Desk, contacts, tickets};
use annex_domain::{
    capability::Access,
    contact::ContactChange,
    ids::{InstallationId, TicketId},
    manifest::{EventName, Manifest},
    operator::Actor,
    ports::AddonData as _,
    settings::{Setting, SettingKind},
    ticket::{Author, TicketStatus},
};
use annex_store::{
    kv::{self, Owner},
    messages::{self, NewMessage},
    tickets::TicketChange,
};

use super::{
    events::ticket,
    port::reach,
    support::{World, capability, guest, listener_manifest, on_both},
};
use crate::{Ticks, UsersChange};

async fn hearing(world: &World, access: &[Access]) -> InstallationId {
    let mut capabilities = vec![capability(Access::Kv, &[])];
    capabilities.extend(access.iter().map(|access| capability(*access, &[])));
    let is_told = |event: &EventName| event.needs().is_none_or(|needed| access.contains(&needed));
    let manifest = Manifest {
        events: EventName::ALL.into_iter().filter(is_told).collect(),
        settings: vec![Setting::new("colour", SettingKind::Text), Setting::new("shade", SettingKind::Text)],
        capabilities,
        ..listener_manifest("1.0.0", 1, &[])
    };
    world.publish(manifest, guest("listener")).await;
    world.install("acme.listener").await.id
}

/// What it was told since the last look, by the name of the event.
async fn told(world: &World, id: InstallationId) -> BTreeMap<String, String> {
    world.run_jobs().await;
    let installation = world.installation(id).await;
    let owner = Owner { desk: world.desk, installation: id, version: &installation.version };
    let mut tx = world.db().begin().await.unwrap();
    let all = kv::all_entries(&mut tx, owner).await.unwrap();
    kv::clear(&mut tx, world.desk, id).await.unwrap();
    tx.commit().await.unwrap();
    let events = all.into_iter().filter_map(|(key, value)| Some((key.strip_prefix("event:")?.to_owned(), value)));
    events.map(|(name, value)| (name, String::from_utf8(value).unwrap())).collect()
}

fn by_admin(world: &World) -> Ctx {
    let ctx = Ctx::host(world.desk, Actor::Operator(world.admin), world.host.clock.now());
    world.clock.advance(std::time::Duration::from_secs(1));
    ctx
}

async fn change(world: &World, ticket: TicketId, change: TicketChange) {
    let (desk, ctx) = (Desk::new(world.db().clone()), by_admin(world));
    tickets::change(&desk, &ctx, ticket.into(), change, None).await.unwrap();
}

fn names(told: &BTreeMap<String, String>) -> Vec<&str> {
    told.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_change_of_a_ticket_is_told_under_every_name_that_fits() {
    on_both(async |world| {
        let id = hearing(&world, &[Access::TicketsRead]).await;
        let ticket = ticket(&world).await;
        assert_eq!(names(&told(&world, id).await), ["ticket-created"]);
        let admin = world.admin;
        change(&world, ticket, TicketChange { assignee: Some(Some(admin)), ..TicketChange::default() }).await;
        let heard = told(&world, id).await;
        assert_eq!(names(&heard), ["ticket-assigned", "ticket-updated"]);
        assert_eq!(heard["ticket-assigned"], format!("operator: assignee ->{admin}"));
        change(&world, ticket, TicketChange { status: Some(TicketStatus::Solved), ..TicketChange::default() }).await;
        assert_eq!(told(&world, id).await["ticket-solved"], "operator: status open>solved");
        change(&world, ticket, TicketChange { status: Some(TicketStatus::Open), ..TicketChange::default() }).await;
        assert_eq!(told(&world, id).await["ticket-reopened"], "operator: status solved>open");
        let tags = Some(vec!["vip".to_owned(), "late".to_owned()]);
        change(&world, ticket, TicketChange { tags, ..TicketChange::default() }).await;
        assert_eq!(told(&world, id).await["ticket-updated"], "operator: tags ->late,vip");
        let (desk, ctx) = (Desk::new(world.db().clone()), by_admin(&world));
        tickets::mark_spam(&desk, &ctx, ticket.into(), true).await.unwrap();
        let heard = told(&world, id).await;
        assert_eq!(names(&heard), ["ticket-deleted"]);
        assert_eq!(heard["ticket-deleted"], format!("operator: {ticket}"));
        tickets::mark_spam(&desk, &by_admin(&world), ticket.into(), false).await.unwrap();
        assert_eq!(names(&told(&world, id).await), [""; 0], "nothing else of it was changed");
    })
    .await;
}

#[tokio::test]
async fn that_a_ticket_took_up_another_is_told_with_both() {
    on_both(async |world| {
        let id = hearing(&world, &[Access::TicketsRead]).await;
        let (one, shut, other) = (ticket(&world).await, ticket(&world).await, ticket(&world).await);
        change(&world, shut, TicketChange { status: Some(TicketStatus::Closed), ..TicketChange::default() }).await;
        told(&world, id).await;
        let desk = Desk::new(world.db().clone());
        tickets::merge(&desk, &by_admin(&world), one.into(), other.into()).await.unwrap();
        let heard = told(&world, id).await;
        assert_eq!(names(&heard), ["ticket-merged", "ticket-updated"]);
        assert_eq!(heard["ticket-merged"], format!("operator: {one}"));
        assert_eq!(heard["ticket-updated"], "operator: status open>closed");
        tickets::merge(&desk, &by_admin(&world), shut.into(), other.into()).await.unwrap();
        assert_eq!(names(&told(&world, id).await), ["ticket-merged"], "nothing of it was changed");
    })
    .await;
}

#[tokio::test]
async fn a_message_is_told_with_who_wrote_it() {
    on_both(async |world| {
        let id = hearing(&world, &[Access::TicketsRead]).await;
        world.puppet("1.0.0", 1, "").await;
        let (data, scope) = reach(&world, &world.install("acme.puppet").await);
        let ticket = ticket(&world).await;
        told(&world, id).await;
        let mut tx = world.db().begin().await.unwrap();
        let requester = annex_store::tickets::get(&mut tx, world.desk, ticket).await.unwrap().requester;
        let new = NewMessage { author: Author::Requester(requester), internal: false, body: "hello".into() };
        messages::add(&mut tx, world.desk, ticket, new, world.host.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told(&world, id).await["message-added"], "requester: hello");
        data.add_note(&scope, ticket, "noted", &[]).await.unwrap();
        assert_eq!(told(&world, id).await["message-added"], "addon: noted");
    })
    .await;
}

#[tokio::test]
async fn contacts_are_told_of_to_who_may_read_them() {
    on_both(async |world| {
        let id = hearing(&world, &[Access::ContactsRead]).await;
        let desk = Desk::new(world.db().clone());
        let new = contacts::NewContact { name: "Ann".into(), ..contacts::NewContact::default() };
        let ann = contacts::create(&desk, &by_admin(&world), new).await.unwrap().id;
        assert_eq!(told(&world, id).await["contact-created"], "operator: Ann");
        let emails = Some(vec!["a@example.org".to_owned(), "b@example.org".to_owned()]);
        let change = ContactChange { emails, ..ContactChange::default() };
        contacts::update(&desk, &by_admin(&world), ann, change).await.unwrap();
        let heard = told(&world, id).await;
        assert_eq!(heard["contact-updated"], "operator: emails ->a@example.org,b@example.org");
        ticket(&world).await;
        assert_eq!(names(&told(&world, id).await), [""; 0], "tickets it may not read");
        contacts::update(
            &desk,
            &by_admin(&world),
            ann,
            ContactChange { name: Some("Anna".into()), ..ContactChange::default() },
        )
        .await
        .unwrap();
        contacts::erase(&desk, &by_admin(&world), ann).await.unwrap();
        assert_eq!(names(&told(&world, id).await), [""; 0], "nothing of who was erased");
    })
    .await;
}

#[tokio::test]
async fn an_installation_hears_of_its_settings_and_licences() {
    on_both(async |world| {
        let id = hearing(&world, &[]).await;
        told(&world, id).await;
        let entered = [("colour".to_owned(), "red".to_owned())];
        world.host.save_settings(world.desk, id, entered.into(), world.admin).await.unwrap();
        assert_eq!(told(&world, id).await["settings-changed"], "operator: colour");
        let colleague = world.colleague("Bob").await;
        assert_eq!(told(&world, id).await["licences-changed"], "host: 2", "it is for everyone");
        let ticks = Ticks::Change { add: BTreeSet::new(), remove: BTreeSet::from([colleague]) };
        let users = UsersChange { ticks: Some(ticks), assignment: None };
        world.host.set_users(world.desk, id, users, world.admin).await.unwrap();
        assert_eq!(told(&world, id).await["licences-changed"], "operator: 1");
    })
    .await;
}
