use std::time::Duration;

use annex_domain::{
    addon::Digest,
    clock::Timestamp,
    ids::{DeskId, OperatorId},
};
use annex_store::{
    desks,
    logins::{self, Trying},
    operators::{self, Credentials},
    sessions::{self, NewSession},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Browser;
use crate::{Desk, Refusal, password, refusal::Rule};

/// A sign-in.
pub struct Enter<'a> {
    /// The mail address, where from, and the desk that is meant; none: each in which somebody of that address has that password.
    pub trying: Trying<'a>,
    /// The desks in which the browser is known as theirs.
    pub known_in: &'a [DeskId],
    /// What was given.
    pub password: SecretString,
    /// What the browser says it is.
    pub user_agent: &'a str,
    /// The secret of the session that the browser has; it ends.
    pub replaces: Option<&'a str>,
}

/// What comes of a right password. No `Debug`: a session holds a secret.
pub enum Entrance {
    /// They are in.
    In {
        /// Where.
        desk: DeskId,
        /// For the cookie.
        session: NewSession,
    },
    /// It is right in several desks: they say in which they come, see [`choose`].
    Choose(Vec<Way>),
}

/// A desk into which somebody may come who gave their password. Whoever holds it comes in, so it only leaves the host sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The desk.
    pub desk: DeskId,
    /// Its name.
    pub name: String,
    /// Who they are there.
    pub operator: OperatorId,
    /// Tells whether the password is still the one that was given.
    proof: Digest,
}

/// Makes a session for an active operator who gave their password, or tells the desks in which it is right. Takes as long for an
/// address that nobody has.
///
/// Whoever manages a desk can invite any address and choose its password there. So what is right or wrong in one desk neither earns
/// attempts at another nor takes them away (ADR 23).
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; [`Rule::SignInFailed`], whatever was wrong; [`Rule::DeskSuspended`], of a right password.
pub async fn enter(desk: &Desk, input: Enter<'_>, now: Timestamp) -> Result<Entrance, Refusal> {
    let Enter { trying, known_in, password, user_agent, replaces } = input;
    let known = operators::by_email(&mut desk.db.read().await?, trying.account, trying.at).await?;
    let mut counted = count(desk, trying, known_in, known, now).await?;
    let known = counted.iter_mut().flat_map(|one| std::mem::take(&mut one.known)).collect();
    let ways = ways(desk, known, password).await?;
    let mut tx = desk.db.begin().await?;
    for Counted { trying, of, .. } in counted {
        if of.iter().all(|one| ways.iter().any(|way| way.desk == *one)) {
            logins::succeeded(&mut tx, trying).await?;
        }
    }
    tx.commit().await?;
    if let [way] = ways.as_slice() {
        let chosen = Choice { way, trying, user_agent, replaces };
        let session = choose(desk, chosen, now).await?;
        return Ok(Entrance::In { desk: way.desk, session });
    }
    Ok(Entrance::Choose(ways))
}

/// An attempt that was counted.
struct Counted<'a> {
    trying: Trying<'a>,
    /// The desks that share this count. Only who has the password of all of them takes it back.
    of: Vec<DeskId>,
    /// Whose password may be checked now.
    known: Vec<Credentials>,
}

/// Counts the attempt: in each desk in which the browser is known by itself, and once for all others. Those that may not be tried
/// now are left out.
async fn count<'a>(
    desk: &Desk,
    trying: Trying<'a>,
    known_in: &[DeskId],
    known: Vec<Credentials>,
    now: Timestamp,
) -> Result<Vec<Counted<'a>>, Refusal> {
    let all = known.iter().map(|one| one.operator.desk).collect();
    let (familiar, strange): (Vec<_>, Vec<_>) =
        known.into_iter().partition(|one| trying.device.is_some() && known_in.contains(&one.operator.desk));
    let by_itself = |one: Credentials| {
        let at = one.operator.desk;
        Counted { trying: Trying { at: Some(at), ..trying }, of: vec![at], known: vec![one] }
    };
    let mut asked: Vec<Counted<'_>> = familiar.into_iter().map(by_itself).collect();
    if asked.is_empty() || !strange.is_empty() {
        asked.push(Counted { trying: Trying { device: None, ..trying }, of: all, known: strange });
    }
    let (mut counted, mut wait) = (Vec::new(), None);
    for one in asked {
        match super::attempt(desk, one.trying, now).await {
            Ok(()) => counted.push(one),
            Err(Refusal::TooManyAttempts(left)) => wait = Some(wait.map_or(left, |wait: Duration| wait.min(left))),
            Err(other) => return Err(other),
        }
    }
    match wait {
        Some(wait) if counted.is_empty() => Err(Refusal::TooManyAttempts(wait)),
        _ => Ok(counted),
    }
}

