//! Custom fields: what tickets and contacts of the desk have beyond their own parts. And what they hold, in the bodies of both.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    sync::Arc,
};

use annex_desk::fields::{Direction as DomainDirection, FieldChange, NewField};
use annex_domain::{
    addon::AddonId,
    field::{self, Entered, Entries},
    ids::{DeskId, FieldId},
    permission::Permission,
};
use annex_store::{Conn, StoreError, fields as stored};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    openapi::BASE,
    problem::Problem,
    user::ApiUser,
    wire::{Direction, FieldKind, FieldSubject, Page},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_fields, create_field))
        .routes(routes!(get_field, patch_field))
        .routes(routes!(move_field))
        .routes(routes!(retire_field))
        .routes(routes!(restore_field))
}

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Field {
    #[schema(value_type = String, format = "uuid")]
    id: FieldId,
    of: FieldSubject,
    /// Its name in `fields` of tickets or contacts. It never changes; that of an add-on begins with its id and a dot.
    #[schema(example = "order_number")]
    key: String,
    #[serde(rename = "type")]
    kind: FieldKind,
    /// In the caller's language, where its add-on has it.
    label: String,
    #[schema(required)]
    help: Option<String>,
    /// Of the type `choice`.
    choices: Vec<String>,
    /// A ticket is not solved without it.
    required: bool,
    /// The add-on that brings it: only that and people write it.
    #[schema(required, value_type = Option<String>)]
    addon: Option<AddonId>,
    /// False: it was retired, or its add-on is gone. What it holds stays, and is not shown.
    in_use: bool,
}

/// A custom field to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateField {
    of: FieldSubject,
    /// 1 to 40 of a-z, 0-9 and _, a letter first.
    #[schema(example = "order_number")]
    key: String,
    #[serde(rename = "type")]
    kind: FieldKind,
    /// One line, at most 60 characters.
    label: String,
    /// At most 200 characters.
    #[serde(default)]
    help: String,
    /// Of the type `choice`, and needed there: at most 50 of 100 characters.
    #[serde(default)]
    choices: Vec<String>,
    /// A ticket is not solved without it. Not of contacts.
    #[serde(default)]
    required: bool,
}

/// What to change of a custom field; what is left out stays. Of one that an add-on brings, only `required`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatchField {
    label: Option<String>,
    /// An empty text removes it.
    help: Option<String>,
    /// Only while nothing has a value.
    #[serde(rename = "type")]
    kind: Option<FieldKind>,
    /// Replaces the choices. Values that are none of them any more stay as they are.
    choices: Option<Vec<String>>,
    required: Option<bool>,
}

/// Where a custom field goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveField {
    to: Direction,
}

/// List custom fields
///
/// Those of tickets and of contacts in their order, also those that are out of use. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/fields", tag = "fields",
    responses((status = 200, description = "All of them.", body = Page<Field>)),
)]
async fn list_fields(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Field>>, Problem> {
    user.require(Permission::TicketsView)?;
    let known = stored::known(&state.db, user.desk()).await?;
    Ok(Json(Page::whole(known.iter().map(|field| Field::new(field, &user)).collect())))
}

/// Make a custom field
///
/// It comes after the others of tickets, or of contacts; at most 100 of each are in use. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/fields", tag = "fields", request_body = CreateField,
    responses(
        (status = 201, description = "The field.", body = Field),
        (status = 409, description = "`too-many-fields`: retire one first."),
    ),
)]
async fn create_field(
    State(state): State<AppState>,
    user: ApiUser,
    Json(body): Json<CreateField>,
) -> Result<Response, Problem> {
    let new = NewField {
        subject: body.of.into(),
        key: body.key,
        kind: body.kind.into(),
        label: body.label,
        help: body.help,
        choices: body.choices,
        required: body.required,
    };
    let made = annex_desk::fields::create(&state.desk(), &user.ctx(state.clock.now()), new).await?;
    let location = format!("{BASE}/fields/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Field::new(&made, &user))).into_response())
}

/// Read a custom field
///
/// Needs `tickets.view`.
#[utoipa::path(
    get, path = "/fields/{field}", tag = "fields",
    params(("field" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The field.", body = Field)),
)]
async fn get_field(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<FieldId>,
) -> Result<Json<Field>, Problem> {
    user.require(Permission::TicketsView)?;
    let field = stored::get(&mut state.db.read().await?, user.desk(), id).await?;
    Ok(Json(Field::new(&field, &user)))
}

/// Change a custom field
///
/// Needs `desk.manage`.
#[utoipa::path(
    patch, path = "/fields/{field}", tag = "fields", request_body = PatchField,
    params(("field" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "The field as it is now.", body = Field),
        (status = 409, description = "`field-of-add-on`: its add-on says what it is."),
    ),
)]
async fn patch_field(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<FieldId>,
    Json(body): Json<PatchField>,
) -> Result<Json<Field>, Problem> {
    let PatchField { label, help, kind, choices, required } = body;
    let change = FieldChange { label, help, kind: kind.map(Into::into), choices, required };
    let changed = annex_desk::fields::update(&state.desk(), &user.ctx(state.clock.now()), id, change).await?;
    Ok(Json(Field::new(&changed, &user)))
}

