//! `annex addon status`: where the versions of an add-on stand at its publisher's host.

use annex_check::Failure;
use annex_domain::review::Track;
use serde::Serialize;
use serde_json::Value;

use crate::{
    args::StatusArgs,
    logins::Access,
    output::Answer,
    versions::{self, state, text},
};

/// All versions.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    addon: String,
    host: String,
    /// As the host tells them, the newest first.
    versions: Vec<Value>,
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
fn line(version: &Value) -> String {
    let review = |track: Track| {
        let place = version.get(track.as_str()).and_then(|review| review.get("place")).and_then(Value::as_i64);
        let place = place.map(|place| format!(", place {place}")).unwrap_or_default();
        format!("{track} {}{place}", state(version, track))
    };
    let number = match text(version, "version") {
        "" => "(no package)",
        number => number,
    };
    let taken_back = match text(version, "status") {
        status @ ("yanked" | "blocked") => format!("   {status}"),
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
        let version = json!({
            "version": "1.2.0", "status": "yanked", "technical": { "state": "in-review", "place": 2 },
            "marketplace": { "state": "draft", "place": null },
        });
        assert_eq!(line(&version), "1.2.0        technical in-review, place 2 marketplace draft   yanked");
    }
}
