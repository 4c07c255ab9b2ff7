//! The command line of `annex addon`, `annex key` and `annex doctor`. The binary puts [`AddonArgs`], [`KeyArgs`] and
//! [`DoctorArgs`] below those words; the texts here are what `--help` shows. What is done at a host is in [`hosts`].

mod hosts;

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug},
    words::Invalid,
};
use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use url::Url;

pub use self::hosts::{
    AddonArg, HostArgs, LoginArgs, LoginStoreArgs, LogoutArgs, LogsArgs, StatusArgs, SubmitArgs, WhoamiArgs, YankArgs,
};
use crate::{new::Lang, wit};
/// `annex addon …`
#[derive(Debug, Args)]
pub struct AddonArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AddonCommand,
    /// Print one JSON document (`dev`: one a line) instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// What an author does.
#[derive(Debug, Subcommand)]
pub enum AddonCommand {
    /// Make a new add-on from a template
    New(NewArgs),
    /// Put the SDK of this program into an add-on, and say what changed
    Upgrade(UpgradeArgs),
    /// Check manifest, package, component, texts, links and scenarios exactly as a host does
    Check(CheckArgs),
    /// Say what the code of an error means, why there is such a rule, and what to do
    Explain(ExplainArgs),
    /// Make the component: compile it for wasm32-wasip2, or as `build` in `annex.toml` says
    Build(BuildArgs),
    /// Run the scenarios of `scenarios/` in the real sandbox
    Test(TestArgs),
    /// Run a local host with the add-on in it; build and reload on each save
    Dev(DevArgs),
    /// Build, check and write an unsigned package
    Pack(PackArgs),
    /// Sign a package, or add a signature
    Sign(SignArgs),
    /// Hand a signed package in for review, with a publisher's login
    Submit(SubmitArgs),
    /// Make a reviewed version available; with an operator's token, put a package into a host's catalog
    Publish(PublishArgs),
    /// Say where the versions of an add-on stand
    Status(StatusArgs),
    /// Show what an add-on does in your developer desk
    Logs(LogsArgs),
    /// Take a version back, or offer it again
    Yank(YankArgs),
    /// Print the JSON Schema of `annex.toml` or of scenarios, for editors
    Schema(SchemaArgs),
    /// Write the WIT of the host, which add-ons in other languages than Rust go by
    Wit(WitArgs),
    /// Write the English texts of the panel, for a translation
    Texts(TextsArgs),
    /// List the icons that buttons can have
    Icons,
}

/// `annex addon new`
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The add-on's name in lower case, such as `order-lookup`: also the folder and the crate
    pub name: String,
    /// plugin, channel or language; asked for when it is left out, and a plugin where nobody can be asked
    #[arg(long, value_parser = words::<Kind>(Kind::ALL.map(Kind::as_str)))]
    pub kind: Option<Kind>,
    /// rust, javascript or python; asked for when it is left out, and Rust where nobody can be asked
    #[arg(long, value_parser = words::<Lang>(Lang::ALL.map(Lang::as_str)))]
    pub lang: Option<Lang>,
    /// Your publisher name: the first part of the add-on's id
    #[arg(long, default_value = "my-company")]
    pub publisher: PublisherSlug,
    /// Where to make it; the name in the current folder when left out
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// `annex addon upgrade`
#[derive(Debug, Args)]
pub struct UpgradeArgs {
    /// The add-on's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
}

/// Which add-on, and what is already made of it.
#[derive(Debug, Clone, Args)]
pub struct PackageSource {
    /// The add-on's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    /// The manifest, when it is not `annex.toml` in the folder
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// A component that is already built, in any language; nothing is compiled then
    #[arg(long, value_name = "FILE")]
    pub component: Option<PathBuf>,
}

/// `annex addon check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Which add-on.
    #[command(flatten)]
    pub source: PackageSource,
    /// The package of the version before, to say what has changed since
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// Leave the links of the listing alone
    #[arg(long)]
    pub offline: bool,
}

/// `annex addon explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The word in brackets after `error`, such as `manifest-too-long`
    pub code: String,
}

/// `annex addon build`
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// The add-on's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
}

/// `annex addon test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Which add-on.
    #[command(flatten)]
    pub source: PackageSource,
    /// Only scenarios whose name contains this
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
}

/// `annex addon dev`
#[derive(Debug, Args)]
pub struct DevArgs {
    /// The add-on's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    /// Another add-on that runs beside it, and is reloaded on each save as well; can be given several times
    #[arg(long, value_name = "DIR")]
    pub with: Vec<PathBuf>,
    /// Where the local help desk listens, on loopback; port 0 takes a free one. Without it, an add-on has the same port each time
    #[arg(long, env = "ANNEX_DEV_LISTEN", value_name = "ADDRESS:PORT", value_parser = on_loopback)]
    pub listen: Option<SocketAddr>,
    /// Send the add-on's requests for a host to a loopback URL, such as `api.example.com=http://127.0.0.1:9000`
    #[arg(long, value_name = "HOST=URL")]
    pub egress_override: Vec<String>,
    /// Forget the data of earlier runs, in `target/annex-dev`: tickets, settings, what add-ons stored
    #[arg(long)]
    pub fresh: bool,
    /// Stop after the add-on was installed once: for scripts
    #[arg(long)]
    pub once: bool,
}

