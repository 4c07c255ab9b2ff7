//! Versions that wait for a review, and a version on a reviewer's table: what was handed in beside what was approved last, the notes,
//! and the decision.

use annex_domain::{
    difference::Section,
    ids::{NoteId, ProjectVersionId},
    listing_draft::Question,
    publisher::StaffPermission,
    review::{Severity, State, Target, Track},
};
use annex_portal::{
    Refusal, Staff,
    review::{Approval, Look, Remark, approve, look, note, permission, reject, reopen, settle, unlock},
};
use annex_store::{
    projects::reviews::{self, Queued},
    reports,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State as Shared},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};

use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    portal::{
        field::take,
        frame::{Around, Place, is_open},
        tracks::{self, NoteRow, Requirement},
    },
    report,
    shell::{Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/review/versions";
/// Versions on the page of each track; those that wait longest.
const MOST: u32 = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/review", get(queues))
        .route(HERE, get(queues))
        .route("/review/versions/{version}/{track}", get(show))
        .route("/review/versions/{version}/{track}/notes", post(write))
        .route("/review/versions/{version}/{track}/notes/{note}/settle", post(done))
        .route("/review/versions/{version}/{track}/notes/{note}/reopen", post(undone))
        .route("/review/versions/{version}/{track}/approve", post(yes))
        .route("/review/versions/{version}/{track}/reject", post(no))
        .route("/review/versions/{version}/{track}/unlock", post(open))
}

#[derive(Template)]
#[template(path = "review/versions.html")]
struct QueuesPage {
    shell: Shell,
    frame: Around,
    queues: Vec<Queue>,
}

struct Queue {
    track: Track,
    title: String,
    usual: Option<String>,
    rows: Vec<Queued>,
}

impl QueuesPage {
    fn name(&self, row: &Queued) -> String {
        row.names.get(self.shell.t.code()).to_owned()
    }
}

/// Who reviews something.
pub(super) async fn reviewer(state: &AppState, payer: &Payer) -> Result<Staff, PageError> {
    is_open(state)?;
    Ok(Staff::find(&state.portal(), payer.account.id, state.clock.now()).await?)
}

async fn queues(Shared(state): Shared<AppState>, payer: Payer) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let own: Vec<Track> = Track::ALL.into_iter().filter(|track| by.require(permission(*track)).is_ok()).collect();
    if own.is_empty() {
        by.require(StaffPermission::PublishersManage)?;
        return Ok(Redirect::to("/review/publishers").into_response());
    }
    let mut conn = state.db.read().await?;
    let mut queues = Vec::new();
    for track in own {
        queues.push(Queue {
            track,
            title: payer.t.get(&format!("review-track-{track}")),
            usual: tracks::usual(&mut conn, &payer.t, track).await?,
            rows: reviews::queue(&mut conn, track, MOST).await?,
        });
    }
    let frame = Around::review(&payer, &by, Place::Versions);
    page(&QueuesPage { shell: payer.shell("review-versions-title"), frame, queues })
}

#[derive(Template)]
#[template(path = "review/version.html")]
struct VersionPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    path: String,
    track: Track,
    look: Look,
    /// HTML of the host's own templates.
    report: String,
    requirements: Vec<Requirement>,
    notes: Vec<(NoteRow, bool)>,
    /// Word, text, chosen.
    severities: Vec<Choice>,
    places: Vec<Choice>,
    /// What was typed of a note.
    typed: Posted,
}

type Choice = (&'static str, String, bool);

impl VersionPage {
    fn title(&self) -> String {
        self.shell.t.get(&format!("review-track-{}", self.track))
    }

    fn state(&self) -> String {
        self.shell.t.get(&format!("review-state-{}", self.look.stored.review.state()))
    }

    fn tone(&self) -> &'static str {
        tracks::tone(self.look.stored.review.state())
    }

    fn is_waiting(&self) -> bool {
        self.look.stored.review.state() == State::InReview
    }

    fn is_marketplace(&self) -> bool {
        self.track == Track::Marketplace
    }

    fn name(&self) -> &str {
        self.look.project.names.get(self.shell.t.code())
    }

    fn section(&self, section: &Section) -> String {
        self.shell.t.get(&format!("review-section-{section}"))
    }

    /// A text of the listing.
    fn english(&self, field: &str) -> &str {
        let draft = &self.look.round.draft;
        let texts = match field {
            "name" => &draft.name,
            "summary" => &draft.summary,
            _ => &draft.description,
        };
        texts.get("en").map_or("", String::as_str)
    }

    fn question(&self, question: &Question) -> String {
        self.shell.t.get(&format!("draft-field-certification-{question}"))
    }

    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }
}

/// Version and track.
type Address = (String, String);

pub(super) fn read((version, track): &Address) -> Result<(ProjectVersionId, Track), PageError> {
    let id = version.parse().map_err(|_| PageError::NotFound)?;
    Ok((id, track.parse().map_err(|_| PageError::NotFound)?))
}

