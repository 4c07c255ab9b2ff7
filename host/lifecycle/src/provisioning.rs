//! Versions that their publisher sets up by hand (R16): a step of the sagas that asks the publisher and waits, and the answer.
//!
//! ```text
//! ask      one transaction that holds the saga: the request, its event; the saga sleeps until the last moment of the answer
//! answer   one transaction that holds the saga: the answer, audit row, mail; the saga is due
//! ask      again: accepted, it goes on; declined, or the time is over, it turns back
//! undo     what was set up for what failed later: the publisher is told, once
//! ```
//! Both sides hold the saga's row, so the saga either sees the answer or sleeps before it comes. What is charged was charged before, and
//! goes back with the saga. A way back to an earlier version asks nobody.

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    audit::Action,
    clock::Timestamp,
    crash::When,
    ids::{AccountId, InstallationId, OperatorId},
    installation::Installation,
    mail::MailFacts,
    operator::Actor,
    provisioning::{ANSWER_WITHIN, Answer, Asked},
    publisher_event::EventData,
};
use annex_store::{
    Conn, StoreError, Tx, audit, catalog, installations,
    provisioning::{self, Given, NewRequest, Request},
    publisher_events::{self, Subject},
    sagas,
};
use serde_json::json;

use crate::{
    Lifecycle, letters,
    saga::{Run, Saga, StepError},
};

/// Who answers, and so for which installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answerer {
    /// The command line on the machine of the host: for all.
    CommandLine,
    /// A member of a publisher, or a token that they made: for those of its add-ons.
    Publisher {
        /// Which publisher.
        publisher: PublisherSlug,
        /// Who.
        account: AccountId,
    },
    /// A service with the access token of its installation: for that one.
    Service(InstallationId),
}

impl Answerer {
    async fn answers_for(
        &self,
        conn: &mut Conn,
        addon: &AddonId,
        installation: InstallationId,
    ) -> Result<bool, StoreError> {
        match self {
            Self::CommandLine => Ok(true),
            Self::Publisher { publisher, .. } => Ok(catalog::owner(conn, addon).await? == *publisher),
            Self::Service(own) => Ok(*own == installation),
        }
    }

    fn actor(&self) -> Actor {
        match self {
            Self::CommandLine => Actor::CommandLine,
            Self::Publisher { account, .. } => Actor::Account(*account),
            Self::Service(installation) => Actor::Addon(*installation),
        }
    }
}

/// An answer was not taken; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No such installation, or another publisher's.
    #[error("there is no installation of one of your add-ons with this id")]
    UnknownInstallation,
    /// It has completed, was abandoned, or completes by itself.
    #[error("nothing waits for an answer: the operation is over, or it completes by itself")]
    NothingAsked,
    /// The first answer counts.
    #[error("this was answered before: the first answer counts")]
    AnsweredAlready,
    /// The time is over.
    #[error("the answer comes too late: it was waited for until {0}, and the operation was undone")]
    TooLate(Timestamp),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AnswerError {
    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownInstallation => "unknown-installation",
            Self::NothingAsked => "nothing-asked",
            Self::AnsweredAlready => "answered-already",
            Self::TooLate(_) => "answered-too-late",
            Self::Store(error) => error.code(),
        }
    }
}

impl Lifecycle {
    /// Takes a publisher's answer. The operation that waits for it goes on, or turns back, within a second.
    ///
    /// # Errors
    /// Each [`AnswerError`].
    pub async fn answer(
        &self,
        installation: InstallationId,
        answer: &Answer,
        by: &Answerer,
    ) -> Result<(), AnswerError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let found = provisioning::subject(&mut tx, installation).await?;
        let (desk, addon) = found.ok_or(AnswerError::UnknownInstallation)?;
        if !by.answers_for(&mut tx, &addon, installation).await? {
            return Err(AnswerError::UnknownInstallation);
        }
        let request = provisioning::last_of(&mut tx, desk, installation).await?.ok_or(AnswerError::NothingAsked)?;
        check(&request, now)?;
        if !sagas::wake(&mut tx, request.saga, now).await? {
            return Err(AnswerError::NothingAsked);
        }
        if !provisioning::answer(&mut tx, request.saga, answer, now).await? {
            return Err(AnswerError::AnsweredAlready);
        }
        note(&mut tx, &request, answer, by.actor(), now).await?;
        Ok(self.commit(tx, "provisioning", "answer").await?)
    }

    /// What waits for the answer of a publisher, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_of(&self, publisher: &PublisherSlug) -> Result<Vec<Request>, StoreError> {
        provisioning::open(&mut self.db.read().await?, publisher).await
    }
}

