//! Install: from a consent to an active installation, or to nothing but the notice of a failed one.
//!
//! ```text
//! record   one transaction: installation `installing`, its users, the order with its frozen price, the saga, the audit row
//! verify   the package's signatures and files, in this process
//! compile  in a child process, or the artifact of an earlier time
//! charge   what was ordered; declined: `payment-due`, and the saga ends    undo: released, what was paid goes back
//! answer   of the publisher, where it sets the version up by hand          undo: it is told that it was for nothing
//! hook     the add-on's `install`, in its sandbox                          undo: its `uninstall`, and its values deleted
//! language for languages: the translation is fetched
//! activate one transaction: `active`, subscription or trial, entitlement, translation, audit row, outbox, mail
//! ```
//! When the due invoice is paid, on whatever day, [`crate::fulfil`] starts the saga again with the same order.

use annex_billing::{NewOrder, OrderError, orders::is_charged_to};
use annex_domain::{
    addon::{AddonId, Kind, Version},
    audit::Action,
    billing::OrderPurpose,
    capability::{Asks, Grant},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId, OrderId},
    installation::{Installation, Label, Status},
    operator::Actor,
    plan::{Plan, PlanModel},
    publisher_event::{EventData, InstallRequested},
};
use annex_store::{
    Conn, StoreError, Tx, audit,
    billing::{self, orders},
    catalog, installations, publisher_events, sagas,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lifecycle, LifecycleError, UsersChange, VersionStatus,
    saga::{self, Saga as _},
    subscribe::{self, Funding},
    terms::{self, Choice, Deed, Settled},
    users::apply_users,
};

mod steps;

pub(crate) use steps::no_texts;

/// What an operator asked for, and what the consent page had shown.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Into this desk.
    pub desk: DeskId,
    /// The add-on.
    pub addon: AddonId,
    /// `None`: the newest available one.
    pub version: Option<Version>,
    /// What the desk calls it: of a channel that it has already, another one is installed under another name.
    pub label: Option<Label>,
    /// Who asked and consented.
    pub by: OperatorId,
    /// What was consented to: at least what the version asks for.
    pub grant_accepted: Asks,
    /// A second request with the same key answers the installation of the first; one that buys something else is refused.
    pub idempotency_key: Option<String>,
    /// Which plan, and whether to try or to buy it. Needed where the add-on has plans.
    pub purchase: Option<Choice>,
    /// Who will use it; `None`: everyone.
    pub users: Option<UsersChange>,
}

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Install {
    pub(crate) addon: AddonId,
    pub(crate) kind: Kind,
    pub(crate) version: Version,
    pub(crate) by: OperatorId,
    /// What it costs; free where a saga of an earlier version of the host says nothing.
    #[serde(default, alias = "on")]
    pub(crate) funding: Funding,
}

/// An installation about to be recorded.
struct Recording {
    version: catalog::VersionRow,
    grant: Grant,
    settled: Settled,
}

impl Lifecycle {
    /// Starts an installation; [`Self::wait`] tells how it goes. A failed installation of the add-on is tried again. What is
    /// to be paid is charged by the saga, once, and never more than was shown.
    ///
    /// # Errors
    /// [`LifecycleError::AlreadyInstalled`], [`LifecycleError::ConsentNeeded`] with only what is missing,
    /// [`LifecycleError::Yanked`], [`LifecycleError::Blocked`], [`LifecycleError::NotFound`],
    /// [`LifecycleError::PlanNeeded`], [`LifecycleError::NoTrial`], [`LifecycleError::TooFewLicences`],
    /// [`LifecycleError::Login`], [`LifecycleError::Order`].
    pub async fn install(&self, request: InstallRequest) -> Result<Installation, LifecycleError> {
        let (desk, key) = (request.desk, request.idempotency_key.as_deref());
        let mut conn = self.db.read().await?;
        let existing = installations::called(&mut conn, desk, &request.addon, request.label.as_ref()).await?;
        if let Some(existing) = &existing {
            let stored = installations::idempotency_key(&mut conn, desk, existing.id).await?;
            if key.is_some() && stored.as_deref() == key {
                check_repeated(&mut conn, &request).await?;
                return Ok(existing.clone());
            }
            if existing.status != Status::FailedInstallation {
                return Err(LifecycleError::AlreadyInstalled(existing.id));
            }
        }
        drop(conn);
        let version = self.may_install(desk, &request.addon, request.version.clone()).await?;
        let grant = consented(&Grant::of_all(&request.grant_accepted), &version.manifest.asks())?;
        let mut conn = self.db.read().await?;
        let terms = terms::terms_of(&mut conn, desk, &version, self.clock.now()).await?;
        let settled = terms::settle(&terms, request.purchase.as_ref())?;
        self.check_login(&mut conn, desk, Deed::buying(&settled)).await?;
        drop(conn);
        let recording = Recording { version, grant, settled };
        match existing {
            Some(failed) => self.install_again(failed, recording, &request, Actor::Operator(request.by)).await,
            None => self.install_anew(recording, &request).await,
        }
    }

