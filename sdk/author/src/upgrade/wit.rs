//! What `annex.toml` names as `wit`, and raising that: all else in the file is the author's, and stays byte by byte. Behind it comes the
//! place that a plugin of 0.1 had without naming one.

use std::path::Path;

use annex_check::Failure;
use annex_domain::{
    addon::Kind,
    manifest::{WIT_PACKAGE, Wit},
};
use toml::de::DeTable;

use crate::{files, project::MANIFEST};

/// Where plugins of 0.1 are shown.
const VIEW: &str = "\n[[views]]\nkey = \"panel\"\nlocation = \"ticket-sidebar\"\n";

/// Names the newest one in the place of an older one; answers it where it was raised. A manifest that is none is left to `annex addon check`.
pub(super) fn raise(project: &Path) -> Result<Option<&'static str>, Failure> {
    let file = project.join(MANIFEST);
    if !file.is_file() {
        return Ok(None);
    }
    let Some(text) = raised(&files::read_text(&file)?) else { return Ok(None) };
    files::write(&file, text.as_bytes())?;
    Ok(Some(WIT_PACKAGE))
}

/// The text with the newest one; none where nothing is to be raised.
fn raised(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let value = |key: &str| document.get_ref().get(key);
    let older = |wit: &str| wit.parse::<Wit>().is_ok_and(|wit| wit.as_str() != WIT_PACKAGE);
    let wit = value("wit").filter(|wit| wit.get_ref().as_str().is_some_and(older))?;
    let view = if value("kind")?.get_ref().as_str() == Some(Kind::Plugin.as_str()) && value("views").is_none() {
        VIEW
    } else {
        ""
    };
    let place = wit.span();
    Some([text.get(..place.start)?, "\"", WIT_PACKAGE, "\"", text.get(place.end..)?, view].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_older_one_is_raised() {
        let plugin = "kind = 'plugin'\nwit = 'annex:addon@0.1'\nhost = \">=0.1\"\n";
        let expected = format!("kind = 'plugin'\nwit = \"annex:addon@0.2\"\nhost = \">=0.1\"\n{VIEW}");
        assert_eq!(raised(plugin).as_ref(), Some(&expected));
        for kind in ["language", "channel"] {
            let older = format!("kind = '{kind}'\nwit = 'annex:addon@0.1'\n");
            assert_eq!(raised(&older), Some(format!("kind = '{kind}'\nwit = \"annex:addon@0.2\"\n")));
        }
        for kept in
            [expected.as_str(), "kind = 'plugin'\nwit = 'annex:addon@9.9'\n", "kind = 'plugin'\n", "kind = 'plugin\n"]
        {
            assert_eq!(raised(kept), None, "{kept}");
        }
    }
}
