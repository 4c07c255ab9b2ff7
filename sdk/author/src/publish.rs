//! `annex addon publish`: upload a signed package to a host's catalog.

use annex_check::{Diagnostic, Failure};
use annex_package::peek;
use serde::Serialize;
use serde_json::Value;

use crate::{
    api::Body,
    args::PublishArgs,
    files,
    logins::Access,
    output::{Answer, Output},
    packages::{self, Stage},
};

/// A version in a host's catalog.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    id: String,
    version: String,
    seq: u32,
    host: String,
    /// The file that was taken.
    package: String,
    /// The host had exactly this package already.
    repeated: bool,
}

impl Answer for Published {
    fn text(&self) -> String {
        let how = if self.repeated { "was already on" } else { "is now on" };
        format!("{} {} (seq {}) {how} {}", self.id, self.version, self.seq, self.host)
    }
}

pub(crate) async fn run(args: &PublishArgs, output: Output) -> Result<Published, Failure> {
    let access = Access::of(&args.host)?;
    let file = packages::find(args.package.as_deref(), Stage::Signed, output)?;
    let bytes = files::read(&file)?;
    // What is no package at all is not worth the upload.
    let manifest = peek(&bytes).map_err(|refusal| Failure::from(Diagnostic::from(refusal).file(&file)))?;
    let answer = access.api()?.post("/packages", Body::Package(bytes.into())).await?;
    Ok(Published {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        seq: manifest.seq.0,
        host: access.host.to_string(),
        package: file.display().to_string(),
        repeated: answer.get("repeated") == Some(&Value::Bool(true)),
    })
}
