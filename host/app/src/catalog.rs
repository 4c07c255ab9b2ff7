//! `annex catalog`: packages into the catalog, without a running host.

use std::path::PathBuf;

use annex_domain::billing::LoginRule;
use annex_lifecycle::Initiator;
use anyhow::Context as _;
use clap::Subcommand;

use crate::{
    config::DataArgs,
    wiring::{self, SandboxOptions},
};

/// Puts packages into the catalog.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Verifies, compiles and publishes packages, as an upload in the panel does
    Add {
        /// Signed packages; versions of one add-on in rising order
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Leaves versions alone that the catalog has already, also with other bytes
        #[arg(long)]
        skip_existing: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: CatalogCommand) -> anyhow::Result<()> {
    let CatalogCommand::Add { files, skip_existing, data } = command;
    let stores = wiring::open(&data).await?;
    let lifecycle = wiring::lifecycle(
        &stores,
        &data,
        SandboxOptions::small(),
        &wiring::nothing_outside(&stores)?,
        LoginRule::Paid,
    )?;
    for file in files {
        let name = file.display();
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {name}"))?;
        match lifecycle.publish(bytes.into(), Initiator::command_line()).await {
            Ok(published) if published.repeated => println!("{} {} is there", published.addon, published.version),
            Ok(published) => println!("{} {} published", published.addon, published.version),
            Err(error) if skip_existing && matches!(error.code(), "version-exists" | "older-seq") => {
                println!("{name}: kept what the catalog has ({})", error.code());
            }
            Err(error) => {
                let code = error.code();
                return Err(anyhow::Error::new(error).context(format!("{name} was refused ({code})")));
            }
        }
    }
    Ok(())
}
