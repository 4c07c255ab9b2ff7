//! What the admin sees of the host: tokens, system, audit log, outbox.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    ids::{DeskId, InstallationId, JobId, MailId, OperatorId, SagaId, TokenId},
    mail::MailKind,
    permission::Permissions,
    zone,
};
use annex_lifecycle::{SetAside, Work};
use annex_store::{
    audit,
    mails::{Content, Mail, MailState},
    tokens,
};

use super::{HOSTILE, NOW, draw, errors, pager, shell};
use crate::{
    panel::{audit as audit_page, desk, outbox, password_again::PasswordAgain, roles, tokens as tokens_page, work},
    shell::Section,
};

fn token() -> tokens::Token {
    tokens::Token {
        id: TokenId::new(),
        desk: DeskId::new(),
        operator: OperatorId::new(),
        name: HOSTILE.into(),
        created_at: NOW,
        scopes: Permissions::agent(),
        expires_at: NOW.after(Duration::from_secs(60)),
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
    audit_page::Row { entry, sentence: HOSTILE.into(), detail: HOSTILE.into() }
}

fn audit_choice() -> audit_page::Choice {
    audit_page::Choice { value: HOSTILE.into(), text: HOSTILE.into(), chosen: true }
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
        pager: pager(full, full),
    }
}

fn mail_page(state: MailState) -> outbox::MailPage {
    let server = (state != MailState::Kept).then(|| HOSTILE.into());
    outbox::MailPage { shell: shell(Section::Outbox), mail: mail(state), server }
}

fn work_page(full: bool) -> work::WorkPage {
    let job = SetAside {
        work: Work::Job(JobId::new()),
        kind: "send-mail".into(),
        addon: None,
        error: HOSTILE.into(),
        deaths: 3,
        at: NOW,
        can_give_up: true,
    };
    let operation = SetAside {
        work: Work::Operation(SagaId::new()),
        kind: HOSTILE.into(),
        addon: Some((InstallationId::new(), HOSTILE.into())),
        deaths: 0,
        can_give_up: false,
        ..job.clone()
    };
    work::WorkPage { shell: shell(Section::Work), waiting: if full { vec![job, operation] } else { vec![] } }
}

pub(super) fn host() -> BTreeMap<&'static str, Vec<String>> {
    let tokens_of = |tokens: Vec<tokens::Token>, secret: Option<&str>| tokens_page::TokensPage {
        shell: shell(Section::Tokens),
        errors: errors(&["name", "scope"]),
        tokens,
        name: HOSTILE.into(),
        ticks: roles::ticks(&Permissions::agent(), &Permissions::agent()),
        days: [30, 90, 365],
        chosen: 90,
        secret: secret.map(Into::into),
        password: PasswordAgain { asked: secret.is_none(), email: HOSTILE.into(), ..PasswordAgain::default() },
    };
    let system = |overrides: Vec<(String, String)>| desk::SystemPage {
        shell: shell(Section::System),
        errors: errors(&["name", "locale", "time_zone"]),
        name: HOSTILE.into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        zones: zone::names(),
        languages: vec![("en".into(), "English".into())],
        version: "0.1.0".into(),
        database: "SQLite".into(),
        address: "http://127.0.0.1:8080/".into(),
        has_sample: overrides.is_empty(),
        overrides,
    };
    let audit_of = |rows: Vec<audit_page::Row>, verified| audit_page::AuditPage {
        shell: shell(Section::Audit),
        pager: pager(!rows.is_empty(), true),
        query: audit_page::Query { from: Some(jiff::civil::date(2026, 3, 1)), ..Default::default() },
        areas: vec![audit_page::Area { text: HOSTILE.into(), actions: vec![audit_choice()] }],
        people: vec![audit_choice()],
        rows,
        verified,
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
        ("work.html", vec![draw(&work_page(true)), draw(&work_page(false))]),
        ("outbox.html", vec![draw(&outbox_page(true)), draw(&outbox_page(false))]),
        ("outbox_mail.html", MailState::ALL.map(|state| draw(&mail_page(state))).to_vec()),
    ])
}
