//! Outbound HTTP: the only way from an add-on to other systems, and the only home of the HTTP client.
//!
//! Every request, and every redirect it meets, passes the same steps: the URL's form ([`target`]), the host against
//! what is declared and granted, headers ([`headers`]) and credentials ([`auth`]) put in by the host, names resolved to
//! public addresses only ([`resolve`]), a bounded answer ([`body`]) with the credentials taken out.
//! Limits: 1 MiB out, 4 MiB in after decompression, 10 s, 3 redirects, a rate for each desk.

pub(crate) mod auth;
mod body;
mod headers;
mod host_request;
mod overrides;
mod posted;
mod resolve;
pub(crate) mod target;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use annex_domain::{
    ids::DeskId,
    network::{NOT_PUBLIC, is_public},
};
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};
use http::{HeaderMap, Method, StatusCode, header};
use secrecy::SecretString;
use url::Url;

pub use host_request::{Asker, Body, HostRequest, Key};
pub use overrides::parse_override;
pub use posted::{Answered, Post};

use crate::{config::EgressConfig, error::EgressError, traffic::Traffic};
use auth::{Auth, Secrets};
pub(crate) use body::Room;

/// The longest that one request may take, with its redirects.
pub(crate) const LONGEST: Duration = Duration::from_secs(10);
const MOST_REDIRECTS: usize = 3;
const LARGEST_REQUEST: usize = 1 << 20;

/// The guard and its connections.
#[derive(Clone)]
pub(crate) struct Egress(Arc<Inner>);

#[expect(clippy::disallowed_types, reason = "this module is the one home of outbound HTTP")]
type Client = reqwest::Client;

struct Inner {
    public: Client,
    local: Client,
    config: EgressConfig,
    rate: DefaultKeyedRateLimiter<DeskId>,
}

/// A request whose parts are not yet checked.
pub(crate) struct Outbound {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) auth: Option<Auth>,
    pub(crate) timeout: Duration,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Inbound {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One request on its way, as redirects change it.
struct Hop {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<bytes::Bytes>,
}

impl Egress {
    pub(crate) fn new(config: EgressConfig) -> Result<Self, reqwest::Error> {
        let bare = || {
            Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(Duration::from_secs(5))
                .pool_idle_timeout(Duration::from_secs(30))
                .http2_max_header_list_size(64 << 10)
                .user_agent(concat!("annex/", env!("CARGO_PKG_VERSION")))
        };
        let per_minute = NonZeroU32::new(config.requests_per_minute).unwrap_or(NonZeroU32::MIN);
        Ok(Self(Arc::new(Inner {
            public: bare().https_only(true).dns_resolver(resolve::PublicOnly::system()).build()?,
            local: bare().build()?,
            rate: DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_minute)),
            config,
        })))
    }

    /// Sends `request` for `desk` to one of `hosts`, the names in force.
    pub(crate) async fn send(
        &self,
        desk: DeskId,
        hosts: &[String],
        request: Outbound,
        room: &Room,
        traffic: &Traffic,
    ) -> Result<Inbound, EgressError> {
        self.send_hiding(desk, hosts, request, None, room, traffic).await
    }

    /// The same; `hidden` is taken out of what comes back like a credential.
    async fn send_hiding(
        &self,
        desk: DeskId,
        hosts: &[String],
        request: Outbound,
        hidden: Option<&SecretString>,
        room: &Room,
        traffic: &Traffic,
    ) -> Result<Inbound, EgressError> {
        let timeout = request.timeout.min(LONGEST);
        let mut secrets = request.auth.as_ref().map(Auth::secrets).unwrap_or_default();
        if let Some(hidden) = hidden {
            secrets.add(hidden);
        }
        let prepared = prepare(request, hosts).and_then(|prepared| self.take_from_rate(desk).map(|()| prepared));
        let (hop, auth) = prepared.inspect_err(|_| traffic.stayed())?;
        let answer = tokio::time::timeout(timeout, self.follow(hop, auth, &secrets, hosts, room, traffic)).await;
        answer.unwrap_or(Err(EgressError::Timeout)).map_err(|error| secrets.scrub_error(error))
    }

    /// The status of a plain GET without credentials, for the check of a subdomain: no redirect is followed.
    pub(crate) async fn probe(&self, url: &str) -> Result<u16, EgressError> {
        let url = target::parse(url)?;
        let hop = Hop { method: Method::GET, url, headers: HeaderMap::new(), body: None };
        let none = Secrets::default();
        let answer = tokio::time::timeout(LONGEST, self.once(hop, &none, &Traffic::default())).await;
        Ok(answer.unwrap_or(Err(EgressError::Timeout))?.status().as_u16())
    }

    pub(crate) fn config(&self) -> &EgressConfig {
        &self.0.config
    }

    fn take_from_rate(&self, desk: DeskId) -> Result<(), EgressError> {
        self.0.rate.check_key(&desk).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            EgressError::RateLimited(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1))
        })?;
        // Desks that were quiet for a while need no entry.
        if self.0.rate.len() > 10_000 {
            self.0.rate.retain_recent();
        }
        Ok(())
    }

    async fn follow(
        &self,
        mut hop: Hop,
        mut auth: Option<Auth>,
        secrets: &Secrets,
        hosts: &[String],
        room: &Room,
        traffic: &Traffic,
    ) -> Result<Inbound, EgressError> {
        for _ in 0..=MOST_REDIRECTS {
            let mut sent = Hop { headers: hop.headers.clone(), url: hop.url.clone(), ..hop.clone_rest() };
            if let Some(auth) = &auth {
                auth.add_header(&mut sent.headers)?;
            }
            let response = self.once(sent, secrets, traffic).await?;
            let status = response.status().as_u16();
            let location = redirect_of(&response);
            let Some(location) = location else {
                let retry_after = retry_after(response.headers());
                let answer = body::read(response, secrets, room).await?;
                traffic.answered(status, retry_after);
                return Ok(answer);
            };
            traffic.answered(status, None);
            let next = target::redirect(&hop.url, &location, hosts)?;
            if next.host_str() != hop.url.host_str() {
                if secrets.occur_in(next.as_str()) || secrets.occur_in(&location) {
                    return Err(EgressError::Denied("a redirect to another host carries a credential".into()));
                }
                auth = None;
                headers::keep_harmless(&mut hop.headers);
            }
            hop.turn(response.status(), next);
        }
        // The add-on kit's `Error::is_redirect` reads this ending, and the start of what `target::redirect` says.
        Err(EgressError::Unreachable(format!("more than {MOST_REDIRECTS} redirects")))
    }

    /// One request and the head of its answer.
    async fn once(&self, hop: Hop, secrets: &Secrets, traffic: &Traffic) -> Result<reqwest::Response, EgressError> {
        let host = hop.url.host_str().unwrap_or_default();
        let local = self.0.config.overrides.get(host);
        let mut request = match local {
            None => self.0.public.request(hop.method, hop.url.clone()),
            Some(base) => {
                self.0.local.request(hop.method, overrides::redirected(base, &hop.url)).header(header::HOST, host)
            }
        };
        request = request.headers(hop.headers);
        if let Some(body) = hop.body {
            request = request.body(body);
        }
        traffic.leaves();
        let response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                traffic.not_connected();
            }
            unreachable(&error, secrets)
        })?;
        // The resolver gave public addresses only; this holds for connections that are used again as well.
        let peer_is_fine = response.remote_addr().is_some_and(|peer| match local {
            None => is_public(peer.ip()),
            Some(_) => peer.ip().is_loopback(),
        });
        if peer_is_fine { Ok(response) } else { Err(EgressError::Unreachable(NOT_PUBLIC.into())) }
    }
}

