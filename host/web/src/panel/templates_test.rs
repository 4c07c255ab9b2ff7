//! Draws every page of the panel with sample data, and checks what a browser would not complain about: tags that do not
//! close, ids that come twice, labels and descriptions that point nowhere, inline styles and handlers that the content
//! security policy would refuse.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use annex_domain::{
    billing::InvoiceState,
    clock::Timestamp,
    contact::Contact,
    ids::{
        AccountId, ContactId, DeskId, GroupId, InstallationId, MailId, MessageId, OperatorId, PaymentMethodId, RoleId,
        SessionId, TicketId, TokenId,
    },
    mail::MailKind,
    operator::{Desk, Operator, Role, Theme},
    permission::Permissions,
    ticket::{Author, ChannelThread, Delivery, Message, Priority, Ticket, TicketStatus},
    ui::Tone,
};
use annex_store::{
    audit, contacts,
    mails::{Content, Mail, MailState},
    sessions, tickets, tokens,
};
use askama::Template;

use super::{
    addons::{Holder, Login},
    audit as audit_page, billing, contacts as contacts_page, desk,
    form::FormErrors,
    groups, inbox, operators, outbox, profile, roles, setup, sign_in, ticket, tokens as tokens_page,
};
use crate::{
    flash::Toast,
    i18n::english,
    shell::{Person, Section, Shell},
};

const NOW: Timestamp = Timestamp(1_772_357_400_000);
pub(crate) const HOSTILE: &str = "</p><script>alert(1)</script> \"quoted\" & 'so'";

pub(crate) fn shell(section: Section) -> Shell {
    let desk = Desk { id: DeskId::new(), name: HOSTILE.into(), locale: "en".into(), created_at: NOW };
    let person = Person { operator: operator(), desk };
    Shell {
        t: english(),
        title: HOSTILE.into(),
        section,
        person: Some(person),
        toast: Some(Toast { tone: Tone::Success, text: HOSTILE.into() }),
        now: NOW,
    }
}

fn outside() -> Shell {
    Shell::outside("sign-in-title")
}

fn operator() -> Operator {
    Operator {
        id: OperatorId::new(),
        desk: DeskId::new(),
        email: "ada@example.com".into(),
        name: HOSTILE.into(),
        locale: None,
        theme: Theme::Dark,
        shortcuts: true,
        active: true,
        roles: vec![RoleId::new()],
        permissions: Permissions::admin(),
    }
}

fn role(builtin: bool) -> Role {
    let permissions = if builtin { Permissions::admin() } else { Permissions::agent() };
    Role { id: RoleId::new(), name: HOSTILE.into(), builtin, permissions }
}

fn contact() -> Contact {
    Contact {
        id: ContactId::new(),
        name: HOSTILE.into(),
        email: Some("grace@example.com".into()),
        phone: Some("+46 8 123".into()),
        company: Some(HOSTILE.into()),
        created_at: NOW,
    }
}

