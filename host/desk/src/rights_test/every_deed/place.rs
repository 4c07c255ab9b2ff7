//! A desk in which each deed of the table can be done once.

use annex_domain::{
    attachment::{Attachment, MediaType},
    field::{FieldKind, FieldSubject},
    ids::{
        AttachmentId, ContactId, FieldId, GroupId, InstallationId, MailId, MessageId, OperatorId, RoleId, SessionId,
        TicketId, TokenId,
    },
    installation::Installation,
    language::{LanguagePack, LocaleFacts},
    localized::Localized,
    mail::MailKind,
    permission::{Permission, Permissions},
    ticket::{Author, ChannelThread, Delivery, Priority, TicketStatus},
};
use annex_store::{
    Db, Tx,
    attachments::{self as stored_attachments, Maker, NewAttachment},
    blobs::Blobs,
    contacts as stored_contacts,
    drafts::Form,
    fields::{self, NewField},
    groups as stored_groups, languages,
    mails::{self, MailState, NewMail},
    messages::{self as stored_messages, NewMessage},
    operators as stored_operators, roles as stored_roles, sessions,
    testing::{self, Fixture},
    tickets::{self as stored_tickets, NewTicket},
    tokens::{self as stored_tokens, TokenInput},
};
use futures::{StreamExt as _, stream};
use serde_json::json;

use super::named;
use crate::{
    Ctx, Desk, Refusal,
    attachments::{Files, Rules, Upload},
    contacts,
    drafts::{Save, What},
    import::{Origin, Writer},
    messages::{Import as OldMessage, Write},
    password,
    profile::ChangePassword,
    rights_test::{NOW, World, new},
    sign_in::GivenPassword,
    tickets::{Create, FirstAuthor, Import as OldTicket, Requester},
};

const PASSWORD: &str = "velvet otter umbrella";

/// See above. Its admin does everything.
pub(super) struct Place {
    pub(super) db: Db,
    pub(super) desk: Desk,
    pub(super) files: Files,
    pub(super) who: Fixture,
    pub(super) contact: ContactId,
    pub(super) ticket: TicketId,
    pub(super) spare: TicketId,
    pub(super) twin: TicketId,
    pub(super) by_channel: TicketId,
    /// A file that no message has taken.
    pub(super) waiting: AttachmentId,
    /// Replies of which nobody knows whether they arrived.
    pub(super) unclear: [MessageId; 2],
    /// A role that allows nothing, of the operator and of who is invited.
    pub(super) bare: RoleId,
    /// One that nobody has.
    pub(super) role: RoleId,
    pub(super) group: GroupId,
    /// Of contacts.
    pub(super) field: FieldId,
    pub(super) operator: OperatorId,
    pub(super) invited: OperatorId,
    /// One that was not sent.
    pub(super) mail: MailId,
    /// Of the admin, as the sessions are.
    pub(super) token: TokenId,
    pub(super) sessions: [SessionId; 2],
    /// A plugin, which brings a language, too.
    pub(super) installation: InstallationId,
}

impl Place {
    pub(super) async fn make(db: Db) -> Self {
        let World { db, desk, desks: who, .. } = World::make(db).await;
        let (of, admin) = (who.desk, who.admin);
        let hash = password::hash(PASSWORD.into(), &[]).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        stored_operators::set_password(&mut tx, of, admin, &hash, None).await.unwrap();
        let nothing = Permissions::default();
        let bare = stored_roles::create(&mut tx, of, "Bare", &nothing, NOW).await.unwrap().id;
        let role = stored_roles::create(&mut tx, of, "Spare", &nothing, NOW).await.unwrap().id;
        let operator = stored_operators::create(&mut tx, of, new("one@example.org", bare), NOW).await.unwrap().id;
        stored_operators::set_password(&mut tx, of, operator, "hash", None).await.unwrap();
        let invited = stored_operators::create(&mut tx, of, new("two@example.org", bare), NOW).await.unwrap().id;
        let contact = stored_contacts::create(&mut tx, of, named("Ann"), NOW).await.unwrap().id;
        let installed = testing::installed(&mut tx, of).await;
        language(&mut tx, &installed).await;
        let channel = ChannelThread { installation: installed.id, thread: "t".into(), handle: "h".into() };
        let by_channel = ticket(&mut tx, &who, NewTicket { channel: Some(channel), ..of_contact(contact) }).await;
        let wanted = TokenInput { name: "ci".into(), scopes: Permissions([Permission::TicketsView].into()), days: 9 };
        let place = Self {
            files: Files::new(desk.clone(), Blobs::in_memory(), Rules::default()),
            desk,
            waiting: file(&mut tx, &who).await,
            who,
            contact,
            ticket: ticket(&mut tx, &who, of_contact(contact)).await,
            spare: ticket(&mut tx, &who, of_contact(contact)).await,
            twin: ticket(&mut tx, &who, of_contact(contact)).await,
            by_channel,
            unclear: [unclear(&mut tx, &who, by_channel).await, unclear(&mut tx, &who, by_channel).await],
            bare,
            role,
            group: stored_groups::create(&mut tx, of, "Group", NOW).await.unwrap().id,
            field: field(&mut tx, &who).await,
            operator,
            invited,
            mail: mail(&mut tx, &who).await,
            token: stored_tokens::create(&mut tx, of, admin, &wanted, NOW).await.unwrap().token.id,
            sessions: [session(&mut tx, &who).await, session(&mut tx, &who).await],
            installation: installed.id,
            db,
        };
        tx.commit().await.unwrap();
        place
    }

