//! Hosts that the tools are signed in at, with a token of a publisher for each, in one file that only its owner can read. The one that
//! was signed in at last is the default: commands go there unless they name another.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    api::Api,
    args::{HostArgs, LoginStoreArgs},
    files,
};

/// How tokens of publishers start.
const PUBLISHERS: &str = "annp_";

/// A login. No `Debug`: it holds the token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) publisher: String,
    /// The e-mail address of who let the tools in.
    pub(crate) account: String,
    pub(crate) scopes: Vec<String>,
    /// RFC 3339.
    pub(crate) expires_at: String,
    pub(crate) token: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    default: Option<Url>,
    hosts: BTreeMap<Url, Login>,
}

/// How a command is told which host it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    /// With `--host`, and with `--token` what to be let in with.
    Option,
    /// By a word of its own, for what is remembered alone.
    Word,
}

/// The file of logins.
pub(crate) struct Logins {
    file: PathBuf,
    kept: Kept,
}

impl Logins {
    /// The file that the command line names, else `annex/logins.json` in the configuration folder. There need not be one.
    pub(crate) fn open(args: &LoginStoreArgs) -> Result<Self, Failure> {
        let file = match &args.file {
            Some(file) => file.clone(),
            None => files::configuration("logins", "name a file with --logins FILE")?.join("logins.json"),
        };
        let kept = if file.exists() { read(&file)? } else { Kept::default() };
        Ok(Self { file, kept })
    }

    /// The login at a host.
    pub(crate) fn get(&self, host: &Url) -> Option<&Login> {
        self.kept.hosts.get(host)
    }

    /// All of them, by address.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Url, &Login)> {
        self.kept.hosts.iter()
    }

    /// True for the host where commands go that name none.
    pub(crate) fn is_default(&self, host: &Url) -> bool {
        self.kept.default.as_ref() == Some(host)
    }

    /// Where commands go that name no host.
    pub(crate) fn default_host(&self, named: Named) -> Result<&Url, Failure> {
        if let Some(default) = &self.kept.default {
            return Ok(default);
        }
        let known: Vec<&str> = self.kept.hosts.keys().map(Url::as_str).collect();
        let wrong = match known.as_slice() {
            [] => Diagnostic::new("not-signed-in", "you are signed in nowhere"),
            known => Diagnostic::new("no-host", format!("you are signed in at several hosts: {}", known.join(", "))),
        };
        let fix = match (known.as_slice(), named) {
            ([], Named::Option) => "sign in with `annex login HOST`, or pass --host and --token",
            ([], Named::Word) => "nothing is left to be ended here; `annex login HOST` signs in",
            (_, Named::Option) => "name one with --host, or make it the default with `annex login HOST`",
            (_, Named::Word) => "name one of them behind the command",
        };
        Err(wrong.fix(fix).into())
    }

    /// Remembers a login, and makes its host the default.
    pub(crate) fn put(&mut self, host: &Url, login: Login) -> Result<(), Failure> {
        self.kept.hosts.insert(host.clone(), login);
        self.kept.default = Some(host.clone());
        self.save()
    }

    /// Forgets a login. What is left alone becomes the default.
    pub(crate) fn forget(&mut self, host: &Url) -> Result<(), Failure> {
        self.kept.hosts.remove(host);
        if self.is_default(host) {
            let mut left = self.kept.hosts.keys();
            self.kept.default = left.next().filter(|_| self.kept.hosts.len() == 1).cloned();
        }
        self.save()
    }

    fn save(&self) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(&self.kept);
        let text = text.map_err(|error| Diagnostic::new("logins", format!("cannot write logins: {error}")))?;
        files::write_private(&self.file, text.as_bytes())
    }
}

fn read(file: &Path) -> Result<Kept, Failure> {
    let metadata = fs::metadata(file).map_err(|error| Diagnostic::io("read this file", file, &error))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(Diagnostic::new("logins-readable", "other users can read or change this file of tokens")
            .file(file)
            .fix(format!("chmod 600 {}", file.display()))
            .into());
    }
    serde_json::from_str(&files::read_text(file)?).map_err(|error| {
        Diagnostic::new("logins-broken", format!("this is no file of logins: {error}"))
            .file(file)
            .fix("delete it, and sign in again with `annex login HOST`")
            .into()
    })
}

/// A host, and the token to be let in with. No `Debug`: it holds the token.
pub(crate) struct Access {
    pub(crate) host: Url,
    token: String,
}

