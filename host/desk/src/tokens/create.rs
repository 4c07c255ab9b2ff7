use annex_domain::{audit::Action, ids::OperatorId, operator::Actor, permission::Permissions};
use annex_store::{
    operators,
    tokens::{self, MOST_DAYS, NewToken},
};
use serde_json::json;

use crate::{
    Ctx, Desk, Refusal, Wrong,
    refusal::{Fields, Rule},
};

/// The longest name of a token, in characters.
const NAME: usize = 100;

/// A token to make.
#[derive(Debug, Clone)]
pub struct Create {
    /// As whom it acts.
    pub operator: OperatorId,
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub scopes: Permissions,
    /// How long it works: 1 to [`MOST_DAYS`].
    pub days: u32,
}

/// Makes a token. Operators make their own, in person: one that leaked cannot make itself more, or others. The command line makes
/// those of others.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `expires_in_days`, and `scopes` that are none or more than the operator has now;
/// [`Rule::PersonNeeded`] with a token, and for somebody else's.
pub async fn create(desk: &Desk, ctx: &Ctx, input: Create) -> Result<NewToken, Refusal> {
    let own = ctx.actor == Actor::Operator(input.operator) && ctx.token.is_none();
    if !own && ctx.actor != Actor::CommandLine {
        return Err(Rule::PersonNeeded.into());
    }
    let mut fields = Fields::default();
    let name = fields.text("name", &input.name, NAME);
    if !(1..=MOST_DAYS).contains(&input.days) {
        fields.add("expires_in_days", Wrong::OutOfRange(1, MOST_DAYS));
    }
    if input.scopes.0.is_empty() {
        fields.add("scopes", Wrong::Required);
    }
    let mut tx = desk.db.begin().await?;
    // Nobody gives more than they have, and than they may here.
    let rights = operators::rights(&mut tx, ctx.desk, input.operator).await?.within(&ctx.permissions);
    if let Some(missing) = rights.lacks(&input.scopes) {
        fields.add("scopes", Wrong::NotYours(missing));
    }
    fields.check()?;
    let wanted = tokens::TokenInput { name: name.to_owned(), scopes: input.scopes, days: input.days };
    let made = tokens::create(&mut tx, ctx.desk, input.operator, &wanted, ctx.now).await?;
    let facts = json!({ "name": wanted.name, "scopes": wanted.scopes, "days": wanted.days });
    ctx.record(&mut tx, Action::TokenCreate, &super::object(made.token.id), &facts).await?;
    tx.commit().await?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        clock::Timestamp,
        permission::Permission::{self, TicketsReply, TicketsView},
    };
    use annex_store::testing::{Fixture, on_both};

    use super::*;

    #[tokio::test]
    async fn nobody_gives_a_token_more_than_they_may_where_they_make_it() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let only = |permission: Permission| Permissions([permission].into());
            let desk = Desk::new(db);
            let ctx = Ctx::new(here, Actor::Operator(agent), only(TicketsView), Timestamp(1));
            let wanted = |scope| Create { operator: agent, name: "ci".into(), scopes: only(scope), days: 1 };
            let Err(Refusal::Invalid(wrong)) = create(&desk, &ctx, wanted(TicketsReply)).await else {
                panic!("it is more than they may")
            };
            assert_eq!(wrong, [Wrong::NotYours(TicketsReply).at("scopes")]);
            assert!(create(&desk, &ctx, wanted(TicketsView)).await.is_ok());
        })
        .await;
    }
}
