use annex_domain::{audit::Action, permission::Permission, zone};
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, LONGEST_NAME, Refusal, Wrong, refusal::Fields};

/// What a desk's admins choose for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// As shown.
    pub name: String,
    /// BCP 47: for operators who chose no language.
    pub locale: String,
    /// IANA name: for operators who chose no time zone.
    pub time_zone: String,
}

/// Changes the settings of the desk.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for `name`, `locale` and `time_zone`.
pub async fn save(desk: &Desk, ctx: &Ctx, input: &Settings) -> Result<(), Refusal> {
    ctx.require(Permission::DeskManage)?;
    let Settings { name, locale, time_zone } = input;
    let mut fields = Fields::default();
    let name = fields.text("name", name, LONGEST_NAME);
    let mut tx = desk.db.begin().await?;
    if !super::has_language(&mut tx, ctx.desk, locale).await? {
        fields.add("locale", Wrong::Unknown);
    }
    if !zone::is_known(time_zone) {
        fields.add("time_zone", Wrong::Unknown);
    }
    fields.check()?;
    desks::update(&mut tx, ctx.desk, name, locale, time_zone).await?;
    let facts = json!({ "name": name, "locale": locale, "time_zone": time_zone });
    ctx.record(&mut tx, Action::DeskUpdate, &super::object(ctx.desk), &facts).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, operator::Actor, permission::Permissions};
    use annex_store::{
        audit,
        testing::{Fixture, on_both},
    };

    use super::*;

    #[tokio::test]
    async fn settings_are_checked_kept_and_recorded() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let (desk, ctx) = (Desk::new(db.clone()), Ctx::host(here, Actor::Operator(admin), Timestamp(1)));
            let right = Settings { name: "Acme".into(), locale: "en".into(), time_zone: "Europe/Berlin".into() };
            let few = Ctx { permissions: Permissions::agent(), ..ctx.clone() };
            assert!(matches!(save(&desk, &few, &right).await, Err(Refusal::Forbidden(Permission::DeskManage))));
            let wrong = Settings { name: " ".into(), locale: "tlh".into(), time_zone: "CEST".into() };
            let Err(Refusal::Invalid(problems)) = save(&desk, &ctx, &wrong).await else {
                panic!("nothing of it can be taken")
            };
            assert_eq!(problems.iter().map(|one| one.field).collect::<Vec<_>>(), ["name", "locale", "time_zone"]);
            save(&desk, &ctx, &right).await.unwrap();
            let mut conn = db.read().await.unwrap();
            let kept = desks::get(&mut conn, here).await.unwrap();
            assert_eq!(right, Settings { name: kept.name, locale: kept.locale, time_zone: kept.time_zone });
            let entries = audit::list(&mut conn, here, None, 9).await.unwrap();
            assert_eq!((entries.len(), entries[0].action.as_str()), (1, "desk.update"));
        })
        .await;
    }
}
