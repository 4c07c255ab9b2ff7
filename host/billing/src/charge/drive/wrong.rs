//! Ways of charging that are wrong on purpose, to show that the suite notices. No release build has them.

use std::time::Duration;

use annex_domain::{crash::When, random};
use annex_store::{
    StoreError,
    billing::{attempts::Attempt, invoices::Invoice},
};

use super::Moved;
use crate::{
    Billing, BillingError, Variant,
    gateway::Payer,
    protocol::{self, Goal},
};

impl Billing {
    /// True when a test has it charge as no host should.
    pub(super) fn is_wrong(&self) -> bool {
        self.parts().variant != Variant::Designed
    }

    /// One call that makes and confirms the intent, with nothing stored in between. After a crash it is simply repeated.
    pub(super) async fn one_call(&self, invoice: &Invoice, attempt: Attempt) -> Result<Moved, BillingError> {
        let gateway = self.gateway_of(&attempt.gateway)?;
        let mut key = protocol::create_key(attempt.id, Duration::ZERO);
        if self.parts().variant == Variant::OneCall {
            key.push_str(&random::token().map_err(StoreError::from)?);
        }
        let new = self.new_intent(invoice, &attempt);
        let back = self.page_that_looks(invoice).await?;
        self.pass("charge", "create", When::Before)?;
        self.pass("charge", "confirm", When::Before)?;
        let made = gateway.create_intent(&key, &new).await?;
        let intent = gateway.confirm(&format!("{key}:confirm"), &made.id, &back, Payer::Present).await?;
        self.pass("charge", "create", When::After)?;
        self.pass("charge", "confirm", When::After)?;
        self.record(attempt, &intent, Goal::Take).await
    }
}
