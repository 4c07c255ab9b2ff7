//! `annex addon submit`: a signed package goes into the version that its publisher works on, is checked by the host, and handed in for
//! its reviews. A build server may wait for what comes of them. What was handed in before is left alone, so that a build that is
//! repeated does the same.

use std::time::Duration;

use annex_check::{Diagnostic, Failure};
use annex_domain::{
    report::Finding,
    review::{Severity, State, Target, Track},
};
use annex_package::peek;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    api::{Api, Body, Trouble},
    args::SubmitArgs,
    files,
    output::{Answer, Output},
};

/// How soon it is looked again at first; each pause is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Reviews take days: nobody notices half a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a host that does not answer is asked again. One that is restarted or updated is back by then.
const PATIENCE: Duration = Duration::from_mins(5);

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Submitted {
    project: String,
    version: String,
    /// Of the version in the portal and its API.
    id: String,
    /// The portal had exactly this package already.
    repeated: bool,
    reviews: Vec<Standing>,
}

/// Where a review stands.
#[derive(Debug, Serialize)]
struct Standing {
    track: Track,
    #[serde(flatten)]
    review: Review,
}

/// The same as the host tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Review {
    state: State,
    place: Option<i64>,
    notes: Vec<Note>,
}

/// What a reviewer wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    severity: Severity,
    target: Target,
    body: String,
    settled: bool,
}

#[derive(Debug, Deserialize)]
struct Uploaded {
    id: String,
    repeated: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct Version {
    technical: Review,
    marketplace: Review,
    report: Option<Report>,
}

#[derive(Debug, Clone, Deserialize)]
struct Report {
    state: ReportState,
    error: Option<String>,
    findings: Vec<Finding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReportState {
    Waiting,
    Running,
    Done,
    Failed,
}

impl Version {
    fn of(&self, track: Track) -> &Review {
        match track {
            Track::Technical => &self.technical,
            Track::Marketplace => &self.marketplace,
        }
    }

    fn is_checked(&self) -> bool {
        let state = self.report.as_ref().map(|report| report.state);
        matches!(state, Some(ReportState::Done | ReportState::Failed))
    }

    /// Goes on unless the report stands against handing it in.
    fn may_be_submitted(&self) -> Result<(), Failure> {
        let Some(report) = &self.report else { return Ok(()) };
        if report.state == ReportState::Failed {
            let why = report.error.as_deref().unwrap_or("the host could not check the package");
            let diagnostic = Diagnostic::new("report-failed", why);
            return Err(diagnostic.fix("have the version checked again in the portal, then submit once more").into());
        }
        let blockers = report.findings.iter().filter(|finding| finding.severity == Severity::Blocker);
        let blockers: Vec<_> = blockers.map(diagnostic).collect();
        if blockers.is_empty() { Ok(()) } else { Err(Failure(blockers)) }
    }
}

fn diagnostic(finding: &Finding) -> Diagnostic {
    let message = match &finding.target {
        Target::Whole => finding.text.clone(),
        place => format!("{place}: {}", finding.text),
    };
    let diagnostic = Diagnostic::new(&finding.code, message);
    match &finding.hint {
        Some(hint) => diagnostic.fix(hint),
        None => diagnostic,
    }
}

impl Answer for Submitted {
    fn text(&self) -> String {
        let mut lines = vec![format!("{} {}", self.project, self.version)];
        for Standing { track, review } in &self.reviews {
            let place = review.place.map(|place| format!(", place {place} in the queue")).unwrap_or_default();
            lines.push(format!("  {track} review: {}{place}", review.state));
            for note in review.notes.iter().filter(|note| !note.settled) {
                let place = match &note.target {
                    Target::Whole => String::new(),
                    place => format!(" at {place}"),
                };
                lines.push(format!("    {}{place}: {}", note.severity, note.body));
            }
        }
        lines.join("\n")
    }

