//! Which permissions each deed needs: without any of them nothing is done, and with no other ones it is. A function that is not in
//! the table fails.

mod place;

use std::{collections::BTreeSet, fs, path::Path, pin::Pin};

use annex_domain::{
    contact::ContactChange,
    field::{FieldKind, FieldSubject},
    operator::{Actor, Theme},
    permission::{
        Permission::{self, ContactsManage, DeskManage, OperatorsManage, TicketsManage, TicketsReply, TicketsView},
        Permissions,
    },
    ticket::{Priority, TicketStatus},
};
use annex_store::{
    contacts::NewContact,
    drafts::Form,
    notices::Notices,
    operators::Profile,
    testing::{self, on_both},
    tickets::{Filter, TicketChange},
};

use self::{
    Needs::{All, Nothing},
    place::Place,
};
use super::{NOW, invite, new};
use crate::{
    Ctx, Refusal, Rule, attachments, contacts, drafts, fields, groups, language, mails, messages, operators, panels,
    profile, roles, search, sessions, settings, sign_in, tickets, tokens,
};

/// What somebody has to have for a deed.
enum Needs {
    /// All of these.
    All(&'static [Permission]),
    /// Nothing: it is their own, of an operator.
    Nothing,
}

type Done<'a> = Pin<Box<dyn Future<Output = Result<(), Refusal>> + 'a>>;

/// Something that can be done.
struct Deed {
    /// The function; behind a comma, which use of it.
    name: &'static str,
    needs: Needs,
    run: for<'a> fn(&'a Place, &'a Ctx) -> Done<'a>,
}

/// What needs no permission of its own, and why.
const ELSEWHERE: [(&str, &str); 2] = [
    ("contacts::find_or_create", "in the transaction of a ticket, whose permission counts"),
    ("tokens::create", "gives what its maker has: tokens/create.rs and tokens/revoke.rs"),
];

macro_rules! deeds {
    ($($name:literal, $needs:expr, |$place:ident, $ctx:ident| $done:expr;)+) => {
        vec![$(Deed { name: $name, needs: $needs, run: |$place, $ctx| Box::pin(async move { $done.await.map(drop) }) }),+]
    };
}

fn with_tickets() -> Vec<Deed> {
    deeds! {
        "tickets::create", All(&[TicketsManage]), |p, ctx| tickets::create(&p.desk, ctx, p.new_ticket());
        "tickets::change", All(&[TicketsManage]), |p, ctx| tickets::change(&p.desk, ctx, p.ticket.into(), pending(), None);
        "tickets::merge", All(&[TicketsManage]), |p, ctx| tickets::merge(&p.desk, ctx, p.twin.into(), p.ticket.into());
        "tickets::mark_spam", All(&[TicketsManage]), |p, ctx| tickets::mark_spam(&p.desk, ctx, p.spare.into(), true);
        "tickets::delete", All(&[TicketsManage]), |p, ctx| tickets::delete(&p.desk, ctx, p.spare.into());
        "tickets::restore", All(&[TicketsManage]), |p, ctx| tickets::restore(&p.desk, ctx, p.spare.into());
        "tickets::mark_read", All(&[TicketsView]), |p, ctx| tickets::mark_read(&p.desk, ctx, p.ticket.into(), None);
        "tickets::import", All(&[TicketsManage, DeskManage]), |p, ctx| tickets::import(&p.desk, ctx, p.old_ticket());
        "messages::write", All(&[TicketsReply]), |p, ctx| messages::write(&p.desk, ctx, p.message(None));
        "messages::write, and the status", All(&[TicketsReply, TicketsManage]),
            |p, ctx| messages::write(&p.desk, ctx, p.message(Some(TicketStatus::Solved)));
        "messages::writing", All(&[TicketsReply]), |p, ctx| messages::writing(&p.desk, ctx, p.ticket.into());
        "messages::redeliver", All(&[TicketsReply]),
            |p, ctx| messages::redeliver(&p.desk, ctx, p.by_channel.into(), p.unclear[0]);
        "messages::confirm", All(&[TicketsReply]),
            |p, ctx| messages::confirm(&p.desk, ctx, p.by_channel.into(), p.unclear[1]);
        "attachments::upload", All(&[TicketsReply]), |p, ctx| attachments::upload(&p.files, ctx, p.upload());
        "attachments::begin", All(&[TicketsReply]), |p, ctx| attachments::begin(&p.files, ctx, "a.txt", None);
        "attachments::find", All(&[TicketsView]), |p, ctx| attachments::find(&p.desk, ctx, p.waiting);
        "attachments::discard", All(&[TicketsReply]), |p, ctx| attachments::discard(&p.desk, ctx, p.waiting);
        "messages::import", All(&[TicketsManage, DeskManage]), |p, ctx| messages::import(&p.desk, ctx, p.old_message());
        "drafts::save", All(&[TicketsReply]), |p, ctx| drafts::save(&p.desk, ctx, p.draft(None));
        "drafts::save, of a new ticket", All(&[TicketsManage]), |p, ctx| drafts::save(&p.desk, ctx, p.draft(Some(form())));
        "search::tickets", All(&[TicketsView]), |p, ctx| search::tickets(&p.desk, ctx, "please", &Filter::default());
        "search::contacts", All(&[TicketsView]), |p, ctx| search::contacts(&p.desk, ctx, "ann", None, 5);
        "panels::arrange", All(&[TicketsView]),
            |p, ctx| panels::arrange(&p.desk, ctx, p.installation, panels::Move::Fold, std::slice::from_ref(&p.installation));
        "panels::show_changes", All(&[TicketsView]), |p, ctx| panels::show_changes(&p.desk, ctx, false);
        "contacts::create", All(&[ContactsManage]), |p, ctx| contacts::create(&p.desk, ctx, named("Cy"));
        "contacts::update", All(&[ContactsManage]), |p, ctx| contacts::update(&p.desk, ctx, p.contact, renamed("Anna"));
        "contacts::complete", All(&[ContactsManage]), |p, ctx| p.complete(ctx);
        "contacts::export", All(&[ContactsManage, TicketsView]), |p, ctx| contacts::export(&p.desk, ctx, p.contact);
        "contacts::erase", All(&[ContactsManage, DeskManage]), |p, ctx| contacts::erase(&p.desk, ctx, p.contact);
    }
}

fn with_the_desk() -> Vec<Deed> {
    const PEOPLE: Needs = All(&[OperatorsManage]);
    deeds! {
        "settings::save", All(&[DeskManage]), |p, ctx| settings::save(&p.desk, ctx, &acme());
        "settings::remove_sample", All(&[DeskManage]), |p, ctx| settings::remove_sample(&p.desk, ctx);
        "mails::send_again", All(&[DeskManage]), |p, ctx| mails::send_again(&p.desk, ctx, p.mail);
        "operators::create", PEOPLE, |p, ctx| operators::create(&p.desk, ctx, new("di@example.org", p.bare));
        "operators::invite", PEOPLE, |p, ctx| operators::invite(&p.desk, ctx, invite("ed@example.org", p.bare));
        "operators::invite_again", PEOPLE, |p, ctx| operators::invite_again(&p.desk, ctx, p.invited);
        "operators::set_roles", PEOPLE, |p, ctx| operators::set_roles(&p.desk, ctx, p.operator, &[p.bare]);
        "operators::deactivate", PEOPLE, |p, ctx| operators::deactivate(&p.desk, ctx, p.operator);
        "operators::activate", PEOPLE, |p, ctx| operators::activate(&p.desk, ctx, p.operator);
        "roles::create", PEOPLE, |p, ctx| roles::create(&p.desk, ctx, &role("Readers"));
        "roles::update", PEOPLE, |p, ctx| roles::update(&p.desk, ctx, p.role, &role("Writers"));
        "roles::delete", PEOPLE, |p, ctx| roles::delete(&p.desk, ctx, p.role);
        "fields::create", All(&[DeskManage]), |p, ctx| fields::create(&p.desk, ctx, field("colour"));
        "fields::update", All(&[DeskManage]), |p, ctx| fields::update(&p.desk, ctx, p.field, renamed_field());
        "fields::arrange", All(&[DeskManage]), |p, ctx| fields::arrange(&p.desk, ctx, p.field, fields::Direction::Down);
        "fields::retire", All(&[DeskManage]), |p, ctx| fields::retire(&p.desk, ctx, p.field);
        "fields::restore", All(&[DeskManage]), |p, ctx| fields::restore(&p.desk, ctx, p.field);
        "groups::create", PEOPLE, |p, ctx| groups::create(&p.desk, ctx, &group("Here"));
        "groups::update", PEOPLE, |p, ctx| groups::update(&p.desk, ctx, p.group, &group("There"));
        "groups::delete", PEOPLE, |p, ctx| groups::delete(&p.desk, ctx, p.group);
    }
}

fn with_oneself() -> Vec<Deed> {
    deeds! {
        "language::choose", Nothing, |p, ctx| language::choose(&p.desk, ctx, "fy");
        "profile::save", Nothing, |p, ctx| profile::save(&p.desk, ctx, ada());
        "profile::set_notices", Nothing,
            |p, ctx| profile::set_notices(&p.desk, ctx, Notices { new: true, assigned: false, answered: true });
        "tokens::revoke", Nothing, |p, ctx| tokens::revoke(&p.desk, ctx, p.token);
        "sign_in::confirm", Nothing, |p, ctx| sign_in::confirm(&p.desk, ctx, &p.password());
        "sessions::end", Nothing, |p, ctx| sessions::end(&p.desk, ctx, p.sessions[1]);
        "sessions::end_others", Nothing, |p, ctx| sessions::end_others(&p.desk, ctx, p.sessions[0]);
        "profile::change_password", Nothing, |p, ctx| profile::change_password(&p.desk, ctx, p.another_password());
    }
}

fn every_deed() -> impl Iterator<Item = Deed> {
    [with_oneself(), with_the_desk(), with_tickets()].into_iter().flatten()
}

fn pending() -> TicketChange {
    TicketChange { status: Some(TicketStatus::Pending), ..TicketChange::default() }
}

fn form() -> Form {
    let [email, name, subject] = ["", "", "Printer"].map(ToOwned::to_owned);
    Form { email, name, subject, priority: Priority::Normal, mine: true, via: String::new() }
}

fn named(name: &str) -> NewContact {
    NewContact { name: name.into(), ..NewContact::default() }
}

fn renamed(name: &str) -> ContactChange {
    ContactChange { name: Some(name.into()), ..ContactChange::default() }
}

fn acme() -> settings::Settings {
    settings::Settings { name: "Acme".into(), locale: "en".into(), time_zone: "Europe/Berlin".into() }
}

fn role(name: &str) -> roles::RoleInput {
    roles::RoleInput { name: name.into(), permissions: Permissions::default() }
}

fn group(name: &str) -> groups::GroupInput {
    groups::GroupInput { name: name.into(), ..groups::GroupInput::default() }
}

fn field(key: &str) -> fields::NewField {
    fields::NewField {
        subject: FieldSubject::Contact,
        key: key.into(),
        kind: FieldKind::Text,
        label: "Colour".into(),
        help: String::new(),
        choices: Vec::new(),
        required: false,
    }
}

fn renamed_field() -> fields::FieldChange {
    fields::FieldChange { label: Some("Favourite".into()), ..fields::FieldChange::default() }
}

fn ada() -> Profile {
    Profile { name: "Ada".into(), locale: None, time_zone: None, theme: Theme::Dark, shortcuts: false }
}

/// What is public and is told who asks, as `module::function`.
fn public() -> BTreeSet<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (BTreeSet::new(), vec![sources.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let within = path.strip_prefix(&sources).unwrap().with_extension("");
            let module = within.iter().next().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            for part in text.split(concat!("pub async ", "fn ")).skip(1) {
                let head = part.split('{').next().unwrap();
                if head.contains("&Ctx") {
                    found.insert(format!("{module}::{}", head.split('(').next().unwrap()));
                }
            }
        }
    }
    found
}

