//! Admin → Roles: which permissions a role has (R3). Admin itself cannot be changed, and nobody gives a permission, or
//! changes a role with one, that they do not have.

use annex_domain::{
    audit::Action,
    ids::RoleId,
    operator::Role,
    permission::{Permission, Permissions},
};
use annex_store::{Forbidden, StoreError, roles};
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
    form::{FormErrors, Posted},
    rights::Reach,
};
use crate::{
    error::PageError,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const NAME_LENGTH: usize = 80;

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

async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let mut rows = Vec::new();
    for role in roles::list(&mut conn, who.desk.id).await? {
        let operators = roles::users(&mut conn, who.desk.id, role.id).await?;
        rows.push(Row { role, operators });
    }
    page(&ListPage { shell: who.shell("roles-title", Section::Roles), rows, total: Permission::ALL.len() })
}

async fn blank(who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let entered = Entered { name: String::new(), permissions: Permissions::default() };
    page(&edit_page(&who, None, &entered, FormErrors::default(), 0))
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<RoleId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let role = roles::get(&mut conn, who.desk.id, id).await?;
    let operators = roles::users(&mut conn, who.desk.id, id).await?;
    let entered = Entered { name: role.name.clone(), permissions: role.permissions.clone() };
    page(&edit_page(&who, Some(role), &entered, FormErrors::default(), operators))
}

async fn create(State(state): State<AppState>, who: SignedIn, form: Posted) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let entered = Entered::of(&form);
    let mut errors = FormErrors::default();
    let mut tx = state.db.begin().await?;
    if let Some(text) = Reach::now(&mut tx, &who).await?.refuses(&who.t, &entered.permissions) {
        errors.add("permission", text);
    }
    if errors.check_text(&who.t, "name", &entered.name, NAME_LENGTH) && errors.is_empty() {
        let now = state.clock.now();
        match roles::create(&mut tx, who.desk.id, &entered.name, &entered.permissions, now).await {
            Ok(role) => {
                who.log(&mut tx, Action::RoleCreate, &format!("role:{}", role.id), &entered.facts(), now).await?;
                tx.commit().await?;
                return Ok(Flash::success("role-created").arg("name", &entered.name).redirect("/admin/roles"));
            }
            Err(StoreError::Taken(_)) => errors.add("name", who.t.get("form-taken")),
            Err(error) => return Err(error.into()),
        }
    }
    tx.rollback().await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&who, None, &entered, errors, 0))
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<RoleId>,
    form: Posted,
) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut tx = state.db.begin().await?;
    let reach = Reach::now(&mut tx, &who).await?;
    let role = roles::get(&mut tx, who.desk.id, id).await?;
    reach.covers(&role.permissions)?;
    let mut entered = Entered::of(&form);
    if role.builtin {
        entered.name.clone_from(&role.name);
    }
    let mut errors = FormErrors::default();
    if let Some(text) = reach.refuses(&who.t, &entered.permissions) {
        errors.add("permission", text);
    }
    if errors.check_text(&who.t, "name", &entered.name, NAME_LENGTH) && errors.is_empty() {
        match roles::update(&mut tx, who.desk.id, id, &entered.name, &entered.permissions).await {
            Ok(_) => {
                let now = state.clock.now();
                who.log(&mut tx, Action::RoleUpdate, &format!("role:{id}"), &entered.facts(), now).await?;
                tx.commit().await?;
                return Ok(Flash::success("role-saved").arg("name", &entered.name).redirect("/admin/roles"));
            }
            Err(StoreError::Taken(_)) => errors.add("name", who.t.get("form-taken")),
            Err(error) => return Err(error.into()),
        }
    }
    let operators = roles::users(&mut tx, who.desk.id, id).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&who, Some(role), &entered, errors, operators))
}

async fn delete(State(state): State<AppState>, who: SignedIn, Path(id): Path<RoleId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut tx = state.db.begin().await?;
    let reach = Reach::now(&mut tx, &who).await?;
    let role = roles::get(&mut tx, who.desk.id, id).await?;
    reach.covers(&role.permissions)?;
    match roles::delete(&mut tx, who.desk.id, id).await {
        Ok(()) => {}
        Err(StoreError::Forbidden(Forbidden::RoleInUse)) => {
            return Ok(Flash::warning("error-code-role-in-use").redirect(&format!("/admin/roles/{id}")));
        }
        Err(error) => return Err(error.into()),
    }
    let facts = json!({ "name": role.name });
    who.log(&mut tx, Action::RoleDelete, &format!("role:{id}"), &facts, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Flash::success("role-deleted").arg("name", &role.name).redirect("/admin/roles"))
}

struct Entered {
    name: String,
    permissions: Permissions,
}

impl Entered {
    fn of(form: &Posted) -> Self {
        let permissions = form.all("permission").filter_map(|word| word.parse().ok()).collect();
        Self { name: form.get("name").to_owned(), permissions: Permissions(permissions) }
    }

    fn facts(&self) -> serde_json::Value {
        json!({ "name": self.name, "permissions": self.permissions })
    }
}

fn edit_page(who: &SignedIn, role: Option<Role>, entered: &Entered, errors: FormErrors, operators: i64) -> EditPage {
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
