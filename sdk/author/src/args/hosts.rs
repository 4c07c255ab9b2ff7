//! The command line of what is done at a host: signing in and out, and everything that an author hands in, follows or takes back.

use std::path::PathBuf;

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    publisher::PublisherScope,
    review::Track,
};
use clap::Args;
use url::Url;

use super::words;

/// Where logins are remembered.
#[derive(Debug, Clone, Args)]
pub struct LoginStoreArgs {
    /// The file of the logins; `annex/logins.json` in your configuration folder when left out
    #[arg(long = "logins", env = "ANNEX_LOGINS", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Which host, and how to be let in.
#[derive(Debug, Clone, Args)]
pub struct HostArgs {
    /// Address of the host; the one that you signed in at last when left out
    #[arg(long, env = "ANNEX_HOST", value_name = "URL", value_parser = host)]
    pub host: Option<Url>,
    /// A token of the host, such as a build server has; not needed where you are signed in
    #[arg(long, env = "ANNEX_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Where logins are remembered.
    #[command(flatten)]
    pub logins: LoginStoreArgs,
}

/// `annex login`
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Address of the host, such as `https://desk.example.com`
    #[arg(value_name = "HOST", value_parser = host)]
    pub host: Url,
    /// The publisher to work for; when left out, you choose in the portal
    #[arg(long)]
    pub publisher: Option<PublisherSlug>,
    /// What the tools may do: read, submit, publish or events. Can be given several times
    #[arg(long = "scope", value_name = "SCOPE",
        value_parser = words::<PublisherScope>(PublisherScope::ALL.map(PublisherScope::as_str)),
        default_values_t = [PublisherScope::Read, PublisherScope::Submit, PublisherScope::Publish])]
    pub scopes: Vec<PublisherScope>,
    /// Sign in anew where you are signed in already
    #[arg(long)]
    pub again: bool,
    /// Where logins are remembered.
    #[command(flatten)]
    pub store: LoginStoreArgs,
    /// Print JSON documents, one a line, instead of text
    #[arg(long)]
    pub json: bool,
}

/// `annex logout`
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// Address of the host; the one that you signed in at last when left out
    #[arg(value_name = "HOST", value_parser = host)]
    pub host: Option<Url>,
    /// Forget the login without asking the host to end it
    #[arg(long)]
    pub forget: bool,
    /// Where logins are remembered.
    #[command(flatten)]
    pub store: LoginStoreArgs,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// `annex whoami`
#[derive(Debug, Args)]
pub struct WhoamiArgs {
    /// Which host; all that you are signed in at when left out.
    #[command(flatten)]
    pub host: HostArgs,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// `annex addon submit`
#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// A signed package, or the add-on's folder; the package in `dist` when left out
    pub package: Option<PathBuf>,
    /// technical, marketplace, or both by giving it twice
    #[arg(long = "track", value_name = "TRACK", value_parser = words::<Track>(Track::ALL.map(Track::as_str)),
        default_values_t = [Track::Technical])]
    pub tracks: Vec<Track>,
    /// Wait until the reviews are decided; fail when one is rejected
    #[arg(long)]
    pub wait: bool,
    /// Which host, how to be let in.
    #[command(flatten)]
    pub host: HostArgs,
}

/// Which add-on of a host.
#[derive(Debug, Clone, Args)]
pub struct AddonArg {
    /// The add-on's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    /// Its id, where there is no folder
    #[arg(long, value_name = "ID")]
    pub addon: Option<AddonId>,
}

/// `annex addon status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which add-on.
    #[command(flatten)]
    pub of: AddonArg,
    /// Which host, how to be let in.
    #[command(flatten)]
    pub host: HostArgs,
}

/// `annex addon logs`
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Which add-on.
    #[command(flatten)]
    pub of: AddonArg,
    /// Go on with what comes, until Ctrl-C; with `--json` one document a line
    #[arg(long, short)]
    pub follow: bool,
    /// Which host, how to be let in.
    #[command(flatten)]
    pub host: HostArgs,
}

/// `annex addon yank`
#[derive(Debug, Args)]
pub struct YankArgs {
    /// Its number, such as 1.2.0
    #[arg(value_name = "VERSION")]
    pub number: Version,
    /// Which add-on.
    #[command(flatten)]
    pub of: AddonArg,
    /// Offer it again
    #[arg(long)]
    pub undo: bool,
    /// Which host, how to be let in.
    #[command(flatten)]
    pub host: HostArgs,
}

/// An address as people write it: without a scheme it is https.
pub(super) fn host(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url: Url =
        address.parse().map_err(|_| "expected an address such as https://desk.example.com".to_owned())?;
    if text.is_empty() || url.host_str().is_none() {
        return Err("expected an address such as https://desk.example.com".to_owned());
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for text in ["desk.example.com", "https://desk.example.com", " https://desk.example.com/?next=1#x "] {
            assert_eq!(host(text).unwrap().as_str(), "https://desk.example.com/", "{text}");
        }
        assert_eq!(host("http://127.0.0.1:8080").unwrap().as_str(), "http://127.0.0.1:8080/");
        for wrong in ["", "https://", "file:///etc", "a b"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }
}
