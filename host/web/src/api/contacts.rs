//! Requesters: the people who write tickets.

use annex_desk::contacts::{Create, NewContact};
use annex_domain::{
    contact::{Contact as DomainContact, ContactChange},
    field::FieldSubject,
    ids::ContactId,
    permission::Permission,
};
use annex_store::{contacts, fields};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, Params, PathParams},
    fields::{Values, entries},
    openapi::BASE,
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time, bad_cursor, limit_of, present},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts, create_contact))
        .routes(routes!(get_contact, patch_contact))
        .routes(routes!(export_contact))
        .routes(routes!(erase_contact))
}

/// A requester.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Contact {
    #[schema(value_type = String, format = "uuid")]
    pub(crate) id: ContactId,
    pub(crate) name: String,
    /// The first address; lower case.
    #[schema(required)]
    email: Option<String>,
    /// All addresses; nobody else of the desk has one of them.
    emails: Vec<String>,
    /// The first number.
    #[schema(required)]
    phone: Option<String>,
    /// All numbers.
    phones: Vec<String>,
    #[schema(required)]
    company: Option<String>,
    /// What custom fields hold, by their keys; without those that are empty or out of use. A value that does not fit its field any
    /// more is the text that it was.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    created_at: Time,
    /// When everything about them was erased.
    #[schema(required)]
    erased_at: Option<Time>,
}

/// Which requesters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListContacts {
    /// Words that name, e-mail, phone or company contain; all of them.
    q: Option<String>,
    /// Who has exactly this e-mail address among theirs.
    email: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A requester to make; each part is one line of at most 200 characters.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateContact {
    name: String,
    email: Option<String>,
    /// Further ones; at most 10 in all.
    #[serde(default)]
    emails: Vec<String>,
    phone: Option<String>,
    /// Further ones; at most 10 in all.
    #[serde(default)]
    phones: Vec<String>,
    company: Option<String>,
    /// Values of custom fields, by their keys.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// What to change of a requester; what is left out stays, null removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatchContact {
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// Replaces all addresses; the first one becomes `email`. At most 10.
    emails: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// Replaces all numbers; the first one becomes `phone`. At most 10.
    phones: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    company: Option<Option<String>>,
    /// Values of custom fields, by their keys; null clears one, and the others stay.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// List or search contacts
///
/// By name. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/contacts", tag = "contacts", params(ListContacts),
    responses((status = 200, description = "A page of requesters.", body = Page<Contact>)),
)]
async fn list_contacts(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<ListContacts>,
) -> Result<Json<Page<Contact>>, Problem> {
    user.require(Permission::TicketsView)?;
    let limit = limit_of(params.limit)?;
    let after = params.cursor.map(|cursor| cursor.parse::<ContactId>()).transpose().map_err(|_| bad_cursor())?;
    if let Some(email) = params.email {
        let found = contacts::by_email(&mut state.db.read().await?, user.desk(), &email).await?;
        return Ok(Json(Page::whole(shown(&state, &user, found.into_iter().collect()).await?)));
    }
    let search = params.q.unwrap_or_default();
    let ctx = user.ctx(state.clock.now());
    let listed = annex_desk::search::contacts(&state.desk(), &ctx, &search, after, limit + 1).await?;
    let items = shown(&state, &user, listed.into_iter().map(|listed| listed.contact).collect()).await?;
    Ok(Json(Page::cut(items, limit as usize, |contact: &Contact| contact.id.to_string())))
}

/// Make a contact
///
/// Needs `contacts.manage`.
#[utoipa::path(
    post, path = "/contacts", tag = "contacts", request_body = CreateContact,
    responses(
        (status = 201, description = "The requester.", body = Contact),
        (status = 409, description = "`already-exists`: somebody has this e-mail address."),
    ),
)]
async fn create_contact(
    State(state): State<AppState>,
    user: ApiUser,
    Json(body): Json<CreateContact>,
) -> Result<Response, Problem> {
    let new = NewContact {
        name: body.name,
        email: body.email,
        more_emails: body.emails,
        phone: body.phone,
        more_phones: body.phones,
        company: body.company,
    };
    let new = Create { parts: new, fields: entries(body.fields) };
    let made = annex_desk::contacts::create(&state.desk(), &user.ctx(state.clock.now()), new).await?;
    let location = format!("{BASE}/contacts/{}", made.id);
    let shown = show(&state, &user, made).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown)).into_response())
}

