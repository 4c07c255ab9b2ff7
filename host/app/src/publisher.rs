//! `annex publisher`: whose packages the host accepts.

use std::path::PathBuf;

use annex_domain::{addon::PublisherSlug, billing::LoginRule};
use annex_lifecycle::Initiator;
use annex_package::keys::PublicKey;
use anyhow::Context as _;
use clap::Subcommand;

use crate::{
    config::DataArgs,
    wiring::{self, SandboxOptions},
};

/// Says whose packages the host accepts.
#[derive(Debug, Subcommand)]
pub(crate) enum PublisherCommand {
    /// Trusts a public key: packages of the publisher that it signed are accepted from now on
    Trust {
        /// The publisher's part of add-on ids, such as `acme`
        slug: PublisherSlug,
        /// The publisher's name as shown
        #[arg(long)]
        name: String,
        /// Public key file, as `annex key new` writes it
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lists publishers and their keys
    List {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: PublisherCommand) -> anyhow::Result<()> {
    match command {
        PublisherCommand::Trust { slug, name, key, data } => {
            let text = std::fs::read_to_string(&key).with_context(|| format!("cannot read {}", key.display()))?;
            let public = PublicKey::from_pem(&text)
                .with_context(|| format!("{} is not a public key", key.display()))?
                .to_bytes();
            let stores = wiring::open(&data).await?;
            let lifecycle = wiring::lifecycle(
                &stores,
                &data,
                SandboxOptions::small(),
                &wiring::nothing_outside(&stores)?,
                LoginRule::Paid,
            )?;
            let id = lifecycle.trust_publisher(slug.clone(), &name, public, Initiator::command_line()).await?;
            println!("trusts key {id} of {slug}");
        }
        PublisherCommand::List { data } => {
            let stores = wiring::open(&data).await?;
            let lifecycle = wiring::lifecycle(
                &stores,
                &data,
                SandboxOptions::small(),
                &wiring::nothing_outside(&stores)?,
                LoginRule::Paid,
            )?;
            for publisher in lifecycle.publishers().await? {
                println!("{}  {}  (threshold {})", publisher.slug, publisher.name, publisher.threshold);
                for key in publisher.keys {
                    println!("  {}  {:?}", key.id, key.status);
                }
            }
        }
    }
    Ok(())
}
