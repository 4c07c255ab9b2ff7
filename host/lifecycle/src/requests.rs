//! *Ask an admin* (R69): an operator who may not install asks for an add-on, with a reason. Whoever manages add-ons sees the
//! request; installing the add-on, through its consent page, approves all requests for it, or one is declined with a word.
//! The asker is told by mail either way.

use annex_domain::{
    addon::AddonId,
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, OperatorId, RequestId},
    installation::Installation,
    localized::Localized,
    mail::{MailAddon, MailFacts},
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit, catalog, installations, mails, operators,
    requests::{self, Request, RequestState},
};
use serde_json::json;

use crate::{Lifecycle, LifecycleError};

impl Lifecycle {
    /// Asks the admins of a desk for an add-on. False: the operator had asked for it before, and nobody has answered yet.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`] for an add-on without a version to install; [`LifecycleError::AlreadyInstalled`]; for a
    /// reason that is too long.
    pub async fn request_addon(
        &self,
        desk: DeskId,
        addon: &AddonId,
        by: OperatorId,
        reason: &str,
    ) -> Result<bool, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let seen = catalog::visible(&mut tx, desk, addon).await?;
        if seen.is_none_or(|seen| seen.latest().is_none()) {
            return Err(LifecycleError::NotFound("add-on"));
        }
        if let Some(installed) = installations::of_addon(&mut tx, desk, addon).await? {
            return Err(LifecycleError::AlreadyInstalled(installed.id));
        }
        let asked = requests::ask(&mut tx, desk, addon, by, reason.trim(), now).await?;
        let Some(id) = asked else { return Ok(false) };
        let detail = json!({ "request": id, "reason": reason.trim() });
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonRequested, addon.as_str(), &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Declines a request, with a word for who asked.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; [`LifecycleError::Conflict`] when it was answered before.
    pub async fn decline_request(
        &self,
        desk: DeskId,
        id: RequestId,
        by: OperatorId,
        answer: &str,
    ) -> Result<Request, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let request = requests::get(&mut tx, desk, id).await?;
        requests::settle(&mut tx, desk, id, (RequestState::Declined, Some(answer.trim())), by, now).await?;
        let detail = json!({ "request": id, "answer": answer.trim() });
        let object = request.addon.as_str();
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonRequestDeclined, object, &detail, now).await?;
        let version = catalog::shown(&mut tx, &request.addon).await?;
        let name = version.map_or_else(|| Localized::en(object), |version| version.manifest.listing.name);
        let facts = MailFacts::RequestDeclined {
            addon: MailAddon { id: request.addon.clone(), name, installation: None },
            by: name_of(&mut tx, desk, by).await?,
            answer: answer.trim().to_owned(),
        };
        tell(&mut tx, desk, &request, &facts, now).await?;
        tx.commit().await?;
        Ok(request)
    }
}

/// The add-on is installed: that approves whatever was asked for.
pub(crate) async fn approved(
    tx: &mut Tx,
    installed: &Installation,
    by: OperatorId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let desk = installed.desk;
    let open = requests::open(tx, desk).await?;
    for request in open.into_iter().filter(|request| request.addon == installed.addon) {
        requests::settle(tx, desk, request.id, (RequestState::Approved, None), by, now).await?;
        let detail = json!({ "request": request.id, "installation": installed.id });
        let object = request.addon.as_str();
        audit::append(tx, desk, Actor::Operator(by), Action::AddonRequestApproved, object, &detail, now).await?;
        // No link to pages of the installation: who asked may not open them.
        let addon = MailAddon { installation: None, ..crate::letters::addon(tx, installed).await? };
        let facts = MailFacts::RequestApproved { addon, by: name_of(tx, desk, by).await? };
        tell(tx, desk, &request, &facts, now).await?;
    }
    Ok(())
}

async fn name_of(tx: &mut Tx, desk: DeskId, by: OperatorId) -> Result<String, StoreError> {
    match operators::get(tx, desk, by).await {
        Ok(operator) => Ok(operator.name),
        Err(StoreError::NotFound(_)) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

async fn tell(
    tx: &mut Tx,
    desk: DeskId,
    request: &Request,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    let asker = operators::get(tx, desk, request.by).await?;
    if !asker.active {
        return Ok(());
    }
    let mail = mails::NewMail {
        desk,
        operator: Some(asker.id),
        to: asker.email,
        kind: facts.kind(),
        args: facts.args(),
        unique_key: format!("request:{}", request.id),
    };
    mails::put(tx, &mail, now).await?;
    Ok(())
}
