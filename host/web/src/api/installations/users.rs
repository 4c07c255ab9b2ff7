//! Who uses an installation, and who gets it without being chosen.

use std::collections::BTreeSet;

use annex_domain::{
    assignment::Assignment as DomainAssignment,
    ids::{GroupId, InstallationId, OperatorId, RoleId},
    permission::Permission,
};
use annex_lifecycle::{Ticks, Users as DomainUsers, UsersChange};
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::Time,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_users, put_users))
}

/// Who uses an installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstallationUsers {
    /// A channel or a language: it acts for everybody, so there is nobody to choose.
    whole_desk: bool,
    /// How many active operators use it.
    count: usize,
    assignment: Assignment,
    /// Every operator of the desk, by name; none when `whole_desk`.
    operators: Vec<InstallationUser>,
}

/// An operator, and whether they use the installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstallationUser {
    #[schema(value_type = String, format = "uuid")]
    id: OperatorId,
    name: String,
    email: String,
    /// May sign in. Who may not keeps the add-on, but does not count.
    active: bool,
    /// They use it.
    uses: bool,
    /// They installed it: it cannot be taken from them.
    installer: bool,
    #[schema(required)]
    since: Option<Time>,
    /// The first day on which they do not use it any more: there are fewer licences then, and they got it last.
    #[schema(required, value_type = Option<String>, format = "date")]
    until: Option<Date>,
}

/// Who gets an installation without being chosen. It looks at operators who are made later, or get a role or join a
/// group later, and takes nothing away.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    to: AssignTo,
    /// Ids of the roles, for `roles`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    roles: BTreeSet<RoleId>,
    /// Ids of the groups, for `groups`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    groups: BTreeSet<GroupId>,
}

/// Whom a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssignTo {
    Everyone,
    Roles,
    Groups,
    Nobody,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutInstallationUsers {
    /// Ids of all operators who use it from now on, the deactivated ones among them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    operators: Option<BTreeSet<OperatorId>>,
    #[serde(default)]
    assignment: Option<Assignment>,
}

/// Who is to use it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsersChoice {
    /// Ids of all operators who use it.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    operators: Option<BTreeSet<OperatorId>>,
    #[serde(default)]
    assignment: Option<Assignment>,
}

/// Read the users
///
/// Panels of a plugin are shown to its users only. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/users", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "Who uses it, and who will.", body = InstallationUsers)),
)]
async fn get_users(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<InstallationUsers>, Problem> {
    user.require(Permission::AddonsManage)?;
    Ok(Json(state.lifecycle.users(user.desk(), id).await?.into()))
}

/// Change the users
///
/// All of it or nothing. Needs `addons.manage`.
#[utoipa::path(
    put, path = "/installations/{installation}/users", tag = "installations", request_body = PutInstallationUsers,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "As it is now.", body = InstallationUsers),
        (status = 409, description = "`installer-stays`: who installed it must be among `operators`; `whole-desk`: it has \
            no users; `not-allowed` while it is being changed."),
        (status = 422, description = "`operators`, `assignment.roles` or `assignment.groups` names what is not in this \
            desk, or nothing; `too-few-licences`: on a plan per user each user needs one."),
    ),
)]
async fn put_users(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<PutInstallationUsers>,
) -> Result<Json<InstallationUsers>, Problem> {
    user.require(Permission::AddonsManage)?;
    let change = change_of(body.operators, body.assignment)?;
    state.lifecycle.set_users(user.desk(), id, change, user.operator()?).await?;
    Ok(Json(state.lifecycle.users(user.desk(), id).await?.into()))
}

impl UsersChoice {
    /// As a change; none where nothing was chosen.
    pub(super) fn change(choice: Option<Self>) -> Result<Option<UsersChange>, Problem> {
        choice.map(|choice| change_of(choice.operators, choice.assignment)).transpose()
    }
}

/// Who shall use it, as a change.
fn change_of(operators: Option<BTreeSet<OperatorId>>, assignment: Option<Assignment>) -> Result<UsersChange, Problem> {
    let assignment = assignment.map(assignment_of).transpose()?;
    Ok(UsersChange { ticks: operators.map(Ticks::Exactly), assignment })
}

fn assignment_of(assignment: Assignment) -> Result<DomainAssignment, Problem> {
    let Assignment { to, roles, groups } = assignment;
    let missing = |field: &str| Err(Problem::field(field, "required", "name at least one"));
    let unexpected =
        |field: &str| Err(Problem::field(field, "not-expected", "name them only where `to` asks for them"));
    match to {
        AssignTo::Roles if roles.is_empty() => missing("assignment.roles"),
        AssignTo::Groups if groups.is_empty() => missing("assignment.groups"),
        AssignTo::Everyone | AssignTo::Groups | AssignTo::Nobody if !roles.is_empty() => unexpected("assignment.roles"),
        AssignTo::Everyone | AssignTo::Roles | AssignTo::Nobody if !groups.is_empty() => {
            unexpected("assignment.groups")
        }
        AssignTo::Roles => Ok(DomainAssignment::Roles(roles)),
        AssignTo::Groups => Ok(DomainAssignment::Groups(groups)),
        AssignTo::Everyone => Ok(DomainAssignment::Everyone),
        AssignTo::Nobody => Ok(DomainAssignment::Nobody),
    }
}

impl From<DomainUsers> for InstallationUsers {
    fn from(users: DomainUsers) -> Self {
        let count = users.count();
        let to = match users.assignment {
            DomainAssignment::Everyone => AssignTo::Everyone,
            DomainAssignment::Roles(_) => AssignTo::Roles,
            DomainAssignment::Groups(_) => AssignTo::Groups,
            DomainAssignment::Nobody => AssignTo::Nobody,
        };
        let ending = users.ending;
        let until = |id| ending.as_ref().filter(|ending| ending.who.iter().any(|one| one.id == id)).map(|one| one.on);
        let operators = users.operators.into_iter().map(|user| InstallationUser {
            until: until(user.operator.id),
            id: user.operator.id,
            name: user.operator.name,
            email: user.operator.email,
            active: user.operator.active,
            uses: user.since.is_some(),
            installer: user.installer,
            since: user.since.map(Time::from),
        });
        Self {
            whole_desk: users.whole_desk,
            count,
            assignment: Assignment { to, roles: users.assignment.roles(), groups: users.assignment.groups() },
            operators: operators.collect(),
        }
    }
}
