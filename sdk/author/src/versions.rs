//! Versions of an add-on as its publisher's host tells them.

use annex_check::{Diagnostic, Failure};
use annex_domain::{
    addon::{AddonId, Version},
    review::Track,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::{api::Api, args::AddonArg, project::Project};

/// A version as a host tells it: what the tools read of it, and the rest for who asks with `--json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ToldVersion {
    pub(crate) id: String,
    /// Of its package; none before there is one.
    pub(crate) version: Option<String>,
    pub(crate) package_digest: Option<String>,
    /// In the catalog: `available`, `yanked` or `blocked`.
    pub(crate) status: Option<String>,
    technical: Review,
    marketplace: Review,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// Where one of its reviews stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Review {
    /// `draft`, `in-review`, `approved`, `rejected`, `available` or `advertised`.
    pub(crate) state: String,
    /// In the queue, from 1.
    pub(crate) place: Option<i64>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl ToldVersion {
    pub(crate) fn review(&self, track: Track) -> &Review {
        match track {
            Track::Technical => &self.technical,
            Track::Marketplace => &self.marketplace,
        }
    }
}

/// Which add-on: the one that is named, else that of the folder.
pub(crate) fn addon(of: &AddonArg) -> Result<AddonId, Failure> {
    match &of.addon {
        Some(id) => Ok(id.clone()),
        None => Ok(Project::open(&of.dir, None)?.manifest.id),
    }
}

/// All versions of an add-on, the newest first.
pub(crate) async fn all(api: &Api, host: &Url, addon: &AddonId) -> Result<Vec<ToldVersion>, Failure> {
    let answer = api.get(&format!("/projects/{addon}/versions")).await;
    answer.map_err(|failure| no_project(failure, host, addon))
}

/// The one of that number.
pub(crate) fn require<'v>(
    versions: &'v [ToldVersion],
    addon: &AddonId,
    number: &Version,
) -> Result<&'v ToldVersion, Failure> {
    let wanted = number.to_string();
    versions.iter().find(|version| version.version.as_ref() == Some(&wanted)).ok_or_else(|| {
        Diagnostic::new("no-version", format!("the host has no version {number} of {addon}"))
            .fix("hand it in with `annex addon submit`; `annex addon status` lists what is there")
            .into()
    })
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