fn sample_ticket(status: TicketStatus) -> Ticket {
    Ticket {
        id: TicketId::new(),
        number: 7,
        subject: HOSTILE.into(),
        status,
        priority: Priority::Urgent,
        requester: ContactId::new(),
        assignee: Some(OperatorId::new()),
        tags: vec!["vip".into(), "billing".into()],
        channel: Some(ChannelThread { installation: InstallationId::new(), thread: "t".into(), handle: "h".into() }),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn listed() -> tickets::Listed {
    let ticket = sample_ticket(TicketStatus::Open);
    tickets::Listed {
        cursor: format!("1.{}", ticket.id).parse().unwrap(),
        ticket,
        requester_name: HOSTILE.into(),
        requester_email: None,
        assignee_name: None,
        excerpt: Some(HOSTILE.into()),
        messages: 3,
    }
}

fn errors(fields: &[&str]) -> FormErrors {
    let mut errors = FormErrors::default();
    for field in fields {
        errors.add(field, HOSTILE);
    }
    errors
}

fn inbox_page(query: &str, rows: usize, blank: bool) -> inbox::InboxPage {
    let query = inbox::Query::parse(query);
    inbox::InboxPage {
        shell: shell(Section::Inbox),
        views: inbox::View::ALL
            .into_iter()
            .map(|view| inbox::ViewLink { view, count: 1234, current: view == query.view })
            .collect(),
        rows: (0..rows).map(|_| listed()).collect(),
        found: 2,
        chips: vec![inbox::Chip { text: HOSTILE.into(), without: "/inbox?view=open".into() }],
        operators: vec![inbox::Choice { id: OperatorId::new(), name: HOSTILE.into() }],
        tags: vec!["vip".into()],
        next: Some("/inbox?after=1".into()),
        may_create: true,
        may_remove_sample: true,
        blank,
        query,
    }
}

fn bubble(
    author: Author,
    side: &'static str,
    internal: bool,
    delivery: Delivery,
    error: Option<&str>,
) -> ticket::Bubble {
    let message = Message {
        id: MessageId::new(),
        ticket: TicketId::new(),
        author,
        internal,
        body: HOSTILE.into(),
        delivery,
        delivery_error: error.map(Into::into),
        created_at: NOW,
    };
    ticket::Bubble { message, name: HOSTILE.into(), side }
}

fn properties(status: TicketStatus, may_manage: bool) -> ticket::Properties {
    let ticket = sample_ticket(status);
    ticket::Properties {
        assignees: vec![ticket::Assignee { id: ticket.assignee.unwrap(), name: HOSTILE.into(), on: true }],
        tags: "vip billing".into(),
        may_manage,
        mine: false,
        ticket,
    }
}

fn ticket_page(status: TicketStatus, may: bool, slots: usize) -> ticket::TicketPage {
    let us = Author::Operator(OperatorId::new());
    ticket::TicketPage {
        shell: shell(Section::Inbox),
        errors: if may { errors(&["body"]) } else { FormErrors::default() },
        props: properties(status, may),
        requester: contact(),
        other_tickets: 3,
        channel: Some(HOSTILE.into()),
        bubbles: vec![
            bubble(Author::Requester(ContactId::new()), "theirs", false, Delivery::None, None),
            bubble(us, "ours", false, Delivery::Sent, None),
            bubble(us, "ours", false, Delivery::Pending, None),
            bubble(us, "ours", false, Delivery::Pending, Some(HOSTILE)),
            bubble(us, "ours", false, Delivery::Failed, Some(HOSTILE)),
            bubble(us, "ours", true, Delivery::None, None),
            bubble(Author::Addon(InstallationId::new()), "addon", true, Delivery::None, None),
        ],
        older: Some("/tickets/7?before=x".into()),
        slots: (0..slots).map(|_| ticket::Slot { installation: InstallationId::new(), name: HOSTILE.into() }).collect(),
        draft: ticket::Draft { body: HOSTILE.into(), note: true, then: "solved".into() },
        key: "k".into(),
        may_reply: may,
        may_manage_addons: true,
    }
}

fn operator_page(operator: Option<Operator>, invited: bool) -> operators::EditPage {
    operators::EditPage {
        shell: shell(Section::Operators),
        errors: errors(&["name", "email", "role"]),
        name: HOSTILE.into(),
        email: "a@example.com".into(),
        ticks: vec![operators::RoleTick { id: RoleId::new(), name: HOSTILE.into(), on: true }],
        me: false,
        invited,
        operator,
    }
}

fn role_page(role: Option<Role>, operators: i64) -> roles::EditPage {
    roles::EditPage {
        shell: shell(Section::Roles),
        errors: errors(&["name"]),
        role,
        name: HOSTILE.into(),
        ticks: roles::ticks(&Permissions::agent()),
        operators,
    }
}

fn session(this: bool) -> profile::SessionRow {
    let session = sessions::Session {
        id: SessionId::new(),
        desk: DeskId::new(),
        operator: OperatorId::new(),
        user_agent: HOSTILE.into(),
        address: "192.0.2.1".into(),
        created_at: NOW,
        seen_at: NOW,
        confirmed_at: NOW,
    };
    profile::SessionRow { session, browser: Some(HOSTILE.into()), this }
}

fn token() -> tokens::Token {
    tokens::Token {
        id: TokenId::new(),
        desk: DeskId::new(),
        operator: OperatorId::new(),
        name: HOSTILE.into(),
        created_at: NOW,
        expires_at: Some(NOW),
        last_used_at: None,
    }
}

fn audit_row() -> audit_page::Row {
    let entry = audit::Entry {
        seq: 1,
        at: NOW,
        actor: "system".into(),
        action: "role.update".into(),
        object: HOSTILE.into(),
        detail: serde_json::json!({"name": HOSTILE}),
        prev_hash: String::new(),
        hash: String::new(),
    };
    audit_page::Row { entry, who: HOSTILE.into(), detail: HOSTILE.into() }
}

fn draw(page: &impl Template) -> String {
    page.render().unwrap()
}

/// Each template with the pages drawn from it.
fn all() -> BTreeMap<&'static str, Vec<String>> {
    let mut pages = people();
    pages.extend(admin());
    pages.extend(host());
    pages.extend(money());
    pages.insert(
        "inbox.html",
        vec![
            draw(&inbox_page("view=open&q=x&assignee=nobody", 2, false)),
            draw(&inbox_page("view=mine&after=1.x", 0, false)),
            draw(&inbox_page("view=open", 0, true)),
            draw(&inbox_page("view=open&q=%22%3E%3Cscript%3E", 0, false)),
        ],
    );
    pages.insert(
        "ticket.html",
        vec![
            draw(&ticket_page(TicketStatus::Open, true, 2)),
            draw(&ticket_page(TicketStatus::Closed, true, 0)),
            draw(&ticket_page(TicketStatus::Solved, false, 0)),
        ],
    );
    let entered = ticket::Entered {
        email: "x".into(),
        name: HOSTILE.into(),
        subject: HOSTILE.into(),
        body: HOSTILE.into(),
        priority: Priority::Low,
        mine: true,
    };
    let errors = errors(&["email", "name", "subject", "body"]);
    pages.insert(
        "ticket_new.html",
        vec![draw(&ticket::NewPage { shell: shell(Section::Inbox), errors, entered, key: "k".into() })],
    );
    pages
}

fn people() -> BTreeMap<&'static str, Vec<String>> {
    let setup_page = |invite| setup::SetupPage {
        shell: outside(),
        errors: errors(&["desk", "name", "email", "password"]),
        token: "0a".into(),
        desk: HOSTILE.into(),
        name: HOSTILE.into(),
        email: HOSTILE.into(),
        invite,
        min_password: 10,
    };
    let contacts_of = |rows: usize, search: &str| contacts_page::ListPage {
        shell: shell(Section::Contacts),
        search: search.into(),
        rows: (0..rows).map(|_| contacts::Listed { contact: contact(), tickets: 2 }).collect(),
        next: Some("/contacts?after=x".into()),
        first_page: false,
    };
    let contact_page = |may_manage, rows: usize| contacts_page::ContactPage {
        shell: shell(Section::Contacts),
        errors: errors(&["name", "phone", "company"]),
        contact: contact(),
        name: HOSTILE.into(),
        phone: HOSTILE.into(),
        company: HOSTILE.into(),
        tickets: (0..rows).map(|_| listed()).collect(),
        may_manage,
        may_create: true,
        new_ticket: "/tickets/new?email=x".into(),
    };
    let sign_in_page = sign_in::SignInPage {
        shell: outside(),
        next: "/inbox".into(),
        email: HOSTILE.into(),
        error: Some(HOSTILE.into()),
    };
    let profile_page = profile::ProfilePage {
        shell: shell(Section::Profile),
        errors: errors(&["name", "locale", "current", "new", "repeat"]),
        name: HOSTILE.into(),
        email: "a@example.com".into(),
        locale: "en".into(),
        desk_language: "English".into(),
        languages: vec![("en".into(), "English".into()), ("ar".into(), "العربية".into())],
        theme: "dark",
        shortcuts: true,
        sessions: vec![session(true), session(false)],
        min_password: 10,
    };
    BTreeMap::from([
        ("sign_in.html", vec![draw(&sign_in_page)]),
        ("setup.html", vec![draw(&setup_page(false)), draw(&setup_page(true))]),
        ("setup_used.html", vec![draw(&setup::UsedPage { shell: outside() })]),
        ("contacts.html", vec![draw(&contacts_of(2, "")), draw(&contacts_of(0, HOSTILE)), draw(&contacts_of(0, ""))]),
        ("contact.html", vec![draw(&contact_page(true, 1)), draw(&contact_page(false, 0))]),
        ("profile.html", vec![draw(&profile_page)]),
    ])
}

