//! `annex publisher endpoint` and `annex publisher events`: what is posted to a publisher's service, and how it fares.

use annex_domain::{addon::AddonId, clock::Timestamp, manifest::EventsUrl, publisher_event::EventId};
use annex_lifecycle::{EndpointAnswer, EndpointView, Initiator, KeptEvent, Replay, Resumed, SigningSecrets};
use clap::Args;
use secrecy::ExposeSecret as _;

use super::opened;
use crate::config::DataArgs;

/// `annex publisher endpoint`.
#[derive(Debug, Args)]
pub(crate) struct EndpointArgs {
    /// The add-on, such as `acme.orders`
    addon: AddonId,
    #[command(flatten)]
    change: EndpointChange,
    #[command(flatten)]
    data: DataArgs,
}

/// At most one of them; none: it is shown.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct EndpointChange {
    /// Prints the secrets that events are signed with, newest first, and the public key of `v1a`
    #[arg(long)]
    secret: bool,
    /// Makes another secret and prints all; those before hold for 24 hours
    #[arg(long)]
    rotate: bool,
    /// Posts nothing more until it is resumed; what happens meanwhile waits
    #[arg(long)]
    pause: bool,
    /// Posts again; what waits is tried at once
    #[arg(long)]
    resume: bool,
    /// Posts to this address instead of the manifest's
    #[arg(long, value_name = "URL")]
    url: Option<EventsUrl>,
    /// Posts to the manifest's address again
    #[arg(long)]
    manifest_url: bool,
}

/// `annex publisher events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// The add-on, such as `acme.orders`
    addon: AddonId,
    /// Lists those after this one
    #[arg(long, value_name = "EVENT")]
    after: Option<EventId>,
    /// How many to list, 1 to 500
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Posts again instead: one event, all `since:EVENT`, or those of `TIME..TIME`, such as
    /// 2026-03-01T00:00:00Z..2026-03-02T00:00:00Z
    #[arg(long, value_name = "WHICH", value_parser = replay, conflicts_with_all = ["after", "limit"])]
    replay: Option<Replay>,
    #[command(flatten)]
    data: DataArgs,
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(super) async fn endpoint(args: EndpointArgs) -> anyhow::Result<()> {
    let EndpointArgs { addon, change, data } = args;
    let (db, lifecycle) = opened(&data).await?;
    let moves = change.url.is_some() || change.manifest_url;
    if !(moves || change.secret || change.rotate || change.pause || change.resume) {
        print_view(&lifecycle.endpoint(&addon).await?);
        return Ok(());
    }
    let (by, mut tx) = (Initiator::command_line(), db.begin().await?);
    if change.secret {
        print_secrets(&lifecycle.endpoint_secrets(&mut tx, &addon).await?);
    } else if change.rotate {
        print_secrets(&lifecycle.rotate_endpoint(&mut tx, &addon, by).await?);
    } else if change.pause {
        lifecycle.pause_endpoint(&mut tx, &addon, by).await?;
        println!("events of {addon} wait until they are resumed");
    } else if change.resume {
        match lifecycle.resume_endpoint(&mut tx, &addon, by).await? {
            Resumed::Yes => println!("events of {addon} are posted"),
            Resumed::NoAddress => anyhow::bail!("nobody said where events of {addon} go: set an address first (--url)"),
        }
    } else {
        lifecycle.move_endpoint(&mut tx, &addon, change.url.as_ref(), by).await?;
    }
    tx.commit().await?;
    if moves {
        print_view(&lifecycle.endpoint(&addon).await?);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(super) async fn events(args: EventsArgs) -> anyhow::Result<()> {
    let (db, lifecycle) = opened(&args.data).await?;
    if let Some(which) = args.replay {
        let mut tx = db.begin().await?;
        let count = lifecycle.replay_events(&mut tx, &args.addon, which, Initiator::command_line()).await?;
        tx.commit().await?;
        println!("{count} events are posted again");
        return Ok(());
    }
    for event in lifecycle.events_after(&args.addon, args.after, args.limit).await? {
        let KeptEvent { id, made_at, kind, installation, state, tries, .. } = event;
        println!("{id}  {made_at}  {kind}  {installation}  {state}  {tries}");
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
fn print_secrets(secrets: &SigningSecrets) {
    for secret in &secrets.shared {
        println!("{}", secret.expose_secret());
    }
    println!("{}", secrets.public_key);
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
fn print_view(view: &EndpointView) {
    println!("address  {}", view.url.as_deref().unwrap_or("none"));
    let state = match (view.paused, view.failing_since) {
        (Some(why), _) => format!("paused: {why}"),
        (None, Some(since)) => format!("failing since {since}"),
        (None, None) => "in order".to_owned(),
    };
    println!("state    {state}");
    println!("waiting  {}", view.waiting);
    if let Some((answer, at)) = &view.last {
        let answer = match answer {
            EndpointAnswer::Status { status, excerpt } => format!("{status} {excerpt}"),
            EndpointAnswer::Nothing(why) => why.clone(),
        };
        println!("last     {at}  {}", answer.trim_end());
    }
}

fn replay(text: &str) -> Result<Replay, String> {
    let event = |text: &str| text.parse::<EventId>().map_err(|error| error.to_string());
    let time = |text: &str| text.parse::<Timestamp>().map_err(|error| error.to_string());
    if let Some(since) = text.strip_prefix("since:") {
        return Ok(Replay::Since(event(since)?));
    }
    match text.split_once("..") {
        Some((from, to)) => Ok(Replay::Between(time(from)?, time(to)?)),
        None => Ok(Replay::One(event(text)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_posted_again_is_one_some_days_or_all_since_one() {
        let id = EventId::new();
        assert_eq!(replay(&id.to_string()), Ok(Replay::One(id)));
        assert_eq!(replay(&format!("since:{id}")), Ok(Replay::Since(id)));
        let between = replay("1970-01-01T00:00:01Z..1970-01-01T00:00:02+00:00");
        assert_eq!(between, Ok(Replay::Between(Timestamp(1_000), Timestamp(2_000))));
        for bad in ["", "since:", "evt_", "yesterday..today", "1970-01-01T00:00:01Z.."] {
            assert!(replay(bad).is_err(), "{bad}");
        }
    }
}
