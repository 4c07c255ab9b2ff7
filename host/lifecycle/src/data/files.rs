//! Files that add-ons read and make: what the port of files does.

use annex_desk::attachments::{self as desk, Begun};
use annex_domain::{
    attachment::Attachment,
    ids::AttachmentId,
    ports::{FileFacts, FileReach, NewFile, RecordError, Scope},
};
use annex_store::attachments;
use async_trait::async_trait;
use tokio::sync::Mutex;

use super::{HostData, parts::facts, record_error, refused, turn};

impl HostData {
    /// A file that a call can see. An id that is none names no file.
    pub(super) async fn seen_file(&self, scope: &Scope, id: &str, reach: FileReach) -> Result<Attachment, RecordError> {
        let id: AttachmentId = id.parse().map_err(|_| RecordError::NotFound)?;
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let found = attachments::get_for(&mut conn, scope.desk, id, scope.installation, reach).await;
        found.map_err(record_error(scope))
    }

    pub(super) async fn read_piece(
        &self,
        scope: &Scope,
        file: &Attachment,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, RecordError> {
        Ok(self.files.read_piece(file, offset, length).await.map_err(refused(scope))?.into())
    }

    pub(super) async fn begin_file(&self, scope: &Scope, name: &str) -> Result<Box<dyn NewFile>, RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let begun = desk::begin(&self.files, &self.ctx(scope), name, None).await.map_err(refused(scope))?;
        Ok(Box::new(Making { id: begun.id(), scope: scope.clone(), begun: Mutex::new(begun) }))
    }

    pub(super) async fn discard(&self, scope: &Scope, id: &str) -> Result<(), RecordError> {
        let id: AttachmentId = id.parse().map_err(|_| RecordError::NotFound)?;
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        desk::discard(&self.desk, &self.ctx(scope), id).await.map_err(refused(scope))
    }
}

/// A file that a call is making.
struct Making {
    id: AttachmentId,
    scope: Scope,
    /// Goes from thread to thread; never locked, as whoever has it has it alone.
    begun: Mutex<Begun>,
}

#[async_trait]
impl NewFile for Making {
    fn id(&self) -> String {
        self.id.to_string()
    }

    async fn append(&mut self, bytes: Vec<u8>) -> Result<(), RecordError> {
        let Self { scope, begun, .. } = self;
        begun.get_mut().write(bytes.into()).await.map_err(refused(scope))
    }

    /// Without a turn: what takes long of it is not at the database.
    async fn finish(self: Box<Self>) -> Result<FileFacts, RecordError> {
        let Self { scope, begun, .. } = *self;
        begun.into_inner().finish().await.map(facts).map_err(refused(&scope))
    }
}