/// Read a contact
///
/// Needs `tickets.view`.
#[utoipa::path(
    get, path = "/contacts/{contact}", tag = "contacts",
    params(("contact" = String, Path, format = "uuid", description = "Their id")),
    responses((status = 200, description = "The requester.", body = Contact)),
)]
async fn get_contact(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<ContactId>,
) -> Result<Json<Contact>, Problem> {
    user.require(Permission::TicketsView)?;
    let contact = contacts::get(&mut state.db.read().await?, user.desk(), id).await?;
    Ok(Json(show(&state, &user, contact).await?))
}

/// Change a contact
///
/// What is left out stays; null or an empty text removes an e-mail address, phone number or company. Needs `contacts.manage`.
#[utoipa::path(
    patch, path = "/contacts/{contact}", tag = "contacts", request_body = PatchContact,
    params(("contact" = String, Path, format = "uuid", description = "Their id")),
    responses(
        (status = 200, description = "The requester as it is now.", body = Contact),
        (status = 409, description = "`already-exists`: somebody else has this e-mail address. `contact-erased`."),
    ),
)]
async fn patch_contact(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<ContactId>,
    Json(body): Json<PatchContact>,
) -> Result<Json<Contact>, Problem> {
    let change = ContactChange {
        name: body.name,
        email: body.email.map(Option::unwrap_or_default),
        emails: body.emails,
        phone: body.phone.map(Option::unwrap_or_default),
        phones: body.phones,
        company: body.company.map(Option::unwrap_or_default),
        fields: entries(body.fields),
    };
    let ctx = user.ctx(state.clock.now());
    let changed = annex_desk::contacts::update(&state.desk(), &ctx, id, change).await?;
    Ok(Json(show(&state, &user, changed).await?))
}

/// Export a contact
///
/// Everything that the desk has about them, as one document: `contact`, `channels` (who they are there), `tickets`, `messages`
/// (with internal notes) and `changes`. Needs `contacts.manage` and `tickets.view`.
#[utoipa::path(
    get, path = "/contacts/{contact}/export", tag = "contacts",
    params(("contact" = String, Path, format = "uuid", description = "Their id")),
    responses((status = 200, description = "The document.", body = serde_json::Value)),
)]
async fn export_contact(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<ContactId>,
) -> Result<Json<serde_json::Value>, Problem> {
    let ctx = user.ctx(state.clock.now());
    Ok(Json(annex_desk::contacts::export(&state.desk(), &ctx, id).await?))
}

/// Erase a contact
///
/// For good: who they are, here and in channels, what they wrote with the subjects of their tickets, and what add-ons keep under
/// their id or address. The contact and its tickets stay as empty shells, with what operators wrote. Export it before. Needs
/// `contacts.manage` and `desk.manage`.
#[utoipa::path(
    post, path = "/contacts/{contact}/erase", tag = "contacts",
    params(("contact" = String, Path, format = "uuid", description = "Their id")),
    responses((status = 200, description = "What is left of the requester.", body = Contact)),
)]
async fn erase_contact(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<ContactId>,
) -> Result<Json<Contact>, Problem> {
    let ctx = user.ctx(state.clock.now());
    let erased = annex_desk::contacts::erase(&state.desk(), &ctx, id).await?;
    Ok(Json(show(&state, &user, erased).await?))
}

async fn show(state: &AppState, user: &ApiUser, contact: DomainContact) -> Result<Contact, Problem> {
    let known = fields::known(&state.db, user.desk()).await?;
    let conn = &mut state.db.read().await?;
    let values = Values::of(conn, user.desk(), known, FieldSubject::Contact, &[contact.id]).await?;
    Ok(Contact::new(contact, &values))
}

/// Each with what its fields hold.
async fn shown(state: &AppState, user: &ApiUser, all: Vec<DomainContact>) -> Result<Vec<Contact>, Problem> {
    let known = fields::known(&state.db, user.desk()).await?;
    let ids: Vec<ContactId> = all.iter().map(|contact| contact.id).collect();
    let conn = &mut state.db.read().await?;
    let values = Values::of(conn, user.desk(), known, FieldSubject::Contact, &ids).await?;
    Ok(all.into_iter().map(|contact| Contact::new(contact, &values)).collect())
}

impl Contact {
    fn new(contact: DomainContact, values: &Values) -> Self {
        Self {
            fields: values.get(contact.id),
            id: contact.id,
            emails: contact.emails().cloned().collect(),
            phones: contact.phones().cloned().collect(),
            name: contact.name,
            email: contact.email,
            phone: contact.phone,
            company: contact.company,
            created_at: contact.created_at.into(),
            erased_at: contact.erased_at.map(Time::from),
        }
    }
}
