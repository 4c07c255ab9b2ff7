//! Mistakes in the command line itself. People read them as clap writes them; programs, which ask with `--json`, get the same document
//! as for every other error, and the exit status that tells a mistake in the command from one in the add-on.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use annex_check::Diagnostic;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;

/// The words that these tools stand below.
const OURS: [&str; 6] = ["addon", "key", "doctor", "login", "logout", "whoami"];
/// As clap exits itself.
const STATUS: u8 = 2;

/// Prints the error of a command line as JSON, where it asks these tools for JSON. None: whoever called shows it as always.
pub fn usage_as_json(error: &clap::Error, words: &[OsString]) -> Option<ExitCode> {
    // `--help` and `--version` are no mistakes.
    if !error.use_stderr() || !asks_for_json(words) {
        return None;
    }
    let _ = writeln!(io::stdout(), "{}", json!({ "ok": false, "errors": [diagnostic(error, words)] }));
    Some(ExitCode::from(STATUS))
}

fn asks_for_json(words: &[OsString]) -> bool {
    let ours = words.get(1).is_some_and(|word| OURS.iter().any(|ours| word == ours));
    ours && words.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

fn diagnostic(error: &clap::Error, words: &[OsString]) -> Diagnostic {
    let text = error.to_string();
    // The first paragraph says what is wrong; tips and usage follow.
    let said: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let said = said.join(" ");
    let found = Diagnostic::new("usage", said.strip_prefix("error: ").unwrap_or(&said));
    found.fix(match (suggested(error), error.get(ContextKind::ValidValue)) {
        (Some(word), _) => format!("did you mean `{word}`?"),
        (None, Some(ContextValue::Strings(all))) if !all.is_empty() => format!("choose of {}", all.join(", ")),
        (None, _) => format!("`annex {} --help` lists what there is", command(error.kind(), words)),
    })
}

/// The command that was typed, as far as there is one: `addon dev`.
fn command(kind: ErrorKind, words: &[OsString]) -> String {
    let mut typed = words.iter().skip(1).filter_map(|word| word.to_str()).filter(|word| !word.starts_with('-'));
    let first = typed.next().unwrap_or_default();
    let has_more = matches!(first, "addon" | "key") && kind != ErrorKind::InvalidSubcommand;
    match typed.next().filter(|_| has_more) {
        Some(second) => format!("{first} {second}"),
        None => first.to_owned(),
    }
}

fn suggested(error: &clap::Error) -> Option<String> {
    // Of several, the nearest is the last.
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => words.last().cloned(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::*;
    use crate::args::AddonArgs;

    fn mistake(words: &[&str]) -> clap::Error {
        let addon = AddonArgs::augment_args(Command::new("addon"));
        Command::new("annex").subcommand(addon).try_get_matches_from(words).unwrap_err()
    }

    fn told(words: &[&str]) -> (String, Option<String>) {
        let typed: Vec<OsString> = words.iter().map(OsString::from).collect();
        let found = diagnostic(&mistake(words), &typed);
        assert_eq!(found.code, "usage");
        (found.message, found.fix)
    }

    #[test]
    fn mistyped_words_of_every_sort_are_answered_with_what_was_meant() {
        let cases: [(&[&str], &str); 9] = [
            (&["annex", "addon", "chekc"], "did you mean `check`?"),
            (&["annex", "addon", "check", "--ofline"], "did you mean `--offline`?"),
            (&["annex", "addon", "new", "x", "--kind", "chanel"], "did you mean `channel`?"),
            (&["annex", "addon", "new", "x", "--lang", "rus"], "did you mean `rust`?"),
            (&["annex", "addon", "submit", "--track", "foo"], "choose of technical, marketplace"),
            (&["annex", "addon", "--json", "dev", "--listen", "many"], "`annex addon dev --help` lists what there is"),
            (&["annex", "addon", "explain"], "`annex addon explain --help` lists what there is"),
            (&["annex", "addon", "frobnicate"], "`annex addon --help` lists what there is"),
            (&["annex", "addon"], "`annex addon --help` lists what there is"),
        ];
        for (words, fix) in cases {
            assert_eq!(told(words).1.as_deref(), Some(fix), "{words:?}");
        }
        let (message, fix) = told(&["annex", "addon", "explain"]);
        assert!(message.contains("required") && message.contains("CODE") && fix.is_some(), "{message}");
    }

    #[test]
    fn json_is_for_these_tools_and_for_mistakes_alone() {
        let words = |text: &str| -> Vec<OsString> { text.split(' ').map(OsString::from).collect() };
        assert!(asks_for_json(&words("annex addon chekc --json")));
        assert!(asks_for_json(&words("annex key --json nwe")));
        assert!(!asks_for_json(&words("annex addon chekc")));
        assert!(!asks_for_json(&words("annex config --json")));
        assert!(!asks_for_json(&words("annex addon check -- --json")));
        let help = mistake(&["annex", "addon", "--help"]);
        assert!(usage_as_json(&help, &words("annex addon --help --json")).is_none());
    }
}