    async fn install_anew(
        &self,
        recording: Recording,
        request: &InstallRequest,
    ) -> Result<Installation, LifecycleError> {
        let InstallRequest { desk, addon, label, by, .. } = request;
        let Recording { version, grant, .. } = &recording;
        let (id, kind, key) = (InstallationId::new(), version.manifest.kind, request.idempotency_key.as_deref());
        let (number, now) = (version.version.clone(), self.clock.now());
        let new = Installation::begin(id, *desk, addon.clone(), kind, number, grant.clone(), *by, now);
        let new = new.called(label.clone());
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, *desk).await?;
        still_installable(&mut tx, *desk, addon, &new.version).await?;
        match installations::insert(&mut tx, &new, key).await {
            Err(StoreError::Taken(_)) => return self.lost_race(request).await,
            other => other?,
        }
        self.record_install(tx, new, recording, request, (Action::AddonInstall, Actor::Operator(*by))).await
    }

    /// Tries a failed installation again, with the version, grant and free plan or trial that it had. Of several that ask at
    /// once, one starts it; the others get the installation as it then is (R31). Nothing is ever charged by that: what was
    /// to be paid has to be chosen again.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless the installation failed; [`LifecycleError::PlanNeeded`] when it was to be paid
    /// for; [`LifecycleError::NotFound`].
    pub async fn retry_install(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let failed = self.stored(desk, id).await?;
        self.retry_as(failed, by, Actor::Operator(by)).await
    }

    /// The same by the host itself, when somebody looks: once the pause after the last failure is over, and only for exactly
    /// the failure `rev` that was looked at. `None`: it is not time yet, or somebody else was faster.
    ///
    /// # Errors
    /// As [`Self::retry_install`].
    pub async fn retry_by_host(
        &self,
        desk: DeskId,
        id: InstallationId,
        rev: i64,
    ) -> Result<Option<Installation>, LifecycleError> {
        let failed = self.stored(desk, id).await?;
        if failed.rev != rev || !retry_is_due(&failed, self.clock.now()) {
            return Ok(None);
        }
        let by = failed.installed_by;
        self.retry_as(failed, by, Actor::System).await.map(Some)
    }

    async fn retry_as(
        &self,
        failed: Installation,
        by: OperatorId,
        actor: Actor,
    ) -> Result<Installation, LifecycleError> {
        let (desk, id) = (failed.desk, failed.id);
        let version = self.may_install(failed.desk, &failed.addon, Some(failed.version.clone())).await?;
        let mut conn = self.db.read().await?;
        self.check_login(&mut conn, desk, Deed::Obtains).await?;
        let settled = self.settled_again(&mut conn, &failed, &version).await?;
        drop(conn);
        let recording = Recording { version, grant: failed.grant.clone(), settled };
        let request = InstallRequest {
            desk,
            addon: failed.addon.clone(),
            version: None,
            label: failed.label.clone(),
            by,
            grant_accepted: Asks::default(),
            idempotency_key: None,
            purchase: None,
            users: None,
        };
        match self.install_again(failed, recording, &request, actor).await {
            Err(LifecycleError::Conflict) => self.stored(desk, id).await,
            other => other,
        }
    }

    /// True when [`Self::retry_by_host`] has something to try now: it is time, and the installation was not to be paid for.
    ///
    /// # Errors
    /// As [`Self::retries_free`].
    pub async fn retries_now(&self, desk: DeskId, id: InstallationId) -> Result<bool, LifecycleError> {
        let due = retry_is_due(&self.stored(desk, id).await?, self.clock.now());
        Ok(due && self.retries_free(desk, id).await?)
    }

    /// True when [`Self::retry_install`] has something to try: the installation was not to be paid for.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; when the database fails.
    pub async fn retries_free(&self, desk: DeskId, id: InstallationId) -> Result<bool, LifecycleError> {
        let failed = self.stored(desk, id).await?;
        let mut conn = self.db.read().await?;
        let Some(version) = catalog::version(&mut conn, &failed.addon, &failed.version).await? else {
            return Ok(false);
        };
        match self.settled_again(&mut conn, &failed, &version).await {
            Ok(_) => Ok(true),
            Err(LifecycleError::Store(error)) => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    /// On what a failed installation was, if that costs nothing now either.
    async fn settled_again(
        &self,
        conn: &mut Conn,
        failed: &Installation,
        version: &catalog::VersionRow,
    ) -> Result<Settled, LifecycleError> {
        let terms = terms::terms_of(conn, failed.desk, version, self.clock.now()).await?;
        let last = sagas::last_of(conn, failed.desk, failed.id, Install::KIND).await?;
        match last.and_then(|last| serde_json::from_value::<Install>(last.params).ok()).map(|last| last.funding) {
            Some(Funding::Order(_)) => Err(LifecycleError::PlanNeeded),
            Some(Funding::Trial(plan)) if terms.trial_days(&plan) == 0 => Err(LifecycleError::NoTrial),
            Some(Funding::Trial(plan)) => Ok(Settled::Trial(plan)),
            Some(Funding::Free(plan)) => Ok(Settled::FreePlan(plan)),
            Some(Funding::Nothing) | None => terms::settle(&terms, None),
        }
    }

    async fn install_again(
        &self,
        failed: Installation,
        recording: Recording,
        request: &InstallRequest,
        actor: Actor,
    ) -> Result<Installation, LifecycleError> {
        let again = failed.retry(recording.version.version.clone(), recording.grant.clone(), self.clock.now())?;
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, again.desk).await?;
        still_installable(&mut tx, again.desk, &again.addon, &again.version).await?;
        installations::save(&mut tx, &again).await?;
        self.record_install(tx, again, recording, request, (Action::AddonRetryInstall, actor)).await
    }

    /// The rest of the transaction that starts an installation: users, order, audit row, saga.
    async fn record_install(
        &self,
        mut tx: Tx,
        new: Installation,
        recording: Recording,
        request: &InstallRequest,
        (action, actor): (Action, Actor),
    ) -> Result<Installation, LifecycleError> {
        let (desk, id, by, now) = (new.desk, new.id, request.by, self.clock.now());
        if let Some(users) = &request.users {
            apply_users(&mut tx, &new, users, now).await?;
        }
        let funding = match recording.settled {
            Settled::Free => Funding::Nothing,
            Settled::FreePlan(plan) => Funding::Free(plan),
            Settled::Trial(plan) => Funding::Trial(plan),
            Settled::Paid(plan) => Funding::Order(self.order_install(&mut tx, &new, &plan, request).await?),
        };
        let detail = json!({ "installation": id, "version": new.version.to_string(), "grant": new.grant, "on": funding,
                "label": new.label });
        audit::append(&mut tx, desk, actor, action, new.addon.as_str(), &detail, now).await?;
        if !recording.version.manifest.is_manual() {
            let requested = EventData::InstallRequested(InstallRequested { by, until: None });
            publisher_events::put(&mut tx, &new, &requested, now).await?;
        }
        let params = Install { addon: new.addon.clone(), kind: new.kind, version: new.version.clone(), by, funding };
        saga::start(self, tx, desk, id, &params).await?;
        Ok(new)
    }

    async fn order_install(
        &self,
        tx: &mut Tx,
        new: &Installation,
        plan: &Plan,
        request: &InstallRequest,
    ) -> Result<OrderId, LifecycleError> {
        let choice = request.purchase.as_ref().ok_or(LifecycleError::PlanNeeded)?;
        let quantity = subscribe::licences_for(tx, new, plan, choice.licences).await?;
        let order = NewOrder {
            desk: new.desk,
            installation: new.id,
            addon: new.addon.clone(),
            version: new.version.clone(),
            plan: plan.id.clone(),
            quantity,
            purpose: OrderPurpose::Install,
            shown: choice.shown,
            shown_renewal: choice.shown_renewal,
            method: choice.method,
            shown_of_card: choice.shown_of_card,
            by: request.by,
            key: request.idempotency_key.clone(),
            details: Value::Null,
        };
        Ok(self.billing.order_in(tx, &order).await?.id)
    }

    /// Another request installed the add-on between the look and the write.
    async fn lost_race(&self, request: &InstallRequest) -> Result<Installation, LifecycleError> {
        let (desk, key) = (request.desk, &request.idempotency_key);
        let mut conn = self.db.read().await?;
        let winner = installations::called(&mut conn, desk, &request.addon, request.label.as_ref()).await?;
        let winner = winner.ok_or(LifecycleError::Conflict)?;
        if key.is_none() || installations::idempotency_key(&mut conn, desk, winner.id).await? != *key {
            return Err(LifecycleError::AlreadyInstalled(winner.id));
        }
        check_repeated(&mut conn, request).await?;
        Ok(winner)
    }

    /// A version that the desk may install anew: the named one, or the newest that it sees.
    async fn may_install(
        &self,
        desk: DeskId,
        addon: &AddonId,
        version: Option<Version>,
    ) -> Result<catalog::VersionRow, LifecycleError> {
        let mut conn = self.db.read().await?;
        let seen = catalog::visible(&mut conn, desk, addon).await?;
        let seen = seen.filter(|seen| seen.standing.may_install()).ok_or(LifecycleError::NotFound("add-on"))?;
        let version = version.or_else(|| seen.latest()).ok_or(LifecycleError::NotFound("version"))?;
        installable(&mut conn, addon, &version, &seen).await
    }

    /// A version that the desk may move to.
    pub(crate) async fn may_take(
        &self,
        desk: DeskId,
        addon: &AddonId,
        version: &Version,
    ) -> Result<catalog::VersionRow, LifecycleError> {
        let mut conn = self.db.read().await?;
        let seen = catalog::visible(&mut conn, desk, addon).await?.ok_or(LifecycleError::NotFound("add-on"))?;
        installable(&mut conn, addon, version, &seen).await
    }

    pub(crate) async fn stored(&self, desk: DeskId, id: InstallationId) -> Result<Installation, LifecycleError> {
        let found = installations::get(&mut self.db.read().await?, desk, id).await?;
        found.ok_or(LifecycleError::NotFound("installation"))
    }
}

