//! `http`: needs the capability `http` with the host. Credentials are read here, by the keys of settings that the
//! manifest declares, and handed to the egress guard; they never enter the component. Files are read and made as `files` would.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use annex_domain::{
    capability::Access,
    ports::FileFacts,
    settings::{SettingKind, SettingValue},
};
use futures::StreamExt as _;
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{
    egress::{
        Inbound, LONGEST, Outbound, Room,
        auth::{Auth, Credential},
    },
    error::EgressError,
    report::Outcome,
    state::Caller,
};

mod payload;

const MOST_REQUESTS: usize = 16;
const AT_ONCE: usize = 4;

/// What a component wants to be sent.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) payload: Payload,
    pub(crate) auth: Option<AuthBy>,
    pub(crate) timeout_ms: Option<u32>,
    pub(crate) target: Target,
}

/// What a request carries. Files are named by their ids.
#[derive(Debug)]
pub(crate) enum Payload {
    Empty,
    Bytes(Vec<u8>),
    Whole(String),
    /// Names with what is under them.
    Form(Vec<(String, Part)>),
}

/// What a field of a form holds.
#[derive(Debug)]
pub(crate) enum Part {
    Text(String),
    Whole(String),
}

/// Where the body of an answer goes.
#[derive(Debug)]
pub(crate) enum Target {
    Memory,
    /// Of that name.
    NewFile(String),
}

/// A credential by the keys of settings.
#[derive(Debug)]
pub(crate) enum AuthBy {
    Bearer(String),
    Basic { user: Half, password: Half },
    Header { name: String, key: String },
    Query { name: String, key: String },
    Path(String),
}

/// Half of a credential.
#[derive(Debug)]
pub(crate) enum Half {
    Setting(String),
    Literal(String),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: Content,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    NewFile(FileFacts),
}

type Answer = Result<Response, EgressError>;

impl Caller {
    pub(crate) async fn http_send(&mut self, request: Request) -> wasmtime::Result<Answer> {
        let detail = detail(&request);
        let send = async |state: &mut Self| {
            state.resolve_hosts().await?;
            state.fetch(request, &Room::new()).await
        };
        let (answer, wall) = self.timed("http.send", send).await?;
        self.record_request(&detail, wall, &answer);
        Ok(answer)
    }

    pub(crate) async fn http_send_all(&mut self, requests: Vec<Request>) -> wasmtime::Result<Vec<Answer>> {
        let count = requests.len();
        if count > MOST_REQUESTS {
            let text = format!("at most {MOST_REQUESTS} requests at once, not {count}");
            return Ok((0..count).map(|_| Err(EgressError::Invalid(text.clone()))).collect());
        }
        let details: Vec<_> = requests.iter().map(detail).collect();
        let send = async |state: &mut Self| match state.resolve_hosts().await {
            Ok(()) => state.fetch_all(requests).await,
            Err(error) => (0..count).map(|_| (Err(error.clone()), Duration::ZERO)).collect(),
        };
        let summary = |answers: &Vec<_>| Outcome::Ok(format!("{} answers", answers.len()));
        let answers = self.host_call("http.send-all", &format!("{count} requests"), send, summary).await?;
        for (detail, (answer, wall)) in details.iter().zip(&answers) {
            self.record_request(detail, *wall, answer);
        }
        Ok(answers.into_iter().map(|(answer, _)| answer).collect())
    }

    fn record_request(&mut self, detail: &str, wall: Duration, answer: &Answer) {
        match answer {
            Err(EgressError::RateLimited(_)) => self.meter.refused("http.send", detail, outcome(answer)),
            _ => self.meter.record("http.send", detail, wall, outcome(answer)),
        }
    }

    async fn fetch_all(&self, requests: Vec<Request>) -> Vec<(Answer, Duration)> {
        let room = Room::new();
        let fetches: Vec<_> = requests
            .into_iter()
            .map(|request| async {
                let started = Instant::now();
                (self.fetch(request, &room).await, started.elapsed())
            })
            .collect();
        futures::stream::iter(fetches).buffered(AT_ONCE).collect().await
    }

    async fn fetch(&self, request: Request, room: &Room) -> Answer {
        if let Some(text) = self.denied(Access::Http) {
            return Err(EgressError::Denied(text));
        }
        let timeout = match request.timeout_ms {
            None => LONGEST,
            Some(ms @ 1..=10_000) => Duration::from_millis(u64::from(ms)),
            Some(_) => return Err(EgressError::Invalid("`timeout-ms`: 1 to 10,000".into())),
        };
        let hosts = self.hosts.clone().unwrap_or_default();
        self.check_unset_host(&request.url, &hosts)?;
        let auth = match request.auth {
            Some(auth) => Some(self.credentials(auth).await?),
            None => None,
        };
        let mut headers = request.headers;
        let body = self.body(request.payload, &mut headers).await?;
        let outbound = Outbound { method: request.method, url: request.url, headers, body, auth, timeout };
        let Inbound { status, headers, body } =
            self.services.egress.send(self.scope.desk, &hosts, outbound, room, &self.traffic).await?;
        let content = match request.target {
            Target::NewFile(name) if (200..300).contains(&status) => Content::NewFile(self.keep(&name, body).await?),
            _ => Content::Bytes(body),
        };
        Ok(Response { status, headers, content })
    }

