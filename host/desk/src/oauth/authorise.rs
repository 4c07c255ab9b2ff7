use std::time::Duration;

use annex_domain::{clock::Timestamp, operator::Operator, random};
use annex_store::{
    StoreError, installations,
    oauth::{
        clients::Client,
        codes::{self, Grant},
    },
    users,
};

use super::Request;
use crate::Desk;

/// How long a code works: the service trades it in at once.
const CODE_WORKS: Duration = Duration::from_secs(60);

/// Gives a code to the service of an add-on for an operator. None for one of another desk or who does not use the add-on, and
/// while it does not run.
///
/// # Errors
/// When the store fails.
pub async fn authorise(
    desk: &Desk,
    client: &Client,
    operator: &Operator,
    request: &Request,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    if operator.desk != client.desk {
        return Ok(None);
    }
    let code = random::token()?;
    let mut tx = desk.db.begin().await?;
    let installed = installations::get(&mut tx, client.desk, client.installation).await?;
    let uses = users::uses(&mut tx, client.desk, client.installation, operator.id).await?;
    if !uses || !installed.is_some_and(|installed| installed.runs()) {
        return Ok(None);
    }
    let grant =
        Grant { desk: client.desk, client: client.id, operator: operator.id, request: serde_json::to_value(request)? };
    codes::put(&mut tx, &code, &grant, now.after(CODE_WORKS)).await?;
    tx.commit().await?;
    Ok(Some(code))
}
