//! Requesters: a searchable list, and one page each with what is known and their tickets. What the desk has about one can be
//! taken away as a file, and erased.

use std::collections::BTreeMap;

use annex_desk::Refusal;
use annex_domain::{
    contact::{Contact, ContactChange},
    field::{Field, FieldSubject},
    ids::ContactId,
    manifest::ViewPlace,
    permission::Permission,
};
use annex_store::{Conn, StoreError, contacts, fields, tickets};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::IntoResponse as _,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    field_inputs::{self, FieldInput},
    form::{
        FormErrors, Posted,
        long::{Long, OfContact},
    },
    ticket::{Slot, panels},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    refusal::status,
    session::SignedIn,
    shell::{Pager, Section, Shell, page, page_with},
    state::AppState,
};

const PAGE: usize = 50;
/// Tickets on a contact's page; the inbox shows all.
const TICKETS: u32 = 10;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/contacts", get(list))
        .route("/contacts/{id}", get(show).post(save))
        .route("/contacts/{id}/panels/{installation}", post(arrange))
        .route("/contacts/{id}/export", get(export))
        .route("/contacts/{id}/erase", get(ask).post(erase))
}

#[derive(Template)]
#[template(path = "panel/contacts.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) search: String,
    /// Why the search was not done.
    pub(super) notice: Option<String>,
    pub(super) rows: Vec<contacts::Listed>,
    pub(super) pager: Pager,
}

#[derive(Template)]
#[template(path = "panel/contact.html")]
pub(super) struct ContactPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) contact: Contact,
    /// What the form shows: as stored, or as entered.
    pub(super) name: String,
    /// One a line.
    pub(super) emails: String,
    /// One a line.
    pub(super) phones: String,
    pub(super) company: String,
    pub(super) fields: Vec<FieldInput>,
    pub(super) tickets: Vec<tickets::Listed>,
    pub(super) may_manage: bool,
    pub(super) may_export: bool,
    pub(super) may_erase: bool,
    pub(super) may_create: bool,
    pub(super) new_ticket: String,
    pub(super) slots: Vec<Slot>,
}

impl ContactPage {
    fn panels_at(&self) -> String {
        format!("/contacts/{}", self.contact.id)
    }
}

/// Says what goes, and offers the file before.
#[derive(Template)]
#[template(path = "panel/contact_erase.html")]
pub(super) struct ErasePage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) contact: Contact,
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    #[serde(default)]
    q: String,
    after: Option<ContactId>,
}

async fn list(State(state): State<AppState>, who: SignedIn, Query(params): Query<Params>) -> PageResult {
    who.require(Permission::TicketsView)?;
    let search: String = params.q.trim().chars().take(200).collect();
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let found = annex_desk::search::contacts(&state.desk(), &who.ctx(), &search, params.after, limit).await;
    let (mut rows, refused) = match found {
        Ok(rows) => (rows, None),
        Err(Refusal::Rule(rule)) => (Vec::new(), Some(rule)),
        Err(refusal) => return Err(refusal.into()),
    };
    let first = params.after.map(|_| url(&search, None));
    let pager = Pager::cut(&mut rows, PAGE, first, |row| url(&search, Some(row.contact.id)));
    let notice = refused.map(|rule| who.t.get(&format!("error-code-{rule}")));
    let status = refused.map_or(StatusCode::OK, |rule| status(rule.class()));
    page_with(status, &ListPage { shell: who.shell("contacts-title", Section::Contacts), search, notice, rows, pager })
}

fn url(search: &str, after: Option<ContactId>) -> String {
    let mut pairs = Vec::new();
    if !search.is_empty() {
        pairs.push(("q", search.to_owned()));
    }
    if let Some(after) = after {
        pairs.push(("after", after.to_string()));
    }
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { "/contacts".to_owned() } else { format!("/contacts?{query}") }
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<ContactId>) -> PageResult {
    who.require(Permission::TicketsView)?;
    let known = fields::known(&state.db, who.desk.id).await?;
    let slots = panels::slots(&state, &who, ViewPlace::ContactSidebar).await?;
    let mut conn = state.db.read().await?;
    let contact = contacts::get(&mut conn, who.desk.id, id).await?;
    page(&contact_page(&mut conn, &who, contact, &known, slots, FormErrors::default(), None).await?)
}

