//! What gateways tell by themselves. An event is a hint only: its object is looked at again at the gateway, so that
//! lost, repeated, late and reordered events all end in the same state. Its id is kept once it was followed; one that
//! could not be is sent again by the gateway, and the reconciler looks anyway.

use annex_domain::{billing::AttemptState, ids::AttemptId};
use annex_store::billing::{attempts, events, methods};
use futures::future::BoxFuture;
use http::HeaderMap;

use crate::{
    Billing, BillingError,
    gateway::{self, About, Event, EventError},
};

/// Why an event was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is not from the gateway, or cannot be read: 400.
    #[error(transparent)]
    Event(#[from] EventError),
    /// It could not be followed now; the gateway sends it again: 503.
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl Billing {
    /// Takes a message of the gateway in: `raw` is the body as it came, byte by byte.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn webhook(&self, headers: &HeaderMap, raw: &[u8]) -> Result<(), WebhookError> {
        let event = self.gateway().event(headers, raw, self.now())?;
        self.hint(&event).await?;
        Ok(())
    }

    /// Follows a verified event, once.
    ///
    /// # Errors
    /// When the gateway does not answer; then it may be given again.
    pub fn hint<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), BillingError>> {
        Box::pin(async move {
            let name = self.gateway().name();
            let mut conn = self.db().read().await?;
            if events::is_known(&mut conn, name, &event.id).await? {
                return Ok(());
            }
            drop(conn);
            match &event.about {
                About::Intent(id) => self.intent_moved(id).await?,
                About::Refund(id) => self.refund_moved(id).await?,
                About::Dispute(id) => self.dispute_moved(id).await?,
                About::Customer(id) => {
                    let mut conn = self.db().read().await?;
                    let account = methods::account_of(&mut conn, name, id).await?;
                    drop(conn);
                    if let Some(account) = account {
                        self.refresh_methods(account).await?;
                    }
                }
                About::Other(_) => {}
            }
            let mut tx = self.db().begin().await?;
            events::take_in(&mut tx, name, &event.id, &event.kind, event.about.id(), self.now()).await?;
            tx.commit().await?;
            Ok(())
        })
    }

    async fn intent_moved(&self, id: &str) -> Result<(), BillingError> {
        let gateway = self.gateway();
        let mut conn = self.db().read().await?;
        let mut attempt = attempts::by_intent(&mut conn, gateway.name(), id).await?;
        drop(conn);
        if attempt.is_none() {
            // Perhaps its id is not stored yet. An intent that is none of ours, or unknown there, is nobody's business.
            let intent = match gateway.intent(id).await {
                Err(gateway::GatewayError::Refused { .. }) => return Ok(()),
                intent => intent?,
            };
            let ours = intent.metadata.get(gateway::ATTEMPT).and_then(|text| text.parse::<AttemptId>().ok());
            if let Some(ours) = ours {
                let mut conn = self.db().read().await?;
                attempt = attempts::find(&mut conn, ours).await?;
            }
        }
        match attempt {
            // What came of a payment that was made: paid back there, or disputed.
            Some(attempt) if attempt.state == AttemptState::Succeeded => self.look_outside_of(&attempt).await,
            Some(attempt) if !attempt.state.is_final() => self.look_after(&attempt).await,
            _ => Ok(()),
        }
    }

    async fn refund_moved(&self, id: &str) -> Result<(), BillingError> {
        let seen = match self.gateway().refund_by_id(id).await {
            Err(gateway::GatewayError::Refused { .. }) => return Ok(()),
            seen => seen?,
        };
        match self.payment_of(&seen.intent).await? {
            Some(attempt) => self.refund_seen(&attempt, &seen).await,
            None => Ok(()),
        }
    }
}
