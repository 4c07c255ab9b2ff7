//! What stands behind `annex addon …`, `annex key …`, `annex doctor`, `annex login`, `annex logout` and `annex whoami`: one command a
//! file. The binary parses [`AddonArgs`] and its siblings and hands them to [`run_addon`] and its siblings.
//!
//! Invariants: nothing is asked but by `addon new` at a terminal, and that only which a flag leaves open; every error is a
//! [`Diagnostic`] with a code, the place where there is one, and a fix; `check` and `test` use the host's own code
//! (`annex-check`), so that what passes here passes there; what is written into a project names no path of this machine.

mod activity;
mod api;
mod args;
mod ask;
mod build;
mod cargo;
mod check;
mod dev;
mod doctor;
mod explain;
mod files;
#[cfg(test)]
mod guide_test;
mod icons;
mod key;
mod login;
mod logins;
mod logout;
mod logs;
mod new;
mod output;
mod pack;
mod packages;
mod patience;
mod project;
mod publish;
mod recipe;
mod scenario;
mod schema;
mod sdk;
mod sign;
mod sources;
mod status;
mod submit;
mod test;
mod texts;
mod toolchain;
mod upgrade;
mod usage;
mod versions;
mod whoami;
mod wit;
mod yank;

use std::process::ExitCode;

pub use annex_check::{Diagnostic, Failure};
pub use args::{
    AddonArg, AddonArgs, AddonCommand, BuildArgs, CheckArgs, DevArgs, DoctorArgs, ExplainArgs, HostArgs, KeyArgs,
    KeyCommand, KeyListArgs, KeyNewArgs, KeyRotateArgs, KeyStoreArgs, LoginArgs, LoginStoreArgs, LogoutArgs, LogsArgs,
    NewArgs, PackArgs, PackageSource, PublishArgs, SchemaArgs, SchemaOf, SignArgs, StatusArgs, SubmitArgs, TestArgs,
    TextsArgs, UpgradeArgs, WhoamiArgs, WitArgs, YankArgs,
};
pub use new::Lang;
pub use output::{Answer, Output};
pub use usage::usage_as_json;

/// Runs `annex addon …`. Needs a tokio runtime with I/O, time and more than one thread.
pub async fn run_addon(args: AddonArgs) -> ExitCode {
    let output = Output::new(args.json);
    match args.command {
        AddonCommand::New(args) => output.finish(new::run(&args, output)),
        AddonCommand::Upgrade(args) => output.finish(upgrade::run(&args)),
        AddonCommand::Check(args) => output.finish(check::run(&args, output).await),
        AddonCommand::Explain(args) => output.finish(explain::run(&args)),
        AddonCommand::Build(args) => output.finish(build::run(&args, output).await),
        AddonCommand::Test(args) => output.finish(test::run(&args, output).await),
        AddonCommand::Dev(args) => output.finish(dev::run(&args, output).await),
        AddonCommand::Pack(args) => output.finish(pack::run(&args, output).await),
        AddonCommand::Sign(args) => output.finish(sign::run(&args, output)),
        AddonCommand::Submit(args) => output.finish(submit::run(&args, output).await),
        AddonCommand::Publish(args) => output.finish(publish::run(&args, output).await),
        AddonCommand::Status(args) => output.finish(status::run(&args).await),
        AddonCommand::Logs(args) => output.finish(logs::run(&args, output).await),
        AddonCommand::Yank(args) => output.finish(yank::run(&args).await),
        AddonCommand::Schema(args) => output.finish(schema::run(&args)),
        AddonCommand::Wit(args) => output.finish(wit::run(&args)),
        AddonCommand::Texts(args) => output.finish(texts::run(&args)),
        AddonCommand::Icons => output.finish(Ok(icons::run())),
    }
}

/// Runs `annex key …`.
pub fn run_key(args: KeyArgs) -> ExitCode {
    let output = Output::new(args.json);
    match args.command {
        KeyCommand::New(args) => output.finish(key::new::run(&args)),
        KeyCommand::List(args) => output.finish(key::list::run(&args)),
        KeyCommand::Rotate(args) => output.finish(key::rotate::run(&args)),
    }
}

/// Runs `annex login`.
pub async fn run_login(args: LoginArgs) -> ExitCode {
    let output = Output::new(args.json);
    output.finish(login::run(&args, output).await)
}

/// Runs `annex logout`.
pub async fn run_logout(args: LogoutArgs) -> ExitCode {
    let output = Output::new(args.json);
    output.finish(logout::run(&args).await)
}

/// Runs `annex whoami`.
pub async fn run_whoami(args: WhoamiArgs) -> ExitCode {
    let output = Output::new(args.json);
    output.finish(whoami::run(&args).await)
}

/// Runs `annex doctor`.
pub async fn run_doctor(args: DoctorArgs) -> ExitCode {
    let output = Output::new(args.json);
    output.finish(Ok(doctor::run(&args, output).await))
}
