//! `/addons/{id}/install`: plan, users, consent, one page each (R15), and with the last click the installation. A free
//! add-on for everyone has the last page only (R7). What is granted and paid is exactly what that page showed: the form
//! names the version, the digest of its package, the plan and the amount, and all of them must still be current.

mod candidate;

use annex_billing::ledger::Quote;
use annex_domain::{
    addon::{AddonId, Kind},
    billing::LoginRule,
    ids::InstallationId,
    installation::{Label, Status},
    permission::Permission,
};
use annex_lifecycle::{InstallRequest, LifecycleError, Ticks, UsersChange};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;

use self::candidate::{Candidate, candidate, find, flow};
use super::{
    INSTALLED,
    arrived::arrived,
    errors::{gone_meanwhile, lifecycle_text, page_error},
    icon_url,
    listing::About,
    login::Login,
    permissions::of_version,
    requests, see_other,
    wizard::{
        self, Flow, Frame, Step,
        confirm::{self, Chosen, ShownPrice, Summary, Trouble},
        people::People,
    },
};
use crate::{
    card_form,
    error::{PageError, PageResult},
    panel::{
        form::{
            Posted,
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

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/addons/{addon}/install", get(ask).post(install))
        .route("/addons/{addon}/install/plan", get(ask_plan).post(save_plan))
        .route("/addons/{addon}/install/users", get(ask_users).post(save_users))
        .route("/addons/{addon}/install/discard", post(discard))
}

/// What the address says: an earlier version can be chosen by it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    version: Option<String>,
    q: String,
}

#[derive(Template)]
#[template(path = "addons/consent.html")]
pub(super) struct ConsentPage {
    pub(super) shell: Shell,
    pub(super) frame: Frame,
    pub(super) about: About,
    pub(super) login: Login,
    /// Where the login leads back to.
    pub(super) next: String,
    /// Of the package.
    pub(super) digest: String,
    /// One installation for it, however often the form is sent.
    pub(super) key: String,
    /// What the desk will call it: asked for channels, of which it may have several.
    pub(super) label: Option<LabelField>,
    pub(super) chosen: Option<Chosen>,
    /// None: free for everyone, there is nothing to sum up.
    pub(super) summary: Option<Summary>,
    pub(super) warning: Option<String>,
    /// The new price, when it has changed.
    pub(super) price_now: Option<String>,
    pub(super) button: String,
    pub(super) button_icon: &'static str,
    /// False while the wrong account is logged in, or none where something is to be paid, or where the login is the right to
    /// download (R5).
    pub(super) allowed: bool,
    /// Price and renewal date (R9).
    pub(super) beside: String,
    /// Where the users of a free add-on are chosen.
    pub(super) choose_users: Option<String>,
    /// There is a draft to start over from.
    pub(super) discard: bool,
    /// Who asked for it: the last click approves that (R69).
    pub(super) askers: Vec<String>,
    pub(super) pay: PayWith,
    pub(super) password: PasswordAgain,
}

/// The name of one of several.
pub(super) struct LabelField {
    pub(super) value: String,
    /// There is one already.
    pub(super) required: bool,
}

async fn ask(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let candidate = candidate(&state, &who, &addon, wanted.version.as_deref()).await?;
    match candidate.flow.next() {
        Step::Confirm => consent(&state, &who, &candidate, Trouble::default()).await,
        step => Ok(see_other(&candidate.flow.href(step))),
    }
}

async fn ask_plan(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let candidate = candidate(&state, &who, &addon, wanted.version.as_deref()).await?;
    wizard::plan::show(&state, &who, &candidate.flow).await
}

async fn save_plan(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(wanted): Query<PageQuery>,
    form: Posted,
) -> PageResult {
    let candidate = candidate(&state, &who, &addon, wanted.version.as_deref()).await?;
    wizard::plan::save(&state, &who, candidate.flow, &form).await
}

async fn ask_users(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let mut candidate = candidate(&state, &who, &addon, wanted.version.as_deref()).await?;
    // Asking for the step is what makes a free add-on have it.
    candidate.flow.draft.wants_users = true;
    wizard::users::show(&state, &who, &candidate.flow, &wanted.q).await
}

async fn save_users(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(wanted): Query<PageQuery>,
    form: Long<OfAddon>,
) -> PageResult {
    let mut candidate = candidate(&state, &who, &addon, wanted.version.as_deref()).await?;
    candidate.flow.draft.wants_users = true;
    wizard::users::save(&state, &who, candidate.flow, &form).await
}

async fn discard(State(state): State<AppState>, who: SignedIn, Path(addon): Path<String>) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    wizard::forget(&state, &who, &addon).await?;
    Ok(see_other(&format!("/addons/{addon}")))
}