/// `annex addon pack`
#[derive(Debug, Args)]
pub struct PackArgs {
    /// Which add-on.
    #[command(flatten)]
    pub source: PackageSource,
    /// Where to write `ID-VERSION.unsigned.annex`; the add-on's `dist` when left out
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// The file to write, when it shall have another name
    #[arg(long, value_name = "FILE", conflicts_with = "out_dir")]
    pub out: Option<PathBuf>,
}

/// `annex addon sign`
#[derive(Debug, Args)]
pub struct SignArgs {
    /// A package, signed or not, or the add-on's folder; the package in `dist` when left out
    pub package: Option<PathBuf>,
    /// The key: a name among `annex key list`, or a PEM file; several for several signatures. Your only key when left out
    #[arg(long = "key", value_name = "NAME|FILE")]
    pub keys: Vec<String>,
    /// The folder of the keys
    #[command(flatten)]
    pub store: KeyStoreArgs,
    /// Where to write the signed package; when left out, beside it without `.unsigned` in the name, or in place
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `annex addon publish`
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// A signed package, or the add-on's folder; the package in `dist` when left out
    pub package: Option<PathBuf>,
    /// Which host, how to be let in.
    #[command(flatten)]
    pub host: HostArgs,
}

/// `annex addon schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of which file
    #[arg(value_enum, default_value_t = SchemaOf::Manifest)]
    pub of: SchemaOf,
}

/// `annex addon wit`
#[derive(Debug, Args)]
pub struct WitArgs {
    /// Where to write it: a folder in it for each package
    #[arg(default_value = wit::FOLDER, value_name = "DIR")]
    pub dir: PathBuf,
}

/// `annex addon texts`
#[derive(Debug, Args)]
pub struct TextsArgs {
    /// Where to write them
    #[arg(default_value = "english", value_name = "DIR")]
    pub dir: PathBuf,
}

/// A file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `annex.toml`
    Manifest,
    /// `scenarios/*.toml`
    Scenario,
}

/// `annex key …`
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: KeyCommand,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// What is done with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a signing key
    New(KeyNewArgs),
    /// List the signing keys
    List(KeyListArgs),
    /// Make a new key in the place of an old one, and a statement signed by both
    Rotate(KeyRotateArgs),
}

/// Where keys are kept.
#[derive(Debug, Clone, Args)]
pub struct KeyStoreArgs {
    /// The folder of the keys; `annex/keys` in your configuration folder when left out
    #[arg(long = "keys", env = "ANNEX_KEYS", value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// `annex key new`
#[derive(Debug, Args)]
pub struct KeyNewArgs {
    /// The key's name, such as your publisher name
    #[arg(default_value = "default")]
    pub name: String,
    /// Leave a key of that name as it is
    #[arg(long)]
    pub if_missing: bool,
    /// Where keys are kept.
    #[command(flatten)]
    pub store: KeyStoreArgs,
}

/// `annex key list`
#[derive(Debug, Args)]
pub struct KeyListArgs {
    /// Where keys are kept.
    #[command(flatten)]
    pub store: KeyStoreArgs,
}

/// `annex key rotate`
#[derive(Debug, Args)]
pub struct KeyRotateArgs {
    /// The name of the old key
    #[arg(default_value = "default")]
    pub name: String,
    /// Your publisher name
    #[arg(long)]
    pub publisher: PublisherSlug,
    /// Where keys are kept.
    #[command(flatten)]
    pub store: KeyStoreArgs,
}

/// `annex doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// An add-on's folder, whose SDK is compiled; elsewhere only what a new add-on needs is looked for
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// Where keys are kept.
    #[command(flatten)]
    pub store: KeyStoreArgs,
    /// Also ask whether this host answers
    #[arg(long, env = "ANNEX_HOST", value_name = "URL", value_parser = hosts::host)]
    pub host: Option<Url>,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// A word of a closed set: a mistyped one is answered with what was meant, any other with all that there are.
fn words<T>(all: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = Invalid> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(all).try_map(|word| word.parse::<T>())
}

/// `dev` lets its author in without a password.
fn on_loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "expected an address and a port such as 127.0.0.1:8080")?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("it has to be on loopback, such as 127.0.0.1:8080".into())
    }
}

impl NewArgs {
    /// The add-on's id.
    ///
    /// # Errors
    /// When the name breaks the rules of ids.
    pub fn id(&self) -> Result<AddonId, annex_domain::words::Invalid> {
        format!("{}.{}", self.publisher, self.name).parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_help_desk_that_lets_its_author_in_is_on_this_machine() {
        assert_eq!(on_loopback("127.0.0.1:8080").unwrap().port(), 8080);
        assert!(on_loopback("[::1]:0").is_ok());
        for text in ["0.0.0.0:8080", "192.0.2.1:8080", "8080", "localhost"] {
            assert!(on_loopback(text).unwrap_err().contains("127.0.0.1:8080"), "{text}");
        }
    }
}