fn admin() -> BTreeMap<&'static str, Vec<String>> {
    let roles_page = roles::ListPage {
        shell: shell(Section::Roles),
        rows: vec![roles::Row { role: role(true), operators: 1 }, roles::Row { role: role(false), operators: 0 }],
        total: 8,
    };
    let row = |has_password, active| operators::Row {
        operator: Operator { active, ..operator() },
        has_password,
        roles: vec![HOSTILE.into()],
        me: active,
    };
    let operators_page = operators::ListPage {
        shell: shell(Section::Operators),
        rows: vec![row(true, true), row(false, true), row(true, false)],
    };
    let invited =
        operators::InvitedPage { shell: shell(Section::Operators), link: "https://x.example/setup/0a".into() };
    let idle = Operator { active: false, ..operator() };
    BTreeMap::from([
        ("roles.html", vec![draw(&roles_page)]),
        (
            "role.html",
            vec![
                draw(&role_page(None, 0)),
                draw(&role_page(Some(role(true)), 1)),
                draw(&role_page(Some(role(false)), 0)),
                draw(&role_page(Some(role(false)), 2)),
            ],
        ),
        ("operators.html", vec![draw(&operators_page)]),
        (
            "operator.html",
            vec![
                draw(&operator_page(None, false)),
                draw(&operator_page(Some(operator()), true)),
                draw(&operator_page(Some(idle), false)),
            ],
        ),
        ("operator_invited.html", vec![draw(&invited)]),
    ])
}

