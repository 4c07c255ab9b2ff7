use annex_domain::{clock::Timestamp, ids::OperatorId};
use annex_store::{
    StoreError,
    oauth::{
        clients::Client,
        codes::{self, Used},
        tokens::{self, NewToken},
    },
};

use super::Request;
use crate::Desk;

/// What a code was traded for.
pub struct Exchanged {
    /// An access token.
    pub token: String,
    /// Who signed in.
    pub operator: OperatorId,
    /// What was asked for.
    pub request: Request,
}

/// Trades a code of a client for an access token, once, when what it is bound to `fits`. Whatever is wrong, it works no more, and
/// a second time ends what it gave: both in one transaction, so that of two who come at once nobody keeps a token.
///
/// # Errors
/// When the store fails.
pub async fn exchange(
    desk: &Desk,
    client: &Client,
    code: &str,
    fits: impl FnOnce(&Request) -> bool,
    now: Timestamp,
) -> Result<Option<Exchanged>, StoreError> {
    let mut tx = desk.db.begin().await?;
    let exchanged = match codes::take(&mut tx, client.id, code, now).await? {
        Used::Now(grant) => {
            let request: Request = serde_json::from_value(grant.request)?;
            if fits(&request) {
                let new = NewToken {
                    client,
                    operator: Some(grant.operator),
                    scopes: request.scopes.clone(),
                    claims: request.claims.clone(),
                    code: Some(code),
                };
                let token = tokens::create(&mut tx, &new, now).await?;
                Some(Exchanged { token, operator: grant.operator, request })
            } else {
                None
            }
        }
        Used::Before | Used::Unknown => None,
    };
    tx.commit().await?;
    Ok(exchanged)
}
