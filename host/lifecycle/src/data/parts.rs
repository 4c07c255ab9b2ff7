//! What tickets, contacts and messages have beside their own parts, as add-ons read and write it: custom fields, HTML and files.

use std::fmt::Display;

use annex_domain::{
    attachment::Attachment,
    field::{Entered, Entries, Field, FieldKind, FieldSubject},
    ids::{DeskId, MessageId},
    ports::{CustomField, FieldChange, FieldData, FileFacts},
};
use annex_store::{Conn, StoreError, attachments, fields, messages};
use serde_json::{Number, Value};

/// Bytes of the HTML of all messages of one answer: a component has 64 MiB for everything.
const MOST_HTML: usize = 8 << 20;

/// The custom fields of each of some tickets or contacts that are in use and filled in, in the order of the desk.
pub(crate) async fn custom_fields(
    conn: &mut Conn,
    desk: DeskId,
    known: &[Field],
    of: FieldSubject,
    ids: &[impl Display],
) -> Result<Vec<Vec<CustomField>>, StoreError> {
    let known: Vec<&Field> = known.iter().filter(|field| field.subject == of && field.is_in_use()).collect();
    if known.is_empty() {
        return Ok(vec![Vec::new(); ids.len()]);
    }
    let held = fields::values_of(conn, desk, ids).await?;
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let held = held.get(&id.to_string());
        let filled = |field: &&Field| {
            let data = data(field, held?.get(&field.id)?);
            Some(CustomField { key: field.key.to_string(), data })
        };
        all.push(known.iter().filter_map(filled).collect());
    }
    Ok(all)
}

/// What is kept, by the kind that the field has now; what does not fit any more is the text that it was.
fn data(field: &Field, kept: &str) -> FieldData {
    let text = || FieldData::Text(kept.to_owned());
    if !field.fits(kept) {
        return text();
    }
    match field.kind {
        FieldKind::Text => text(),
        FieldKind::Number => kept.parse().map_or_else(|_| text(), FieldData::Number),
        FieldKind::Date => FieldData::Date(kept.to_owned()),
        FieldKind::Choice => FieldData::Choice(kept.to_owned()),
        FieldKind::Flag => FieldData::Flag(kept == "true"),
    }
}

/// Changes, as the desk takes them.
pub(super) fn entries(changes: impl IntoIterator<Item = FieldChange>) -> Entries {
    changes.into_iter().map(|FieldChange { key, data }| (key, entered(data))).collect()
}

/// The same of fields that are filled in.
pub(super) fn filled(fields: Vec<CustomField>) -> Entries {
    entries(fields.into_iter().map(|CustomField { key, data }| FieldChange { key, data: Some(data) }))
}

fn entered(data: Option<FieldData>) -> Entered {
    match data {
        None => Entered::Sent(Value::Null),
        Some(FieldData::Text(text)) => Entered::OfKind(FieldKind::Text, text.into()),
        // What is no number is a text: no field of the kind takes it.
        Some(FieldData::Number(number)) => {
            let value = Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number);
            Entered::OfKind(FieldKind::Number, value)
        }
        Some(FieldData::Date(date)) => Entered::OfKind(FieldKind::Date, date.into()),
        Some(FieldData::Choice(choice)) => Entered::OfKind(FieldKind::Choice, choice.into()),
        Some(FieldData::Flag(flag)) => Entered::OfKind(FieldKind::Flag, flag.into()),
    }
}

/// The HTML of each of some messages, the newest last.
pub(crate) async fn html(conn: &mut Conn, desk: DeskId, ids: &[MessageId]) -> Result<Vec<Option<String>>, StoreError> {
    let mut held = messages::html_of(conn, desk, ids, MOST_HTML).await?;
    Ok(ids.iter().map(|id| held.remove(id)).collect())
}

/// The files of each of some messages.
pub(crate) async fn files(conn: &mut Conn, desk: DeskId, ids: &[MessageId]) -> Result<Vec<Vec<FileFacts>>, StoreError> {
    let mut held = attachments::of_messages(conn, desk, ids).await?;
    let of_one = |id: &MessageId| held.remove(id).unwrap_or_default().into_iter().map(facts).collect();
    Ok(ids.iter().map(of_one).collect())
}

pub(super) fn facts(file: Attachment) -> FileFacts {
    let Attachment { id, name, media_type, size } = file;
    FileFacts { id: id.to_string(), name, media_type: media_type.as_str().to_owned(), size }
}
