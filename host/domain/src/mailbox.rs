//! A mailbox that the host keeps for a channel: a setting of type `mailbox`.
//!
//! Such a setting is entered as many ordinary ones, its *fields* ([`fields`]): form, API, storage and sealing know no more than those.
//! The field `address` of the setting `inbox` has the key `inbox_address`. What was entered becomes a [`Mailbox`], with the servers
//! of its provider in place, by [`Mailbox::read`]. With what it logs in: [`oauth2`].

mod account;

use std::{sync::LazyLock, time::Duration};

pub use self::account::{LoginWith, SERVERS, SERVICE, account, oauth2};
use crate::{
    network::is_host,
    settings::{FieldError, Setting, SettingKind, ShowIf},
};

/// Bytes of a mail that is carried whole: of a larger one the header alone comes in.
pub const LARGEST_MAIL: usize = 30 << 20;
/// Recipients of a mail.
pub const MOST_RECIPIENTS: usize = 100;

/// The fields as a manifest would declare them; their keys follow that of the mailbox.
static FIELDS: LazyLock<Vec<Setting>> =
    LazyLock::new(|| serde_json::from_str(include_str!("mailbox/fields.json")).unwrap_or_default());

/// Where mails come in and go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Its own address.
    pub address: String,
    /// What people see in front of it.
    pub name: Option<String>,
    /// As it logs in, at both servers.
    pub user: String,
    /// Where mails come in.
    pub imap: Server,
    /// Where they go out.
    pub smtp: Server,
    /// The folder that is read.
    pub folder: String,
    /// What becomes of a mail in that folder once the host has it.
    pub taken: Taken,
    /// Where a copy of what was sent is put.
    pub sent_folder: Option<String>,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A host name.
    pub host: String,
    /// Of TCP.
    pub port: u16,
    /// How it is spoken to: never in the open.
    pub security: Security,
}

crate::words! {
    /// How the connection to a mail server is encrypted.
    pub enum Security: "encryption" {
        /// From the first byte on.
        Tls = "tls",
        /// Begun in the open, and encrypted before anything is said.
        StartTls = "starttls",
    }
}

crate::words! {
    /// Whose servers they are.
    pub enum Provider: "provider" {
        /// Of Google.
        Gmail = "gmail",
        /// Of Microsoft.
        Microsoft365 = "microsoft-365",
        /// Of Fastmail.
        Fastmail = "fastmail",
        /// Of Apple.
        ICloud = "icloud",
        /// Of Yahoo.
        Yahoo = "yahoo",
        /// Entered by hand.
        Own = "own",
    }
}

/// What becomes of a mail in its folder once the host has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is marked as read.
    Seen,
    /// Nothing.
    Left,
    /// It goes to this folder.
    MovedTo(String),
}

/// To whom a mail goes, as mail servers go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where bounces go; none: nowhere.
    pub return_path: Option<String>,
    /// 1 to [`MOST_RECIPIENTS`] addresses.
    pub recipients: Vec<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOutcome {
    /// The server has taken it: what it answered.
    Sent(String),
    /// The server surely has not, for now: why, and when to try again.
    Later(String, Duration),
    /// Nobody knows: the connection broke after the mail was handed over. It is never repeated by itself.
    Unknown(String),
    /// The server refused it for good.
    Refused(String),
}

impl Provider {
    /// The servers for incoming and outgoing mail; none when they are entered.
    fn servers(self) -> Option<(Server, Server)> {
        let server = |host: &str, port, security| Server { host: host.to_owned(), port, security };
        let (imap, smtp) = match self {
            Self::Gmail => ("imap.gmail.com", server("smtp.gmail.com", 465, Security::Tls)),
            Self::Microsoft365 => ("outlook.office365.com", server("smtp.office365.com", 587, Security::StartTls)),
            Self::Fastmail => ("imap.fastmail.com", server("smtp.fastmail.com", 465, Security::Tls)),
            Self::ICloud => ("imap.mail.me.com", server("smtp.mail.me.com", 587, Security::StartTls)),
            Self::Yahoo => ("imap.mail.yahoo.com", server("smtp.mail.yahoo.com", 465, Security::Tls)),
            Self::Own => return None,
        };
        Some((server(imap, 993, Security::Tls), smtp))
    }
}

