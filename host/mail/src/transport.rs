//! The way out: an SMTP server, or none, in which case mails are kept to be read in the panel.

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError},
};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

/// The longest wait for one answer of the server.
const ANSWER: Duration = Duration::from_secs(20);
/// The longest try as a whole: shorter than the lease of a job.
const WHOLE: Duration = Duration::from_secs(60);
/// Answers about who we are, not about the mail (RFC 4954): it waits until the configuration is right.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];

/// Where mails go. Cheap to clone.
#[derive(Clone)]
pub enum Transport {
    /// To an SMTP server.
    Smtp(Smtp),
    /// Nowhere: they are kept in the outbox.
    Keep,
}

/// An SMTP server. Mails come seldom, so each has its own connection: one that is kept is more often dead than of use.
#[derive(Clone)]
pub struct Smtp {
    /// Boxed: it is large.
    builder: Box<AsyncSmtpTransportBuilder>,
    /// Host and port, for people.
    server: String,
}

/// An SMTP URL that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Not a URL with the scheme smtp or smtps, or without a host.
    #[error("the SMTP URL is not of the form smtp://user:password@host:587 or smtps://user:password@host:465")]
    Url,
    /// `tls` is neither `required` nor `none`.
    #[error(
        "the SMTP URL's parameter `tls` is `{0}`: use `required`, or `none` for a server in a network that you trust"
    )]
    Tls(String),
    /// A password would be sent readable for everyone on the way.
    #[error("the SMTP URL has a password but no encryption: leave `tls=none` out, or use smtps://")]
    Readable,
    /// The library refused it.
    #[error("the SMTP URL cannot be used: {0}")]
    Refused(String),
}

impl TransportError {
    /// A stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url => "smtp-url",
            Self::Tls(_) => "smtp-tls",
            Self::Readable => "smtp-readable",
            Self::Refused(_) => "smtp-refused",
        }
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// The server refuses this mail for good, in its own words.
    Refused(String),
    /// It may work later.
    Later(String),
}

impl Transport {
    /// From the configured URL: `smtps://user:password@host:465`, or `smtp://user:password@host:587`, which insists on
    /// STARTTLS unless the host is this machine or the URL ends in `?tls=none`. Without a URL mails are kept.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn from_url(url: Option<&SecretString>) -> Result<Self, TransportError> {
        url.map_or(Ok(Self::Keep), |url| Smtp::new(url.expose_secret()).map(Self::Smtp))
    }

    /// The server's host and port; none when mails are kept.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        match self {
            Self::Smtp(smtp) => Some(&smtp.server),
            Self::Keep => None,
        }
    }
}

/// No password.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transport").field(&self.server().unwrap_or("kept")).finish()
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.server).finish()
    }
}

impl Smtp {
    fn new(text: &str) -> Result<Self, TransportError> {
        let mut url = Url::parse(text).map_err(|_| TransportError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(TransportError::Url)?.to_owned();
        let chosen = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let local = is_this_machine(&url);
        let encrypted = match (url.scheme(), chosen.as_deref()) {
            ("smtps", None | Some("required")) | ("smtp", Some("required")) => true,
            ("smtp", None) => !local,
            ("smtp", Some("none")) => false,
            ("smtp" | "smtps", Some(other)) => return Err(TransportError::Tls(other.into())),
            _ => return Err(TransportError::Url),
        };
        if !encrypted && !local && url.password().is_some() {
            return Err(TransportError::Readable);
        }
        let query = (url.scheme() == "smtp" && encrypted).then_some("tls=required");
        url.set_query(query);
        let port = url.port().unwrap_or(if url.scheme() == "smtps" { 465 } else { 587 });
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|error| TransportError::Refused(error.to_string()))?;
        let builder = builder.port(port).timeout(Some(ANSWER));
        Ok(Self { builder: Box::new(builder), server: format!("{host}:{port}") })
    }

    /// Hands a mail to the server.
    pub(crate) async fn send(&self, message: Message) -> Result<(), NotSent> {
        let connection = self.builder.as_ref().clone().build::<Tokio1Executor>();
        let sent = tokio::time::timeout(WHOLE, connection.send(message)).await;
        connection.shutdown().await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.not_sent(&error)),
            Err(_) => Err(NotSent::Later(format!("{} did not answer for {} seconds", self.server, WHOLE.as_secs()))),
        }
    }

    fn not_sent(&self, error: &SmtpError) -> NotSent {
        let code = error.status().map(u16::from);
        let words = words(error);
        match code {
            Some(code) if error.is_permanent() && !ABOUT_US.contains(&code) => {
                NotSent::Refused(format!("{} answered {code} {words}", self.server))
            }
            Some(code) => NotSent::Later(format!("{} answered {code} {words}", self.server)),
            None => NotSent::Later(format!("{}: {words}", self.server)),
        }
    }
}

/// What the server said, or what the network did: the innermost reason.
fn words(error: &SmtpError) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn is_this_machine(url: &Url) -> bool {
    // For schemes that are not special the parser leaves IPv4 addresses as names.
    let address = |host: &str| host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || address(name),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(url: &str) -> Result<String, TransportError> {
        Transport::from_url(Some(&url.into())).map(|transport| transport.server().unwrap().to_owned())
    }

    #[test]
    fn without_a_url_mails_are_kept() {
        assert!(Transport::from_url(None).unwrap().server().is_none());
    }

    #[test]
    fn urls_are_smtp_or_smtps() {
        assert_eq!(transport("smtps://me:secret@mail.example.org").unwrap(), "mail.example.org:465");
        assert_eq!(transport("smtp://mail.example.org").unwrap(), "mail.example.org:587");
        assert_eq!(transport("smtp://127.0.0.1:2525").unwrap(), "127.0.0.1:2525");
        for wrong in ["http://mail.example.org", "smtp:", "mail.example.org", ""] {
            assert_eq!(transport(wrong), Err(TransportError::Url), "{wrong}");
        }
        assert_eq!(transport("smtp://a.example?tls=perhaps"), Err(TransportError::Tls("perhaps".into())));
    }

    #[test]
    fn a_password_is_never_sent_readable_to_another_machine() {
        assert_eq!(transport("smtp://me:secret@mail.example.org?tls=none"), Err(TransportError::Readable));
        assert!(transport("smtp://me:secret@mail.example.org").is_ok());
        assert!(transport("smtp://me:secret@localhost:2525").is_ok());
        assert!(transport("smtp://relay.internal?tls=none").is_ok());
    }

    #[test]
    fn no_password_is_printed() {
        let transport = Transport::from_url(Some(&"smtps://me:hunter2@mail.example.org".into())).unwrap();
        assert_eq!(format!("{transport:?}"), "Transport(\"mail.example.org:465\")");
    }
}
