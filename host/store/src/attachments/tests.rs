use annex_domain::{
    ids::ContactId,
    ticket::{Author, Ticket},
};

use super::*;
use crate::{
    contacts::{self, NewContact},
    desks,
    messages::{self, NewMessage},
    reads,
    testing::{Fixture, on_both},
    tickets::{self, NewTicket},
};

const NOW: Timestamp = Timestamp(1_000_000);
const MOST: u64 = 1000;

struct World {
    who: Fixture,
    requester: ContactId,
    ticket: Ticket,
    /// The first message, by the requester.
    first: Message,
}

async fn world(tx: &mut Tx) -> World {
    let who = Fixture::make(tx).await;
    let new = NewContact { name: "Ann".into(), ..NewContact::default() };
    let requester = contacts::create(tx, who.desk, new, NOW).await.unwrap().id;
    let new = NewTicket::of(requester, "Printer", "It burns");
    let (ticket, first) = tickets::create(tx, who.desk, new, NOW).await.unwrap();
    World { who, requester, ticket, first }
}

fn named(name: &str, size: u64) -> Attachment {
    Attachment { id: AttachmentId::new(), name: name.into(), media_type: MediaType::Text, size }
}

/// A file that the agent has uploaded for the ticket.
async fn uploaded(tx: &mut Tx, world: &World, name: &str, size: u64) -> Attachment {
    let attachment = named(name, size);
    announce(tx, attachment.id, NOW).await.unwrap();
    let new = NewAttachment {
        attachment: attachment.clone(),
        maker: Maker::Operator(world.who.agent),
        ticket: Some(world.ticket.id),
    };
    assert_eq!(keep(tx, world.who.desk, &new, MOST, NOW).await.unwrap(), Kept::Kept);
    attachment
}

async fn reply(tx: &mut Tx, world: &World) -> Message {
    let new = NewMessage { author: Author::Operator(world.who.agent), internal: false, body: "Water!".into() };
    messages::add(tx, world.who.desk, world.ticket.id, new, NOW).await.unwrap().message
}

async fn all_strays(tx: &mut Tx) -> Vec<AttachmentId> {
    strays(tx, Timestamp(i64::MAX), 99).await.unwrap()
}