fn check(request: &Request, now: Timestamp) -> Result<(), AnswerError> {
    match request.given {
        Some(_) => Err(AnswerError::AnsweredAlready),
        None if request.until <= now => Err(AnswerError::TooLate(request.until)),
        None => Ok(()),
    }
}

/// The audit row, and the mail to who waits for the installation (R18). Whatever is declined is told when it is undone.
async fn note(tx: &mut Tx, request: &Request, answer: &Answer, actor: Actor, now: Timestamp) -> Result<(), StoreError> {
    let (action, reason) = match answer {
        Answer::Accepted => (Action::AddonAccepted, None),
        Answer::Rejected(reason) => (Action::AddonRejected, Some(reason.as_str())),
    };
    let detail = json!({ "installation": request.installation, "version": request.version.to_string(),
        "asked": request.asked, "reason": reason });
    audit::append(tx, request.desk, actor, action, request.addon.as_str(), &detail, now).await?;
    if *answer == Answer::Accepted
        && request.asked == Asked::Install
        && let Some(of) = installations::get(tx, request.desk, request.installation).await?
    {
        let facts = MailFacts::InstallApproved { addon: letters::addon(tx, &of).await? };
        letters::put(tx, &of, request.by, format!("install-approved:{}", request.saga), &facts, now).await?;
    }
    Ok(())
}

/// What a step of a saga asks for.
pub(crate) struct Ask<'a> {
    pub(crate) asked: Asked,
    /// The version whose manifest decides whether anybody is asked.
    pub(crate) version: &'a Version,
    pub(crate) by: OperatorId,
    /// Until when the answer is waited for, as the event says.
    pub(crate) until: Timestamp,
    pub(crate) event: EventData,
}

/// What a step has heard.
pub(crate) enum Heard {
    /// Go on: the publisher has set it up, or there is nothing to set up.
    Yes,
    /// Turn back: why, in the publisher's words.
    Declined(String),
    /// Turn back: nobody has answered.
    Nothing,
}

/// The last moment of an answer to what is asked at `now`.
pub(crate) fn until(now: Timestamp) -> Timestamp {
    now.after(ANSWER_WITHIN)
}

/// Why an operation turns back that nobody has answered.
pub(crate) const SILENCE: &str = "the publisher, who sets this add-on up by hand, did not answer within 7 days";

/// Asks the publisher, once for each saga, and waits for the answer: the step ends for now until there is one, or the time is over.
pub(crate) async fn ask<S: Saga>(run: &Run<S>, ask: Ask<'_>) -> Result<Heard, StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let of = run.installation(&mut tx).await?;
    if !is_manual(&mut tx, &of, ask.version).await? {
        return Ok(Heard::Yes);
    }
    let Ask { asked, version, by, until, event } = ask;
    let new = NewRequest { saga: run.id(), of: &of, version, asked, by, until };
    if provisioning::ask(&mut tx, &new, now).await? {
        publisher_events::put(&mut tx, Subject { version, ..Subject::from(&of) }, &event, now).await?;
    }
    let request = provisioning::of_saga(&mut tx, run.id()).await?;
    let request = request.ok_or_else(|| StepError::last("not-found", "what the publisher was asked is gone"))?;
    match request.given {
        Some(Given::Accepted | Given::Undone) => Ok(Heard::Yes),
        Some(Given::Rejected) => Ok(Heard::Declined(request.reason.unwrap_or_default())),
        None if request.until <= now => Ok(Heard::Nothing),
        None => {
            run.host.pass("provisioning", "ask", When::Before)?;
            let waits = run.wait(tx, request.until).await?;
            run.host.pass("provisioning", "ask", When::After)?;
            Err(waits)
        }
    }
}

/// Tells the publisher, once, that what it set up for this saga is of no use. Nothing, where it has set nothing up.
pub(crate) async fn undo<S: Saga>(run: &Run<S>, event: &EventData) -> Result<(), StepError> {
    let mut tx = run.begin().await?;
    if provisioning::undo(&mut tx, run.id()).await? {
        let of = run.installation(&mut tx).await?;
        publisher_events::put(&mut tx, &of, event, run.now()).await?;
    }
    Ok(run.host.commit(tx, "provisioning", "undo").await?)
}

async fn is_manual(tx: &mut Tx, of: &Installation, version: &Version) -> Result<bool, StoreError> {
    Ok(catalog::version(tx, &of.addon, version).await?.is_some_and(|row| row.manifest.is_manual()))
}
