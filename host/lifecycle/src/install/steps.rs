//! The steps of the saga that installs, in order, and how each is undone.

use annex_billing::Charged;
use annex_domain::{
    addon::Kind,
    audit::Action,
    billing::OrderState,
    installation::{Failures, Notice},
    language::LanguagePack,
    mail::MailFacts,
    operator::Actor,
    provisioning::{Asked, DECLINED, UNANSWERED},
    publisher_event::{EventData, InstallRequested, Uninstalled},
};
use annex_store::{audit, billing::orders, health, installations, kv, languages, outbox, sagas::SagaState};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::Install;
use crate::{
    calls::Hook,
    components::LoadError,
    fields, letters,
    provisioning::{self, Ask, Heard},
    publisher_events::happened,
    requests,
    saga::{self, Run, Saga, Step, StepError},
    schedules, service, setup,
    subscribe::{self, Funding},
};

impl Saga for Install {
    const KIND: &'static str = "install";
    const STEPS: &'static [Step<Self>] = &[
        Step { name: "verify", action: |run| Box::pin(verify(run)), undo: None },
        Step { name: "compile", action: |run| Box::pin(compile(run)), undo: None },
        Step { name: "charge", action: |run| Box::pin(charge(run)), undo: Some(|run| Box::pin(release(run))) },
        Step { name: "answer", action: |run| Box::pin(answer(run)), undo: Some(|run| Box::pin(undo_answer(run))) },
        Step { name: "hook", action: |run| Box::pin(hook(run)), undo: Some(|run| Box::pin(undo_hook(run))) },
        Step { name: "language", action: |run| Box::pin(language(run)), undo: None },
        Step { name: "activate", action: |run| Box::pin(activate(run)), undo: None },
    ];

    fn undone<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Undone))
    }

    fn stuck<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Stuck))
    }
}

async fn verify(run: &mut Run<Install>) -> Result<Value, StepError> {
    let package = run.host.verified(&run.params.addon, &run.params.version).await?;
    let output = json!({ "package": package.package_digest(), "component": package.component_digest() });
    run.package = Some(package);
    Ok(output)
}

async fn compile(run: &mut Run<Install>) -> Result<Value, StepError> {
    let package = run.package.take();
    run.host.admitted(&run.params.addon, &run.params.version, package).await?;
    Ok(Value::Null)
}

async fn charge(run: &mut Run<Install>) -> Result<Value, StepError> {
    let Funding::Order(order) = run.params.funding else { return Ok(Value::Null) };
    match run.host.billing.charge(run.desk(), order).await? {
        Charged::Paid => Ok(json!({ "order": order })),
        Charged::Due(due) => {
            let notice = subscribe::due_notice(&due);
            wait_for_payment(run, notice).await?;
            Ok(Value::Null)
        }
    }
}

/// The invoice is to be paid by hand (R10): the saga ends here, and another one goes on when it is paid.
async fn wait_for_payment(run: &mut Run<Install>, notice: Notice) -> Result<(), StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let detail = json!({ "version": run.params.version.to_string(), "text": notice.text });
    let waiting = run.installation(&mut tx).await?.payment_due(notice, now)?;
    installations::save(&mut tx, &waiting).await?;
    audit::append(&mut tx, waiting.desk, Actor::System, Action::AddonPaymentDue, waiting.addon.as_str(), &detail, now)
        .await?;
    run.end(tx, SagaState::Done).await
}

async fn release(run: &mut Run<Install>) -> Result<(), StepError> {
    let Funding::Order(order) = run.params.funding else { return Ok(()) };
    Ok(run.host.billing.release(run.desk(), order, "install-failed").await?)
}

/// When all is paid: a publisher sets nothing up for nothing.
async fn answer(run: &mut Run<Install>) -> Result<Value, StepError> {
    let (by, until) = (run.params.by, provisioning::until(run.now()));
    let event = EventData::InstallRequested(InstallRequested { by, until: Some(until) });
    let asks = Ask { asked: Asked::Install, version: &run.params.version, by, until, event };
    match provisioning::ask(run, asks).await? {
        Heard::Yes => Ok(Value::Null),
        Heard::Declined(reason) => Err(StepError::last(DECLINED, reason)),
        Heard::Nothing => Err(StepError::last(UNANSWERED, provisioning::SILENCE)),
    }
}

async fn undo_answer(run: &mut Run<Install>) -> Result<(), StepError> {
    let event = EventData::Uninstalled(Uninstalled { by: run.params.by, forced: false });
    provisioning::undo(run, &event).await
}

