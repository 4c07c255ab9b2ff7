//! `/my-addons/{id}`: one installation with its tabs settings, plans, users, data, logs and health, and one of its own where it has a
//! view for that; and its progress while a
//! saga works on it. What is due or ends soon stands above, and what an operator can do beside what it does to money, data
//! and behaviour.

use annex_domain::{
    addon::{Kind, Version},
    capability::Access,
    clock::Timestamp,
    ids::InstallationId,
    installation::{Action, Notice, Status},
    manifest::{Manifest, ViewPlace},
    permission::Permission,
    provisioning::{DECLINED, STAYS_DECLINED},
};
use annex_lifecycle::{BillingState, InstallationView, UninstallItem};
use annex_store::{
    desks,
    logs::Level,
    planned_calls::{PlannedCall, TimerKind},
    users,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::get,
};
use serde::Deserialize;

use super::{
    codes,
    errors::page_error,
    health::{self, HealthTab},
    installation,
    login::Login,
    logs::{self, LogsQuery, LogsTab},
    my_addons::Installed,
    permissions::{Sentence, of_version},
    plans::tab::PlansTab,
    settings::tab::{self as settings, SettingsTab, Widget},
    standing::StandingView,
    support,
    users::tab::UsersTab,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    issuer::open_in,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    sidebar,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}", get(show)).route("/my-addons/{id}/progress", get(progress))
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    tab: String,
}

/// What stands above the tabs.
pub(super) struct Head {
    pub(super) card: Installed,
    pub(super) addon: String,
    /// What the desk calls it; empty: like its add-on.
    pub(super) label: String,
    pub(super) status: Status,
    pub(super) target: Option<Version>,
    /// Its operation waits for the publisher: until when.
    pub(super) waits_until: Option<Timestamp>,
    /// May decide about background work.
    pub(super) decides: bool,
    pub(super) notice: Option<NoticeView>,
    pub(super) offer: Option<Version>,
    /// A patch of the line that it is on, beside the offer.
    pub(super) patch: Option<Version>,
    pub(super) previous: Option<Version>,
    pub(super) pinned: bool,
    pub(super) prereleases: bool,
    pub(super) blocked: bool,
    /// It was to be uninstalled, and its publisher did not let it go.
    pub(super) stayed: bool,
    /// Labels of settings without which it does not work.
    pub(super) missing: Vec<String>,
    /// What it says is wrong with those that it has.
    pub(super) check_failed: Option<String>,
    /// What can be done now: of the table in `annex_domain::installation` what there is something for.
    pub(super) actions: Vec<Action>,
    /// Force uninstall is switched on for the desk (R37).
    pub(super) may_force: bool,
    /// Where the publisher helps, with the error id in the subject (R33).
    pub(super) support: String,
    /// The platform helps as well, and first.
    pub(super) asks_platform: bool,
    /// The tab with its view: title and icon.
    pub(super) own_tab: Option<(String, &'static str)>,
    /// The address of its own service, for who uses it.
    pub(super) open: Option<String>,
    pub(super) sentences: Vec<Sentence>,
    /// Services deliver to it, at an address of its own.
    pub(super) receives: bool,
    /// What the host calls it for by itself.
    pub(super) planned: Vec<PlannedLine>,
    pub(super) installed_at: Timestamp,
    /// Money and trial.
    pub(super) standing: StandingView,
    pub(super) login: Login,
    /// Where the login leads back to.
    pub(super) here: String,
}

impl Head {
    pub(super) fn can(&self, action: &Action) -> bool {
        self.actions.contains(action)
    }

    /// True where the card about versions has something in it.
    pub(super) fn has_versions(&self) -> bool {
        [Action::RollBack, Action::Pin, Action::Configure].iter().any(|action| self.can(action))
    }

    /// Uninstalling is on the page; by force only where the platform allows it.
    pub(super) fn can_remove(&self) -> bool {
        self.can(&Action::Uninstall) || self.may_force
    }

    pub(super) fn line(&self) -> String {
        line(&self.card.version)
    }
}

/// `1.0.x` of `1.0.3`.
fn line(version: &str) -> String {
    version.parse::<Version>().map(|version| format!("{}.{}.x", version.major, version.minor)).unwrap_or_default()
}

/// What went wrong, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoticeView {
    pub(super) text: String,
    /// What the add-on itself said about it, or its publisher: who, as a key, and the words.
    pub(super) said: Option<(&'static str, String)>,
    pub(super) error_id: String,
    pub(super) code: String,
}

impl NoticeView {
    /// A text of ours where the code has one, else the sentence that was written down, without any trace.
    pub(super) fn of(notice: &Notice, t: &Translator) -> Self {
        let (key, sentence) = (format!("notice-code-{}", notice.code), notice.sentence());
        let ours = t.has(&key).then(|| t.get(&key));
        // Hooks answer in the words of their author, unless they were stopped.
        let who = match notice.code.as_str() {
            DECLINED | STAYS_DECLINED => Some("manage-notice-publisher-said"),
            code => code.ends_with("-hook-failed").then_some("manage-notice-said"),
        };
        let said = who.filter(|_| !sentence.is_empty()).map(|who| (who, sentence.clone()));
        let text = ours.unwrap_or(if sentence.is_empty() { t.get("notice-code-unknown") } else { sentence });
        Self { text, said, error_id: notice.error_id.clone(), code: notice.code.clone() }
    }
}

/// The tab that is shown.
pub(super) enum Tab {
    Settings(SettingsTab),
    Plans(PlansTab),
    Users(UsersTab),
    Data(Vec<UninstallItem>),
    Logs(LogsTab),
    Health(HealthTab),
    /// What the add-on itself shows there.
    View,
}

impl Tab {
    fn name(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::Plans(_) => "plans",
            Self::Users(_) => "users",
            Self::Data(_) => "data",
            Self::Logs(_) => "logs",
            Self::Health(_) => "health",
            Self::View => "view",
        }
    }
}