async fn install(
    State(state): State<AppState>,
    mut who: SignedIn,
    Path(addon): Path<String>,
    form: Posted,
) -> PageResult {
    let (listing, row) = find(&state, &who, &addon, Some(form.get("version"))).await?;
    let flow = flow(&state, &who, &listing, &row).await?;
    let candidate = Candidate { listing, row, flow, label: form.get("label").to_owned() };
    let flow = &candidate.flow;
    if flow.next() != Step::Confirm {
        // Sent twice: the first one has installed it, and what was chosen is kept no longer.
        return match candidate.listing.entry.installed.as_ref() {
            Some(one) => Err(already(one.id, one.status)),
            None => Ok(see_other(&flow.href(flow.next()))),
        };
    }
    let people = People::load(&mut state.db.read().await?, &who).await?;
    let method = card_form::method(&form)?;
    if let Some(wrong) = wrong(&candidate, &form) {
        let warning = Some(who.t.get(wrong));
        return consent(&state, &who, &candidate, Trouble { warning, method, ..Trouble::default() }).await;
    }
    if flow.costs() {
        if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
            let trouble = Trouble { password: Some(again.clone()), method, ..Trouble::default() };
            return Ok(again.refuse(consent(&state, &who, &candidate, trouble).await?));
        }
        if let Some(wait) = state.billing.order_wait(who.desk.id, confirm::key(&form)).await? {
            return Ok(payments::refused(wait));
        }
    }
    match state.lifecycle.install(request(&who, &candidate, &people, &form)?).await.map_err(gone_meanwhile) {
        Ok(installation) => {
            flow.forget(&state, &who).await?;
            arrived(&state, &who, installation, &flow.name, INSTALLED).await
        }
        Err(LifecycleError::AlreadyInstalled(id)) => {
            let status = state.lifecycle.installation(who.desk.id, id).await.map_err(page_error)?.installation.status;
            if flow.kind == Kind::Channel && status != Status::PaymentDue {
                let warning = Some(who.t.get("consent-name-taken"));
                return consent(&state, &who, &candidate, Trouble { warning, method, ..Trouble::default() }).await;
            }
            flow.forget(&state, &who).await?;
            Err(already(id, status))
        }
        Err(error @ (LifecycleError::NotFound(_) | LifecycleError::Store(_))) => Err(page_error(error)),
        Err(error) => {
            let (warning, was) = (Some(lifecycle_text(&who.t, &error)), ShownPrice::of(&form, &error));
            consent(&state, &who, &candidate, Trouble { warning, was, method, password: None }).await
        }
    }
}

/// Why the page is shown once more before anything is asked of anybody.
fn wrong(candidate: &Candidate, form: &Posted) -> Option<&'static str> {
    let same_plan = form.get("plan") == candidate.flow.plan().map_or("", |plan| plan.id.as_str());
    if form.get("digest") != candidate.row.package_digest.as_str() || !same_plan {
        return Some("consent-changed");
    }
    Label::some(&candidate.label).is_err().then_some("consent-name-wrong")
}