async fn hook(run: &mut Run<Install>) -> Result<Value, StepError> {
    if run.params.kind == Kind::Language {
        return Ok(Value::Null); // the world of languages has no hooks
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    // An earlier attempt may have written values: the hook finds none, as at the first time.
    kv::clear(&mut tx, run.desk(), run.subject()).await?;
    tx.commit().await?;
    run.host.call_hook(&installation, &run.params.version, Hook::Install).await?;
    Ok(Value::Null)
}

/// Best effort: the add-on may tidy up elsewhere, but cannot keep itself from being removed.
async fn undo_hook(run: &mut Run<Install>) -> Result<(), StepError> {
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    if run.params.kind != Kind::Language
        && let Err(error) = run.host.call_hook(&installation, &run.params.version, Hook::Uninstall).await
    {
        tracing::info!(installation = %run.subject(), ?error, "the uninstall hook of a failed installation failed");
    }
    let mut tx = run.begin().await?;
    kv::clear(&mut tx, run.desk(), run.subject()).await?;
    Ok(tx.commit().await?)
}

async fn language(run: &mut Run<Install>) -> Result<Value, StepError> {
    if run.params.kind != Kind::Language {
        return Ok(Value::Null);
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    let pack = run.host.fetch_language(&installation, &run.params.version).await?;
    serde_json::to_value(pack).map_err(|error| StepError::last("language", error.to_string()))
}

/// A language without its texts must not become active.
pub(crate) fn no_texts() -> StepError {
    StepError::last("language", "the texts of the language were not fetched")
}

async fn activate(run: &mut Run<Install>) -> Result<Value, StepError> {
    let now = run.now();
    let mut tx = run.begin_locked().await?; // the monthly bill is not made out meanwhile
    let active = run.installation(&mut tx).await?.installed(now)?;
    installations::save(&mut tx, &active).await?;
    fields::follow(&mut tx, &active, now).await?;
    setup::first_secret(&mut tx, &run.host.vault, &active, now).await?;
    if run.params.kind == Kind::Language {
        let pack = run.output::<LanguagePack>("language")?.ok_or_else(no_texts)?;
        languages::put(&mut tx, active.desk, active.id, &active.version, &pack, now).await?;
    }
    service::follow(&mut tx, &run.host.vault, &active, now).await?;
    schedules::follow(&mut tx, &active, now).await?;
    health::forget_traps(&mut tx, active.desk, active.id).await?;
    let begun = subscribe::begin(&run.host, &mut tx, &active, &run.params.funding, now).await?;
    let detail = json!({ "addon": active.addon, "version": active.version.to_string(), "by": run.params.by,
        "plan": begun.as_ref().map(|begun| &begun.plan.id) });
    audit::append(&mut tx, active.desk, Actor::System, Action::AddonInstalled, active.addon.as_str(), &detail, now)
        .await?;
    outbox::put(&mut tx, active.desk, active.id, "app.installed", &detail, now).await?;
    happened::installed(&mut tx, &active, begun.as_ref(), run.params.by, now).await?;
    let facts = MailFacts::Installed {
        addon: letters::addon(&mut tx, &active).await?,
        version: active.version.to_string(),
        plan: begun.as_ref().map(letters::plan),
        trial_ends_at: begun.as_ref().and_then(|begun| begun.trial_ends_at),
    };
    letters::put(&mut tx, &active, run.params.by, format!("installed:{}", run.id()), &facts, now).await?;
    requests::approved(&mut tx, &active, run.params.by, now).await?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}

async fn fail(run: &mut Run<Install>, notice: Notice, state: SagaState) -> Result<(), StepError> {
    // A step before the charge may have failed: nothing is owed then. What the gateway cannot be told now, the
    // reconciler tells it later.
    match release(run).await {
        Err(StepError::Later(text) | StepError::Final { text, .. }) => {
            tracing::warn!(installation = %run.subject(), error = text, "an order is released later");
        }
        other => other?,
    }
    let now = run.now();
    let mut tx = run.begin().await?;
    let refunded = match run.params.funding {
        Funding::Order(order) => Some(orders::get(&mut tx, run.desk(), order).await?),
        Funding::Nothing | Funding::Free(_) | Funding::Trial(_) => None,
    };
    let refunded = refunded.filter(|order| order.state == OrderState::Refunded);
    let installation = run.installation(&mut tx).await?;
    let notice = letters::for_people(&mut tx, &installation, notice, now).await?;
    let detail = json!({ "version": run.params.version.to_string(), "code": notice.code, "error_id": notice.error_id,
        "text": notice.text, "refunded": refunded.as_ref().map(|order| order.amount) });
    let facts = MailFacts::InstallFailed {
        addon: letters::addon(&mut tx, &installation).await?,
        error: format!("{} ({})", notice.text, notice.error_id),
        refunded: refunded.as_ref().map(|order| order.amount),
    };
    let failed = installation.install_failed(notice, now)?;
    installations::save(&mut tx, &failed).await?;
    audit::append(&mut tx, failed.desk, Actor::System, Action::AddonInstallFailed, failed.addon.as_str(), &detail, now)
        .await?;
    outbox::put(&mut tx, failed.desk, failed.id, "app.install-failed", &detail, now).await?;
    // One mail for each cause; and always when money went back.
    if refunded.is_some() || failed.failures.as_ref().is_none_or(Failures::is_news) {
        letters::put(&mut tx, &failed, run.params.by, format!("install-failed:{}", run.id()), &facts, now).await?;
    }
    run.end(tx, state).await
}

impl From<LoadError> for StepError {
    fn from(error: LoadError) -> Self {
        if error.may_pass() {
            return Self::Later(saga::describe(&error));
        }
        Self::last(error.code(), saga::describe(&error))
    }
}
