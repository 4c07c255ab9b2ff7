//! Searching tickets and requesters. A person has two searches at once at most: who types on leaves one behind, and nobody takes
//! every turn.

use std::sync::{Arc, Mutex, PoisonError};

use annex_domain::{
    ids::{ContactId, OperatorId},
    operator::Actor,
    permission::Permission,
};
use annex_store::{
    StoreError,
    contacts::{self as stored, Listed},
    search::{self, Found},
    tickets::Filter,
};

use crate::{Ctx, Desk, Refusal, Rule};

/// Searches of a person at once.
const AT_ONCE: usize = 2;

/// The tickets that a search finds among those of the filter; `None` when nothing is searched for. It is stopped when its future is
/// dropped.
///
/// # Errors
/// [`Rule::TooManySearches`], [`Rule::SearchTooLong`].
pub async fn tickets(desk: &Desk, ctx: &Ctx, text: &str, filter: &Filter) -> Result<Option<Found>, Refusal> {
    ctx.require(Permission::TicketsView)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let _turn = desk.searches.begin(ctx)?;
    search::tickets(&desk.db, ctx.desk, text, filter).await.map_err(refused)
}

/// A page of the requesters that a search finds, by name; all of them when nothing is searched for.
///
/// # Errors
/// As [`tickets`].
pub async fn contacts(
    desk: &Desk,
    ctx: &Ctx,
    text: &str,
    after: Option<ContactId>,
    limit: u32,
) -> Result<Vec<Listed>, Refusal> {
    ctx.require(Permission::TicketsView)?;
    if text.trim().is_empty() {
        return Ok(stored::list(&mut desk.db.read().await?, ctx.desk, "", after, limit).await?);
    }
    let _turn = desk.searches.begin(ctx)?;
    search::contacts(&desk.db, ctx.desk, text, after, limit).await.map_err(refused)
}

fn refused(error: StoreError) -> Refusal {
    match error {
        StoreError::Interrupted(_) => Rule::SearchTooLong.into(),
        other => other.into(),
    }
}

/// Who searches on this node, once for each search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Searches(Arc<Mutex<Vec<OperatorId>>>);

/// A search under way, until it is dropped.
#[derive(Debug)]
struct Turn {
    searches: Searches,
    operator: Option<OperatorId>,
}

impl Searches {
    /// Add-ons and the host have their own limits.
    fn begin(&self, ctx: &Ctx) -> Result<Turn, Rule> {
        let Actor::Operator(operator) = ctx.actor else {
            return Ok(Turn { searches: self.clone(), operator: None });
        };
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.iter().filter(|other| **other == operator).count() >= AT_ONCE {
            return Err(Rule::TooManySearches);
        }
        under_way.push(operator);
        Ok(Turn { searches: self.clone(), operator: Some(operator) })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = self.searches.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = under_way.iter().position(|other| Some(*other) == self.operator) {
            under_way.swap_remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, permission::Permissions};
    use annex_store::testing::{Fixture, on_both};

    use super::*;

    #[tokio::test]
    async fn a_third_search_at_once_is_refused() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let who = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let desk = Desk::new(db);
            let of = |id| Ctx::new(who.desk, Actor::Operator(id), Permissions::admin(), Timestamp(1));
            let (ada, bo) = (of(who.admin), of(who.agent));
            let same = desk.clone();
            let (first, _second) = (desk.searches.begin(&ada).unwrap(), same.searches.begin(&ada).unwrap());
            let any = Filter::default();
            let third = tickets(&desk, &ada, "printer", &any).await;
            assert!(matches!(third, Err(Refusal::Rule(Rule::TooManySearches))), "{third:?}");
            let third = contacts(&desk, &ada, "ann", None, 5).await;
            assert!(matches!(third, Err(Refusal::Rule(Rule::TooManySearches))), "{third:?}");
            assert_eq!(tickets(&desk, &ada, " ", &any).await.unwrap(), None);
            assert_eq!(tickets(&desk, &bo, "printer", &any).await.unwrap(), Some(Found::default()));
            drop(first);
            assert_eq!(tickets(&desk, &ada, "printer", &any).await.unwrap(), Some(Found::default()));
            assert_eq!(
                tickets(&desk, &ada, "printer", &any).await.unwrap(),
                Some(Found::default()),
                "the turn was given back"
            );
        })
        .await;
    }

    #[tokio::test]
    async fn who_may_not_see_tickets_finds_none() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let who = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let desk = Desk::new(db);
            let none = Ctx::new(who.desk, Actor::Operator(who.agent), Permissions::default(), Timestamp(1));
            let found = tickets(&desk, &none, "help", &Filter::default()).await;
            assert!(matches!(found, Err(Refusal::Forbidden(Permission::TicketsView))), "{found:?}");
            assert!(contacts(&desk, &none, "", None, 5).await.is_err());
        })
        .await;
    }
}
