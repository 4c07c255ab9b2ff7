//! The projects of a publisher, making one, and what other publishers offer to it.

use annex_domain::{
    addon::{AddonId, Kind},
    publisher::Deed,
};
use annex_portal::{
    Refusal,
    projects::{Create, create},
};
use annex_store::{
    catalog::{self, Offering},
    projects::{self, Project, reviews},
};
use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};

use super::{
    field::{Entry, Field, take},
    frame::{Around, Insider, Place},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/publishers/{publisher}/projects", get(show).post(make))
}

#[derive(Template)]
#[template(path = "portal/projects.html")]
struct ProjectsPage {
    shell: Shell,
    frame: Around,
    path: String,
    projects: Vec<Row>,
    /// Id and address of each add-on that is offered to it.
    offers: Vec<(AddonId, String)>,
    may_make: bool,
    /// Word, text, chosen.
    kinds: Vec<(&'static str, String, bool)>,
    fields: Vec<Field>,
    errors: FormErrors,
}

struct Row {
    path: String,
    name: String,
    id: String,
    /// Of its newest version.
    standing: Option<String>,
}

async fn projects_page(state: &AppState, who: &Insider, form: &Posted) -> Result<ProjectsPage, PageError> {
    let mut conn = state.db.read().await?;
    let (t, slug) = (&who.payer.t, &who.member.publisher);
    let standings = reviews::standings(&mut conn, slug).await?;
    let row = |project: Project| Row {
        path: who.path(&format!("/projects/{}", project.id)),
        name: project.names.get(t.code()).to_owned(),
        standing: standings.get(&project.id).map(|standing| t.get(&format!("review-standing-{standing}"))),
        id: project.id.to_string(),
    };
    let projects = projects::list(&mut conn, slug).await?.into_iter().map(row).collect();
    let offerings = catalog::of_publisher(&mut conn, slug).await?.into_iter();
    let offered = offerings.filter(|offering| offering.offered_to.as_ref() == Some(slug));
    let offer = |offering: Offering| {
        let path = who.path(&format!("/offers/{}", offering.addon));
        (offering.addon, path)
    };
    let kind = |kind: Kind| (kind.as_str(), t.get(&format!("kind-{kind}")), form.get("kind") == kind.as_str());
    Ok(ProjectsPage {
        shell: who.shell("portal-projects-title"),
        frame: who.around(Place::Projects),
        path: who.path("/projects"),
        projects,
        offers: offered.map(offer).collect(),
        may_make: who.member.role.may(Deed::Develop),
        kinds: Kind::ALL.map(kind).to_vec(),
        fields: vec![
            Field::new("project_name", form.get("project_name"), annex_portal::NAME, Entry::Line),
            Field::new("project_slug", form.get("project_slug"), 40, Entry::Line),
        ],
        errors: FormErrors::default(),
    })
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    page(&projects_page(&state, &who, &Posted::default()).await?)
}

async fn make(State(state): State<AppState>, who: Insider, form: Posted) -> Result<Response, PageError> {
    let input = Create {
        slug: form.get("project_slug").to_owned(),
        kind: form.get("kind").parse().unwrap_or(Kind::Plugin),
        names: [("en".to_owned(), form.get("project_name").to_owned())].into(),
    };
    match create(&state.portal(), &who.member, &input).await {
        Ok(id) => {
            let there = who.path(&format!("/projects/{id}"));
            Ok(Flash::success("portal-projects-made").arg("name", form.get("project_name")).redirect(&there))
        }
        Err(Refusal::Common(refusal)) => {
            let mut shown = projects_page(&state, &who, &form).await?;
            shown.errors.take(&who.payer.t, refusal, &[("name", "project_name"), ("slug", "project_slug")])?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(refusal) => {
            let mut shown = projects_page(&state, &who, &form).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}
