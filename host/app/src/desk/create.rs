//! `annex desk create`: a help desk, and the link with which its first admin comes in. The link is printed once; a host name below
//! the domain of the desks is answered to as soon as the desk is there.

use annex_desk::{
    Desk,
    desks::{By, Created, NewDesk, create},
};
use annex_domain::{
    addon::PublisherSlug,
    operator::{Actor, HostLabel},
    zone,
};
use anyhow::Context as _;
use clap::Args;
use url::Url;

use crate::{config::DataArgs, wiring};

/// `annex desk create`.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Its name
    name: String,
    /// Mail address of the first admin; without it, whoever opens the link says theirs
    #[arg(long, value_name = "EMAIL")]
    admin: Option<String>,
    /// Language, as in `de`; used once a language add-on brings it
    #[arg(long, value_name = "CODE", default_value = "en")]
    locale: String,
    /// Time zone, as in Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = zone::UTC)]
    time_zone: String,
    /// The part of its host name before --desk-domain
    #[arg(long, value_name = "NAME")]
    host: Option<HostLabel>,
    /// Marks it as the desk in which this publisher tries its add-ons
    #[arg(long, value_name = "PUBLISHER")]
    developer_of: Option<PublisherSlug>,
    /// Address that browsers use, for the link
    #[arg(long, env = "ANNEX_PUBLIC_URL", value_name = "URL")]
    public_url: Option<Url>,
    #[command(flatten)]
    data: DataArgs,
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(super) async fn run(args: CreateArgs) -> anyhow::Result<()> {
    let CreateArgs { name, admin, locale, time_zone, host, developer_of, public_url, data } = args;
    let stores = wiring::open(&data).await?;
    let by = By { actor: Actor::CommandLine, now: stores.clock.now() };
    let region = stores.region;
    let new = NewDesk { name, admin, locale, time_zone, region, host_name: host, developer_of };
    let Created { desk, first_link } = create(&Desk::new(stores.db), by, new).await.context("cannot make the desk")?;
    let path = format!("setup/{first_link}");
    let link = match public_url {
        Some(url) => url.join(&path).context("cannot make the link")?.to_string(),
        None => format!("/{path}"),
    };
    println!("{}", desk.id);
    println!("Its first admin opens this link. It works once, for 7 days:\n\n  {link}\n");
    Ok(())
}
