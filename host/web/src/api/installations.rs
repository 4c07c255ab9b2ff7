//! Add-ons installed in the desk. This file has what the endpoints share; each group of endpoints has its own.
//!
//! Installing, updating and rolling back are sagas that survive a crash of the host. Their endpoints wait a little
//! (`Prefer: wait=N`) and answer 202 while the saga goes on; poll the installation until its status settles.

mod change;
mod channel;
mod costs;
mod create;
mod licences;
mod observe;
mod purchase;
mod read;
mod remove;
mod settings;
mod users;

pub(super) use self::observe::{Call, LogLine};

use annex_domain::{
    billing::SubscriptionState,
    capability::{Access as DomainAccess, Asks, Capability as DomainCapability, HostPattern},
    clock::Timestamp,
    ids::{InstallationId, OperatorId},
    installation::{Action, Installation as DomainInstallation, Label, Status},
    localized::Localized,
    manifest::ServiceScope,
    plan::PlanId,
    words::Invalid,
};
use annex_lifecycle::InstallationView;
use annex_store::billing::subscriptions::{self, Subscription};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{
    amounts::DueInvoice,
    extract::Json,
    openapi::BASE,
    prefer::Wait,
    problem::Problem,
    user::ApiUser,
    wire::{Access, InstallationStatus, Kind, Time},
};
use crate::state::AppState;

const DAY_MS: u128 = 24 * 3600 * 1000;

/// The endpoints of this folder. All of them need `addons.manage`: settings and the users of a whole desk are large.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(create::routes())
        .merge(read::routes())
        .merge(change::routes())
        .merge(channel::routes())
        .merge(costs::routes())
        .merge(purchase::routes())
        .merge(licences::routes())
        .merge(remove::routes())
        .merge(settings::routes())
        .merge(users::routes())
        .merge(observe::routes())
}

/// An add-on installed in the desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Installation {
    #[schema(value_type = String, format = "uuid")]
    id: InstallationId,
    #[schema(example = "acme.contact-sync")]
    addon: String,
    kind: Kind,
    /// The add-on's.
    name: String,
    /// What the desk calls it: of a channel there may be several.
    #[schema(required, value_type = Option<String>, example = "Sales bot")]
    label: Option<Label>,
    /// The version that serves, or that is being installed.
    version: String,
    /// Rolling back leads to this one.
    #[schema(required)]
    previous: Option<String>,
    /// While updating: the version to come.
    #[schema(required)]
    target: Option<String>,
    /// It stays on its line of versions: only patches are offered.
    pinned: bool,
    /// Pre-releases are offered, too.
    prereleases: bool,
    status: InstallationStatus,
    /// What `status` says is under way is set aside: it goes on when somebody has decided about it (`/background-work`).
    set_aside: bool,
    /// What can be done now: `configure`, `retry`, `activate`, `deactivate`, `update`, `roll-back`, `pin`, `cancel`,
    /// `uninstall`. Everything else is refused as `not-allowed`.
    #[schema(example = json!(["configure", "deactivate", "pin", "uninstall"]))]
    actions: Vec<&'static str>,
    /// Settings without which it does not work and that are not set.
    missing_settings: Vec<String>,
    grant: Granted,
    /// The last thing that went wrong.
    #[schema(required)]
    notice: Option<Notice>,
    #[schema(value_type = String, format = "uuid")]
    installed_by: OperatorId,
    created_at: Time,
    updated_at: Time,
    /// Rises with each change.
    rev: i64,
    /// A newer version that is offered.
    #[schema(required)]
    update_available: Option<String>,
    /// A newer patch of the line that it is on, beside `update_available`.
    #[schema(required)]
    patch_available: Option<String>,
    /// The plan that it is on; null where nothing was chosen, and after a cancel.
    #[schema(required, value_type = Option<String>, example = "team")]
    plan: Option<PlanId>,
    /// While it is tried.
    #[schema(required)]
    trial_ends_at: Option<Time>,
    /// While it is tried: a day that has begun counts.
    #[schema(required)]
    trial_days_left: Option<u64>,
}

/// What the desk consented to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Granted {
    access: Vec<Access>,
    hosts: Vec<String>,
    /// What the publisher's own service may do at this API.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// To quote to support.
    #[schema(example = "E-1A2B3C4D")]
    error_id: String,
    /// Stable word for programs.
    code: String,
    text: String,
}

/// One capability that is consented to: `capabilities` of the version, passed back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    #[serde(rename = "use")]
    access: Access,
    /// For `http`: the hosts.
    #[serde(default)]
    hosts: Vec<String>,
    /// As shown; not compared.
    #[serde(default)]
    purpose: Option<String>,
}

