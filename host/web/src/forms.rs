//! `/forms/{hook}`: a form that an add-on asks strangers to fill in, drawn by the host. No session: whoever knows the address may write.
//!
//! What keeps machines away is a limit for each network and each form, and work: the browser looks for a number while somebody types
//! (`assets/form.js`). Without script the page has to lie for some seconds before it is sent. A page is good once, on this node, and its id
//! tells the add-on when another node has had it already. The page has a policy of its own: nothing but its own style and script, and in
//! frames only of the sites that the desk named.

mod spent;

use std::{collections::BTreeMap, sync::Arc};

use annex_domain::{
    ids::{DeskId, HookId},
    public_form::{Field, Input, Problem, PublicForm},
};
use annex_lifecycle::{FormAnswer, Lifecycle, OpenHook, Standing, UseError};
use annex_store::desks;
use askama::Template;
use axum::{
    Extension, Router,
    extract::{FromRequest as _, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use url::Url;

use self::spent::{Network, Spent};
use crate::{
    api::limits::Limit,
    assets,
    at::AskedFor,
    error::{PageError, PageResult},
    hooks::client_of,
    i18n::Translator,
    panel::form::Posted,
    shell::page_with,
    state::AppState,
};

/// What is sent by one network to one form, and how often it looks at it: per second, and at once. Below what the form takes of
/// everybody, so that none keeps the others out.
const SENDERS_RATE: (u32, u32) = (1, 5);
const VIEWERS_RATE: (u32, u32) = (2, 30);
/// What one form takes, of everybody, and how often it is drawn.
const FORM_RATE: (u32, u32) = (5, 50);
/// Before the names of fields, so that none is taken for one of the page's own.
const PREFIX: &str = "f-";

#[derive(Clone)]
struct Limits {
    sender: Limit<(HookId, Network)>,
    viewer: Limit<(HookId, Network)>,
    form: Limit<HookId>,
    spent: Arc<Spent>,
}

/// The routes of this file.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/forms/{hook}", get(show).post(send)).layer(Extension(Limits {
        sender: Limit::new(SENDERS_RATE.0, SENDERS_RATE.1),
        viewer: Limit::new(VIEWERS_RATE.0, VIEWERS_RATE.1),
        form: Limit::new(FORM_RATE.0, FORM_RATE.1),
        spent: Arc::default(),
    }))
}

#[derive(Template)]
#[template(path = "forms/page.html")]
struct FormPage {
    t: Translator,
    icon: String,
    style: String,
    script: String,
    hook: HookId,
    title: String,
    intro: String,
    step: Step,
}

/// What the page says.
enum Step {
    /// The form, with what is wrong with it.
    Ask(Asking),
    /// What the add-on says to what was sent.
    Sent(String),
}

struct Asking {
    fields: Vec<Drawn>,
    submit: String,
    alert: Option<String>,
    stamp: String,
    bits: u32,
    /// For browsers without script.
    wait: String,
}

/// A field with what was entered.
struct Drawn {
    field: Field,
    value: String,
    error: Option<String>,
}

impl Drawn {
    fn has_about(&self) -> bool {
        self.error.is_some() || !self.field.hint.is_empty()
    }
}

/// A form that somebody looks at.
struct Looked {
    hook: HookId,
    desk: DeskId,
    t: Translator,
    origins: Vec<String>,
    form: PublicForm,
}

/// What was entered, and what is wrong with it.
#[derive(Default)]
struct Entered {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    alert: Option<String>,
    /// Of the page before, while it still counts.
    stamp: Option<String>,
}

async fn show(
    State(state): State<AppState>,
    Extension(limits): Extension<Limits>,
    Path(hook): Path<String>,
    asked: AskedFor,
    request: Request,
) -> PageResult {
    let hook: HookId = hook.parse().map_err(|_| PageError::NotFound)?;
    limits.viewer.check(&(hook, client_of(&request))).map_err(too_many)?;
    limits.form.check(&hook).map_err(too_many)?;
    let headers = request.headers().clone();
    let looked = look(&state, hook, asked, &headers).await?;
    drawn(&state, &looked, StatusCode::OK, Entered::default())
}

