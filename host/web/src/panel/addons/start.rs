//! `/my-addons/{id}/start`: what is left to do after an installation, and where it leads: a ticket with the panel beside it,
//! the inbox that a channel writes to, or the language itself.

use annex_domain::{
    addon::Kind,
    ids::InstallationId,
    installation::{Action, Status},
};
use annex_lifecycle::InstallationView;
use annex_store::tickets;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{installation, my_addons::Installed, see_other};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/start", get(show)).route("/my-addons/{id}/use-language", post(use_language))
}

/// Something to do.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) done: bool,
    pub(super) title: String,
    /// What exactly, such as the names of settings.
    pub(super) details: Vec<String>,
    pub(super) href: String,
    pub(super) action: String,
}

/// Where it all leads.
#[derive(Debug)]
pub(super) enum Ending {
    /// To a ticket: its panel is there.
    Ticket(String),
    /// To the inbox.
    Inbox,
    /// The language itself, by its code.
    Language,
    /// That language is in use.
    LanguageInUse,
}

#[derive(Template)]
#[template(path = "addons/start.html")]
pub(super) struct StartPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) id: InstallationId,
    pub(super) tasks: Vec<Task>,
    pub(super) ending: Ending,
}

impl StartPage {
    fn all_done(&self) -> bool {
        self.tasks.iter().all(|task| task.done)
    }
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    if view.installation.status != Status::Active {
        return Ok(see_other(&format!("/my-addons/{id}")));
    }
    let card = Installed::of(&view, &who.t);
    let title = who.t.msg("start-title").arg("name", &card.name).to_string();
    let ending = ending(&state, &who, &view).await?;
    page(&StartPage { shell: who.titled(title, Section::MyAddons), tasks: tasks(&view, &who), card, id, ending })
}

/// What is left to do for this kind of add-on.
fn tasks(view: &InstallationView, who: &SignedIn) -> Vec<Task> {
    let (t, id) = (&who.t, view.installation.id);
    let mut tasks = Vec::new();
    let fields = view.manifest.fields();
    let needed: Vec<_> = fields.iter().filter(|setting| setting.is_needed()).collect();
    if (!needed.is_empty() || view.check_failed.is_some()) && view.offers(Action::Configure) {
        let missing = needed.iter().filter(|setting| view.missing.contains(&setting.key));
        let missing = missing.map(|setting| setting.label.get(t.code()).to_owned());
        tasks.push(Task {
            done: view.missing.is_empty() && view.check_failed.is_none(),
            title: t.get("start-settings"),
            details: missing.chain(view.check_failed.clone()).collect(),
            href: format!("/my-addons/{id}"),
            action: t.get("start-settings-go"),
        });
    }
    if view.manifest.receives() {
        tasks.push(Task {
            done: false,
            title: t.get("start-channel"),
            details: Vec::new(),
            href: format!("/my-addons/{id}/channel"),
            action: t.get("start-channel-go"),
        });
    }
    if view.installation.kind == Kind::Plugin {
        tasks.push(Task {
            done: true,
            title: t.get("start-users"),
            details: Vec::new(),
            href: format!("/my-addons/{id}/users"),
            action: t.get("start-users-go"),
        });
    }
    tasks
}

async fn ending(state: &AppState, who: &SignedIn, view: &InstallationView) -> Result<Ending, PageError> {
    let mut conn = state.db.read().await?;
    match view.installation.kind {
        Kind::Channel => Ok(Ending::Inbox),
        Kind::Language => {
            let code = code_of(&mut conn, who, view.installation.id).await?;
            let now = who.operator.locale.as_deref().unwrap_or(&who.desk.locale);
            let in_use = code.is_none_or(|code| code.eq_ignore_ascii_case(now));
            Ok(if in_use { Ending::LanguageInUse } else { Ending::Language })
        }
        Kind::Plugin => {
            let newest = tickets::newest_number(&mut conn, who.desk.id).await?;
            Ok(newest.map_or(Ending::Inbox, |number| Ending::Ticket(format!("/tickets/{number}"))))
        }
    }
}

async fn code_of(
    conn: &mut annex_store::Conn,
    who: &SignedIn,
    id: InstallationId,
) -> Result<Option<String>, PageError> {
    let installed = annex_store::languages::list(conn, who.desk.id).await?;
    Ok(installed.into_iter().find(|one| one.installation == id).map(|one| one.facts.code))
}

/// The operator's own language, at once.
async fn use_language(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let here = format!("/my-addons/{}/start", view.installation.id);
    let code = code_of(&mut state.db.read().await?, &who, view.installation.id).await?;
    let Some(code) = code else { return Ok(see_other(&here)) };
    annex_desk::language::choose(&state.desk(), &who.ctx(), &code).await?;
    Ok(Flash::success("flash-language-used").redirect(&here))
}