fn host() -> BTreeMap<&'static str, Vec<String>> {
    let tokens_of = |tokens: Vec<tokens::Token>, secret: Option<&str>| tokens_page::TokensPage {
        shell: shell(Section::Tokens),
        errors: errors(&["name"]),
        tokens,
        name: HOSTILE.into(),
        days: [30, 90, 365],
        secret: secret.map(Into::into),
    };
    let system = |overrides: Vec<(String, String)>| desk::SystemPage {
        shell: shell(Section::System),
        errors: errors(&["name", "locale"]),
        name: HOSTILE.into(),
        locale: "en".into(),
        languages: vec![("en".into(), "English".into())],
        version: "0.1.0".into(),
        database: "SQLite".into(),
        address: "http://127.0.0.1:8080/".into(),
        has_sample: overrides.is_empty(),
        overrides,
    };
    let audit_of = |rows: Vec<audit_page::Row>, verified| audit_page::AuditPage {
        shell: shell(Section::Audit),
        first_page: rows.is_empty(),
        rows,
        verified,
        next: Some(3),
    };
    BTreeMap::from([
        (
            "tokens.html",
            vec![draw(&tokens_of(vec![token(), token()], Some("annex_0a"))), draw(&tokens_of(vec![], None))],
        ),
        ("system.html", vec![draw(&system(vec![])), draw(&system(vec![("api.example.com".into(), HOSTILE.into())]))]),
        (
            "audit.html",
            vec![
                draw(&audit_of(vec![audit_row()], Some(audit::Verified::Intact { entries: 1 }))),
                draw(&audit_of(vec![], Some(audit::Verified::Broken { seq: 2 }))),
            ],
        ),
        ("outbox.html", vec![draw(&outbox_page(true)), draw(&outbox_page(false))]),
        ("outbox_mail.html", MailState::ALL.map(|state| draw(&mail_page(state))).to_vec()),
    ])
}

