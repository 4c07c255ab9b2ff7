//! Admin → Fields: custom fields of tickets and contacts. They are made, named, ordered and put out of use here; what add-ons bring
//! is in the same lists, and belongs to them but for its place and whether it is used and required.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use annex_desk::{
    Refusal, Rule,
    fields::{Direction, FieldChange, NewField},
};
use annex_domain::{
    addon::AddonId,
    field::{Field, FieldKind, FieldSubject},
    ids::FieldId,
    localized::Localized,
    permission::Permission,
};
use annex_store::{catalog, fields as stored};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;

use super::form::{FormErrors, Posted};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

const HERE: &str = "/admin/fields";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/fields", get(list).post(create))
        .route("/admin/fields/new", get(blank))
        .route("/admin/fields/{id}", get(show).post(save))
        .route("/admin/fields/{id}/move", post(arrange))
        .route("/admin/fields/{id}/retire", post(retire))
        .route("/admin/fields/{id}/restore", post(restore))
}

/// A field in a list.
pub(super) struct Row {
    pub(super) field: Field,
    pub(super) label: String,
    /// The add-on that brings it.
    pub(super) addon: Option<String>,
}

/// The fields of tickets, or of contacts.
pub(super) struct Group {
    pub(super) of: FieldSubject,
    pub(super) in_use: Vec<Row>,
    pub(super) retired: Vec<Row>,
}

#[derive(Template)]
#[template(path = "panel/fields.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) groups: Vec<Group>,
    pub(super) blank: bool,
}

/// A field as it was entered.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) of: FieldSubject,
    pub(super) key: String,
    pub(super) kind: FieldKind,
    pub(super) label: String,
    pub(super) help: String,
    /// One a line.
    pub(super) choices: String,
    pub(super) required: bool,
}

#[derive(Template)]
#[template(path = "panel/field.html")]
pub(super) struct EditPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    /// None: a new one.
    pub(super) field: Option<Field>,
    pub(super) form: Form,
    /// The add-on that says what the field is.
    pub(super) addon: Option<String>,
}

impl EditPage {
    fn kinds(&self) -> &'static [FieldKind] {
        &FieldKind::ALL
    }

    fn subjects(&self) -> &'static [FieldSubject] {
        &FieldSubject::ALL
    }
}

impl Form {
    fn blank(of: FieldSubject) -> Self {
        let [key, label, help, choices] = [(); 4].map(|()| String::new());
        Self { of, key, kind: FieldKind::Text, label, help, choices, required: false }
    }

    fn of(t: &Translator, field: &Field) -> Self {
        let text = |text: &Localized| text.get(t.code()).to_owned();
        Self {
            of: field.subject,
            key: field.key.to_string(),
            kind: field.kind,
            label: text(&field.label),
            help: field.help.as_ref().map(text).unwrap_or_default(),
            choices: field.choices.join("\n"),
            required: field.required,
        }
    }

    /// What is not among the words is as in `before`.
    fn posted(before: Self, form: &Posted) -> Self {
        Self {
            of: form.get("of").parse().unwrap_or(before.of),
            key: form.get("key").to_owned(),
            kind: form.get("kind").parse().unwrap_or(before.kind),
            label: form.get("label").to_owned(),
            help: form.get("help").to_owned(),
            choices: form.get("choices").to_owned(),
            required: form.has("required"),
        }
    }

    /// Only a choice has any: what was typed before another kind was chosen stays in the form.
    fn choices(&self) -> Vec<String> {
        let lines = self.choices.lines().map(str::trim).filter(|line| !line.is_empty());
        if self.kind == FieldKind::Choice { lines.map(str::to_owned).collect() } else { Vec::new() }
    }
}

/// What the address of a new field says.
#[derive(Debug, Deserialize)]
struct Of {
    #[serde(default)]
    of: String,
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::DeskManage)?;
    let known = stored::known(&state.db, who.desk.id).await?;
    let names = names(&state, &known).await?;
    let rows = |of: FieldSubject, is_in_use: bool| {
        let of_it = known.iter().filter(move |field| field.subject == of && field.is_in_use() == is_in_use);
        let row = |field: &Field| Row {
            label: field.label.get(who.t.code()).to_owned(),
            addon: field.addon.as_ref().map(|addon| name(&who.t, &names, addon)),
            field: field.clone(),
        };
        of_it.map(row).collect::<Vec<_>>()
    };
    let groups = FieldSubject::ALL.map(|of| Group { of, in_use: rows(of, true), retired: rows(of, false) });
    let shell = who.shell("fields-title", Section::Fields);
    page(&ListPage { shell, groups: groups.into(), blank: known.is_empty() })
}

