//! Which desks may have an add-on (R45): all of them, those that come by a link, or those that are named; the links, and who came by
//! them. The secret of a link is shown once, right after it was made.

use std::time::Duration;

use annex_domain::{
    addon::AddonId,
    ids::{AccessLinkId, DeskId},
    publisher::Deed,
    reach::Audience,
};
use annex_portal::{
    Refusal,
    offerings::{Link, admit, create_link, dismiss, revoke_link, set_audience},
};
use annex_store::{
    catalog::{
        self,
        access::{self, AccessLink, Guest},
    },
    projects,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};

use super::{
    field::take,
    frame::{Around, AtProject, Insider, Place},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

/// The choices of how long a link works, in days; 0: until it is revoked.
const DAYS: [u32; 4] = [0, 7, 30, 90];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}/access", get(show).post(choose))
        .route("/portal/publishers/{publisher}/projects/{project}/access/links", post(make))
        .route("/portal/publishers/{publisher}/projects/{project}/access/links/{link}/revoke", post(revoke))
        .route("/portal/publishers/{publisher}/projects/{project}/access/desks", post(name))
        .route("/portal/publishers/{publisher}/projects/{project}/access/desks/{desk}/dismiss", post(send_away))
}

#[derive(Template)]
#[template(path = "portal/access.html")]
struct AccessPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    path: String,
    project_path: String,
    name: String,
    id: String,
    /// None: there is no package yet, so nobody can have it.
    audience: Option<Audience>,
    /// Each with its text and what it means.
    audiences: Vec<(Audience, String, String)>,
    links: Vec<AccessLink>,
    guests: Vec<Guest>,
    may_change: bool,
    days: [u32; 4],
    typed: Posted,
    /// The address of a link that was just made.
    made: Option<String>,
}

impl AccessPage {
    fn is_chosen(&self, one: &Audience) -> bool {
        self.audience == Some(*one)
    }

    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    fn is_chosen_end(&self, days: &u32) -> bool {
        self.typed("days").parse::<u32>() == Ok(*days)
    }

    /// Why a link lets nobody in (any more).
    fn trouble(&self, link: &AccessLink) -> Option<String> {
        link.trouble(self.shell.now).map(|trouble| self.shell.t.get(&format!("portal-{trouble}")))
    }

    fn is_revoked(&self, link: &AccessLink) -> bool {
        link.revoked_at.is_some()
    }

    /// How many came by a link.
    fn used(&self, link: &AccessLink) -> String {
        let t = &self.shell.t;
        match link.most {
            Some(most) => t.msg("portal-link-used-of").arg("count", link.used).arg("most", most).to_string(),
            None => t.msg("portal-link-used").arg("count", link.used).to_string(),
        }
    }

    /// By which link a desk came; none: it was named.
    fn came_by(&self, guest: &Guest) -> Option<&str> {
        let link = self.links.iter().find(|link| Some(link.id) == guest.link)?;
        Some(&link.label)
    }
}

async fn access_page(state: &AppState, who: &Insider, id: &AddonId, typed: Posted) -> Result<AccessPage, PageError> {
    let mut conn = state.db.read().await?;
    let project = projects::get(&mut conn, &who.member.publisher, id).await?;
    let offering = catalog::offering(&mut conn, id).await?;
    let offering = offering.filter(|offering| offering.owner == who.member.publisher);
    let project_path = who.path(&format!("/projects/{id}"));
    let t = &who.payer.t;
    let audience =
        |one: Audience| (one, t.get(&format!("portal-audience-{one}")), t.get(&format!("portal-audience-{one}-hint")));
    Ok(AccessPage {
        shell: who.shell("portal-access-title"),
        frame: who.around(Place::Projects),
        errors: FormErrors::default(),
        path: format!("{project_path}/access"),
        project_path,
        name: project.names.get(t.code()).to_owned(),
        id: id.to_string(),
        audience: offering.map(|offering| offering.audience),
        audiences: Audience::ALL.map(audience).to_vec(),
        links: access::links(&mut conn, id).await?,
        guests: access::guests(&mut conn, id).await?,
        may_change: who.member.role.may(Deed::Publish),
        days: DAYS,
        typed,
        made: None,
    })
}