    /// True when the host names in force are still unknown, and depend on settings.
    pub(crate) fn hosts_need_settings(&self) -> bool {
        self.hosts.is_none()
            && self.denied(Access::Http).is_none()
            && self.in_force.hosts().any(|pattern| pattern.setting().is_some())
    }

    /// The host names in force: patterns of the manifest that the desk granted, with their labels from settings. Read
    /// once in a call.
    pub(crate) async fn resolve_hosts(&mut self) -> Result<(), EgressError> {
        if self.hosts.is_some() {
            return Ok(());
        }
        let mut hosts = Vec::new();
        if self.denied(Access::Http).is_none() {
            for pattern in self.in_force.hosts() {
                let label = match pattern.setting() {
                    Some(key) => self.label(key).await?,
                    None => None,
                };
                hosts.extend(pattern.resolve(label.as_deref()));
            }
        }
        self.hosts = Some(Arc::new(hosts));
        Ok(())
    }

    async fn label(&self, key: &str) -> Result<Option<String>, EgressError> {
        let stored = self.entered_setting(key).await;
        match stored.map_err(|_| EgressError::Unreachable("the settings cannot be read".into()))? {
            Some(SettingValue::Text(label)) => Ok(Some(label)),
            _ => Ok(self
                .manifest
                .settings
                .iter()
                .find(|setting| setting.key == key)
                .and_then(|setting| setting.default.clone())),
        }
    }

    /// A host that only lacks the setting for its first label is a missing setting, not a missing grant.
    fn check_unset_host(&self, url: &str, hosts: &[String]) -> Result<(), EgressError> {
        let Ok(url) = Url::parse(url) else { return Ok(()) };
        let host = url.host_str().unwrap_or_default();
        if hosts.iter().any(|name| name == host) {
            return Ok(());
        }
        let unset = self.in_force.hosts().find_map(|pattern| {
            let (key, fixed) = pattern.as_str().strip_prefix('{')?.split_once('}')?;
            // Nobody can tell which host was meant where all of it is entered.
            if fixed.is_empty() {
                return None;
            }
            let resolved =
                hosts.iter().any(|name| name.split_once('.').is_some_and(|(_, rest)| fixed == format!(".{rest}")));
            (host.ends_with(fixed) && !resolved).then(|| key.to_owned())
        });
        unset.map_or(Ok(()), |key| Err(EgressError::NeedsSetting(key)))
    }

    async fn credentials(&self, auth: AuthBy) -> Result<Auth, EgressError> {
        Ok(match auth {
            AuthBy::Bearer(key) => Auth::Bearer(self.bearer(key).await?),
            AuthBy::Basic { user, password } => {
                Auth::Basic { user: self.half(user).await?, password: self.half(password).await? }
            }
            AuthBy::Header { name, key } => Auth::Header { name, value: self.credential(key).await? },
            AuthBy::Query { name, key } => Auth::Query { name, value: self.credential(key).await? },
            AuthBy::Path(key) => Auth::Path(self.credential(key).await?),
        })
    }

    /// Of an account its access token, which is made fresh before; never while settings are tried that would end it.
    async fn bearer(&self, key: String) -> Result<Credential, EgressError> {
        let mut settings = self.manifest.settings.iter();
        if !settings.any(|setting| setting.key == key && setting.kind == SettingKind::OAuth2) {
            return self.credential(key).await;
        }
        if self.lent.setting(&key).is_some() {
            return Err(EgressError::NeedsSetting(key));
        }
        let token = tokio::time::timeout(LONGEST, self.services.data.access_token(&self.scope, &key)).await;
        match token {
            Ok(Ok(Some(value))) => Ok(Credential { key: Some(key), value }),
            Ok(Ok(None)) => Err(EgressError::NeedsSetting(key)),
            Ok(Err(_)) | Err(_) => Err(EgressError::Unreachable("the access token cannot be made fresh".into())),
        }
    }

    async fn half(&self, half: Half) -> Result<Credential, EgressError> {
        match half {
            Half::Setting(key) => self.credential(key).await,
            Half::Literal(text) => Ok(Credential { key: None, value: text.into() }),
        }
    }

    async fn credential(&self, key: String) -> Result<Credential, EgressError> {
        let declared = self.manifest.settings.iter().find(|setting| setting.key == key);
        let Some(setting) = declared.filter(|s| matches!(s.kind, SettingKind::Secret | SettingKind::Text)) else {
            let text = format!("`auth`: the manifest has no setting `{key}` of type secret or text");
            return Err(EgressError::Invalid(text));
        };
        let stored = self
            .entered_credential(&key)
            .await
            .map_err(|_| EgressError::Unreachable("the settings cannot be read".into()))?;
        let value = stored.or_else(|| setting.default.clone().map(SecretString::from));
        match value.filter(|value| !value.expose_secret().is_empty()) {
            Some(value) => Ok(Credential { key: Some(key), value }),
            None => Err(EgressError::NeedsSetting(key)),
        }
    }
}

/// Method and host: a path or query could hold what does not belong into logs.
fn detail(request: &Request) -> String {
    let url = Url::parse(&request.url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or("?");
    format!("{} {host}", request.method)
}

fn outcome(answer: &Answer) -> Outcome {
    match answer {
        Ok(answer) => Outcome::Ok(answer.status.to_string()),
        Err(error) => Outcome::Error(format!("{}: {error}", error.code())),
    }
}
