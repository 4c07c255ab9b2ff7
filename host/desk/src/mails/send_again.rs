use annex_domain::{audit::Action, ids::MailId, permission::Permission};
use annex_store::mails::{self, MailState};
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule};

/// Sends a mail that was sent, kept or given up once more: somebody has seen to the reason. One that waits is under way already.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] without `desk.manage`; [`Rule::LinkGone`] for one that told a secret.
pub async fn send_again(desk: &Desk, ctx: &Ctx, id: MailId) -> Result<(), Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    let mail = mails::get(&mut tx, ctx.desk, id).await?;
    if mail.state == MailState::Waiting {
        return Ok(());
    }
    if mail.kind.has_secret() {
        return Err(Rule::LinkGone.into());
    }
    mails::resend(&mut tx, ctx.desk, id, ctx.now).await?;
    let facts = json!({ "kind": mail.kind, "to": mail.to });
    ctx.record(&mut tx, Action::MailSendAgain, &format!("mail:{id}"), &facts).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, mail::MailKind, operator::Actor, permission::Permissions};
    use annex_store::{
        audit,
        mails::NewMail,
        testing::{self, Fixture, on_both},
    };

    use super::*;

    #[tokio::test]
    async fn a_mail_is_sent_again_once() {
        on_both(async |db| {
            let mut tx = testing::tx(&db).await;
            let Fixture { desk: here, other_desk, admin, .. } = Fixture::make(&mut tx).await;
            let new = NewMail {
                desk: here,
                operator: None,
                to: "ada@example.org".into(),
                kind: MailKind::Installed,
                args: json!({}),
                unique_key: "one".into(),
            };
            let id = mails::put(&mut tx, &new, Timestamp(1)).await.unwrap().unwrap();
            mails::settle(&mut tx, here, id, MailState::Failed, Some("550"), Timestamp(2)).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let ctx = Ctx::host(here, Actor::Operator(admin), Timestamp(3));
            let stranger = Ctx { desk: other_desk, ..ctx.clone() };
            assert!(matches!(send_again(&desk, &stranger, id).await, Err(Refusal::NotFound(_))));
            let agent = Ctx { permissions: Permissions::default(), ..ctx.clone() };
            assert!(matches!(send_again(&desk, &agent, id).await, Err(Refusal::Forbidden(Permission::DeskManage))));
            for _ in 0..2 {
                send_again(&desk, &ctx, id).await.unwrap();
            }
            let mut conn = db.read().await.unwrap();
            assert_eq!(mails::get(&mut conn, here, id).await.unwrap().state, MailState::Waiting);
            assert_eq!(audit::list(&mut conn, here, None, 9).await.unwrap().len(), 1, "the second time it waits");
        })
        .await;
    }
}