fn mail(state: MailState) -> Mail {
    let content = Content { subject: HOSTILE.into(), html: HOSTILE.into(), text: HOSTILE.into() };
    Mail {
        id: MailId::new(),
        desk: DeskId::new(),
        operator: None,
        to: HOSTILE.into(),
        kind: MailKind::Installed,
        args: serde_json::Value::Null,
        unique_key: HOSTILE.into(),
        state,
        content: (state != MailState::Waiting).then_some(content),
        attempts: 2,
        error: (state != MailState::Sent).then(|| HOSTILE.into()),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn outbox_page(full: bool) -> outbox::OutboxPage {
    outbox::OutboxPage {
        shell: shell(Section::Outbox),
        mails: if full { MailState::ALL.map(mail).to_vec() } else { vec![] },
        server: full.then(|| HOSTILE.into()),
        next: full.then(MailId::new),
        first_page: !full,
    }
}

fn mail_page(state: MailState) -> outbox::MailPage {
    let server = (state != MailState::Kept).then(|| HOSTILE.into());
    outbox::MailPage { shell: shell(Section::Outbox), mail: mail(state), server }
}

fn group_page(group: Option<(GroupId, String)>) -> groups::EditPage {
    let tick =
        |active| groups::Tick { id: OperatorId::new(), name: HOSTILE.into(), email: HOSTILE.into(), active, on: true };
    groups::EditPage {
        shell: shell(Section::Groups),
        errors: errors(&["name"]),
        group,
        name: HOSTILE.into(),
        ticks: vec![tick(true), tick(false)],
    }
}

fn login(holds: bool) -> Login {
    let holder = Holder { id: AccountId::new(), account: HOSTILE.into(), by: HOSTILE.into() };
    if holds { Login::Holder(holder) } else { Login::Wrong(holder) }
}

fn cards() -> Vec<billing::CardRow> {
    let card = |is_default| billing::CardRow {
        id: PaymentMethodId::new(),
        name: HOSTILE.into(),
        expires: HOSTILE.into(),
        is_default,
    };
    vec![card(true), card(false)]
}

fn billing_page(login: Login, full: bool) -> billing::BillingPage {
    let addon = |licences, past_due| billing::AddonRow {
        installation: InstallationId::new(),
        name: HOSTILE.into(),
        plan: HOSTILE.into(),
        price: HOSTILE.into(),
        licences,
        renewal: HOSTILE.into(),
        past_due,
    };
    let invoice = |number, state| billing::InvoiceRow {
        number,
        date: HOSTILE.into(),
        what: HOSTILE.into(),
        total: HOSTILE.into(),
        badge: billing::StateBadge::of(state),
    };
    let states = [InvoiceState::Open, InvoiceState::Due, InvoiceState::Paid, InvoiceState::Void];
    billing::BillingPage {
        shell: shell(Section::Billing),
        login,
        next: "/billing".into(),
        next_bill: full.then(|| (HOSTILE.into(), vec![HOSTILE.into(), HOSTILE.into()])),
        due: usize::from(full),
        addons: if full { vec![addon(Some((5, 3, 2)), true), addon(None, false)] } else { vec![] },
        invoices: if full { (1..).zip(states).map(|(number, state)| invoice(number, state)).collect() } else { vec![] },
        older: full.then_some(1),
        first_page: !full,
        cards: if full { cards() } else { vec![] },
        credit: if full { vec![HOSTILE.into()] } else { vec![] },
    }
}

fn invoice_page(login: Login, full: bool) -> billing::InvoicePage {
    let line = billing::LineRow {
        description: HOSTILE.into(),
        period: HOSTILE.into(),
        quantity: 3,
        unit: HOSTILE.into(),
        amount: HOSTILE.into(),
    };
    let happened = || billing::Happened {
        at: NOW,
        what: HOSTILE.into(),
        amount: HOSTILE.into(),
        tone: "critical",
        icon: "circle-x",
        reason: Some(HOSTILE.into()),
    };
    billing::InvoicePage {
        shell: shell(Section::Billing),
        number: 7,
        badge: billing::StateBadge::of(if full { InvoiceState::Due } else { InvoiceState::Void }),
        desk: HOSTILE.into(),
        facts: vec![(HOSTILE.into(), HOSTILE.into())],
        lines: vec![line],
        total: HOSTILE.into(),
        credit: full.then(|| HOSTILE.into()),
        to_pay: full.then(|| HOSTILE.into()),
        problem: full.then(|| HOSTILE.into()),
        action: None,
        due: full,
        is_void: !full,
        next: "/billing/invoices/7".into(),
        cards: if login.is_holder() { cards() } else { vec![] },
        login,
        attempts: if full { vec![happened()] } else { vec![] },
        refunds: if full { vec![happened()] } else { vec![] },
    }
}

fn money() -> BTreeMap<&'static str, Vec<String>> {
    let groups_page = |rows: usize| groups::ListPage {
        shell: shell(Section::Groups),
        rows: (0..rows).map(|_| groups::Row { id: GroupId::new(), name: HOSTILE.into(), members: 2 }).collect(),
    };
    let statement = |rows: usize| billing::StatementPage {
        shell: shell(Section::Billing),
        desk: HOSTILE.into(),
        rows: (0..rows)
            .map(|_| billing::PrintedRow {
                day: HOSTILE.into(),
                note: HOSTILE.into(),
                invoice: Some(7),
                charged: HOSTILE.into(),
                paid: String::new(),
                refunded: String::new(),
                credit: String::new(),
                owed: HOSTILE.into(),
                in_credit: HOSTILE.into(),
            })
            .collect(),
        cut: rows > 1,
    };
    let confirm =
        billing::InvoicePage { action: Some("https://bank.example/".into()), ..invoice_page(login(true), true) };
    let no_card = billing::InvoicePage { cards: vec![], ..invoice_page(login(true), true) };
    BTreeMap::from([
        ("groups.html", vec![draw(&groups_page(2)), draw(&groups_page(0))]),
        ("group.html", vec![draw(&group_page(None)), draw(&group_page(Some((GroupId::new(), HOSTILE.into()))))]),
        (
            "billing.html",
            vec![
                draw(&billing_page(login(true), true)),
                draw(&billing_page(login(false), true)),
                draw(&billing_page(Login::None, false)),
                draw(&billing_page(login(true), false)),
            ],
        ),
        (
            "billing_invoice.html",
            vec![
                draw(&invoice_page(login(true), true)),
                draw(&invoice_page(login(false), true)),
                draw(&invoice_page(Login::None, false)),
                draw(&confirm),
                draw(&no_card),
            ],
        ),
        ("billing_statement.html", vec![draw(&statement(2)), draw(&statement(0))]),
    ])
}

#[test]
fn every_template_is_drawn() {
    let drawn = all();
    // Parts are drawn within the pages that include them.
    let parts = ["ticket_properties.html", "ticket_badges.html", "ticket_changed.html", "outbox_state.html"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/panel");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            drawn.contains_key(name.as_str()) || parts.contains(&name.as_str()),
            "{name} is not drawn by this test"
        );
    }
}

