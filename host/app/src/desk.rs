//! `annex desk`: what the platform decides about a help desk.

use annex_desk::{Desk, settings};
use annex_domain::ids::DeskId;
use annex_store::desks;
use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};

use crate::{
    config::DataArgs,
    wiring::{self, Stores},
};

/// Lists help desks, and switches on what they may do.
#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Lists the help desks of this host
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Allows a desk to remove an add-on whatever its status, or no longer
    ForceUninstall {
        /// On or off
        state: OnOff,
        /// Which desk; not needed where there is one only
        #[arg(long, value_name = "ID")]
        desk: Option<DeskId>,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnOff {
    On,
    Off,
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: DeskCommand) -> anyhow::Result<()> {
    match command {
        DeskCommand::List { data } => {
            let stores = wiring::open(&data).await?;
            let mut conn = stores.db.read().await?;
            for desk in desks::list(&mut conn).await? {
                let force = if desks::may_force_uninstall(&mut conn, desk.id).await? { "on" } else { "off" };
                println!("{}  {}  force uninstall {force}", desk.id, desk.name);
            }
        }
        DeskCommand::ForceUninstall { state, desk, data } => {
            let stores = wiring::open(&data).await?;
            let id = the_desk(&stores, desk).await?;
            let (on, now) = (state == OnOff::On, stores.clock.now());
            let changed = settings::force_uninstall(&Desk::new(stores.db), id, on, now).await;
            changed.with_context(|| format!("cannot change force uninstall for the desk {id}"))?;
            println!("force uninstall is {} for the desk {id}", if on { "on" } else { "off" });
        }
    }
    Ok(())
}

/// The named desk, or the only one.
async fn the_desk(stores: &Stores, named: Option<DeskId>) -> anyhow::Result<DeskId> {
    if let Some(id) = named {
        return Ok(id);
    }
    match desks::list(&mut stores.db.read().await?).await?.as_slice() {
        [only] => Ok(only.id),
        [] => bail!("this host has no help desk yet"),
        _ => bail!("this host has several help desks: name one with --desk (`annex desk list` shows them)"),
    }
}
