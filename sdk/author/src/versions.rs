//! Versions of an add-on as its publisher's host tells them.

use annex_check::{Diagnostic, Failure};
use annex_domain::{
    addon::{AddonId, Version},
    review::Track,
};
use serde_json::Value;
use url::Url;

use crate::{api::Api, args::AddonArg, project::Project};

/// Which add-on: the one that is named, else that of the folder.
pub(crate) fn addon(of: &AddonArg) -> Result<AddonId, Failure> {
    match &of.addon {
        Some(id) => Ok(id.clone()),
        None => Ok(Project::open(&of.dir, None)?.manifest.id),
    }
}

/// All versions of an add-on, the newest first.
pub(crate) async fn all(api: &Api, host: &Url, addon: &AddonId) -> Result<Vec<Value>, Failure> {
    let answer = api.get(&format!("/projects/{addon}/versions")).await;
    match answer.map_err(|failure| no_project(failure, host, addon))? {
        Value::Array(versions) => Ok(versions),
        _ => Ok(Vec::new()),
    }
}

/// The one of that number.
pub(crate) fn find<'v>(versions: &'v [Value], number: &Version) -> Option<&'v Value> {
    let number = number.to_string();
    versions.iter().find(|version| text(version, "version") == number)
}

/// The same, for what is done to it.
pub(crate) fn require<'v>(versions: &'v [Value], addon: &AddonId, number: &Version) -> Result<&'v Value, Failure> {
    find(versions, number).ok_or_else(|| {
        Diagnostic::new("no-version", format!("the host has no version {number} of {addon}"))
            .fix("hand it in with `annex addon submit`; `annex addon status` lists what is there")
            .into()
    })
}

/// Where a review stands: `draft`, `in-review`, `approved`, `rejected`, `available` or `advertised`.
pub(crate) fn state(version: &Value, track: Track) -> &str {
    version.get(track.as_str()).map_or("", |review| text(review, "state"))
}

/// A text of an answer; empty when it is missing.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A project that is not there is made in the portal.
pub(crate) fn no_project(failure: Failure, host: &Url, addon: &AddonId) -> Failure {
    if failure.0.iter().all(|one| one.code != "not-found") {
        return failure;
    }
    Diagnostic::new("no-project", format!("your publisher has no project {addon} at {host}"))
        .fix(format!("make it at {host}portal under Projects, or check the id in annex.toml"))
        .into()
}
