//! Where options come from: flags, environment variables, a file, defaults; in that order of strength.
//!
//! The file is a TOML table with the long names of the flags (`listen = "127.0.0.1:8080"`). [`Sourced`] remembers
//! where each value came from, so that `annex config` can say it.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use anyhow::{Context as _, bail};
use clap::{CommandFactory, FromArgMatches, parser::ValueSource};
use url::Url;

use super::ServeArgs;

/// Options with the source of each.
#[derive(Debug)]
pub(crate) struct Sourced {
    pub(crate) args: ServeArgs,
    /// Long name, value, source; in the order of `--help`.
    pub(crate) values: Vec<(String, String, String)>,
}

#[derive(Debug, clap::Parser)]
#[command(no_binary_name = true)]
struct Alone {
    #[command(flatten)]
    args: ServeArgs,
}

/// Adds the values of the config file to the options as given on the command line (without the program's name).
///
/// # Errors
/// When the file cannot be read, or names an option that does not exist or has the wrong form.
pub(crate) fn resolve(given: Vec<OsString>) -> anyhow::Result<Sourced> {
    let matches = Alone::command().try_get_matches_from(&given)?;
    let first = Alone::from_arg_matches(&matches)?.args;
    let from_file = match &first.config {
        Some(path) => read_file(path, &matches)?,
        None => BTreeMap::new(),
    };
    let mut with_file = given;
    for (id, texts) in &from_file {
        for text in texts {
            let name = id.replace('_', "-");
            with_file.push(
                if matches!(id.as_str(), "sample" | "adopt_blobs") {
                    format!("--{name}")
                } else {
                    format!("--{name}={text}")
                }
                .into(),
            );
        }
    }
    let matches = Alone::command().try_get_matches_from(&with_file)?;
    let args = Alone::from_arg_matches(&matches)?.args;
    check(&args)?;
    let values = describe(&matches, &from_file, first.config.as_deref());
    Ok(Sourced { args, values })
}

/// What the file says about options that stand neither on the command line nor in the environment.
fn read_file(path: &Path, given: &clap::ArgMatches) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: toml::Table = toml::from_str(&text).with_context(|| format!("{} is not TOML", path.display()))?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let id = name.replace('-', "_");
        if id == "config" || !Alone::command().get_arguments().any(|argument| argument.get_id().as_str() == id) {
            bail!("{}: there is no option `{name}`; see `annex serve --help`", path.display());
        }
        let stronger = [ValueSource::CommandLine, ValueSource::EnvVariable].map(Some);
        if stronger.contains(&given.value_source(&id)) {
            continue;
        }
        let texts = match value {
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Boolean(false) => vec![],
            other => vec![plain(other)],
        };
        values.insert(id, texts);
    }
    Ok(values)
}

fn plain(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Rules that concern several options at once.
fn check(args: &ServeArgs) -> anyhow::Result<()> {
    let on_loopback = args.listen.ip().is_loopback();
    if !args.egress_override.is_empty() && !on_loopback {
        bail!(
            "--egress-override is for development and tests: it needs a loopback --listen address, not {}",
            args.listen
        );
    }
    if args.develop_as.is_some() && (!args.is_for_this_machine() || args.desk_domain.is_some()) {
        bail!(
            "--develop-as lets somebody in without a password: it needs a loopback --listen address, no other --public-url and no --desk-domain"
        );
    }
    match &args.gateway.public_url {
        Some(url) if url.scheme() != "https" && !on_loopback => {
            bail!("--public-url must start with https:// (sessions need it), not {url}")
        }
        None if !on_loopback => bail!(
            "listening on {} needs --public-url https://…, the address that browsers use; put a TLS proxy in front",
            args.listen
        ),
        _ => Ok(()),
    }
}

fn describe(
    matches: &clap::ArgMatches,
    from_file: &BTreeMap<String, Vec<String>>,
    file: Option<&Path>,
) -> Vec<(String, String, String)> {
    let command = Alone::command();
    let mut rows = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        if matches!(id, "help" | "version") {
            continue;
        }
        let raw = matches.get_raw(id).map(|values| values.map(|value| value.to_string_lossy().into_owned()));
        let value = raw.map(|values| values.collect::<Vec<_>>().join(", ")).unwrap_or_default();
        let value = match id {
            "database_url" | "stripe_url" | "blobs_url" => without_password(&value),
            _ if argument.is_hide_env_values_set() && !value.is_empty() => "(hidden)".into(),
            _ => value,
        };
        let source = match (from_file.contains_key(id), matches.value_source(id)) {
            (true, _) => format!("file {}", file.unwrap_or(Path::new("")).display()),
            (_, Some(ValueSource::CommandLine)) => "command line".into(),
            (_, Some(ValueSource::EnvVariable)) => {
                let name = argument.get_env().map(|name| name.to_string_lossy().into_owned());
                format!("environment {}", name.unwrap_or_default())
            }
            (_, Some(_)) => "default".into(),
            (_, None) => "not set".into(),
        };
        rows.push((id.replace('_', "-"), value, source));
    }
    rows
}

