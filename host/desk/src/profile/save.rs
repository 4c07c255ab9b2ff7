use annex_domain::zone;
use annex_store::operators::{self, Profile};

use crate::{Ctx, Desk, LONGEST_NAME, Refusal, Wrong, refusal::Fields, settings};

/// Changes the profile of who asks.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `locale` and `time_zone`.
pub async fn save(desk: &Desk, ctx: &Ctx, input: Profile) -> Result<(), Refusal> {
    let id = ctx.operator()?;
    let mut fields = Fields::default();
    let name = fields.text("name", &input.name, LONGEST_NAME).to_owned();
    let mut tx = desk.db.begin().await?;
    if let Some(code) = &input.locale
        && !settings::has_language(&mut tx, ctx.desk, code).await?
    {
        fields.add("locale", Wrong::Unknown);
    }
    if input.time_zone.as_deref().is_some_and(|name| !zone::is_known(name)) {
        fields.add("time_zone", Wrong::Unknown);
    }
    fields.check()?;
    operators::set_profile(&mut tx, ctx.desk, id, Profile { name, ..input }).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        clock::Timestamp,
        operator::{Actor, Theme},
    };
    use annex_store::testing::{Fixture, on_both};

    use super::*;

    #[tokio::test]
    async fn a_profile_is_checked_and_kept() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let (desk, ctx) = (Desk::new(db.clone()), Ctx::host(here, Actor::Operator(agent), Timestamp(1)));
            let profile = |name: &str, locale: &str, time_zone: &str| Profile {
                name: name.into(),
                locale: Some(locale.into()),
                time_zone: Some(time_zone.into()),
                theme: Theme::Dark,
                shortcuts: false,
            };
            let Err(Refusal::Invalid(wrong)) = save(&desk, &ctx, profile("", "tlh", "Mars/Olympus")).await else {
                panic!("nothing of it can be taken")
            };
            assert_eq!(
                wrong,
                [Wrong::Required.at("name"), Wrong::Unknown.at("locale"), Wrong::Unknown.at("time_zone")]
            );
            save(&desk, &ctx, profile(" Bob ", "en", "Asia/Tokyo")).await.unwrap();
            let kept = operators::get(&mut db.read().await.unwrap(), here, agent).await.unwrap();
            assert_eq!(Profile::from(&kept), profile("Bob", "en", "Asia/Tokyo"));
            save(&desk, &ctx, Profile { locale: None, time_zone: None, ..(&kept).into() }).await.unwrap();
            let kept = operators::get(&mut db.read().await.unwrap(), here, agent).await.unwrap();
            assert_eq!((kept.locale, kept.time_zone), (None, None), "as the desk has them");
        })
        .await;
    }
}
