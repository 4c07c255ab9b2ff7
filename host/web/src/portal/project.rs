//! A project: its versions, beginning the next one, and uploading packages. From here it goes on to who may have it, and what becomes
//! of it.

use annex_domain::{
    addon::AddonId,
    publisher::Deed,
    review::{Standing, Step, Track},
};
use annex_portal::{
    Refusal,
    projects::{begin, upload},
};
use annex_store::projects::{self, reviews, versions};
use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State},
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
    panel::{UPLOAD_LIMIT, form::FormErrors, intake_text, package_of_form},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    let packages = post(send).layer(DefaultBodyLimit::max(UPLOAD_LIMIT));
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}", get(show))
        .route("/portal/publishers/{publisher}/projects/{project}/begin", post(next))
        .route("/portal/publishers/{publisher}/projects/{project}/package", packages)
}

#[derive(Template)]
#[template(path = "portal/project.html")]
struct ProjectPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    path: String,
    id: String,
    may_develop: bool,
    /// None is worked on.
    may_begin: bool,
    versions: Vec<Row>,
}

impl ProjectPage {
    fn standing(&self, word: &str) -> String {
        self.shell.t.get(&format!("review-standing-{word}"))
    }

    fn track(&self, track: &Track) -> String {
        self.shell.t.get(&format!("review-track-{track}"))
    }
}

struct Row {
    path: String,
    number: String,
    standing: &'static str,
    tone: &'static str,
    tracks: Vec<(Track, String)>,
}

/// How a standing is coloured.
pub(super) fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Draft => "neutral",
        Standing::UnderReview => "info",
        Standing::Published => "success",
    }
}

async fn project_page(state: &AppState, who: &Insider, id: &AddonId) -> Result<ProjectPage, PageError> {
    let mut conn = state.db.read().await?;
    let (t, slug) = (&who.payer.t, &who.member.publisher);
    let project = projects::get(&mut conn, slug, id).await?;
    let path = who.path(&format!("/projects/{id}"));
    let (all, reviewed) = (versions::list(&mut conn, slug, id).await?, reviews::of_project(&mut conn, id).await?);
    let may_develop = who.member.role.may(Deed::Develop);
    let mut may_begin = may_develop;
    let mut rows = Vec::new();
    for version in all {
        let Some(both) = reviewed.get(&version.id) else { continue };
        may_begin &= !both.of(Track::Technical).review.allows(Step::Edit);
        let state = |track| (track, t.get(&format!("review-state-{}", both.of(track).review.state())));
        rows.push(Row {
            path: format!("{path}/{}", version.id),
            number: version.package.map_or_else(|| t.get("portal-version-unnumbered"), |own| own.version.to_string()),
            standing: both.standing().as_str(),
            tone: tone(both.standing()),
            tracks: Track::ALL.map(state).to_vec(),
        });
    }
    Ok(ProjectPage {
        shell: who.payer.titled(project.names.get(t.code()).to_owned()),
        frame: who.around(Place::Projects),
        errors: FormErrors::default(),
        path,
        id: id.to_string(),
        may_develop,
        may_begin,
        versions: rows,
    })
}

/// The id of a project in an address.
pub(super) fn read(project: &str) -> Result<AddonId, PageError> {
    project.parse().map_err(|_| PageError::NotFound)
}

async fn show(State(state): State<AppState>, who: Insider, AtProject(id): AtProject) -> Result<Response, PageError> {
    page(&project_page(&state, &who, &id).await?)
}

async fn next(
    State(state): State<AppState>,
    who: Insider,
    AtProject(project): AtProject,
) -> Result<Response, PageError> {
    match begin(&state.portal(), &who.member, &project).await {
        Ok(id) => {
            let there = who.path(&format!("/projects/{project}/{id}"));
            Ok(Flash::success("portal-version-begun").redirect(&there))
        }
        Err(refusal) => again(&state, &who, &project, refusal).await,
    }
}

/// The page again, with what stands against what was asked.
async fn again(state: &AppState, who: &Insider, id: &AddonId, refusal: Refusal) -> Result<Response, PageError> {
    let mut shown = project_page(state, who, id).await?;
    let status = take(&mut shown.errors, &who.payer.t, refusal)?;
    page_with(status, &shown)
}

/// The body is read once it is known that the sender may upload to this project.
async fn send(
    State(state): State<AppState>,
    who: Insider,
    AtProject(id): AtProject,
    request: Request,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    projects::get(&mut state.db.read().await?, &who.member.publisher, &id).await?;
    let form = Multipart::from_request(request, &state).await;
    let form = form.map_err(|error| PageError::refused(error.status(), "malformed-form", "this is not such a form"))?;
    let bytes = package_of_form(form).await?;
    let mut shown = project_page(&state, &who, &id).await?;
    if bytes.is_empty() {
        shown.errors.add("package", who.payer.t.get("catalog-no-file"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    match upload(&state.portal(), &state.lifecycle, &who.member, &id, bytes).await {
        Ok(done) => {
            let there = who.path(&format!("/projects/{id}/{}", done.id));
            Ok(Flash::success("portal-package-uploaded").arg("version", done.package.version).redirect(&there))
        }
        Err(Refusal::Package(error)) if error.is_refusal() => {
            shown.errors.add("package", intake_text(&who.payer.t, &error));
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(refusal) => again(&state, &who, &id, refusal).await,
    }
}
