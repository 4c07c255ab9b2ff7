//! With which card something is paid: what stands before every click that charges. The default card is chosen until
//! somebody chooses another. Where there is none, adding one comes first; it leads back to the page. Where the credit pays,
//! or nothing is to be paid now, no card is asked for. Monthly bills are charged to the default card: there it is named alone.

use annex_domain::{ids::PaymentMethodId, money::Money};
use annex_store::billing::methods::{self, Method};

use super::addons::Login;
use crate::{error::PageError, i18n::Translator, session::SignedIn, state::AppState};

/// A card, as far as its gateway shows it.
#[derive(Debug)]
pub(in crate::panel) struct CardRow {
    pub(in crate::panel) id: PaymentMethodId,
    pub(in crate::panel) name: String,
    pub(in crate::panel) expires: String,
    pub(in crate::panel) is_default: bool,
}

impl CardRow {
    pub(in crate::panel) fn of(card: &Method, t: &Translator) -> Self {
        let mut letters = card.brand.chars();
        let brand: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let expires = t.msg("billing-method-expires").arg("month", format!("{:02}", card.exp_month));
        Self {
            id: card.id,
            name: t.msg("billing-method-card").arg("brand", brand).arg("last", &card.last4).to_string(),
            expires: expires.arg("year", card.exp_year.to_string()).to_string(),
            is_default: card.is_default,
        }
    }
}

/// With what something is paid, as `shell/pay_with.html` draws it, and `shell/pay_default.html` where nothing is chosen. The
/// form of the first sends what a card is charged by it.
#[derive(Debug)]
pub(in crate::panel) enum PayWith {
    /// Nothing is to be paid here and now.
    Nothing,
    /// Nobody is logged in who could pay.
    NoLogin,
    /// The desk's credit pays all of it.
    Credit,
    /// A card pays what the credit leaves.
    Card(ByCard),
    /// The default card pays, whatever it comes to then: none is chosen.
    Default(ByDefault),
}

/// The card that is charged where none is chosen.
#[derive(Debug)]
pub(in crate::panel) struct ByDefault {
    /// None: one has to be added.
    pub(in crate::panel) card: Option<CardRow>,
    /// Where adding a card leads back to.
    pub(in crate::panel) next: String,
}

/// What a card is charged, and which one.
#[derive(Debug)]
pub(in crate::panel) struct ByCard {
    /// How much, in cents.
    pub(in crate::panel) cents: i64,
    /// The same in words.
    pub(in crate::panel) text: String,
    /// What can be chosen, the default one first; none: one has to be added.
    pub(in crate::panel) cards: Vec<CardRow>,
    /// The one that is ticked.
    pub(in crate::panel) chosen: Option<PaymentMethodId>,
    /// Where adding a card leads back to.
    pub(in crate::panel) next: String,
}

impl ByCard {
    pub(in crate::panel) fn is_chosen(&self, card: &CardRow) -> bool {
        self.chosen == Some(card.id)
    }
}

impl PayWith {
    /// The cards for an amount that is to be paid now, if a card has to pay any of it. `chosen` was sent with a form that
    /// comes again.
    pub(in crate::panel) async fn of(
        state: &AppState,
        who: &SignedIn,
        login: &Login,
        amount: Option<Money>,
        chosen: Option<PaymentMethodId>,
        next: &str,
    ) -> Result<Self, PageError> {
        let Some(amount) = amount else { return Ok(Self::Nothing) };
        if !login.is_holder() {
            return Ok(Self::NoLogin);
        }
        let amount = state.billing.of_card(who.desk.id, amount).await?;
        if amount.is_zero() {
            return Ok(Self::Credit);
        }
        let cards = cards(state, who, login).await?;
        let known = chosen.filter(|chosen| cards.iter().any(|card| card.id == *chosen));
        Ok(Self::Card(ByCard {
            cents: amount.cents,
            text: who.t.money(amount),
            chosen: known.or(cards.first().map(|card| card.id)),
            cards,
            next: next.to_owned(),
        }))
    }

    /// The card, where one pays that can be chosen.
    pub(in crate::panel) fn by_card(&self) -> Option<&ByCard> {
        match self {
            Self::Card(by) => Some(by),
            Self::Nothing | Self::NoLogin | Self::Credit | Self::Default(_) => None,
        }
    }

    /// What a card is charged, in cents: what the form sends.
    pub(in crate::panel) fn of_card(&self) -> Option<i64> {
        match self {
            Self::Nothing | Self::NoLogin | Self::Default(_) => None,
            Self::Credit => Some(0),
            Self::Card(by) => Some(by.cents),
        }
    }

    /// The card that is charged where none is chosen.
    pub(in crate::panel) fn default_card(&self) -> Option<&CardRow> {
        match self {
            Self::Default(by) => by.card.as_ref(),
            Self::Nothing | Self::NoLogin | Self::Credit | Self::Card(_) => None,
        }
    }

    /// Where adding a card leads back to, where one pays.
    pub(in crate::panel) fn leads_back(&self) -> Option<&str> {
        match self {
            Self::Card(by) => Some(&by.next),
            Self::Default(by) => Some(&by.next),
            Self::Nothing | Self::NoLogin | Self::Credit => None,
        }
    }

    /// True where a card may pay that is named only to whoever is logged in.
    pub(in crate::panel) fn lacks_login(&self) -> bool {
        matches!(self, Self::NoLogin)
    }

    /// True where a card has to be added before anything can be paid.
    pub(in crate::panel) fn lacks_card(&self) -> bool {
        match self {
            Self::Card(by) => by.cards.is_empty(),
            Self::Default(by) => by.card.is_none(),
            Self::Nothing | Self::NoLogin | Self::Credit => false,
        }
    }
}

/// The cards of the account that is logged in, at the gateway that takes the money now; the default one first.
pub(in crate::panel) async fn cards(
    state: &AppState,
    who: &SignedIn,
    login: &Login,
) -> Result<Vec<CardRow>, PageError> {
    let Some(account) = login.account() else { return Ok(Vec::new()) };
    let all = methods::list(&mut state.db.read().await?, account).await?;
    let gateway = state.billing.gateway_name();
    Ok(all.iter().filter(|card| card.gateway == gateway).map(|card| CardRow::of(card, &who.t)).collect())
}
