//! Bearer tokens of the caller. A token acts as the operator who made it; its secret is shown once.

use std::time::Duration;

use annex_domain::ids::TokenId;
use annex_store::{audit, tokens};
use axum::{
    Extension,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{At, Json},
    idempotency::KeepInstead,
    openapi::BASE,
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Token {
    #[schema(value_type = String, format = "uuid")]
    id: TokenId,
    /// What it is for.
    name: String,
    created_at: Time,
    #[schema(required)]
    expires_at: Option<Time>,
    /// To the minute.
    #[schema(required)]
    last_used_at: Option<Time>,
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewToken {
    #[serde(flatten)]
    token: Token,
    /// `annex_…`. Shown this once: null when the answer is replayed for an `Idempotency-Key`.
    #[schema(required)]
    secret: Option<String>,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateToken {
    /// What it is for; at most 100 characters.
    name: String,
    /// 1 to 3,650; it never ends when left out.
    #[schema(minimum = 1, maximum = 3650)]
    expires_in_days: Option<u32>,
}

/// List tokens
///
/// Those of the caller that are not revoked, newest first.
#[utoipa::path(
    get, path = "/tokens", tag = "tokens",
    responses((status = 200, description = "All of them.", body = Page<Token>)),
)]
async fn list_tokens(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Token>>, Problem> {
    let mut conn = state.db.read().await?;
    let tokens = tokens::list(&mut conn, user.desk(), Some(user.operator())).await?;
    Ok(Json(Page::whole(tokens.into_iter().map(Token::from).collect())))
}

/// Make a token
///
/// It acts as the caller, with what their roles allow at each request. A session that gave its password more than 15
/// minutes ago is refused (`confirm-password`).
#[utoipa::path(
    post, path = "/tokens", tag = "tokens", request_body = CreateToken,
    responses((status = 201, description = "The token with its secret.", body = NewToken)),
)]
async fn create_token(
    State(state): State<AppState>,
    user: ApiUser,
    Json(body): Json<CreateToken>,
) -> Result<Response, Problem> {
    let now = state.clock.now();
    user.confirmed(now)?; // a token spends money without being asked
    let expires_at = match body.expires_in_days {
        None => None,
        Some(days @ 1..=3650) => Some(now.after(Duration::from_secs(u64::from(days) * 86_400))),
        Some(_) => return Err(Problem::field("expires_in_days", "out-of-range", "use 1 to 3650")),
    };
    let mut tx = state.db.begin().await?;
    let made = tokens::create(&mut tx, user.desk(), user.operator(), &body.name, expires_at, now).await?;
    let detail = serde_json::json!({ "name": made.token.name });
    let object = format!("token:{}", made.token.id);
    audit::append(&mut tx, user.desk(), user.actor(), "token.created", &object, &detail, now).await?;
    tx.commit().await?;
    let location = format!("{BASE}/tokens/{}", made.token.id);
    let token = Token::from(made.token);
    let kept = serde_json::to_vec(&NewToken { token: token.clone(), secret: None });
    let kept = KeepInstead(kept.map_err(|error| Problem::internal(&error))?.into());
    let answer = Json(NewToken { token, secret: Some(made.secret) });
    Ok((StatusCode::CREATED, Extension(kept), [(header::LOCATION, location)], answer).into_response())
}

/// Revoke a token
///
/// It stops working at once.
#[utoipa::path(
    delete, path = "/tokens/{token}", tag = "tokens",
    params(("token" = String, Path, format = "uuid", description = "Its id, not the secret")),
    responses((status = 204, description = "Revoked.")),
)]
async fn revoke_token(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<TokenId>,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    if tokens::get(&mut tx, user.desk(), id).await?.operator != user.operator() {
        return Err(Problem::not_found("token"));
    }
    tokens::revoke(&mut tx, user.desk(), id, now).await?;
    let detail = serde_json::json!({});
    audit::append(&mut tx, user.desk(), user.actor(), "token.revoked", &format!("token:{id}"), &detail, now).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<tokens::Token> for Token {
    fn from(token: tokens::Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.map(Time::from),
            last_used_at: token.last_used_at.map(Time::from),
        }
    }
}