/// `POST /contacts/{id}/panels/{installation}`: moves a panel one place, folds or unfolds it.
async fn arrange(
    State(state): State<AppState>,
    who: SignedIn,
    Path((id, installation)): Path<(ContactId, String)>,
    form: Posted,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    contacts::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let shown = panels::slots(&state, &who, ViewPlace::ContactSidebar).await?;
    panels::arrange_among(&state, &who, &shown, &format!("/contacts/{id}"), (&installation, &form)).await
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<ContactId>,
    form: Long<OfContact>,
) -> PageResult {
    // What is not in the form stays.
    let entered = |field: &str| form.has(field).then(|| form.get(field).to_owned());
    let lines = |field: &str| entered(field).map(|text| text.lines().map(str::to_owned).collect());
    let change = ContactChange {
        name: entered("name"),
        emails: lines("emails"),
        phones: lines("phones"),
        company: entered("company"),
        fields: field_inputs::entries(&form),
        ..ContactChange::default()
    };
    let mut errors = FormErrors::default();
    match annex_desk::contacts::update(&state.desk(), &who.ctx(), id, change).await {
        Ok(_) => return Ok(Flash::success("contact-saved").redirect(&format!("/contacts/{id}"))),
        Err(Refusal::Store(StoreError::Taken(_))) => errors.add("emails", who.t.get("form-taken")),
        Err(refusal) => errors.take(&who.t, refusal, &[])?,
    }
    let known = fields::known(&state.db, who.desk.id).await?;
    let slots = panels::slots(&state, &who, ViewPlace::ContactSidebar).await?;
    let mut conn = state.db.read().await?;
    let contact = contacts::get(&mut conn, who.desk.id, id).await?;
    let refused = contact_page(&mut conn, &who, contact, &known, slots, errors, Some(&*form)).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

async fn export(State(state): State<AppState>, who: SignedIn, Path(id): Path<ContactId>) -> PageResult {
    let document = annex_desk::contacts::export(&state.desk(), &who.ctx(), id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"contact-{id}.json\"")),
    ];
    Ok((headers, format!("{document:#}")).into_response())
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<ContactId>) -> PageResult {
    page(&erase_page(&state, &who, id, FormErrors::default()).await?)
}

async fn erase(State(state): State<AppState>, who: SignedIn, Path(id): Path<ContactId>, form: Posted) -> PageResult {
    if !form.has("confirm") {
        let mut errors = FormErrors::default();
        errors.add("confirm", who.t.get("contact-erase-unconfirmed"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &erase_page(&state, &who, id, errors).await?);
    }
    annex_desk::contacts::erase(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("contact-erased").redirect(&format!("/contacts/{id}")))
}

async fn erase_page(
    state: &AppState,
    who: &SignedIn,
    id: ContactId,
    errors: FormErrors,
) -> Result<ErasePage, PageError> {
    who.require(Permission::ContactsManage)?;
    who.require(Permission::DeskManage)?;
    let contact = contacts::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let title = who.t.msg("contact-erase-title").arg("name", &contact.name).to_string();
    Ok(ErasePage { shell: who.titled(title, Section::Contacts), errors, contact })
}

async fn contact_page(
    conn: &mut Conn,
    who: &SignedIn,
    contact: Contact,
    known: &[Field],
    slots: Vec<Slot>,
    errors: FormErrors,
    entered: Option<&Posted>,
) -> Result<ContactPage, PageError> {
    let filter = tickets::Filter { requester: Some(contact.id), ..tickets::Filter::default() };
    let tickets = tickets::list(conn, who.desk.id, &filter, tickets::Sort::default(), None, TICKETS).await?;
    let held = if known.iter().any(|field| field.subject == FieldSubject::Contact) {
        fields::values(conn, who.desk.id, contact.id).await?
    } else {
        BTreeMap::new()
    };
    let field = |name: &str, stored: &[&String]| {
        let entered = entered.filter(|form| form.has(name)).map(|form| form.get(name).to_owned());
        entered.unwrap_or_else(|| stored.iter().map(|text| text.as_str()).collect::<Vec<_>>().join("\n"))
    };
    let erased = contact.erased_at.is_some();
    let for_new = [("email", contact.email.clone().unwrap_or_default()), ("name", contact.name.clone())];
    Ok(ContactPage {
        shell: who.titled(contact.name.clone(), Section::Contacts),
        errors,
        name: field("name", &[&contact.name]),
        emails: field("emails", &contact.emails().collect::<Vec<_>>()),
        phones: field("phones", &contact.phones().collect::<Vec<_>>()),
        company: field("company", &contact.company.iter().collect::<Vec<_>>()),
        fields: field_inputs::inputs(&who.t, known, FieldSubject::Contact, &held, entered),
        tickets,
        may_manage: who.may(Permission::ContactsManage) && !erased,
        may_export: who.may(Permission::ContactsManage),
        may_erase: who.may(Permission::ContactsManage) && who.may(Permission::DeskManage) && !erased,
        may_create: who.may(Permission::TicketsManage) && contact.email.is_some(),
        new_ticket: format!("/tickets/new?{}", serde_urlencoded::to_string(for_new).unwrap_or_default()),
        // Of who was erased there is nothing to show.
        slots: if erased { Vec::new() } else { slots },
        contact,
    })
}
