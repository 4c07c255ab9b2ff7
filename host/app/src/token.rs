//! `annex token`: bearer tokens for the JSON API, from the command line.

use annex_domain::operator::Actor;
use annex_store::{audit, operators, tokens};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;

use crate::{config::DataArgs, wiring};

/// Makes tokens for the JSON API.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Prints a new token that acts as an operator; it cannot be shown again
    Create {
        /// The operator's e-mail address
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// What it is for, as shown in the list of tokens
        #[arg(long, default_value = "command line")]
        name: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create { email, name, data } = command;
    let stores = wiring::open(&data).await?;
    let mut tx = stores.db.begin().await?;
    let found = operators::by_email(&mut tx, &email).await?;
    let operator = found.with_context(|| format!("no operator has the e-mail address {email}"))?.operator;
    if !operator.active {
        bail!("{email} is deactivated; activate the operator in the panel first");
    }
    let now = stores.clock.now();
    let made = tokens::create(&mut tx, operator.desk, operator.id, &name, None, now).await?;
    let object = format!("token:{}", made.token.id);
    audit::append(&mut tx, operator.desk, Actor::CommandLine, "token.created", &object, &json!({"name": name}), now)
        .await?;
    tx.commit().await?;
    println!("{}", made.secret);
    Ok(())
}
