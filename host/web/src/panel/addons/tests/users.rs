//! The tab with who uses an add-on.

use annex_domain::{addon::Kind, installation::Status};

use super::{EVIL, manage};
use crate::{
    i18n::english,
    panel::{
        addons::{
            licences::Counts,
            manage::Tab,
            users::tab::{GroupTick, RoleTick, Row, UsersTab},
        },
        form::FormErrors,
    },
};

fn row(name: &str, uses: bool) -> Row {
    Row {
        id: annex_domain::ids::OperatorId::new(),
        name: name.into(),
        email: EVIL.into(),
        roles: vec![EVIL.into()],
        active: true,
        uses,
        installer: false,
        me: false,
        until: None,
    }
}

fn users_tab(kind: Kind, rows: Vec<Row>) -> UsersTab {
    let role = RoleTick { id: annex_domain::ids::RoleId::new(), name: EVIL.into(), on: true };
    UsersTab {
        kind,
        rows,
        more: 0,
        count: 1,
        of: 2,
        search: String::new(),
        searchable: false,
        rule: "roles".into(),
        roles: vec![role],
        groups: vec![GroupTick { id: annex_domain::ids::GroupId::new(), name: EVIL.into(), on: true }],
        counts: Some(Counts { purchased: 5, assigned: 3, unassigned: 2, next: None, ending: None }),
        price_note: Some(EVIL.into()),
        errors: FormErrors::default(),
    }
}

#[test]
fn the_installer_is_ticked_for_good_and_the_others_can_be_changed() {
    let t = english();
    let installer = Row { installer: true, me: true, ..row("Ada", true) };
    let gone = Row { active: false, ..row("Cy", true) };
    let (me, bo, cy) = (installer.id, row(EVIL, false), gone.id);
    let other = bo.id;
    let html = manage(Status::Active, Tab::Users(users_tab(Kind::Plugin, vec![installer, bo, gone])));
    let input = |id| {
        let start = format!("name=\"user\" value=\"{id}\"");
        html.split(&start).nth(1).unwrap().split('>').next().unwrap().to_owned()
    };
    assert!(input(me).contains("checked") && input(me).contains("disabled") && input(me).contains("aria-describedby"));
    assert!(html.contains(&t.get("users-installer-me")));
    assert_eq!((input(other).as_str(), input(cy).as_str()), ("", " checked"));
    assert!(html.contains(&t.get("operators-inactive")) && html.contains(&t.get("users-inactive")));
    // What was ticked before comes back, but not for a tick that nobody can change.
    assert_eq!(html.matches("name=\"before\"").count(), 1);
    assert!(html.contains(&format!("name=\"before\" value=\"{cy}\"")));
    assert!(html.contains("value=\"roles\" checked") && html.contains("/users/rule"));
    assert!(!html.contains("role=\"search\""), "no search for a few");
}

#[test]
fn of_many_operators_some_are_searched_for() {
    let tab =
        UsersTab { searchable: true, more: 7, search: EVIL.into(), ..users_tab(Kind::Plugin, vec![row("A", true)]) };
    let html = manage(Status::Active, Tab::Users(tab));
    assert!(html.contains("role=\"search\"") && html.contains("7 more"));
    let nobody = UsersTab { search: EVIL.into(), ..users_tab(Kind::Plugin, vec![]) };
    let html = manage(Status::Active, Tab::Users(nobody));
    assert!(html.contains(&english().get("users-no-match")) && !html.contains("name=\"user\""));
}

#[test]
fn what_acts_for_the_whole_desk_has_nobody_to_tick() {
    for (kind, why) in [(Kind::Channel, "users-whole-desk-channel"), (Kind::Language, "users-whole-desk-language")] {
        let html = manage(Status::Active, Tab::Users(users_tab(kind, vec![])));
        assert!(html.contains(&english().get(why)));
        assert!(!html.contains("name=\"user\"") && !html.contains("name=\"rule\""));
    }
}
