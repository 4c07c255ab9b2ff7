//! What the pages of the test gateway do: adding a test card, and confirming a payment as at a bank. The client area draws
//! them; their addresses hold ids that cannot be guessed.

use annex_domain::{clock::Timestamp, money::Money};
use annex_store::{StoreError, billing::test_gateway as rows};
use url::Url;

use super::{
    INTENT, IntentBody, METHOD, SETUP, StoredStatus, TestGateway, card, json, lost, model::MethodBody,
    model::SetUpBody, new_object,
};
use crate::gateway::GatewayError;

/// A visit to the page that adds a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    /// For which customer.
    pub customer: String,
    /// Where the browser goes after.
    pub return_url: Url,
    /// A card was added already.
    pub done: bool,
}

/// A payment that waits for its payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// How much.
    pub amount: Money,
    /// What for.
    pub description: String,
    /// Where the browser goes after.
    pub return_url: Option<Url>,
    /// Nobody has answered yet.
    pub waits: bool,
}

/// Why a card was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not one of [`super::model::CARDS`].
    #[error("this is not one of the test cards: never enter a real card here")]
    NotATestCard,
    /// The month is over.
    #[error("the card has expired")]
    Expired,
    /// No such visit, or it is done.
    #[error("this page was used already: start again from the page Billing")]
    Gone,
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
}

impl TestGateway {
    /// A visit to the page that adds a card; `None` when there is none with this id.
    pub async fn setup(&self, id: &str) -> Result<Option<SetUp>, GatewayError> {
        let Some((object, body)) = self.find::<SetUpBody>(id, SETUP).await? else { return Ok(None) };
        let customer = object.customer.unwrap_or_default();
        Ok(Some(SetUp { customer, return_url: body.return_url, done: body.method.is_some() }))
    }

    /// Adds a test card, once for each visit. Where the browser goes then.
    ///
    /// # Errors
    /// When it is not a test card, has expired, or the visit is over.
    pub async fn complete_setup(&self, id: &str, number: &str, exp_month: u8, exp_year: u16) -> Result<Url, CardError> {
        let card = card(number).ok_or(CardError::NotATestCard)?;
        let now = self.clock.now();
        if !(1..=12).contains(&exp_month) || is_over(exp_month, exp_year, now) {
            return Err(CardError::Expired);
        }
        let visit = self.find::<SetUpBody>(id, SETUP).await?;
        let Some((mut visit, mut body)) = visit.filter(|(_, body)| body.method.is_none()) else {
            return Err(CardError::Gone);
        };
        let method = MethodBody {
            behaviour: card.behaviour,
            brand: card.brand.into(),
            last4: card.number.chars().skip(12).collect(),
            exp_month,
            exp_year,
            detached: false,
        };
        let method = new_object("pm", METHOD, visit.customer.clone(), &method, now)?;
        body.method = Some(method.id.clone());
        visit.body = json(&body)?;
        let mut tx = self.db.begin().await.map_err(lost)?;
        match rows::save(&mut tx, &mut visit).await {
            Ok(()) => {}
            Err(StoreError::Stale(_)) => return Err(CardError::Gone),
            Err(error) => return Err(lost(error).into()),
        }
        rows::insert(&mut tx, &method).await.map_err(lost)?;
        tx.commit().await.map_err(lost)?;
        Ok(body.return_url)
    }

    /// What the page of the bank shows of an intent; `None` when there is none with this id.
    pub async fn action(&self, intent: &str) -> Result<Option<Action>, GatewayError> {
        let Some((_, body)) = self.find::<IntentBody>(intent, INTENT).await? else { return Ok(None) };
        let waits = body.status == StoredStatus::NeedsAction;
        let (amount, description, return_url) = (body.amount, body.description, body.return_url);
        Ok(Some(Action { amount, description, return_url, waits }))
    }

    /// The payer's answer on the page of the bank. Where the browser goes then; there the host looks at the intent again.
    ///
    /// # Errors
    /// When there is no such intent, or the database fails.
    pub async fn finish_action(&self, intent: &str, approved: bool) -> Result<Option<Url>, GatewayError> {
        let mut back = None;
        self.change(intent, None, |body| {
            back = body.answer(approved);
            Ok(())
        })
        .await?;
        Ok(back)
    }
}

fn is_over(month: u8, year: u16, now: Timestamp) -> bool {
    let Ok(now) = jiff::Timestamp::from_millisecond(now.0) else { return true };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    (i32::from(year), i32::from(month)) < (i32::from(today.year()), i32::from(today.month()))
}
