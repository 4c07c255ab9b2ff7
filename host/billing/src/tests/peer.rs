//! A payment company in memory, with the manners of the real ones: idempotency keys that replay the first answer (or that
//! it has forgotten), answers that get lost after the effect, 500 and 429, requests that arrive twice.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use annex_domain::{
    billing::DisputeState,
    clock::{Clock, Timestamp},
    money::{Currency, Money},
};
use async_trait::async_trait;
use http::HeaderMap;
use url::Url;

use crate::{
    gateway::{
        self, Card, Dispute, Event, EventError, Gateway, GatewayError, Intent, NewCustomer, NewIntent, NewRefund,
        Payer, Refund, RefundStatus,
    },
    gateways::test::{Behaviour, IntentBody, StoredStatus},
};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    Fine,
    /// It has its effect, and the answer is lost.
    Lost,
    /// 500, without an effect.
    Down,
    /// 429.
    Busy,
    /// It arrives twice.
    Twice,
    /// Another request is at it, or has used its key.
    InUse,
    /// Refused for good.
    Refused,
}

#[derive(Debug, Default)]
struct State {
    intents: BTreeMap<String, (IntentBody, Timestamp)>,
    of_invoice: BTreeMap<String, Vec<String>>,
    refunds: Vec<Refund>,
    disputes: Vec<Dispute>,
    cards: BTreeMap<String, Behaviour>,
    detached: Vec<String>,
    keys: BTreeMap<String, Answer>,
    forgetful: bool,
    slow_refunds: bool,
    /// How long a request that changes something takes, and what such requests are about that are under way.
    takes: Option<Duration>,
    running: BTreeSet<String>,
    faults: VecDeque<Fault>,
    always: Option<Fault>,
    calls: u32,
    made: u32,
}

#[derive(Debug, Clone)]
enum Answer {
    Intent(String, Intent),
    Refund(String, Refund),
}

#[derive(Debug)]
pub(crate) struct Peer {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl Peer {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A card at the gateway.
    pub(crate) fn card(&self, behaviour: Behaviour) -> String {
        let mut state = self.state();
        let id = format!("pm_{}", state.cards.len());
        state.cards.insert(id.clone(), behaviour);
        id
    }

    /// The next requests go so; those after them are fine.
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state().faults.extend(faults);
    }

    /// Every request goes so, until `None`.
    pub(crate) fn always(&self, fault: Option<Fault>) {
        let mut state = self.state();
        state.faults.clear();
        state.always = fault;
    }

    /// Keys are forgotten from now on, those of before too.
    pub(crate) fn forget_keys(&self, forgetful: bool) {
        let mut state = self.state();
        state.keys.clear();
        state.forgetful = forgetful;
    }

    /// Refunds take a while.
    pub(crate) fn slow_refunds(&self) {
        self.state().slow_refunds = true;
    }

    /// From now on each change takes so long. Meanwhile others with its key, or of the same intent, are told so.
    pub(crate) fn takes(&self, long: Duration) {
        self.state().takes = Some(long);
    }

    /// A key that another request has used.
    pub(crate) fn use_up(&self, key: &str) {
        let nothing = Refund {
            id: "re_other".into(),
            intent: "pi_other".into(),
            amount: Money::new(1, Currency::EUR),
            status: RefundStatus::Failed,
            metadata: BTreeMap::new(),
            error: None,
        };
        self.state().keys.insert(key.into(), Answer::Refund("another request".into(), nothing));
    }

    /// What was paid back comes back, such as from a card that was closed.
    pub(crate) fn refunds_come_back(&self) {
        let mut state = self.state();
        let State { refunds, intents, .. } = &mut *state;
        for refund in refunds {
            refund.status = RefundStatus::Failed;
            refund.error = Some("the card is closed".into());
            intents.get_mut(&refund.intent).unwrap().0.refunded -= refund.amount.cents;
        }
    }

