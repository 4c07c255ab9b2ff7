//! `annex issuer`: what the host signs logins with, and what the services of add-ons prove themselves with, from its own
//! machine.

use annex_domain::{
    ids::{DeskId, InstallationId},
    oauth::SigningAlgorithm,
    operator::Actor,
};
use annex_lifecycle::service;
use anyhow::{Context as _, bail};
use clap::Subcommand;

use crate::{config::DataArgs, wiring};

/// Replaces the keys that logins are signed with, shows what services prove themselves with.
#[derive(Debug, Subcommand)]
pub(crate) enum IssuerCommand {
    /// Signs with a new key from now on; the one before is shown for 48 hours more
    RotateKey {
        /// RS256, ES256 or EdDSA
        #[arg(value_name = "ALG")]
        algorithm: SigningAlgorithm,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Shows, once, the OAuth credentials that the service of an installed add-on has not got yet: one JSON document
    Credentials {
        /// Of the installation
        #[arg(value_name = "ID")]
        installation: InstallationId,
        /// Where it is installed
        #[arg(long, value_name = "ID")]
        desk: DeskId,
        #[command(flatten)]
        data: DataArgs,
    },
}

pub(crate) async fn run(command: IssuerCommand) -> anyhow::Result<()> {
    match command {
        IssuerCommand::RotateKey { algorithm, data } => rotate_key(algorithm, &data).await,
        IssuerCommand::Credentials { installation, desk, data } => credentials(desk, installation, &data).await,
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn credentials(desk: DeskId, installation: InstallationId, data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let waiting = service::credentials(&mut stores.db.read().await?, &stores.vault, desk, installation).await?;
    let Some((client, waiting)) = waiting else {
        bail!("the add-on is not installed there, its service asks for nothing, or it has its credentials already");
    };
    println!("{}", serde_json::to_string_pretty(&waiting)?);
    Ok(service::have_arrived(&stores.db, desk, client).await?)
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn rotate_key(algorithm: SigningAlgorithm, data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let billing = wiring::nothing_outside(&stores)?.billing;
    let key = annex_web::new_issuer_key(&stores.vault, algorithm).await.context("cannot make a key")?;
    annex_billing::accounts::rotate_key(&billing, algorithm, &key, Actor::CommandLine)
        .await
        .context("cannot keep the key")?;
    println!("{algorithm} signs with a new key; the one before is shown for 48 hours more");
    Ok(())
}