async fn send(
    State(state): State<AppState>,
    Extension(limits): Extension<Limits>,
    Path(hook): Path<String>,
    asked: AskedFor,
    request: Request,
) -> PageResult {
    let hook: HookId = hook.parse().map_err(|_| PageError::NotFound)?;
    let sender = client_of(&request);
    limits.sender.check(&(hook, sender)).map_err(too_many)?;
    limits.form.check(&hook).map_err(too_many)?;
    let headers = request.headers().clone();
    let posted = Posted::from_request(request, &state).await?;
    let looked = look(&state, hook, asked, &headers).await?;
    let t = &looked.t;
    let mut entered = entered(&looked, &posted);
    if !entered.errors.is_empty() {
        entered.alert = Some(t.get("public-form-wrong"));
        entered.stamp = Some(posted.get("stamp").to_owned());
        return drawn(&state, &looked, StatusCode::UNPROCESSABLE_ENTITY, entered);
    }
    let id = match state.lifecycle.form_standing(hook, posted.get("stamp"), posted.get("solution")) {
        Standing::Fine { id } if limits.spent.spend(&id, sender, state.clock.now()) => id,
        Standing::Fine { .. } | Standing::Old => {
            entered.alert = Some(t.get("public-form-old"));
            return drawn(&state, &looked, StatusCode::CONFLICT, entered);
        }
        Standing::Early(seconds) => {
            entered.alert = Some(t.with("public-form-early", &[("seconds", &seconds)]));
            entered.stamp = Some(posted.get("stamp").to_owned());
            return drawn(&state, &looked, StatusCode::TOO_EARLY, entered);
        }
    };
    hand_over(&state, &looked, &id, entered).await
}

async fn hand_over(state: &AppState, looked: &Looked, id: &str, mut entered: Entered) -> PageResult {
    let (t, fields) = (&looked.t, &looked.form.fields);
    let value = |field: &Field| entered.values.get(&field.key).cloned().unwrap_or_default();
    let sent: Vec<_> = fields.iter().map(|field| (field.key.clone(), value(field))).collect();
    let open = state.lifecycle.open_form(looked.hook).await.map_err(problem)?;
    match state.lifecycle.send_form(open, t.code(), id, &sent).await {
        Ok(FormAnswer::Thanks(text)) => {
            let text = if text.is_empty() { t.get("public-form-thanks") } else { text };
            answer(looked, StatusCode::OK, Step::Sent(text))
        }
        Ok(FormAnswer::Wrong(errors)) => {
            entered.alert = Some(t.get("public-form-wrong"));
            entered.errors = errors;
            drawn(state, looked, StatusCode::UNPROCESSABLE_ENTITY, entered)
        }
        Ok(FormAnswer::Failed) => failed(state, looked, entered),
        Err(error) => {
            tracing::warn!(code = error.code(), desk = %looked.desk, "an add-on did not take a form");
            failed(state, looked, entered)
        }
    }
}

fn failed(state: &AppState, looked: &Looked, mut entered: Entered) -> PageResult {
    entered.alert = Some(looked.t.get("public-form-failed"));
    drawn(state, looked, StatusCode::BAD_GATEWAY, entered)
}

/// Asks the add-on what it asks, in the browser's language where the desk has it.
async fn look(state: &AppState, hook: HookId, asked: AskedFor, headers: &HeaderMap) -> Result<Looked, PageError> {
    let open: OpenHook = state.lifecycle.open_form(hook).await.map_err(problem)?;
    let (desk, origins) = (open.desk(), open.origins().to_vec());
    if !asked.sees(desk) {
        return Err(PageError::NotFound);
    }
    let of_desk = desks::known(&state.db, desk).await?;
    let languages = state.i18n.languages(&state.db, desk).await?;
    let wanted = wanted(headers).find(|code| languages.has(code));
    let t = languages.translator(wanted.unwrap_or(&of_desk.locale));
    let form = state.lifecycle.form(open, t.code()).await.map_err(problem)?;
    Ok(Looked { hook, desk, t, origins, form })
}

/// The languages that a browser asks for, as they stand there, and each without its region.
fn wanted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let list = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).unwrap_or_default();
    let codes = list.split(',').filter_map(|part| part.split(';').next()).map(str::trim);
    codes.take(20).flat_map(|code| [code, code.split('-').next().unwrap_or(code)])
}

fn entered(looked: &Looked, posted: &Posted) -> Entered {
    let mut entered = Entered::default();
    for field in &looked.form.fields {
        let value = posted.get(&format!("{PREFIX}{}", field.key));
        // What a browser sends of one line has none of these; add-ons make heads and subjects of it.
        let value = if field.kind == Input::Area { value.to_owned() } else { value.replace(char::is_control, " ") };
        if let Some(problem) = field.problem(&value) {
            entered.errors.insert(field.key.clone(), said(problem, &looked.t));
        }
        entered.values.insert(field.key.clone(), value);
    }
    entered
}

