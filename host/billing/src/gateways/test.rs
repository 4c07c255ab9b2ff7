//! The gateway that is built in, so that the product can be tried without an account anywhere: it takes test cards, and no
//! money. Its pages (adding a card, confirming a payment as at a bank) are drawn by the client area.
//!
//! It is kept as a payment company would keep it: in tables of its own, with transactions of its own, reached only
//! through the port. Idempotency keys live for 24 hours: the same key with the same request gives the first object again,
//! with another request it is refused, and a key that is older is forgotten.

use std::{fmt, sync::Arc, time::Duration};

use annex_domain::{
    clock::{Clock, Timestamp},
    random,
};
use annex_store::{
    Db, StoreError, Tx,
    billing::test_gateway::{self as rows, Answered, Object},
};
use async_trait::async_trait;
use http::HeaderMap;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use url::Url;

mod model;
mod pages;

use self::model::{CustomerBody, MethodBody, RefundBody, SetUpBody};
pub(crate) use self::model::{IntentBody, StoredStatus};
pub use self::{
    model::{Behaviour, CARDS, TestCard, card},
    pages::{Action, CardError, SetUp},
};
use crate::gateway::{
    Card, Dispute, Event, EventError, Gateway, GatewayError, Intent, NewCustomer, NewIntent, NewRefund, Payer, Refund,
};

/// The word in the tables.
pub const NAME: &str = "test";

/// How long an idempotency key is remembered.
const KEPT: Duration = Duration::from_hours(24);
/// Where the pages are, below the public URL.
const PAGES: &str = "client-area/test-gateway/";

const CUSTOMER: &str = "customer";
const SETUP: &str = "setup";
const METHOD: &str = "method";
const INTENT: &str = "intent";
const REFUND: &str = "refund";

/// The built-in test gateway. Cheap to clone.
#[derive(Clone)]
pub struct TestGateway {
    db: Db,
    clock: Arc<dyn Clock>,
    public_url: Url,
}

impl fmt::Debug for TestGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestGateway").finish_non_exhaustive()
    }
}

