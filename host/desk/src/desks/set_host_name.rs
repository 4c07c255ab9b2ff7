use annex_domain::{audit::Action, ids::DeskId, operator::HostLabel};
use annex_store::desks;
use serde_json::json;

use super::By;
use crate::{Desk, Refusal, refusal::taken, settings::object};

/// Gives a desk the first part of a host name, or takes it away.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for a `host_name` that another desk has.
pub async fn set_host_name(desk: &Desk, by: By, id: DeskId, name: Option<&HostLabel>) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    desks::set_host_name(&mut tx, id, name).await.map_err(taken("host_name"))?;
    let facts = json!({ "host_name": name.map(HostLabel::as_str) });
    by.ctx(id).record(&mut tx, Action::DeskHostName, &object(id), &facts).await?;
    Ok(tx.commit().await?)
}