#[derive(Template)]
#[template(path = "addons/manage.html")]
pub(super) struct ManagePage {
    pub(super) shell: Shell,
    pub(super) head: Head,
    pub(super) tab: Tab,
}

impl ManagePage {
    fn current(&self) -> &'static str {
        self.tab.name()
    }

    fn notice_title(&self) -> String {
        let key = match self.head.status {
            Status::FailedInstallation => "notice-install-failed",
            Status::FailedUpdate => "notice-update-failed",
            Status::Suspended => "notice-suspended",
            _ if self.head.stayed => "notice-uninstall-failed",
            _ => "notice-update-undone",
        };
        self.shell.t.get(key)
    }
}

/// The card of an installation that a saga works on, refreshed until it is done.
#[derive(Template)]
#[template(path = "addons/progress.html")]
pub(super) struct ProgressPart<'a> {
    pub(super) shell: &'a Shell,
    pub(super) head: &'a Head,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
    Query(lines): Query<LogsQuery>,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let tab = match wanted.tab.as_str() {
        "data" => Tab::Data(state.lifecycle.uninstall_manifest(desk, id).await.map_err(page_error)?.items),
        "logs" => Tab::Logs(logs::tab(&state, desk, id, &lines).await?),
        "health" => Tab::Health(health::tab(&state, desk, id).await?),
        "view" if own_tab(&view, &who.t).is_some() => Tab::View,
        _ => Tab::Settings(settings::tab(&state, &who, &view).await?),
    };
    let billing = state.lifecycle.billing_state(desk, id).await.map_err(page_error)?;
    page(&manage_page(&state, &who, &view, &billing, tab).await?)
}

/// The page again with what was typed in the settings form.
pub(super) async fn with_settings(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    tab: SettingsTab,
    status: StatusCode,
) -> PageResult {
    let billing = state.lifecycle.billing_state(who.desk.id, view.installation.id).await.map_err(page_error)?;
    page_with(status, &manage_page(state, who, view, &billing, Tab::Settings(tab)).await?)
}

pub(super) async fn manage_page(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    billing: &BillingState,
    tab: Tab,
) -> Result<ManagePage, PageError> {
    let head = head(state, who, view, billing).await?;
    Ok(ManagePage { shell: who.titled(head.card.name.clone(), Section::MyAddons), head, tab })
}

/// The table, as far as there is something to do: money to stop, a version to move to.
fn actions(view: &InstallationView, can_cancel: bool) -> Vec<Action> {
    let possible = |action: &Action| view.offers(*action) && (can_cancel || *action != Action::Cancel);
    Action::ALL.into_iter().filter(possible).collect()
}

/// What the tab of its own is called, while it runs.
fn own_tab(view: &InstallationView, t: &Translator) -> Option<(String, &'static str)> {
    let shown = view.manifest.view_at(ViewPlace::Settings).filter(|_| view.installation.runs())?;
    let title = shown.title.as_ref().unwrap_or(&view.manifest.listing.name).get(t.code()).to_owned();
    Some((title, shown.icon.as_deref().and_then(sidebar::icon).unwrap_or("puzzle")))
}

fn missing(view: &InstallationView, t: &Translator) -> Vec<String> {
    if !view.needs_setup() {
        return Vec::new();
    }
    let fields = view.manifest.fields();
    let settings = fields.iter().filter(|setting| view.missing.contains(&setting.key));
    settings.map(|setting| setting.label.get(t.code()).to_owned()).collect()
}

/// Where *Open in …* leads, while it runs and for who uses it.
async fn open(state: &AppState, who: &SignedIn, view: &InstallationView) -> Result<Option<String>, PageError> {
    let (id, operator) = (view.installation.id, &who.operator);
    let uses = users::known_of(&state.db, who.desk.id, operator.id).await?.contains(&id);
    let open = || open_in(&state.config, &view.manifest, id, operator);
    Ok((uses && view.installation.runs()).then(open).flatten())
}