/// Where the password is right: at least one desk, all of which work.
async fn ways(desk: &Desk, known: Vec<Credentials>, password: SecretString) -> Result<Vec<Way>, Refusal> {
    if known.is_empty() {
        password::verify(password, None).await;
        return Err(Rule::SignInFailed.into());
    }
    let (mut open, mut refusal) = (Vec::new(), Rule::SignInFailed);
    for Credentials { operator, password_hash } in known {
        let right = password::verify(password.clone(), password_hash.clone()).await;
        let Some(hash) = password_hash.filter(|_| right && operator.active) else { continue };
        let there = desks::known(&desk.db, operator.desk).await?;
        if there.status.works() {
            open.push(Way { desk: there.id, name: there.name, operator: operator.id, proof: proof_of(&hash) });
        } else {
            refusal = Rule::DeskSuspended;
        }
    }
    if open.is_empty() { Err(refusal.into()) } else { Ok(open) }
}

fn proof_of(hash: &str) -> Digest {
    Digest::of(hash.as_bytes())
}

/// A desk that somebody chose of those that [`enter`] told.
#[derive(Clone, Copy)]
pub struct Choice<'a> {
    /// The one.
    pub way: &'a Way,
    /// As at the sign-in.
    pub trying: Trying<'a>,
    /// What the browser says it is.
    pub user_agent: &'a str,
    /// The secret of the session that the browser has; it ends.
    pub replaces: Option<&'a str>,
}

