//! The way to a mail server: its name leads to a public address, as for what add-ons ask, and the certificate is one that the
//! machine trusts. `--egress-override HOST=URL` leads a name to loopback instead: in the open for `http`, as the mailbox says for `https`.

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use annex_domain::{
    mailbox::{Security, Server},
    network::{NOT_PUBLIC, is_public},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, crypto::aws_lc_rs, pki_types::ServerName},
};
use url::{Host, Url};

use crate::error::{MailError, words};

/// The longest wait for a connection, with its encryption.
const CONNECT: Duration = Duration::from_secs(15);

/// The roots of the machine, as the HTTP client of add-ons has them: read once.
static TLS: LazyLock<Result<TlsConnector, String>> = LazyLock::new(|| {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier());
    let config = config.map_err(|error| error.to_string())?.with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
});

/// How mail servers are reached. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Network {
    overrides: Arc<BTreeMap<String, Url>>,
}

/// Whatever carries bytes to a server and back.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Wire for T {}

/// Where a server is, and whether what is said to it is encrypted, and how.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Its addresses are public, or it stands in on loopback.
    address: SocketAddr,
    /// None: in the open, which only what stands in is.
    security: Option<Security>,
}

impl Network {
    /// With host names that lead to loopback, for development and tests.
    #[must_use]
    pub fn new(overrides: BTreeMap<String, Url>) -> Self {
        Self { overrides: Arc::new(overrides) }
    }

    /// The ways to a server, one for each of its addresses.
    async fn ways(&self, server: &Server) -> Result<Vec<Way>, MailError> {
        let unreachable = |why: &str| MailError::Unreachable(server.host.clone(), why.to_owned());
        if let Some(url) = self.overrides.get(&server.host) {
            let address = stand_in(url).ok_or_else(|| unreachable("what stands in for it is no address"))?;
            return Ok(vec![Way { address, security: (url.scheme() == "https").then_some(server.security) }]);
        }
        let found = timeout(CONNECT, tokio::net::lookup_host((server.host.as_str(), server.port))).await;
        let found = found.ok().and_then(Result::ok).ok_or_else(|| unreachable("there is no such name"))?;
        let public = found.filter(|address| is_public(address.ip()));
        let ways: Vec<_> = public.map(|address| Way { address, security: Some(server.security) }).collect();
        if ways.is_empty() { Err(unreachable(NOT_PUBLIC)) } else { Ok(ways) }
    }

    /// A connection to a server, encrypted already where it is from the first byte.
    pub(crate) async fn connect(&self, server: &Server) -> Result<(Box<dyn Wire>, Option<Security>), MailError> {
        let mut last = "no answer".to_owned();
        for Way { address, security } in self.ways(server).await? {
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    let wire: Box<dyn Wire> = match security {
                        Some(Security::Tls) => encrypt(stream, server).await?,
                        Some(Security::StartTls) | None => Box::new(stream),
                    };
                    return Ok((wire, security));
                }
                Ok(Err(error)) => last = words(error),
                Err(_) => "no answer".clone_into(&mut last),
            }
        }
        Err(MailError::Unreachable(format!("{}:{}", server.host, server.port), last))
    }
}

/// Encrypts a connection to a server.
pub(crate) async fn encrypt(stream: impl Wire + 'static, server: &Server) -> Result<Box<dyn Wire>, MailError> {
    let failed = |why: String| MailError::Tls(server.host.clone(), why);
    let connector = TLS.as_ref().map_err(|why| failed(why.clone()))?;
    let name = ServerName::try_from(server.host.clone()).map_err(|error| failed(words(error)))?;
    match timeout(CONNECT, connector.connect(name, stream)).await {
        Ok(Ok(encrypted)) => Ok(Box::new(encrypted)),
        Ok(Err(error)) => Err(failed(words(error))),
        Err(_) => Err(failed("no answer".to_owned())),
    }
}

/// The address that a URL of `--egress-override` names.
fn stand_in(url: &Url) -> Option<SocketAddr> {
    let ip = match url.host()? {
        Host::Ipv4(v4) => IpAddr::V4(v4),
        Host::Ipv6(v6) => IpAddr::V6(v6),
        Host::Domain(_) => return None,
    };
    Some(SocketAddr::new(ip, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str) -> Server {
        Server { host: host.to_owned(), port: 993, security: Security::Tls }
    }

    #[tokio::test]
    async fn names_lead_to_public_addresses_or_to_what_stands_in() {
        let inside = Network::default().ways(&server("localhost")).await.unwrap_err();
        assert!(matches!(&inside, MailError::Unreachable(_, why) if why == NOT_PUBLIC), "{inside}");
        let stands_in =
            |url: &str| Network::new(BTreeMap::from([("imap.example.com".to_owned(), Url::parse(url).unwrap())]));
        let open = stands_in("http://127.0.0.1:1143").ways(&server("imap.example.com")).await.unwrap();
        assert_eq!((open[0].address.to_string().as_str(), open[0].security), ("127.0.0.1:1143", None));
        let encrypted = stands_in("https://127.0.0.1:1993").ways(&server("imap.example.com")).await.unwrap();
        assert_eq!(encrypted[0].security, Some(Security::Tls));
    }
}
