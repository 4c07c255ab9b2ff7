//! What an administrator can set. Where a value may come from is in `sources`.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    num::NonZeroUsize,
    path::PathBuf,
};

use annex_desk::attachments::{ROOM, Rules, Scanner};
use annex_domain::{
    billing::LoginRule,
    operator::{HostLabel, LOCAL_REGION},
    text::mail_address,
};
use annex_store::billing::invoices::Party;
use clap::Args;
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

mod sources;

pub(crate) use self::sources::{Sourced, resolve};

/// Where the data is. Every command that works on a host's data takes these.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArgs {
    /// Folder for the database, packages, compiled components and keys; made when it is missing
    #[arg(long, env = "ANNEX_DATA_DIR", value_name = "DIR", default_value = "data")]
    pub(crate) data_dir: PathBuf,

    /// Database; without it, SQLite in the data directory. Example: postgres://annex@db.example.com/annex
    #[arg(long, env = "ANNEX_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,

    /// Store for packages, snapshots and attachments; without it, the data directory. Example: s3://bucket/prefix
    #[arg(long, env = "ANNEX_BLOBS_URL", value_name = "URL")]
    pub(crate) blobs_url: Option<String>,

    /// Key that seals secrets, 64 hexadecimal digits, where several nodes share it; without it, master.key in the data
    /// directory, made on the first start. Set it in the environment or the file rather than here
    #[arg(long, env = "ANNEX_MASTER_KEY", value_name = "HEX", hide_env_values = true)]
    pub(crate) master_key: Option<String>,

    /// Where the data are, for people and for add-ons' services: the region of help desks that are made here
    #[arg(long, env = "ANNEX_REGION", value_name = "NAME", default_value = LOCAL_REGION)]
    pub(crate) region: String,
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

/// Who sells, as invoices name it: what one with tax needs.
#[derive(Debug, Clone, Args)]
pub(crate) struct SellerArgs {
    /// Who sells; without it, invoices name neither seller nor buyer
    #[arg(long, env = "ANNEX_SELLER_NAME", value_name = "NAME")]
    pub(crate) seller_name: Option<String>,

    /// The seller's address; several lines are fine
    #[arg(long, env = "ANNEX_SELLER_ADDRESS", value_name = "ADDRESS", requires = "seller_name")]
    pub(crate) seller_address: Option<String>,

    /// The seller's tax id, such as a VAT number
    #[arg(long, env = "ANNEX_SELLER_TAX_ID", value_name = "ID", requires = "seller_name")]
    pub(crate) seller_tax_id: Option<String>,
}

impl SellerArgs {
    /// As invoices name it.
    pub(crate) fn party(&self) -> Option<Party> {
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        let (address, tax_id) = (given(&self.seller_address), given(&self.seller_tax_id));
        self.seller_name.clone().map(|name| Party { name, address, tax_id })
    }
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

    /// Domain below which help desks have host names of their own (`annex desk create --host acme`); DNS and the proxy send all of
    /// them here. Without it, people choose their help desk when they sign in. Example: desk.example.com
    #[arg(long, env = "ANNEX_DESK_DOMAIN", value_name = "DOMAIN", value_parser = parse_domain)]
    pub(crate) desk_domain: Option<String>,

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

    /// Address where people get help from whoever runs this host, when an update fails and cannot be undone; without one they are led
    /// to the publisher. Example: support@example.com
    #[arg(long, env = "ANNEX_SUPPORT_EMAIL", value_name = "ADDRESS", value_parser = parse_address)]
    pub(crate) support_email: Option<String>,

    /// Room for the attachments of each help desk, in MiB
    #[arg(long, env = "ANNEX_ATTACHMENT_QUOTA_MIB", value_name = "MIB", default_value_t = ROOM >> 20,
        value_parser = clap::value_parser!(u64).range(1..=1_073_741_824))]
    pub(crate) attachment_quota_mib: u64,

    /// Program that looks at each attachment before it is kept, with its arguments: it reads the file on its standard input, and
    /// ends with 0 when that is fine, with 1 when it is not. Without its word within a minute nothing is taken. Example:
    /// `clamdscan --no-summary -`
    #[arg(long, env = "ANNEX_ATTACHMENT_SCANNER", value_name = "COMMAND")]
    pub(crate) attachment_scanner: Option<String>,

    #[command(flatten)]
    pub(crate) seller: SellerArgs,

    /// On the first start, fills the desk with sample tickets; they can be removed in one click
    #[arg(long, env = "ANNEX_SAMPLE")]
    pub(crate) sample: bool,

    /// Sends add-ons' requests for a declared host, or what goes to a mail server, to a loopback URL instead. For
    /// development and tests: refused unless the host itself listens on loopback. Can be given several times. Example:
    /// api.example.com=http://127.0.0.1:9000
    #[arg(long, value_name = "HOST=URL", value_parser = parse_override)]
    pub(crate) egress_override: Vec<(String, Url)>,

    /// For whoever works on an add-on here: prints a link that signs this operator in, once, and compiles add-ons in a hurry. What
    /// `annex addon dev` starts; refused unless only this machine reaches the host
    #[arg(long, value_name = "EMAIL")]
    pub(crate) develop_as: Option<String>,

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

    /// What files may take up, and what looks at them.
    pub(crate) fn attachments(&self) -> Rules {
        Rules {
            room: self.attachment_quota_mib << 20,
            scanner: self.attachment_scanner.as_deref().and_then(Scanner::new),
        }
    }

    /// True when nobody else reaches the host: it listens on loopback, and no proxy in front makes others come from there.
    pub(crate) fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && self.gateway.public_url.as_ref().is_none_or(is_on_loopback)
    }
}

fn parse_address(text: &str) -> Result<String, String> {
    mail_address(text).ok_or_else(|| "expected a mail address such as support@example.com".into())
}

/// In lower case, without a dot at an end.
fn parse_domain(text: &str) -> Result<String, String> {
    let domain = text.trim_matches('.').to_ascii_lowercase();
    let fine = domain.split('.').all(|label| label.parse::<HostLabel>().is_ok());
    if fine { Ok(domain) } else { Err("expected a domain such as desk.example.com".into()) }
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