#[tokio::test]
async fn a_file_is_its_uploaders_until_a_message_takes_it_once() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, admin, other_desk, .. } = world.who;
        let (b, a) = (uploaded(&mut tx, &world, "b.txt", 2).await, uploaded(&mut tx, &world, "a.txt", 1).await);
        let waiting = async |tx: &mut Tx, who| reads::standing(tx, desk, who, world.ticket.id).await.unwrap().files;
        assert_eq!(waiting(&mut tx, agent).await, [b.clone(), a.clone()], "in the order of their upload");
        assert_eq!(waiting(&mut tx, admin).await, []);
        assert_eq!(get(&mut tx, desk, a.id, Some(agent)).await.unwrap(), a);
        for (of, who) in [(desk, Some(admin)), (desk, None), (other_desk, Some(agent))] {
            assert!(matches!(get(&mut tx, of, a.id, who).await, Err(StoreError::NotFound(_))));
        }

        let message = reply(&mut tx, &world).await;
        let both = [a.id, b.id];
        assert!(!attach(&mut tx, desk, Maker::Operator(admin), &both, &message).await.unwrap(), "another's");
        assert!(
            !attach(&mut tx, other_desk, Maker::Operator(agent), &both, &message).await.unwrap(),
            "of another desk"
        );
        assert!(attach(&mut tx, desk, Maker::Operator(agent), &both, &message).await.unwrap());
        assert!(!attach(&mut tx, desk, Maker::Operator(agent), &[a.id], &world.first).await.unwrap(), "a second time");
        assert!(matches!(discard(&mut tx, desk, Maker::Operator(agent), a.id).await, Err(StoreError::NotFound(_))));
        assert_eq!(waiting(&mut tx, agent).await, []);
        assert_eq!(get(&mut tx, desk, a.id, None).await.unwrap(), a);
        let written = messages::list(&mut tx, desk, world.ticket.id, None, 9).await.unwrap();
        let files: Vec<_> = written.into_iter().map(|written| written.attachments).collect();
        assert_eq!(files, [vec![], vec![b, a]]);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_file_of_an_add_on_is_its_own_until_its_ticket_can_be_read() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, other_desk, .. } = world.who;
        let (maker, other) = (InstallationId::new(), InstallationId::new());
        let file = named("made.txt", 3);
        announce(&mut tx, file.id, NOW).await.unwrap();
        let new = NewAttachment { attachment: file.clone(), maker: Maker::Addon(maker), ticket: None };
        assert_eq!(keep(&mut tx, desk, &new, MOST, NOW).await.unwrap(), Kept::Kept);
        let found = async |tx: &mut Tx, of, by, reach| get_for(tx, of, file.id, by, reach).await.is_ok();
        assert!(found(&mut tx, desk, maker, FileReach::Own).await);
        assert!(!found(&mut tx, other_desk, maker, FileReach::Tickets).await);
        assert!(!found(&mut tx, desk, other, FileReach::Tickets).await, "no message has it");

        let message = reply(&mut tx, &world).await;
        for stranger in [Maker::Operator(agent), Maker::Addon(other)] {
            assert!(!attach(&mut tx, desk, stranger, &[file.id], &message).await.unwrap());
            assert!(discard(&mut tx, desk, stranger, file.id).await.is_err());
        }
        assert!(attach(&mut tx, desk, Maker::Addon(maker), &[file.id], &message).await.unwrap());
        assert!(found(&mut tx, desk, other, FileReach::Tickets).await);
        assert!(!found(&mut tx, desk, other, FileReach::Own).await);
        let of = of_messages(&mut tx, desk, &[world.first.id, message.id]).await.unwrap();
        assert_eq!((of.len(), &of[&message.id]), (1, &vec![file.clone()]));
        assert!(of_messages(&mut tx, other_desk, &[message.id]).await.unwrap().is_empty());

        let spam = Some(NOW);
        let put_away = "UPDATE tickets SET spam_at = $3 WHERE desk_id = $1 AND id = $2";
        execute!(tx, put_away, desk, world.ticket.id, spam).unwrap();
        assert!(!found(&mut tx, desk, other, FileReach::Tickets).await, "its ticket is put away");
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_file_can_be_chosen_by_who_uploaded_it_until_a_message_has_it() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, admin, other_desk, .. } = world.who;
        let file = uploaded(&mut tx, &world, "a.txt", 1).await;
        let any = InstallationId::new();
        let found = async |tx: &mut Tx, of, who| get_for(tx, of, file.id, any, FileReach::Chosen(who)).await.is_ok();
        assert!(found(&mut tx, desk, agent).await);
        assert!(!found(&mut tx, desk, admin).await, "another's");
        assert!(!found(&mut tx, other_desk, agent).await);
        let message = reply(&mut tx, &world).await;
        assert!(attach(&mut tx, desk, Maker::Operator(agent), &[file.id], &message).await.unwrap());
        assert!(!found(&mut tx, desk, agent).await, "a message has it");
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_announced_is_stray_until_it_is_kept_and_again_when_it_is_deleted() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, .. } = world.who;
        let lost = AttachmentId::new();
        announce(&mut tx, lost, Timestamp(NOW.0 + 1)).await.unwrap();
        assert_eq!(strays(&mut tx, NOW, 99).await.unwrap(), [], "not due");
        assert_eq!(all_strays(&mut tx).await, [lost]);
        forget(&mut tx, &[lost]).await.unwrap();
        let late = NewAttachment {
            attachment: Attachment { id: lost, ..named("late.txt", 1) },
            maker: Maker::Operator(agent),
            ticket: None,
        };
        assert_eq!(keep(&mut tx, desk, &late, MOST, NOW).await.unwrap(), Kept::Late);

        let (old, discarded) = (uploaded(&mut tx, &world, "old", 1).await, uploaded(&mut tx, &world, "x", 2).await);
        assert_eq!((all_strays(&mut tx).await, used(&mut tx, desk).await.unwrap()), (vec![], 3));
        discard(&mut tx, desk, Maker::Operator(agent), discarded.id).await.unwrap();
        assert_eq!((all_strays(&mut tx).await, used(&mut tx, desk).await.unwrap()), (vec![discarded.id], 1));
        assert_eq!(strays(&mut tx, Timestamp(0), 99).await.unwrap(), [discarded.id], "at once");
        assert_eq!(purge(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        let mut both = [old.id, discarded.id];
        both.sort();
        assert_eq!((all_strays(&mut tx).await, used(&mut tx, desk).await.unwrap()), (both.to_vec(), 0));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_desk_has_so_much_room() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, other_desk, other_admin, .. } = world.who;
        tx.commit().await.unwrap();
        let attempt = async |of, operator, size| {
            let mut tx = db.begin().await.unwrap();
            let new = NewAttachment { attachment: named("a", size), maker: Maker::Operator(operator), ticket: None };
            announce(&mut tx, new.attachment.id, NOW).await.unwrap();
            let kept = keep(&mut tx, of, &new, MOST, NOW).await.unwrap();
            if kept == Kept::Kept {
                tx.commit().await.unwrap();
            }
            kept
        };
        assert_eq!(attempt(desk, agent, MOST + 1).await, Kept::Full);
        assert_eq!(attempt(desk, agent, MOST - 1).await, Kept::Kept);
        assert_eq!(attempt(desk, agent, 2).await, Kept::Full);
        assert_eq!(attempt(desk, agent, 1).await, Kept::Kept);
        assert_eq!(attempt(other_desk, other_admin, MOST).await, Kept::Kept, "each desk has its own");
        assert_eq!(used(&mut db.read().await.unwrap(), desk).await.unwrap(), MOST);
    })
    .await;
}

