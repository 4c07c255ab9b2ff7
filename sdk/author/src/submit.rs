//! `annex addon submit`: upload a signed package, wait for the report, and hand the version in for review.

use std::time::{Duration, Instant};

use annex_check::{Diagnostic, Failure};
use annex_domain::review::Track;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::{Api, Body},
    args::SubmitArgs,
    files,
    logins::Access,
    output::{Answer, Output},
    packages::{self, Stage},
    patience::patiently,
    versions::{self, ToldVersion, text},
};

/// How often the host is asked.
const LOOK: Duration = Duration::from_secs(3);
/// How long a report may take: others may be before it.
const PATIENCE: Duration = Duration::from_mins(15);

/// A version that was handed in.
#[derive(Debug, Serialize)]
pub(crate) struct Submitted {
    addon: String,
    version: String,
    host: String,
    package: String,
    reviews: Vec<Stands>,
}

/// Where one of its reviews stands.
#[derive(Debug, Serialize)]
struct Stands {
    track: Track,
    state: String,
    /// In the queue, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<i64>,
}

/// What is read of a host's answer to a package.
#[derive(Deserialize)]
struct Uploaded {
    /// Of the version that it is in.
    id: String,
}

impl Answer for Submitted {
    fn text(&self) -> String {
        let review = |stands: &Stands| {
            let place = stands.place.map(|place| format!(", place {place}")).unwrap_or_default();
            format!("{}: {}{place}", stands.track, stands.state)
        };
        let reviews: Vec<String> = self.reviews.iter().map(review).collect();
        format!("{} {} is handed in at {}; {}", self.addon, self.version, self.host, reviews.join("; "))
    }
}

pub(crate) async fn run(args: &SubmitArgs, output: Output) -> Result<Submitted, Failure> {
    let access = Access::of(&args.host)?;
    let api = access.publisher()?;
    let file = packages::find(args.package.as_deref(), Stage::Signed, output)?;
    let bytes = files::read(&file)?;
    let manifest = packages::manifest(&file, &bytes)?;
    let project = format!("/projects/{}/versions", manifest.id);
    let uploaded = api.post(&project, Body::Package(bytes.into())).await;
    let Uploaded { id } = uploaded.map_err(|failure| versions::no_project(failure, &access.host, &manifest.id))?;
    output.progress(format_args!("{} {} is uploaded; waiting for its report", manifest.id, manifest.version));
    let path = format!("{project}/{id}");
    let checked = checked(&api, &path, output).await?;
    for track in args.tracks.iter().filter(|track| !is_handed_in(&checked.review(**track).state)) {
        api.post::<()>(&format!("{path}/submit"), Body::Json(json!({ "track": track }))).await?;
    }
    let mut version: ToldVersion = api.get(&path).await?;
    if args.wait {
        output.progress("handed in; waiting until it is decided");
        while args.tracks.iter().any(|track| version.review(*track).state == "in-review") {
            tokio::time::sleep(LOOK).await;
            version = patiently(output, async || api.get::<ToldVersion>(&path).await).await?;
        }
        decided(&version, &args.tracks)?;
    }
    let stands = |track: &Track| {
        let review = version.review(*track);
        Stands { track: *track, state: review.state.clone(), place: review.place }
    };
    Ok(Submitted {
        addon: manifest.id.to_string(),
        version: manifest.version.to_string(),
        host: access.host.to_string(),
        package: file.display().to_string(),
        reviews: args.tracks.iter().map(stands).collect(),
    })
}

/// True when there is nothing to hand in any more: so the command can be repeated.
fn is_handed_in(state: &str) -> bool {
    matches!(state, "in-review" | "approved" | "available" | "advertised")
}