/// A call that is planned.
pub(super) struct PlannedLine {
    /// What for: in the publisher's words, or the name that the add-on gave it.
    pub(super) what: String,
    pub(super) next: Timestamp,
    /// When it came last, and what became of it.
    pub(super) last: Option<(Timestamp, String)>,
}

async fn planned(state: &AppState, who: &SignedIn, view: &InstallationView) -> Result<Vec<PlannedLine>, PageError> {
    if !view.manifest.capabilities.iter().any(|capability| capability.access == Access::Schedule) {
        return Ok(Vec::new());
    }
    let planned = state.lifecycle.planned_calls(who.desk.id, view.installation.id).await.map_err(page_error)?;
    Ok(planned.into_iter().map(|call| line_of(&who.t, &view.manifest, call)).collect())
}

fn line_of(t: &Translator, manifest: &Manifest, call: PlannedCall) -> PlannedLine {
    let of_manifest = manifest.schedules.iter().find(|one| call.kind == TimerKind::Regular && one.key == call.key);
    PlannedLine {
        what: of_manifest.map_or(call.key, |schedule| schedule.purpose.get(t.code()).to_owned()),
        next: call.due,
        last: call.last.map(|(at, code)| (at, codes::outcome(t, &code))),
    }
}

async fn head(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    billing: &BillingState,
) -> Result<Head, PageError> {
    let installation = &view.installation;
    let standing = StandingView::of(installation.id, installation.status, billing, &who.t);
    let mut card = Installed::of(view, &who.t);
    card.badges.extend(standing.badges.iter().cloned());
    if let Some(going) = &standing.payment {
        card.instead_of_due(going);
    }
    card.look_again(state, view).await?;
    Ok(Head {
        card,
        addon: installation.addon.to_string(),
        label: installation.label.as_ref().map(ToString::to_string).unwrap_or_default(),
        status: installation.status,
        target: installation.target.clone(),
        waits_until: view.waits_until,
        decides: who.may(Permission::DeskManage),
        // What is due has a banner of its own, with the way to pay it.
        notice: installation
            .notice
            .as_ref()
            .filter(|notice| !matches!(notice.code.as_str(), "payment-due" | "unpaid"))
            .map(|notice| NoticeView::of(notice, &who.t)),
        offer: view.update.clone(),
        patch: view.patch.clone(),
        previous: view.previous.clone(),
        pinned: installation.pinned,
        prereleases: installation.prereleases,
        blocked: view.blocked,
        stayed: view.stayed(),
        missing: missing(view, &who.t),
        check_failed: view.check_failed.clone().filter(|_| view.needs_setup()),
        actions: actions(view, standing.can_cancel),
        may_force: desks::known_may_force_uninstall(&state.db, who.desk.id).await?,
        support: support::mail(view, &view.manifest.listing.support.email),
        asks_platform: support::address(state, view).is_some(),
        own_tab: own_tab(view, &who.t),
        open: open(state, who, view).await?,
        sentences: of_version(&who.t, &view.manifest),
        receives: view.manifest.receives(),
        planned: planned(state, who, view).await?,
        installed_at: installation.created_at,
        standing,
        login: Login::of(&state.db, who).await?,
        here: format!("/my-addons/{}", installation.id),
    })
}

/// Asked by script every second while a saga works. When it is done, the whole page is loaded anew, with the message.
async fn progress(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let id: InstallationId = id.parse().map_err(|_| PageError::NotFound)?;
    let view = match state.lifecycle.installation(who.desk.id, id).await.map_err(page_error) {
        Ok(view) => view,
        // Uninstalled meanwhile; an id of another desk leads nowhere either.
        Err(PageError::NotFound) if who.fragment => {
            return Ok(who.lead(Flash::success("flash-gone").redirect("/my-addons")));
        }
        Err(error) => return Err(error),
    };
    let here = format!("/my-addons/{id}");
    if !who.fragment {
        return Ok(super::see_other(&here));
    }
    let billing = state.lifecycle.billing_state(who.desk.id, id).await.map_err(page_error)?;
    let head = head(&state, &who, &view, &billing).await?;
    if head.card.moving {
        let shell = who.titled("", Section::MyAddons);
        return page(&ProgressPart { shell: &shell, head: &head });
    }
    // What was ordered has a page that waits for its bank. A month has none, and keeps nothing here from being said.
    if head.standing.at_bank {
        return Ok(who.lead(super::see_other(&format!("{here}/payment"))));
    }
    let flash = match head.status {
        _ if head.card.set_aside.is_some() => Flash::warning("flash-set-aside"),
        Status::Active if head.notice.is_none() => Flash::success("flash-ready"),
        // The banner of the page says which invoice is due.
        Status::PaymentDue => Flash::warning("flash-payment-due"),
        _ => Flash::warning("flash-not-done"),
    };
    let flash = flash.arg("name", &head.card.name).arg("version", &head.card.version);
    Ok(who.lead(flash.redirect(&here)))
}
