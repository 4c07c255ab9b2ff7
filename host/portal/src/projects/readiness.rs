use std::collections::BTreeSet;

use annex_domain::{
    addon::Digest,
    listing_draft::{CheckItem, FieldPath, Standing},
    manifest::Manifest,
    review::Track,
    settings::FieldError,
};
use annex_store::{
    Conn, StoreError,
    projects::{
        Project, rounds,
        versions::{Package, ProjectVersion},
    },
};

/// What stands against handing a version in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// What is not written.
    pub missing: Vec<FieldPath>,
    /// What is wrong, what the package says otherwise, and what is locked.
    pub problems: Vec<FieldError>,
    /// How it stands with what the marketplace asks for; empty without a package.
    pub requirements: Vec<(CheckItem, Standing)>,
    /// What of that stands against the marketplace's review alone.
    pub lacking: Vec<FieldError>,
}

impl Readiness {
    /// All that stands against a review, with the paths of the fields.
    #[must_use]
    pub fn against(self, track: Track) -> Vec<FieldError> {
        let missing = self.missing.into_iter();
        let missing =
            missing.map(|path| FieldError::new(path.to_string(), "missing", "fill this in before you submit"));
        let lacking = self.lacking.into_iter().filter(|_| track == Track::Marketplace);
        missing.chain(self.problems).chain(lacking).collect()
    }
}

/// Says what of a version is missing or wrong; the same to the form, the API, and who hands it in.
///
/// # Errors
/// When the database fails.
pub async fn readiness(conn: &mut Conn, project: &Project, version: &ProjectVersion) -> Result<Readiness, StoreError> {
    let languages: BTreeSet<String> = project.names.iter().map(|(code, _)| code.to_owned()).collect();
    let (missing, problems) = (version.draft.missing(&languages), version.draft.problems());
    let mut found = Readiness { missing, problems, ..Readiness::default() };
    match &version.package {
        None => found.missing.push(FieldPath::from("package".to_owned())),
        Some(package) => {
            let (manifest, _) = super::manifest_of(conn, &project.id, package).await?;
            found.problems.extend(version.draft.disagreements(&manifest));
            found.requirements = version.draft.requirements(&manifest);
            found.lacking = version.draft.lacking(&manifest);
            if !version.unlocked {
                found.problems.extend(locked(conn, project, &manifest).await?);
            }
        }
    }
    Ok(found)
}

/// Icon and plans stay as they are published, by either track, unless the platform unlocks them (R41).
async fn locked(conn: &mut Conn, project: &Project, manifest: &Manifest) -> Result<Vec<FieldError>, StoreError> {
    let Some(published) = rounds::last_published(conn, &project.id).await? else {
        return Ok(Vec::new());
    };
    let package = Package { version: published.version, digest: published.digest, blockers: None };
    let (before, _) = super::manifest_of(conn, &project.id, &package).await?;
    let mut errors = Vec::new();
    for (field, same) in [("icon", icon(manifest) == icon(&before)), ("plans", manifest.plans == before.plans)] {
        if !same {
            let message = "this was published before: ask the platform to unlock it";
            errors.push(FieldError::new(field, "locked", message));
        }
    }
    Ok(errors)
}

/// The picture of a package.
fn icon(manifest: &Manifest) -> Option<&Digest> {
    let path = manifest.listing.icon.as_ref()?;
    manifest.files.iter().find(|file| file.path == *path).map(|file| &file.sha256)
}
