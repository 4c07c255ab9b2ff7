//! What is done once, however often it is sent. A form claims its key with its effect; a request of a program before the work,
//! and the key keeps its answer, or is free again.

use annex_domain::{addon::Digest, clock::Timestamp, ids::DeskId};
use annex_store::{
    StoreError, Tx,
    idempotency::{self, Answer, Begun, Claim},
};

use crate::{Ctx, Desk, Refusal, Rule};

/// Claims the key of a form in the transaction of its effect: whoever presses twice has done it once. Without a key, as from a
/// program, it is always new.
///
/// # Errors
/// [`Rule::DoneBefore`]; the effect is there already.
pub(crate) async fn claim(tx: &mut Tx, ctx: &Ctx, key: Option<&str>) -> Result<(), Refusal> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(()) };
    let key = of_form(ctx, key);
    // The key alone decides: a second press after a change of mind must not do it again either.
    let Begun::Fresh(claim) = idempotency::begin(tx, ctx.desk, &key, "form", "form", ctx.now).await? else {
        return Err(Rule::DoneBefore.into());
    };
    let answer = Answer { status: 303, headers: Vec::new(), body: Vec::new() };
    Ok(idempotency::finish(tx, ctx.desk, &key, &claim, &answer).await?)
}

/// True when the form with this key was sent before.
pub(crate) async fn is_done(tx: &mut Tx, ctx: &Ctx, key: &str) -> Result<bool, StoreError> {
    idempotency::is_claimed(tx, ctx.desk, &of_form(ctx, key)).await
}

fn of_form(ctx: &Ctx, key: &str) -> String {
    format!("form:{}", Digest::of(format!("{}:{key}", ctx.actor).as_bytes()))
}

/// Claims the key of a request among those that are kept with a desk, which lasts before any of the work is done. `route` and the
/// digest of the body tell requests apart.
///
/// # Errors
/// When the database fails or a stored answer is malformed.
pub async fn begin(
    desk: &Desk,
    of: DeskId,
    key: &str,
    route: &str,
    body: &Digest,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    let mut tx = desk.db.begin().await?;
    let begun = idempotency::begin(&mut tx, of, key, route, body.as_str(), now).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Keeps the answer of what was done.
///
/// # Errors
/// [`StoreError::Stale`] when the claim was taken over.
pub async fn keep(desk: &Desk, of: DeskId, key: &str, claim: &Claim, answer: &Answer) -> Result<(), StoreError> {
    let mut tx = desk.db.begin().await?;
    idempotency::finish(&mut tx, of, key, claim, answer).await?;
    tx.commit().await
}

/// Frees the key: nothing was done.
///
/// # Errors
/// When the database fails.
pub async fn free(desk: &Desk, of: DeskId, key: &str, claim: &Claim) -> Result<(), StoreError> {
    let mut tx = desk.db.begin().await?;
    idempotency::abandon(&mut tx, of, key, claim).await?;
    tx.commit().await
}
