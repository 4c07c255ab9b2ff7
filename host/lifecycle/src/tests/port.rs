//! What add-ons reach through their port beside tickets and contacts themselves: files, HTML and custom fields.

use annex_desk::attachments::Rules;
use annex_domain::{
    addon::AddonId,
    field::{FieldKey, FieldKind, FieldSubject},
    ids::{AttachmentId, CallId, DeskId, InstallationId, TicketId},
    installation::Installation,
    localized::Localized,
    ports::{
        AddonData as _, CustomField, FieldChange, FieldData, FileReach, NewContact, NewTicket, RecordError, Scope,
        TicketFilter, TicketOrder,
    },
    ticket::{Author, Priority},
};
use annex_store::{
    contacts, fields,
    fields::{NewField, NewValue},
    messages::{self, Body, NewMessage},
    tickets,
};

use super::{
    events::ticket,
    support::{World, on_both},
};
use crate::{HostData, Network};

/// What an installation reaches, and in whose name.
pub(super) fn reach(world: &World, installation: &Installation) -> (HostData, Scope) {
    let blobs = world.host.blobs().clone();
    let data = HostData::new(world.db().clone(), blobs, world.host.vault.clone(), world.host.clock.clone());
    let scope = Scope {
        desk: world.desk,
        installation: installation.id,
        addon: installation.addon.clone(),
        version: installation.version.clone(),
        call: CallId::new(),
        acts_for: None,
        causes: Vec::new(),
    };
    (data, scope)
}

async fn puppet(world: &World) -> (HostData, Scope) {
    world.puppet("1.0.0", 1, "").await;
    reach(world, &world.install("acme.puppet").await)
}

/// Another add-on of the desk, and the same of another desk.
fn strangers(scope: &Scope) -> [Scope; 2] {
    [Scope { installation: InstallationId::new(), ..scope.clone() }, Scope { desk: DeskId::new(), ..scope.clone() }]
}

#[tokio::test]
async fn files_are_made_in_pieces_attached_once_and_read_with_their_tickets() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        let [other, elsewhere] = strangers(&scope);
        let ticket = ticket(&world).await;
        let mut file = data.create_file(&scope, "../photo\u{202E}.png").await.unwrap();
        let id = file.id();
        file.append(b"\x89PNG\r\n".to_vec()).await.unwrap();
        file.append(b"\x1a\nrest".to_vec()).await.unwrap();
        assert_eq!(data.file(&scope, &id, FileReach::Own).await, Err(RecordError::NotFound), "it is not complete");
        let made = file.finish().await.unwrap();
        let told = (made.id.as_str(), made.name.as_str(), made.media_type.as_str(), made.size);
        assert_eq!(told, (id.as_str(), "photo.png", "image/png", 12));
        for (offset, length, bytes) in [(1, 3, &b"PNG"[..]), (10, 99, b"st"), (12, 1, b""), (99, 1, b"")] {
            let piece = data.read_file(&scope, &id, FileReach::Own, offset, length).await.unwrap();
            assert_eq!(piece, bytes, "{offset}");
        }
        for stranger in [&other, &elsewhere] {
            let found = data.file(stranger, &id, FileReach::Tickets).await;
            assert_eq!(found, Err(RecordError::NotFound), "no message has it");
        }

        let unknown = data.add_note(&scope, ticket, "See", &[AttachmentId::new().to_string()]).await;
        assert!(matches!(&unknown, Err(RecordError::Invalid(_))), "{unknown:?}");
        let note = data.add_note(&scope, ticket, "See", std::slice::from_ref(&id)).await.unwrap();
        assert_eq!(data.attachments(&scope, &[note]).await.unwrap(), [vec![made.clone()]]);
        assert_eq!(data.file(&other, &id, FileReach::Tickets).await, Ok(made));
        assert_eq!(data.file(&other, &id, FileReach::Own).await, Err(RecordError::NotFound));
        assert_eq!(data.file(&elsewhere, &id, FileReach::Tickets).await, Err(RecordError::NotFound));
        assert_eq!(data.discard_file(&scope, &id).await, Err(RecordError::NotFound), "a message has it");
        assert!(data.add_reply(&scope, ticket, "Again", &[id]).await.is_err());
        assert_eq!(data.messages(&scope, ticket).await.unwrap().len(), 2, "what was refused is not written");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_dropped_discarded_or_too_large_is_not_there() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        let mut dropped = data.create_file(&scope, "a.txt").await.unwrap();
        dropped.append(b"a".to_vec()).await.unwrap();
        let gone = dropped.id();
        drop(dropped);
        assert_eq!(data.file(&scope, &gone, FileReach::Own).await, Err(RecordError::NotFound));

        let finished = data.create_file(&scope, "b.txt").await.unwrap().finish().await.unwrap();
        let [other, _] = strangers(&scope);
        assert_eq!(data.discard_file(&other, &finished.id).await, Err(RecordError::NotFound), "another's");
        assert_eq!(data.discard_file(&scope, &finished.id).await, Ok(()));
        assert_eq!(data.file(&scope, &finished.id, FileReach::Own).await, Err(RecordError::NotFound));

        let mut large = data.create_file(&scope, "c.bin").await.unwrap();
        for _ in 0..25 {
            large.append(vec![0; 1 << 20]).await.unwrap();
        }
        assert!(matches!(large.append(vec![0]).await, Err(RecordError::TooMuch(_))));
        assert_eq!(large.finish().await.unwrap().size, 25 << 20, "what there was before is whole");

        let narrow = data.within(Rules { room: (25 << 20) + 10, scanner: None }, Network::default());
        let mut over = narrow.create_file(&scope, "d.txt").await.unwrap();
        over.append(b"eleven char".to_vec()).await.unwrap();
        assert!(matches!(over.finish().await, Err(RecordError::TooMuch(_))), "the desk is full");
    })
    .await;
}

