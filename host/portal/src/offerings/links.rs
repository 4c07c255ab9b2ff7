use annex_desk::{Fields, Wrong};
use annex_domain::{addon::AddonId, audit::Action, clock::Timestamp, ids::AccessLinkId, publisher::Deed};
use annex_store::catalog::access::{self, NewLink};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// The longest label, in characters.
const LABEL: usize = 60;
/// The most desks that a link is for.
const MOST: u32 = 10_000;

/// A link to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// What its publisher knows it by.
    pub label: String,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// How many desks may come by it: 1 to 10,000.
    pub most: Option<u32>,
}

/// Makes a link by which desks come to an add-on (R45), and answers its id and the secret, which is shown once.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for `label`, `expires_at` or `most`; [`annex_desk::Refusal::NotFound`];
/// [`crate::Rule::AddonEnds`].
pub async fn create_link(
    portal: &Portal,
    by: &Member,
    addon: &AddonId,
    wanted: &Link,
) -> Result<(AccessLinkId, String), Refusal> {
    by.require(Deed::Publish)?;
    let mut fields = Fields::default();
    let label = fields.text("label", &wanted.label, LABEL);
    if wanted.expires_at.is_some_and(|end| end <= by.now) {
        fields.add("expires_at", Wrong::Unknown);
    }
    if wanted.most.is_some_and(|most| !(1..=MOST).contains(&most)) {
        fields.add("most", Wrong::OutOfRange(1, MOST));
    }
    fields.check()?;
    let (mut tx, _) = super::begin_going_on(portal, by, Deed::Publish, addon).await?;
    let new = NewLink { label: label.into(), expires_at: wanted.expires_at, most: wanted.most };
    let (id, secret) = access::create_link(&mut tx, addon, &new, by.now).await?;
    let facts = json!({ "link": id, "name": label, "expires_at": wanted.expires_at, "most": wanted.most });
    by.record_of(&mut tx, Action::CatalogShare, addon, &facts).await?;
    tx.commit().await?;
    Ok((id, secret))
}

/// Takes a link back: no desk comes by it any more, and those that came install the add-on no more. What runs goes on.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`].
pub async fn revoke_link(portal: &Portal, by: &Member, addon: &AddonId, id: AccessLinkId) -> Result<(), Refusal> {
    let (mut tx, _) = super::begin(portal, by, Deed::Publish, addon).await?;
    access::revoke_link(&mut tx, addon, id, by.now).await?;
    by.record_of(&mut tx, Action::CatalogUnshare, addon, &json!({ "link": id })).await?;
    Ok(tx.commit().await?)
}
