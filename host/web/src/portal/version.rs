//! A version of a project: what is missing, a part of the draft as a form that saves by itself, its package with the report, how it is
//! offered, both reviews and their notes. Of two tabs that save, the second sees both.

mod keep;

use std::collections::BTreeSet;

use annex_domain::{
    ids::ProjectVersionId,
    listing_draft::FieldPath,
    publisher::Deed,
    review::{Step, Track},
    settings::FieldError,
};
use annex_portal::{
    Refusal,
    projects::{Readiness, readiness, release, submit, withdraw},
};
use annex_store::{
    catalog,
    projects::{self, Project, reviews, versions, versions::ProjectVersion},
    reports,
};
use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use self::keep::Written;
use super::{
    draft::{Input, Part, label, problem_text},
    field::take,
    frame::{Around, Insider, Place},
    package::{self, Offered},
    project::{read, tone},
    tracks::{self, Requirement, TrackCard},
};
use crate::{
    client_area::Payer,
    error::{PageError, sign_in_path},
    flash::Flash,
    i18n::Translator,
    panel::form::{FormErrors, Posted},
    report,
    shell::{Shell, page, page_with},
    state::AppState,
};

/// A part of a draft as browsers send it: 8,000 characters of nine bytes, and the rest.
const MOST_BYTES: usize = 128 << 10;

pub(super) fn routes() -> Router<AppState> {
    let form = get(show).post(keep::keep).layer(DefaultBodyLimit::max(MOST_BYTES));
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}/{version}", form)
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/submit", post(hand_in))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/withdraw", post(take_back))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/release", post(make_available))
}

/// The part that is shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Shown {
    part: String,
    language: String,
}

impl Shown {
    fn part(&self) -> Part {
        self.part.parse().unwrap_or(Part::Texts)
    }

    fn language(&self) -> &str {
        code(&self.language)
    }

    /// Its own address.
    fn address(&self, place: &Spot) -> String {
        format!("{}?part={}&language={}", place.path(), self.part(), self.language())
    }
}

#[derive(Template)]
#[template(path = "portal/version.html")]
struct VersionPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    path: String,
    project: String,
    name: String,
    number: Option<String>,
    standing: &'static str,
    tone: &'static str,
    tracks: Vec<TrackCard>,
    parts: Vec<PartLink>,
    part: Part,
    language: String,
    languages: Vec<String>,
    inputs: Vec<Input>,
    /// Shown beside the checklist.
    requirements: Vec<Requirement>,
    /// What the form is typed over.
    seen: i64,
    /// How the form is to what is saved, as `assets/drafts.js` reads it.
    written: &'static str,
    /// Where who is signed out meanwhile signs in, and comes back.
    sign_in: String,
    may_edit: bool,
    may_submit: bool,
    may_release: bool,
    package: Vec<(String, String)>,
    /// Files of the package, which are shown.
    icon: Option<String>,
    pictures: Vec<String>,
    /// What stands against the package, and what is locked.
    differences: Vec<String>,
    is_overridden: bool,
    /// None: there is no package.
    offered: Option<Offered>,
    may_check: bool,
    /// HTML of the host's own templates; empty: no package, or another part.
    report: String,
}

impl VersionPage {
    fn is_package(&self) -> bool {
        self.part == Part::Package
    }

    fn is_checklist(&self) -> bool {
        self.part == Part::Checklist
    }

    /// Somebody else saved meanwhile.
    fn is_beside(&self) -> bool {
        self.written == Written::BESIDE
    }

    fn is_translated(&self) -> bool {
        self.part.is_translated()
    }

    fn part_name(&self, part: &Part) -> String {
        self.shell.t.get(&format!("draft-part-{part}"))
    }

    fn standing(&self) -> String {
        self.shell.t.get(&format!("review-standing-{}", self.standing))
    }

    /// The page that packages are uploaded on.
    fn project_path(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(project, _)| project)
    }
}

