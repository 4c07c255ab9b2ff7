//! `annex billing payout`: what publishers earned, as a file for the bank.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use annex_billing::payouts::{Files, PaidOut, Payer};
use annex_domain::earnings::{Iban, Month};
use anyhow::Context as _;
use clap::Args;

use crate::{config::DataArgs, wiring};

/// `annex billing payout`.
#[derive(Debug, Args)]
pub(crate) struct PayoutArgs {
    /// The month, which has to be over, such as 2027-01
    #[arg(long, value_name = "YYYY-MM")]
    month: Month,
    /// Who has earned less keeps it for a later month: whole units of the currency. Counts when the month is first paid out
    #[arg(long, value_name = "UNITS", default_value_t = 50)]
    minimum: u32,
    /// Where the CSV file is written; a SEPA credit transfer stands beside it, ending in `.xml`. Without it, in the current folder
    #[arg(long, value_name = "FILE", conflicts_with = "confirm")]
    output: Option<PathBuf>,
    /// Who the bank account belongs to that pays; with --from-iban, for the SEPA credit transfer
    #[arg(long, value_name = "NAME", requires = "from_iban")]
    from_name: Option<String>,
    /// The bank account that pays
    #[arg(long, value_name = "IBAN", requires = "from_name")]
    from_iban: Option<Iban>,
    /// Notes that the bank has paid instead
    #[arg(long)]
    confirm: bool,
    #[command(flatten)]
    data: DataArgs,
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(args: PayoutArgs) -> anyhow::Result<()> {
    let stores = wiring::open(&args.data).await?;
    let billing = wiring::nothing_outside(&stores)?.billing;
    let month = args.month;
    if args.confirm {
        let run =
            billing.confirm_payouts(month).await.with_context(|| format!("cannot confirm the payouts of {month}"))?;
        println!("the payouts of {month} are {}", run.state);
        return Ok(());
    }
    let output = args.output.unwrap_or_else(|| PathBuf::from(format!("payouts-{month}.csv")));
    let payer = args.from_name.zip(args.from_iban).map(|(name, iban)| Payer { name, iban });
    let write = |files: &Files| write(files, &output);
    let paid = billing.pay_out(&stores.vault, month, args.minimum, payer.as_ref(), &write).await;
    let PaidOut { run, made, unopened } = paid.with_context(|| format!("cannot pay {month} out"))?;
    for payout in &made {
        println!("{}\t{}\t{}", payout.number, payout.publisher, payout.amount);
    }
    for publisher in &unopened {
        println!(
            "{publisher} keeps what it has for a later month: its bank account does not open with this host's key"
        );
    }
    println!("{} payouts of {month} are {} to {}", made.len(), run.state, output.display());
    Ok(())
}

fn write(files: &Files, output: &Path) -> io::Result<()> {
    whole(output, &files.csv)?;
    match &files.pain {
        Some(pain) => whole(&output.with_extension("xml"), pain),
        None => Ok(()),
    }
}

/// Writes a file that is there as a whole or not at all, for its owner alone: it has numbers of bank accounts.
fn whole(path: &Path, text: &str) -> io::Result<()> {
    let mut begun: OsString = path.into();
    begun.push(".part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&begun)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&begun, path)
}
