use annex_desk::Fields;
use annex_domain::{addon::PublisherSlug, audit::Action, clock::Timestamp, ids::AccountId, operator::Actor};
use annex_store::{
    StoreError, Tx, audit,
    billing::accounts::{self, NewAccount},
    publishers::{
        invitations::{self, Invitation},
        members,
    },
};
use secrecy::SecretString;
use serde_json::json;

use crate::{Portal, Refusal, Rule};

/// What whoever has a link must do to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Choose a password: there is no account yet, or one that was made for them.
    Password,
    /// Sign in with the account of the address.
    SignIn,
}

/// What was entered by who has no account yet. No `Debug`: it holds a password.
pub struct Entered {
    /// What they are called.
    pub name: String,
    /// The one that they choose.
    pub password: SecretString,
}

/// Who has joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Which publisher.
    pub publisher: PublisherSlug,
    /// With which they sign in.
    pub email: String,
}

/// What a link is for, and what it needs. `None` when it does not work (any more).
///
/// # Errors
/// When the database fails.
pub async fn look(portal: &Portal, secret: &str, now: Timestamp) -> Result<Option<(Invitation, Needs)>, Refusal> {
    let mut conn = portal.db.read().await?;
    let Some(invitation) = invitations::find(&mut conn, secret, now).await? else { return Ok(None) };
    let has_account = accounts::by_email(&mut conn, &invitation.email).await?.is_some();
    let needs = if invitation.account.is_none() && has_account { Needs::SignIn } else { Needs::Password };
    Ok(Some((invitation, needs)))
}

/// Uses a link: whoever has it is a member from then on. `signed_in` is the account of the browser; `entered` counts where a
/// password is needed.
///
/// # Errors
/// [`annex_desk::Refusal::NotFound`] for a link that does not work; [`Rule::SignInFirst`];
/// [`annex_desk::Refusal::Invalid`] for `name` and `password`.
pub async fn join(
    portal: &Portal,
    secret: &str,
    signed_in: Option<AccountId>,
    entered: Entered,
    now: Timestamp,
) -> Result<Joined, Refusal> {
    let (invitation, needs) = look(portal, secret, now).await?.ok_or_else(|| Refusal::not_found("invitation"))?;
    let chosen = match needs {
        Needs::SignIn => None,
        Needs::Password => Some(chosen(&invitation, entered).await?),
    };
    let mut tx = portal.db.begin().await?;
    let invitation = invitations::use_up(&mut tx, secret, now).await?;
    let account = account(&mut tx, &invitation, signed_in, chosen, now).await?;
    members::add(&mut tx, &invitation.publisher, account, invitation.role, now).await?;
    let (actor, object) = (Actor::Account(account), invitation.publisher.as_str());
    let facts = json!({ "email": invitation.email, "role": invitation.role });
    audit::append(&mut tx, None, actor, Action::PublisherJoin, object, &facts, now).await?;
    tx.commit().await?;
    Ok(Joined { publisher: invitation.publisher, email: invitation.email })
}

/// The account as it is to be.
async fn chosen(invitation: &Invitation, entered: Entered) -> Result<NewAccount, Refusal> {
    let mut fields = Fields::default();
    let name = match invitation.account {
        // It has the name that was given with the request.
        Some(_) => entered.name.trim(),
        None => fields.text("name", &entered.name, annex_billing::accounts::NAME),
    };
    let about = [name, invitation.email.as_str(), invitation.publisher.as_str()];
    let password_hash = fields.password("password", entered.password, &about).await?;
    fields.check()?;
    Ok(NewAccount { email: invitation.email.clone(), name: name.to_owned(), password_hash })
}

async fn account(
    tx: &mut Tx,
    invitation: &Invitation,
    signed_in: Option<AccountId>,
    chosen: Option<NewAccount>,
    now: Timestamp,
) -> Result<AccountId, Refusal> {
    if let (Some(account), Some(new)) = (invitation.account, &chosen) {
        accounts::set_password(tx, account, &new.password_hash, now).await?;
        return Ok(account);
    }
    // Whoever has the link reads the mails of the address; the account asks for its password all the same.
    match (accounts::by_email(tx, &invitation.email).await?, chosen) {
        (Some(known), _) if signed_in == Some(known.account.id) => Ok(known.account.id),
        (None, Some(new)) => match accounts::insert(tx, &new, now).await {
            Err(StoreError::Taken(_)) => Err(Rule::SignInFirst.into()),
            made => Ok(made?.id),
        },
        _ => Err(Rule::SignInFirst.into()),
    }
}
