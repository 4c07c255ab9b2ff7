//! What an administrator can set: flags, environment variables, a file, defaults; in that order of strength.
//!
//! The file is a TOML table with the long names of the flags (`listen = "127.0.0.1:8080"`). [`Sourced`] remembers
//! where each value came from, so that `annex config` can say it.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    net::{IpAddr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use annex_domain::billing::LoginRule;
use anyhow::{Context as _, bail};
use clap::{Args, CommandFactory, FromArgMatches, parser::ValueSource};
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

/// Where the data is. Every command that works on a host's data takes these.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArgs {
    /// Folder for the database, packages, compiled components and keys; made when it is missing
    #[arg(long, env = "ANNEX_DATA_DIR", value_name = "DIR", default_value = "data")]
    pub(crate) data_dir: PathBuf,

    /// Database; without it, SQLite in the data directory. Example: postgres://annex@db.example.com/annex
    #[arg(long, env = "ANNEX_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,

    /// Store for packages and snapshots; without it, the data directory. Example: s3://bucket/prefix
    #[arg(long, env = "ANNEX_BLOBS_URL", value_name = "URL")]
    pub(crate) blobs_url: Option<String>,

    /// Key that seals secrets, 64 hexadecimal digits, where several nodes share it; without it, master.key in the data
    /// directory, made on the first start. Set it in the environment or the file rather than here
    #[arg(long, env = "ANNEX_MASTER_KEY", value_name = "HEX", hide_env_values = true)]
    pub(crate) master_key: Option<String>,
}

/// Through whom money goes. Commands that may charge or pay back take these.
#[derive(Clone, Args)]
pub(crate) struct GatewayArgs {
    /// Address that browsers use, where a proxy stands in front. Must be https unless the host listens on loopback
    #[arg(long, env = "ANNEX_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<Url>,

    /// Secret key of the Stripe account that takes payments (sk_… or rk_…); without one the built-in test gateway plays a
    /// payment company. Set it in the environment or the file rather than here
    #[arg(long, env = "ANNEX_STRIPE_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) stripe_secret_key: Option<SecretString>,

    /// Secret of Stripe's webhook endpoint (whsec_…) for https://…/webhooks/stripe; without it payments are found by
    /// looking, every 10 minutes
    #[arg(long, env = "ANNEX_STRIPE_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub(crate) stripe_webhook_secret: Option<SecretString>,

    /// Another address of the Stripe API, for tests
    #[arg(long, env = "ANNEX_STRIPE_URL", value_name = "URL")]
    pub(crate) stripe_url: Option<Url>,
}

/// Without the secrets.
impl fmt::Debug for GatewayArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayArgs").field("stripe", &self.stripe_secret_key.is_some()).finish_non_exhaustive()
    }
}

/// Who may connect, and how many at once.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConnectionArgs {
    /// Network of a proxy that stands in front: only its word counts about whose request it passes on, for the limits on
    /// sign-ins and connections. Can be given several times. Example: 10.0.0.0/8
    #[arg(long, env = "ANNEX_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = parse_network)]
    pub(crate) trusted_proxy: Vec<IpNet>,

    /// Header in which trusted proxies say for whom they ask; they must set it and pass on nothing that clients say there
    #[arg(long, env = "ANNEX_PROXY_HEADER", value_name = "NAME", default_value = "x-forwarded-for")]
    pub(crate) proxy_header: ProxyHeaderName,

    /// Connections at the same time; never more than half of the process's file descriptors
    #[arg(long, env = "ANNEX_MAX_CONNECTIONS", value_name = "N", default_value = "8192")]
    pub(crate) max_connections: NonZeroUsize,

    /// Connections of one address at the same time, or its requests behind a trusted proxy; without it, an eighth of all
    #[arg(long, env = "ANNEX_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub(crate) max_connections_per_address: Option<NonZeroUsize>,
}

/// What trusted proxies set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ProxyHeaderName {
    XForwardedFor,
    Forwarded,
}

/// A network, or one address.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| one()).map_err(|_| "expected a network such as 10.0.0.0/8, or an address".into())
}

