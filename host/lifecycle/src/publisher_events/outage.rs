//! Publishers are told when nothing has arrived at their service for a while: once for each outage, however long it lasts.

use std::time::Duration;

use annex_domain::{addon::AddonId, clock::Timestamp, mail::MailFacts};
use annex_store::{
    StoreError, catalog, mails,
    publisher_events::endpoints::{self, Answer},
    publishers::organisations,
};

use crate::Lifecycle;

/// How long nothing arrives before somebody is told.
const PATIENCE: Duration = Duration::from_hours(1);

impl Lifecycle {
    /// Mails the contact of each publisher whose service has been away for an hour.
    pub(crate) async fn tell_of_outages(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let away = endpoints::outages(&mut self.db.read().await?, now.before(PATIENCE)).await?;
        for addon in away {
            self.tell_of_outage(&addon, now).await?;
        }
        Ok(())
    }

    async fn tell_of_outage(&self, addon: &AddonId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        if !endpoints::told(&mut tx, addon, now.before(PATIENCE), now).await? {
            return Ok(());
        }
        let endpoint = endpoints::get(&mut tx, addon).await?;
        let publisher = catalog::owner(&mut tx, addon).await?;
        let contact = organisations::get(&mut tx, &publisher).await?.contact_email;
        // One that the command line trusts has none.
        if let (Some(to), Some(since), Some((answer, _))) = (contact, endpoint.failing_since, endpoint.last) {
            let facts = MailFacts::EventsFailing { publisher, addon: addon.clone(), since, answer: in_words(&answer) };
            mails::put_of_platform(&mut tx, &to, &facts, &format!("{addon}:{}", since.0), None, now).await?;
        }
        tx.commit().await
    }
}

fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Status { status, excerpt } => format!("HTTP {status} {excerpt}").trim_end().to_owned(),
        Answer::Nothing(why) => why.clone(),
    }
}
