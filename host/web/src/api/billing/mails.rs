//! Mails that the host wrote for the desk.

use annex_domain::{ids::MailId, mail::MailKind, permission::Permission};
use annex_store::mails;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::{Json, Params},
        problem::Problem,
        user::ApiUser,
        wire::{MailState, Page, PageParams, Time, bad_cursor, limit_of},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_mails))
}

/// A mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mail {
    #[schema(value_type = String, format = "uuid")]
    id: MailId,
    /// What it tells.
    #[schema(value_type = String, example = "payment-due")]
    kind: MailKind,
    to: String,
    /// Null until it is written.
    #[schema(required)]
    subject: Option<String>,
    state: MailState,
    /// How often it was tried to send it.
    attempts: u32,
    /// What the mail server said the last time.
    #[schema(required)]
    error: Option<String>,
    created_at: Time,
}

/// List mails
///
/// Those that the host wrote for this desk, newest first. Needs `desk.manage`.
#[utoipa::path(
    get, path = "/mails", tag = "billing", params(PageParams),
    responses((status = 200, description = "A page of mails.", body = Page<Mail>)),
)]
async fn list_mails(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Mail>>, Problem> {
    user.require(Permission::DeskManage)?;
    let limit = limit_of(params.limit)?;
    let before = params.cursor.map(|cursor| cursor.parse::<MailId>()).transpose().map_err(|_| bad_cursor())?;
    let list = mails::list(&mut state.db.read().await?, user.desk(), before, limit + 1).await?;
    let items = list.into_iter().map(Mail::from).collect();
    Ok(Json(Page::cut(items, limit as usize, |mail: &Mail| mail.id.to_string())))
}

impl From<mails::Mail> for Mail {
    fn from(mail: mails::Mail) -> Self {
        Self {
            id: mail.id,
            kind: mail.kind,
            to: mail.to,
            subject: mail.content.map(|content| content.subject),
            state: mail.state.into(),
            attempts: mail.attempts,
            error: mail.error,
            created_at: mail.created_at.into(),
        }
    }
}