/// The key of a field, such as `inbox_address`.
#[must_use]
pub fn key(mailbox: &str, field: &str) -> String {
    format!("{mailbox}_{field}")
}

/// The settings that are entered for a setting: its fields for a mailbox, else itself.
#[must_use]
pub fn fields(setting: &Setting) -> Vec<Setting> {
    if setting.kind != SettingKind::Mailbox {
        return vec![setting.clone()];
    }
    let of_it = |field: &Setting| Setting {
        key: key(&setting.key, &field.key),
        required: field.required && setting.required,
        show_if: match &field.show_if {
            Some(of) => Some(ShowIf { setting: key(&setting.key, &of.setting), is: of.is.clone() }),
            None => setting.show_if.clone(),
        },
        ..field.clone()
    };
    FIELDS.iter().map(of_it).collect()
}

impl Mailbox {
    /// What was entered for the mailbox `setting`; `value` answers a field's text by its key, with the defaults in place.
    ///
    /// # Errors
    /// The first field that is missing or wrong.
    pub fn read(setting: &str, value: impl Fn(&str) -> Option<String>) -> Result<Self, FieldError> {
        let text = |field: &str| value(&key(setting, field)).filter(|text| !text.is_empty());
        let needed = |field: &str| text(field).ok_or_else(|| missing(setting, field));
        let provider = text("provider").and_then(|word| word.parse().ok()).unwrap_or(Provider::Own);
        let (imap, smtp) = match provider.servers() {
            Some(servers) => servers,
            None => (server(setting, "imap", (993, 143), &text)?, server(setting, "smtp", (465, 587), &text)?),
        };
        let address = needed("address")?;
        let taken = match text("taken").as_deref() {
            Some("leave") => Taken::Left,
            Some("move") => Taken::MovedTo(needed("taken_folder")?),
            _ => Taken::Seen,
        };
        Ok(Self {
            name: text("name"),
            user: text("user").unwrap_or_else(|| address.clone()),
            folder: text("folder").unwrap_or_else(|| "INBOX".to_owned()),
            sent_folder: text("sent_folder"),
            address,
            imap,
            smtp,
            taken,
        })
    }

    /// Whether mails may say that they come from this address, or bounce to it: its own, also with `+something` before the `@`.
    #[must_use]
    pub fn owns(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        let local = local.split_once('+').map_or(local, |(own, _)| own);
        let own = |of: &str| of.eq_ignore_ascii_case(&self.address);
        own(address) || own(&format!("{local}@{domain}"))
    }

    /// The folder of the server that is read: how far it was read counts for that one alone.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.imap.host, self.imap.port, self.folder)
    }
}

fn missing(setting: &str, field: &str) -> FieldError {
    FieldError::new(key(setting, field), "required", "enter a value")
}

