//! `/my-addons/{id}/licences`: the licences of a plan per user. More are bought at once, by the day, and for those users
//! who wait for them (R25); [`fewer`] from the next period on (R26).

use annex_billing::{OrderError, OrderRequest};
use annex_domain::{
    billing::OrderPurpose,
    ids::{InstallationId, OperatorId, PaymentMethodId},
    money::Money,
    random,
};
use annex_lifecycle::{BillingState, InstallationView, LifecycleError, MoreLicences, Purchased, Ticks, UsersChange};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    routing::{get, post},
};
use jiff::civil::Date;

use super::{
    arrived::{purchase_end, purchase_said},
    errors::{gone_meanwhile, lifecycle_text, order_error, page_error},
    installation,
    login::Login,
    my_addons::Installed,
    see_other,
    wizard::{confirm, draft::Waiting},
};
use crate::{
    card_form,
    error::{PageError, PageResult},
    flash::Flash,
    panel::{
        form::{
            FormErrors,
            long::{Long, OfAddon},
        },
        password_again::PasswordAgain,
        pay_with::PayWith,
    },
    payments,
    session::SignedIn,
    shell::{Section, Shell, page_with},
    state::AppState,
};

mod carried;
pub(super) mod counts;
mod fewer;

pub(super) use self::{carried::to_buy, counts::Counts, fewer::Fewer};

/// The most licences that one order has.
const MOST: u32 = 10_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/licences", get(show).post(buy))
        .route("/my-addons/{id}/licences/reduce", post(fewer::reduce))
}

/// What more licences cost.
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) shown: Money,
    pub(super) today: String,
    /// For which days.
    pub(super) part: Option<String>,
    pub(super) later: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "addons/licences.html")]
pub(super) struct LicencesPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) counts: Counts,
    pub(super) login: Login,
    /// Where the login leads back to.
    pub(super) next: String,
    pub(super) more: String,
    pub(super) most: u32,
    pub(super) more_hint: String,
    /// Users who get the licences, and users from whom the add-on is taken.
    pub(super) add: Vec<OperatorId>,
    pub(super) remove: Vec<OperatorId>,
    /// They are too many for an address, and kept in a draft.
    pub(super) kept: bool,
    pub(super) cost: Option<Cost>,
    pub(super) fewer: Option<Fewer>,
    pub(super) key: String,
    pub(super) warning: Option<String>,
    /// The new price, when it has changed.
    pub(super) price_now: Option<String>,
    pub(super) pay: PayWith,
    pub(super) password: PasswordAgain,
    pub(super) errors: FormErrors,
}

/// What is wanted: from the address or a form.
#[derive(Debug, Default, Clone)]
struct Wish {
    more: String,
    keep: Option<String>,
    add: Vec<OperatorId>,
    remove: Vec<OperatorId>,
    /// The users are kept in a draft.
    kept: bool,
    /// The card that a form named.
    method: Option<PaymentMethodId>,
    key: Option<String>,
}

impl Wish {
    fn of<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut wish = Self::default();
        for (name, value) in fields {
            match name {
                "more" => value.trim().clone_into(&mut wish.more),
                "keep" => wish.keep = Some(value.trim().to_owned()),
                "add" => wish.add.extend(value.parse::<OperatorId>().ok()),
                "remove" => wish.remove.extend(value.parse::<OperatorId>().ok()),
                "kept" => wish.kept = true,
                "key" if !value.is_empty() && value.len() <= 255 => wish.key = Some(value.to_owned()),
                _ => {}
            }
        }
        wish
    }

    fn waiting(&self) -> Waiting {
        Waiting { add: self.add.iter().copied().collect(), remove: self.remove.iter().copied().collect() }
    }

    fn count(&self) -> Option<u32> {
        self.more.parse().ok().filter(|more| (1..=MOST).contains(more))
    }
}

/// Back to this page with what was wanted.
fn back_to(id: InstallationId, wish: &Wish) -> String {
    let here = format!("/my-addons/{id}/licences");
    match wish.count() {
        None => here,
        Some(more) if wish.kept => carried::kept(id, more),
        // Nobody is led here with more users than an address holds.
        Some(more) => carried::naming(id, more, &wish.waiting()).unwrap_or_else(|| format!("{here}?more={more}")),
    }
}

