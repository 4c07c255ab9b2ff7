use std::collections::BTreeSet;

use annex_desk::{Fields, Wrong};
use annex_domain::{
    audit::Action, ids::InstallationId, manifest::is_redirect, oauth::SigningAlgorithm, permission::Permissions,
    publisher::Deed,
};
use annex_store::{
    catalog,
    oauth::clients::{self, Issued, NewClient},
    publishers::organisations,
};
use serde_json::json;

use super::list;
use crate::{GivenPassword, Member, Portal, Refusal};

/// The longest name of a client, in characters.
const NAME: usize = 100;
/// Clients of an installation, and addresses of a client.
const MOST: usize = 10;

/// A client to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Make {
    /// In the name of which installation of the developer desk it asks.
    pub installation: Option<InstallationId>,
    /// What it is for.
    pub name: String,
    /// Where logins may lead back to.
    pub redirects: Vec<String>,
}

/// Makes a client. Its tokens may do what the installed version asks for.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for `installation`, `client_name`, `redirects` or `password`.
pub async fn make(portal: &Portal, by: &Member, input: &Make, given: &GivenPassword<'_>) -> Result<Issued, Refusal> {
    by.require(Deed::Develop)?;
    let mut fields = Fields::default();
    let name = fields.text("client_name", &input.name, NAME);
    let distinct: BTreeSet<&String> = input.redirects.iter().collect();
    if distinct.len() > MOST {
        fields.add("redirects", Wrong::TooMany(MOST));
    } else if distinct.len() < input.redirects.len() || !distinct.iter().all(|redirect| is_redirect(redirect)) {
        fields.add("redirects", Wrong::Unknown);
    }
    fields.check()?;
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let organisation = organisations::get(&mut tx, &by.publisher).await?;
    let own = list(&mut tx, &organisation).await?;
    let chosen = own.into_iter().find(|(installation, _)| Some(installation.id) == input.installation);
    let owned = catalog::owned(&mut tx, &by.publisher).await?;
    let Some((installation, made)) = chosen.filter(|(one, _)| owned.contains(&one.addon)) else {
        return Err(Refusal::field("installation", Wrong::Unknown));
    };
    if made.len() >= MOST {
        return Err(Refusal::field("installation", Wrong::TooMany(MOST)));
    }
    let version = catalog::version(&mut tx, &installation.addon, &installation.version).await?;
    let asked = version.and_then(|version| version.manifest.service).map(|service| service.scopes).unwrap_or_default();
    let scopes = Permissions(asked.iter().map(|asked| asked.scope).collect());
    let new = NewClient {
        desk: installation.desk,
        installation: installation.id,
        publisher: Some(&by.publisher),
        name,
        redirects: &input.redirects,
        scopes: &scopes,
        algorithm: SigningAlgorithm::Rs256,
    };
    let issued = clients::issue(&mut tx, &new, by.now).await?;
    let facts = json!({ "client": issued.client_id, "name": name, "addon": installation.addon });
    by.record(&mut tx, Action::PublisherClientCreate, &facts).await?;
    tx.commit().await?;
    Ok(issued)
}