    fn is_well(&self) -> bool {
        self.reviews.iter().all(|standing| standing.review.state != State::Rejected)
    }
}

pub(crate) async fn run(args: &SubmitArgs, output: Output) -> Result<Submitted, Failure> {
    let bytes = files::read(&args.package)?;
    // What is no package at all is not worth the upload.
    let manifest = peek(&bytes).map_err(|refusal| Failure::from(Diagnostic::from(refusal).file(&args.package)))?;
    let tracks = if args.tracks.is_empty() { Track::ALL.to_vec() } else { args.tracks.clone() };
    let api = Api::of_publisher(&args.host, &args.token)?;
    let versions = format!("/projects/{}/versions", manifest.id);
    let uploaded: Uploaded = read(api.post(&versions, Body::Package(bytes.into())).await?)?;
    let path = format!("{versions}/{}", uploaded.id);
    output.progress("uploaded: the host checks it");
    let checked = when(&api, &path, output, Version::is_checked).await?;
    checked.may_be_submitted()?;
    for track in &tracks {
        if checked.of(*track).state == State::Draft {
            api.post(&format!("{path}/submit"), Body::Json(json!({ "track": track }))).await?;
        }
    }
    let is_decided = |version: &Version| tracks.iter().all(|track| version.of(*track).state != State::InReview);
    let version = if args.wait {
        output.progress("submitted: waiting for its reviews");
        when(&api, &path, output, is_decided).await?
    } else {
        read(api.get(&path).await?)?
    };
    let standing = |track: &Track| Standing { track: *track, review: version.of(*track).clone() };
    Ok(Submitted {
        project: manifest.id.to_string(),
        version: manifest.version.to_string(),
        id: uploaded.id,
        repeated: uploaded.repeated,
        reviews: tracks.iter().map(standing).collect(),
    })
}

/// The version, once it is as wanted. What fails on the way is asked for again: days of waiting do not end with one lost answer.
async fn when(api: &Api, path: &str, output: Output, is_there: impl Fn(&Version) -> bool) -> Result<Version, Failure> {
    let mut pause = FIRST_PAUSE;
    loop {
        let version: Version = read(patiently(output, async || api.look(path).await).await?)?;
        if is_there(&version) {
            return Ok(version);
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// What comes of asking, once the host answers; until [`PATIENCE`] is over.
async fn patiently<T>(output: Output, ask: impl AsyncFn() -> Result<T, Trouble>) -> Result<T, Failure> {
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        let failure = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(Trouble::Lasting(failure)) => return Err(failure),
            Err(Trouble::Passing(failure)) => failure,
        };
        if since.elapsed() >= PATIENCE {
            let again = "run the command again once the host answers: nothing is submitted twice";
            return Err(Failure(failure.0.into_iter().map(|diagnostic| diagnostic.fix(again)).collect()));
        }
        if pause == FIRST_PAUSE {
            output.progress(format_args!("{failure}\ntrying again for {} minutes", PATIENCE.as_secs() / 60));
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Failure> {
    serde_json::from_value(answer).map_err(|error| {
        let diagnostic = Diagnostic::new("unknown-answer", format!("the host answers something else: {error}"));
        diagnostic.fix("use the annex of the host's version").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(report: &Value) -> Version {
        let review = json!({ "state": "draft", "round": 0, "place": null, "usual_time": null, "notes": [] });
        read(json!({ "id": "x", "technical": review, "marketplace": review, "report": report })).unwrap()
    }

    #[test]
    fn a_report_that_is_not_there_is_waited_for_and_one_with_blockers_ends_it() {
        let finding = |severity: &str| {
            json!({ "code": "contrast", "severity": severity, "target": { "at": "field", "path": "icon" },
                "text": "it is hardly seen", "hint": "make it darker" })
        };
        let report =
            |state: &str, findings: Value| version(&json!({ "state": state, "error": null, "findings": findings }));
        assert!(!version(&Value::Null).is_checked());
        assert!(!report("running", json!([])).is_checked());
        let fine = report("done", json!([finding("suggestion"), finding("note")]));
        assert!(fine.is_checked() && fine.may_be_submitted().is_ok());
        let failure = report("done", json!([finding("blocker")])).may_be_submitted().unwrap_err();
        let expected = Diagnostic::new("contrast", "icon: it is hardly seen").fix("make it darker");
        assert_eq!(failure.0, [expected]);
        let failed = report("failed", json!([]));
        assert!(failed.is_checked());
        assert_eq!(failed.may_be_submitted().unwrap_err().0[0].code, "report-failed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_comes_back_is_waited_for_and_one_that_stays_away_is_given_up() {
        let trouble = |code: &str| Failure::from(Diagnostic::new(code, "no answer"));
        let began = Instant::now();
        let answer = patiently(Output::Json, async || {
            let is_back = began.elapsed() >= Duration::from_mins(4);
            if is_back { Ok(7) } else { Err(Trouble::Passing(trouble("host-unreachable"))) }
        });
        assert_eq!(answer.await, Ok(7));

        let began = Instant::now();
        let away = async || Err::<(), _>(Trouble::Passing(trouble("http-502")));
        let failure = patiently(Output::Json, away).await.unwrap_err();
        assert_eq!(failure.0[0].code, "http-502");
        assert!(failure.0[0].fix.as_ref().unwrap().contains("nothing is submitted twice"));
        let waited = began.elapsed();
        assert!((PATIENCE..=PATIENCE + LONGEST_PAUSE).contains(&waited), "{waited:?}");

        let began = Instant::now();
        let refused = async || Err::<(), _>(Trouble::Lasting(trouble("forbidden")));
        assert_eq!(patiently(Output::Json, refused).await, Err(trouble("forbidden")));
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[test]
    fn a_rejection_is_told_with_its_open_notes_and_fails() {
        let note = |body: &str, settled| Note {
            severity: Severity::Blocker,
            target: Target::Field { path: "summary.en".into() },
            body: body.into(),
            settled,
        };
        let notes = vec![note("say what it does", false), note("was said", true)];
        let review = |state, place, notes| Review { state, place, notes };
        let standing = |track, review| Standing { track, review };
        let mut submitted = Submitted {
            project: "acme.notes".into(),
            version: "1.0.0".into(),
            id: "x".into(),
            repeated: false,
            reviews: vec![standing(Track::Technical, review(State::InReview, Some(2), Vec::new()))],
        };
        assert_eq!(submitted.text(), "acme.notes 1.0.0\n  technical review: in-review, place 2 in the queue");
        assert!(submitted.is_well());
        submitted.reviews = vec![standing(Track::Marketplace, review(State::Rejected, None, notes))];
        assert!(!submitted.is_well());
        let lines = "acme.notes 1.0.0\n  marketplace review: rejected\n    blocker at summary.en: say what it does";
        assert_eq!(submitted.text(), lines);
    }
}
