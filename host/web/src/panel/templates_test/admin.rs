//! Who works here: operators, roles, groups.

use std::collections::BTreeMap;

use annex_domain::{
    ids::{GroupId, OperatorId, RoleId},
    operator::{Operator, Role},
    permission::Permissions,
};

use super::{HOSTILE, draw, errors, operator, shell};
use crate::{
    panel::{groups, operators, roles},
    shell::Section,
};

fn role(builtin: bool) -> Role {
    let permissions = if builtin { Permissions::admin() } else { Permissions::agent() };
    Role { id: RoleId::new(), name: HOSTILE.into(), builtin, permissions }
}

fn operator_page(operator: Option<Operator>, invited: bool) -> operators::EditPage {
    operators::EditPage {
        shell: shell(Section::Operators),
        errors: errors(&["name", "email", "role"]),
        name: HOSTILE.into(),
        email: "a@example.com".into(),
        ticks: vec![operators::RoleTick { id: RoleId::new(), name: HOSTILE.into(), on: true, yours: invited }],
        me: false,
        invited,
        beyond: !invited,
        operator,
    }
}

fn role_page(role: Option<Role>, operators: i64) -> roles::EditPage {
    roles::EditPage {
        shell: shell(Section::Roles),
        errors: errors(&["name", "permission"]),
        beyond: operators > 1,
        role,
        name: HOSTILE.into(),
        ticks: roles::ticks(&Permissions::agent(), &Permissions::agent()),
        operators,
    }
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

pub(super) fn admin() -> BTreeMap<&'static str, Vec<String>> {
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
    let invited = |mailed: bool| operators::InvitedPage {
        shell: shell(Section::Operators),
        link: "https://x.example/setup/0a".into(),
        mailed: mailed.then(|| HOSTILE.into()),
    };
    let idle = Operator { active: false, ..operator() };
    let groups_page = |rows: usize| groups::ListPage {
        shell: shell(Section::Groups),
        rows: (0..rows).map(|_| groups::Row { id: GroupId::new(), name: HOSTILE.into(), members: 2 }).collect(),
    };
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
        ("operator_invited.html", vec![draw(&invited(true)), draw(&invited(false))]),
        ("groups.html", vec![draw(&groups_page(2)), draw(&groups_page(0))]),
        ("group.html", vec![draw(&group_page(None)), draw(&group_page(Some((GroupId::new(), HOSTILE.into()))))]),
    ])
}
