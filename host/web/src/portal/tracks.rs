//! Both reviews of a version as its publisher sees them: where each stands, its place in the queue and how long that usually takes, and
//! what reviewers wrote; and how it stands with what the marketplace asks for.

use annex_domain::{
    listing_draft::{CheckItem, Standing},
    review::{Severity, State, Step, Track},
};
use annex_store::{
    Conn, StoreError,
    projects::{
        notes::{self, Note},
        reviews::{self, Both},
        versions::ProjectVersion,
    },
};

use super::draft::label;
use crate::i18n::Translator;

const HOUR: i64 = 60 * 60 * 1_000;

/// A review.
pub(crate) struct TrackCard {
    pub(crate) track: Track,
    pub(crate) title: String,
    pub(crate) state: String,
    pub(crate) tone: &'static str,
    /// While it waits.
    pub(crate) place: Option<String>,
    pub(crate) usual: Option<String>,
    pub(crate) notes: Vec<NoteRow>,
    pub(crate) can_submit: bool,
    pub(crate) can_withdraw: bool,
    pub(crate) can_release: bool,
}

/// A note.
pub(crate) struct NoteRow {
    pub(crate) id: String,
    pub(crate) severity: String,
    pub(crate) tone: &'static str,
    pub(crate) place: String,
    pub(crate) body: String,
    pub(crate) is_settled: bool,
    pub(crate) is_omission: bool,
}

impl NoteRow {
    pub(crate) fn of(t: &Translator, note: &Note) -> Self {
        Self {
            id: note.id.to_string(),
            severity: t.get(&format!("review-severity-{}", note.severity)),
            tone: if note.severity == Severity::Blocker { "critical" } else { "info" },
            place: note.target.to_string(),
            body: note.body.clone(),
            is_settled: note.settled_at.is_some(),
            is_omission: note.omission,
        }
    }
}

/// An item of the checklist, and how it stands with it.
pub(crate) struct Requirement {
    pub(crate) label: String,
    pub(crate) standing: String,
    pub(crate) tone: &'static str,
}

/// How it stands with each.
pub(crate) fn requirements(t: &Translator, all: &[(CheckItem, Standing)]) -> Vec<Requirement> {
    let row = |(item, standing): &(CheckItem, Standing)| Requirement {
        label: label(t, &format!("checklist.{item}")),
        standing: t.get(&format!("requirement-{standing}")),
        tone: match standing {
            Standing::Met => "success",
            Standing::Confirmed => "info",
            Standing::Missing => "critical",
        },
    };
    all.iter().map(row).collect()
}

/// How a state is coloured.
pub(crate) fn tone(state: State) -> &'static str {
    match state {
        State::Draft => "neutral",
        State::InReview => "info",
        State::Approved | State::Available | State::Advertised => "success",
        State::Rejected => "critical",
    }
}

/// How long reviews of a track usually take.
pub(crate) async fn usual(conn: &mut Conn, t: &Translator, track: Track) -> Result<Option<String>, StoreError> {
    let Some(time) = reviews::usual_time(conn, track).await? else { return Ok(None) };
    let hours = (time / HOUR).max(0) + 1;
    Ok(Some(if hours < 48 {
        t.msg("review-usual-hours").arg("hours", hours).to_string()
    } else {
        t.msg("review-usual-days").arg("days", hours / 24 + 1).to_string()
    }))
}

/// Both reviews.
pub(crate) async fn cards(
    conn: &mut Conn,
    t: &Translator,
    version: &ProjectVersion,
    both: &Both,
) -> Result<Vec<TrackCard>, StoreError> {
    let mut cards = Vec::new();
    for track in Track::ALL {
        let stored = both.of(track);
        let review = stored.review;
        let place = match stored.submitted_at {
            Some(since) => Some(reviews::place(conn, track, version.id, since).await?),
            None => None,
        };
        let told = notes::told(conn, version.id, stored).await?;
        cards.push(TrackCard {
            track,
            title: t.get(&format!("review-track-{track}")),
            state: t.get(&format!("review-state-{}", review.state())),
            tone: tone(review.state()),
            place: place.map(|place| t.msg("review-place").arg("place", place).to_string()),
            usual: usual(conn, t, track).await?,
            notes: told.iter().map(|note| NoteRow::of(t, note)).collect(),
            can_submit: review.allows(Step::Submit),
            can_withdraw: review.allows(Step::Withdraw),
            can_release: review.allows(Step::Release),
        });
    }
    Ok(cards)
}
