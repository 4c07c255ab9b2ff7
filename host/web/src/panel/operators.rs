//! Admin → Operators: who works in the desk, with which roles; invitations by a one-time link; deactivation. Nobody gives
//! rights that they lack, nor changes an operator who has more than they have: a link for such a one would be a way to
//! become them.

use std::time::Duration;

use annex_domain::{
    audit::Action,
    ids::{OperatorId, RoleId},
    operator::{Operator, Role},
    permission::{Permission, Permissions},
};
use annex_store::{Conn, Forbidden, StoreError, logins, operators, roles};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::json;

use super::{
    form::{FormErrors, Posted, mail_address},
    rights::Reach,
};
use crate::{
    error::PageError,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// How long an invitation works.
const INVITATION: Duration = Duration::from_secs(3 * 24 * 60 * 60);

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
}

async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
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

async fn blank(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let agent = roles::builtin(&mut conn, who.desk.id, roles::Builtin::Agent).await?;
    let entered = Entered { name: String::new(), email: String::new(), roles: vec![agent.id] };
    page(&invite_page(&mut conn, &who, &entered, FormErrors::default()).await?)
}

async fn invite(State(state): State<AppState>, who: SignedIn, form: Posted) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let entered = Entered::of(&form);
    let mut errors = FormErrors::default();
    errors.check_text(&who.t, "name", &entered.name, 100);
    if mail_address(&entered.email).is_none() {
        errors.add("email", who.t.get("form-email"));
    }
    let mut tx = state.db.begin().await?;
    let now = state.clock.now();
    let given = allowed_by(&mut tx, &who, &entered.roles).await?;
    if let Some(text) = Reach::now(&mut tx, &who).await?.refuses(&who.t, &given) {
        errors.add("role", text);
    }
    if errors.is_empty() {
        let new = operators::NewOperator {
            email: entered.email.clone(),
            name: entered.name.clone(),
            password_hash: None,
            roles: entered.roles.clone(),
        };
        match operators::create(&mut tx, who.desk.id, new, now).await {
            Ok(operator) => {
                let facts = json!({ "email": operator.email, "roles": operator.roles });
                who.log(&mut tx, Action::OperatorInvite, &format!("operator:{}", operator.id), &facts, now).await?;
                let link = logins::SetupLink { desk: who.desk.id, operator: Some(operator.id) };
                let secret = logins::create_link(&mut tx, link, INVITATION, now).await?;
                tx.commit().await?;
                return invited_page(&state, &who, &operator.name, &secret);
            }
            Err(StoreError::Taken(_)) => errors.add("email", who.t.get("operator-email-taken")),
            Err(StoreError::Forbidden(Forbidden::NoRole)) => errors.add("role", who.t.get("operator-roles-required")),
            Err(error) => return Err(error.into()),
        }
    }
    tx.rollback().await?;
    let mut conn = state.db.read().await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &invite_page(&mut conn, &who, &entered, errors).await?)
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<OperatorId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let operator = operators::get(&mut conn, who.desk.id, id).await?;
    let ticked = operator.roles.clone();
    page(&edit_page(&mut conn, &who, operator, &ticked, FormErrors::default()).await?)
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<OperatorId>,
    form: Posted,
) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let entered = Entered::of(&form);
    let mut tx = state.db.begin().await?;
    let reach = Reach::now(&mut tx, &who).await?;
    let operator = operators::get(&mut tx, who.desk.id, id).await?;
    reach.covers(&operator.permissions)?;
    let mut errors = FormErrors::default();
    if let Some(text) = reach.refuses(&who.t, &allowed_by(&mut tx, &who, &entered.roles).await?) {
        errors.add("role", text);
        tx.rollback().await?;
        return refuse(&state, &who, operator, &entered, errors).await;
    }
    match operators::set_roles(&mut tx, who.desk.id, id, &entered.roles, state.clock.now()).await {
        Ok(()) => {
            let facts = json!({ "before": operator.roles, "roles": entered.roles });
            who.log(&mut tx, Action::OperatorRoles, &format!("operator:{id}"), &facts, state.clock.now()).await?;
            tx.commit().await?;
            return Ok(Flash::success("operator-saved").arg("name", &operator.name).redirect("/admin/operators"));
        }
        Err(StoreError::Forbidden(Forbidden::NoRole)) => errors.add("role", who.t.get("operator-roles-required")),
        Err(StoreError::Forbidden(Forbidden::LastAdmin)) => errors.add("role", who.t.get("error-code-last-admin")),
        Err(error) => return Err(error.into()),
    }
    tx.rollback().await?;
    refuse(&state, &who, operator, &entered, errors).await
}

