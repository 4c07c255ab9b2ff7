//! `files`: reading needs `files.read`, making `files.write`, and what is attached to tickets is read by who may read these; what a call
//! is about is lent to it. Bytes move in pieces; what a call has begun and not ended is nobody's, and gone with the call.

use annex_domain::{
    capability::Access,
    permission::Permission,
    ports::{FileFacts, FileReach, RecordError},
};

use super::{Answer, Refused, in_time};
use crate::{lent::piece, state::Caller};

/// Bytes that are read or written at once.
const LARGEST_PIECE: u32 = 1 << 20;

impl Caller {
    pub(crate) async fn file(&mut self, id: String) -> Answer<FileFacts> {
        let check = |state: &mut Self| state.check_reading(&id);
        let read = async |state: &mut Self, ()| {
            if let Some((facts, _)) = state.lent.raw(&id) {
                return Ok(facts.clone());
            }
            let found = state.services.data.file(&state.scope, &id, state.file_reach(&id));
            Ok(in_time(found, RecordError::Unavailable).await?)
        };
        self.checked_call("files.get", &id, check, read).await
    }

    pub(crate) async fn read_file(&mut self, id: String, offset: u64, length: u32) -> Answer<Vec<u8>> {
        let check = |state: &mut Self| {
            state.check_reading(&id)?;
            if !(1..=LARGEST_PIECE).contains(&length) {
                return Err(RecordError::Invalid("`length`: 1 to 1,048,576".into()).into());
            }
            Ok(())
        };
        let read = async |state: &mut Self, ()| {
            if let Some((_, bytes)) = state.lent.raw(&id) {
                return Ok(piece(bytes, offset, length));
            }
            let piece = state.services.data.read_file(&state.scope, &id, state.file_reach(&id), offset, length);
            Ok(in_time(piece, RecordError::Unavailable).await?)
        };
        self.checked_call("files.read", &id, check, read).await
    }

    pub(crate) async fn create_file(&mut self, name: String) -> Answer<String> {
        let check = |state: &mut Self| {
            state.check_making()?;
            if name.trim().is_empty() || name.chars().count() > 200 {
                return Err(RecordError::Invalid("a name has 1 to 200 characters".into()).into());
            }
            Ok(state.writes.may_begin_file()?)
        };
        let create = async |state: &mut Self, ()| {
            let made = state.services.data.create_file(&state.scope, &name);
            let file = in_time(made, RecordError::Unavailable).await?;
            let id = file.id();
            state.writes.begun(file);
            Ok(id)
        };
        self.checked_call("files.create", &name, check, create).await
    }

    pub(crate) async fn append_file(&mut self, id: String, bytes: Vec<u8>) -> Answer<()> {
        let check = |state: &mut Self| {
            state.check_under_way(&id)?;
            if bytes.is_empty() || bytes.len() > LARGEST_PIECE as usize {
                return Err(RecordError::Invalid("a piece has 1 to 1,048,576 bytes".into()).into());
            }
            Ok(bytes)
        };
        let append = async |state: &mut Self, bytes| {
            let file = state.writes.file(&id).ok_or(RecordError::NotFound)?;
            let appended = in_time(file.append(bytes), RecordError::Unavailable).await;
            if appended == Err(RecordError::Unavailable) {
                // Nobody knows how much of it was written.
                drop(state.writes.ended(&id));
            }
            Ok(appended?)
        };
        self.checked_call("files.append", &id, check, append).await
    }

    pub(crate) async fn finish_file(&mut self, id: String) -> Answer<FileFacts> {
        let check = |state: &mut Self| state.check_under_way(&id);
        let finish = async |state: &mut Self, ()| {
            let file = state.writes.ended(&id).ok_or(RecordError::NotFound)?;
            Ok(in_time(file.finish(), RecordError::Unavailable).await?)
        };
        self.checked_call("files.finish", &id, check, finish).await
    }

    pub(crate) async fn discard_file(&mut self, id: String) -> Answer<()> {
        let check = |state: &mut Self| state.check_making();
        let discard = async |state: &mut Self, ()| {
            if state.writes.ended(&id).is_some() {
                return Ok(());
            }
            Ok(in_time(state.services.data.discard_file(&state.scope, &id), RecordError::Unavailable).await?)
        };
        self.checked_call("files.discard", &id, check, discard).await
    }

    /// What is lent needs no capability.
    fn check_reading(&mut self, id: &str) -> Result<(), Refused> {
        if self.lent.has(id) { Ok(()) } else { self.check_access(Access::FilesRead, Permission::TicketsView) }
    }

    pub(super) fn file_reach(&self, id: &str) -> FileReach {
        if self.lent.was_chosen(id)
            && let Some(acts_for) = &self.scope.acts_for
        {
            return FileReach::Chosen(acts_for.operator);
        }
        let reaches = self.lent.has(id) || self.denied(Access::TicketsRead).is_none();
        if reaches { FileReach::Tickets } else { FileReach::Own }
    }

    fn check_making(&mut self) -> Result<(), Refused> {
        self.check_access(Access::FilesWrite, Permission::TicketsReply)
    }

    /// Only what this call has begun is added to.
    fn check_under_way(&mut self, id: &str) -> Result<(), Refused> {
        self.check_making()?;
        if self.writes.file(id).is_some() { Ok(()) } else { Err(RecordError::NotFound.into()) }
    }
}
