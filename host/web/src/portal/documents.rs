//! What a publisher agrees to, and who agreed to what.

use annex_domain::publisher::{Deed, PartnerDocument};
use annex_portal::documents::accept;
use annex_store::publishers::documents::{self, Acceptance, Document};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use super::frame::{Around, Insider, Place};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::Posted,
    shell::{Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/publishers/{publisher}/documents", get(show).post(agree))
}

#[derive(Template)]
#[template(path = "portal/documents.html")]
struct DocumentsPage {
    shell: Shell,
    frame: Around,
    path: String,
    /// Not accepted yet.
    missing: Vec<Document>,
    accepted: Vec<Acceptance>,
    may_accept: bool,
}

impl DocumentsPage {
    /// What a document is called.
    fn name(&self, kind: &PartnerDocument) -> String {
        self.shell.t.get(&format!("partner-document-{kind}"))
    }
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    let mut conn = state.db.read().await?;
    page(&DocumentsPage {
        shell: who.shell("portal-documents-title"),
        frame: who.around(Place::Documents),
        path: who.path("/documents"),
        missing: documents::missing(&mut conn, &who.member.publisher).await?,
        accepted: documents::accepted(&mut conn, &who.member.publisher).await?,
        may_accept: who.member.role.may(Deed::Documents),
    })
}

async fn agree(State(state): State<AppState>, who: Insider, form: Posted) -> Result<Response, PageError> {
    who.member.require(Deed::Documents)?;
    let (Ok(kind), Ok(version)) = (form.get("document").parse::<PartnerDocument>(), form.get("version").parse()) else {
        return Ok(Flash::warning("portal-documents-unchanged").redirect(&who.path("/documents")));
    };
    accept(&state.portal(), &who.member, kind, version).await?;
    Ok(Flash::success("portal-documents-done").redirect(&who.path("/documents")))
}
