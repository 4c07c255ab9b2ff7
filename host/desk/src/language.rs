//! The language that an operator has the panel in.

use annex_store::{
    languages,
    operators::{self, Profile},
};

use crate::{Ctx, Desk, Refusal, Wrong};

/// From here on the operator has the panel in a language that is installed.
///
/// # Errors
/// [`Refusal::Invalid`] for `locale`, when no add-on brings that language.
pub async fn choose(desk: &Desk, ctx: &Ctx, code: &str) -> Result<(), Refusal> {
    let id = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    if languages::list(&mut tx, ctx.desk).await?.iter().all(|installed| installed.facts.code != code) {
        return Err(Wrong::Unknown.at("locale").into());
    }
    let operator = operators::get(&mut tx, ctx.desk, id).await?;
    let profile = Profile { locale: Some(code.to_owned()), ..(&operator).into() };
    operators::set_profile(&mut tx, ctx.desk, id, profile).await?;
    Ok(tx.commit().await?)
}