/// The page again, with what is wrong in it.
async fn again(
    state: &AppState,
    who: &Insider,
    id: &AddonId,
    typed: Posted,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let mut shown = access_page(state, who, id, typed).await?;
    let status = take(&mut shown.errors, &who.payer.t, refusal)?;
    page_with(status, &shown)
}

fn back(who: &Insider, id: &AddonId, done: &str) -> Response {
    Flash::success(done).redirect(&who.path(&format!("/projects/{id}/access")))
}

async fn show(State(state): State<AppState>, who: Insider, AtProject(id): AtProject) -> Result<Response, PageError> {
    page(&access_page(&state, &who, &id, Posted::default()).await?)
}

async fn choose(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Publish)?;
    let Ok(audience) = form.get("audience").parse::<Audience>() else {
        let mut shown = access_page(&state, &who, &id, form).await?;
        shown.errors.add("audience", who.payer.t.get("form-choice"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    set_audience(&state.portal(), &who.member, &id, audience).await?;
    Ok(back(&who, &id, "portal-access-saved"))
}

async fn make(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
    form: Posted,
) -> Result<Response, PageError> {
    let days: u32 = form.get("days").parse().unwrap_or(0);
    // What is no number is none that a link can be for.
    let most = Some(form.get("most")).filter(|most| !most.is_empty()).map(|most| most.parse().unwrap_or(0));
    let expires_at = (days > 0 && DAYS.contains(&days)).then(|| who.member.now.after(DAY * days));
    let wanted = Link { label: form.get("label").to_owned(), expires_at, most };
    match create_link(&state.portal(), &who.member, &id, &wanted).await {
        Ok((_, secret)) => {
            let mut shown = access_page(&state, &who, &id, Posted::default()).await?;
            shown.made = address(&state, &id, &secret).await?;
            page(&shown)
        }
        Err(refusal) => again(&state, &who, &id, form, refusal).await,
    }
}

/// Where a link leads: to the newest version.
async fn address(state: &AppState, id: &AddonId, secret: &str) -> Result<Option<String>, PageError> {
    let Some(row) = catalog::shown(&mut state.db.read().await?, id).await? else { return Ok(None) };
    let query = serde_urlencoded::to_string([("access", secret)]).unwrap_or_default();
    Ok(Some(state.config.absolute(&format!("/install/{id}/{}?{query}", row.version))))
}

async fn revoke(
    State(state): State<AppState>,
    Path((.., link)): Path<(String, String, String)>,
    who: Insider,
    AtProject(id): AtProject,
) -> Result<Response, PageError> {
    let link: AccessLinkId = link.parse().map_err(|_| PageError::NotFound)?;
    revoke_link(&state.portal(), &who.member, &id, link).await?;
    Ok(back(&who, &id, "portal-link-revoked-now"))
}

async fn name(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Publish)?;
    let Ok(desk) = form.get("desk").parse::<DeskId>() else {
        let mut shown = access_page(&state, &who, &id, form).await?;
        shown.errors.add("desk", who.payer.t.get("form-unknown-desk"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    match admit(&state.portal(), &who.member, &id, desk).await {
        Ok(()) => Ok(back(&who, &id, "portal-desk-admitted")),
        Err(refusal) => again(&state, &who, &id, form, refusal).await,
    }
}

async fn send_away(
    State(state): State<AppState>,
    Path((.., desk)): Path<(String, String, String)>,
    who: Insider,
    AtProject(id): AtProject,
) -> Result<Response, PageError> {
    let desk: DeskId = desk.parse().map_err(|_| PageError::NotFound)?;
    dismiss(&state.portal(), &who.member, &id, desk).await?;
    Ok(back(&who, &id, "portal-desk-dismissed"))
}
