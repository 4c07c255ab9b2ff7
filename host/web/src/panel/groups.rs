//! Admin → Groups: operators that belong together (R65). Add-ons can be given to a group, and to those who join it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use annex_domain::{
    audit::Action,
    ids::{DeskId, GroupId, OperatorId},
    permission::Permission,
};
use annex_store::{Conn, StoreError, groups, operators};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::json;

use super::form::{
    FormErrors, Posted,
    long::{Long, Members},
};
use crate::{
    error::PageError,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/admin/groups";
const NAME_LENGTH: usize = 60;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/groups", get(list).post(create))
        .route("/admin/groups/new", get(blank))
        .route("/admin/groups/{id}", get(show).post(save))
        .route("/admin/groups/{id}/delete", post(delete))
}

pub(super) struct Row {
    pub(super) id: GroupId,
    pub(super) name: String,
    pub(super) members: u64,
}

#[derive(Template)]
#[template(path = "panel/groups.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) rows: Vec<Row>,
}

/// An operator who is or may become a member.
pub(super) struct Tick {
    pub(super) id: OperatorId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) active: bool,
    pub(super) on: bool,
}

#[derive(Template)]
#[template(path = "panel/group.html")]
pub(super) struct EditPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    /// None: a new one. Its name is the stored one.
    pub(super) group: Option<(GroupId, String)>,
    pub(super) name: String,
    pub(super) ticks: Vec<Tick>,
}

/// What the form says.
struct Entered {
    name: String,
    members: BTreeSet<OperatorId>,
}

impl Entered {
    fn of(form: &Posted) -> Self {
        let members = form.all("member").filter_map(|id| id.parse().ok()).collect();
        Self { name: form.get("name").to_owned(), members }
    }

    fn facts(&self) -> serde_json::Value {
        json!({ "name": self.name, "members": self.members })
    }
}

async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let listed = groups::list(&mut state.db.read().await?, who.desk.id).await?;
    let rows = listed.into_iter().map(|one| Row { id: one.id, name: one.name, members: one.members });
    page(&ListPage { rows: rows.collect(), shell: who.shell("groups-title", Section::Groups) })
}

async fn blank(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let entered = Entered { name: String::new(), members: BTreeSet::new() };
    let mut conn = state.db.read().await?;
    page(&edit_page(&mut conn, &who, None, &entered, FormErrors::default()).await?)
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<GroupId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let group = groups::get(&mut conn, who.desk.id, id).await?;
    let members = groups::members(&mut conn, who.desk.id, id).await?;
    let entered = Entered { name: group.name.clone(), members };
    page(&edit_page(&mut conn, &who, Some((id, group.name)), &entered, FormErrors::default()).await?)
}

async fn create(State(state): State<AppState>, who: SignedIn, form: Long<Members>) -> Result<Response, PageError> {
    let entered = Entered::of(&form);
    let mut errors = FormErrors::default();
    if errors.check_text(&who.t, "name", &entered.name, NAME_LENGTH) {
        let (mut tx, now) = (state.db.begin().await?, state.clock.now());
        match groups::create(&mut tx, who.desk.id, &entered.name, now).await {
            Ok(group) => {
                groups::set_members(&mut tx, who.desk.id, group.id, &entered.members, now).await?;
                who.log(&mut tx, Action::GroupCreate, &format!("group:{}", group.id), &entered.facts(), now).await?;
                tx.commit().await?;
                return Ok(Flash::success("group-created").arg("name", &entered.name).redirect(HERE));
            }
            Err(StoreError::Taken(_)) => errors.add("name", who.t.get("form-taken")),
            Err(error) => return Err(error.into()),
        }
        tx.rollback().await?;
    }
    let mut conn = state.db.read().await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&mut conn, &who, None, &entered, errors).await?)
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<GroupId>,
    form: Long<Members>,
) -> Result<Response, PageError> {
    let entered = Entered::of(&form);
    let mut errors = FormErrors::default();
    let (mut tx, now) = (state.db.begin().await?, state.clock.now());
    let stored = groups::get(&mut tx, who.desk.id, id).await?;
    if errors.check_text(&who.t, "name", &entered.name, NAME_LENGTH) {
        match groups::rename(&mut tx, who.desk.id, id, &entered.name).await {
            Ok(()) => {
                groups::set_members(&mut tx, who.desk.id, id, &entered.members, now).await?;
                who.log(&mut tx, Action::GroupUpdate, &format!("group:{id}"), &entered.facts(), now).await?;
                tx.commit().await?;
                return Ok(Flash::success("group-saved").arg("name", &entered.name).redirect(HERE));
            }
            Err(StoreError::Taken(_)) => errors.add("name", who.t.get("form-taken")),
            Err(error) => return Err(error.into()),
        }
    }
    tx.rollback().await?;
    let mut conn = state.db.read().await?;
    let page = edit_page(&mut conn, &who, Some((id, stored.name)), &entered, errors).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn delete(State(state): State<AppState>, who: SignedIn, Path(id): Path<GroupId>) -> Result<Response, PageError> {
    who.require(Permission::OperatorsManage)?;
    let mut tx = state.db.begin().await?;
    let group = groups::get(&mut tx, who.desk.id, id).await?;
    groups::delete(&mut tx, who.desk.id, id).await?;
    let facts = json!({ "name": group.name });
    who.log(&mut tx, Action::GroupDelete, &format!("group:{id}"), &facts, state.clock.now()).await?;
    tx.commit().await?;
    Ok(Flash::success("group-deleted").arg("name", &group.name).redirect(HERE))
}

async fn edit_page(
    conn: &mut Conn,
    who: &SignedIn,
    group: Option<(GroupId, String)>,
    entered: &Entered,
    errors: FormErrors,
) -> Result<EditPage, PageError> {
    let title = match &group {
        None => who.t.get("group-new-title"),
        Some((_, name)) => who.t.with("group-edit-title", &[("name", name)]),
    };
    let ticks = ticks(conn, who.desk.id, &entered.members).await?;
    Ok(EditPage { shell: who.titled(title, Section::Groups), errors, group, name: entered.name.clone(), ticks })
}

/// The desk's operators; those who are deactivated only while they are members.
async fn ticks(conn: &mut Conn, desk: DeskId, on: &BTreeSet<OperatorId>) -> Result<Vec<Tick>, StoreError> {
    let all = operators::list(conn, desk).await?.into_iter().map(|listed| Tick {
        on: on.contains(&listed.operator.id),
        id: listed.operator.id,
        name: listed.operator.name,
        email: listed.operator.email,
        active: listed.operator.active,
    });
    Ok(all.filter(|tick| tick.active || tick.on).collect())
}