/// Without what the address may hold of passwords. One that cannot be read is shown only where it can hold none.
fn without_password(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        let may_hold = url.contains('@') || url.to_ascii_lowercase().contains("password");
        return if may_hold { "(hidden)".into() } else { url.to_owned() };
    };
    if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
        return "(hidden)".into();
    }
    let is_secret = |name: &str| ["password", "sslpassword"].iter().any(|secret| name.eq_ignore_ascii_case(secret));
    let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    if pairs.iter().any(|(name, _)| is_secret(name)) {
        let shown = pairs.iter().map(|(name, value)| (name, if is_secret(name) { "***" } else { value.as_str() }));
        parsed.query_pairs_mut().clear().extend_pairs(shown);
    }
    parsed.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_words(words: &[&str]) -> anyhow::Result<Sourced> {
        resolve(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn flags_beat_the_file_and_the_file_beats_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("annex.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nsandbox-slots = 7\nsample = true\n").unwrap();
        let path = file.to_str().unwrap();
        let sourced = resolve_words(&["--config", path, "--listen", "127.0.0.1:2"]).unwrap();
        assert_eq!(sourced.args.listen.port(), 2);
        assert_eq!(sourced.args.sandbox_slots, 7);
        assert!(sourced.args.sample);
        let source = |name: &str| sourced.values.iter().find(|row| row.0 == name).unwrap().2.clone();
        assert_eq!(source("listen"), "command line");
        assert!(source("sandbox-slots").starts_with("file "));
        assert_eq!(source("data-dir"), "default");
    }

    #[test]
    fn a_host_without_a_slot_for_add_ons_is_refused() {
        for words in [
            ["--sandbox-slots", "0"],
            ["--sandbox-slots", "513"],
            ["--sandbox-memory-mib", "0"],
            ["--sandbox-cache-mib", "0"],
        ] {
            assert!(resolve_words(&words).is_err(), "{words:?}");
        }
        assert!(resolve_words(&["--sandbox-slots", "1", "--sandbox-memory-mib", "64"]).is_ok());
    }

    #[test]
    fn names_an_option_that_does_not_exist() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("annex.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        let error = resolve_words(&["--config", file.to_str().unwrap()]).unwrap_err();
        assert!(error.to_string().contains("`lisen`"), "{error}");
    }

    #[test]
    fn overrides_need_loopback_on_both_sides() {
        let outside = ["--listen", "0.0.0.0:80", "--public-url", "https://desk.example.com"];
        let flag = ["--egress-override", "api.example.com=http://127.0.0.1:9"];
        assert!(resolve_words(&outside).is_ok());
        assert!(resolve_words(&[&outside[..], &flag[..]].concat()).is_err());
        assert!(resolve_words(&flag).is_ok());
        assert!(resolve_words(&["--egress-override", "api.example.com=http://192.0.2.1:9"]).is_err());
    }

    #[test]
    fn only_this_machine_gets_a_link_without_a_password() {
        let flag = ["--develop-as", "author@annex.localhost"];
        assert!(resolve_words(&flag).is_ok());
        for outside in [&["--listen", "0.0.0.0:80"][..], &[]] {
            let words = [&flag[..], &["--public-url", "https://desk.example.com"], outside].concat();
            assert!(resolve_words(&words).is_err(), "{words:?}");
        }
        assert!(resolve_words(&[&flag[..], &["--desk-domain", "desk.example.com"]].concat()).is_err());
    }

    #[test]
    fn proxies_are_networks_or_addresses() {
        let args =
            resolve_words(&["--trusted-proxy", "10.0.0.0/8,192.0.2.1", "--trusted-proxy=2001:db8::/32"]).unwrap().args;
        let networks: Vec<String> = args.connections.trusted_proxy.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
        for wrong in ["--trusted-proxy=proxy.example.com", "--trusted-proxy=10.0.0.0/33", "--max-connections=0"] {
            assert!(resolve_words(&[wrong]).is_err(), "{wrong}");
        }
        assert!(resolve_words(&["--proxy-header=via"]).is_err());
    }

    #[test]
    fn figures_are_open_on_this_machine_only() {
        let open = |words: &[&str]| resolve_words(words).unwrap().args.is_for_this_machine();
        assert!(open(&[]));
        assert!(open(&["--public-url", "http://localhost:8080"]));
        assert!(!open(&["--public-url", "https://desk.example.com"]), "behind a proxy");
        assert!(!open(&["--listen", "0.0.0.0:80", "--public-url", "https://desk.example.com"]));
    }

    #[test]
    fn sessions_over_the_network_need_https() {
        assert!(resolve_words(&["--listen", "0.0.0.0:80"]).is_err());
        assert!(resolve_words(&["--listen", "0.0.0.0:80", "--public-url", "http://desk.example.com"]).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let words = [
            "--stripe-secret-key=sk_test_42",
            "--stripe-webhook-secret=whsec_42",
            "--billing-client-secret=open-42",
            "--smtp-url=smtps://annex:mail-42@mail.example.com",
        ];
        let sourced = resolve_words(&words).unwrap();
        let printed = format!("{:?} {:?}", sourced.values, sourced.args);
        assert!(!printed.contains("42"), "{printed}");
        assert!(printed.contains("(hidden)"));
    }

    #[test]
    fn passwords_are_not_printed() {
        for url in [
            "postgres://annex:secret@db/annex",
            "postgres://db/annex?user=annex&password=secret",
            "postgres://db/annex?sslmode=require&SSLPassword=secret&sslpassword=secret",
            "postgres://annex:secret@db:5432,other:5432/annex",
        ] {
            assert!(!without_password(url).contains("secret"), "{url}");
        }
        for url in ["", "sqlite:data/annex.db", "postgres://db/annex?sslmode=require", "s3://annex/blobs?region=eu"] {
            assert_eq!(without_password(url), url);
        }
        let words =
            ["--stripe-url=https://annex:hunter2@stripe.example.com/", "--blobs-url=s3://annex:hunter2@blobs/annex"];
        let printed = format!("{:?}", resolve_words(&words).unwrap().values);
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
