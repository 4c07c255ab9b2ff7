//! `annex client-area`: accounts of the built-in client area, from the command line on the machine of the host.

use annex_billing::{AccountError, accounts::Licence};
use annex_domain::ids::DeskId;
use annex_store::{
    Conn,
    billing::accounts::{self, NewAccount},
    desks,
};
use anyhow::{Context as _, bail};
use clap::Subcommand;

use crate::{admin::read_password, config::DataArgs, wiring};

/// Accounts of the built-in client area.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientAreaCommand {
    /// Billing accounts: who pays
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
}

/// `annex client-area account`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Makes a billing account
    Create {
        /// The name to sign in with; monthly invoices are mailed here
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// As on invoices; without it, the part of the e-mail address before @
        #[arg(long)]
        name: Option<String>,
        /// Reads the password from standard input, to its end or its first line break
        #[arg(long)]
        password_stdin: bool,
        /// Lets it hold the licence of a help desk; without an id, of the only one
        #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "only")]
        desk: Option<String>,
        /// Takes the licence from the account that holds it
        #[arg(long, requires = "desk")]
        take_over: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Gives a billing account another password, and signs it out of the client area everywhere
    Password {
        /// The name it signs in with
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// Reads the password from standard input, to its end or its first line break
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lists billing accounts, with the help desks whose licence each holds
    List {
        #[command(flatten)]
        data: DataArgs,
    },
}

pub(crate) async fn run(command: ClientAreaCommand) -> anyhow::Result<()> {
    let ClientAreaCommand::Account { command } = command;
    match command {
        AccountCommand::Create { email, name, password_stdin, desk, take_over, data } => {
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            create(&data, &email, &name, password_stdin, desk.as_deref(), take_over).await
        }
        AccountCommand::Password { email, password_stdin, data } => password(&data, &email, password_stdin).await,
        AccountCommand::List { data } => list(&data).await,
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn create(
    data: &DataArgs,
    email: &str,
    name: &str,
    password_stdin: bool,
    desk: Option<&str>,
    take_over: bool,
) -> anyhow::Result<()> {
    let password_hash = annex_desk::password::hash(read_password(password_stdin)?, &[name, email]).await?;
    let stores = wiring::open(data).await?;
    let held = match desk {
        None => None,
        Some(text) => Some(find_desk(&mut stores.db.read().await?, text).await?),
    };
    let licence = held.map(|desk| if take_over { Licence::TakeOver(desk) } else { Licence::IfFree(desk) });
    let new = NewAccount { email: email.to_owned(), name: name.to_owned(), password_hash };
    let billing = wiring::nothing_outside(&stores)?.billing;
    match annex_billing::accounts::create(&billing, &new, licence).await {
        Err(AccountError::LicenceHeld) => {
            bail!("another account holds the licence of this help desk: --take-over takes it from there")
        }
        made => made.with_context(|| format!("cannot make a billing account with the e-mail address {email}"))?,
    };
    match held {
        None => println!("{email} can sign in to the client area"),
        Some(desk) => println!("{email} can sign in to the client area, and holds the licence of the help desk {desk}"),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn password(data: &DataArgs, email: &str, password_stdin: bool) -> anyhow::Result<()> {
    let password_hash = annex_desk::password::hash(read_password(password_stdin)?, &[email]).await?;
    let stores = wiring::open(data).await?;
    let known = accounts::by_email(&mut stores.db.read().await?, email).await?;
    let account =
        known.with_context(|| format!("there is no billing account with the e-mail address {email}"))?.account;
    let billing = wiring::nothing_outside(&stores)?.billing;
    annex_billing::accounts::set_password(&billing, account.id, &password_hash).await?;
    println!("{email} has another password, and is signed out of the client area");
    Ok(())
}

async fn find_desk(conn: &mut Conn, text: &str) -> anyhow::Result<DeskId> {
    if text != "only" {
        let id: DeskId = text.parse().with_context(|| format!("{text} is not the id of a help desk"))?;
        return Ok(desks::get(conn, id).await.with_context(|| format!("there is no help desk {id}"))?.id);
    }
    match desks::list(conn).await?.as_slice() {
        [] => bail!("there is no help desk yet: start the host once"),
        [desk] => Ok(desk.id),
        several => {
            let names: Vec<String> = several.iter().map(|desk| format!("{} ({})", desk.id, desk.name)).collect();
            bail!("say which help desk: --desk with one of {}", names.join(", "))
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
async fn list(data: &DataArgs) -> anyhow::Result<()> {
    let stores = wiring::open(data).await?;
    let mut conn = stores.db.read().await?;
    for account in accounts::list(&mut conn).await? {
        let held: Vec<String> =
            accounts::desks_of(&mut conn, account.id).await?.iter().map(ToString::to_string).collect();
        let issuer = if account.is_built_in() { "client area" } else { account.issuer.as_str() };
        println!("{}\t{}\t{issuer}\t{}", account.id, account.email, held.join(","));
    }
    Ok(())
}
