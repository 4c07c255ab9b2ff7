//! Files that an operator has chosen in fields of a view: they are with the host before the event comes, and only now is it known what
//! their bytes say. Nobody hands on the file of somebody else, or one that a message has already.

use annex_domain::{
    attachment::Attachment,
    ids::{AttachmentId, OperatorId},
    installation::Installation,
    ports::FileReach,
    settings::FieldError,
    ui::{Block, Event, FileInput, Value, View},
};
use annex_store::{StoreError, attachments};

use crate::{Lifecycle, UseError};

impl Lifecycle {
    /// Whether the files in the fields of an event are of who acts, and what these fields take.
    pub(super) async fn check_chosen(
        &self,
        installation: &Installation,
        operator: OperatorId,
        view: &View,
        event: &Event,
    ) -> Result<(), UseError> {
        let mut wrong = Vec::new();
        for entry in &event.values {
            let (Value::Files(ids), Some(input)) = (&entry.value, input(view, &entry.field)) else { continue };
            for id in ids {
                let file = self.chosen(installation, operator, id).await?;
                wrong.extend(
                    trouble(input, file.as_ref()).map(|(code, text)| FieldError::new(&entry.field, code, text)),
                );
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(UseError::Invalid(wrong)) }
    }

    async fn chosen(
        &self,
        installation: &Installation,
        operator: OperatorId,
        id: &str,
    ) -> Result<Option<Attachment>, StoreError> {
        let Ok(id) = id.parse::<AttachmentId>() else { return Ok(None) };
        let (mut conn, reach) = (self.db.read().await?, FileReach::Chosen(operator));
        match attachments::get_for(&mut conn, installation.desk, id, installation.id, reach).await {
            Ok(file) => Ok(Some(file)),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn input<'v>(view: &'v View, field: &str) -> Option<&'v FileInput> {
    let mut blocks = view.sections.iter().flat_map(|section| &section.nodes).map(|node| &node.block);
    blocks.find_map(|block| match block {
        Block::FileInput(input) if input.field.id == field => Some(input),
        _ => None,
    })
}

fn trouble(input: &FileInput, file: Option<&Attachment>) -> Option<(&'static str, String)> {
    let Some(file) = file else { return Some(("file-gone", "choose this file again".to_owned())) };
    if file.size > input.largest {
        return Some(("file-too-large", format!("{} is larger than {} bytes", file.name, input.largest)));
    }
    let fits = file.media_type.is_one_of(&input.types);
    (!fits).then(|| ("file-type", format!("{} is none of {}", file.name, input.types.join(", "))))
}
