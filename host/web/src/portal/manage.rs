//! What becomes of an add-on: taking it out of grid and search, ending it with notice where help desks run it, and offering it to
//! another publisher; and deleting a project that has no package yet. What is hard to undo asks for the password, on a form of its own.

use annex_domain::{
    addon::{AddonId, PublisherSlug},
    publisher::Deed,
};
use annex_portal::{
    Refusal,
    offerings::{announce_end, offer, take_end_back, take_offer_back, unlist},
    projects::delete,
};
use annex_store::{
    catalog::{self, Offering},
    projects,
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, AtProject, Insider, Place, given, session},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}/manage", get(show))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/unlist", post(take_out))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/end", post(end))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/keep", post(keep))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/offer", post(hand_over))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/take-back", post(take_back))
        .route("/portal/publishers/{publisher}/projects/{project}/manage/delete", post(remove))
}

annex_domain::words! {
    /// What the form of the page does.
    enum Step: "step" {
        /// Announces the end.
        End = "end",
        /// Offers the add-on to another publisher.
        Offer = "offer",
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    step: String,
}

#[derive(Template)]
#[template(path = "portal/manage.html")]
struct ManagePage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    project_path: String,
    name: String,
    id: String,
    /// None: there is no package yet.
    offering: Option<Offering>,
    step: Option<Step>,
    may_publish: bool,
    may_decide: bool,
}

impl ManagePage {
    fn title_of(&self, step: &Step) -> String {
        self.shell.t.get(&format!("portal-manage-{step}"))
    }

    fn text_of(&self, step: &Step) -> String {
        self.shell.t.get(&format!("portal-manage-{step}-text"))
    }
}

async fn manage_page(
    state: &AppState,
    who: &Insider,
    id: &AddonId,
    step: Option<Step>,
    form: &Posted,
) -> Result<ManagePage, PageError> {
    let mut conn = state.db.read().await?;
    let project = projects::get(&mut conn, &who.member.publisher, id).await?;
    let offering = catalog::offering(&mut conn, id).await?;
    let to = Field::new("offered_to", form.get("offered_to"), 40, Entry::Line);
    let project_path = who.path(&format!("/projects/{id}"));
    Ok(ManagePage {
        shell: who.shell("portal-manage-title"),
        frame: who.around(Place::Projects),
        errors: FormErrors::default(),
        fields: match step {
            Some(Step::Offer) => vec![to, Field::password(Guarded::Offer)],
            Some(Step::End) => vec![Field::password(Guarded::End)],
            None => Vec::new(),
        },
        path: format!("{project_path}/manage"),
        project_path,
        name: project.names.get(who.payer.t.code()).to_owned(),
        id: id.to_string(),
        offering: offering.filter(|offering| offering.owner == who.member.publisher),
        step,
        may_publish: who.member.role.may(Deed::Publish),
        may_decide: who.member.role.may(Deed::Organisation),
    })
}

async fn show(
    State(state): State<AppState>,
    Query(asked): Query<PageQuery>,
    who: Insider,
    AtProject(id): AtProject,
) -> Result<Response, PageError> {
    let step = Step::ALL.into_iter().find(|step| step.as_str() == asked.step);
    let step = step.filter(|_| who.member.role.may(Deed::Organisation));
    page(&manage_page(&state, &who, &id, step, &Posted::default()).await?)
}

/// Says what was done, or shows the form again with what is wrong.
async fn answer(
    state: &AppState,
    who: &Insider,
    id: &AddonId,
    (step, form): (Step, &Posted),
    done: Result<Flash, Refusal>,
) -> Result<Response, PageError> {
    match done {
        Ok(flash) => Ok(back(who, id, &flash)),
        Err(Refusal::Common(refusal)) => {
            let mut shown = manage_page(state, who, id, Some(step), form).await?;
            shown.errors.take(&who.payer.t, refusal, &[("publisher", "offered_to")])?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn back(who: &Insider, id: &AddonId, flash: &Flash) -> Response {
    flash.redirect(&who.path(&format!("/projects/{id}/manage")))
}

async fn take_out(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
) -> Result<Response, PageError> {
    unlist(&state.portal(), &who.member, &id).await?;
    Ok(back(&who, &id, &Flash::success("portal-unlisted")))
}

async fn end(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    AtProject(id): AtProject,
    form: Posted,
) -> Result<Response, PageError> {
    let session = session(&state, &headers);
    let ends = announce_end(&state.portal(), &who.member, &id, &given(&session, &address, &form)).await;
    let done = ends.map(|at| Flash::success("portal-end-announced").arg("date", who.payer.t.date(at)));
    answer(&state, &who, &id, (Step::End, &form), done).await
}

async fn keep(State(state): State<AppState>, who: Insider, AtProject(id): AtProject) -> Result<Response, PageError> {
    take_end_back(&state.portal(), &who.member, &id).await?;
    Ok(back(&who, &id, &Flash::success("portal-end-taken-back")))
}

async fn hand_over(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    AtProject(id): AtProject,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Organisation)?;
    let Ok(to) = form.get("offered_to").parse::<PublisherSlug>() else {
        let mut shown = manage_page(&state, &who, &id, Some(Step::Offer), &form).await?;
        shown.errors.add("offered_to", who.payer.t.get("form-unknown-offered_to"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let session = session(&state, &headers);
    let done = offer(&state.portal(), &who.member, &id, &to, &given(&session, &address, &form)).await;
    let done = done.map(|()| Flash::success("portal-offer-made").arg("publisher", &to));
    answer(&state, &who, &id, (Step::Offer, &form), done).await
}

async fn take_back(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
) -> Result<Response, PageError> {
    take_offer_back(&state.portal(), &who.member, &id).await?;
    Ok(back(&who, &id, &Flash::success("portal-offer-taken-back")))
}

async fn remove(State(state): State<AppState>, who: Insider, AtProject(id): AtProject) -> Result<Response, PageError> {
    let Err(refusal) = delete(&state.portal(), &who.member, &id).await else {
        return Ok(Flash::success("portal-project-deleted").redirect(&who.path("/projects")));
    };
    let mut shown = manage_page(&state, &who, &id, None, &Posted::default()).await?;
    let status = take(&mut shown.errors, &who.payer.t, refusal)?;
    page_with(status, &shown)
}