#[tokio::test]
async fn the_html_of_messages_comes_with_them_as_far_as_there_is_room() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        let [_, elsewhere] = strangers(&scope);
        let (ticket, now) = (ticket(&world).await, world.host.clock.now());
        let mut tx = world.db().begin().await.unwrap();
        for html in [Some("<b>One</b>"), None, Some("<b>Two</b>")] {
            let body = Body { text: "Hello".into(), html: html.map(str::to_owned) };
            let new = NewMessage { author: Author::Operator(world.admin), internal: true, body };
            messages::add(&mut tx, world.desk, ticket, new, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let ids: Vec<_> = data.messages(&scope, ticket).await.unwrap().iter().map(|message| message.id).collect();
        let html = data.message_html(&scope, &ids).await.unwrap();
        assert_eq!(html, [None, Some("<b>One</b>".into()), None, Some("<b>Two</b>".into())]);
        assert_eq!(data.message_html(&elsewhere, &ids).await.unwrap(), vec![None; 4]);
        let mut conn = world.db().read().await.unwrap();
        let newest = messages::html_of(&mut conn, world.desk, &ids, 19).await.unwrap();
        assert_eq!(newest.into_values().collect::<Vec<_>>(), ["<b>Two</b>"], "the newest first");
    })
    .await;
}

fn custom(key: &str, data: FieldData) -> CustomField {
    CustomField { key: key.into(), data }
}

