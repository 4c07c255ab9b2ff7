//! The pictures of packages, as help desks would be shown them: PNGs that this host has drawn, never the files of a package.

use annex_domain::addon::{AddonId, Version};
use annex_store::{Conn, catalog};

use crate::Refusal;

/// Which picture of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// What stands for the add-on in the grid.
    Icon,
    /// One of its listing, in the order of the manifest; from 1.
    Listed(u32),
}

impl Picture {
    /// The picture of a package that is in the catalog.
    pub(crate) async fn of(self, conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Vec<u8>, Refusal> {
        let found = match self {
            Self::Icon => catalog::icon(conn, addon, version).await?,
            Self::Listed(position) => catalog::picture(conn, addon, version, position).await?,
        };
        found.ok_or_else(|| Refusal::not_found("picture"))
    }
}