/// The request for exactly what the page showed.
fn request(who: &SignedIn, candidate: &Candidate, people: &People, form: &Posted) -> Result<InstallRequest, PageError> {
    let (flow, row) = (&candidate.flow, &candidate.row);
    let users = flow.steps().contains(&Step::Users).then(|| UsersChange {
        ticks: Some(Ticks::Exactly(flow.chosen(people))),
        assignment: flow.rule().assignment(),
    });
    Ok(InstallRequest {
        desk: who.desk.id,
        addon: row.addon.clone(),
        version: Some(row.version.clone()),
        label: Label::some(&candidate.label).unwrap_or_default(),
        by: who.operator.id,
        grant_accepted: row.manifest.asks(),
        purchase: flow.plan().map(|plan| confirm::choice(flow, plan, form)).transpose()?,
        users,
        idempotency_key: confirm::key(form).map(ToOwned::to_owned),
    })
}

fn already(id: InstallationId, status: Status) -> PageError {
    // It is ordered, and waits for its payment.
    if status == Status::PaymentDue {
        return PageError::elsewhere(format!("/my-addons/{id}/payment"), None);
    }
    PageError::elsewhere(format!("/my-addons/{id}"), Some("flash-already-installed"))
}

async fn consent(state: &AppState, who: &SignedIn, candidate: &Candidate, trouble: Trouble) -> PageResult {
    let Candidate { row, flow, .. } = candidate;
    let people = People::load(&mut state.db.read().await?, who).await?;
    let (summary, quote) = confirm::summary(state, who, flow, &people, trouble.was).await?;
    let quote = quote.as_ref();
    let login = Login::of(&state.db, who).await?;
    let needs_login = quote.is_some() || state.lifecycle.login_rule() == LoginRule::Always;
    let allowed = login.allows(needs_login);
    let next = flow.href(Step::Confirm);
    let pay = PayWith::of(state, who, &login, quote.map(|quote| quote.amount), trouble.method, &next).await?;
    let status = if trouble.warning.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let (button, button_icon) = button(flow, quote, who);
    let several = flow.steps().len() > 1;
    let page = ConsentPage {
        shell: who.titled(flow.title(&who.t), Section::Marketplace),
        frame: flow.frame(Step::Confirm),
        about: about(candidate, &people, who),
        next,
        login,
        digest: row.package_digest.to_string(),
        key: flow.key.clone(),
        label: candidate.label_field(),
        chosen: Chosen::of(flow, &people, quote),
        price_now: quote.zip(trouble.was).map(|(quote, was)| was.now(quote, &who.t)),
        warning: trouble.warning,
        password: PasswordAgain::of(who, allowed && quote.is_some() && !pay.lacks_card(), trouble.password),
        pay,
        button,
        button_icon,
        allowed,
        beside: confirm::beside(quote, flow, &who.t),
        choose_users: (!several && flow.kind == Kind::Plugin).then(|| flow.href(Step::Users)),
        discard: flow.begun,
        askers: requests::askers(state, who.desk.id, &row.addon).await?,
        summary: several.then_some(summary),
    };
    page_with(status, &page)
}

/// The listing as it is for this very version.
fn about(Candidate { listing, row, flow, .. }: &Candidate, people: &People, who: &SignedIn) -> About {
    About {
        version: row.version.to_string(),
        size: row.size,
        published_at: row.published_at,
        by_hand: row.manifest.is_manual(),
        icon: row.has_icon.then(|| icon_url(&row.addon, &row.version)),
        sentences: of_version(&who.t, &row.manifest),
        ..About::of(listing, &flow.terms.plans, people.seats(), &who.t)
    }
}

/// What the click does, with its amount.
fn button(flow: &Flow, quote: Option<&Quote>, who: &SignedIn) -> (String, &'static str) {
    let t = &who.t;
    match (quote, flow.trial_days()) {
        (Some(quote), _) => {
            (t.msg("consent-purchase").arg("amount", t.money(quote.amount)).to_string(), "shopping-cart")
        }
        (None, 0) => (t.get("consent-install"), "download"),
        (None, days) => (t.msg("consent-start-trial").arg("count", days).to_string(), "sparkles"),
    }
}
