//! `annex billing`: prices, credit, rights, bills and payouts ([`payout`]), from the machine of the host.

mod payout;

use std::path::PathBuf;

use annex_domain::{
    addon::AddonId,
    audit::Action,
    billing::LoginRule,
    ids::{DeskId, InstallationId},
    money::{Currency, Money},
    operator::Actor,
    plan::{self, Plan},
};
use annex_store::{
    audit,
    billing::{invoices, plans},
    catalog, desks, installations,
};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    config::{DataArgs, GatewayArgs},
    wiring::{self, Outside, SandboxOptions, Stores},
};

/// Prices, credit, rights, bills and payouts.
#[derive(Debug, Subcommand)]
pub(crate) enum BillingCommand {
    /// Prices of a listing, which replace those of the manifests
    #[command(subcommand)]
    Plans(PlansCommand),
    /// Gives a help desk credit, which is used before its card
    Grant {
        /// Such as 25.00
        #[arg(value_name = "AMOUNT")]
        amount: String,
        /// Such as EUR
        #[arg(long, default_value = "USD")]
        currency: Currency,
        /// What it is for; written into the statement
        #[arg(long, default_value = "credit")]
        note: String,
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Pays an invoice back, or a part of it
    Refund {
        /// Of the invoice
        #[arg(value_name = "NUMBER")]
        number: i64,
        /// Such as 4.50; without it, all that is left
        #[arg(long)]
        amount: Option<String>,
        /// Only this line of the invoice, from 1; without it, it falls on all of them
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        line: Option<u32>,
        /// Written into the statement; the same reason again pays nothing twice
        #[arg(long, default_value = "refund")]
        reason: String,
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Takes the right of an installation to run back: its billing stops, and it is off at once
    Revoke {
        /// As in the address of its page
        installation: InstallationId,
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Makes out and charges the monthly bills whose day has come, without waiting for a running host
    BillNow {
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Lets the months that were missed while no host ran be charged, and charges them
    ConfirmMonths {
        #[command(flatten)]
        args: DeskArgs,
    },
    /// Pays publishers out what they earned until the end of a month; again, it writes the same file
    Payout(payout::PayoutArgs),
    /// Looks again at everything that is unfinished at the payment gateway
    Reconcile {
        #[command(flatten)]
        args: DeskArgs,
    },
}

/// Prices of a listing.
#[derive(Debug, Subcommand)]
pub(crate) enum PlansCommand {
    /// Prints the plans that count, as JSON that `set` takes
    Show {
        /// Such as acme.hello
        addon: AddonId,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Replaces the plans, from now on; what was bought before keeps its price
    Set {
        /// Such as acme.hello
        addon: AddonId,
        /// TOML with [[plans]] as in annex.toml, or JSON
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lets the plans of the manifests count again
    Clear {
        /// Such as acme.hello
        addon: AddonId,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Where a command works.
#[derive(Debug, Args)]
pub(crate) struct DeskArgs {
    /// Id of the help desk; without it, the first one
    #[arg(long, value_name = "ID")]
    desk: Option<DeskId>,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
}

pub(crate) async fn run(command: BillingCommand) -> anyhow::Result<()> {
    match command {
        BillingCommand::Plans(command) => run_plans(command).await,
        BillingCommand::Grant { amount, currency, note, args } => {
            grant(&args, Money::read(&amount, currency).map_err(anyhow::Error::msg)?, &note).await
        }
        BillingCommand::Refund { number, amount, line, reason, args } => {
            refund(&args, number, amount.as_deref(), line, &reason).await
        }
        BillingCommand::Revoke { installation, args } => revoke(&args, installation).await,
        BillingCommand::BillNow { args } => bill_now(&args).await,
        BillingCommand::ConfirmMonths { args } => confirm_months(&args).await,
        BillingCommand::Payout(args) => payout::run(args).await,
        BillingCommand::Reconcile { args } => reconcile(&args).await,
    }
}

impl DeskArgs {
    async fn open(&self) -> anyhow::Result<(Stores, Outside)> {
        let stores = wiring::open(&self.data).await?;
        let here = || Url::parse("http://127.0.0.1:8080/").context("cannot make an address");
        let public_url = self.gateway.public_url.clone().map_or_else(here, Ok)?;
        let outside = wiring::outside(&stores, &self.gateway, &public_url, None, None, None)?;
        Ok((stores, outside))
    }

    async fn desk(&self, stores: &Stores) -> anyhow::Result<DeskId> {
        let all = desks::list(&mut stores.db.read().await?).await?;
        let found = match self.desk {
            Some(wanted) => all.iter().find(|desk| desk.id == wanted),
            None => all.first(),
        };
        found.map(|desk| desk.id).context("there is no such help desk: start the host once to make one")
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn grant(args: &DeskArgs, amount: Money, note: &str) -> anyhow::Result<()> {
    let (stores, outside) = args.open().await?;
    let desk = args.desk(&stores).await?;
    outside.billing.grant(desk, amount, note, Actor::CommandLine).await.context("cannot grant credit")?;
    println!("{amount} of credit granted");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn refund(
    args: &DeskArgs,
    number: i64,
    amount: Option<&str>,
    line: Option<u32>,
    reason: &str,
) -> anyhow::Result<()> {
    let (stores, outside) = args.open().await?;
    let desk = args.desk(&stores).await?;
    let invoice = invoices::by_number(&mut stores.db.read().await?, desk, number).await?;
    let amount = amount.map(|text| Money::read(text, invoice.total.currency)).transpose();
    let amount = amount.map_err(anyhow::Error::msg)?;
    let (billing, by) = (&outside.billing, Actor::CommandLine);
    let paid = match line {
        Some(line) => billing.refund_line(desk, invoice.id, line, amount, reason, by).await,
        None => billing.refund(desk, invoice.id, amount, reason, by).await,
    };
    println!("{} of invoice {number} paid back", paid.context("cannot pay back")?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn revoke(args: &DeskArgs, id: InstallationId) -> anyhow::Result<()> {
    let (stores, outside) = args.open().await?;
    let lifecycle = wiring::lifecycle(&stores, &args.data, SandboxOptions::small(), &outside, LoginRule::Paid)?;
    let all = desks::list(&mut stores.db.read().await?).await?;
    for desk in all.iter().filter(|desk| args.desk.is_none_or(|wanted| wanted == desk.id)) {
        if installations::get(&mut stores.db.read().await?, desk.id, id).await?.is_none() {
            continue;
        }
        let stopped = lifecycle.revoke_entitlement(desk.id, id).await.context("cannot take the right back")?;
        lifecycle.rest().await;
        println!("{} is {}", stopped.addon, stopped.status);
        return Ok(());
    }
    bail!("there is no installation {id}")
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn bill_now(args: &DeskArgs) -> anyhow::Result<()> {
    let (_, outside) = args.open().await?;
    let billed = outside.billing.bill_due().await.context("cannot make the bills out")?;
    println!("{billed} help desks billed");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn confirm_months(args: &DeskArgs) -> anyhow::Result<()> {
    let (stores, outside) = args.open().await?;
    let desk = args.desk(&stores).await?;
    let billing = &outside.billing;
    if !billing.confirm_missed_months(desk, Actor::CommandLine).await.context("cannot confirm the months")? {
        bail!("no months were missed that somebody is asked about")
    }
    let made = billing.bill_desk(desk).await.context("they are confirmed, and charged by the host later")?;
    println!("{} bills made out", made.len());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn reconcile(args: &DeskArgs) -> anyhow::Result<()> {
    let (_, outside) = args.open().await?;
    let found = outside.billing.reconcile().await.context("cannot look again")?;
    println!("{} looked at, {} done, {} to be done later", found.looked_at, found.done, found.errors);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn run_plans(command: PlansCommand) -> anyhow::Result<()> {
    match command {
        PlansCommand::Show { addon, data } => {
            let stores = wiring::open(&data).await?;
            println!("{}", serde_json::to_string_pretty(&json!({ "plans": effective(&stores, &addon).await? }))?);
        }
        PlansCommand::Set { addon, file, data } => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
            let plans = read_plans(&text).with_context(|| format!("{name} has no plans"))?;
            let stores = wiring::open(&data).await?;
            let now = stores.clock.now();
            let mut tx = stores.db.begin().await?;
            plans::set(&mut tx, &addon, &plans, now).await.with_context(|| format!("cannot set plans of {addon}"))?;
            let detail = json!({ "plans": plans });
            audit::append(&mut tx, None, Actor::CommandLine, Action::BillingPlans, addon.as_str(), &detail, now)
                .await?;
            tx.commit().await?;
            println!("{addon} has {} plans", plans.len());
        }
        PlansCommand::Clear { addon, data } => {
            let stores = wiring::open(&data).await?;
            let now = stores.clock.now();
            let mut tx = stores.db.begin().await?;
            let had = plans::clear(&mut tx, &addon).await?;
            audit::append(
                &mut tx,
                None,
                Actor::CommandLine,
                Action::BillingPlans,
                addon.as_str(),
                &json!({ "plans": null }),
                now,
            )
            .await?;
            tx.commit().await?;
            println!("{addon}: {}", if had { "the plans of its manifests count" } else { "had no plans of its own" });
        }
    }
    Ok(())
}

async fn effective(stores: &Stores, addon: &AddonId) -> anyhow::Result<Vec<Plan>> {
    let mut conn = stores.db.read().await?;
    if let Some(plans) = plans::of_listing(&mut conn, addon).await? {
        return Ok(plans);
    }
    let shown = catalog::shown(&mut conn, addon).await?;
    let version = shown.with_context(|| format!("the catalog has no version of {addon}"))?;
    Ok(version.manifest.plans)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plans {
    plans: Vec<Plan>,
}

fn read_plans(text: &str) -> anyhow::Result<Vec<Plan>> {
    let read: Plans =
        if text.trim_start().starts_with('{') { serde_json::from_str(text)? } else { toml::from_str(text)? };
    if let Err(errors) = plan::check(&read.plans).and_then(|()| plan::check_prices(&read.plans)) {
        let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
        bail!("{}", lines.join("; "));
    }
    if read.plans.is_empty() {
        bail!("the list is empty: use `annex billing plans clear` to let those of the manifests count");
    }
    Ok(read.plans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_from_toml_and_json() {
        let toml = "[[plans]]\nid = \"team\"\nname = \"Team\"\nmodel = \"per-user\"\nprice = 900\ncurrency = \"EUR\"\n";
        let json = r#"{"plans":[{"id":"team","name":"Team","model":"per-user","price":900,"currency":"EUR"}]}"#;
        assert_eq!(read_plans(toml).unwrap(), read_plans(json).unwrap());
        assert!(read_plans("[[plans]]\nid = \"a\"\nname = \"A\"\nmodel = \"flat\"\n").is_err(), "no price");
        assert!(read_plans("plans = []").is_err());
        let cheap = toml.replace("900", "299").replace("EUR", "NOK");
        let error = read_plans(&cheap).unwrap_err().to_string();
        assert!(error.contains("plans[0].price") && error.contains("3.00 NOK"), "{error}");
    }
}
