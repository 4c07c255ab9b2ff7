//! `annex`: the host, its administration, and the tools of add-on authors, in one binary.
//!
//! Commands of authors live in `annex-author`; this crate wires the host together (`wiring`), serves it (`serve`) and
//! administers a data directory (`admin`, `billing`, `catalog`, `client_area`, `desk`,
//! `publisher`, `staff`, `token`, `work`).

mod admin;
mod billing;
mod catalog;
mod client_area;
mod config;
mod desk;
mod folder;
mod issuer;
mod machine;
mod publisher;
mod serve;
mod staff;
mod telemetry;
mod test_switches;
mod token;
mod wiring;
mod work;

use std::{ffi::OsString, process::ExitCode};

use annex_sandbox::Effort;
use clap::{Parser, Subcommand};

/// A help-desk host whose features are signed, sandboxed add-ons.
#[derive(Debug, Parser)]
#[command(name = "annex", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the host
    Serve(Box<config::ServeArgs>),
    /// Prints each option of `serve` with its value and where that came from
    Config(Box<ConfigArgs>),
    /// Makes administrators
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Makes, lists, suspends and deletes help desks, and switches on what they may do
    #[command(subcommand)]
    Desk(desk::DeskCommand),
    /// Makes tokens for the JSON API
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Says whose packages the host accepts, who may be a publisher, and how events reach their services
    #[command(subcommand)]
    Publisher(publisher::PublisherCommand),
    /// Says who may review and decide for the platform
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Puts packages into the catalog without a running host
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Sets prices, grants credit, takes rights back, makes bills out
    #[command(subcommand)]
    Billing(Box<billing::BillingCommand>),
    /// Lists background work that is set aside, tries it again, gives it up
    #[command(subcommand)]
    Work(work::WorkCommand),
    /// Makes accounts of the built-in client area
    #[command(subcommand)]
    ClientArea(client_area::ClientAreaCommand),
    /// Replaces the keys that logins are signed with, shows what services of add-ons prove themselves with
    #[command(subcommand)]
    Issuer(issuer::IssuerCommand),
    /// Signs the tools of authors in at a host, with a code that is compared in its portal
    Login(annex_author::LoginArgs),
    /// Ends what `annex login` began
    Logout(annex_author::LogoutArgs),
    /// Says where the tools are signed in, and as whom
    Whoami(annex_author::WhoamiArgs),
    /// Makes, checks, tests, packs, signs, submits and publishes an add-on
    Addon(annex_author::AddonArgs),
    /// Makes and lists the keys that sign packages
    Key(annex_author::KeyArgs),
    /// Checks that this machine can build add-ons
    Doctor(annex_author::DoctorArgs),
    /// Compiles one component from standard input to standard output; the host starts it for itself
    #[command(hide = true, name = "compile-component")]
    CompileComponent {
        /// Be done soon rather than make fast code
        #[arg(long)]
        hurry: bool,
    },
    /// Lists the named steps at which tests stop the process
    #[command(hide = true)]
    CrashPoints,
}

/// `annex config`.
#[derive(Debug, clap::Args)]
struct ConfigArgs {
    #[command(flatten)]
    serve: config::ServeArgs,
    /// Prints one JSON document
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let words: Vec<OsString> = std::env::args_os().collect();
            return annex_author::usage_as_json(&error, &words).unwrap_or_else(|| error.exit());
        }
    };
    if let Command::CompileComponent { hurry } = cli.command {
        return annex_sandbox::compile_main(if hurry { Effort::Hurry } else { Effort::Optimise });
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("cannot start the async runtime")),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let done = |()| ExitCode::SUCCESS;
    match cli.command {
        Command::Serve(_) => serve::serve(config::resolve(words_after("serve"))?).await.map(done),
        Command::Config(args) => print_config(&config::resolve(words_after("config"))?, args.json).map(done),
        Command::Admin(command) => admin::run(command).await.map(done),
        Command::Desk(command) => desk::run(command).await.map(done),
        Command::Token(command) => token::run(command).await.map(done),
        Command::Publisher(command) => publisher::run(command).await.map(done),
        Command::Staff(command) => staff::run(command).await.map(done),
        Command::Catalog(command) => catalog::run(command).await.map(done),
        Command::Billing(command) => billing::run(*command).await.map(done),
        Command::Work(command) => work::run(command).await.map(done),
        Command::ClientArea(command) => client_area::run(command).await.map(done),
        Command::Issuer(command) => issuer::run(command).await.map(done),
        Command::Login(args) => Ok(annex_author::run_login(args).await),
        Command::Logout(args) => Ok(annex_author::run_logout(args).await),
        Command::Whoami(args) => Ok(annex_author::run_whoami(args).await),
        Command::Addon(args) => Ok(annex_author::run_addon(args).await),
        Command::Key(args) => Ok(annex_author::run_key(args)),
        Command::Doctor(args) => Ok(annex_author::run_doctor(args).await),
        Command::CrashPoints => {
            print_crash_points();
            Ok(ExitCode::SUCCESS)
        }
        // Handled before the runtime starts: the child process has tight limits.
        Command::CompileComponent { .. } => Ok(ExitCode::FAILURE),
    }
}

/// The words of the command line that belong to `command`, for a second reading together with the config file.
fn words_after(command: &str) -> Vec<OsString> {
    let mut words: Vec<_> = std::env::args_os().skip_while(|word| word != command).skip(1).collect();
    words.retain(|word| word != "--json");
    words
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
fn print_crash_points() {
    annex_portal::crash_points().iter().for_each(|point| println!("{point}"));
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
fn print_config(sourced: &config::Sourced, json: bool) -> anyhow::Result<()> {
    if json {
        let rows: Vec<_> = sourced
            .values
            .iter()
            .map(|(name, value, source)| serde_json::json!({"name": name, "value": value, "source": source}))
            .collect();
        println!("{}", serde_json::to_string(&rows)?);
        return Ok(());
    }
    for (name, value, source) in &sourced.values {
        println!("{name:<22} {value:<40} {source}");
    }
    Ok(())
}

fn fail(error: &anyhow::Error) -> ExitCode {
    if let Some(usage) = error.downcast_ref::<clap::Error>() {
        usage.exit();
    }
    eprintln!("annex: {error:#}");
    ExitCode::FAILURE
}
