//! What fields hold. A ticket or contact without a value has no row.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
};

use annex_domain::{
    field::{Field, FieldKey},
    ids::{DeskId, FieldId},
};
use serde_json::{Map, Value};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_all, fetch_one, in_list, list},
    },
    error::Result,
};

/// A value to write, which was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    /// Of which field.
    pub field: FieldId,
    /// Its key.
    pub key: FieldKey,
    /// What it is to hold; none clears it.
    pub value: Option<String>,
}

/// A value that is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Of the field.
    pub key: FieldKey,
    /// Before; empty when there was none.
    pub old: String,
    /// After; empty when there is none.
    pub new: String,
}

/// What the fields of a ticket or contact hold, also those that are out of use.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn values(conn: &mut Conn, desk: DeskId, of: impl Display) -> Result<BTreeMap<FieldId, String>> {
    let of = of.to_string();
    let sql = "SELECT field_id, value FROM field_values WHERE desk_id = $1 AND subject_id = $2";
    let rows = fetch_all!(conn, (String, String), sql, desk, &of)?;
    let value = |(field, value): (String, String)| -> Result<_> {
        Ok((At::new("field_values", &of).parse("field_id", &field)?, value))
    };
    rows.into_iter().map(value).collect()
}

/// The same of several, by the ids of the tickets or contacts.
///
/// # Errors
/// As [`values`].
pub async fn values_of(
    conn: &mut Conn,
    desk: DeskId,
    of: &[impl Display],
) -> Result<HashMap<String, BTreeMap<FieldId, String>>> {
    let sql =
        in_list!(conn, "SELECT subject_id, field_id, value FROM field_values WHERE subject_id", "AND desk_id = $2");
    let mut found: HashMap<String, BTreeMap<FieldId, String>> = HashMap::new();
    for (subject, field, value) in fetch_all!(conn, (String, String, String), sql, list(of), desk)? {
        let field = At::new("field_values", &subject).parse("field_id", &field)?;
        found.entry(subject).or_default().insert(field, value);
    }
    Ok(found)
}

/// Values for programs, by the keys of their fields and in the order of these.
pub fn by_key<'f>(fields: impl IntoIterator<Item = &'f Field>, held: &BTreeMap<FieldId, String>) -> Map<String, Value> {
    let value = |field: &Field| Some((field.key.to_string(), field.to_json(held.get(&field.id)?)));
    fields.into_iter().filter_map(value).collect()
}

/// Whether anything has a value of the field.
///
/// # Errors
/// When the database fails.
pub async fn has_values(conn: &mut Conn, desk: DeskId, field: FieldId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM field_values WHERE desk_id = $1 AND field_id = $2 LIMIT 1) v";
    Ok(fetch_one!(conn, (i64,), sql, desk, field)?.0 > 0)
}

/// Writes what differs from what there is, and answers that. Whoever calls it holds the ticket or contact.
///
/// # Errors
/// When the database fails; [`crate::StoreError::Reference`] for a field of another desk.
pub async fn write(tx: &mut Tx, desk: DeskId, of: impl Display, wanted: &[NewValue]) -> Result<Vec<Changed>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let of = of.to_string();
    let held = values(tx, desk, &of).await?;
    let mut changed = Vec::new();
    for NewValue { field, key, value } in wanted {
        let old = held.get(field);
        if old == value.as_ref() {
            continue;
        }
        match value {
            Some(value) => {
                let sql = "INSERT INTO field_values (desk_id, subject_id, field_id, value) VALUES ($1, $2, $3, $4)
                           ON CONFLICT (desk_id, subject_id, field_id) DO UPDATE SET value = excluded.value";
                execute!(tx, sql, desk, &of, *field, value)?;
            }
            None => {
                let sql = "DELETE FROM field_values WHERE desk_id = $1 AND subject_id = $2 AND field_id = $3";
                execute!(tx, sql, desk, &of, *field)?;
            }
        }
        let [old, new] = [old, value.as_ref()].map(|value| value.cloned().unwrap_or_default());
        changed.push(Changed { key: key.clone(), old, new });
    }
    Ok(changed)
}
