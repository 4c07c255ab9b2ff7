//! `annex issuer`: what the host signs logins with, from its own machine.

use annex_domain::{oauth::SigningAlgorithm, operator::Actor};
use anyhow::Context as _;
use clap::Subcommand;

use crate::{config::DataArgs, wiring};

/// Replaces the keys that logins are signed with.
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
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: IssuerCommand) -> anyhow::Result<()> {
    let IssuerCommand::RotateKey { algorithm, data } = command;
    let stores = wiring::open(&data).await?;
    let billing = wiring::nothing_outside(&stores)?.billing;
    let key = annex_web::new_issuer_key(&stores.vault, algorithm).await.context("cannot make a key")?;
    annex_billing::accounts::rotate_key(&billing, algorithm, &key, Actor::CommandLine)
        .await
        .context("cannot keep the key")?;
    println!("{algorithm} signs with a new key; the one before is shown for 48 hours more");
    Ok(())
}
