//! A message as its author formatted it: a document of its own, in a frame of the ticket's page.
//!
//! It is not written into the page (`srcdoc`): such a document is under the policy of the page around it, which would have to
//! allow inline styles and the pictures of every host for itself. At an address of its own it comes with a policy of its own,
//! and only when it is looked at; the page allows frames of its own host, of which this is the only one that can be in one.
//!
//! Three things keep it harmless, each by itself: what [`annex_html`] leaves of it; the policy, under which nothing is run, sent or
//! loaded but pictures; and the sandbox, in which there are neither scripts nor forms, and which leads the window around it nowhere.
//! It has the origin of the panel all the same (`allow-same-origin`), so that the page can see how high it is, and pictures of this host
//! come with the session. Only scripts could abuse that, and without `allow-scripts` there are none.
//!
//! Pictures of others are asked for after a click: they tell who sent the message that it is read. What was made harmless is kept in
//! memory, within a bound ([`Kept`]), and not in the database: the rules may become stricter, and then count for old messages too.

mod kept;

use std::{collections::BTreeMap, sync::Arc};

use annex_domain::{
    addon::Digest,
    ids::{AttachmentId, MessageId},
    permission::Permission,
};
use annex_html::{Clean, Picture};
use annex_store::{attachments, messages};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    routing::get,
};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use url::Url;

pub(crate) use self::kept::Kept;
use crate::{
    config::WebConfig,
    error::{PageError, PageResult},
    i18n::Translator,
    session::SignedIn,
    shell::page,
    state::AppState,
};

/// The policy of the document, with what pictures may come from beside this host and the message itself.
macro_rules! policy {
    ($pictures:literal) => {
        concat!(
            "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
             style-src 'unsafe-inline'; img-src 'self' data:",
            $pictures,
            "; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
        )
    };
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/tickets/{number}/messages/{id}/html", get(show))
}

/// Which pictures are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Pictures {
    /// Those that are in the message.
    #[default]
    Own,
    /// Those of other hosts as well.
    All,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    pictures: Pictures,
}

#[derive(Template)]
#[template(path = "panel/ticket_sent.html")]
struct SentPage {
    t: Translator,
    clean: Arc<Clean>,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, MessageId)>,
    Query(Wanted { pictures }): Query<Wanted>,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    let mut conn = state.db.read().await?;
    let html = messages::html(&mut conn, who.desk.id, number, id).await?;
    let named = attachments::named(&mut conn, who.desk.id, id).await?;
    drop(conn);
    let files = named.into_iter().filter_map(|(file, name)| Some((name?, file.id))).collect();
    let clean = harmless(&state, &who.t, pictures, html, files).await?;
    let mut response = page(&SentPage { t: who.t.clone(), clean })?;
    let policy = match pictures {
        Pictures::Own => policy!(""),
        Pictures::All => policy!(" https:"),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Ok(response)
}

/// Files of a message, by the names that its HTML has for them.
type Files = BTreeMap<String, AttachmentId>;

/// The HTML made harmless: as it is kept, or else by a thread that keeps nobody waiting.
async fn harmless(
    state: &AppState,
    t: &Translator,
    pictures: Pictures,
    html: String,
    files: Files,
) -> Result<Arc<Clean>, PageError> {
    let quoted = t.get("ticket-message-quoted");
    let key = Digest::of(format!("{pictures:?}\n{files:?}\n{quoted}\n{html}").as_bytes());
    if let Some(kept) = state.sent.get(&key) {
        return Ok(kept);
    }
    let config = Arc::clone(&state.config);
    let work = move || annex_html::clean(&html, &quoted, &mut |address| place(&config, pictures, &files, address));
    let clean = Arc::new(spawn_blocking(work).await.map_err(PageError::internal)?);
    state.sent.put(key, Arc::clone(&clean));
    Ok(clean)
}

/// Where a picture of a message is. Those of other hosts come over https alone; one of this host would be asked for with the
/// session of whoever reads the message, unless it is a file of the message itself.
fn place(config: &WebConfig, pictures: Pictures, files: &Files, address: &str) -> Picture {
    if let Some((scheme, name)) = address.split_once(':')
        && scheme.eq_ignore_ascii_case("cid")
    {
        return files.get(name).map_or(Picture::Gone, |id| Picture::At(format!("/attachments/{id}")));
    }
    let elsewhere = Url::parse(address)
        .ok()
        .filter(|url| url.scheme() == "https" && url.host_str().is_some_and(|host| !config.answers_to(host)));
    match (elsewhere, pictures) {
        (Some(url), Pictures::All) => Picture::At(url.into()),
        (Some(_), Pictures::Own) => Picture::HeldBack,
        (None, _) => Picture::Gone,
    }
}
