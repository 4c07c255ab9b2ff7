//! Admin → Outbox: every mail that the host wrote for this desk, whether it left, and why not. A mail is shown as its
//! plain text; the HTML is on a page of its own, which may neither run nor load anything.

use annex_domain::{ids::MailId, permission::Permission};
use annex_store::mails::{self, Mail, MailState};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse as _},
    routing::{get, post},
};
use serde::Deserialize;

use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Pager, Section, Shell, page},
    state::AppState,
};

const HERE: &str = "/admin/mails";
const PAGE: usize = 50;

/// For the HTML of a mail: styles in its elements, nothing else; and, with `sandbox`, an origin of its own.
const MAIL_CSP: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
    style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/mails", get(list))
        .route("/admin/mails/{id}", get(show))
        .route("/admin/mails/{id}/html", get(html))
        .route("/admin/mails/{id}/send", post(send_again))
}

#[derive(Template)]
#[template(path = "panel/outbox.html")]
pub(super) struct OutboxPage {
    pub(super) shell: Shell,
    pub(super) mails: Vec<Mail>,
    /// The SMTP server; none: mails are kept here.
    pub(super) server: Option<String>,
    pub(super) pager: Pager,
}

#[derive(Template)]
#[template(path = "panel/outbox_mail.html")]
pub(super) struct MailPage {
    pub(super) shell: Shell,
    pub(super) mail: Mail,
    pub(super) server: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Params {
    before: Option<MailId>,
}

async fn list(State(state): State<AppState>, who: SignedIn, Query(params): Query<Params>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let mut conn = state.db.read().await?;
    let mut mails = mails::list(&mut conn, who.desk.id, params.before, PAGE as u32 + 1).await?;
    let first = params.before.map(|_| HERE.to_owned());
    let pager = Pager::cut(&mut mails, PAGE, first, |mail| format!("{HERE}?before={}", mail.id));
    page(&OutboxPage {
        mails,
        server: state.config.smtp.clone(),
        pager,
        shell: who.shell("outbox-title", Section::Outbox),
    })
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<MailId>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let mail = mails::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let mut shell = who.shell("outbox-title", Section::Outbox);
    if let Some(content) = &mail.content {
        shell.title.clone_from(&content.subject);
    }
    page(&MailPage { mail, server: state.config.smtp.clone(), shell })
}

/// The mail as its reader sees it.
async fn html(State(state): State<AppState>, who: SignedIn, Path(id): Path<MailId>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let mail = mails::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let html = mail.content.ok_or(PageError::NotFound)?.html;
    let headers: [(HeaderName, HeaderValue); 1] =
        [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_CSP))];
    Ok((headers, Html(html)).into_response())
}

/// An operator has seen to the reason.
async fn send_again(State(state): State<AppState>, who: SignedIn, Path(id): Path<MailId>) -> PageResult {
    annex_desk::mails::send_again(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("outbox-sent-again").redirect(&format!("/admin/mails/{id}")))
}

impl MailPage {
    /// It is offered where it would do something: a waiting mail is under way, without a server a kept one stays here, and a
    /// secret that was sent is forgotten.
    pub(super) fn offers_sending(&self) -> bool {
        match self.mail.state {
            _ if self.mail.kind.has_secret() => false,
            MailState::Waiting => false,
            MailState::Kept => self.server.is_some(),
            MailState::Sent | MailState::Failed => true,
        }
    }

    pub(super) fn dir(&self) -> &'static str {
        if self.mail.content.as_ref().is_some_and(|content| content.html.contains("dir=\"rtl\"")) {
            "rtl"
        } else {
            "ltr"
        }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{ids::DeskId, mail::MailKind};
    use annex_store::mails::{Content, NewMail};
    use serde_json::json;

    use super::*;
    use crate::client_area::tests::site::Site;

    async fn mail(site: &Site, desk: DeskId, state: MailState) -> MailId {
        let now = site.state.clock.now();
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let new = NewMail {
            desk,
            operator: None,
            to: "ada@example.org".into(),
            kind: MailKind::Installed,
            args: json!({}),
            unique_key: state.to_string(),
        };
        let id = mails::put(&mut tx, &new, now).await.unwrap().unwrap();
        let content = Content {
            subject: "It is <here>".into(),
            html: "<!DOCTYPE html><html dir=\"rtl\"><p style=\"margin: 0\">Hello</p></html>".into(),
            text: "Hello".into(),
        };
        mails::set_content(&mut tx, desk, id, &content, now).await.unwrap();
        mails::settle(&mut tx, desk, id, state, Some("550 no such mailbox"), now).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    #[tokio::test]
    async fn mails_are_listed_read_and_sent_again() {
        let site = Site::start().await;
        let admin = site.admin().await;
        let id = mail(&site, site.desks.desk, MailState::Failed).await;
        let list = admin.get("/admin/mails").await;
        assert!(
            list.html.contains("It is &#60;here&#62;") && list.html.contains("550 no such mailbox"),
            "{}",
            list.html
        );
        let page = admin.get(&format!("/admin/mails/{id}")).await;
        assert!(page.html.contains("Send again") && page.html.contains("dir=\"rtl\""), "{}", page.html);
        let sent = admin.post(&format!("/admin/mails/{id}/send"), &[]).await;
        assert_eq!(sent.location(), format!("/admin/mails/{id}"));
        let again = mails::get(&mut site.state.db.read().await.unwrap(), site.desks.desk, id).await.unwrap();
        assert_eq!((again.state, again.error), (MailState::Waiting, None));
        assert!(!admin.get(&format!("/admin/mails/{id}")).await.html.contains("Send again"));
    }

    #[tokio::test]
    async fn the_html_of_a_mail_can_neither_run_nor_load_anything() {
        let site = Site::start().await;
        let id = mail(&site, site.desks.desk, MailState::Kept).await;
        let page = site.admin().await.get(&format!("/admin/mails/{id}/html")).await;
        let csp = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(csp.starts_with("sandbox ") && csp.contains("default-src 'none'") && !csp.contains("script"), "{csp}");
        assert!(page.html.starts_with("<!DOCTYPE html><html dir"), "as its reader sees it: {}", page.html);
    }

    #[tokio::test]
    async fn only_who_manages_the_desk_reads_its_mails() {
        let site = Site::start().await;
        let (theirs, own) = (site.desks.other_desk, site.desks.desk);
        let foreign = mail(&site, theirs, MailState::Kept).await;
        let mine = mail(&site, own, MailState::Kept).await;
        let agent = site.operator(own, site.desks.agent).await;
        for path in ["/admin/mails".to_owned(), format!("/admin/mails/{mine}"), format!("/admin/mails/{mine}/html")] {
            assert_eq!(agent.get(&path).await.status, http::StatusCode::FORBIDDEN, "{path}");
        }
        let admin = site.admin().await;
        for path in [format!("/admin/mails/{foreign}"), format!("/admin/mails/{foreign}/html")] {
            assert_eq!(admin.get(&path).await.status, http::StatusCode::NOT_FOUND, "{path}");
        }
    }
}