    /// Somebody pays a part back on the pages of the payment company. The refund's id there.
    pub(crate) fn refund_there(&self, invoice: &str, cents: i64) -> String {
        let mut state = self.state();
        let intent = state.paid_of(invoice);
        let (body, _) = state.intents.get_mut(&intent).unwrap();
        let amount = Money::new(cents, body.amount.currency);
        body.refund(amount).unwrap();
        let id = format!("re_there_{}", state.refunds.len());
        let status = if state.slow_refunds { RefundStatus::Pending } else { RefundStatus::Succeeded };
        let metadata = BTreeMap::new();
        state.refunds.push(Refund { id: id.clone(), intent, amount, status, metadata, error: None });
        id
    }

    /// The payer's bank asks for the money of an invoice, or has decided. The dispute's id.
    pub(crate) fn dispute(&self, invoice: &str, standing: DisputeState) -> String {
        let mut state = self.state();
        let intent = state.paid_of(invoice);
        let id = format!("du_{intent}");
        let amount = state.intents[&intent].0.amount;
        state.disputes.retain(|one| one.id != id);
        let reason = "fraudulent".into();
        state.disputes.push(Dispute { id: id.clone(), intent, amount, state: standing, reason });
        id
    }

    /// As with the key of another account.
    pub(crate) fn forget_disputes(&self) {
        self.state().disputes.clear();
    }

    pub(crate) fn refunds_arrive(&self) {
        for refund in &mut self.state().refunds {
            refund.status = RefundStatus::Succeeded;
        }
    }

    /// What the payer answers at their bank, to everything that waits for them.
    pub(crate) fn payer_answers(&self, invoice: &str, approved: bool) {
        let mut state = self.state();
        for id in state.of_invoice.get(invoice).cloned().unwrap_or_default() {
            state.intents.get_mut(&id).unwrap().0.answer(approved);
        }
    }

    /// Puts an intent there, as if it had been made before.
    pub(crate) fn put(&self, id: &str, body: IntentBody) {
        let now = self.clock.now();
        self.state().add(id.into(), body, now);
    }

    /// How many requests came.
    pub(crate) fn calls(&self) -> u32 {
        self.state().calls
    }

    /// How often money was taken for an invoice.
    pub(crate) fn charges(&self, invoice: &str) -> u32 {
        self.of(invoice).iter().map(|body| body.charges).sum()
    }

    /// Cents that were taken for an invoice, and of these paid back.
    pub(crate) fn money(&self, invoice: &str) -> (i64, i64) {
        let of = self.of(invoice);
        let taken = of.iter().map(|body| body.amount.cents * i64::from(body.charges)).sum();
        (taken, of.iter().map(|body| body.refunded).sum())
    }

    /// Intents of an invoice that could still take money.
    pub(crate) fn open(&self, invoice: &str) -> usize {
        let open = |body: &&IntentBody| !matches!(body.status, StoredStatus::Succeeded | StoredStatus::Cancelled);
        self.of(invoice).iter().filter(open).count()
    }

    pub(crate) fn intents(&self) -> usize {
        self.state().intents.len()
    }

    fn of(&self, invoice: &str) -> Vec<IntentBody> {
        let state = self.state();
        let ids = state.of_invoice.get(invoice).into_iter().flatten();
        ids.map(|id| state.intents[id].0.clone()).collect()
    }

    /// Lets a request happen as its fault says.
    async fn happen<T>(
        &self,
        effect: impl Fn(&mut State, Timestamp) -> Result<T, GatewayError>,
    ) -> Result<T, GatewayError> {
        // Others may come in between, as over a network.
        tokio::task::yield_now().await;
        let done = {
            let mut state = self.state();
            state.calls += 1;
            let now = self.clock.now();
            let next = state.faults.pop_front();
            match state.always.or(next).unwrap_or(Fault::Fine) {
                Fault::Fine => effect(&mut state, now),
                Fault::Twice => {
                    let first = effect(&mut state, now);
                    let _ = effect(&mut state, now);
                    first
                }
                Fault::Lost => {
                    let _ = effect(&mut state, now);
                    Err(GatewayError::Unreachable("connection reset".into()))
                }
                Fault::Down => Err(GatewayError::Unreachable("500".into())),
                Fault::Busy => Err(GatewayError::RateLimited),
                Fault::InUse => Err(GatewayError::KeyUsed("another request".into())),
                Fault::Refused => Err(GatewayError::refused("charge_disputed", "the charge is disputed")),
            }
        };
        tokio::task::yield_now().await;
        done
    }
}

