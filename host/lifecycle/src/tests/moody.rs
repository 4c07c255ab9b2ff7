//! The test gateway with moods: away for some calls or until told otherwise, hanging, or losing every answer after its
//! effect.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use annex_billing::{
    gateway::{
        Card, Dispute, Event, EventError, Gateway, GatewayError, Intent, NewCustomer, NewIntent, NewRefund, Payer,
        Refund,
    },
    gateways::test::TestGateway,
};
use annex_domain::clock::Timestamp;
use async_trait::async_trait;
use http::HeaderMap;
use tokio::sync::{RwLock, RwLockWriteGuard};
use url::Url;

/// A gateway that can be away.
#[derive(Debug)]
pub(super) struct Moody {
    inner: TestGateway,
    away_for: AtomicU32,
    loses: AtomicBool,
    calls: AtomicU32,
    gate: RwLock<()>,
}

const ALWAYS: u32 = u32::MAX;

impl Moody {
    pub(super) fn new(inner: TestGateway) -> Self {
        Self {
            inner,
            away_for: AtomicU32::new(0),
            loses: AtomicBool::new(false),
            calls: AtomicU32::new(0),
            gate: RwLock::new(()),
        }
    }

    /// The next calls find nobody.
    pub(super) fn away_for(&self, calls: u32) {
        self.away_for.store(calls, Ordering::SeqCst);
    }

    pub(super) fn away(&self) {
        self.away_for(ALWAYS);
    }

    pub(super) fn back(&self) {
        self.away_for(0);
        self.loses.store(false, Ordering::SeqCst);
    }

    /// From now on every call has its effect, and every answer is lost.
    pub(super) fn loses_answers(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }

    /// How often it was called, also while it was away.
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Lets calls hang until what this answers is dropped.
    pub(super) async fn hangs(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().await
    }

    async fn asked(&self) -> Result<(), GatewayError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        drop(self.gate.read().await);
        let less = |left: u32| match left {
            0 => None,
            ALWAYS => Some(ALWAYS),
            left => Some(left - 1),
        };
        match self.away_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(_) => Err(GatewayError::Unreachable("nobody answers".into())),
            Err(_) => Ok(()),
        }
    }

    fn answer<T>(&self, answer: Result<T, GatewayError>) -> Result<T, GatewayError> {
        if self.loses.load(Ordering::SeqCst) {
            Err(GatewayError::Unreachable("the answer is lost".into()))
        } else {
            answer
        }
    }
}

#[async_trait]
impl Gateway for Moody {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    async fn customer(&self, key: &str, new: &NewCustomer) -> Result<String, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.customer(key, new).await)
    }

    async fn set_up_page(&self, key: &str, customer: &str, return_url: &Url) -> Result<Url, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.set_up_page(key, customer, return_url).await)
    }

    async fn methods(&self, customer: &str) -> Result<Vec<Card>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.methods(customer).await)
    }

    async fn detach(&self, method: &str) -> Result<(), GatewayError> {
        self.asked().await?;
        self.answer(self.inner.detach(method).await)
    }

    async fn create_intent(&self, key: &str, new: &NewIntent) -> Result<Intent, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.create_intent(key, new).await)
    }

    async fn confirm(&self, key: &str, id: &str, return_url: &Url, payer: Payer) -> Result<Intent, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.confirm(key, id, return_url, payer).await)
    }

    async fn intent(&self, id: &str) -> Result<Intent, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.intent(id).await)
    }

    async fn cancel(&self, key: &str, id: &str) -> Result<Intent, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.cancel(key, id).await)
    }

    async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.intents_since(since).await)
    }

    async fn refund(&self, key: &str, new: &NewRefund) -> Result<Refund, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.refund(key, new).await)
    }

    async fn refund_by_id(&self, id: &str) -> Result<Refund, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.refund_by_id(id).await)
    }

    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.refunds_of(intent).await)
    }

    async fn refunds_since(&self, since: Timestamp) -> Result<Vec<Refund>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.refunds_since(since).await)
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.dispute(id).await)
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<Dispute>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.disputes_of(intent).await)
    }

    async fn disputes_since(&self, since: Timestamp) -> Result<Vec<Dispute>, GatewayError> {
        self.asked().await?;
        self.answer(self.inner.disputes_since(since).await)
    }

    fn event(&self, headers: &HeaderMap, raw: &[u8], now: Timestamp) -> Result<Event, EventError> {
        self.inner.event(headers, raw, now)
    }
}