impl TestGateway {
    /// `public_url` ends with a slash; the pages are below it.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, public_url: Url) -> Self {
        Self { db, clock, public_url }
    }

    /// How often money was taken for an intent: 0 or 1. The judge of tests.
    ///
    /// # Errors
    /// When there is no such intent, or the database fails.
    pub async fn charges(&self, intent: &str) -> Result<u32, GatewayError> {
        let (_, body): (Object, IntentBody) = self.load(intent, INTENT).await?;
        Ok(body.charges)
    }

    fn page(&self, path: &str) -> Result<Url, GatewayError> {
        let url = self.public_url.join(PAGES).and_then(|pages| pages.join(path));
        url.map_err(|error| GatewayError::refused("url_invalid", error.to_string()))
    }

    async fn find<B: DeserializeOwned>(&self, id: &str, kind: &str) -> Result<Option<(Object, B)>, GatewayError> {
        let mut conn = self.db.read().await.map_err(lost)?;
        let found = rows::get(&mut conn, id).await.map_err(lost)?;
        let Some(object) = found.filter(|object| object.kind == kind) else { return Ok(None) };
        let body = parse(&object)?;
        Ok(Some((object, body)))
    }

    async fn load<B: DeserializeOwned>(&self, id: &str, kind: &str) -> Result<(Object, B), GatewayError> {
        self.find(id, kind).await?.ok_or_else(|| missing(kind, id))
    }

    /// A transaction in which old keys are forgotten.
    async fn begin(&self) -> Result<Tx, GatewayError> {
        let mut tx = self.db.begin().await.map_err(lost)?;
        rows::forget_keys(&mut tx, self.clock.now().before(KEPT)).await.map_err(lost)?;
        Ok(tx)
    }

    /// Makes an object, or gives the one that the key made before.
    async fn once<R: Serialize>(&self, key: &str, request: &R, new: Object) -> Result<Object, GatewayError> {
        let answered = Answered { fingerprint: fingerprint(&new.kind, request)?, object: new.id.clone() };
        let mut tx = self.begin().await?;
        if rows::answer(&mut tx, key, &answered, self.clock.now()).await.map_err(lost)? {
            rows::insert(&mut tx, &new).await.map_err(lost)?;
            tx.commit().await.map_err(lost)?;
            return Ok(new);
        }
        let first = replayed(&mut tx, key, &answered.fingerprint).await?;
        let first = first.ok_or_else(|| GatewayError::Unreachable("the idempotency key is being used".into()))?;
        rows::get(&mut tx, &first).await.map_err(lost)?.ok_or_else(|| missing("object", &first))
    }

    /// Changes an intent; somebody else's change in between is seen, and the change is made on that. With a key the
    /// first answer is given again, however the intent stands by now: as payment companies do.
    async fn change(
        &self,
        id: &str,
        key: Option<(&str, &str)>,
        mut change: impl FnMut(&mut IntentBody) -> Result<(), GatewayError>,
    ) -> Result<Intent, GatewayError> {
        for _ in 0..20 {
            let mut tx = self.begin().await?;
            let found = rows::get(&mut tx, id).await.map_err(lost)?.filter(|object| object.kind == INTENT);
            let mut object = found.ok_or_else(|| missing(INTENT, id))?;
            if let Some((key, step)) = key
                && let Some(first) = replayed(&mut tx, key, &fingerprint(step, &id)?).await?
            {
                let first: IntentBody = serde_json::from_str(&first).map_err(lost)?;
                return Ok(first.read(id, object.created_at));
            }
            let mut body: IntentBody = parse(&object)?;
            change(&mut body)?;
            object.body = json(&body)?;
            match rows::save(&mut tx, &mut object).await {
                Ok(()) => {}
                Err(StoreError::Stale(_)) => continue,
                Err(error) => return Err(lost(error)),
            }
            if let Some((key, step)) = key {
                let answered = Answered { fingerprint: fingerprint(step, &id)?, object: object.body.to_string() };
                rows::answer(&mut tx, key, &answered, self.clock.now()).await.map_err(lost)?;
            }
            tx.commit().await.map_err(lost)?;
            return Ok(body.read(id, object.created_at));
        }
        Err(GatewayError::Unreachable("the intent is being changed by many at once".into()))
    }
}

/// What was answered to a key before, if it was used; for another request it is refused.
async fn replayed(tx: &mut Tx, key: &str, fingerprint: &str) -> Result<Option<String>, GatewayError> {
    match rows::answered(tx, key).await.map_err(lost)? {
        None => Ok(None),
        Some(first) if first.fingerprint == fingerprint => Ok(Some(first.object)),
        Some(_) => Err(GatewayError::KeyUsed("another amount or card".into())),
    }
}

#[async_trait]
impl Gateway for TestGateway {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn customer(&self, key: &str, new: &NewCustomer) -> Result<String, GatewayError> {
        let body = CustomerBody { email: new.email.clone(), name: new.name.clone() };
        let object = new_object("cus", CUSTOMER, None, &body, self.clock.now())?;
        Ok(self.once(key, &(new.account, &new.email, &new.name), object).await?.id)
    }

    async fn set_up_page(&self, key: &str, customer: &str, return_url: &Url) -> Result<Url, GatewayError> {
        self.load::<CustomerBody>(customer, CUSTOMER).await?;
        let body = SetUpBody { return_url: return_url.clone(), method: None };
        let object = new_object("seti", SETUP, Some(customer.into()), &body, self.clock.now())?;
        let visit = self.once(key, &(customer, return_url), object).await?;
        self.page(&format!("setup/{}", visit.id))
    }

    async fn methods(&self, customer: &str) -> Result<Vec<Card>, GatewayError> {
        self.load::<CustomerBody>(customer, CUSTOMER).await?;
        let mut conn = self.db.read().await.map_err(lost)?;
        let objects = rows::of_customer(&mut conn, METHOD, customer).await.map_err(lost)?;
        let mut cards = Vec::new();
        for object in objects.into_iter().rev() {
            let body: MethodBody = parse(&object)?;
            if !body.detached {
                let (exp_month, exp_year) = (body.exp_month, body.exp_year);
                cards.push(Card { id: object.id, brand: body.brand, last4: body.last4, exp_month, exp_year });
            }
        }
        Ok(cards)
    }