impl Peer {
    /// Lets a change take its time; others about the same are told that it is under way.
    async fn change<T>(
        &self,
        about: &str,
        change: impl Future<Output = Result<T, GatewayError>>,
    ) -> Result<T, GatewayError> {
        let Some(long) = self.state().takes else { return change.await };
        if !self.state().running.insert(about.into()) {
            return Err(GatewayError::KeyUsed("another request is under way".into()));
        }
        tokio::time::sleep(long).await;
        let done = change.await;
        self.state().running.remove(about);
        done
    }
}

impl State {
    /// The intent that took the money for an invoice.
    fn paid_of(&self, invoice: &str) -> String {
        let mut ids = self.of_invoice.get(invoice).into_iter().flatten();
        ids.rfind(|id| self.intents[*id].0.charges > 0).unwrap().clone()
    }

    fn add(&mut self, id: String, body: IntentBody, now: Timestamp) {
        if let Some(invoice) = body.metadata.get(gateway::INVOICE) {
            self.of_invoice.entry(invoice.clone()).or_default().push(id.clone());
        }
        self.intents.insert(id, (body, now));
    }

    fn replay(&self, key: &str, request: &str) -> Result<Option<Answer>, GatewayError> {
        match self.keys.get(key) {
            Some(first @ (Answer::Intent(of, _) | Answer::Refund(of, _))) if of == request => Ok(Some(first.clone())),
            Some(_) => Err(GatewayError::KeyUsed("another request".into())),
            None => Ok(None),
        }
    }

    fn remember(&mut self, key: &str, answer: Answer) {
        if !self.forgetful {
            self.keys.insert(key.into(), answer);
        }
    }

    fn change(
        &mut self,
        key: &str,
        step: &str,
        id: &str,
        change: impl Fn(&mut IntentBody, Behaviour) -> Result<bool, GatewayError>,
    ) -> Result<Intent, GatewayError> {
        let request = format!("{step} {id}");
        if let Some(Answer::Intent(_, first)) = self.replay(key, &request)? {
            return Ok(first);
        }
        let (body, made) = self.intents.get_mut(id).ok_or_else(|| missing(id))?;
        if step == "confirm" && self.detached.contains(&body.method) {
            return Err(GatewayError::refused("payment_method_invalid", "the card is gone"));
        }
        let card = self.cards.get(&body.method).copied().unwrap_or(Behaviour::Declines);
        let lost = change(body, card)?;
        let intent = body.clone().read(id, *made);
        self.remember(key, Answer::Intent(request, intent.clone()));
        if lost { Err(GatewayError::Unreachable("no answer in time".into())) } else { Ok(intent) }
    }
}

fn missing(id: &str) -> GatewayError {
    GatewayError::refused("resource_missing", format!("no {id}"))
}

