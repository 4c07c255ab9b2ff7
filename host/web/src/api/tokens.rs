//! Bearer tokens of the caller. A token acts as the operator who made it, within its scopes and until it ends; its secret is
//! shown once. Tokens are made and ended by people: a token makes none, and ends none but itself.

use annex_desk::tokens::Create;
use annex_domain::{
    ids::TokenId,
    permission::{Permission, Permissions},
};
use annex_store::tokens;
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
    extract::{Json, PathParams},
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
    /// What it may do at most: the words of permissions. What its operator may not do at the time of a request, it may not
    /// do either.
    #[schema(example = json!(["tickets.view"]))]
    scopes: Vec<String>,
    created_at: Time,
    /// From then on it does not work.
    expires_at: Time,
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
    /// What it may do at most: some of the permissions that `GET /me` lists.
    #[schema(min_items = 1, example = json!(["tickets.view", "tickets.reply"]))]
    scopes: Vec<String>,
    /// 1 to 365; 90 when left out.
    #[schema(minimum = 1, maximum = 365)]
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
    let tokens = tokens::list(&mut conn, user.desk(), Some(user.operator()?)).await?;
    Ok(Json(Page::whole(tokens.into_iter().map(Token::from).collect())))
}

/// Make a token
///
/// It acts as the caller, with its scopes as far as their roles allow them at each request, until it ends. Only a session of
/// the panel makes tokens, never a token (`session-needed`); one that gave its password more than 15 minutes ago is refused
/// (`confirm-password`).
#[utoipa::path(
    post, path = "/tokens", tag = "tokens", request_body = CreateToken,
    responses(
        (status = 201, description = "The token with its secret.", body = NewToken),
        (status = 403, description = "`session-needed`: sent with a token. `confirm-password`: give the password again."),
        (status = 422, description = "`scopes` is empty, or has what is no permission or none of yours."),
    ),
)]
async fn create_token(
    State(state): State<AppState>,
    user: ApiUser,
    Json(body): Json<CreateToken>,
) -> Result<Response, Problem> {
    let now = state.clock.now();
    user.confirmed(now)?; // a token spends money without being asked
    let wanted = Create {
        operator: user.operator()?,
        name: body.name,
        scopes: scopes(&body.scopes)?,
        days: body.expires_in_days.unwrap_or(tokens::LIFE_DAYS),
    };
    let made = annex_desk::tokens::create(&state.desk(), &user.ctx(now), wanted).await?;
    let location = format!("{BASE}/tokens/{}", made.token.id);
    let token = Token::from(made.token);
    let kept = serde_json::to_vec(&NewToken { token: token.clone(), secret: None });
    let kept = KeepInstead(kept.map_err(|error| Problem::internal(&error))?.into());
    let answer = Json(NewToken { token, secret: Some(made.secret) });
    Ok((StatusCode::CREATED, Extension(kept), [(header::LOCATION, location)], answer).into_response())
}

fn scopes(words: &[String]) -> Result<Permissions, Problem> {
    let scope = |word: &String| -> Result<Permission, Problem> {
        word.parse().map_err(|_| Problem::field("scopes", "unknown", &format!("`{word}` is no permission")))
    };
    Ok(Permissions(words.iter().map(scope).collect::<Result<_, _>>()?))
}

/// Revoke a token
///
/// It stops working at once. A token can revoke itself, and no other (`session-needed`).
#[utoipa::path(
    delete, path = "/tokens/{token}", tag = "tokens",
    params(("token" = String, Path, format = "uuid", description = "Its id, not the secret")),
    responses((status = 204, description = "Revoked.")),
)]
async fn revoke_token(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<TokenId>,
) -> Result<StatusCode, Problem> {
    annex_desk::tokens::revoke(&state.desk(), &user.ctx(state.clock.now()), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<tokens::Token> for Token {
    fn from(token: tokens::Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            created_at: token.created_at.into(),
            scopes: token.scopes.0.iter().map(ToString::to_string).collect(),
            expires_at: token.expires_at.into(),
            last_used_at: token.last_used_at.map(Time::from),
        }
    }
}
