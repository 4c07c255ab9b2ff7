//! Custom fields of tickets and contacts, and what they hold. A value is a text by the rules of [`annex_domain::field`]; whoever
//! writes one has checked it.

mod values;

use std::sync::Arc;

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    field::{Declared, Field, FieldKey, FieldKind, FieldSubject},
    ids::{DeskId, FieldId},
    localized::Localized,
};

pub use self::values::{Changed, NewValue, by_key, has_values, values, values_of, write};
use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
};

/// A field to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewField {
    /// What has it.
    pub subject: FieldSubject,
    /// Unique among those of its subject.
    pub key: FieldKey,
    /// What it holds.
    pub kind: FieldKind,
    /// Shown beside it.
    pub label: Localized,
    /// Shown below it.
    pub help: Option<Localized>,
    /// Of a choice.
    pub choices: Vec<String>,
    /// A ticket is not solved without it.
    pub required: bool,
    /// The add-on that declares it.
    pub addon: Option<AddonId>,
}

/// Makes a field, which comes after all others of its subject.
///
/// # Errors
/// [`StoreError::Taken`] for the key, without ending the transaction.
pub async fn insert(tx: &mut Tx, desk: DeskId, new: NewField, now: Timestamp) -> Result<Field> {
    let last = "SELECT COALESCE(MAX(position), 0) FROM fields WHERE desk_id = $1 AND subject = $2";
    let (last,) = fetch_one!(tx, (i64,), last, desk, new.subject)?;
    let field = Field {
        id: FieldId::new(),
        subject: new.subject,
        key: new.key,
        kind: new.kind,
        label: new.label,
        help: new.help,
        choices: new.choices,
        required: new.required,
        addon: new.addon,
        retired_at: None,
        withdrawn_at: None,
    };
    let made = execute!(
        tx,
        "INSERT INTO fields
            (id, desk_id, subject, key, kind, label, help, choices, required, position, addon_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (desk_id, subject, key) DO NOTHING",
        field.id,
        desk,
        field.subject,
        &field.key,
        field.kind,
        serde_json::to_string(&field.label)?,
        field.help.as_ref().map(serde_json::to_string).transpose()?,
        serde_json::to_string(&field.choices)?,
        field.required,
        last + 1,
        field.addon.as_ref(),
        now
    )?;
    if made == 1 { Ok(field) } else { Err(StoreError::Taken("the key")) }
}

/// A field of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: FieldId) -> Result<Field> {
    fetch_optional!(conn, FieldRow, "SELECT * FROM fields WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("field"))?
        .try_into()
}

/// All fields of a desk in their order, also those that are out of use; those of tickets come first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Field>> {
    let sql = "SELECT * FROM fields WHERE desk_id = $1 ORDER BY subject DESC, position, id";
    all(fetch_all!(conn, FieldRow, sql, desk)?)
}

/// The same from memory where they are known.
///
/// # Errors
/// As [`list`].
pub async fn known(db: &Db, desk: DeskId) -> Result<Arc<Vec<Field>>> {
    let load = || async { list(&mut db.read().await?, desk).await.map(Arc::new) };
    db.caches().fields.get(db, desk, load).await
}

/// Writes the parts of a field that may change: all but its subject and key.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn save(tx: &mut Tx, desk: DeskId, field: &Field) -> Result<()> {
    let saved = execute!(
        tx,
        "UPDATE fields SET kind = $3, label = $4, help = $5, choices = $6, required = $7, retired_at = $8, withdrawn_at = $9
         WHERE desk_id = $1 AND id = $2",
        desk,
        field.id,
        field.kind,
        serde_json::to_string(&field.label)?,
        field.help.as_ref().map(serde_json::to_string).transpose()?,
        serde_json::to_string(&field.choices)?,
        field.required,
        field.retired_at,
        field.withdrawn_at
    )?;
    if saved == 1 { Ok(()) } else { Err(StoreError::NotFound("field")) }
}

/// Puts fields into this order.
///
/// # Errors
/// When the database fails.
pub async fn put_in_order(tx: &mut Tx, desk: DeskId, order: &[FieldId]) -> Result<()> {
    for (position, id) in (1_i64..).zip(order) {
        execute!(tx, "UPDATE fields SET position = $3 WHERE desk_id = $1 AND id = $2", desk, *id, position)?;
    }
    Ok(())
}

/// Gives a desk the fields that an add-on declares now, and withdraws those that it declared before: all of them when it goes. What
/// they hold stays. A field that was withdrawn comes back as it is declared; whether it is needed, and whether people have put it out
/// of use, is theirs to say.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn declare(tx: &mut Tx, desk: DeskId, addon: &AddonId, declared: &[Declared], now: Timestamp) -> Result<()> {
    let all = list(tx, desk).await?;
    let mut before: Vec<Field> = all.into_iter().filter(|field| field.addon.as_ref() == Some(addon)).collect();
    for Declared { of, key, kind, label, help, choices } in declared.iter().cloned() {
        let key = FieldKey::of_addon(addon, &key);
        match before.iter().position(|field| field.subject == of && field.key == key) {
            Some(at) => {
                let known = before.swap_remove(at);
                save(tx, desk, &Field { kind, label, help, choices, withdrawn_at: None, ..known }).await?;
            }
            None => {
                let addon = Some(addon.clone());
                let new = NewField { subject: of, key, kind, label, help, choices, required: false, addon };
                insert(tx, desk, new, now).await?;
            }
        }
    }
    for gone in before.into_iter().filter(|field| field.withdrawn_at.is_none()) {
        save(tx, desk, &Field { withdrawn_at: Some(now), ..gone }).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct FieldRow {
    id: String,
    subject: String,
    key: String,
    kind: String,
    label: String,
    help: Option<String>,
    choices: String,
    required: i64,
    addon_id: Option<String>,
    retired_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

impl TryFrom<FieldRow> for Field {
    type Error = StoreError;
    fn try_from(row: FieldRow) -> Result<Self> {
        let at = At::new("fields", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            subject: at.parse("subject", &row.subject)?,
            key: at.parse("key", &row.key)?,
            kind: at.parse("kind", &row.kind)?,
            label: at.json("label", &row.label)?,
            help: row.help.as_deref().map(|help| at.json("help", help)).transpose()?,
            choices: at.json("choices", &row.choices)?,
            required: row.required != 0,
            addon: at.parse_some("addon_id", row.addon_id.as_deref())?,
            retired_at: row.retired_at.map(Timestamp),
            withdrawn_at: row.withdrawn_at.map(Timestamp),
        })
    }
}

#[cfg(test)]
mod tests;