/// A server that was entered; `ports`: with TLS and with STARTTLS, where none is.
fn server(
    setting: &str,
    which: &str,
    ports: (u16, u16),
    text: &impl Fn(&str) -> Option<String>,
) -> Result<Server, FieldError> {
    let field = |part: &str| format!("{which}_{part}");
    let host = text(&field("host")).ok_or_else(|| missing(setting, &field("host")))?.to_ascii_lowercase();
    if !is_host(&host) {
        let said = "enter the full name of the server, such as mail.example.com";
        return Err(FieldError::new(key(setting, &field("host")), "not-a-host", said));
    }
    let security = text(&field("security")).and_then(|word| word.parse().ok()).unwrap_or(Security::Tls);
    let port = match (text(&field("port")), security) {
        (None, Security::Tls) => ports.0,
        (None, Security::StartTls) => ports.1,
        (Some(port), _) => port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| {
            FieldError::new(key(setting, &field("port")), "not-a-port", "enter a whole number from 1 to 65535")
        })?,
    };
    Ok(Server { host, port, security })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::settings::is_shown;

    fn read(entered: &[(&str, &str)]) -> Result<Mailbox, FieldError> {
        let entered: BTreeMap<_, _> = entered.iter().copied().collect();
        Mailbox::read("inbox", |key| entered.get(key).map(|text| (*text).to_owned()))
    }

    #[test]
    fn a_mailbox_is_entered_as_ordinary_settings_in_three_languages() {
        let json = r#"{"key":"inbox","type":"mailbox","label":"Mailbox","required":true}"#;
        let fields = fields(&serde_json::from_str(json).unwrap());
        assert_eq!((fields.len(), fields[1].key.as_str()), (21, "inbox_address"));
        assert!(fields.iter().all(|field| field.kind != SettingKind::Mailbox));
        let secrets: Vec<_> = fields.iter().filter(|it| it.kind == SettingKind::Secret).map(|it| &it.key).collect();
        assert_eq!(secrets, ["inbox_password"]);
        for text in fields.iter().flat_map(|field| [Some(&field.label), field.hint.as_ref()]).flatten() {
            let languages: BTreeSet<_> = text.iter().map(|(code, _)| code).collect();
            assert_eq!(languages, BTreeSet::from(["ar", "de", "en"]), "{text:?}");
        }
        let providers: Vec<_> = fields[0].choices.iter().map(|choice| choice.value.as_str()).collect();
        assert!(providers.iter().all(|word| word.parse::<Provider>().is_ok()), "{providers:?}");
        let logins: Vec<_> = fields[4].choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(logins, LoginWith::ALL.map(LoginWith::as_str));
        assert!(
            SERVICE.iter().chain(&SERVERS).all(|bound| fields.iter().any(|field| field.key == key("inbox", bound)))
        );
        let shown = |provider: &str, login: &str| {
            let value = |key: &str| match key {
                "inbox_provider" => Some(provider.to_owned()),
                "inbox_login" => Some(login.to_owned()),
                _ => None,
            };
            fields.iter().filter(|field| is_shown(&fields, field, &value)).count()
        };
        let servers = (shown("own", "password"), shown("gmail", "password"));
        assert_eq!(servers, (15, 9), "servers are entered where the provider brings none");
        let accounts = ["google", "microsoft-365", "oauth2"].map(|login| shown("gmail", login));
        assert_eq!(
            accounts,
            [9, 10, 12],
            "an account takes the place of the password, and addresses are entered of others"
        );
    }

    #[test]
    fn a_provider_brings_its_servers_and_another_one_is_entered() {
        let known = read(&[("inbox_provider", "gmail"), ("inbox_address", "help@example.com")]).unwrap();
        assert_eq!((known.imap.host.as_str(), known.smtp.port), ("imap.gmail.com", 465));
        assert_eq!((known.user.as_str(), known.taken), ("help@example.com", Taken::Seen));
        let own = [("inbox_address", "help@example.com"), ("inbox_imap_host", "Mail.example.com")];
        assert_eq!(read(&own).unwrap_err().field, "inbox_smtp_host");
        let more = [("inbox_smtp_host", "mail.example.com"), ("inbox_smtp_security", "starttls")];
        let own = read(&[&own[..], &more].concat()).unwrap();
        assert_eq!((own.imap.host.as_str(), own.imap.port, own.smtp.port), ("mail.example.com", 993, 587));
    }

    #[test]
    fn a_mailbox_owns_its_address_and_what_is_tagged() {
        let more = [("inbox_provider", "gmail"), ("inbox_address", "Help@example.com")];
        let mailbox = read(&more).unwrap();
        for own in ["help@example.com", "help+7.a@EXAMPLE.com"] {
            assert!(mailbox.owns(own), "{own}");
        }
        for other in ["helper@example.com", "help@example.org", "x+help@example.com", "help", "help@a@example.com"] {
            assert!(!mailbox.owns(other), "{other}");
        }
    }

    #[test]
    fn what_cannot_be_a_server_is_told_at_its_field() {
        let with = |field, value| {
            let servers = [("inbox_imap_host", "a.example.com"), ("inbox_smtp_host", "b.example.com")];
            read(&[&servers[..], &[("inbox_address", "help@example.com"), (field, value)]].concat())
        };
        for host in ["localhost", "127.0.0.1", "a b.example.com", "https://a.example.com", "a..com"] {
            assert_eq!(with("inbox_imap_host", host).unwrap_err().code, "not-a-host", "{host}");
        }
        for port in ["0", "65536", "2.5", "-1"] {
            assert_eq!(with("inbox_smtp_port", port).unwrap_err().code, "not-a-port", "{port}");
        }
        assert_eq!(with("inbox_taken", "move").unwrap_err().field, "inbox_taken_folder");
        assert_ne!(with("inbox_folder", "Help").unwrap().place(), with("inbox_folder", "Other").unwrap().place());
    }
}
