//! `annex token`: bearer tokens for the JSON API, from the command line.

use annex_desk::{Ctx, Desk};
use annex_domain::{
    ids::DeskId,
    operator::Actor,
    permission::{Permission, Permissions},
};
use annex_store::{operators, tokens};
use anyhow::{Context as _, bail};
use clap::Subcommand;

use crate::{config::DataArgs, wiring};

/// Makes tokens for the JSON API.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Prints a new token that acts as an operator; it cannot be shown again
    Create {
        /// The operator's e-mail address
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// In which desk; not needed where they work in one only
        #[arg(long, value_name = "ID")]
        desk: Option<DeskId>,
        /// What it is for, as shown in the list of tokens
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may do, a permission such as tickets.view; can be given several times. Without one, all that the
        /// operator may do now. What they may not do later, it may not do then either
        #[arg(long, value_name = "PERMISSION", value_parser = permission)]
        scope: Vec<Permission>,
        /// Days until it ends, 1 to 365
        #[arg(long, value_name = "DAYS", default_value_t = tokens::LIFE_DAYS,
            value_parser = clap::value_parser!(u32).range(1..=i64::from(tokens::MOST_DAYS)))]
        expires: u32,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create { email, desk, name, scope, expires, data } = command;
    let stores = wiring::open(&data).await?;
    let mut found = operators::by_email(&mut stores.db.read().await?, &email, desk).await?;
    if found.len() > 1 {
        bail!("{email} works in several help desks: name one with --desk (`annex desk list` shows them)");
    }
    let operator = found.pop().with_context(|| format!("no operator has the e-mail address {email}"))?.operator;
    if !operator.active {
        bail!("{email} is deactivated; activate the operator in the panel first");
    }
    let scopes = if scope.is_empty() { operator.permissions.clone() } else { Permissions(scope.into_iter().collect()) };
    if let Some(missing) = operator.permissions.lacks(&scopes) {
        bail!("{email} may not do {missing}, so a token of theirs cannot: leave that --scope out");
    }
    let ctx = Ctx::host(operator.desk, Actor::CommandLine, stores.clock.now());
    let wanted = annex_desk::tokens::Create { operator: operator.id, name, scopes, days: expires };
    let made = annex_desk::tokens::create(&Desk::new(stores.db), &ctx, wanted).await?;
    println!("{}", made.secret);
    Ok(())
}

fn permission(text: &str) -> Result<Permission, String> {
    let known = || Permission::ALL.map(Permission::as_str).join(", ");
    text.parse().map_err(|_| format!("not a permission; there are {}", known()))
}