async fn version_page(
    state: &AppState,
    payer: &Payer,
    by: &Staff,
    (id, track): (ProjectVersionId, Track),
    typed: Posted,
) -> Result<VersionPage, PageError> {
    let look = look(&state.portal(), by, id, track).await?;
    let ordered = reports::get(&mut state.db.read().await?, &look.project.id, &look.round.version).await?;
    let title = format!("{} {}", look.project.names.get(payer.t.code()), look.round.version);
    let (shell, path) = (payer.titled(title), format!("{HERE}/{id}/{track}"));
    let report = report::part(&shell, ordered.as_ref(), &path)?;
    let notes = look.notes.iter().map(|(note, changed)| (NoteRow::of(&payer.t, note), *changed)).collect();
    let t = &payer.t;
    let requirements = tracks::requirements(t, &look.round.draft.requirements(&look.manifest));
    let severity = |severity: Severity| {
        let (word, text) = (severity.as_str(), t.get(&format!("review-severity-{severity}")));
        (word, text, typed.get("severity") == word)
    };
    let place = |word: &'static str| (word, t.get(&format!("review-at-{word}")), typed.get("at") == word);
    Ok(VersionPage {
        shell,
        frame: Around::review(payer, by, Place::Versions),
        errors: FormErrors::default(),
        path,
        track,
        look,
        report,
        requirements,
        notes,
        severities: [Severity::Blocker, Severity::Suggestion].map(severity).into(),
        places: ["whole", "field", "line", "node"].map(place).into(),
        typed,
    })
}

async fn show(
    Shared(state): Shared<AppState>,
    Path(address): Path<Address>,
    payer: Payer,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    page(&version_page(&state, &payer, &by, read(&address)?, Posted::default()).await?)
}

/// The place that was entered: what is in it depends on its kind.
fn target(form: &Posted) -> Target {
    let place = form.get("place").to_owned();
    match form.get("at") {
        "field" => Target::Field { path: place },
        "line" => {
            let (file, line) = place.rsplit_once(':').unwrap_or((&place, "0"));
            Target::Line { file: file.to_owned(), line: line.parse().unwrap_or(0) }
        }
        "node" => {
            let (view, path) = place.split_once(' ').unwrap_or((&place, ""));
            Target::Node { view: view.to_owned(), path: path.to_owned() }
        }
        _ => Target::Whole,
    }
}

/// The note that was entered.
fn remark(form: &Posted) -> Remark {
    let severity = form.get("severity").parse().unwrap_or(Severity::Note);
    Remark { severity, target: target(form), body: form.get("body").to_owned() }
}

/// The note that stood in the form when it was decided, if one did.
fn last(form: &Posted) -> Option<Remark> {
    (!form.get("body").is_empty()).then(|| remark(form))
}

async fn write(
    Shared(state): Shared<AppState>,
    Path(address): Path<Address>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&address)?;
    match note(&state.portal(), &by, id, track, &remark(&form)).await {
        Ok(_) => Ok(Flash::success("review-noted").redirect(&format!("{HERE}/{id}/{track}"))),
        Err(refusal) => again(&state, &payer, &by, (id, track), form, refusal).await,
    }
}

/// The page again, with what stands against what was asked.
async fn again(
    state: &AppState,
    payer: &Payer,
    by: &Staff,
    of: (ProjectVersionId, Track),
    typed: Posted,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let mut shown = version_page(state, payer, by, of, typed).await?;
    let status = take(&mut shown.errors, &payer.t, refusal)?;
    page_with(status, &shown)
}

async fn done(
    Shared(state): Shared<AppState>,
    Path((version, track, note)): Path<(String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&(version, track))?;
    let note: NoteId = note.parse().map_err(|_| PageError::NotFound)?;
    settle(&state.portal(), &by, id, track, note).await?;
    Ok(Flash::success("review-settled").redirect(&format!("{HERE}/{id}/{track}")))
}

async fn undone(
    Shared(state): Shared<AppState>,
    Path((version, track, note)): Path<(String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&(version, track))?;
    let note: NoteId = note.parse().map_err(|_| PageError::NotFound)?;
    reopen(&state.portal(), &by, id, track, note).await?;
    Ok(Flash::success("review-reopened").redirect(&format!("{HERE}/{id}/{track}")))
}

/// The number of the review that was shown.
fn seen(form: &Posted) -> i64 {
    form.get("seen").parse().unwrap_or(0)
}

async fn yes(
    Shared(state): Shared<AppState>,
    Path(address): Path<Address>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&address)?;
    match approve(&state.portal(), &by, id, track, seen(&form), last(&form).as_ref()).await {
        Ok(Approval::Done) => Ok(Flash::success("review-approved").redirect(HERE)),
        Ok(Approval::SecondNeeded) => Ok(Flash::success("review-second-needed").redirect(HERE)),
        Err(refusal) => again(&state, &payer, &by, (id, track), form, refusal).await,
    }
}

async fn no(
    Shared(state): Shared<AppState>,
    Path(address): Path<Address>,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&address)?;
    match reject(&state.portal(), &by, id, track, seen(&form), last(&form).as_ref()).await {
        Ok(()) => Ok(Flash::success("review-rejected").redirect(HERE)),
        Err(refusal) => again(&state, &payer, &by, (id, track), form, refusal).await,
    }
}

async fn open(
    Shared(state): Shared<AppState>,
    Path(address): Path<Address>,
    payer: Payer,
) -> Result<Response, PageError> {
    let by = reviewer(&state, &payer).await?;
    let (id, track) = read(&address)?;
    unlock(&state.portal(), &by, id).await?;
    Ok(Flash::success("review-unlocked").redirect(&format!("{HERE}/{id}/{track}")))
}
