//! `annex admin`: the desk and its first people, from the command line.

use std::io::Read as _;

use annex_desk::{Ctx, Desk};
use annex_domain::{ids::DeskId, operator::Actor};
use annex_store::{
    operators::NewOperator,
    roles::{self, Builtin},
};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use secrecy::SecretString;
use url::Url;

use crate::{
    config::DataArgs,
    desk,
    wiring::{self, Stores},
};

/// Makes administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Makes an operator with the role Admin; on a new data directory, the desk as well
    Create {
        /// The name to sign in with
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// As shown; without it, the part of the e-mail address before @
        #[arg(long)]
        name: Option<String>,
        /// Which desk; not needed where there is one only
        #[arg(long, value_name = "ID")]
        desk: Option<DeskId>,
        /// Reads the password from standard input, to its end or its first line break
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(crate) async fn run(command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create { email, name, desk, password_stdin, data } = command;
    let password = read_password(password_stdin)?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let password_hash = annex_desk::password::hash(password, &[&name, &email]).await?;
    let stores = wiring::open(&data).await?;
    ensure_desk(&stores).await?;
    let desk = desk::the_desk(&stores, desk).await?;
    let role = roles::builtin(&mut stores.db.read().await?, desk, Builtin::Admin).await?;
    let new = NewOperator { email: email.clone(), name, password_hash: Some(password_hash), roles: vec![role.id] };
    let ctx = Ctx::host(desk, Actor::CommandLine, stores.clock.now());
    annex_desk::operators::create(&Desk::new(stores.db), &ctx, new)
        .await
        .with_context(|| format!("cannot make an admin with the e-mail address {email}"))?;
    println!("{email} can sign in as an admin");
    Ok(())
}

pub(crate) fn read_password(from_stdin: bool) -> anyhow::Result<SecretString> {
    use std::io::IsTerminal as _;
    if !from_stdin {
        if !std::io::stdin().is_terminal() {
            bail!("without a terminal, pass the password on standard input with --password-stdin");
        }
        return Ok(rpassword::prompt_password("Password: ").context("cannot read the password")?.into());
    }
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("cannot read the password from standard input")?;
    Ok(text.lines().next().unwrap_or_default().to_owned().into())
}

/// The desk of this host; made on the first start.
pub(crate) async fn ensure_desk(stores: &Stores) -> anyhow::Result<DeskId> {
    Ok(annex_desk::settings::first_desk(&Desk::new(stores.db.clone()), &stores.region, stores.clock.now()).await?)
}

/// A one-time link to make the first admin; none where a desk has operators.
pub(crate) async fn setup_link(stores: &Stores, public_url: &Url) -> anyhow::Result<Option<Url>> {
    let made = annex_desk::sign_in::first_link(&Desk::new(stores.db.clone()), stores.clock.now()).await?;
    made.map(|secret| public_url.join(&format!("setup/{secret}")).context("cannot make the link")).transpose()
}
