//! `annex addon publish`: with a publisher's token, make a version available whose review has approved it; with an operator's token,
//! put a signed package into the host's own catalog.

use annex_check::{Diagnostic, Failure};
use annex_domain::{addon::Digest, manifest::Manifest, review::Track};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Body},
    args::PublishArgs,
    files,
    logins::Access,
    output::{Answer, Output},
    packages::{self, Stage},
    versions,
};

/// A version that can be installed.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    id: String,
    version: String,
    seq: u32,
    host: String,
    /// The file that was taken.
    package: String,
    /// It was so already.
    repeated: bool,
}

impl Answer for Published {
    fn text(&self) -> String {
        let how = if self.repeated { "was already available" } else { "is now available" };
        format!("{} {} (seq {}) {how} at {}", self.id, self.version, self.seq, self.host)
    }
}

pub(crate) async fn run(args: &PublishArgs, output: Output) -> Result<Published, Failure> {
    let access = Access::of(&args.host)?;
    let file = packages::find(args.package.as_deref(), Stage::Signed, output)?;
    let bytes = files::read(&file)?;
    // What is no package at all is not worth the upload.
    let manifest = packages::manifest(&file, &bytes)?;
    let repeated = if access.is_publisher() {
        release(&access, &manifest, &Digest::of(&bytes)).await?
    } else {
        upload(&access.api()?, bytes).await?
    };
    Ok(Published {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        seq: manifest.seq.0,
        host: access.host.to_string(),
        package: file.display().to_string(),
        repeated,
    })
}

/// What is read of a host's answer to a package.
#[derive(Deserialize)]
struct Taken {
    repeated: bool,
}

/// True when the catalog had exactly this package.
async fn upload(api: &Api, bytes: Vec<u8>) -> Result<bool, Failure> {
    let Taken { repeated } = api.post("/packages", Body::Package(bytes.into())).await?;
    Ok(repeated)
}

/// True when it was available. What is released is the package at hand, and no other.
async fn release(access: &Access, manifest: &Manifest, digest: &Digest) -> Result<bool, Failure> {
    let api = access.publisher()?;
    let all = versions::all(&api, &access.host, &manifest.id).await?;
    let version = versions::require(&all, &manifest.id, &manifest.version)?;
    if version.package_digest.as_deref() != Some(digest.as_str()) {
        let what = format!("the host has another package as version {} of {}", manifest.version, manifest.id);
        return Err(Diagnostic::new("other-package", what)
            .fix("publish the package that was reviewed, or submit this one")
            .into());
    }
    match version.review(Track::Technical).state.as_str() {
        "available" => Ok(true),
        "approved" => {
            let path = format!("/projects/{}/versions/{}/release", manifest.id, version.id);
            api.post::<()>(&path, Body::Nothing).await?;
            Ok(false)
        }
        other => Err(Diagnostic::new("not-approved", format!("the technical review has not approved it: {other}"))
            .fix("hand it in with `annex addon submit --wait`; `annex addon status` says where it stands")
            .into()),
    }
}
