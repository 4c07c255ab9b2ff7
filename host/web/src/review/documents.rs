//! What publishers agree to: the newest version of each document, and publishing the next.

use annex_domain::publisher::{PartnerDocument, StaffPermission};
use annex_portal::{By, documents::publish};
use annex_store::publishers::documents;
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::Posted,
    portal::frame::{Around, Place, staff},
    shell::{Shell, page},
    state::AppState,
};

const HERE: &str = "/review/documents";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/review/documents", get(show).post(send))
}

#[derive(Template)]
#[template(path = "review/documents.html")]
struct DocumentsPage {
    shell: Shell,
    frame: Around,
    /// With the number of its newest version, and its text.
    documents: Vec<(PartnerDocument, Option<i64>, String)>,
}

impl DocumentsPage {
    /// What a document is called.
    fn name(&self, kind: &PartnerDocument) -> String {
        self.shell.t.get(&format!("partner-document-{kind}"))
    }
}

async fn show(State(state): State<AppState>, payer: Payer) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    let newest = documents::all_newest(&mut state.db.read().await?).await?;
    let row = |kind| {
        let known = newest.iter().find(|document| document.kind == kind);
        (kind, known.map(|known| known.version), known.map(|known| known.body.clone()).unwrap_or_default())
    };
    page(&DocumentsPage {
        shell: payer.shell("review-documents-title"),
        frame: Around::review(&payer, &by, Place::PartnerDocuments),
        documents: PartnerDocument::ALL.map(row).to_vec(),
    })
}

async fn send(State(state): State<AppState>, payer: Payer, form: Posted) -> Result<Response, PageError> {
    let by = staff(&state, &payer, StaffPermission::PublishersManage).await?;
    let kind: PartnerDocument = form.get("document").parse().map_err(|_| PageError::NotFound)?;
    let flash = match publish(&state.portal(), By::Staff(&by), kind, form.get("body")).await? {
        Some(_) => Flash::success("review-documents-done"),
        None => Flash::warning("review-documents-same"),
    };
    Ok(flash.redirect(HERE))
}