/// The version once its report is there and stands against nothing.
async fn checked(api: &Api, path: &str, output: Output) -> Result<ToldVersion, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let version = patiently(output, async || api.get::<ToldVersion>(path).await).await?;
        let report = version.rest.get("report").unwrap_or(&Value::Null);
        match text(report, "state") {
            "done" => {
                let found = blockers(report);
                return if found.is_empty() { Ok(version) } else { Err(Failure(found)) };
            }
            "failed" => {
                let text = format!("the host could not check the package: {}", text(report, "error"));
                return Err(Diagnostic::new("report-failed", text).fix("try again later").into());
            }
            _ if Instant::now() >= until => {
                let late = Diagnostic::new("report-late", "the report on the package is not there yet");
                return Err(late.fix("run the command again in a while: it goes on where it stopped").into());
            }
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}

/// What of the report stands against handing it in.
fn blockers(report: &Value) -> Vec<Diagnostic> {
    let all = report.get("findings").and_then(Value::as_array).into_iter().flatten();
    all.filter(|finding| text(finding, "severity") == "blocker")
        .map(|finding| {
            let found = placed(Diagnostic::new(text(finding, "code"), text(finding, "text")), finding);
            match text(finding, "hint") {
                "" => found,
                hint => found.fix(hint),
            }
        })
        .collect()
}

/// With the place that it is about.
fn placed(mut diagnostic: Diagnostic, of: &Value) -> Diagnostic {
    let target = of.get("target").unwrap_or(&Value::Null);
    match text(target, "at") {
        "line" => {
            diagnostic.file = Some(text(target, "file").to_owned());
            diagnostic.line = target.get("line").and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok());
        }
        "field" => diagnostic.message = format!("{}: {}", text(target, "path"), diagnostic.message),
        _ => {}
    }
    diagnostic
}

/// What reviewers wrote where they rejected it.
fn decided(version: &ToldVersion, tracks: &[Track]) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for track in tracks {
        let review = version.review(*track);
        match review.state.as_str() {
            "rejected" => {
                let notes = review.rest.get("notes").and_then(Value::as_array).into_iter().flatten();
                let open = notes.filter(|note| note.get("settled") != Some(&Value::Bool(true)));
                wrong.extend(open.map(|note| {
                    let text = format!("{} review, {}: {}", track, text(note, "severity"), text(note, "body"));
                    placed(Diagnostic::new("review-rejected", text), note)
                        .fix("change this, sign again and submit again")
                }));
            }
            "draft" => {
                let text = format!("the version was taken out of the {track} review");
                wrong.push(Diagnostic::new("withdrawn", text).fix("submit it again once it is ready"));
            }
            _ => {}
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blockers_and_notes_come_with_their_place() {
        let report = json!({ "findings": [
            { "severity": "blocker", "code": "capability-unused", "text": "not used", "hint": "leave it out",
              "target": { "at": "field", "path": "capabilities[1]" } },
            { "severity": "note", "code": "size", "text": "large", "hint": null, "target": { "at": "whole" } },
        ] });
        let found = blockers(&report);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].code.as_str(), found[0].message.as_str()),
            ("capability-unused", "capabilities[1]: not used")
        );
        assert_eq!(found[0].fix.as_deref(), Some("leave it out"));

        let note = |settled| {
            let target = json!({ "at": "line", "file": "annex.toml", "line": 3 });
            json!({ "severity": "blocker", "body": "say why", "settled": settled, "target": target })
        };
        let version = |technical: Value| -> ToldVersion {
            let told = json!({ "id": "7", "technical": technical, "marketplace": { "state": "draft" } });
            serde_json::from_value(told).unwrap()
        };
        let rejected = version(json!({ "state": "rejected", "notes": [note(true), note(false)] }));
        let failure = decided(&rejected, &[Track::Technical]).unwrap_err();
        assert_eq!((failure.0.len(), failure.0[0].line), (1, Some(3)));
        let open = version(json!({ "state": "approved" }));
        assert!(decided(&open, &[Track::Technical]).is_ok());
        assert_eq!(decided(&open, &[Track::Marketplace]).unwrap_err().0[0].code, "withdrawn");
    }
}
