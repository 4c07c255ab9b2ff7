//! `operators`: needs `operators.read`. Whoever sees tickets sees who works in the desk.

use annex_domain::{
    capability::Access,
    ids::OperatorId,
    permission::Permission,
    ports::{OperatorFacts, Paged, RecordError},
};

use super::{Answer, in_time, page_size};
use crate::state::Caller;

impl Caller {
    pub(crate) async fn operator(&mut self, id: String) -> Answer<OperatorFacts> {
        let check = |state: &mut Self| {
            state.check_access(Access::OperatorsRead, Permission::TicketsView)?;
            Ok(id.parse::<OperatorId>().map_err(|_| RecordError::NotFound)?)
        };
        let read = async |state: &mut Self, operator| {
            Ok(in_time(state.services.data.operator(&state.scope, operator), RecordError::Unavailable).await?)
        };
        self.checked_call("operators.get", &id, check, read).await
    }

    pub(crate) async fn operators(&mut self, cursor: Option<String>, limit: u32) -> Answer<Paged<OperatorFacts>> {
        let check = |state: &mut Self| state.check_access(Access::OperatorsRead, Permission::TicketsView);
        let read = async |state: &mut Self, ()| {
            let page = state.services.data.operators(&state.scope, cursor.as_deref(), page_size(limit, 100));
            Ok(in_time(page, RecordError::Unavailable).await?)
        };
        self.checked_call("operators.list", "", check, read).await
    }
}