#[tokio::test]
async fn files_go_with_their_message_ticket_author_and_desk() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let world = world(&mut tx).await;
        let Fixture { desk, agent, .. } = world.who;
        let theirs = uploaded(&mut tx, &world, "of Ann", 1).await;
        let ours = uploaded(&mut tx, &world, "of Bo", 2).await;
        let waiting = uploaded(&mut tx, &world, "unsent", 4).await;
        assert!(attach(&mut tx, desk, Maker::Operator(agent), &[theirs.id], &world.first).await.unwrap());
        let message = reply(&mut tx, &world).await;
        assert!(attach(&mut tx, desk, Maker::Operator(agent), &[ours.id], &message).await.unwrap());

        let contact = contacts::lock(&mut tx, desk, world.requester).await.unwrap();
        contacts::erase(&mut tx, desk, contact, NOW).await.unwrap();
        assert_eq!(all_strays(&mut tx).await, [theirs.id], "what operators sent stays");

        tickets::erase(&mut tx, desk, &[world.ticket.id]).await.unwrap();
        let mut gone = [theirs.id, ours.id, waiting.id];
        gone.sort();
        assert_eq!((all_strays(&mut tx).await, used(&mut tx, desk).await.unwrap()), (gone.to_vec(), 0));

        let attachment = named("elsewhere", 8);
        announce(&mut tx, attachment.id, NOW).await.unwrap();
        let new = NewAttachment { attachment: attachment.clone(), maker: Maker::Operator(agent), ticket: None };
        assert_eq!(keep(&mut tx, desk, &new, MOST, NOW).await.unwrap(), Kept::Kept);
        desks::remove(&mut tx, desk).await.unwrap();
        assert!(all_strays(&mut tx).await.contains(&attachment.id), "its bytes are still to be deleted");
        tx.commit().await.unwrap();
    })
    .await;
}
