use annex_domain::{audit::Action, ids::TokenId};
use annex_store::tokens::{self, Token};
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule};

/// Ends one of the operator's own tokens at once. With a token they end that one alone.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is revoked already, or it is somebody else's; [`Rule::PersonNeeded`].
pub async fn revoke(desk: &Desk, ctx: &Ctx, id: TokenId) -> Result<Token, Refusal> {
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    let token = tokens::get(&mut tx, ctx.desk, id).await?;
    if token.operator != operator {
        return Err(Refusal::NotFound("token"));
    }
    if ctx.token.is_some_and(|sent| sent != id) {
        return Err(Rule::PersonNeeded.into());
    }
    tokens::revoke(&mut tx, ctx.desk, id, ctx.now).await?;
    ctx.record(&mut tx, Action::TokenRevoke, &super::object(id), &json!({ "name": token.name })).await?;
    tx.commit().await?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, operator::Actor};
    use annex_store::testing::{self, Fixture, on_both};

    use super::*;
    use crate::tokens::{Create, create};

    #[tokio::test]
    async fn a_token_makes_none_and_ends_itself_alone() {
        on_both(async |db| {
            let mut tx = testing::tx(&db).await;
            let Fixture { desk: here, admin, agent, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let person = Ctx::host(here, Actor::Operator(admin), Timestamp(1));
            let scopes = person.permissions.clone();
            let wanted = || Create { operator: admin, name: "ci".into(), scopes: scopes.clone(), days: 9 };
            let one = create(&desk, &person, wanted()).await.unwrap().token.id;
            let two = create(&desk, &person, wanted()).await.unwrap().token.id;
            let by_token = Ctx { token: Some(one), ..person.clone() };
            assert_eq!(create(&desk, &by_token, wanted()).await.err().unwrap().code(), "session-needed");
            assert_eq!(revoke(&desk, &by_token, two).await.unwrap_err().code(), "session-needed");
            let other = Ctx::host(here, Actor::Operator(agent), Timestamp(1));
            assert_eq!(revoke(&desk, &other, one).await.unwrap_err().code(), "not-found");
            revoke(&desk, &by_token, one).await.unwrap();
            revoke(&desk, &person, two).await.unwrap();
            assert!(matches!(revoke(&desk, &person, two).await, Err(Refusal::NotFound(_))));
        })
        .await;
    }
}