/// What the add-ons are called that bring fields.
async fn names(state: &AppState, known: &[Field]) -> Result<HashMap<AddonId, Localized>, PageError> {
    let addons: Vec<AddonId> = known.iter().filter_map(|field| field.addon.clone()).collect();
    if addons.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(catalog::names(&mut state.db.read().await?, &addons).await?)
}

fn name(t: &Translator, names: &HashMap<AddonId, Localized>, addon: &AddonId) -> String {
    names.get(addon).map_or_else(|| addon.to_string(), |name| name.get(t.code()).to_owned())
}

async fn blank(State(state): State<AppState>, who: SignedIn, Query(Of { of }): Query<Of>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let form = Form::blank(of.parse().unwrap_or(FieldSubject::Ticket));
    page(&edit_page(&state, &who, None, form, FormErrors::default()).await?)
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<FieldId>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let field = stored::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let form = Form::of(&who.t, &field);
    page(&edit_page(&state, &who, Some(field), form, FormErrors::default()).await?)
}

async fn create(State(state): State<AppState>, who: SignedIn, posted: Posted) -> PageResult {
    let form = Form::posted(Form::blank(FieldSubject::Ticket), &posted);
    let new = NewField {
        subject: form.of,
        key: form.key.clone(),
        kind: form.kind,
        label: form.label.clone(),
        help: form.help.clone(),
        choices: form.choices(),
        required: form.required && form.of == FieldSubject::Ticket,
    };
    match annex_desk::fields::create(&state.desk(), &who.ctx(), new).await {
        Ok(_) => Ok(Flash::success("field-created").arg("name", &form.label).redirect(HERE)),
        Err(refusal) => refused(&state, &who, None, form, refusal).await,
    }
}

async fn save(State(state): State<AppState>, who: SignedIn, Path(id): Path<FieldId>, posted: Posted) -> PageResult {
    who.require(Permission::DeskManage)?;
    let field = stored::get(&mut state.db.read().await?, who.desk.id, id).await?;
    let before = Form::of(&who.t, &field);
    let of_people = field.addon.is_none();
    let form = if of_people {
        Form { of: field.subject, key: field.key.to_string(), ..Form::posted(before, &posted) }
    } else {
        Form { required: posted.has("required"), ..before }
    };
    let change = FieldChange {
        label: of_people.then(|| form.label.clone()),
        help: of_people.then(|| form.help.clone()),
        kind: of_people.then_some(form.kind),
        choices: of_people.then(|| form.choices()),
        required: (field.subject == FieldSubject::Ticket).then_some(form.required),
    };
    match annex_desk::fields::update(&state.desk(), &who.ctx(), id, change).await {
        Ok(_) => Ok(Flash::success("field-saved").arg("name", &form.label).redirect(HERE)),
        Err(refusal) => refused(&state, &who, Some(field), form, refusal).await,
    }
}

/// The form with what was entered.
async fn refused(state: &AppState, who: &SignedIn, field: Option<Field>, form: Form, refusal: Refusal) -> PageResult {
    let mut errors = FormErrors::default();
    match refusal {
        Refusal::Rule(Rule::TooManyFields) => errors.add("of", who.t.get("error-code-too-many-fields")),
        refusal => errors.take(&who.t, refusal, &[])?,
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(state, who, field, form, errors).await?)
}

async fn arrange(State(state): State<AppState>, who: SignedIn, Path(id): Path<FieldId>, form: Posted) -> PageResult {
    let to = form.get("do").parse().unwrap_or(Direction::Down);
    let field = annex_desk::fields::arrange(&state.desk(), &who.ctx(), id, to).await?;
    Ok(Flash::success("field-moved").arg("name", field.label.get(who.t.code())).redirect(HERE))
}

async fn retire(State(state): State<AppState>, who: SignedIn, Path(id): Path<FieldId>) -> PageResult {
    let field = annex_desk::fields::retire(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("field-retired").arg("name", field.label.get(who.t.code())).redirect(HERE))
}

async fn restore(State(state): State<AppState>, who: SignedIn, Path(id): Path<FieldId>) -> PageResult {
    let field = annex_desk::fields::restore(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("field-restored").arg("name", field.label.get(who.t.code())).redirect(HERE))
}

async fn edit_page(
    state: &AppState,
    who: &SignedIn,
    field: Option<Field>,
    form: Form,
    errors: FormErrors,
) -> Result<EditPage, PageError> {
    let title = match &field {
        None => who.t.get("field-new-title"),
        Some(field) => who.t.with("field-edit-title", &[("name", &field.label.get(who.t.code()))]),
    };
    let addon = match field.as_ref().and_then(|field| field.addon.as_ref().map(|addon| (field, addon))) {
        Some((field, addon)) => Some(name(&who.t, &names(state, std::slice::from_ref(field)).await?, addon)),
        None => None,
    };
    Ok(EditPage { shell: who.titled(title, Section::Fields), errors, field, form, addon })
}