fn said(problem: Problem, t: &Translator) -> String {
    match problem {
        Problem::Missing => t.get("public-form-missing"),
        Problem::TooLong(most) => t.with("public-form-long", &[("most", &u64::from(most))]),
        Problem::NoEmail => t.get("public-form-email"),
        Problem::NoChoice => t.get("public-form-choice"),
    }
}

fn drawn(state: &AppState, looked: &Looked, status: StatusCode, mut entered: Entered) -> PageResult {
    let stamp = match entered.stamp {
        Some(stamp) => stamp,
        None => state.lifecycle.form_stamp(looked.hook).map_err(problem)?,
    };
    let fields = looked.form.fields.iter().map(|field| Drawn {
        field: field.clone(),
        value: entered.values.remove(&field.key).unwrap_or_default(),
        error: entered.errors.remove(&field.key),
    });
    let (submit, own) = (looked.form.submit.clone(), looked.t.get("public-form-send"));
    let asking = Asking {
        fields: fields.collect(),
        submit: if submit.is_empty() { own } else { submit },
        alert: entered.alert,
        stamp,
        bits: Lifecycle::FORM_WORK_BITS,
        wait: looked.t.with("public-form-wait", &[("seconds", &Lifecycle::FORM_WAIT_SECONDS)]),
    };
    answer(looked, status, Step::Ask(asking))
}

fn answer(looked: &Looked, status: StatusCode, step: Step) -> Result<Response, PageError> {
    let page = FormPage {
        t: looked.t.clone(),
        icon: assets::url("favicon.svg"),
        style: assets::url("app.css"),
        script: assets::url("form.js"),
        hook: looked.hook,
        title: looked.form.title.clone(),
        intro: looked.form.intro.clone(),
        step,
    };
    let mut response = page_with(status, &page)?;
    let policy = HeaderValue::from_str(&policy(&looked.origins)).map_err(PageError::internal)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// What the page may load, and who may show it. Browsers heed this instead of `X-Frame-Options`.
fn policy(origins: &[String]) -> String {
    // Spelled anew, so that nothing else can stand in it.
    let urls = origins.iter().filter_map(|origin| Url::parse(origin).ok());
    let sites: Vec<String> =
        urls.filter(|url| url.scheme() == "https").map(|url| url.origin().ascii_serialization()).collect();
    let sites = if sites.is_empty() { "'none'".to_owned() } else { sites.join(" ") };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors {sites}"
    )
}

fn too_many(_: u64) -> PageError {
    let text = "too many messages: wait a moment, then go back and send it again";
    PageError::refused(StatusCode::TOO_MANY_REQUESTS, "rate-limited", text)
}

fn problem(error: UseError) -> PageError {
    match error {
        UseError::NotFound | UseError::NotRunning(_) | UseError::Blocked => PageError::NotFound,
        UseError::Store(error) => error.into(),
        other => {
            tracing::warn!(code = other.code(), error = %crate::error::chain(&other), "a form could not be drawn");
            let text = "this form is not available now: try again later";
            PageError::refused(StatusCode::SERVICE_UNAVAILABLE, "form-unavailable", text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sites_that_the_desk_named_show_it_in_a_frame() {
        let of = |origins: &[&str]| {
            let origins: Vec<_> = origins.iter().map(|origin| (*origin).to_owned()).collect();
            policy(&origins).split_once("frame-ancestors ").unwrap().1.to_owned()
        };
        assert_eq!(of(&[]), "'none'");
        assert_eq!(of(&["https://shop.example", "http://plain.example", "*", "javascript:x"]), "https://shop.example");
        assert_eq!(of(&["https://a.example/;script-src"]), "https://a.example", "nothing else can stand in it");
    }

    #[test]
    fn a_browser_is_asked_for_its_languages_in_order() {
        let mut headers = HeaderMap::new();
        assert_eq!(wanted(&headers).collect::<Vec<_>>(), ["", ""]);
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("de-AT, ar;q=0.8"));
        assert_eq!(wanted(&headers).collect::<Vec<_>>(), ["de-AT", "de", "ar", "ar"]);
    }
}
