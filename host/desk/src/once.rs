use annex_domain::addon::Digest;
use annex_store::{
    Tx,
    idempotency::{self, Answer, Begun},
};

use crate::{Ctx, Refusal, Rule};

/// Claims the key of a form in the transaction of its effect: whoever presses twice has done it once. Without a key, as from a
/// program, it is always new.
///
/// # Errors
/// [`Rule::DoneBefore`]; the effect is there already.
pub(crate) async fn claim(tx: &mut Tx, ctx: &Ctx, key: Option<&str>) -> Result<(), Refusal> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(()) };
    let key = format!("form:{}", Digest::of(format!("{}:{key}", ctx.actor).as_bytes()));
    // The key alone decides: a second press after a change of mind must not do it again either.
    let Begun::Fresh(claim) = idempotency::begin(tx, ctx.desk, &key, "form", "form", ctx.now).await? else {
        return Err(Rule::DoneBefore.into());
    };
    let answer = Answer { status: 303, headers: Vec::new(), body: Vec::new() };
    Ok(idempotency::finish(tx, ctx.desk, &key, &claim, &answer).await?)
}
