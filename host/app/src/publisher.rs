//! `annex publisher`: whose packages the host accepts, who asked for an account of a publisher, what share publishers get, how
//! events reach their services ([`events`]), and what they answer ([`answer`]).

mod answer;
mod events;

use std::path::PathBuf;

use annex_domain::{
    addon::PublisherSlug, billing::LoginRule, earnings::Share, ids::AccountRequestId, publisher::AccountRequestState,
};
use annex_lifecycle::{Initiator, Lifecycle};
use annex_package::keys::PublicKey;
use annex_portal::{By, Portal, requests::Making};
use annex_store::{Db, publishers::requests};
use anyhow::Context as _;
use clap::Subcommand;

use crate::{
    config::DataArgs,
    wiring::{self, SandboxOptions},
};

/// Says whose packages the host accepts, who may be a publisher, and how events reach their services.
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
    /// Lists who asks for an account of a publisher and was not answered yet
    Requests {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Approves a request: makes the publisher and its first owner, and mails them
    Approve {
        /// Of the request, as `annex publisher requests` prints it
        #[arg(value_name = "ID")]
        request: AccountRequestId,
        /// Another name than the one that was wished for
        #[arg(long)]
        slug: Option<PublisherSlug>,
        /// Makes them the owner of a publisher that this host trusts already, and that has no members
        #[arg(long)]
        adopt: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Changes what a publisher gets of what is paid for its add-ons from now on
    Share {
        /// Such as `acme`
        slug: PublisherSlug,
        /// Whole percents, 0 to 100; 80 unless it was changed
        #[arg(value_name = "PERCENT")]
        share: Share,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Shows how the service that hears an add-on's events fares, and changes what is posted to it
    Endpoint(events::EndpointArgs),
    /// Lists the events of an add-on, and posts them again
    Events(events::EventsArgs),
    /// Answers for a publisher what waits for it: an installation, update or uninstallation of an add-on that it sets up by hand
    Answer(answer::AnswerArgs),
    /// Lists what waits for a publisher's answer
    Asked {
        /// The publisher's part of add-on ids, such as `acme`
        slug: PublisherSlug,
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
            let lifecycle = lifecycle(&data).await?;
            let id = lifecycle.trust_publisher(slug.clone(), &name, public, Initiator::command_line()).await?;
            println!("trusts key {id} of {slug}");
        }
        PublisherCommand::List { data } => {
            let lifecycle = lifecycle(&data).await?;
            for publisher in lifecycle.publishers().await? {
                println!("{}  {}  (threshold {})", publisher.slug, publisher.name, publisher.threshold);
                for key in publisher.keys {
                    println!("  {}  {:?}", key.id, key.status);
                }
            }
        }
        PublisherCommand::Requests { data } => {
            let stores = wiring::open(&data).await?;
            let mut conn = stores.db.read().await?;
            for request in requests::list(&mut conn, AccountRequestState::Open, 1_000).await? {
                println!("{}\t{}\t{}\t{}", request.id, request.slug, request.email, request.name);
            }
        }
        PublisherCommand::Approve { request, slug, adopt, data } => {
            let stores = wiring::open(&data).await?;
            let portal = Portal::new(wiring::nothing_outside(&stores)?.billing);
            let (by, making) = (By::CommandLine(stores.clock.now()), if adopt { Making::Adopted } else { Making::New });
            let made = annex_portal::requests::approve(&portal, by, request, slug, making).await;
            let made = made.with_context(|| format!("cannot approve the request {request}"))?;
            println!("made the publisher {}", made.publisher);
        }
        PublisherCommand::Share { slug, share, data } => {
            let stores = wiring::open(&data).await?;
            let portal = Portal::new(wiring::nothing_outside(&stores)?.billing);
            let by = By::CommandLine(stores.clock.now());
            let set = annex_portal::earnings::set_share(&portal, by, &slug, share).await;
            set.with_context(|| format!("cannot change the share of {slug}"))?;
            println!("{slug} gets {share} of what is paid from now on");
        }
        PublisherCommand::Endpoint(args) => events::endpoint(args).await?,
        PublisherCommand::Events(args) => events::events(args).await?,
        PublisherCommand::Answer(args) => answer::answer(args).await?,
        PublisherCommand::Asked { slug, data } => {
            for one in lifecycle(&data).await?.asked_of(&slug).await? {
                println!("{}\t{} {}\t{}\tuntil {}", one.installation, one.addon, one.version, one.asked, one.until);
            }
        }
    }
    Ok(())
}

async fn lifecycle(data: &DataArgs) -> anyhow::Result<Lifecycle> {
    Ok(opened(data).await?.1)
}

/// The database, and what is done to installations in it.
async fn opened(data: &DataArgs) -> anyhow::Result<(Db, Lifecycle)> {
    let stores = wiring::open(data).await?;
    let outside = wiring::nothing_outside(&stores)?;
    let lifecycle = wiring::lifecycle(&stores, data, SandboxOptions::small(), &outside, LoginRule::Paid)?;
    Ok((stores.db.clone(), lifecycle))
}