/// Fields of tickets and contacts: of the desk, of the puppet, and of another add-on.
async fn with_fields(world: &World) {
    let (puppet, other): (AddonId, AddonId) = ("acme.puppet".parse().unwrap(), "acme.other".parse().unwrap());
    let mut tx = world.db().begin().await.unwrap();
    for subject in [FieldSubject::Ticket, FieldSubject::Contact] {
        for (key, kind, addon) in [
            ("size".parse().unwrap(), FieldKind::Choice, None),
            (FieldKey::of_addon(&puppet, "count"), FieldKind::Number, Some(puppet.clone())),
            (FieldKey::of_addon(&other, "note"), FieldKind::Text, Some(other.clone())),
            ("paid".parse().unwrap(), FieldKind::Flag, None),
        ] {
            let choices = if kind == FieldKind::Choice { vec!["S".into(), "L".into()] } else { Vec::new() };
            let (label, required) = (Localized::en("Field"), false);
            let new = NewField { subject, key, kind, label, help: None, choices, required, addon };
            fields::insert(&mut tx, world.desk, new, world.host.clock.now()).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn custom_fields_are_read_and_written_by_their_kinds_and_by_whom_they_belong_to() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        with_fields(&world).await;
        let [_, elsewhere] = strangers(&scope);
        let ticket = ticket(&world).await;
        let set = async |scope: &Scope, key: &str, new: Option<FieldData>| {
            data.set_ticket_fields(scope, ticket, vec![FieldChange { key: key.into(), data: new }]).await
        };
        let held = async |scope: &Scope, of: TicketId| data.ticket_fields(scope, &[of]).await.unwrap().remove(0);
        set(&scope, "paid", Some(FieldData::Flag(true))).await.unwrap();
        set(&scope, "acme.puppet.count", Some(FieldData::Number(12.5))).await.unwrap();
        set(&scope, "size", Some(FieldData::Choice("L".into()))).await.unwrap();
        let all = [
            custom("size", FieldData::Choice("L".into())),
            custom("acme.puppet.count", FieldData::Number(12.5)),
            custom("paid", FieldData::Flag(true)),
        ];
        assert_eq!(held(&scope, ticket).await, all, "in the order of the desk");
        for (key, wrong) in [
            ("acme.other.note", FieldData::Text("mine".into())),
            ("size", FieldData::Text("L".into())),
            ("size", FieldData::Choice("XL".into())),
            ("acme.puppet.count", FieldData::Number(f64::NAN)),
            ("unheard_of", FieldData::Flag(true)),
        ] {
            let refused = set(&scope, key, Some(wrong.clone())).await;
            assert!(matches!(&refused, Err(RecordError::Invalid(_))), "{key} {wrong:?}: {refused:?}");
        }
        assert_eq!(set(&elsewhere, "paid", None).await, Err(RecordError::NotFound));
        assert_eq!(held(&elsewhere, ticket).await, []);
        set(&scope, "paid", None).await.unwrap();
        assert_eq!(held(&scope, ticket).await, all[..2]);
    })
    .await;
}

