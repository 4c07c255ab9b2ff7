//! A publisher, and what is to be done before it can publish.

use annex_domain::publisher::{Deed, PublisherStatus};
use annex_portal::developer_desk;
use annex_store::{
    catalog::{self, KeyStatus},
    desks, projects,
    publishers::{documents, members},
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};

use super::frame::{Around, Insider, Place};
use crate::{
    error::PageError,
    flash::Flash,
    shell::{Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}", get(show))
        .route("/portal/publishers/{publisher}/developer-desk", post(make_desk))
}

#[derive(Template)]
#[template(path = "portal/overview.html")]
struct OverviewPage {
    shell: Shell,
    frame: Around,
    name: String,
    slug: String,
    role: String,
    is_suspended: bool,
    steps: Vec<Step>,
    /// The desk that it develops in, with its credit.
    desk: Option<(String, Vec<String>)>,
    /// Where that is topped up, by who may.
    top_up: Option<String>,
    /// Where it is made, by who may.
    make_desk: Option<String>,
}

/// One thing to do.
struct Step {
    key: &'static str,
    path: String,
    is_done: bool,
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    let (slug, mut conn) = (&who.member.publisher, state.db.read().await?);
    let keys = catalog::publisher(&mut conn, slug).await?.map(|known| known.keys).unwrap_or_default();
    let is_agreed = documents::missing(&mut conn, slug).await?.is_empty();
    let has_project = !projects::list(&mut conn, slug).await?.is_empty();
    let is_alone = members::list(&mut conn, slug).await?.len() < 2;
    let desk = match who.organisation.developer_desk {
        Some(id) => Some(desks::get(&mut conn, id).await?),
        None => None,
    };
    drop(conn);
    let may_top_up = who.member.role.may(Deed::Credit);
    let top_up = desk.as_ref().filter(|_| may_top_up).map(|desk| format!("/client-area/desks/{}/credit", desk.id));
    let desk = match desk {
        Some(desk) => {
            let credit = state.billing.credit(desk.id).await?;
            Some((desk.name, credit.into_iter().map(|amount| who.payer.t.money(amount)).collect()))
        }
        None => None,
    };
    let may_make = desk.is_none() && who.member.role.may(Deed::Organisation);
    let step = |key, part, is_done| Step { key, path: who.path(part), is_done };
    let steps = vec![
        step("portal-step-organisation", "/organisation", who.organisation.site.is_some()),
        step("portal-step-documents", "/documents", is_agreed),
        step("portal-step-keys", "/keys", keys.iter().any(|key| key.status == KeyStatus::Active)),
        step("portal-step-project", "/projects", has_project),
        step("portal-step-members", "/members", !is_alone),
    ];
    page(&OverviewPage {
        shell: who.shell("portal-overview-title"),
        frame: who.around(Place::Overview),
        name: who.organisation.name.clone(),
        slug: slug.to_string(),
        role: who.payer.t.get(&format!("portal-role-{}", who.member.role)),
        is_suspended: who.organisation.status == PublisherStatus::Suspended,
        steps,
        make_desk: may_make.then(|| who.path("/developer-desk")),
        desk,
        top_up,
    })
}

async fn make_desk(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    developer_desk::make(&state.portal(), &who.member).await?;
    Ok(Flash::success("portal-desk-made").redirect(&who.path("")))
}
