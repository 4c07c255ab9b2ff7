//! `annex work`: background work that is set aside, for when no page can be reached. The decision is written down; a host
//! that runs takes it up at once, else the next one that starts.

use annex_domain::{ids::DeskId, operator::Actor};
use annex_lifecycle::{Decision, LifecycleError, Work, decide, set_aside};
use annex_store::desks;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::{
    config::DataArgs,
    wiring::{self, Stores},
};

/// Lists background work that is set aside, tries it again, gives it up.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkCommand {
    /// Lists what failed for good, or stopped the host three times: id, kind, add-on, how often, since when, why
    List {
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Lets it run again, as if nothing had happened
    TryAgain {
        /// As `list` prints it
        #[arg(value_name = "ID")]
        work: String,
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Gives it up: a job is not done; what an operation has done is undone. Cancelling and uninstalling cannot be given up
    GiveUp {
        /// As `list` prints it
        #[arg(value_name = "ID")]
        work: String,
        #[command(flatten)]
        args: DeskArgs,
    },
}

/// Where a command works.
#[derive(Debug, Args)]
pub(crate) struct DeskArgs {
    /// Only of this help desk; without it, of all and of the host itself
    #[arg(long, value_name = "ID")]
    desk: Option<DeskId>,
    #[command(flatten)]
    data: DataArgs,
}

pub(crate) async fn run(command: WorkCommand) -> anyhow::Result<()> {
    match command {
        WorkCommand::List { args } => list(&args).await,
        WorkCommand::TryAgain { work, args } => settle(&args, &work, Decision::TryAgain).await,
        WorkCommand::GiveUp { work, args } => settle(&args, &work, Decision::GiveUp).await,
    }
}

impl DeskArgs {
    /// Whose work is meant: that of desks, and without `--desk` the host's own (`None`) too.
    async fn whose(&self, stores: &Stores) -> anyhow::Result<Vec<Option<DeskId>>> {
        let all = desks::list(&mut stores.db.read().await?).await?.into_iter().map(|desk| Some(desk.id));
        Ok(match self.desk {
            Some(_) => all.filter(|desk| *desk == self.desk).collect(),
            None => all.chain([None]).collect(),
        })
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn list(args: &DeskArgs) -> anyhow::Result<()> {
    let stores = wiring::open(&args.data).await?;
    let mut seen = Vec::new();
    for desk in args.whose(&stores).await? {
        for found in set_aside(&stores.db, desk).await? {
            // The host's own work is shown to its only desk as well.
            if seen.contains(&found.work) {
                continue;
            }
            seen.push(found.work);
            let addon = found.addon.as_ref().map_or("-", |(_, addon)| addon);
            let why = found.error.split_whitespace().collect::<Vec<_>>().join(" ");
            println!("{}  {}  {addon}  {}  {}  {why}", found.work, found.kind, found.deaths, found.at);
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn settle(args: &DeskArgs, work: &str, decision: Decision) -> anyhow::Result<()> {
    let id: Work = work.parse().ok().with_context(|| format!("{work} is no id that `annex work list` prints"))?;
    let stores = wiring::open(&args.data).await?;
    for desk in args.whose(&stores).await? {
        match decide(&stores.db, desk, id, decision, Actor::CommandLine, stores.clock.now()).await {
            Err(LifecycleError::NotFound(_)) => {}
            Err(refused @ LifecycleError::CannotGiveUp) => bail!("{refused} with `annex work try-again {id}`"),
            done => {
                done.context("cannot write it down")?;
                let what = if decision == Decision::TryAgain { "runs again" } else { "is given up" };
                println!("{id} {what}: a running host takes it up at once, else the next that starts");
                return Ok(());
            }
        }
    }
    bail!("{work} is not set aside: `annex work list` prints what is")
}