    pub(super) fn new_ticket(&self) -> Create {
        Create {
            requester: Requester::Address { email: "new@example.org".into(), name: String::new() },
            author: FirstAuthor::Requester,
            subject: "Help".into(),
            body: "Please".into(),
            priority: Priority::Normal,
            assignee: None,
            tags: vec![],
            fields: Default::default(),
            attachments: Vec::new(),
            via: None,
            key: None,
        }
    }

    pub(super) fn old_ticket(&self) -> OldTicket {
        OldTicket {
            requester: Requester::Contact(self.contact),
            subject: "Long ago".into(),
            body: "It was broken".into(),
            status: TicketStatus::Closed,
            priority: Priority::Normal,
            assignee: None,
            tags: vec![],
            fields: Default::default(),
            origin: origin(),
        }
    }

    pub(super) fn message(&self, then: Option<TicketStatus>) -> Write {
        let (ticket, body) = (self.ticket.into(), "Hi".into());
        Write { ticket, body, internal: false, attachments: vec![], then, seen: None, key: None }
    }

    pub(super) fn upload(&self) -> Upload<'static> {
        Upload { name: "a.txt".into(), ticket: Some(self.ticket.into()), body: stream::empty().boxed() }
    }

    pub(super) fn old_message(&self) -> OldMessage {
        OldMessage { ticket: self.ticket.into(), body: "It still is".into(), internal: false, origin: origin() }
    }

    /// Of a new ticket, or of a reply.
    pub(super) fn draft(&self, form: Option<Form>) -> Save {
        let reply = What::Message { ticket: self.ticket.into(), internal: false };
        Save { what: form.map_or(reply, What::Ticket), body: "Hi".into(), rev: 0, key: None }
    }

    /// As a channel does, in the transaction of its message.
    pub(super) async fn complete(&self, ctx: &Ctx) -> Result<(), Refusal> {
        let mut tx = testing::tx(&self.db).await;
        contacts::complete(&mut tx, ctx, self.contact, None, Some("123".into())).await?;
        Ok(tx.commit().await?)
    }

    pub(super) fn password(&self) -> GivenPassword<'static> {
        GivenPassword { session: self.sessions[0], address: "::1", password: PASSWORD.into() }
    }

    pub(super) fn another_password(&self) -> ChangePassword<'static> {
        ChangePassword { current: self.password(), new: "quiet granite lantern 87".into(), end_tokens: false }
    }
}

fn origin() -> Origin {
    Origin { author: Writer::Requester, at: None, external_id: None }
}

fn of_contact(contact: ContactId) -> NewTicket {
    NewTicket::of(contact, "Help", "Please")
}

async fn ticket(tx: &mut Tx, who: &Fixture, new: NewTicket) -> TicketId {
    stored_tickets::create(tx, who.desk, new, NOW).await.unwrap().0.id
}

async fn unclear(tx: &mut Tx, who: &Fixture, ticket: TicketId) -> MessageId {
    let reply = NewMessage { author: Author::Operator(who.admin), internal: false, body: "Hi".into() };
    let id = stored_messages::add(tx, who.desk, ticket, reply, NOW).await.unwrap().message.id;
    stored_messages::set_delivery(tx, who.desk, id, Delivery::Unclear, Some("?"), NOW).await.unwrap();
    id
}

async fn file(tx: &mut Tx, who: &Fixture) -> AttachmentId {
    let id = AttachmentId::new();
    stored_attachments::announce(tx, id, NOW).await.unwrap();
    let attachment = Attachment { id, name: "a.txt".into(), media_type: MediaType::Text, size: 1 };
    let new = NewAttachment { attachment, maker: Maker::Operator(who.admin), ticket: None };
    stored_attachments::keep(tx, who.desk, &new, 9, NOW).await.unwrap();
    id
}

async fn field(tx: &mut Tx, who: &Fixture) -> FieldId {
    let new = NewField {
        subject: FieldSubject::Contact,
        key: "size".parse().unwrap(),
        kind: FieldKind::Text,
        label: Localized::en("Size"),
        help: None,
        choices: Vec::new(),
        required: false,
        addon: None,
    };
    fields::insert(tx, who.desk, new, NOW).await.unwrap().id
}

async fn mail(tx: &mut Tx, who: &Fixture) -> MailId {
    let new = NewMail {
        desk: who.desk,
        operator: None,
        to: "ada@example.org".into(),
        kind: MailKind::Installed,
        args: json!({}),
        unique_key: "one".into(),
    };
    let id = mails::put(tx, &new, NOW).await.unwrap().unwrap();
    mails::settle(tx, who.desk, id, MailState::Failed, Some("550"), NOW).await.unwrap();
    id
}

async fn session(tx: &mut Tx, who: &Fixture) -> SessionId {
    sessions::create(tx, who.desk, who.admin, "UA", "::1", NOW).await.unwrap().id
}

async fn language(tx: &mut Tx, installed: &Installation) {
    let [code, name, english_name] = ["fy", "Frysk", "West Frisian"].map(ToOwned::to_owned);
    let pack = LanguagePack {
        facts: LocaleFacts { code, name, english_name, rtl: false, fallback: None },
        resources: Vec::new(),
    };
    languages::put(tx, installed.desk, installed.id, &installed.version, &pack, NOW).await.unwrap();
}
