use annex_domain::addon::PublisherSlug;
use annex_store::{Conn, publishers::documents};

use crate::{Refusal, Rule};

/// Goes on only when the newest version of each partner document is accepted for the publisher: before anything is submitted or
/// published, in the transaction of it.
///
/// # Errors
/// [`Rule::DocumentsMissing`].
pub async fn must_be_accepted(conn: &mut Conn, publisher: &PublisherSlug) -> Result<(), Refusal> {
    if documents::missing(conn, publisher).await?.is_empty() { Ok(()) } else { Err(Rule::DocumentsMissing.into()) }
}
