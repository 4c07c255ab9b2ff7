//! `annex staff`: who reviews and decides for the platform, from the command line on the machine of the host.

use annex_domain::publisher::StaffPermission;
use annex_portal::Portal;
use annex_store::publishers::staff;
use anyhow::Context as _;
use clap::Subcommand;

use crate::{config::DataArgs, wiring};

/// Says who may review and decide for the platform.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Gives a billing account a permission
    Grant {
        /// The name it signs in with at the client area
        email: String,
        /// review.technical, review.marketplace or publishers.manage
        permission: StaffPermission,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Takes a permission from a billing account
    Revoke {
        /// The name it signs in with at the client area
        email: String,
        /// review.technical, review.marketplace or publishers.manage
        permission: StaffPermission,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lists who has which permission
    List {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: StaffCommand) -> anyhow::Result<()> {
    match command {
        StaffCommand::Grant { email, permission, data } => {
            let stores = wiring::open(&data).await?;
            let portal = Portal::new(wiring::nothing_outside(&stores)?.billing);
            let granted = annex_portal::staff::grant(&portal, &email, permission, stores.clock.now()).await;
            granted.with_context(|| format!("cannot give {email} the permission {permission}"))?;
            println!("{email} has the permission {permission}");
        }
        StaffCommand::Revoke { email, permission, data } => {
            let stores = wiring::open(&data).await?;
            let portal = Portal::new(wiring::nothing_outside(&stores)?.billing);
            let revoked = annex_portal::staff::revoke(&portal, &email, permission, stores.clock.now()).await;
            revoked.with_context(|| format!("cannot take the permission {permission} from {email}"))?;
            println!("{email} does not have the permission {permission} any more");
        }
        StaffCommand::List { data } => {
            let stores = wiring::open(&data).await?;
            for (email, permission) in staff::list(&mut stores.db.read().await?).await? {
                println!("{email}\t{permission}");
            }
        }
    }
    Ok(())
}
