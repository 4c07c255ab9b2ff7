use annex_desk::{Fields, Wrong};
use annex_domain::{
    addon::{AddonId, Kind},
    audit::Action,
    listing_draft::Texts,
    localized::Localized,
    publisher::Deed,
};
use annex_store::{StoreError, catalog, projects};
use serde_json::json;

use crate::{Member, NAME, Portal, Refusal, Rule};

/// A project to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// The second part of its id.
    pub slug: String,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// What it is called, by language; in English at least. Its listing will need texts in each.
    pub names: Texts,
}

/// Makes a project.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for `slug` or `name`; [`Rule::ProjectTaken`].
pub async fn create(portal: &Portal, by: &Member, input: &Create) -> Result<AddonId, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let mut fields = Fields::default();
    let id = format!("{}.{}", by.publisher, input.slug.trim()).parse::<AddonId>();
    if id.is_err() {
        fields.add("slug", Wrong::Unknown);
    }
    let mut names = Texts::new();
    for (code, name) in &input.names {
        if !(2..=12).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            fields.add("name", Wrong::Unknown);
        }
        let name = fields.optional("name", name, NAME);
        if !name.is_empty() {
            names.insert(code.clone(), name.to_owned());
        }
    }
    let names = Localized::new(names);
    if names.is_none() {
        fields.add("name", Wrong::Required);
    }
    fields.check()?;
    let (Ok(id), Some(names)) = (id, names) else { return Err(Refusal::field("slug", Wrong::Unknown)) };
    // What has ended keeps its id, and what was handed over is somebody else's.
    let known = catalog::offering(&mut tx, &id).await?;
    if known.is_some_and(|known| known.ended_at.is_some() || known.owner != by.publisher) {
        return Err(Rule::ProjectTaken.into());
    }
    projects::create(&mut tx, &id, input.kind, &names, by.now).await.map_err(|error| match error {
        StoreError::Taken(_) => Refusal::from(Rule::ProjectTaken),
        other => Refusal::from(other),
    })?;
    by.record(&mut tx, Action::ProjectCreate, &json!({ "project": id, "kind": input.kind, "names": names })).await?;
    tx.commit().await?;
    Ok(id)
}