#[async_trait]
impl Gateway for Peer {
    fn name(&self) -> &'static str {
        "peer"
    }

    async fn customer(&self, _: &str, new: &NewCustomer) -> Result<String, GatewayError> {
        self.happen(|_, _| Ok(format!("cus_{}", new.account))).await
    }

    async fn set_up_page(&self, _: &str, _: &str, return_url: &Url) -> Result<Url, GatewayError> {
        Ok(return_url.clone())
    }

    async fn methods(&self, _: &str) -> Result<Vec<Card>, GatewayError> {
        self.happen(|state, _| {
            let ids = state.cards.keys().rev().filter(|id| !state.detached.contains(id));
            let card = |id: &String| Card {
                id: id.clone(),
                brand: "visa".into(),
                last4: "4242".into(),
                exp_month: 12,
                exp_year: 2099,
            };
            Ok(ids.map(card).collect())
        })
        .await
    }

    async fn detach(&self, method: &str) -> Result<(), GatewayError> {
        self.happen(|state, _| {
            state.detached.push(method.into());
            Ok(())
        })
        .await
    }

    async fn create_intent(&self, key: &str, new: &NewIntent) -> Result<Intent, GatewayError> {
        self.change(
            key,
            self.happen(|state, now| {
                let request = format!("create {new:?}");
                if let Some(Answer::Intent(_, first)) = state.replay(key, &request)? {
                    return Ok(first);
                }
                if state.detached.contains(&new.method) {
                    return Err(GatewayError::refused("payment_method_invalid", "the card is gone"));
                }
                state.made += 1;
                let id = format!("pi_{}", state.made);
                let body = IntentBody::new(new);
                let intent = body.clone().read(&id, now);
                state.add(id, body, now);
                state.remember(key, Answer::Intent(request, intent.clone()));
                Ok(intent)
            }),
        )
        .await
    }

    async fn confirm(&self, key: &str, id: &str, return_url: &Url, payer: Payer) -> Result<Intent, GatewayError> {
        let page: Url = format!("https://bank.example/{id}").parse().unwrap();
        self.change(
            id,
            self.happen(|state, _| {
                state.change(key, "confirm", id, |body, card| body.confirm(card, return_url, page.clone(), payer))
            }),
        )
        .await
    }

    async fn intent(&self, id: &str) -> Result<Intent, GatewayError> {
        self.happen(|state, _| {
            let (body, made) = state.intents.get(id).ok_or_else(|| missing(id))?;
            Ok(body.clone().read(id, *made))
        })
        .await
    }

    async fn cancel(&self, key: &str, id: &str) -> Result<Intent, GatewayError> {
        let cancel = |state: &mut State, _| state.change(key, "cancel", id, |body, _| body.cancel().map(|()| false));
        self.change(id, self.happen(cancel)).await
    }

    async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, GatewayError> {
        self.happen(|state, _| {
            let recent = state.intents.iter().filter(|(_, (_, made))| *made >= since);
            Ok(recent.map(|(id, (body, made))| body.clone().read(id, *made)).collect())
        })
        .await
    }

    async fn refund(&self, key: &str, new: &NewRefund) -> Result<Refund, GatewayError> {
        self.happen(|state, _| {
            let request = format!("refund {new:?}");
            if let Some(Answer::Refund(_, first)) = state.replay(key, &request)? {
                return Ok(first);
            }
            let (body, _) = state.intents.get_mut(&new.intent).ok_or_else(|| missing(&new.intent))?;
            body.refund(new.amount)?;
            let refund = Refund {
                id: format!("re_{}", state.refunds.len()),
                intent: new.intent.clone(),
                amount: new.amount,
                status: if state.slow_refunds { RefundStatus::Pending } else { RefundStatus::Succeeded },
                metadata: new.metadata.clone(),
                error: None,
            };
            state.refunds.push(refund.clone());
            state.remember(key, Answer::Refund(request, refund.clone()));
            Ok(refund)
        })
        .await
    }

    async fn refund_by_id(&self, id: &str) -> Result<Refund, GatewayError> {
        self.happen(|state, _| state.refunds.iter().find(|one| one.id == id).cloned().ok_or_else(|| missing(id))).await
    }

    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError> {
        self.happen(|state, _| Ok(state.refunds.iter().filter(|one| one.intent == intent).cloned().collect())).await
    }

    async fn refunds_since(&self, _: Timestamp) -> Result<Vec<Refund>, GatewayError> {
        self.happen(|state, _| Ok(state.refunds.clone())).await
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, GatewayError> {
        self.happen(|state, _| state.disputes.iter().find(|one| one.id == id).cloned().ok_or_else(|| missing(id))).await
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<Dispute>, GatewayError> {
        self.happen(|state, _| Ok(state.disputes.iter().filter(|one| one.intent == intent).cloned().collect())).await
    }

    async fn disputes_since(&self, _: Timestamp) -> Result<Vec<Dispute>, GatewayError> {
        self.happen(|state, _| Ok(state.disputes.clone())).await
    }

    fn event(&self, _: &HeaderMap, _: &[u8], _: Timestamp) -> Result<Event, EventError> {
        Err(EventError::Unexpected)
    }
}
