//! OAuth clients of a publisher for its own developer desk. A secret is shown once, right after it was made.

use annex_domain::{ids::OauthClientId, oauth::public_id, publisher::Deed};
use annex_portal::clients::{Make, list, make, revoke, rotate};
use annex_store::{catalog, oauth::clients::Client};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/clients", get(show).post(add))
        .route("/portal/publishers/{publisher}/clients/{client}/new-secret", get(ask_rotation).post(change_secret))
        .route("/portal/publishers/{publisher}/clients/{client}/revoke", post(end))
}

#[derive(Template)]
#[template(path = "portal/clients.html")]
struct ClientsPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    /// Where logins may lead back to, as it was typed: one on each line.
    redirects: String,
    /// Installations that a client can be made for: id, add-on, chosen.
    installations: Vec<(String, String, bool)>,
    clients: Vec<ClientRow>,
    /// The client whose secret is to be replaced.
    rotating: Option<ClientRow>,
    /// Shown this one time: name, value.
    told: Vec<(String, String)>,
}

/// A client.
#[derive(Clone)]
struct ClientRow {
    id: String,
    name: String,
    client_id: String,
    addon: String,
    redirects: Vec<String>,
}

fn row(addon: &str, client: &Client) -> ClientRow {
    ClientRow {
        id: client.id.to_string(),
        name: client.name.clone(),
        client_id: public_id(client.id),
        addon: addon.to_owned(),
        redirects: client.redirects.clone(),
    }
}

/// The page, with the form that makes a client, or the one that replaces a secret.
async fn clients_page(
    state: &AppState,
    who: &Insider,
    input: &Make,
    rotating: Option<OauthClientId>,
) -> Result<ClientsPage, PageError> {
    let mut conn = state.db.read().await?;
    let all = list(&mut conn, &who.organisation).await?;
    let owned = catalog::owned(&mut conn, &who.member.publisher).await?;
    drop(conn);
    let mut clients = Vec::new();
    let mut installations = Vec::new();
    for (installation, made) in &all {
        let addon = installation.addon.as_str();
        clients.extend(made.iter().map(|client| row(addon, client)));
        if owned.contains(&installation.addon) {
            let chosen = input.installation == Some(installation.id);
            installations.push((installation.id.to_string(), addon.to_owned(), chosen));
        }
    }
    let rotating = match rotating.map(|id| id.to_string()) {
        Some(id) => Some(clients.iter().find(|client| client.id == id).cloned().ok_or(PageError::NotFound)?),
        None => None,
    };
    let fields = match &rotating {
        Some(_) => vec![Field::password(Guarded::Client)],
        None => vec![Field::new("client_name", &input.name, 100, Entry::Line), Field::password(Guarded::Client)],
    };
    Ok(ClientsPage {
        shell: who.shell("portal-clients-title"),
        frame: who.around(Place::Clients),
        errors: FormErrors::default(),
        fields,
        path: who.path("/clients"),
        installations,
        clients,
        rotating,
        redirects: input.redirects.join("\n"),
        told: Vec::new(),
    })
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    page(&clients_page(&state, &who, &Make::default(), None).await?)
}

async fn add(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    let lines = form.get("redirects").lines().map(str::trim).filter(|line| !line.is_empty());
    let input = Make {
        installation: form.get("installation").parse().ok(),
        name: form.get("client_name").to_owned(),
        redirects: lines.map(ToOwned::to_owned).collect(),
    };
    let session = session(&state, &headers);
    match make(&state.portal(), &who.member, &input, &given(&session, &address, &form)).await {
        Ok(issued) => {
            let t = &who.payer.t;
            let mut shown = clients_page(&state, &who, &Make::default(), None).await?;
            shown.told = vec![
                (t.get("portal-clients-id"), issued.client_id),
                (t.get("portal-clients-secret"), issued.secret),
                (t.get("portal-clients-key"), issued.private_key_jwk.to_string()),
            ];
            page(&shown)
        }
        Err(refusal) => {
            let mut shown = clients_page(&state, &who, &input, None).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}

fn client_id(text: &str) -> Result<OauthClientId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

async fn ask_rotation(
    State(state): State<AppState>,
    Path((_, client)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    page(&clients_page(&state, &who, &Make::default(), Some(client_id(&client)?)).await?)
}

async fn change_secret(
    State(state): State<AppState>,
    Path((_, client)): Path<(String, String)>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    let (id, session) = (client_id(&client)?, session(&state, &headers));
    match rotate(&state.portal(), &who.member, id, &given(&session, &address, &form)).await {
        Ok(secret) => {
            let mut shown = clients_page(&state, &who, &Make::default(), None).await?;
            let t = &who.payer.t;
            shown.told = vec![(t.get("portal-clients-id"), public_id(id)), (t.get("portal-clients-secret"), secret)];
            page(&shown)
        }
        Err(refusal) => {
            let mut shown = clients_page(&state, &who, &Make::default(), Some(id)).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}

async fn end(
    State(state): State<AppState>,
    Path((_, client)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    let ended = revoke(&state.portal(), &who.member, client_id(&client)?).await?;
    Ok(Flash::success("portal-clients-revoked").arg("name", &ended.name).redirect(&who.path("/clients")))
}