async fn refuse(
    state: &AppState,
    who: &SignedIn,
    operator: Operator,
    entered: &Entered,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let mut conn = state.db.read().await?;
    let refused = edit_page(&mut conn, who, operator, &entered.roles, errors).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

/// What these roles allow together. Those of other desks, and those that are gone, allow nothing: the store refuses them.
async fn allowed_by(conn: &mut Conn, who: &SignedIn, ids: &[RoleId]) -> Result<Permissions, PageError> {
    let all = roles::list(conn, who.desk.id).await?;
    let chosen = all.into_iter().filter(|role| ids.contains(&role.id));
    Ok(Permissions(chosen.flat_map(|role| role.permissions.0).collect()))
}

async fn link_again(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<OperatorId>,
) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let reach = Reach::now(&mut tx, &who).await?;
    let known = operators::credentials(&mut tx, who.desk.id, id).await?;
    reach.covers(&known.operator.permissions)?;
    if known.password_hash.is_some() {
        // A link for somebody who has a password would be a way to take their account over.
        return Err(PageError::NotFound);
    }
    let link = logins::SetupLink { desk: who.desk.id, operator: Some(id) };
    let secret = logins::create_link(&mut tx, link, INVITATION, now).await?;
    who.log(&mut tx, Action::OperatorInvite, &format!("operator:{id}"), &json!({ "again": true }), now).await?;
    tx.commit().await?;
    invited_page(&state, &who, &known.operator.name, &secret)
}

async fn deactivate(state: State<AppState>, who: SignedIn, id: Path<OperatorId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    if id.0 == who.operator.id {
        return Ok(Flash::warning("operator-self-hint").redirect("/admin/operators"));
    }
    set_active(state, who, id, false).await
}

async fn reactivate(state: State<AppState>, who: SignedIn, id: Path<OperatorId>) -> Result<Response, PageError> {
    set_active(state, who, id, true).await
}

async fn set_active(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<OperatorId>,
    active: bool,
) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut tx = state.db.begin().await?;
    let reach = Reach::now(&mut tx, &who).await?;
    let operator = operators::get(&mut tx, who.desk.id, id).await?;
    reach.covers(&operator.permissions)?;
    operators::set_active(&mut tx, who.desk.id, id, active, state.clock.now()).await?;
    let (action, key) = if active {
        (Action::OperatorReactivate, "operator-reactivated")
    } else {
        (Action::OperatorDeactivate, "operator-deactivated")
    };
    who.log(&mut tx, action, &format!("operator:{id}"), &json!({}), state.clock.now()).await?;
    tx.commit().await?;
    Ok(Flash::success(key).arg("name", &operator.name).redirect("/admin/operators"))
}

struct Entered {
    name: String,
    email: String,
    roles: Vec<RoleId>,
}

impl Entered {
    fn of(form: &Posted) -> Self {
        Self {
            name: form.get("name").to_owned(),
            email: form.get("email").to_owned(),
            roles: form.all("role").filter_map(|id| id.parse().ok()).collect(),
        }
    }
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
    entered: &Entered,
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

async fn edit_page(
    conn: &mut Conn,
    who: &SignedIn,
    operator: Operator,
    ticked: &[RoleId],
    errors: FormErrors,
) -> Result<EditPage, PageError> {
    let known = operators::credentials(conn, who.desk.id, operator.id).await?;
    Ok(EditPage {
        shell: who.titled(who.t.with("operator-edit-title", &[("name", &operator.name)]), Section::Operators),
        errors,
        name: operator.name.clone(),
        email: operator.email.clone(),
        ticks: ticks(roles::list(conn, who.desk.id).await?, ticked, who),
        me: operator.id == who.operator.id,
        invited: known.password_hash.is_none(),
        beyond: who.operator.permissions.lacks(&operator.permissions).is_some(),
        operator: Some(operator),
    })
}

fn invited_page(state: &AppState, who: &SignedIn, name: &str, secret: &str) -> Result<Response, PageError> {
    page(&InvitedPage {
        shell: who.titled(who.t.with("operator-invite-link-title", &[("name", &name)]), Section::Operators),
        link: state.config.absolute(&format!("/setup/{secret}")),
    })
}
