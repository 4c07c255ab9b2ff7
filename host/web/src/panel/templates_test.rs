//! Draws every page of the panel with sample data, and checks what a browser would not complain about: tags that do not
//! close, ids that come twice, labels and descriptions that point nowhere, inline styles and handlers that the content
//! security policy would refuse.

mod admin;
mod host;
mod markup;
mod money;
mod people;
mod tickets;

use std::collections::BTreeMap;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, RoleId},
    operator::{Desk, Operator, Theme},
    permission::Permissions,
    ui::Tone,
};
use askama::Template;

use super::form::FormErrors;
use crate::{
    flash::Toast,
    i18n::english,
    shell::{Pager, Person, Section, Shell},
};

pub(crate) use self::markup::{are_sound, each_is_drawn};

const NOW: Timestamp = Timestamp(1_772_357_400_000);
pub(crate) const HOSTILE: &str = "</p><script>alert(1)</script> \"quoted\" & 'so'";

pub(crate) fn shell(section: Section) -> Shell {
    let desk =
        Desk { id: DeskId::new(), name: HOSTILE.into(), locale: "en".into(), time_zone: "UTC".into(), created_at: NOW };
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
        time_zone: None,
        theme: Theme::Dark,
        shortcuts: true,
        active: true,
        roles: vec![RoleId::new()],
        permissions: Permissions::admin(),
    }
}

pub(crate) fn errors(fields: &[&str]) -> FormErrors {
    let mut errors = FormErrors::default();
    for field in fields {
        errors.add(field, HOSTILE);
    }
    errors
}

fn pager(first: bool, next: bool) -> Pager {
    let url = |there: bool| there.then(|| HOSTILE.to_owned());
    Pager { first: url(first), next: url(next), count: 2 }
}

pub(crate) fn draw(page: &impl Template) -> String {
    page.render().unwrap()
}

/// Each template with the pages drawn from it.
fn all() -> BTreeMap<&'static str, Vec<String>> {
    [tickets::tickets(), people::people(), admin::admin(), host::host(), money::money()].into_iter().flatten().collect()
}

#[test]
fn every_template_is_drawn() {
    // Parts are drawn within the pages that include them.
    let parts = ["ticket_properties.html", "ticket_badges.html", "ticket_changed.html", "outbox_state.html"];
    each_is_drawn("panel", &all(), &parts);
}

#[test]
fn pages_are_sound_and_no_text_becomes_markup() {
    are_sound(&all());
}
