//! Inbox, tickets, requesters.

use std::collections::BTreeMap;

use annex_domain::{
    contact::Contact,
    ids::{ContactId, InstallationId, MessageId, OperatorId, TicketId},
    ticket::{Author, ChannelThread, Delivery, Message, Priority, Ticket, TicketStatus},
};
use annex_store::{contacts, messages::EarlierText, tickets};

use super::{HOSTILE, NOW, draw, errors, pager, shell};
use crate::{
    panel::{contacts as contacts_page, form::FormErrors, inbox, ticket},
    shell::Section,
};

fn contact() -> Contact {
    Contact {
        id: ContactId::new(),
        name: HOSTILE.into(),
        email: Some("grace@example.com".into()),
        more_emails: vec![HOSTILE.into()],
        phone: Some("+46 8 123".into()),
        more_phones: vec![HOSTILE.into()],
        company: Some(HOSTILE.into()),
        created_at: NOW,
        erased_at: None,
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
        pager: pager(query.after.is_some(), true),
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
        sent_at: Some(NOW.before(std::time::Duration::from_secs(3600))),
        edited_at: Some(NOW),
    };
    let earlier = vec![EarlierText { body: HOSTILE.into(), replaced_at: NOW }];
    ticket::Bubble { message, name: HOSTILE.into(), side, earlier }
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
            bubble(us, "ours", false, Delivery::Unclear, Some(HOSTILE)),
            bubble(us, "ours", true, Delivery::None, None),
            bubble(Author::Addon(InstallationId::new()), "addon", true, Delivery::None, None),
        ],
        older: Some("/tickets/7?before=x".into()),
        slots: (0..slots)
            .map(|n| ticket::Slot {
                installation: InstallationId::new(),
                name: format!("{HOSTILE} {n}"),
                icon: (n > 0).then(|| "/addons/acme.x/icon/1.0.0".into()),
                collapsed: n > 0,
            })
            .collect(),
        draft: ticket::Draft { body: HOSTILE.into(), note: true, then: "solved".into() },
        key: "k".into(),
        may_reply: may,
        may_manage_addons: true,
    }
}

#[expect(clippy::too_many_lines, reason = "one page after the other")]
pub(super) fn tickets() -> BTreeMap<&'static str, Vec<String>> {
    let contacts_of = |rows: usize, search: &str| contacts_page::ListPage {
        shell: shell(Section::Contacts),
        search: search.into(),
        rows: (0..rows).map(|_| contacts::Listed { contact: contact(), tickets: 2 }).collect(),
        pager: pager(true, true),
    };
    let contact_page = |may_manage: bool, rows: usize| contacts_page::ContactPage {
        shell: shell(Section::Contacts),
        errors: errors(&["name", "emails", "phones", "company"]),
        contact: Contact { erased_at: (!may_manage).then_some(NOW), ..contact() },
        name: HOSTILE.into(),
        emails: HOSTILE.into(),
        phones: HOSTILE.into(),
        company: HOSTILE.into(),
        tickets: (0..rows).map(|_| listed()).collect(),
        may_manage,
        may_export: may_manage,
        may_erase: may_manage,
        may_create: true,
        new_ticket: "/tickets/new?email=x".into(),
    };
    let entered = ticket::Entered {
        email: "x".into(),
        name: HOSTILE.into(),
        subject: HOSTILE.into(),
        body: HOSTILE.into(),
        priority: Priority::Low,
        mine: true,
    };
    let errors = errors(&["email", "name", "subject", "body"]);
    BTreeMap::from([
        (
            "inbox.html",
            vec![
                draw(&inbox_page("view=open&q=x&assignee=nobody", 2, false)),
                draw(&inbox_page("view=mine&after=1.x", 0, false)),
                draw(&inbox_page("view=open", 0, true)),
                draw(&inbox_page("view=open&q=%22%3E%3Cscript%3E", 0, false)),
            ],
        ),
        (
            "ticket.html",
            vec![
                draw(&ticket_page(TicketStatus::Open, true, 2)),
                draw(&ticket_page(TicketStatus::Closed, true, 0)),
                draw(&ticket_page(TicketStatus::Solved, false, 0)),
            ],
        ),
        (
            "ticket_new.html",
            vec![draw(&ticket::NewPage { shell: shell(Section::Inbox), errors, entered, key: "k".into() })],
        ),
        ("contacts.html", vec![draw(&contacts_of(2, "")), draw(&contacts_of(0, HOSTILE)), draw(&contacts_of(0, ""))]),
        ("contact.html", vec![draw(&contact_page(true, 1)), draw(&contact_page(false, 0))]),
        (
            "contact_erase.html",
            vec![draw(&contacts_page::ErasePage {
                shell: shell(Section::Contacts),
                errors: super::errors(&["confirm"]),
                contact: contact(),
            })],
        ),
    ])
}
