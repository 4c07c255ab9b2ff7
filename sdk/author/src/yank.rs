//! `annex addon yank`: nobody installs a version any more that is no good; who has it keeps it.

use annex_check::Failure;
use serde::Serialize;

use crate::{api::Body, args::YankArgs, logins::Access, output::Answer, versions};

/// A version that was taken back, or is offered again.
#[derive(Debug, Serialize)]
pub(crate) struct Yanked {
    addon: String,
    version: String,
    host: String,
    /// `yanked` or `available`.
    status: &'static str,
}

impl Answer for Yanked {
    fn text(&self) -> String {
        let Self { addon, version, host, status } = self;
        format!("{addon} {version} is {status} at {host}")
    }
}

pub(crate) async fn run(args: &YankArgs) -> Result<Yanked, Failure> {
    let access = Access::of(&args.host)?;
    let (api, addon) = (access.publisher()?, versions::addon(&args.of)?);
    let all = versions::all(&api, &access.host, &addon).await?;
    let version = versions::require(&all, &addon, &args.number)?;
    let (deed, status) = if args.undo { ("give-back", "available") } else { ("yank", "yanked") };
    let path = format!("/projects/{addon}/versions/{}/{deed}", version.id);
    api.post::<()>(&path, Body::Nothing).await?;
    Ok(Yanked { addon: addon.to_string(), version: args.number.to_string(), host: access.host.to_string(), status })
}
