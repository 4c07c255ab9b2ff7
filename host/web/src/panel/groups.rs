//! Admin → Groups: operators that belong together (R65). Add-ons can be given to a group, and to those who join it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use annex_desk::groups::GroupInput;
use annex_domain::{
    ids::{DeskId, GroupId, OperatorId},
    permission::Permission,
};
use annex_store::{Conn, StoreError, groups, operators};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::form::{
    FormErrors, Posted,
    long::{Long, Members},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/admin/groups";

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

fn wanted(form: &Posted) -> GroupInput {
    let members = form.all("member").filter_map(|id| id.parse().ok()).collect();
    GroupInput { name: form.get("name").to_owned(), members }
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let listed = groups::list(&mut state.db.read().await?, who.desk.id).await?;
    let rows = listed.into_iter().map(|one| Row { id: one.id, name: one.name, members: one.members });
    page(&ListPage { rows: rows.collect(), shell: who.shell("groups-title", Section::Groups) })
}

async fn blank(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    page(&edit_page(&mut conn, &who, None, &GroupInput::default(), FormErrors::default()).await?)
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<GroupId>) -> PageResult {
    who.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let group = groups::get(&mut conn, who.desk.id, id).await?;
    let members = groups::members(&mut conn, who.desk.id, id).await?;
    let entered = GroupInput { name: group.name.clone(), members };
    page(&edit_page(&mut conn, &who, Some((id, group.name)), &entered, FormErrors::default()).await?)
}

async fn create(State(state): State<AppState>, who: SignedIn, form: Long<Members>) -> PageResult {
    let entered = wanted(&form);
    match annex_desk::groups::create(&state.desk(), &who.ctx(), &entered).await {
        Ok(_) => Ok(Flash::success("group-created").arg("name", &entered.name).redirect(HERE)),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &[])?;
            let mut conn = state.db.read().await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(&mut conn, &who, None, &entered, errors).await?)
        }
    }
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<GroupId>,
    form: Long<Members>,
) -> PageResult {
    let entered = wanted(&form);
    match annex_desk::groups::update(&state.desk(), &who.ctx(), id, &entered).await {
        Ok(()) => Ok(Flash::success("group-saved").arg("name", &entered.name).redirect(HERE)),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &[])?;
            let mut conn = state.db.read().await?;
            let stored = groups::get(&mut conn, who.desk.id, id).await?.name;
            let refused = edit_page(&mut conn, &who, Some((id, stored)), &entered, errors).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
        }
    }
}

async fn delete(State(state): State<AppState>, who: SignedIn, Path(id): Path<GroupId>) -> PageResult {
    let group = annex_desk::groups::delete(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("group-deleted").arg("name", &group.name).redirect(HERE))
}

async fn edit_page(
    conn: &mut Conn,
    who: &SignedIn,
    group: Option<(GroupId, String)>,
    entered: &GroupInput,
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