#[test]
fn every_function_is_in_the_table() {
    let deeds = every_deed().map(|deed| deed.name.split(',').next().unwrap().to_owned());
    let known: BTreeSet<String> = deeds.chain(ELSEWHERE.map(|(name, _)| name.to_owned())).collect();
    assert_eq!(known, public());
}

#[tokio::test]
async fn each_deed_needs_its_permissions_and_no_others() {
    on_both(async |db| {
        let place = Place::make(db).await;
        let rows = async || testing::rows(&mut place.db.read().await.unwrap()).await;
        let by = |permissions| Ctx::new(place.who.desk, Actor::Operator(place.who.admin), permissions, NOW);
        let before = rows().await;
        for Deed { name, needs, run } in every_deed() {
            let All(needed) = needs else {
                let host = Ctx::host(place.who.desk, Actor::System, NOW);
                let refused = run(&place, &host).await;
                assert!(matches!(refused, Err(Refusal::Rule(Rule::PersonNeeded))), "{name}: {refused:?}");
                continue;
            };
            for missing in needed {
                let rest = Permission::ALL.into_iter().filter(|one| one != missing).collect();
                let refused = run(&place, &by(Permissions(rest))).await;
                assert!(matches!(refused, Err(Refusal::Forbidden(it)) if it == *missing), "{name}: {refused:?}");
            }
        }
        let after = rows().await;
        let written: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(after == before, "what was refused wrote {written:?}");
        for Deed { name, needs, run } in every_deed() {
            let needed = if let All(needed) = needs { needed } else { &[] };
            let done = run(&place, &by(Permissions(needed.iter().copied().collect()))).await;
            assert!(done.is_ok(), "{name}: {done:?}");
        }
    })
    .await;
}
