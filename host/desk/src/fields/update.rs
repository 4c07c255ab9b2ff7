use annex_domain::{
    audit::Action,
    field::{Field, FieldKind, FieldSubject},
    ids::FieldId,
    permission::Permission,
};
use annex_store::{Tx, desks, fields as stored};

use super::{choices, facts, help, label, object};
use crate::{Ctx, Desk, Refusal, Rule, Wrong, refusal::Fields};

/// What to change of a field; `None` leaves a part as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldChange {
    /// Shown beside it.
    pub label: Option<String>,
    /// Shown below it; an empty text removes it.
    pub help: Option<String>,
    /// What it holds.
    pub kind: Option<FieldKind>,
    /// Of a choice. Values that are none of them any more stay as they are.
    pub choices: Option<Vec<String>>,
    /// A ticket is not solved without it.
    pub required: Option<bool>,
}

/// Changes a field. Of one that an add-on declares, only whether it is required.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for `label`, `help`, `choices`, `required` of contacts, and another `kind` once there are
/// values; [`Rule::FieldOfAddon`].
pub async fn update(desk: &Desk, ctx: &Ctx, id: FieldId, change: FieldChange) -> Result<Field, Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    desks::lock(&mut tx, ctx.desk).await?;
    let old = stored::get(&mut tx, ctx.desk, id).await?;
    let new = changed(&old, change)?;
    if new == old {
        return Ok(old);
    }
    if old.addon.is_some() && (Field { required: old.required, ..new.clone() }) != old {
        return Err(Rule::FieldOfAddon.into());
    }
    check_kind(&mut tx, ctx, &old, &new).await?;
    stored::save(&mut tx, ctx.desk, &new).await?;
    ctx.record(&mut tx, Action::FieldUpdate, &object(id), &facts(&new)).await?;
    tx.commit().await?;
    Ok(new)
}

/// What is there would be nothing that one could enter.
async fn check_kind(tx: &mut Tx, ctx: &Ctx, old: &Field, new: &Field) -> Result<(), Refusal> {
    if new.kind != old.kind && stored::has_values(tx, ctx.desk, old.id).await? {
        return Err(Wrong::HasValues.at("kind").into());
    }
    Ok(())
}

fn changed(old: &Field, change: FieldChange) -> Result<Field, Refusal> {
    let (mut fields, mut new) = (Fields::default(), old.clone());
    // What is as it was may be in several languages.
    if let Some(text) = change.label.filter(|text| text.trim() != old.label.get("en")) {
        new.label = label(&mut fields, &text);
    }
    let before = old.help.as_ref().map_or("", |help| help.get("en"));
    if let Some(text) = change.help.filter(|text| text.trim() != before) {
        new.help = help(&mut fields, &text);
    }
    new.kind = change.kind.unwrap_or(old.kind);
    let wanted = change.choices.unwrap_or_else(|| old.choices.clone());
    new.choices = choices(&mut fields, new.kind, &wanted);
    new.required = change.required.unwrap_or(old.required);
    if new.required && new.subject == FieldSubject::Contact {
        fields.add("required", Wrong::Unknown);
    }
    fields.check()?;
    Ok(new)
}
