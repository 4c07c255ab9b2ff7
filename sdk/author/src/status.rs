//! `annex addon status`: where the versions of an add-on stand at its publisher's host.

use annex_check::Failure;
use annex_domain::review::Track;
use serde::Serialize;

use crate::{
    args::StatusArgs,
    logins::Access,
    output::Answer,
    versions::{self, ToldVersion},
};

/// All versions.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    addon: String,
    host: String,
    /// As the host tells them, the newest first.
    versions: Vec<ToldVersion>,
}

impl Answer for Status {
    fn text(&self) -> String {
        if self.versions.is_empty() {
            return format!("{} has no versions at {} yet", self.addon, self.host);
        }
        let lines = self.versions.iter().map(line);
        format!("{} at {}\n{}", self.addon, self.host, lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Such as `1.2.0       technical in-review, place 2   marketplace draft`.
fn line(version: &ToldVersion) -> String {
    let review = |track: Track| {
        let review = version.review(track);
        let place = review.place.map(|place| format!(", place {place}")).unwrap_or_default();
        format!("{track} {}{place}", review.state)
    };
    let number = version.version.as_deref().unwrap_or("(no package)");
    let taken_back = match version.status.as_deref() {
        Some(status @ ("yanked" | "blocked")) => format!("   {status}"),
        _ => String::new(),
    };
    format!("{number:<12} {:<28} {}{taken_back}", review(Track::Technical), review(Track::Marketplace))
}

pub(crate) async fn run(args: &StatusArgs) -> Result<Status, Failure> {
    let access = Access::of(&args.host)?;
    let addon = versions::addon(&args.of)?;
    let versions = versions::all(&access.publisher()?, &access.host, &addon).await?;
    Ok(Status { addon: addon.to_string(), host: access.host.to_string(), versions })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_version_is_one_line() {
        let told = json!({
            "id": "7", "version": "1.2.0", "package_digest": null, "status": "yanked",
            "technical": { "state": "in-review", "place": 2, "round": 1 },
            "marketplace": { "state": "draft", "place": null }, "standing": "draft",
        });
        let version: ToldVersion = serde_json::from_value(told.clone()).unwrap();
        assert_eq!(line(&version), "1.2.0        technical in-review, place 2 marketplace draft   yanked");
        assert_eq!(serde_json::to_value(version).unwrap(), told, "programs read all that the host says");
    }
}
