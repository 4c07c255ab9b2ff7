use annex_domain::ids::JobId;

use super::*;
use crate::{
    db::query::fetch_all,
    testing::{Fixture, on_both},
};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn new(desk: DeskId, key: &str) -> NewMail {
    NewMail {
        desk,
        operator: None,
        to: " Ann@Example.org".into(),
        kind: MailKind::Receipt,
        args: json!({ "kind": "receipt" }),
        unique_key: key.into(),
    }
}

async fn jobs(tx: &mut Tx) -> Vec<String> {
    let sql = "SELECT payload FROM jobs WHERE kind = 'send-mail' ORDER BY id";
    fetch_all!(tx, (String,), sql).unwrap().into_iter().map(|(payload,)| payload).collect()
}

#[tokio::test]
async fn a_mail_is_written_once_with_its_job() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        let id = put(&mut tx, &new(fixture.desk, "receipt:1"), NOW).await.unwrap().unwrap();
        assert_eq!(put(&mut tx, &new(fixture.desk, "receipt:1"), NOW).await.unwrap(), None);
        assert_eq!(jobs(&mut tx).await, [json!({ "mail": id }).to_string()]);
        assert!(put(&mut tx, &new(fixture.other_desk, "receipt:1"), NOW).await.unwrap().is_some(), "another desk's");
        let mail = get(&mut tx, fixture.desk, id).await.unwrap();
        assert_eq!(
            (mail.to.as_str(), mail.kind, mail.state),
            ("ann@example.org", MailKind::Receipt, MailState::Waiting)
        );
        assert_eq!((mail.content.clone(), mail.attempts, mail.unique_key.as_str()), (None, 0, "receipt:1"));
        assert_eq!(list(&mut tx, fixture.desk, None, 9).await.unwrap(), std::slice::from_ref(&mail));
        assert_eq!(list(&mut tx, fixture.desk, Some(id), 9).await.unwrap(), []);
        assert_eq!(get(&mut tx, fixture.other_desk, id).await.unwrap_err().code(), "not-found");
        let wrong = NewMail { to: "nobody".into(), ..new(fixture.desk, "x") };
        assert_eq!(put(&mut tx, &wrong, NOW).await.unwrap_err().code(), "invalid");
    })
    .await;
}

#[tokio::test]
async fn a_mail_stays_as_it_was_made_and_is_sent_again_only_when_it_does_not_wait() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = Fixture::make(&mut tx).await.desk;
        let id = put(&mut tx, &new(desk, "k"), NOW).await.unwrap().unwrap();
        assert_eq!(resend(&mut tx, desk, id, NOW).await.unwrap_err().code(), "stale");
        let content = |subject: &str| Content { subject: subject.into(), html: "<p>".into(), text: "t".into() };
        set_content(&mut tx, desk, id, &content("First"), NOW).await.unwrap();
        set_content(&mut tx, desk, id, &content("Second"), NOW).await.unwrap();
        settle(&mut tx, desk, id, MailState::Waiting, Some("451 try\0 later"), NOW).await.unwrap();
        settle(&mut tx, desk, id, MailState::Failed, Some("550 no"), NOW).await.unwrap();
        let mail = get(&mut tx, desk, id).await.unwrap();
        assert_eq!((mail.state, mail.attempts, mail.error.as_deref()), (MailState::Failed, 2, Some("550 no")));
        assert_eq!(mail.content, Some(content("First")));
        assert_eq!(settle(&mut tx, desk, id, MailState::Sent, None, NOW).await.unwrap_err().code(), "stale");
        // The first job is done.
        let done = fetch_all!(tx, (String,), "DELETE FROM jobs RETURNING id").unwrap();
        assert!(done[0].0.parse::<JobId>().is_ok());
        resend(&mut tx, desk, id, NOW).await.unwrap();
        assert_eq!(jobs(&mut tx).await.len(), 1);
        settle(&mut tx, desk, id, MailState::Sent, None, NOW).await.unwrap();
        assert_eq!(get(&mut tx, desk, id).await.unwrap().error, None);
        assert_eq!(purge(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_gone_once_the_mail_does_not_wait_any_more() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        for state in [MailState::Sent, MailState::Kept, MailState::Failed] {
            let new = new(desk, state.as_str());
            let id = put_with_secret(&mut tx, &new, "s3cret", NOW).await.unwrap().unwrap();
            assert_eq!(secret(&mut tx, other_desk, id).await.unwrap(), None);
            settle(&mut tx, desk, id, MailState::Waiting, Some("451 later"), NOW).await.unwrap();
            assert_eq!(secret(&mut tx, desk, id).await.unwrap().as_deref(), Some("s3cret"));
            assert!(!format!("{:?}", get(&mut tx, desk, id).await.unwrap()).contains("s3cret"));
            settle(&mut tx, desk, id, state, None, NOW).await.unwrap();
            resend(&mut tx, desk, id, NOW).await.unwrap();
            assert_eq!(secret(&mut tx, desk, id).await.unwrap(), None, "{state}");
        }
    })
    .await;
}

#[test]
fn states_have_one_word() {
    for state in MailState::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
}
