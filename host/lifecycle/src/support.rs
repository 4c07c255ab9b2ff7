//! Asking the platform for help (R33): an update failed, and so did the way back. The request goes out as a mail that has what
//! support needs to know; answers go to who asked.

use annex_domain::{
    audit::Action,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{NotAllowed, Status},
    mail::MailFacts,
    operator::Actor,
};
use annex_store::{
    audit, installations,
    mails::{self, NewMail},
    operators,
};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, letters};

impl Lifecycle {
    /// Mails a support request to `to`, with the words of who asks. False: they have asked about this failure before, and nothing
    /// is sent again.
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless its update failed for good; [`LifecycleError::NotFound`].
    pub async fn ask_support(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
        to: &str,
        text: &str,
    ) -> Result<bool, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let found = installations::get(&mut tx, desk, id).await?;
        let installation = found.ok_or(LifecycleError::NotFound("installation"))?;
        let notice = installation.notice.as_ref().filter(|_| installation.status == Status::FailedUpdate);
        let Some(notice) = notice else {
            return Err(NotAllowed { status: installation.status, action: "be reported to the platform" }.into());
        };
        let asks = operators::get(&mut tx, desk, by).await?;
        let facts = MailFacts::SupportRequested {
            addon: letters::addon(&mut tx, &installation).await?,
            version: installation.version.to_string(),
            error_id: notice.error_id.clone(),
            error: notice.text.clone(),
            by: format!("{} ({})", asks.name, asks.email),
            text: text.to_owned(),
        };
        let mail = NewMail {
            desk,
            operator: None,
            to: to.to_owned(),
            kind: facts.kind(),
            args: facts.args(),
            unique_key: format!("support-requested:{id}:{}:{by}", notice.error_id),
        };
        if mails::put(&mut tx, &mail, now).await?.is_none() {
            return Ok(false);
        }
        let detail = json!({ "installation": id, "error_id": notice.error_id, "code": notice.code });
        let addon = installation.addon.as_str();
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonAskSupport, addon, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