/// The version, when the desk sees it and it may be installed.
async fn installable(
    conn: &mut Conn,
    addon: &AddonId,
    version: &Version,
    seen: &catalog::Visible,
) -> Result<catalog::VersionRow, LifecycleError> {
    let row = catalog::version(conn, addon, version).await?.filter(|row| seen.has(&row.version));
    let row = row.ok_or(LifecycleError::NotFound("version"))?;
    match row.status {
        VersionStatus::Available => Ok(row),
        VersionStatus::Yanked => Err(LifecycleError::Yanked),
        VersionStatus::Blocked => Err(LifecycleError::Blocked),
    }
}

/// Access may have ended between the look and the write.
async fn still_installable(
    tx: &mut Tx,
    desk: DeskId,
    addon: &AddonId,
    version: &Version,
) -> Result<(), LifecycleError> {
    let seen = catalog::visible(tx, desk, addon).await?;
    let may = seen.is_some_and(|seen| seen.standing.may_install() && seen.has(version));
    if may { Ok(()) } else { Err(LifecycleError::NotFound("add-on")) }
}

/// True when a failed installation may be tried again without anybody asking for it.
fn retry_is_due(failed: &Installation, now: Timestamp) -> bool {
    let due = failed.failures.as_ref().is_none_or(|failures| failures.is_due(now));
    failed.status == Status::FailedInstallation && due
}

/// Refuses a key that belongs to the purchase of something else than what is asked for now.
async fn check_repeated(conn: &mut Conn, request: &InstallRequest) -> Result<(), LifecycleError> {
    let Some(key) = &request.idempotency_key else { return Ok(()) };
    let Some(order) = orders::by_key(conn, request.desk, key).await? else { return Ok(()) };
    let counted = order.plan.model == PlanModel::PerUser;
    let same = request.purchase.as_ref().is_some_and(|choice| {
        let quantity = choice.licences.filter(|_| counted).unwrap_or(order.quantity);
        let plan = !choice.trial && choice.plan == order.plan.id;
        plan && quantity == order.quantity && is_charged_to(&order, choice.method)
    });
    if same { Ok(()) } else { Err(OrderError::KeyReused.into()) }
}

/// The grant for what a version asks for when all of it was consented to: never more than the version asks for.
pub(crate) fn consented(accepted: &Grant, asks: &Asks) -> Result<Grant, LifecycleError> {
    let missing = accepted.missing(asks);
    if missing.is_empty() { Ok(Grant::of_all(asks)) } else { Err(LifecycleError::ConsentNeeded(missing)) }
}
