//! Events that were written within the last 30 days: to be read, and to be posted again. Whoever calls has asked whether somebody
//! may; to post again, in the transaction that they give.

use annex_domain::{
    addon::{AddonId, PublisherSlug},
    audit::Action,
    publisher_event::EventId,
};
use annex_store::{
    Tx,
    publisher_events::{self, Event, Replay},
};
use serde_json::json;

use crate::{Initiator, Lifecycle, LifecycleError};

impl Lifecycle {
    /// The events of an add-on after one of them, else from the oldest, in order; at most `limit`, and 500.
    ///
    /// # Errors
    /// [`LifecycleError::Store`] with `not-found` when there is no such event: it may be older than what is kept.
    pub async fn events_after(
        &self,
        addon: &AddonId,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, LifecycleError> {
        Ok(publisher_events::after(&mut self.db.read().await?, addon, after, limit).await?)
    }

    /// An event of one of a publisher's add-ons.
    ///
    /// # Errors
    /// [`LifecycleError::Store`] with `not-found`, also for one of another publisher.
    pub async fn event_of(&self, publisher: &PublisherSlug, id: EventId) -> Result<Event, LifecycleError> {
        Ok(publisher_events::find(&mut self.db.read().await?, publisher, id).await?)
    }

    /// The events of an add-on before one of them, else from the newest, the newest first.
    ///
    /// # Errors
    /// As [`Self::events_after`].
    pub async fn events_before(
        &self,
        addon: &AddonId,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, LifecycleError> {
        Ok(publisher_events::before(&mut self.db.read().await?, addon, before, limit).await?)
    }

    /// Puts events in line again, with the ids that they have; answers how many.
    ///
    /// # Errors
    /// As [`Self::events_after`].
    pub async fn replay_events(
        &self,
        tx: &mut Tx,
        addon: &AddonId,
        which: Replay,
        by: Initiator,
    ) -> Result<u64, LifecycleError> {
        let count = publisher_events::replay(tx, addon, which, self.clock.now()).await?;
        let which = match which {
            Replay::One(id) => json!({ "one": id }),
            Replay::Between(from, to) => json!({ "from": from, "to": to }),
            Replay::Since(id) => json!({ "since": id }),
        };
        let detail = json!({ "events": count, "which": which });
        self.note_endpoint(tx, addon, Action::CatalogReplayEvents, &detail, by).await?;
        Ok(count)
    }
}
