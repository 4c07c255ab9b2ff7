use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, OperatorId},
    operator::{Actor, Operator},
    text::mail_address,
};
use annex_store::{
    StoreError, Tx, desks, logins,
    operators::{self, NewOperator, Profile},
    roles::{self, Builtin},
    sessions::NewSession,
};
use secrecy::SecretString;
use serde_json::json;

use super::{Browser, Invitation, invitation};
use crate::{Ctx, Desk, LONGEST_NAME, Refusal, Wrong, refusal::Fields};

/// What somebody enters who follows a one-time link.
pub struct SetUp<'a> {
    /// The link's secret.
    pub link: &'a str,
    /// The desk's name, which its first admin chooses.
    pub desk: &'a str,
    /// Their own.
    pub name: &'a str,
    /// Of the first admin; of somebody who is invited it is known.
    pub email: &'a str,
    /// To sign in with.
    pub password: SecretString,
    /// For the session.
    pub browser: Browser<'a>,
}

/// Somebody who came in with a one-time link.
pub struct Entered {
    /// Where.
    pub desk: DeskId,
    /// The address to sign in with.
    pub email: String,
    /// They are signed in.
    pub session: NewSession,
}

/// Uses a one-time link up: makes the first admin, or completes the account of somebody who was invited, and signs them in.
///
/// # Errors
/// [`Refusal::NotFound`] when the link works no longer; [`Refusal::Invalid`] for `desk`, `name`, `email` and `password`.
pub async fn set_up(desk: &Desk, input: SetUp<'_>, now: Timestamp) -> Result<Entered, Refusal> {
    let Invitation { desk: there, operator } = invitation(desk, input.link, now).await?;
    let mut fields = Fields::default();
    let desk_name = match &operator {
        Some(_) => there.name.as_str(),
        None => fields.text("desk", input.desk, LONGEST_NAME),
    };
    let name = fields.text("name", input.name, LONGEST_NAME);
    let email = match &operator {
        Some(operator) => operator.email.clone(),
        None => mail_address(input.email.trim()).unwrap_or_else(|| {
            fields.add("email", Wrong::MailAddress);
            String::new()
        }),
    };
    let hash = fields.password("password", input.password, &[name, &email, desk_name]).await?;
    fields.check()?;

    let mut tx = desk.db.begin().await?;
    logins::use_link(&mut tx, input.link, now).await?;
    let id = match &operator {
        Some(operator) => complete(&mut tx, operator, name, &hash).await?,
        None => {
            desks::update(&mut tx, there.id, desk_name, &there.locale, &there.time_zone).await?;
            make(&mut tx, there.id, (&email, name), hash, now).await?
        }
    };
    let ctx = Ctx::host(there.id, Actor::Operator(id), now);
    let facts = json!({ "first": operator.is_none() });
    ctx.record(&mut tx, Action::OperatorSetUp, &super::object(id), &facts).await?;
    let session = super::begin(&mut tx, there.id, id, input.browser, now).await?;
    tx.commit().await?;
    Ok(Entered { desk: there.id, email, session })
}

async fn complete(tx: &mut Tx, operator: &Operator, name: &str, hash: &str) -> Result<OperatorId, StoreError> {
    let profile = Profile { name: name.to_owned(), ..operator.into() };
    operators::set_profile(tx, operator.desk, operator.id, profile).await?;
    operators::set_password(tx, operator.desk, operator.id, hash, None).await?;
    Ok(operator.id)
}

async fn make(
    tx: &mut Tx,
    desk: DeskId,
    (email, name): (&str, &str),
    hash: String,
    now: Timestamp,
) -> Result<OperatorId, Refusal> {
    let admin = roles::builtin(tx, desk, Builtin::Admin).await?;
    let (email, name) = (email.to_owned(), name.to_owned());
    let new = NewOperator { email, name, password_hash: Some(hash), roles: vec![admin.id] };
    match operators::create(tx, desk, new, now).await {
        Ok(made) => Ok(made.id),
        Err(StoreError::Taken(_)) => Err(Wrong::Taken.at("email").into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use annex_store::{
        audit,
        testing::{Fixture, on_both},
    };

    use super::*;
    use crate::{FieldProblem, settings, sign_in::first_link};

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn enter<'a>(link: &'a str, name: &'a str, email: &'a str, password: &str) -> SetUp<'a> {
        let browser = Browser { address: "::1", user_agent: "UA" };
        SetUp { link, desk: "Acme", name, email, password: password.to_owned().into(), browser }
    }

    #[tokio::test]
    async fn the_first_admin_is_made_once() {
        on_both(async |db| {
            let desk = Desk::new(db.clone());
            let here = settings::first_desk(&desk, "local", NOW).await.unwrap();
            assert_eq!(settings::first_desk(&desk, "local", NOW).await.unwrap(), here, "it is made once");
            let link = first_link(&desk, NOW).await.unwrap().unwrap();
            let Err(Refusal::Invalid(problems)) = set_up(&desk, enter(&link, " ", "ada", "short"), NOW).await else {
                panic!("nothing of it can be taken")
            };
            let fields: Vec<_> = problems.iter().map(|FieldProblem { field, wrong }| (*field, wrong.code())).collect();
            assert_eq!(fields, [("name", "required"), ("email", "not-an-address"), ("password", "too-short")]);
            let right = || enter(&link, "Ada", "Ada@Example.org", "velvet otter umbrella");
            let entered = set_up(&desk, right(), NOW).await.unwrap();
            let current = crate::sessions::current(&desk, &entered.session.secret, NOW).await.unwrap().unwrap();
            assert_eq!((current.operator.email.as_str(), current.desk.name.as_str()), ("ada@example.org", "Acme"));
            assert!(matches!(set_up(&desk, right(), NOW).await, Err(Refusal::NotFound("setup link"))));
            assert_eq!(first_link(&desk, NOW).await.unwrap(), None);
            let entries = audit::list(&mut db.read().await.unwrap(), here, None, 9).await.unwrap();
            let words: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
            assert_eq!(words, ["operator.set-up", "desk.created"]);
        })
        .await;
    }

    #[tokio::test]
    async fn whose_invitation_it_is_is_not_for_the_form_to_say() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            let for_agent = logins::SetupLink { desk: here, operator: Some(agent) };
            let link = logins::create_link(&mut tx, for_agent, logins::WINDOW, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let input = enter(&link, "Bob", "somebody@example.com", "velvet otter umbrella");
            let entered = set_up(&desk, input, NOW).await.unwrap();
            assert_eq!(entered.email, "bo@example.org");
            let current = crate::sessions::current(&desk, &entered.session.secret, NOW).await.unwrap().unwrap();
            assert_eq!((current.operator.id, current.operator.name.as_str()), (agent, "Bob"));
            assert_eq!(current.desk.name, "Desk", "and the desk keeps its name");
        })
        .await;
    }
}
