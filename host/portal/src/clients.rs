//! OAuth clients that a publisher makes for itself (R50): of its own add-ons in its developer desk, beside the client that comes
//! with each installation (R48), whose secret and key it can replace. They may do what the installed version asks for; their secrets are shown
//! once.

mod make;
mod replace;
mod replace_key;
mod revoke;
mod rotate;

pub use make::{Make, make};
pub use replace::replace;
pub use replace_key::replace_key;
pub use revoke::revoke;
pub use rotate::rotate;

use std::time::Duration;

use annex_domain::{ids::OauthClientId, installation::Installation};
use annex_store::{
    Conn, StoreError, catalog, installations,
    oauth::clients::{self, Client},
    publishers::organisations::Organisation,
};

use crate::Refusal;

/// How long a secret or key works on that was replaced.
const OVERLAP: Duration = Duration::from_hours(24);

/// The installations of a publisher's own add-ons in its developer desk, each with the clients that it made.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, of: &Organisation) -> Result<Vec<(Installation, Vec<Client>)>, StoreError> {
    let Some(desk) = of.developer_desk else { return Ok(Vec::new()) };
    let (owned, mut own) = (catalog::owned(conn, &of.slug).await?, Vec::new());
    for installation in installations::list(conn, desk).await? {
        let mut made = clients::of(conn, desk, installation.id).await?;
        made.retain(|client| client.publisher.as_ref() == Some(&of.slug));
        if owned.contains(&installation.addon) || !made.is_empty() {
            own.push((installation, made));
        }
    }
    Ok(own)
}

/// A client that the publisher made.
async fn find(conn: &mut Conn, of: &Organisation, id: OauthClientId) -> Result<Client, Refusal> {
    let found = clients::get(conn, id).await?;
    let own = |client: &Client| client.publisher.as_ref() == Some(&of.slug) && Some(client.desk) == of.developer_desk;
    found.filter(own).ok_or_else(|| Refusal::not_found("client"))
}