#[test]
fn pages_are_sound() {
    for (name, pages) in all() {
        for (index, html) in pages.iter().enumerate() {
            if let Err(problem) = check(html) {
                panic!("{name}, page {index}: {problem}");
            }
        }
    }
}

#[test]
fn text_of_others_never_becomes_markup() {
    for (name, pages) in all() {
        for html in pages {
            assert!(!html.contains("<script>"), "{name} has an unescaped text");
        }
    }
}

/// Everything that the module's first lines promise.
pub(crate) fn check(html: &str) -> Result<(), String> {
    const VOID: [&str; 8] = ["meta", "link", "input", "hr", "br", "img", "!doctype", "use/"];
    let (mut open, mut ids) = (Vec::new(), BTreeSet::new());
    let mut points: Vec<(String, String)> = Vec::new();
    let mut rest = html;
    while let Some((_, from_tag)) = rest.split_once('<') {
        let end = tag_end(from_tag).ok_or("a tag does not end")?;
        let (tag, after) = from_tag.split_at(end);
        rest = &after[1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing, before: {}", rest.chars().take(60).collect::<String>()));
            }
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        for (key, value) in attributes(tag) {
            match key.as_str() {
                "id" if !ids.insert(value.clone()) => return Err(format!("the id {value} is there twice")),
                "style" => return Err(format!("<{name}> has an inline style")),
                "for" | "aria-labelledby" | "aria-describedby" => points.push((key, value)),
                key if key.starts_with("on") => return Err(format!("<{name}> has an inline handler")),
                _ => {}
            }
        }
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    if let Some(name) = open.pop() {
        return Err(format!("<{name}> is never closed"));
    }
    for (key, value) in points {
        if let Some(missing) = value.split_whitespace().find(|id| !ids.contains(*id)) {
            return Err(format!("{key} points to {missing}, which is not there"));
        }
    }
    Ok(())
}

/// Where a tag ends: at `>` outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let key = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let (value, next) = after.split_once('"').unwrap_or((after, ""));
        found.push((key.to_owned(), value.to_owned()));
        rest = next;
    }
    found
}