/// An installation with its licences.
struct Found {
    view: InstallationView,
    billing: BillingState,
    counts: Counts,
}

/// The licences of an installation; one that has none to change has its users elsewhere.
async fn found(state: &AppState, who: &SignedIn, id: &str) -> Result<Found, PageError> {
    let view = installation(state, who, id).await?;
    let billing = state.lifecycle.billing_state(who.desk.id, view.installation.id).await.map_err(page_error)?;
    match Counts::of(&billing, &who.t) {
        Some(counts) => Ok(Found { view, billing, counts }),
        None => Err(PageError::elsewhere(format!("/my-addons/{}/users", view.installation.id), None)),
    }
}

impl Found {
    fn day(&self) -> Option<Date> {
        self.billing.subscription.as_ref().and_then(|one| one.paid_through)
    }

    fn id(&self) -> InstallationId {
        self.view.installation.id
    }
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let found = found(&state, &who, &id).await?;
    let query = query.unwrap_or_default();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap_or_default();
    let mut wish = Wish::of(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if wish.kept {
        // Whoever has their licences, or was chosen too long ago, is chosen anew.
        let Some(waiting) = carried::waiting(&state, &who, &found.view.installation).await? else {
            return Ok(see_other(&format!("/my-addons/{}/users", found.id())));
        };
        (wish.add, wish.remove) = (waiting.add.into_iter().collect(), waiting.remove.into_iter().collect());
    }
    let errors =
        if wish.more.is_empty() { FormErrors::default() } else { checked(&state, &who, &found, &wish).await? };
    draw(&state, &who, &found, wish, Trouble { errors, ..Trouble::default() }).await
}

/// What is wrong with the number of licences, before anything is sold.
async fn checked(state: &AppState, who: &SignedIn, found: &Found, wish: &Wish) -> Result<FormErrors, PageError> {
    let mut errors = FormErrors::default();
    let Some(more) = wish.count() else {
        errors.add("more", who.t.msg("licences-more-wrong").arg("max", MOST));
        return Ok(errors);
    };
    let Waiting { add, remove } = wish.waiting();
    if !add.is_empty() {
        let users = state.lifecycle.users(who.desk.id, found.id()).await.map_err(page_error)?;
        let missing = users.after(&Ticks::Change { add, remove }).saturating_sub(found.counts.purchased);
        if more < missing {
            errors.add("more", who.t.msg("licences-more-least").arg("count", missing));
        }
    }
    Ok(errors)
}

/// What is wrong with what was sent: shown on the page that comes again.
#[derive(Default)]
struct Trouble {
    errors: FormErrors,
    warning: Option<String>,
    /// The price is another one than the page had shown.
    repriced: bool,
    password: Option<PasswordAgain>,
}

async fn draw(state: &AppState, who: &SignedIn, found: &Found, wish: Wish, trouble: Trouble) -> PageResult {
    let Trouble { errors, warning, repriced, password } = trouble;
    let t = &who.t;
    let card = Installed::of(&found.view, t);
    let title = t.msg("licences-page-title").arg("name", &card.name).to_string();
    let cost = match wish.count() {
        Some(more) if errors.is_empty() => Some(cost(state, who, found, more).await?),
        _ => None,
    };
    let status = match (&warning, errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let day = found.day().map(|day| t.day(day)).unwrap_or_default();
    let login = Login::of(&state.db, who).await?;
    let next = back_to(found.id(), &wish);
    let pay = PayWith::of(state, who, &login, cost.as_ref().map(|cost| cost.shown), wish.method, &next).await?;
    let page = LicencesPage {
        shell: who.titled(title, Section::MyAddons),
        counts: found.counts.clone(),
        login,
        next,
        more: if wish.more.is_empty() { "1".to_owned() } else { wish.more },
        most: MOST,
        more_hint: t.msg("licences-more-hint").arg("day", day).to_string(),
        add: wish.add,
        remove: wish.remove,
        kept: wish.kept,
        fewer: fewer::form(found, wish.keep.as_deref(), t),
        key: random::token().map_err(PageError::internal)?,
        price_now: cost.as_ref().filter(|_| repriced).map(|cost| cost.today.clone()),
        password: PasswordAgain::of(who, cost.is_some() && !pay.lacks_card(), password),
        pay,
        card,
        cost,
        warning,
        errors,
    };
    page_with(status, &page)
}

async fn cost(state: &AppState, who: &SignedIn, found: &Found, more: u32) -> Result<Cost, PageError> {
    let installation = &found.view.installation;
    let wanted = OrderRequest {
        installation: Some(installation.id),
        addon: installation.addon.clone(),
        version: installation.version.clone(),
        plan: found.billing.subscription.as_ref().map(|one| one.plan.id.clone()).ok_or(PageError::NotFound)?,
        quantity: more,
        purpose: OrderPurpose::Licences,
    };
    let quote = state.lifecycle.billing().quote(who.desk.id, &wanted).await.map_err(order_error)?;
    Ok(Cost {
        shown: quote.amount,
        today: who.t.money(quote.amount),
        part: confirm::part(&quote, &who.t),
        later: confirm::later(&quote, None, &who.t),
    })
}

async fn buy(
    State(state): State<AppState>,
    mut who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> PageResult {
    let found = found(&state, &who, &id).await?;
    let wish = Wish { method: card_form::method(&form)?, ..Wish::of(form.iter()) };
    let errors = checked(&state, &who, &found, &wish).await?;
    let Some(more) = wish.count().filter(|_| errors.is_empty()) else {
        return draw(&state, &who, &found, wish, Trouble { errors, ..Trouble::default() }).await;
    };
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let trouble = Trouble { password: Some(again.clone()), ..Trouble::default() };
        return Ok(again.refuse(draw(&state, &who, &found, wish, trouble).await?));
    }
    if let Some(wait) = state.billing.order_wait(who.desk.id, wish.key.as_deref()).await? {
        return Ok(payments::refused(wait));
    }
    let Waiting { add, remove } = wish.waiting();
    let users = (!add.is_empty() || !remove.is_empty())
        .then_some(UsersChange { ticks: Some(Ticks::Change { add, remove }), assignment: None });
    let (desk, by) = (who.desk.id, who.operator.id);
    let shown = confirm::shown(&form);
    let shown_of_card = shown.map(|shown| card_form::of_card(&form, shown.currency));
    let wanted = MoreLicences { count: more, users, shown, method: wish.method, shown_of_card };
    let bought = state.lifecycle.add_licences(desk, found.id(), wanted, by, wish.key.as_deref()).await;
    match bought.map_err(gone_meanwhile) {
        Ok(purchased) => {
            if wish.kept {
                carried::forget(&state, &who, &found.view.installation).await?;
            }
            bought_or_due(&state, &who, &found, &purchased).await
        }
        Err(error @ (LifecycleError::NotFound(_) | LifecycleError::Store(_))) => Err(page_error(error)),
        Err(error) => {
            let repriced = matches!(error, LifecycleError::Order(OrderError::PriceChanged { .. }));
            let warning = Some(lifecycle_text(&who.t, &error));
            draw(&state, &who, &found, wish, Trouble { warning, repriced, ..Trouble::default() }).await
        }
    }
}

/// Says how many licences there are now. They are counted once they are paid: a form that was sent twice has bought once.
async fn bought_or_due(state: &AppState, who: &SignedIn, found: &Found, purchased: &Purchased) -> PageResult {
    let end = purchase_end(state, who, purchased).await?;
    let billing = state.lifecycle.billing_state(who.desk.id, found.id()).await.map_err(page_error)?;
    let count = billing.licences.map_or(0, |licences| licences.purchased);
    let name = found.view.name(who.t.code());
    let done = Flash::success("flash-licences-bought").arg("name", name).arg("count", count);
    purchase_said(state, who, purchased, end, name, (done, Flash::warning("flash-licences-due")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_whole_number_within_limits() {
        let count = |text: &str| Wish::of([("more", text)].into_iter()).count();
        assert_eq!((count("1"), count(" 10000 ")), (Some(1), Some(MOST)));
        for wrong in ["", "0", "-1", "1.5", "10001", "x"] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }
}