/// A part in the list of progress.
struct PartLink {
    part: Part,
    /// What is missing or wrong there.
    open: usize,
    first: Option<String>,
}

/// What a request is about.
pub(super) struct Spot {
    pub(super) who: Insider,
    pub(super) project: Project,
    pub(super) version: ProjectVersion,
}

impl Spot {
    pub(super) async fn find(
        state: &AppState,
        payer: Payer,
        (publisher, project, version): &(String, String, String),
    ) -> Result<Self, PageError> {
        let who = Insider::find(state, payer, publisher).await?;
        let id: ProjectVersionId = version.parse().map_err(|_| PageError::NotFound)?;
        let mut conn = state.db.read().await?;
        let slug = &who.member.publisher;
        let project = projects::get(&mut conn, slug, &read(project)?).await?;
        let version = versions::get(&mut conn, slug, &project.id, id).await?;
        Ok(Self { who, project, version })
    }

    pub(super) fn path(&self) -> String {
        self.who.path(&format!("/projects/{}/{}", self.project.id, self.version.id))
    }

    /// The languages of the listing, with the one that is asked for.
    fn languages(&self, asked: &str) -> Vec<String> {
        let named = self.project.names.iter().map(|(code, _)| code.to_owned());
        let draft = &self.version.draft;
        let written = [&draft.name, &draft.summary, &draft.description, &draft.release_notes];
        let written = written.into_iter().flat_map(|texts| texts.keys().cloned());
        let all: BTreeSet<String> = named.chain(written).chain([code(asked).to_owned()]).collect();
        all.into_iter().collect()
    }
}

/// A language code as it was sent; English where it can be none.
fn code(sent: &str) -> &str {
    let fine = (2..=12).contains(&sent.len()) && sent.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fine { sent } else { "en" }
}

async fn show(
    State(state): State<AppState>,
    Path(path): Path<(String, String, String)>,
    Query(shown): Query<Shown>,
    payer: Payer,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    page(&version_page(&state, &place, &shown, Written::Saved).await?)
}

async fn version_page(
    state: &AppState,
    place: &Spot,
    shown: &Shown,
    written: Written<'_>,
) -> Result<VersionPage, PageError> {
    let Spot { who, project, version } = place;
    let (t, member) = (&who.payer.t, &who.member);
    let mut conn = state.db.read().await?;
    let both = reviews::both(&mut conn, version.id).await?;
    let readiness = readiness(&mut conn, project, version).await?;
    let tracks = tracks::cards(&mut conn, t, version, &both).await?;
    let row = match &version.package {
        Some(own) => catalog::version(&mut conn, &project.id, &own.version).await?,
        None => None,
    };
    let listed = version.package.as_ref().zip(row.as_ref());
    let listing = row.as_ref().map(|row| &row.manifest.listing);
    let part = shown.part();
    let (name, number) = (project.names.get(t.code()), version.package.as_ref().map(|own| own.version.to_string()));
    let shell = who.payer.titled(number.as_ref().map_or_else(|| name.to_owned(), |number| format!("{name} {number}")));
    let report = match &version.package {
        Some(own) if part == Part::Package => {
            let ordered = reports::get(&mut conn, &project.id, &own.version).await?;
            report::part(&shell, ordered.as_ref(), &format!("{}?part={part}", place.path()))?
        }
        _ => String::new(),
    };
    drop(conn);
    let (language, languages) = (shown.language().to_owned(), place.languages(&shown.language));
    let (marketplace, problems) = (both.of(Track::Marketplace).review, &readiness.problems);
    Ok(VersionPage {
        shell,
        frame: who.around(Place::Projects),
        errors: FormErrors::default(),
        path: place.path(),
        project: project.id.to_string(),
        name: name.to_owned(),
        number,
        standing: both.standing().as_str(),
        tone: tone(both.standing()),
        tracks,
        parts: progress(t, &readiness),
        requirements: tracks::requirements(t, &readiness.requirements),
        inputs: part.inputs(t, &language, written.over(&version.draft), problems, written.beside(&version.draft)),
        part,
        language,
        languages,
        seen: written.seen(version.draft_rev),
        written: written.word(),
        sign_in: sign_in_path(&shown.address(place)),
        may_edit: written.is_typed() || (member.role.may(Deed::Develop) && marketplace.allows(Step::Edit)),
        may_submit: member.role.may(Deed::Submit),
        may_release: member.role.may(Deed::Publish),
        package: listed.map(|(own, row)| package::lines(t, own, row)).unwrap_or_default(),
        icon: listing.and_then(|listing| listing.icon.clone()),
        pictures: listing.map(|listing| listing.pictures.clone()).unwrap_or_default(),
        differences: of_package(t, problems),
        is_overridden: version.draft.plans.is_some() || version.draft.service.is_some(),
        offered: row.as_ref().map(|row| Offered::of(state, row, member.role.may(Deed::Publish))),
        may_check: member.role.may(Deed::Develop),
        report,
    })
}

