//! Users who wait for licences, on their way to the page that buys them: in its address, and where they are too many for
//! one, in the draft that the operator has of the add-on. Such an address can be left for adding a card, and come back to.

use annex_domain::{ids::InstallationId, installation::Installation, random};
use annex_store::billing::drafts;

use crate::{
    error::PageError,
    panel::addons::wizard::draft::{Draft, Waiting},
    session::{SignedIn, local_path},
    state::AppState,
};

/// Where licences are bought for users who have none yet.
pub(in crate::panel::addons) async fn to_buy(
    state: &AppState,
    who: &SignedIn,
    of: &Installation,
    more: u32,
    waiting: Waiting,
) -> Result<String, PageError> {
    if let Some(whole) = naming(of.id, more, &waiting) {
        return Ok(whole);
    }
    let fresh = random::token().map_err(PageError::internal)?;
    let wait = |stored: Option<drafts::Draft>| {
        let begun = stored.and_then(|stored| Draft::kept(stored, &of.version, Some(of.id)));
        let (mut draft, key) = begun.unwrap_or_else(|| (Draft::new(of.version.clone(), Some(of.id)), fresh));
        draft.waiting = Some(waiting);
        Some((draft.write(), key))
    };
    state.lifecycle.change_draft(who.desk.id, who.operator.id, &of.addon, wait).await?;
    Ok(kept(of.id, more))
}

/// The address that names everybody; none where it is too long to lead back to.
pub(super) fn naming(id: InstallationId, more: u32, waiting: &Waiting) -> Option<String> {
    let mut query = vec![("more", more.to_string())];
    query.extend(waiting.add.iter().map(|id| ("add", id.to_string())));
    query.extend(waiting.remove.iter().map(|id| ("remove", id.to_string())));
    let whole = format!("/my-addons/{id}/licences?{}", serde_urlencoded::to_string(query).unwrap_or_default());
    (local_path(&whole) == whole).then_some(whole)
}

/// The address that says that they are in the draft.
pub(super) fn kept(id: InstallationId, more: u32) -> String {
    format!("/my-addons/{id}/licences?more={more}&kept=1")
}

/// Who is in the draft; none: it was used up, or is of another time.
pub(super) async fn waiting(state: &AppState, who: &SignedIn, of: &Installation) -> Result<Option<Waiting>, PageError> {
    let stored = drafts::get(&mut state.db.read().await?, who.desk.id, &of.addon, who.operator.id).await?;
    let kept = stored.and_then(|stored| Draft::kept(stored, &of.version, Some(of.id)));
    Ok(kept.and_then(|(draft, _)| draft.waiting))
}

/// They have their licences: nobody waits any more. What else was chosen stays.
pub(super) async fn forget(state: &AppState, who: &SignedIn, of: &Installation) -> Result<(), PageError> {
    let served = |stored: Option<drafts::Draft>| {
        let stored = stored?;
        let as_it_was = (stored.draft.clone(), stored.idempotency_key.clone());
        let Some((mut draft, key)) = Draft::kept(stored, &of.version, Some(of.id)) else { return Some(as_it_was) };
        draft.waiting = None;
        draft.plan.is_some().then(|| (draft.write(), key))
    };
    Ok(state.lifecycle.change_draft(who.desk.id, who.operator.id, &of.addon, served).await?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use annex_domain::ids::OperatorId;

    use super::*;
    use crate::panel::addons::licences::Wish;

    #[test]
    fn the_address_carries_who_waits_for_a_licence() {
        let (id, ada, bob) = (InstallationId::new(), OperatorId::new(), OperatorId::new());
        let waiting = Waiting { add: BTreeSet::from([ada]), remove: BTreeSet::from([bob]) };
        let href = naming(id, 2, &waiting).unwrap();
        assert_eq!(href, format!("/my-addons/{id}/licences?more=2&add={ada}&remove={bob}"));
        let query = href.split_once('?').unwrap().1;
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        let wish = Wish::of(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert_eq!((wish.count(), wish.add, wish.remove), (Some(2), vec![ada], vec![bob]));
    }

    #[test]
    fn too_many_for_an_address_are_not_named_there() {
        let id = InstallationId::new();
        let add = |count| Waiting { add: (0..count).map(|_| OperatorId::new()).collect(), remove: BTreeSet::new() };
        assert!(naming(id, 40, &add(40)).is_some());
        assert_eq!(naming(id, 60, &add(60)), None);
        assert_eq!(local_path(&kept(id, 60)), kept(id, 60));
    }
}
