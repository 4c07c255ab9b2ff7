//! `annex desk`: the help desks of a host, and what the platform decides about them.

mod create;

use annex_desk::{
    Desk,
    desks::{self as deeds, By, KEPT},
    settings,
};
use annex_domain::{
    ids::DeskId,
    operator::{self, Actor, HostLabel},
};
use annex_store::desks;
use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};

use crate::{
    config::DataArgs,
    wiring::{self, Stores},
};

/// Makes, lists, suspends and deletes help desks, and switches on what they may do.
#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Makes a help desk, and prints the link with which its first admin comes in
    Create(Box<create::CreateArgs>),
    /// Lists the help desks of this host
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Stops a desk: nobody comes in and no add-on is called, but it keeps all it has, and its bill goes on
    Suspend {
        /// Which desk
        desk: DeskId,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lets a desk work again that is suspended, or was to be deleted
    Resume {
        /// Which desk
        desk: DeskId,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Stops a desk, and deletes it with all it has 30 days later; its audit log stays
    Delete {
        /// Which desk
        desk: DeskId,
        /// Its name once more
        #[arg(long, value_name = "NAME")]
        yes: String,
        /// Deletes it at once
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Gives a desk a host name below --desk-domain, or takes it away
    HostName {
        /// Which desk
        desk: DeskId,
        /// The part before the domain; without it, the desk has no name of its own any more
        name: Option<HostLabel>,
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
    /// Makes a desk the platform's, where versions are tried that are not for everyone yet, or an ordinary one again
    Platform {
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
        DeskCommand::Create(args) => create::run(*args).await?,
        DeskCommand::List { data } => {
            let stores = wiring::open(&data).await?;
            let mut conn = stores.db.read().await?;
            for desk in desks::list(&mut conn).await? {
                let force = if desks::may_force_uninstall(&mut conn, desk.id).await? { "on" } else { "off" };
                let platform = if desks::is_platform(&mut conn, desk.id).await? { "  of the platform" } else { "" };
                println!("{}  force uninstall {force}{platform}", line(&desk));
            }
        }
        DeskCommand::Suspend { desk, data } => {
            let (host, by) = host(&data).await?;
            deeds::suspend(&host, by, desk).await.with_context(|| format!("cannot suspend the desk {desk}"))?;
            println!("the desk {desk} is suspended; `annex desk resume {desk}` lets it work again");
        }
        DeskCommand::Resume { desk, data } => {
            let (host, by) = host(&data).await?;
            deeds::resume(&host, by, desk).await.with_context(|| format!("cannot resume the desk {desk}"))?;
            println!("the desk {desk} works again");
        }
        DeskCommand::Delete { desk, yes, now, data } => delete(desk, &yes, now, &data).await?,
        DeskCommand::HostName { desk, name, data } => {
            let (host, by) = host(&data).await?;
            let changed = deeds::set_host_name(&host, by, desk, name.as_ref()).await;
            changed.with_context(|| format!("cannot change the host name of the desk {desk}"))?;
            println!(
                "the host name of the desk {desk} is changed; set its channels up again, their services know the old one"
            );
        }
        DeskCommand::ForceUninstall { state, desk, data } => force_uninstall(state == OnOff::On, desk, &data).await?,
        DeskCommand::Platform { state, desk, data } => platform(state == OnOff::On, desk, &data).await?,
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn force_uninstall(on: bool, desk: Option<DeskId>, data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let id = the_desk(&stores, desk).await?;
    let now = stores.clock.now();
    let changed = settings::force_uninstall(&Desk::new(stores.db), id, on, now).await;
    changed.with_context(|| format!("cannot change force uninstall for the desk {id}"))?;
    println!("force uninstall is {} for the desk {id}", if on { "on" } else { "off" });
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn platform(on: bool, desk: Option<DeskId>, data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let id = the_desk(&stores, desk).await?;
    let now = stores.clock.now();
    let changed = settings::platform(&Desk::new(stores.db), id, on, now).await;
    changed.with_context(|| format!("cannot change whose the desk {id} is"))?;
    println!("the desk {id} is {}", if on { "the platform's" } else { "an ordinary one" });
    Ok(())
}

/// What can be done to desks, and that the command line does it now.
async fn host(data: &DataArgs) -> anyhow::Result<(Desk, By)> {
    let stores = wiring::open(data).await?;
    let by = By { actor: Actor::CommandLine, now: stores.clock.now() };
    Ok((Desk::new(stores.db), by))
}

/// A desk as `list` shows it.
fn line(desk: &operator::Desk) -> String {
    let name = desk.host_name.as_ref().map_or_else(|| "no host name".to_owned(), |name| format!("host name {name}"));
    let developer = desk.developer_of.as_ref().map(|slug| format!("  developer desk of {slug}")).unwrap_or_default();
    format!("{}  {}  {}  region {}  {name}{developer}", desk.id, desk.name, desk.status, desk.region)
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn delete(id: DeskId, name: &str, now: bool, data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let there =
        desks::get(&mut stores.db.read().await?, id).await.with_context(|| format!("cannot find the desk {id}"))?;
    if there.name != name {
        bail!("the desk {id} is called {:?}: give that name with --yes to delete it", there.name);
    }
    let by = By { actor: Actor::CommandLine, now: stores.clock.now() };
    let host = Desk::new(stores.db);
    let failed = || format!("cannot delete the desk {id}");
    if now {
        deeds::delete(&host, by, id).await.with_context(failed)?;
        println!("the desk {id} is deleted");
    } else {
        deeds::leave(&host, by, id).await.with_context(failed)?;
        let days = KEPT.as_secs() / (24 * 60 * 60);
        println!("the desk {id} is stopped, and deleted in {days} days; `annex desk resume {id}` keeps it");
    }
    Ok(())
}

/// The named desk, or the only one.
pub(crate) async fn the_desk(stores: &Stores, named: Option<DeskId>) -> anyhow::Result<DeskId> {
    let mut conn = stores.db.read().await?;
    if let Some(id) = named {
        return Ok(desks::get(&mut conn, id).await.with_context(|| format!("cannot find the desk {id}"))?.id);
    }
    match desks::list(&mut conn).await?.as_slice() {
        [only] => Ok(only.id),
        [] => bail!("this host has no help desk yet"),
        _ => bail!("this host has several help desks: name one with --desk (`annex desk list` shows them)"),
    }
}
