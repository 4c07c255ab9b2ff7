//! Who belongs to a publisher: invited by mail, with a role, and never without an owner.

mod invite;
mod join;
mod remove;
mod set_role;
mod withdraw;

pub use invite::invite;
pub use join::{Entered, Joined, Needs, join, look};
pub use remove::remove;
pub use set_role::set_role;
pub use withdraw::withdraw;

use annex_domain::{addon::PublisherSlug, publisher::MemberRole};
use annex_store::{Conn, publishers::members};

use crate::{Refusal, Rule};

/// How many days a link works; as [`annex_store::publishers::invitations::WORKS`].
pub(crate) const LINK_DAYS: u32 = 7;

/// Goes on only when an owner is left without one who is `role`. The publisher is locked.
async fn owner_stays(conn: &mut Conn, publisher: &PublisherSlug, role: MemberRole) -> Result<(), Refusal> {
    if role == MemberRole::Owner && members::owners(conn, publisher).await? < 2 {
        return Err(Rule::LastOwner.into());
    }
    Ok(())
}