/// Move a custom field
///
/// One place, among those that are in use. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/fields/{field}/move", tag = "fields", request_body = MoveField,
    params(("field" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The field.", body = Field)),
)]
async fn move_field(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<FieldId>,
    Json(body): Json<MoveField>,
) -> Result<Json<Field>, Problem> {
    let to: DomainDirection = body.to.into();
    let moved = annex_desk::fields::arrange(&state.desk(), &user.ctx(state.clock.now()), id, to).await?;
    Ok(Json(Field::new(&moved, &user)))
}

/// Retire a custom field
///
/// Nobody sees or writes it any more. What it holds stays. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/fields/{field}/retire", tag = "fields",
    params(("field" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The field.", body = Field)),
)]
async fn retire_field(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<FieldId>,
) -> Result<Json<Field>, Problem> {
    let retired = annex_desk::fields::retire(&state.desk(), &user.ctx(state.clock.now()), id).await?;
    Ok(Json(Field::new(&retired, &user)))
}

/// Use a custom field again
///
/// One that was retired, with what it held. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/fields/{field}/restore", tag = "fields",
    params(("field" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "The field.", body = Field),
        (status = 409, description = "`too-many-fields`: retire another one first."),
    ),
)]
async fn restore_field(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<FieldId>,
) -> Result<Json<Field>, Problem> {
    let restored = annex_desk::fields::restore(&state.desk(), &user.ctx(state.clock.now()), id).await?;
    Ok(Json(Field::new(&restored, &user)))
}

impl Field {
    fn new(field: &field::Field, user: &ApiUser) -> Self {
        Self {
            id: field.id,
            of: field.subject.into(),
            key: field.key.to_string(),
            kind: field.kind.into(),
            label: field.label.get(user.locale()).to_owned(),
            help: field.help.as_ref().map(|help| help.get(user.locale()).to_owned()),
            choices: field.choices.clone(),
            required: field.required,
            addon: field.addon.clone(),
            in_use: field.is_in_use(),
        }
    }
}

/// What a request says to write.
pub(super) fn entries(sent: Map<String, Value>) -> Entries {
    sent.into_iter().map(|(key, value)| (key, Entered::Sent(value))).collect()
}

/// What the fields of some tickets or contacts hold.
pub(super) struct Values {
    known: Arc<Vec<field::Field>>,
    of: field::FieldSubject,
    held: HashMap<String, BTreeMap<FieldId, String>>,
}

impl Values {
    /// Those of the tickets or contacts with these ids, in one statement; in none where the desk has no such fields. `known` are
    /// the fields of the desk, read before a connection is taken.
    pub(super) async fn of(
        conn: &mut Conn,
        desk: DeskId,
        known: Arc<Vec<field::Field>>,
        of: field::FieldSubject,
        ids: &[impl Display],
    ) -> Result<Self, StoreError> {
        let has_some = known.iter().any(|field| field.subject == of && field.is_in_use());
        let held = if has_some { stored::values_of(conn, desk, ids).await? } else { HashMap::new() };
        Ok(Self { known, of, held })
    }

    /// Those of one, by key; without fields that are out of use.
    pub(super) fn get(&self, id: impl Display) -> Map<String, Value> {
        let Some(held) = self.held.get(&id.to_string()) else { return Map::new() };
        stored::by_key(self.known.iter().filter(|field| field.subject == self.of && field.is_in_use()), held)
    }
}