    async fn detach(&self, method: &str) -> Result<(), GatewayError> {
        let (mut object, mut body): (Object, MethodBody) = match self.load(method, METHOD).await {
            Err(GatewayError::Refused { .. }) => return Ok(()),
            found => found?,
        };
        body.detached = true;
        object.body = json(&body)?;
        let mut tx = self.db.begin().await.map_err(lost)?;
        match rows::save(&mut tx, &mut object).await {
            // Nothing but this changes a card.
            Ok(()) | Err(StoreError::Stale(_)) => tx.commit().await.map_err(lost),
            Err(error) => Err(lost(error)),
        }
    }

    async fn create_intent(&self, key: &str, new: &NewIntent) -> Result<Intent, GatewayError> {
        let (card, body): (Object, MethodBody) = self.load(&new.method, METHOD).await?;
        if body.detached || card.customer.as_deref() != Some(new.customer.as_str()) {
            return Err(GatewayError::refused("payment_method_invalid", "the card does not belong to the customer"));
        }
        if new.amount.cents <= 0 {
            return Err(GatewayError::refused("amount_too_small", "the amount must be more than zero"));
        }
        let body = IntentBody::new(new);
        let object = new_object("pi", INTENT, Some(new.customer.clone()), &body, self.clock.now())?;
        let request = (&new.customer, &new.method, new.amount, &new.description, &new.metadata);
        let object = self.once(key, &request, object).await?;
        // A repeated create gives the first answer, however the intent stands by now.
        let mut first: IntentBody = parse(&object)?;
        (first.status, first.decline, first.action_url) = (StoredStatus::NeedsConfirmation, None, None);
        Ok(first.read(&object.id, object.created_at))
    }

    async fn confirm(&self, key: &str, id: &str, return_url: &Url, payer: Payer) -> Result<Intent, GatewayError> {
        let (_, body): (Object, IntentBody) = self.load(id, INTENT).await?;
        let (_, card): (Object, MethodBody) = self.load(&body.method, METHOD).await?;
        let page = self.page(&format!("confirm/{id}"))?;
        let mut is_lost = false;
        let step = if payer == Payer::Present { "confirm" } else { "confirm-off-session" };
        let intent = self
            .change(id, Some((key, step)), |body| {
                is_lost = body.confirm(card.behaviour, return_url, page.clone(), payer)?;
                Ok(())
            })
            .await?;
        if is_lost { Err(GatewayError::Unreachable("no answer in time".into())) } else { Ok(intent) }
    }

    async fn intent(&self, id: &str) -> Result<Intent, GatewayError> {
        let (object, body): (Object, IntentBody) = self.load(id, INTENT).await?;
        Ok(body.read(id, object.created_at))
    }

    async fn cancel(&self, key: &str, id: &str) -> Result<Intent, GatewayError> {
        self.change(id, Some((key, "cancel")), IntentBody::cancel).await
    }

    async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, GatewayError> {
        let mut conn = self.db.read().await.map_err(lost)?;
        let objects = rows::since(&mut conn, INTENT, since).await.map_err(lost)?;
        objects.iter().map(|object| Ok(parse::<IntentBody>(object)?.read(&object.id, object.created_at))).collect()
    }

