use annex_store::notices::{self, Notices};

use crate::{Ctx, Desk, Refusal};

/// Keeps which mails about tickets who asks wants.
///
/// # Errors
/// [`crate::Rule::PersonNeeded`].
pub async fn set_notices(desk: &Desk, ctx: &Ctx, wanted: Notices) -> Result<(), Refusal> {
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    notices::set(&mut tx, ctx.desk, operator, wanted).await?;
    Ok(tx.commit().await?)
}