#[tokio::test]
async fn tickets_are_found_by_what_a_custom_field_holds() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        with_fields(&world).await;
        let [_, elsewhere] = strangers(&scope);
        let (one, other) = (ticket(&world).await, ticket(&world).await);
        let set = async |of: TicketId, key: &str, new: FieldData| {
            let change = FieldChange { key: key.into(), data: Some(new) };
            data.set_ticket_fields(&scope, of, vec![change]).await.unwrap();
        };
        let found = async |scope: &Scope, key: &str, wanted: FieldData| {
            let field = Some((key.parse().unwrap(), wanted.kept().unwrap()));
            let filter = TicketFilter { field, ..TicketFilter::default() };
            let page = data.search_tickets(scope, filter, TicketOrder::Updated, None, 9).await.unwrap();
            page.items.iter().map(|ticket| ticket.id).collect::<Vec<_>>()
        };
        for (key, held, others) in [
            ("size", FieldData::Choice("L".into()), FieldData::Choice("S".into())),
            ("acme.puppet.count", FieldData::Number(12.5), FieldData::Number(-0.0)),
            ("paid", FieldData::Flag(true), FieldData::Flag(false)),
        ] {
            set(one, key, held.clone()).await;
            set(other, key, others.clone()).await;
            assert_eq!(found(&scope, key, held.clone()).await, [one], "{key}");
            assert_eq!(found(&scope, key, others).await, [other], "{key}");
            assert!(found(&elsewhere, key, held).await.is_empty(), "{key} in another desk");
        }
        for (key, wanted) in [("size", FieldData::Choice("XL".into())), ("unheard_of", FieldData::Flag(true))] {
            assert!(found(&scope, key, wanted).await.is_empty(), "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_its_field_any_more_is_the_text_that_it_was() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        with_fields(&world).await;
        let ticket = ticket(&world).await;
        let kept = [("size", "XL"), ("acme.puppet.count", "a few"), ("paid", "perhaps")];
        let mut tx = world.db().begin().await.unwrap();
        let all = fields::list(&mut tx, world.desk).await.unwrap();
        let of_tickets: Vec<_> = all.into_iter().filter(|field| field.subject == FieldSubject::Ticket).collect();
        let old = kept.map(|(key, text)| {
            let field = of_tickets.iter().find(|field| field.key.as_str() == key).unwrap();
            NewValue { field: field.id, key: field.key.clone(), value: Some(text.to_owned()) }
        });
        fields::write(&mut tx, world.desk, ticket, &old).await.unwrap();
        tx.commit().await.unwrap();
        let texts = kept.map(|(key, text)| custom(key, FieldData::Text(text.into())));
        assert_eq!(data.ticket_fields(&scope, &[ticket]).await.unwrap(), [texts.to_vec()]);
        let [_, _, CustomField { key, data: text }] = texts;
        let back = vec![FieldChange { key, data: Some(text) }];
        let refused = data.set_ticket_fields(&scope, ticket, back).await;
        assert!(matches!(&refused, Err(RecordError::Invalid(_))), "it is not taken again: {refused:?}");
        let cleared = vec![FieldChange { key: "paid".into(), data: None }];
        data.set_ticket_fields(&scope, ticket, cleared).await.unwrap();
        assert_eq!(data.ticket_fields(&scope, &[ticket]).await.unwrap()[0].len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_made_has_its_fields_and_files() {
    on_both(async |world| {
        let (data, scope) = puppet(&world).await;
        with_fields(&world).await;
        let paid = || vec![custom("paid", FieldData::Flag(false))];
        let new = NewContact { name: "Bea".into(), fields: paid(), ..NewContact::default() };
        let bea = data.create_contact(&scope, new.clone()).await.unwrap().id;
        assert_eq!(data.contact_fields(&scope, &[bea]).await.unwrap(), [paid()]);
        let cleared = vec![FieldChange { key: "paid".into(), data: None }];
        data.set_contact_fields(&scope, bea, cleared).await.unwrap();
        assert_eq!(data.contact_fields(&scope, &[bea]).await.unwrap(), [vec![]]);
        let foreign = vec![custom("acme.other.note", FieldData::Text("mine".into()))];
        assert!(data.create_contact(&scope, NewContact { fields: foreign, ..new }).await.is_err());

        let file = data.create_file(&scope, "a.txt").await.unwrap().finish().await.unwrap();
        let new = NewTicket {
            requester: bea,
            subject: "Help".into(),
            body: "Please".into(),
            attachments: vec![file.id.clone()],
            priority: Priority::Normal,
            assignee: None,
            tags: Vec::new(),
            fields: paid(),
        };
        let made = data.create_ticket(&scope, new.clone()).await.unwrap();
        assert_eq!(data.ticket_fields(&scope, &[made.id]).await.unwrap(), [paid()]);
        let first = data.messages(&scope, made.id).await.unwrap().remove(0).id;
        assert_eq!(data.attachments(&scope, &[first]).await.unwrap(), [vec![file]]);
        assert!(data.create_ticket(&scope, new).await.is_err(), "a message has the file");
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(contacts::list(&mut conn, world.desk, "", None, 9).await.unwrap().len(), 1);
        assert!(tickets::by_number(&mut conn, world.desk, made.number + 1).await.is_err(), "nothing of it is there");
    })
    .await;
}