/// What is missing or wrong in each part.
fn progress(t: &Translator, readiness: &Readiness) -> Vec<PartLink> {
    let missing = readiness.missing.iter().map(FieldPath::as_str);
    let paths: Vec<&str> = missing.chain(readiness.problems.iter().map(|problem| problem.field.as_str())).collect();
    let link = |part: Part| {
        let here: Vec<&&str> = paths.iter().filter(|path| Part::of(path) == part).collect();
        PartLink { part, open: here.len(), first: here.first().map(|path| named(t, path)) }
    };
    Part::ALL.map(link).into()
}

/// A field as a list names it: with its language.
fn named(t: &Translator, path: &str) -> String {
    let name = label(t, path);
    match path.split_once('.') {
        Some((_, language)) if Part::of(path).is_translated() => format!("{name} ({language})"),
        _ => name,
    }
}

fn of_package(t: &Translator, problems: &[FieldError]) -> Vec<String> {
    let here = problems.iter().filter(|problem| Part::of(&problem.field) == Part::Package);
    here.map(|problem| format!("{}: {}", named(t, &problem.field), problem_text(t, problem))).collect()
}

/// The track that a button is for.
fn track(form: &Posted) -> Result<Track, PageError> {
    form.get("track")
        .parse()
        .map_err(|_| PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "unknown-track", "no such review"))
}

async fn hand_in(
    State(state): State<AppState>,
    Path(path): Path<(String, String, String)>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    place.who.member.require(Deed::Submit)?;
    let done = submit(&state.portal(), &place.who.member, &place.project.id, place.version.id, track(&form)?).await;
    answer(&state, &place, "portal-submitted", done).await
}

/// Says what was done, or shows the page again with what stands against it.
pub(super) async fn answer(
    state: &AppState,
    place: &Spot,
    flash: &'static str,
    done: Result<(), Refusal>,
) -> Result<Response, PageError> {
    let Err(refusal) = done else { return Ok(Flash::success(flash).redirect(&place.path())) };
    let mut shown = version_page(state, place, &Shown::default(), Written::Saved).await?;
    let t = &place.who.payer.t;
    let Refusal::Incomplete(errors) = refusal else {
        let status = take(&mut shown.errors, t, refusal)?;
        return page_with(status, &shown);
    };
    for error in errors {
        shown.errors.add("", format!("{}: {}", named(t, &error.field), problem_text(t, &error)));
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn take_back(
    State(state): State<AppState>,
    Path(path): Path<(String, String, String)>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    place.who.member.require(Deed::Submit)?;
    let done = withdraw(&state.portal(), &place.who.member, &place.project.id, place.version.id, track(&form)?).await;
    answer(&state, &place, "portal-withdrawn", done).await
}

async fn make_available(
    State(state): State<AppState>,
    Path(path): Path<(String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let place = Spot::find(&state, payer, &path).await?;
    let done = release(&state.portal(), &place.who.member, &place.project.id, place.version.id).await;
    answer(&state, &place, "portal-released", done).await
}
