//! `annex publisher answer`: the word of a publisher whose service or portal cannot give it. A host that runs goes on with what waited
//! within a second.

use annex_domain::{
    ids::InstallationId,
    provisioning::{Answer, Reason},
};
use annex_lifecycle::Answerer;
use anyhow::Context as _;
use clap::Args;

use super::lifecycle;
use crate::config::DataArgs;

/// `annex publisher answer`.
#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The installation, as `annex publisher asked` prints it
    installation: InstallationId,
    #[command(flatten)]
    word: Word,
    #[command(flatten)]
    data: DataArgs,
}

/// Exactly one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Word {
    /// It is set up: go on
    #[arg(long)]
    accept: bool,
    /// It is not going to be; why, in up to 300 characters that the people of the help desk read
    #[arg(long, value_name = "REASON")]
    reject: Option<Reason>,
}

#[expect(clippy::print_stdout, reason = "the answer of a command goes to standard output")]
pub(super) async fn answer(args: AnswerArgs) -> anyhow::Result<()> {
    let AnswerArgs { installation, word, data } = args;
    let answer = match word {
        Word { accept: false, reject: Some(reason) } => Answer::Rejected(reason),
        Word { .. } => Answer::Accepted,
    };
    let given = lifecycle(&data).await?.answer(installation, &answer, &Answerer::CommandLine).await;
    given.with_context(|| format!("cannot answer for {installation}"))?;
    println!("answered for {installation}");
    Ok(())
}