/// Makes the session in the desk that was chosen.
///
/// # Errors
/// [`Rule::SignInFailed`] when the account was switched off since, or has another password; [`Rule::DeskSuspended`].
pub async fn choose(desk: &Desk, input: Choice<'_>, now: Timestamp) -> Result<NewSession, Refusal> {
    let Choice { way: Way { desk: there, operator, proof, .. }, trying, user_agent, replaces } = input;
    let mut tx = desk.db.begin().await?;
    let browser = Browser { address: trying.address, user_agent };
    let made = super::begin(&mut tx, *there, *operator, browser, now).await?;
    // Under the lock of their row: the account may have been switched off, or its password changed, since.
    let known = operators::credentials(&mut tx, *there, *operator).await?;
    if !known.operator.active || known.password_hash.as_deref().map(proof_of).as_ref() != Some(proof) {
        return Err(Rule::SignInFailed.into());
    }
    if !desks::get(&mut tx, *there).await?.status.works() {
        return Err(Rule::DeskSuspended.into());
    }
    if let Some(old) = replaces {
        sessions::revoke_secret(&mut tx, old).await?;
    }
    tx.commit().await?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use annex_domain::operator::Actor;
    use annex_store::{
        Db,
        operators::NewOperator,
        roles::{self, Builtin},
        testing::{Fixture, on_both},
    };

    use super::*;
    use crate::desks::By;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const PASSWORD: &str = "velvet otter umbrella";
    const THEIRS: &str = "another otter umbrella";

    fn enter_as<'a>(account: &'a str, password: &str, replaces: Option<&'a str>) -> Enter<'a> {
        let trying = Trying { account, address: "192.0.2.1", at: None, device: None };
        Enter { trying, known_in: &[], password: password.to_owned().into(), user_agent: "UA", replaces }
    }

    /// The same by the name of a desk.
    fn at(desk: DeskId, input: Enter<'_>) -> Enter<'_> {
        Enter { trying: Trying { at: Some(desk), ..input.trying }, ..input }
    }

    /// The same with a browser that signed in to these desks before.
    fn known_in(desks: &'static [DeskId], input: Enter<'static>) -> Enter<'static> {
        Enter { trying: Trying { device: Some("d"), ..input.trying }, known_in: desks, ..input }
    }

    /// The session of who came in.
    fn inside(entrance: Entrance) -> NewSession {
        let Entrance::In { session, .. } = entrance else { panic!("there is one desk only") };
        session
    }

    #[tokio::test]
    async fn only_an_active_operator_with_the_password_comes_in() {
        let hash = password::hash(PASSWORD.into(), &[]).await.unwrap();
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, agent, .. } = Fixture::make(&mut tx).await;
            for id in [admin, agent] {
                operators::set_password(&mut tx, here, id, &hash, None).await.unwrap();
            }
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let code = async |email, password| {
                enter(&desk, enter_as(email, password, None), NOW).await.map_or_else(|refusal| refusal.code(), |_| "in")
            };
            assert_eq!(code("bo@example.org", "velvet otter umbrellas").await, "sign-in-failed");
            assert_eq!(code("nobody@example.org", PASSWORD).await, "sign-in-failed");
            assert_eq!(code(" BO@example.org", PASSWORD).await, "in");

            let first = inside(enter(&desk, enter_as("bo@example.org", PASSWORD, None), NOW).await.unwrap());
            let again = enter_as("bo@example.org", PASSWORD, Some(&first.secret));
            let second = inside(enter(&desk, again, NOW).await.unwrap());
            assert!(crate::sessions::current(&desk, &first.secret, NOW).await.unwrap().is_none(), "replaced");
            assert!(crate::sessions::current(&desk, &second.secret, NOW).await.unwrap().is_some());

            let mut tx = db.begin().await.unwrap();
            let listed = operators::list(&mut tx, here).await.unwrap();
            assert_eq!(listed.iter().find(|one| one.operator.id == agent).unwrap().last_sign_in_at, Some(NOW));
            operators::set_active(&mut tx, here, agent, false, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(code("bo@example.org", PASSWORD).await, "sign-in-failed");
        })
        .await;
    }

    #[tokio::test]
    async fn a_password_opens_the_desks_that_have_it() {
        let (same, own) = (password::hash(PASSWORD.into(), &[]), password::hash("another otter umbrella".into(), &[]));
        let (same, own) = (same.await.unwrap(), own.await.unwrap());
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, other_desk, .. } = Fixture::make(&mut tx).await;
            operators::set_password(&mut tx, here, agent, &same, None).await.unwrap();
            let role = roles::builtin(&mut tx, other_desk, Builtin::Agent).await.unwrap().id;
            let email = "bo@example.org".to_owned();
            let new = NewOperator { email, name: "Bo".into(), password_hash: Some(own.clone()), roles: vec![role] };
            let there = operators::create(&mut tx, other_desk, new, NOW).await.unwrap().id;
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let bo = |password| enter_as("bo@example.org", password, None);
            let who = async |session: &NewSession| {
                crate::sessions::current(&desk, &session.secret, NOW).await.unwrap().unwrap().operator.id
            };
            let into = inside(enter(&desk, bo("another otter umbrella"), NOW).await.unwrap());
            assert_eq!(who(&into).await, there, "the one whose password it is");
            let elsewhere = at(here, bo("another otter umbrella"));
            assert_eq!(enter(&desk, elsewhere, NOW).await.err().unwrap().code(), "sign-in-failed");

            let mut tx = db.begin().await.unwrap();
            operators::set_password(&mut tx, other_desk, there, &same, None).await.unwrap();
            tx.commit().await.unwrap();
            let Entrance::Choose(ways) = enter(&desk, bo(PASSWORD), NOW).await.unwrap() else { panic!("both have it") };
            let named: Vec<_> = ways.iter().map(|way| (way.name.as_str(), way.operator)).collect();
            assert_eq!(named, [("Desk", agent), ("Other desk", there)]);
            let Enter { trying, user_agent, .. } = bo(PASSWORD);
            let second = Choice { way: &ways[1], trying, user_agent, replaces: None };
            assert_eq!(who(&choose(&desk, second, NOW).await.unwrap()).await, there);
            let meant = at(here, bo(PASSWORD));
            assert_eq!(who(&inside(enter(&desk, meant, NOW).await.unwrap())).await, agent);
            // What was told at the sign-in counts for the password of then.
            let mut tx = db.begin().await.unwrap();
            operators::set_password(&mut tx, other_desk, there, &own, None).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(choose(&desk, second, NOW).await.err().unwrap().code(), "sign-in-failed");
        })
        .await;
    }

    /// Bo works in two desks, with a password of their own in each.
    async fn in_two_desks(db: &Db) -> (Desk, DeskId, DeskId) {
        let (mine, theirs) = (password::hash(PASSWORD.into(), &[]), password::hash(THEIRS.into(), &[]));
        let (mine, theirs) = (mine.await.unwrap(), theirs.await.unwrap());
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk: here, agent, other_desk, .. } = Fixture::make(&mut tx).await;
        operators::set_password(&mut tx, here, agent, &mine, None).await.unwrap();
        let role = roles::builtin(&mut tx, other_desk, Builtin::Agent).await.unwrap().id;
        let email = "bo@example.org".to_owned();
        let new = NewOperator { email, name: "Bo".into(), password_hash: Some(theirs), roles: vec![role] };
        operators::create(&mut tx, other_desk, new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        (Desk::new(db.clone()), here, other_desk)
    }

    /// What comes of a sign-in of Bo.
    async fn of_bo(desk: &Desk, password: &str, change: impl FnOnce(Enter<'static>) -> Enter<'static>) -> &'static str {
        let input = change(enter_as("bo@example.org", password, None));
        enter(desk, input, NOW).await.map_or_else(|refusal| refusal.code(), |_| "in")
    }

    #[tokio::test]
    async fn tries_in_one_desk_of_an_address_lock_no_other() {
        on_both(async |db| {
            let (desk, here, hostile) = in_two_desks(&db).await;
            for _ in 0..logins::PER_ACCOUNT {
                assert_eq!(of_bo(&desk, "a guess", |input| at(hostile, input)).await, "sign-in-failed");
            }
            assert_eq!(of_bo(&desk, THEIRS, |input| at(hostile, input)).await, "too-many-attempts");
            assert_eq!(of_bo(&desk, PASSWORD, |input| at(here, input)).await, "in");
            assert_eq!(of_bo(&desk, PASSWORD, |input| input).await, "in");
        })
        .await;
    }

    #[tokio::test]
    async fn a_browser_has_attempts_of_its_own_in_the_desks_that_know_it() {
        on_both(async |db| {
            let (desk, here, hostile) = in_two_desks(&db).await;
            for _ in 0..logins::PER_ACCOUNT {
                assert_eq!(of_bo(&desk, "a guess", |input| input).await, "sign-in-failed");
            }
            assert_eq!(of_bo(&desk, PASSWORD, |input| input).await, "too-many-attempts", "a stranger waits");
            let (mine, theirs): (&'static [DeskId], &'static [DeskId]) = (vec![here].leak(), vec![hostile].leak());
            assert_eq!(of_bo(&desk, PASSWORD, |input| known_in(mine, input)).await, "in");
            assert_eq!(of_bo(&desk, THEIRS, |input| known_in(theirs, input)).await, "in");
            for _ in 0..logins::PER_ACCOUNT {
                // Not even the right password: where the browser is not known, nothing is tried.
                assert_eq!(of_bo(&desk, PASSWORD, |input| known_in(theirs, input)).await, "sign-in-failed");
            }
            assert_eq!(of_bo(&desk, PASSWORD, |input| known_in(theirs, input)).await, "too-many-attempts");
            assert_eq!(of_bo(&desk, PASSWORD, |input| known_in(mine, input)).await, "in");
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_right_in_one_desk_of_an_address_earns_no_tries_at_another() {
        on_both(async |db| {
            let (desk, here, hostile) = in_two_desks(&db).await;
            // Who chooses the password of the one tries it in the other each time, and has ten tries like everybody.
            for _ in 0..logins::PER_ACCOUNT {
                assert_eq!(of_bo(&desk, THEIRS, |input| input).await, "in");
                assert_eq!(of_bo(&desk, THEIRS, |input| at(hostile, input)).await, "in");
            }
            assert_eq!(of_bo(&desk, PASSWORD, |input| input).await, "too-many-attempts");
            assert_eq!(of_bo(&desk, PASSWORD, |input| at(here, input)).await, "in");
        })
        .await;
    }

    #[tokio::test]
    async fn only_a_right_password_learns_that_a_desk_is_suspended() {
        let hash = password::hash(PASSWORD.into(), &[]).await.unwrap();
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            operators::set_password(&mut tx, here, agent, &hash, None).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let by = By { actor: Actor::CommandLine, now: NOW };
            crate::desks::suspend(&desk, by, here).await.unwrap();
            let code = async |password| {
                let refused = enter(&desk, enter_as("bo@example.org", password, None), NOW).await.err();
                refused.map(|refusal| refusal.code())
            };
            assert_eq!(code("wrong otter umbrella").await, Some("sign-in-failed"));
            assert_eq!(code(PASSWORD).await, Some("desk-suspended"));
            crate::desks::resume(&desk, by, here).await.unwrap();
            assert_eq!(code(PASSWORD).await, None);
        })
        .await;
    }

    #[tokio::test]
    async fn too_many_attempts_have_to_wait() {
        on_both(async |db| {
            let desk = Desk::new(db.clone());
            let refusal = async |now| enter(&desk, enter_as("a@example.org", "x", None), now).await.err().unwrap();
            for _ in 0..logins::PER_ACCOUNT {
                assert_eq!(refusal(NOW).await.code(), "sign-in-failed");
            }
            let later = NOW.after(Duration::from_secs(60));
            let wait = logins::WINDOW - Duration::from_secs(60);
            assert!(matches!(refusal(later).await, Refusal::TooManyAttempts(left) if left == wait));
            assert_eq!(refusal(NOW.after(logins::WINDOW)).await.code(), "sign-in-failed");
        })
        .await;
    }
}