    async fn refund(&self, key: &str, new: &NewRefund) -> Result<Refund, GatewayError> {
        let body = RefundBody { intent: new.intent.clone(), amount: new.amount, metadata: new.metadata.clone() };
        let print = fingerprint(REFUND, &(&new.intent, new.amount))?;
        for _ in 0..20 {
            let mut tx = self.begin().await?;
            if let Some(first) = replayed(&mut tx, key, &print).await? {
                return Ok(body.read(&first));
            }
            let intent = rows::get(&mut tx, &new.intent).await.map_err(lost)?.filter(|object| object.kind == INTENT);
            let mut intent = intent.ok_or_else(|| missing(INTENT, &new.intent))?;
            let mut taken: IntentBody = parse(&intent)?;
            taken.refund(new.amount)?;
            intent.body = json(&taken)?;
            match rows::save(&mut tx, &mut intent).await {
                Ok(()) => {}
                Err(StoreError::Stale(_)) => continue,
                Err(error) => return Err(lost(error)),
            }
            let object = new_object("re", REFUND, intent.customer, &body, self.clock.now())?;
            rows::insert(&mut tx, &object).await.map_err(lost)?;
            let answered = Answered { fingerprint: print, object: object.id.clone() };
            rows::answer(&mut tx, key, &answered, self.clock.now()).await.map_err(lost)?;
            tx.commit().await.map_err(lost)?;
            return Ok(body.read(&object.id));
        }
        Err(GatewayError::Unreachable("the intent is being changed by many at once".into()))
    }

    async fn refund_by_id(&self, id: &str) -> Result<Refund, GatewayError> {
        let (_, body): (Object, RefundBody) = self.load(id, REFUND).await?;
        Ok(body.read(id))
    }

    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError> {
        let (object, _): (Object, IntentBody) = self.load(intent, INTENT).await?;
        let mut conn = self.db.read().await.map_err(lost)?;
        let customer = object.customer.unwrap_or_default();
        let objects = rows::of_customer(&mut conn, REFUND, &customer).await.map_err(lost)?;
        let mut refunds = Vec::new();
        for object in objects {
            let body: RefundBody = parse(&object)?;
            if body.intent == intent {
                refunds.push(body.read(&object.id));
            }
        }
        Ok(refunds)
    }

    async fn refunds_since(&self, since: Timestamp) -> Result<Vec<Refund>, GatewayError> {
        let mut conn = self.db.read().await.map_err(lost)?;
        let objects = rows::since(&mut conn, REFUND, since).await.map_err(lost)?;
        objects.iter().map(|object| Ok(parse::<RefundBody>(object)?.read(&object.id))).collect()
    }

    // Nobody disputes what was paid with a test card.

    async fn dispute(&self, id: &str) -> Result<Dispute, GatewayError> {
        Err(missing("dispute", id))
    }

    async fn disputes_of(&self, _: &str) -> Result<Vec<Dispute>, GatewayError> {
        Ok(Vec::new())
    }

    async fn disputes_since(&self, _: Timestamp) -> Result<Vec<Dispute>, GatewayError> {
        Ok(Vec::new())
    }

    fn event(&self, _: &HeaderMap, _: &[u8], _: Timestamp) -> Result<Event, EventError> {
        Err(EventError::Unexpected)
    }
}

fn new_object(
    prefix: &str,
    kind: &str,
    customer: Option<String>,
    body: &impl Serialize,
    now: Timestamp,
) -> Result<Object, GatewayError> {
    let token = random::token().map_err(|error| GatewayError::Unreachable(error.to_string()))?;
    let id = format!("test_{prefix}_{}", token.get(..24).unwrap_or(&token));
    Ok(Object { id, kind: kind.into(), customer, body: json(body)?, created_at: now, rev: 1 })
}

fn json(body: &impl Serialize) -> Result<serde_json::Value, GatewayError> {
    serde_json::to_value(body).map_err(lost)
}

fn parse<B: DeserializeOwned>(object: &Object) -> Result<B, GatewayError> {
    B::deserialize(&object.body).map_err(lost)
}

fn fingerprint(kind: &str, request: &impl Serialize) -> Result<String, GatewayError> {
    let text = serde_json::to_vec(&(kind, request)).map_err(lost)?;
    Ok(hex::encode(Sha256::digest(text)))
}

/// What fails inside of a payment company looks from outside as if it did not answer.
fn lost(error: impl fmt::Display) -> GatewayError {
    GatewayError::Unreachable(error.to_string())
}

fn missing(kind: &str, id: &str) -> GatewayError {
    GatewayError::refused("resource_missing", format!("there is no {kind} {id}"))
}