/// Checks everything that can be checked before a connection, and puts credentials into the URL.
fn prepare(request: Outbound, hosts: &[String]) -> Result<(Hop, Option<Auth>), EgressError> {
    let Outbound { method, url, headers, body, auth, .. } = request;
    let url = auth::place_in_url(auth.as_ref(), &url)?;
    target::check_host(&url, hosts)?;
    let headers = headers::check(&headers, auth.as_ref().and_then(Auth::header_name))?;
    let size = url.as_str().len()
        + headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>()
        + body.as_ref().map_or(0, Vec::len);
    if size > LARGEST_REQUEST {
        return Err(EgressError::TooLarge(format!("the request has {size} bytes, at most 1 MiB can be sent")));
    }
    Ok((Hop { method, url, headers, body: body.map(Into::into) }, auth))
}

/// Seconds; a date, which is rare and needs both clocks to agree, counts as nothing said.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn redirect_of(response: &reqwest::Response) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(header::LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

impl Hop {
    fn clone_rest(&self) -> Self {
        Self { method: self.method.clone(), url: self.url.clone(), headers: HeaderMap::new(), body: self.body.clone() }
    }

    /// As browsers do: 303, and 301 or 302 after POST, go on with GET and without a body.
    fn turn(&mut self, status: StatusCode, next: Url) {
        let becomes_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = None;
            self.headers.remove(header::CONTENT_TYPE);
        }
        self.url = next;
    }
}

/// A text without the URL, which may hold a credential.
fn unreachable(error: &reqwest::Error, secrets: &Secrets) -> EgressError {
    if error.is_timeout() {
        return EgressError::Timeout;
    }
    let outer: &dyn std::error::Error = error;
    let mut cause = outer;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let step = if error.is_connect() { "cannot connect" } else { "the connection failed" };
    let cause = if outer.source().is_some() { cause.to_string() } else { String::from("no answer") };
    EgressError::Unreachable(secrets.scrub(&format!("{step}: {cause}")))
}

#[cfg(test)]
pub(crate) mod tests;
