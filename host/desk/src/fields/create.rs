use annex_domain::{
    audit::Action,
    field::{Field, FieldKey, FieldKind, FieldSubject},
    permission::Permission,
    settings::is_key,
};
use annex_store::{desks, fields as stored};

use super::{check_room, choices, facts, help, label, object};
use crate::{
    Ctx, Desk, Refusal, Wrong,
    refusal::{Fields, taken},
};

/// A field to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewField {
    /// What has it.
    pub subject: FieldSubject,
    /// Its name for programs: 1 to 40 of a-z, 0-9 and _, a letter first.
    pub key: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Shown beside it.
    pub label: String,
    /// Shown below it; may be empty.
    pub help: String,
    /// Of a choice.
    pub choices: Vec<String>,
    /// A ticket is not solved without it.
    pub required: bool,
}

/// Makes a custom field, which comes after the others.
///
/// # Errors
/// [`Refusal::Invalid`] for `key`, `label`, `help`, `choices`, and `required` of contacts; [`crate::Rule::TooManyFields`].
pub async fn create(desk: &Desk, ctx: &Ctx, new: NewField) -> Result<Field, Refusal> {
    ctx.require(Permission::DeskManage)?;
    let (new, mut tx) = (checked(new)?, desk.db.begin().await?);
    desks::lock(&mut tx, ctx.desk).await?;
    check_room(&mut tx, ctx.desk, new.subject).await?;
    let field = stored::insert(&mut tx, ctx.desk, new, ctx.now).await.map_err(taken("key"))?;
    ctx.record(&mut tx, Action::FieldCreate, &object(field.id), &facts(&field)).await?;
    tx.commit().await?;
    Ok(field)
}

fn checked(new: NewField) -> Result<stored::NewField, Refusal> {
    let NewField { subject, key, kind, label: named, help: about, choices: wanted, required } = new;
    let mut fields = Fields::default();
    let key = key.trim().parse::<FieldKey>().ok().filter(|key| is_key(key.as_str()));
    if key.is_none() {
        fields.add("key", Wrong::Key);
    }
    let (label, help) = (label(&mut fields, &named), help(&mut fields, &about));
    let choices = choices(&mut fields, kind, &wanted);
    if required && subject == FieldSubject::Contact {
        fields.add("required", Wrong::Unknown);
    }
    fields.check()?;
    let key = key.ok_or(Wrong::Key.at("key"))?;
    Ok(stored::NewField { subject, key, kind, label, help, choices, required, addon: None })
}
