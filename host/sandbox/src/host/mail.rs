//! `mail`: needs the capability `mail`. Mails are files that the installation has made, and go out as they are.

use std::time::Duration;

use annex_domain::{
    capability::Access,
    mailbox::{Envelope, MOST_RECIPIENTS, MailOutcome},
    ports::{Mailbox, RecordError},
};

use super::{Answer, Refused, in_time};
use crate::state::Caller;

/// How long a server may take to take a mail. It may have taken one that it does not answer by then.
const PATIENCE: Duration = Duration::from_secs(8);

impl Caller {
    pub(crate) async fn mailboxes(&mut self) -> Answer<Vec<Mailbox>> {
        let check = |state: &mut Self| state.check_mail();
        let list = async |state: &mut Self, ()| {
            Ok(in_time(state.services.data.mailboxes(&state.scope), RecordError::Unavailable).await?)
        };
        self.checked_call("mail.mailboxes", "", check, list).await
    }

    pub(crate) async fn send_mail(&mut self, setting: String, envelope: Envelope, raw: String) -> Answer<MailOutcome> {
        let check = |state: &mut Self| {
            state.check_mail()?;
            if !(1..=MOST_RECIPIENTS).contains(&envelope.recipients.len()) {
                return Err(RecordError::Invalid(format!("a mail has 1 to {MOST_RECIPIENTS} recipients")).into());
            }
            state.writes.mail()?;
            Ok(envelope)
        };
        let send = async |state: &mut Self, envelope| {
            let sending = state.services.data.send_mail(&state.scope, &setting, envelope, &raw);
            match tokio::time::timeout(PATIENCE, sending).await {
                Ok(outcome) => Ok(outcome?),
                Err(_) => Ok(MailOutcome::Unknown("the server has not answered yet".into())),
            }
        };
        self.checked_call("mail.send", &setting, check, send).await
    }

    fn check_mail(&self) -> Result<(), Refused> {
        match self.denied(Access::Mail) {
            Some(text) => Err(Refused::Denied(text)),
            None => Ok(()),
        }
    }
}
