//! What a request says about something that is brought along from another help desk.

use annex_desk::import::{Origin, Writer};
use annex_domain::{ids::OperatorId, words::Invalid};
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{problem::Problem, user::ApiUser, wire::Time};

/// Who wrote something.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum AuthorRef {
    /// The requester of the ticket.
    Requester,
    /// The caller.
    Caller,
    /// An operator.
    Operator(OperatorId),
}

impl TryFrom<String> for AuthorRef {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.as_str() {
            "requester" => Ok(Self::Requester),
            "operator" => Ok(Self::Caller),
            id => {
                id.parse().map(Self::Operator).map_err(|_| Invalid("use requester, operator or the id of an operator"))
            }
        }
    }
}

impl PartialSchema for AuthorRef {
    fn schema() -> RefOr<Schema> {
        let about = "`requester`; `operator`, which is the caller; or the id of an operator, with `import` only.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).into()
    }
}

impl ToSchema for AuthorRef {}

/// The fields of a request that only imports have.
pub(super) struct Brought {
    pub(super) import: bool,
    pub(super) author: Option<AuthorRef>,
    pub(super) created_at: Option<Time>,
    pub(super) external_id: Option<String>,
}

impl Brought {
    /// Where it comes from; none for what is written now.
    pub(super) fn origin(self, caller: &ApiUser) -> Result<Option<Origin>, Problem> {
        if self.import {
            let author = match self.author {
                None | Some(AuthorRef::Requester) => Writer::Requester,
                Some(AuthorRef::Caller) => Writer::Operator(caller.operator()?),
                Some(AuthorRef::Operator(id)) => Writer::Operator(id),
            };
            let at = self.created_at.map(|Time(at)| at);
            return Ok(Some(Origin { author, at, external_id: self.external_id }));
        }
        let field = match self {
            Self { author: Some(AuthorRef::Operator(_)), .. } => "author",
            Self { created_at: Some(_), .. } => "created_at",
            Self { external_id: Some(_), .. } => "external_id",
            _ => return Ok(None),
        };
        Err(Problem::field(field, "imports-only", "only with `import`, which tells nobody"))
    }
}