/// What was consented to: capabilities, and what the publisher's service may do.
fn consented(grant: Vec<Consent>, scopes: &[String]) -> Result<Asks, Problem> {
    let capability = |(at, consent): (usize, Consent)| {
        let hosts = consent.hosts.into_iter().map(HostPattern::try_from).collect::<Result<Vec<_>, _>>();
        let hosts = hosts.map_err(|error| Problem::field(&format!("grant[{at}].hosts"), "not-a-host", error.0))?;
        let purpose = Localized::en(consent.purpose.unwrap_or_default());
        Ok(DomainCapability { access: consent.access.into(), hosts, purpose })
    };
    let scope = |(at, word): (usize, &String)| {
        let scope =
            word.parse().map_err(|error: Invalid| Problem::field(&format!("scopes[{at}]"), "unknown", error.0))?;
        Ok(ServiceScope { scope, purpose: Localized::en("") })
    };
    Ok(Asks {
        capabilities: grant.into_iter().enumerate().map(capability).collect::<Result<_, Problem>>()?,
        scopes: scopes.iter().enumerate().map(scope).collect::<Result<_, Problem>>()?,
    })
}

impl Installation {
    /// With the subscription that has not ended.
    fn new(view: &InstallationView, live: Option<&Subscription>, now: Timestamp) -> Self {
        let trial_ends_at = live.and_then(|live| match live.state {
            SubscriptionState::Trialing => live.trial_ends_at,
            _ => None,
        });
        let installation = &view.installation;
        let grant = &installation.grant;
        Self {
            id: installation.id,
            addon: installation.addon.to_string(),
            kind: installation.kind.into(),
            name: view.manifest.listing.name.get("en").to_owned(),
            label: installation.label.clone(),
            version: installation.version.to_string(),
            previous: view.previous.as_ref().map(ToString::to_string),
            target: installation.target.as_ref().map(ToString::to_string),
            pinned: installation.pinned,
            prereleases: installation.prereleases,
            actions: actions(view, live),
            missing_settings: view.missing.clone(),
            status: installation.status.into(),
            set_aside: view.set_aside.is_some(),
            grant: Granted {
                access: DomainAccess::ALL
                    .into_iter()
                    .filter(|access| grant.allows(*access))
                    .map(Access::from)
                    .collect(),
                hosts: grant.hosts().map(ToString::to_string).collect(),
                scopes: grant.scopes().iter().map(ToString::to_string).collect(),
            },
            notice: installation.notice.as_ref().map(|notice| Notice {
                error_id: notice.error_id.clone(),
                code: notice.code.clone(),
                text: notice.sentence(),
            }),
            installed_by: installation.installed_by,
            created_at: installation.created_at.into(),
            updated_at: installation.updated_at.into(),
            rev: installation.rev,
            update_available: view.update.as_ref().map(ToString::to_string),
            patch_available: view.patch.as_ref().map(ToString::to_string),
            plan: live.map(|live| live.plan.id.clone()),
            trial_ends_at: trial_ends_at.map(Time::from),
            trial_days_left: trial_ends_at.map(|end| end.since(now).as_millis().div_ceil(DAY_MS) as u64),
        }
    }
}

/// The table of `annex_domain::installation`, as far as there is something to do. There is something to cancel while it
/// is billed every month or tried.
fn actions(view: &InstallationView, live: Option<&Subscription>) -> Vec<&'static str> {
    let billed = live.is_some_and(|live| live.state == SubscriptionState::Trialing || live.plan.model.is_monthly());
    let possible = |action: &Action| view.offers(*action) && (billed || *action != Action::Cancel);
    Action::ALL.into_iter().filter(possible).map(Action::as_str).collect()
}

/// The installation as it stands, or 404.
async fn show(state: &AppState, user: &ApiUser, id: InstallationId) -> Result<Installation, Problem> {
    let view = state.lifecycle.installation(user.desk(), id).await?;
    let live = subscriptions::live_of(&mut state.db.read().await?, user.desk(), id).await?;
    Ok(Installation::new(&view, live.as_ref(), state.clock.now()))
}

/// Waits for a saga as long as the caller wants, then answers `done`, or 202 while it goes on.
async fn settle(
    state: &AppState,
    user: &ApiUser,
    started: &DomainInstallation,
    wait: Wait,
    done: StatusCode,
) -> Result<Response, Problem> {
    let id = started.id;
    state.lifecycle.wait(user.desk(), id, wait.0).await?;
    let shown = show(state, user, id).await?;
    let mut under_way = matches!(shown.status.into(), Status::Installing | Status::Updating);
    if matches!(shown.status.into(), Status::PaymentDue)
        && let Some(due) = state.lifecycle.billing_state(user.desk(), id).await?.due
    {
        if !due.is_under_way() {
            return Err(DueInvoice::from(due).problem());
        }
        // Such as after the payer confirmed: nobody has to pay what is being taken.
        under_way = true;
    }
    let status = if under_way { StatusCode::ACCEPTED } else { done };
    Ok(located(status, shown))
}

/// An installation, with its address.
fn located(status: StatusCode, shown: Installation) -> Response {
    let address = format!("{BASE}/installations/{}", shown.id);
    (status, [(header::LOCATION, address)], Json(shown)).into_response()
}
