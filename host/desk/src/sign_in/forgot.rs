use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, MailId},
    mail::MailFacts,
    operator::Operator,
};
use annex_store::{
    logins::Trying,
    mails::{self, NewMail},
    operators::{self, Credentials},
    resets,
};

use crate::{Desk, Refusal};

/// How long the link works.
const WORKS: Duration = Duration::from_secs(60 * 60);
/// How long an answer takes at least: more than it takes to write a link and its mail, so that the time does not tell whose
/// address it is.
const TAKES: Duration = Duration::from_millis(250);

/// Mails a link with which another password is chosen, to each active operator of this address: in one desk, or in every one, as each has
/// a password of its own. For an address that nobody has the answer is the same, after the same time. A browser has attempts of its
/// own when it is known in all of these desks.
///
/// # Errors
/// [`Refusal::TooManyAttempts`], of an account and an address as for sign-ins, but counted apart: who failed to sign in too often
/// is who asks for a link.
pub async fn forgot(desk: &Desk, trying: Trying<'_>, known_in: &[DeskId], now: Timestamp) -> Result<(), Refusal> {
    let account = counted_as(trying.account);
    let known = operators::by_email(&mut desk.db.read().await?, trying.account, trying.at).await?;
    let is_familiar = known.iter().all(|one| known_in.contains(&one.operator.desk));
    let device = trying.device.filter(|_| is_familiar);
    super::attempt(desk, Trying { account: &account, device, ..trying }, now).await?;
    let (sent, ()) = tokio::join!(send(desk, known, now), tokio::time::sleep(TAKES));
    sent
}

fn counted_as(email: &str) -> String {
    format!("password reset of {}", email.trim())
}

async fn send(desk: &Desk, known: Vec<Credentials>, now: Timestamp) -> Result<(), Refusal> {
    let active: Vec<Operator> = known.into_iter().map(|known| known.operator).filter(|one| one.active).collect();
    if active.is_empty() {
        return Ok(());
    }
    let mut tx = desk.db.begin().await?;
    for operator in active {
        let secret = resets::create(&mut tx, operator.desk, operator.id, WORKS, now).await?;
        let facts = MailFacts::PasswordReset;
        let mail = NewMail {
            desk: operator.desk,
            operator: Some(operator.id),
            to: operator.email,
            kind: facts.kind(),
            args: facts.args(),
            unique_key: format!("password-reset:{}", MailId::new()),
        };
        mails::put_with_secret(&mut tx, &mail, &secret, now).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use annex_store::{
        logins,
        operators::NewOperator,
        roles::{self, Builtin},
        testing::{Fixture, on_both},
    };

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn from<'a>(account: &'a str, address: &'a str) -> Trying<'a> {
        Trying { account, address, at: None, device: None }
    }

    #[tokio::test]
    async fn only_an_active_operator_gets_a_link() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, agent, .. } = Fixture::make(&mut tx).await;
            operators::set_active(&mut tx, here, agent, false, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            for account in ["Ada@Example.org", "bo@example.org", "nobody@example.org", "", "no address"] {
                forgot(&desk, from(account, "::1"), &[], NOW).await.unwrap();
            }
            let mut conn = db.read().await.unwrap();
            let written = mails::list(&mut conn, here, None, 9).await.unwrap();
            assert_eq!(written.len(), 1);
            assert_eq!((written[0].to.as_str(), written[0].operator), ("ada@example.org", Some(admin)));
            let link = mails::secret(&mut conn, here, written[0].id).await.unwrap().unwrap();
            assert_eq!(resets::find(&mut conn, &link, NOW).await.unwrap(), Some((here, admin)));
        })
        .await;
    }

    #[tokio::test]
    async fn each_desk_of_an_address_gets_a_link_of_its_own() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, other_desk, .. } = Fixture::make(&mut tx).await;
            let role = roles::builtin(&mut tx, other_desk, Builtin::Agent).await.unwrap().id;
            let email = "ada@example.org".to_owned();
            let new = NewOperator { email, name: "Ada".into(), password_hash: None, roles: vec![role] };
            let there = operators::create(&mut tx, other_desk, new, NOW).await.unwrap().id;
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let mails_of = async |desk| mails::list(&mut db.read().await.unwrap(), desk, None, 9).await.unwrap();
            let at_its_name = Trying { at: Some(other_desk), ..from("ada@example.org", "::1") };
            forgot(&desk, at_its_name, &[], NOW).await.unwrap();
            assert_eq!(
                (mails_of(here).await.len(), mails_of(other_desk).await.len()),
                (0, 1),
                "asked at its host name"
            );
            forgot(&desk, from("ada@example.org", "::1"), &[], NOW).await.unwrap();
            let (ours, theirs) = (mails_of(here).await, mails_of(other_desk).await);
            assert_eq!((ours.len(), theirs.len()), (1, 2));
            for (desk, mail, operator) in [(here, &ours[0], admin), (other_desk, &theirs[0], there)] {
                let mut conn = db.read().await.unwrap();
                let link = mails::secret(&mut conn, desk, mail.id).await.unwrap().unwrap();
                assert_eq!(resets::find(&mut conn, &link, NOW).await.unwrap(), Some((desk, operator)));
            }
        })
        .await;
    }

    #[tokio::test]
    async fn links_are_limited_as_sign_ins_are_and_apart_from_them() {
        on_both(async |db| {
            let (desk, email) = (Desk::new(db.clone()), "ada@example.org");
            let mut tx = db.begin().await.unwrap();
            let here = Fixture::make(&mut tx).await.desk;
            for index in 0..logins::PER_ACCOUNT {
                let address = format!("192.0.2.{index}");
                logins::attempt(&mut tx, from(email, &address), NOW).await.unwrap();
            }
            tx.commit().await.unwrap();
            forgot(&desk, from(email, "::1"), &[], NOW).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            for index in 1..logins::PER_ACCOUNT {
                let (account, address) = (counted_as(email), format!("198.51.100.{index}"));
                logins::attempt(&mut tx, from(&account, &address), NOW).await.unwrap();
            }
            tx.commit().await.unwrap();
            let refused = forgot(&desk, from("ADA@example.org ", "::1"), &[], NOW).await;
            assert!(matches!(refused, Err(Refusal::TooManyAttempts(wait)) if wait == logins::WINDOW));
            let known = Trying { device: Some("d"), ..from(email, "::1") };
            let elsewhere = forgot(&desk, known, &[DeskId::new()], NOW).await;
            assert!(matches!(elsewhere, Err(Refusal::TooManyAttempts(_))), "a browser of another desk of that address");
            assert_eq!(mails::list(&mut db.read().await.unwrap(), here, None, 9).await.unwrap().len(), 1);
            forgot(&desk, known, &[here], NOW).await.unwrap();
        })
        .await;
    }
}
