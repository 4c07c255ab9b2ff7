//! `/my-addons/{id}/channel`: connecting a channel to its service. The address that the service delivers to, what to do in
//! words, a new secret (shown once), *Set it up for me* and *Test* where the manifest declares them, and how it fares.

use annex_domain::{addon::Kind, clock::Timestamp, ids::InstallationId, permission::Permission};
use annex_lifecycle::{ChannelView, InstallationView, SetupAction, SetupOutcome, SetupProblem};
use annex_store::channels::What;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use secrecy::ExposeSecret as _;

use super::{errors::page_error, installation};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/channel", get(show))
        .route("/my-addons/{id}/channel/secret", post(renew))
        .route("/my-addons/{id}/channel/connect", post(connect))
        .route("/my-addons/{id}/channel/test", post(test))
}

#[derive(Template)]
#[template(path = "addons/channel.html")]
pub(super) struct ChannelPage {
    pub(super) shell: Shell,
    pub(super) id: InstallationId,
    pub(super) name: String,
    pub(super) address: String,
    /// Services on the Internet cannot deliver there.
    pub(super) local: bool,
    pub(super) steps: Vec<String>,
    /// Labels of settings that are needed and not entered, as a list in words.
    pub(super) missing: Option<String>,
    /// The channel checks deliveries by a secret, and whether one is stored.
    pub(super) has_secret: bool,
    pub(super) secret_is_set: bool,
    /// A secret that was made just now.
    pub(super) made: Option<String>,
    pub(super) can_connect: bool,
    pub(super) can_test: bool,
    pub(super) outcome: Option<OutcomeView>,
    pub(super) states: Vec<StateView>,
}

/// How a set-up or test went.
pub(super) struct OutcomeView {
    pub(super) title: String,
    pub(super) problem: Option<String>,
    /// What the service says: label and value.
    pub(super) shown: Vec<(String, String)>,
}

/// One line of how a channel fares.
pub(super) struct StateView {
    pub(super) label: String,
    /// `None`: never.
    pub(super) at: Option<Timestamp>,
    /// How it went.
    pub(super) outcome: String,
    pub(super) is_ok: bool,
    pub(super) detail: String,
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    page(&channel_page(&state, &who, &view).await?)
}

/// The page that follows is the only one that ever shows the secret: it is not cached, and a reload makes another one.
async fn renew(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let made = state.lifecycle.renew_inbound_secret(who.desk.id, id, who.operator.id).await.map_err(page_error)?;
    let made = Some(made.expose_secret().to_owned());
    page(&ChannelPage { made, ..channel_page(&state, &who, &view).await? })
}

async fn connect(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    set_up(state, who, id, SetupAction::Connect).await
}

async fn test(state: State<AppState>, who: SignedIn, id: Path<String>) -> PageResult {
    set_up(state, who, id, SetupAction::Test).await
}

async fn set_up(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    action: SetupAction,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let shown = channel_page(&state, &who, &view).await?;
    let (desk, id, by) = (who.desk.id, view.installation.id, who.operator.id);
    let outcome = state.lifecycle.set_up_channel(desk, id, action, &shown.address, by).await.map_err(page_error)?;
    let outcome = Some(outcome_view(&who.t, action, outcome));
    page(&ChannelPage { outcome, ..shown })
}

async fn channel_page(state: &AppState, who: &SignedIn, view: &InstallationView) -> Result<ChannelPage, PageError> {
    who.require(Permission::AddonsManage)?;
    let id = view.installation.id;
    let channel = state.lifecycle.channel_view(who.desk.id, id).await.map_err(page_error)?;
    let name = view.name(who.t.code()).to_owned();
    let shell = who.titled(who.t.msg("channel-title").arg("name", name.as_str()).to_string(), Section::MyAddons);
    let states = states(&shell, &channel, view.installation.kind);
    let text = |text: &annex_domain::localized::Localized| text.get(who.t.code()).to_owned();
    let missing: Vec<String> = channel.missing.iter().map(text).collect();
    Ok(ChannelPage {
        id,
        name,
        address: state.config.absolute_of(&who.desk, &format!("/hooks/{}", channel.hook)),
        local: !state.config.is_https(),
        steps: channel.setup.steps.iter().map(text).collect(),
        missing: (!missing.is_empty()).then(|| missing.join(", ")),
        has_secret: channel.secret.is_some(),
        secret_is_set: channel.secret.is_some_and(|(_, _, is_set)| is_set),
        made: None,
        can_connect: !channel.setup.connect.is_empty(),
        can_test: !channel.setup.test.is_empty() || channel.has_mailboxes,
        outcome: None,
        states,
        shell,
    })
}

fn states(shell: &Shell, channel: &ChannelView, kind: Kind) -> Vec<StateView> {
    let is_channel = kind == Kind::Channel;
    let lines = [
        (What::Connected, "channel-state-connected", false),
        (What::Received, "channel-state-received", is_channel),
        (What::Refused, "channel-state-refused", false),
        (What::Sent, "channel-state-sent", is_channel),
    ];
    let mut views = Vec::new();
    for (what, key, always) in lines {
        let found = channel.states.iter().find(|state| state.what == what);
        if found.is_none() && !always {
            continue;
        }
        let is_ok = found.is_some_and(|state| state.outcome == "ok");
        views.push(StateView {
            label: shell.t.get(key),
            at: found.map(|state| state.at),
            outcome: found.map(|state| outcome_text(&shell.t, &state.outcome)).unwrap_or_default(),
            is_ok,
            // What the host counts is no news for people; what went wrong is.
            detail: found.filter(|_| !is_ok).map(|state| state.detail.clone()).unwrap_or_default(),
        });
    }
    views
}

fn outcome_text(t: &Translator, outcome: &str) -> String {
    let key = match outcome {
        "ok" => "channel-outcome-ok",
        "wrong-secret" => "channel-outcome-wrong-secret",
        "refused" => "channel-outcome-refused",
        "later" => "channel-outcome-later",
        "failed" => "channel-outcome-failed",
        "unclear" => "channel-outcome-unclear",
        "no-mailbox" => "channel-outcome-no-mailbox",
        _ => "channel-outcome-error",
    };
    t.get(key)
}

fn outcome_view(t: &Translator, action: SetupAction, outcome: SetupOutcome) -> OutcomeView {
    let title = match (&outcome.problem, action) {
        (Some(_), _) => "channel-failed",
        (None, SetupAction::Connect) => "channel-done-connect",
        (None, SetupAction::Test) => "channel-done-test",
    };
    let problem = outcome.problem.map(|problem| match problem {
        SetupProblem::NeedsSetting(label) => t.msg("channel-problem-needs-setting").arg("label", label.get(t.code())),
        SetupProblem::NotGranted(host) => t.msg("channel-problem-not-granted").arg("host", host),
        SetupProblem::Unreachable(reason) => t.msg("channel-problem-unreachable").arg("reason", reason),
        SetupProblem::Refused(reason) => t.msg("channel-problem-refused").arg("reason", reason),
    });
    OutcomeView {
        title: t.get(title),
        problem: problem.map(|problem| problem.to_string()),
        shown: outcome.shown.into_iter().map(|(label, text)| (label.get(t.code()).to_owned(), text)).collect(),
    }
}
