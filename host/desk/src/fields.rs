//! Custom fields of tickets and contacts: made, named, ordered and put out of use by who manages the desk; what an add-on declares
//! comes and goes with it (`annex_store::fields::declare`). `values` is what tickets and contacts do with them.
//!
//! A key never changes, and a kind only while nothing has a value; nothing is ever deleted.

mod arrange;
mod create;
mod restore;
mod retire;
mod update;
pub(crate) mod values;

#[cfg(test)]
mod tests;

pub use arrange::{Direction, arrange};
pub use create::{NewField, create};
pub use restore::restore;
pub use retire::retire;
pub use update::{FieldChange, update};

use annex_domain::{
    field::{Field, FieldKind, FieldSubject, LONGEST_HELP, LONGEST_LABEL, MOST, check_choices},
    ids::{DeskId, FieldId},
    localized::Localized,
};
use annex_store::{Tx, fields as stored};
use serde_json::{Value, json};

use crate::{Refusal, Rule, Wrong, refusal::Fields};

/// How an entry of the audit log names a field.
fn object(id: FieldId) -> String {
    format!("field:{id}")
}

fn facts(field: &Field) -> Value {
    json!({ "name": field.label.get("en"), "of": field.subject, "key": field.key })
}

fn label(fields: &mut Fields, text: &str) -> Localized {
    let text = fields.text("label", text, LONGEST_LABEL);
    if text.contains(['\n', '\t']) {
        fields.add("label", Wrong::Characters);
    }
    Localized::en(text)
}

/// An empty one is none.
fn help(fields: &mut Fields, text: &str) -> Option<Localized> {
    let text = fields.optional("help", text, LONGEST_HELP);
    (!text.is_empty()).then(|| Localized::en(text))
}

/// Without space around them.
fn choices(fields: &mut Fields, kind: FieldKind, wanted: &[String]) -> Vec<String> {
    let wanted: Vec<String> = wanted.iter().map(|choice| choice.trim().to_owned()).collect();
    if let Err(error) = check_choices(kind, &wanted) {
        fields.add("choices", Wrong::Choices(error));
    }
    wanted
}

/// Goes on only when one more may be in use. Whoever asks holds the desk. What add-ons declare counts for nothing: they may bring
/// so many each.
async fn check_room(tx: &mut Tx, desk: DeskId, subject: FieldSubject) -> Result<(), Refusal> {
    let all = stored::list(tx, desk).await?;
    let counts = |field: &&Field| field.subject == subject && field.addon.is_none() && field.is_in_use();
    if all.iter().filter(counts).count() >= MOST { Err(Rule::TooManyFields.into()) } else { Ok(()) }
}