/// `annex serve`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Address and port to listen on; port 0 takes a free one, which is printed
    #[arg(long, env = "ANNEX_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) connections: ConnectionArgs,

    #[command(flatten)]
    pub(crate) gateway: GatewayArgs,

    /// Issuer where help desks log in to billing, byte for byte as its ID tokens name it; without one, the client area of
    /// this host. Example: `https://login.example.com`
    #[arg(long, env = "ANNEX_BILLING_ISSUER", value_name = "URL")]
    pub(crate) billing_issuer: Option<String>,

    /// What that issuer knows this host by
    #[arg(long, env = "ANNEX_BILLING_CLIENT_ID", value_name = "ID", default_value = "annex")]
    pub(crate) billing_client_id: String,

    /// Secret of this host at that issuer, where it asks for one. Set it in the environment or the file rather than here
    #[arg(long, env = "ANNEX_BILLING_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub(crate) billing_client_secret: Option<SecretString>,

    /// What desks have to be logged in to billing for: `paid`, what costs something; `always`, installing, updating and
    /// cancelling free add-ons too. Without it, `paid` with the client area of this host and `always` with another issuer
    #[arg(long, env = "ANNEX_BILLING_LOGIN", value_name = "RULE", value_parser = parse_login_rule)]
    pub(crate) billing_login: Option<LoginRule>,

    /// Server that mails go through; without one they are kept to be read in the panel. Set it in the environment or the
    /// file when it has a password. Example: smtps://annex:secret@mail.example.com
    #[arg(long, env = "ANNEX_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<SecretString>,

    /// Who mails are from. Example: "Example Support <desk@example.com>"
    #[arg(long, env = "ANNEX_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,

    /// On the first start, fills the desk with sample tickets; they can be removed in one click
    #[arg(long, env = "ANNEX_SAMPLE")]
    pub(crate) sample: bool,

    /// Sends add-ons' requests for a declared host to a loopback URL instead. For development and tests: refused unless
    /// the host itself listens on loopback. Can be given several times. Example: api.example.com=http://127.0.0.1:9000
    #[arg(long, value_name = "HOST=URL", value_parser = parse_override)]
    pub(crate) egress_override: Vec<(String, Url)>,

    /// Bearer token that `/metrics` asks for; without one it answers only where the host listens on loopback and has no
    /// other --public-url. Set it in the environment or the file rather than here
    #[arg(long, env = "ANNEX_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) metrics_token: Option<String>,

    /// Most calls of add-ons under way at the same time, those that wait for a service included: at most 8 of an add-on
    /// in a desk, and 32 of a desk. Fewer when their memory would not do for more
    #[arg(long, env = "ANNEX_SANDBOX_SLOTS", value_name = "N", default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=512))]
    pub(crate) sandbox_slots: u32,

    /// Memory that the calls of add-ons under way may take together, in MiB (64 each); without it, a quarter of the machine's
    #[arg(long, env = "ANNEX_SANDBOX_MEMORY_MIB", value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..))]
    pub(crate) sandbox_memory_mib: Option<u64>,

    /// Memory for compiled add-ons that are kept ready, in MiB
    #[arg(long, env = "ANNEX_SANDBOX_CACHE_MIB", value_name = "MIB", default_value_t = 512,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub(crate) sandbox_cache_mib: u64,

    /// Log lines: text for people, json for machines. What is logged is set by ANNEX_LOG (as in `info,annex_web=debug`)
    #[arg(long, env = "ANNEX_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,

    /// Takes the store for packages as it is, although this database used another one: after that was lost or moved
    #[arg(long)]
    pub(crate) adopt_blobs: bool,

    /// File with any of these options, by their long names
    #[arg(long, env = "ANNEX_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl ServeArgs {
    /// What desks have to be logged in to billing for (R5).
    pub(crate) fn login_rule(&self) -> LoginRule {
        let usual = if self.billing_issuer.is_some() { LoginRule::Always } else { LoginRule::Paid };
        self.billing_login.unwrap_or(usual)
    }

    /// True when nobody else reaches the host: it listens on loopback, and no proxy in front makes others come from there.
    pub(crate) fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && self.gateway.public_url.as_ref().is_none_or(is_on_loopback)
    }
}

fn parse_login_rule(text: &str) -> Result<LoginRule, String> {
    text.parse().map_err(|_| "give `paid` or `always`".to_owned())
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

fn parse_override(text: &str) -> Result<(String, Url), String> {
    let (host, url) = text.split_once('=').ok_or("expected HOST=URL")?;
    let url = Url::parse(url).map_err(|error| format!("not a URL: {error}"))?;
    if !is_on_loopback(&url) {
        return Err("the URL must be on loopback, such as http://127.0.0.1:9000".into());
    }
    Ok((host.to_ascii_lowercase(), url))
}

/// True when only this machine reaches the URL.
fn is_on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

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
            "master_key"
            | "metrics_token"
            | "stripe_secret_key"
            | "stripe_webhook_secret"
            | "billing_client_secret"
            | "smtp_url"
                if !value.is_empty() =>
            {
                "(hidden)".into()
            }
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
