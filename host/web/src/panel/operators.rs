//! Admin → Operators: who works in the desk, with which roles; invitations by a one-time link, which is shown and mailed;
//! deactivation.

use annex_desk::{
    Refusal, Rule,
    operators::{Invite, Invited},
};
use annex_domain::{
    ids::{OperatorId, RoleId},
    operator::{Operator, Role},
    permission::Permission,
};
use annex_store::{
    Conn,
    operators::{self, Credentials},
    roles,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::form::{FormErrors, Posted};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/admin/operators";

/// What the form calls a field of the desk.
const FIELDS: [(&str, &str); 1] = [("roles", "role")];

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/operators", get(list).post(invite))
        .route("/admin/operators/new", get(blank))
        .route("/admin/operators/{id}", get(show).post(save))
        .route("/admin/operators/{id}/link", post(link_again))
        .route("/admin/operators/{id}/deactivate", post(deactivate))
        .route("/admin/operators/{id}/reactivate", post(reactivate))
}

pub(super) struct Row {
    pub(super) operator: Operator,
    pub(super) has_password: bool,
    pub(super) roles: Vec<String>,
    pub(super) me: bool,
}

#[derive(Template)]
#[template(path = "panel/operators.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) rows: Vec<Row>,
}

pub(super) struct RoleTick {
    pub(super) id: RoleId,
    pub(super) name: String,
    pub(super) on: bool,
    /// It allows no more than the person who looks may do.
    pub(super) yours: bool,
}

#[derive(Template)]
#[template(path = "panel/operator.html")]
pub(super) struct EditPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    /// None: an invitation.
    pub(super) operator: Option<Operator>,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) ticks: Vec<RoleTick>,
    pub(super) me: bool,
    /// Has not chosen a password yet.
    pub(super) invited: bool,
    /// Has more rights than the person who looks.
    pub(super) beyond: bool,
}

#[derive(Template)]
#[template(path = "panel/operator_invited.html")]
pub(super) struct InvitedPage {
    pub(super) shell: Shell,
    pub(super) link: String,
    /// Where it was sent as well; none without a mail server.
    pub(super) mailed: Option<String>,
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let all = roles::list(&mut conn, who.desk.id).await?;
    let name_of = |id: &RoleId| all.iter().find(|role| role.id == *id).map(|role| role.name.clone());
    let rows = operators::list(&mut conn, who.desk.id).await?.into_iter().map(|listed| Row {
        roles: listed.operator.roles.iter().filter_map(name_of).collect(),
        me: listed.operator.id == who.operator.id,
        has_password: listed.has_password,
        operator: listed.operator,
    });
    page(&ListPage { rows: rows.collect(), shell: who.shell("operators-title", Section::Operators) })
}

async fn blank(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let agent = roles::builtin(&mut conn, who.desk.id, roles::Builtin::Agent).await?;
    let entered = Invite { roles: vec![agent.id], ..Invite::default() };
    page(&invite_page(&mut conn, &who, &entered, FormErrors::default()).await?)
}

async fn invite(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let entered =
        Invite { name: form.get("name").to_owned(), email: form.get("email").to_owned(), roles: chosen(&form) };
    match annex_desk::operators::invite(&state.desk(), &who.ctx(), entered.clone()).await {
        Ok(invited) => invited_page(&state, &who, &invited),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &FIELDS)?;
            let mut conn = state.db.read().await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &invite_page(&mut conn, &who, &entered, errors).await?)
        }
    }
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    page(&edit_page(&mut conn, &who, id, None, FormErrors::default()).await?)
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>, form: Posted) -> PageResult {
    let roles = chosen(&form);
    let mut errors = FormErrors::default();
    match annex_desk::operators::set_roles(&state.desk(), &who.ctx(), id, &roles).await {
        Ok(operator) => return Ok(Flash::success("operator-saved").arg("name", &operator.name).redirect(HERE)),
        Err(Refusal::Rule(Rule::LastAdmin)) => errors.add("role", who.t.get("error-code-last-admin")),
        Err(refusal) => errors.take(&who.t, refusal, &FIELDS)?,
    }
    let mut conn = state.db.read().await?;
    let refused = edit_page(&mut conn, &who, id, Some(&roles), errors).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

async fn link_again(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>) -> PageResult {
    let invited = annex_desk::operators::invite_again(&state.desk(), &who.ctx(), id).await?;
    invited_page(&state, &who, &invited)
}

async fn deactivate(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>) -> PageResult {
    match annex_desk::operators::deactivate(&state.desk(), &who.ctx(), id).await {
        Ok(operator) => Ok(Flash::success("operator-deactivated").arg("name", &operator.name).redirect(HERE)),
        Err(Refusal::Rule(Rule::OwnAccount)) => Ok(Flash::warning("error-code-own-account").redirect(HERE)),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn reactivate(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>) -> PageResult {
    let operator = annex_desk::operators::activate(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("operator-reactivated").arg("name", &operator.name).redirect(HERE))
}

/// The roles that are ticked.
fn chosen(form: &Posted) -> Vec<RoleId> {
    form.all("role").filter_map(|id| id.parse().ok()).collect()
}

fn ticks(all: Vec<Role>, on: &[RoleId], who: &SignedIn) -> Vec<RoleTick> {
    let tick = |role: Role| RoleTick {
        id: role.id,
        on: on.contains(&role.id),
        yours: who.operator.permissions.lacks(&role.permissions).is_none(),
        name: role.name,
    };
    all.into_iter().map(tick).collect()
}

async fn invite_page(
    conn: &mut Conn,
    who: &SignedIn,
    entered: &Invite,
    errors: FormErrors,
) -> Result<EditPage, PageError> {
    Ok(EditPage {
        shell: who.shell("operator-invite-title", Section::Operators),
        errors,
        operator: None,
        name: entered.name.clone(),
        email: entered.email.clone(),
        ticks: ticks(roles::list(conn, who.desk.id).await?, &entered.roles, who),
        me: false,
        invited: false,
        beyond: false,
    })
}

/// The page of an operator, with what was ticked; `None`: the roles that they have.
async fn edit_page(
    conn: &mut Conn,
    who: &SignedIn,
    id: OperatorId,
    ticked: Option<&[RoleId]>,
    errors: FormErrors,
) -> Result<EditPage, PageError> {
    let Credentials { operator, password_hash } = operators::credentials(conn, who.desk.id, id).await?;
    Ok(EditPage {
        shell: who.titled(who.t.with("operator-edit-title", &[("name", &operator.name)]), Section::Operators),
        errors,
        name: operator.name.clone(),
        email: operator.email.clone(),
        ticks: ticks(roles::list(conn, who.desk.id).await?, ticked.unwrap_or(&operator.roles), who),
        me: id == who.operator.id,
        invited: password_hash.is_none(),
        beyond: who.operator.permissions.lacks(&operator.permissions).is_some(),
        operator: Some(operator),
    })
}

fn invited_page(state: &AppState, who: &SignedIn, invited: &Invited) -> PageResult {
    let Invited { operator, secret } = invited;
    page(&InvitedPage {
        shell: who.titled(who.t.with("operator-invite-link-title", &[("name", &operator.name)]), Section::Operators),
        link: state.config.absolute_of(&who.desk, &format!("/setup/{secret}")),
        mailed: state.config.smtp.is_some().then(|| operator.email.clone()),
    })
}