impl Access {
    /// What the command line or the environment name, else what is remembered. A token alone goes nowhere: it would be shown to a
    /// host that it may not be of.
    pub(crate) fn of(args: &HostArgs) -> Result<Self, Failure> {
        if let Some(token) = args.token.as_deref().map(str::trim).filter(|token| !token.is_empty()) {
            let host = args.host.clone().ok_or_else(|| {
                Diagnostic::new("no-host", "there is a token, and no host that it is of")
                    .fix("name the host with --host or ANNEX_HOST")
            })?;
            return Ok(Self { host, token: token.to_owned() });
        }
        let logins = Logins::open(&args.logins)?;
        let host = match &args.host {
            Some(host) => host,
            None => logins.default_host(Named::Option)?,
        };
        let login = logins.get(host).ok_or_else(|| {
            Diagnostic::new("not-signed-in", format!("you are not signed in at {host}"))
                .fix(format!("sign in with `annex login {host}`, or pass --token"))
        })?;
        Ok(Self { host: host.clone(), token: login.token.clone() })
    }

    /// True for a token of a publisher, false for one of an operator.
    pub(crate) fn is_publisher(&self) -> bool {
        self.token.starts_with(PUBLISHERS)
    }

    /// The API of the host's help desks.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        Api::new(&self.host, &self.token)
    }

    /// The API of publishers.
    pub(crate) fn publisher(&self) -> Result<Api, Failure> {
        if self.is_publisher() {
            return Api::of_publisher(&self.host, &self.token);
        }
        Err(Diagnostic::new("not-a-publisher", "this takes a token of a publisher, which begins with annp_")
            .fix(format!("sign in with `annex login {}`, or make a token in the portal", self.host))
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(token: &str) -> Login {
        Login {
            publisher: "acme".into(),
            account: "ann@acme.example".into(),
            scopes: vec!["read".into()],
            expires_at: "2027-01-01T00:00:00Z".into(),
            token: token.into(),
        }
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn code<T>(result: Result<T, Failure>) -> String {
        result.err().map_or_else(|| "done".to_owned(), |failure| failure.0[0].code.clone())
    }

    #[test]
    fn logins_are_kept_for_their_owner_alone_and_the_last_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let args = LoginStoreArgs { file: Some(folder.path().join("annex/logins.json")) };
        let (one, two) = (url("https://one.example"), url("https://two.example"));
        let mut logins = Logins::open(&args).unwrap();
        assert_eq!(code(logins.default_host(Named::Option)), "not-signed-in");
        logins.put(&one, login("annp_1")).unwrap();
        logins.put(&two, login("annp_2")).unwrap();
        let file = args.file.clone().unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);

        let mut logins = Logins::open(&args).unwrap();
        assert_eq!(logins.default_host(Named::Option).unwrap(), &two);
        assert_eq!(logins.get(&one).unwrap().token, "annp_1");
        logins.put(&url("https://three.example"), login("annp_3")).unwrap();
        logins.forget(&url("https://three.example")).unwrap();
        assert_eq!(code(logins.default_host(Named::Option)), "no-host", "of two that are left nobody knows which");
        logins.put(&two, login("annp_2")).unwrap();
        logins.forget(&two).unwrap();
        assert_eq!(logins.default_host(Named::Option).unwrap(), &one, "the only one that is left");

        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(code(Logins::open(&args)), "logins-readable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&file, "{").unwrap();
        assert_eq!(code(Logins::open(&args)), "logins-broken");
    }

    #[test]
    fn a_command_goes_where_it_is_told_else_where_somebody_signed_in() {
        let folder = tempfile::tempdir().unwrap();
        let logins = LoginStoreArgs { file: Some(folder.path().join("logins.json")) };
        let args = |host: Option<&str>, token: Option<&str>| HostArgs {
            host: host.map(url),
            token: token.map(str::to_owned),
            logins: logins.clone(),
        };
        assert_eq!(code(Access::of(&args(None, None))), "not-signed-in");
        assert_eq!(code(Access::of(&args(None, Some("annp_9")))), "no-host");
        Logins::open(&logins).unwrap().put(&url("https://one.example"), login("annp_1")).unwrap();
        let found = Access::of(&args(None, Some(" "))).unwrap();
        assert_eq!((found.host.as_str(), found.token.as_str()), ("https://one.example/", "annp_1"));
        assert_eq!(code(Access::of(&args(Some("https://two.example"), None))), "not-signed-in");
        assert_eq!(code(Access::of(&args(None, Some("annp_9")))), "no-host", "it may be of another host");
        let named = Access::of(&args(Some("https://two.example"), Some("annex_9"))).unwrap();
        assert_eq!(
            (named.host.as_str(), code(named.publisher()).as_str()),
            ("https://two.example/", "not-a-publisher")
        );
    }
}
