//! Admin → Roles: which permissions a role has (R3).

use annex_desk::{Refusal, Rule, roles::RoleInput};
use annex_domain::{
    ids::RoleId,
    operator::Role,
    permission::{Permission, Permissions},
};
use annex_store::roles;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::form::{FormErrors, Posted};
use crate::{
    error::PageResult,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/admin/roles";

/// What the form calls a field of the desk.
const FIELDS: [(&str, &str); 1] = [("permissions", "permission")];

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/roles", get(list).post(create))
        .route("/admin/roles/new", get(blank))
        .route("/admin/roles/{id}", get(show).post(save))
        .route("/admin/roles/{id}/delete", post(delete))
}

pub(super) struct Row {
    pub(super) role: Role,
    pub(super) operators: i64,
}

#[derive(Template)]
#[template(path = "panel/roles.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) rows: Vec<Row>,
    pub(super) total: usize,
}

pub(super) struct Tick {
    pub(super) word: &'static str,
    /// In message keys and ids.
    pub(super) slug: String,
    pub(super) on: bool,
    /// The person who looks has it, and can give and take it.
    pub(super) yours: bool,
}

#[derive(Template)]
#[template(path = "panel/role.html")]
pub(super) struct EditPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    /// None: a new one.
    pub(super) role: Option<Role>,
    pub(super) name: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) operators: i64,
    /// It allows more than the person who looks may do.
    pub(super) beyond: bool,
}

impl EditPage {
    /// Admin allows everything, always.
    fn is_admin(&self) -> bool {
        self.role.as_ref().is_some_and(|role| role.builtin && role.permissions == Permissions::admin())
    }

    fn is_fixed(&self) -> bool {
        self.beyond || self.is_admin()
    }

    fn is_builtin(&self) -> bool {
        self.role.as_ref().is_some_and(|role| role.builtin)
    }
}

/// Every permission, ticked where the set has it; which the person who looks can change.
pub(super) fn ticks(on: &Permissions, yours: &Permissions) -> Vec<Tick> {
    let tick = |permission: Permission| Tick {
        word: permission.as_str(),
        slug: permission.as_str().replace('.', "-"),
        on: on.has(permission),
        yours: yours.has(permission),
    };
    Permission::ALL.into_iter().map(tick).collect()
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let listed = roles::list_with_users(&mut state.db.read().await?, who.desk.id).await?;
    let rows = listed.into_iter().map(|(role, operators)| Row { role, operators }).collect();
    page(&ListPage { shell: who.shell("roles-title", Section::Roles), rows, total: Permission::ALL.len() })
}

async fn blank(who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    page(&edit_page(&who, None, &RoleInput::default(), FormErrors::default(), 0))
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<RoleId>) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let role = roles::get(&mut conn, who.desk.id, id).await?;
    let operators = roles::users(&mut conn, who.desk.id, id).await?;
    let entered = RoleInput { name: role.name.clone(), permissions: role.permissions.clone() };
    page(&edit_page(&who, Some(role), &entered, FormErrors::default(), operators))
}

async fn create(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let entered = wanted(&form);
    match annex_desk::roles::create(&state.desk(), &who.ctx(), &entered).await {
        Ok(role) => Ok(Flash::success("role-created").arg("name", &role.name).redirect(HERE)),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &FIELDS)?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&who, None, &entered, errors, 0))
        }
    }
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<RoleId>, form: Posted) -> PageResult {
    let mut entered = wanted(&form);
    match annex_desk::roles::update(&state.desk(), &who.ctx(), id, &entered).await {
        Ok(role) => Ok(Flash::success("role-saved").arg("name", &role.name).redirect(HERE)),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &FIELDS)?;
            let mut conn = state.db.read().await?;
            let role = roles::get(&mut conn, who.desk.id, id).await?;
            if role.builtin {
                entered.name.clone_from(&role.name);
            }
            let operators = roles::users(&mut conn, who.desk.id, id).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&who, Some(role), &entered, errors, operators))
        }
    }
}

async fn delete(State(state): State<AppState>, who: SignedIn, Path(id): Path<RoleId>) -> PageResult {
    match annex_desk::roles::delete(&state.desk(), &who.ctx(), id).await {
        Ok(role) => Ok(Flash::success("role-deleted").arg("name", &role.name).redirect(HERE)),
        Err(Refusal::Rule(Rule::RoleInUse)) => {
            Ok(Flash::warning("error-code-role-in-use").redirect(&format!("{HERE}/{id}")))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn wanted(form: &Posted) -> RoleInput {
    let permissions = form.all("permission").filter_map(|word| word.parse().ok()).collect();
    RoleInput { name: form.get("name").to_owned(), permissions: Permissions(permissions) }
}

fn edit_page(who: &SignedIn, role: Option<Role>, entered: &RoleInput, errors: FormErrors, operators: i64) -> EditPage {
    let title = match &role {
        None => who.t.get("role-new-title"),
        Some(role) => who.t.with("role-edit-title", &[("name", &role.name)]),
    };
    let yours = &who.operator.permissions;
    EditPage {
        shell: who.titled(title, Section::Roles),
        errors,
        beyond: role.as_ref().is_some_and(|role| yours.lacks(&role.permissions).is_some()),
        role,
        name: entered.name.clone(),
        ticks: ticks(&entered.permissions, yours),
        operators,
    }
}
