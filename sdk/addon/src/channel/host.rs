//! What a channel asks of its host, in version 0.1, with the signatures of the newest one. What 0.1 does not have is answered as a
//! host that does not do it.

pub(crate) mod http {
    use crate::bindings::{
        channel::annex::addon::http as old,
        plugin::annex::addon::http::{
            Auth, Content, CredentialPart, Error, Header, Method, Payload, Request, Response, Target,
        },
    };

    pub(crate) fn send(request: &Request) -> Result<Response, Error> {
        old::send(&asked(request)?).map(response).map_err(error)
    }

    pub(crate) fn send_all(requests: &[Request]) -> Vec<Result<Response, Error>> {
        let asked: Vec<_> = requests.iter().map(asked).collect();
        let sent: Vec<_> = asked.iter().filter_map(|asked| asked.as_ref().ok().cloned()).collect();
        let mut answers = old::send_all(&sent).into_iter();
        let mut next = || answers.next().unwrap_or(Err(old::Error::Timeout)).map(response).map_err(error);
        asked.into_iter().map(|asked| asked.and_then(|_| next())).collect()
    }

    fn asked(request: &Request) -> Result<old::Request, Error> {
        let body = match (&request.payload, &request.target) {
            (Payload::Empty, Target::Memory) => None,
            (Payload::Bytes(bytes), Target::Memory) => Some(bytes.clone()),
            _ => return Err(Error::Denied("channels have no files".into())),
        };
        let header = |Header { name, value }: &Header| old::Header { name: name.clone(), value: value.clone() };
        Ok(old::Request {
            method: match request.method {
                Method::Get => old::Method::Get,
                Method::Head => old::Method::Head,
                Method::Post => old::Method::Post,
                Method::Put => old::Method::Put,
                Method::Patch => old::Method::Patch,
                Method::Delete => old::Method::Delete,
            },
            url: request.url.clone(),
            headers: request.headers.iter().map(header).collect(),
            body,
            auth: request.auth.as_ref().map(auth),
            timeout_ms: request.timeout_ms,
        })
    }

    fn auth(auth: &Auth) -> old::Auth {
        let part = |part: &CredentialPart| match part {
            CredentialPart::Setting(key) => old::CredentialPart::Setting(key.clone()),
            CredentialPart::Literal(text) => old::CredentialPart::Literal(text.clone()),
        };
        match auth {
            Auth::Bearer(key) => old::Auth::Bearer(key.clone()),
            Auth::Basic(basic) => {
                old::Auth::Basic(old::BasicAuth { user: part(&basic.user), password: part(&basic.password) })
            }
            Auth::Header(named) => {
                old::Auth::Header(old::NamedKey { name: named.name.clone(), key: named.key.clone() })
            }
            Auth::Query(named) => old::Auth::Query(old::NamedKey { name: named.name.clone(), key: named.key.clone() }),
            Auth::Path(key) => old::Auth::Path(key.clone()),
        }
    }

    fn response(old::Response { status, headers, body }: old::Response) -> Response {
        let headers = headers.into_iter().map(|old::Header { name, value }| Header { name, value }).collect();
        Response { status, headers, content: Content::Bytes(body) }
    }

    fn error(error: old::Error) -> Error {
        match error {
            old::Error::Invalid(text) => Error::Invalid(text),
            old::Error::Denied(text) => Error::Denied(text),
            old::Error::NeedsSetting(key) => Error::NeedsSetting(key),
            old::Error::Unreachable(text) => Error::Unreachable(text),
            old::Error::Timeout => Error::Timeout,
            old::Error::TooLarge(text) => Error::TooLarge(text),
            old::Error::RateLimited(wait) => Error::RateLimited(wait),
        }
    }
}

pub(crate) mod kv {
    use crate::bindings::{
        channel::annex::addon::kv as old,
        plugin::annex::addon::kv::{Entry, Error, KeyPage, Options, PairPage},
    };

    pub(crate) fn get(key: &str) -> Result<Option<Entry>, Error> {
        let entry = |old::Entry { value, version }| Entry { value, version, expires: None };
        Ok(old::get(key).map_err(error)?.map(entry))
    }

    pub(crate) fn set(key: &str, value: &[u8], options: Options) -> Result<u64, Error> {
        if options.expires_in_ms.is_some() {
            return Err(unknown());
        }
        old::set(key, value, options.expected).map_err(error)
    }

    pub(crate) fn delete(key: &str, expected: Option<u64>) -> Result<bool, Error> {
        old::delete(key, expected).map_err(error)
    }

    pub(crate) fn add(_key: &str, _delta: i64, _expires_in_ms: Option<u64>) -> Result<i64, Error> {
        Err(unknown())
    }

    pub(crate) fn keys(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, Error> {
        let old::KeyPage { keys, next } = old::list(prefix, cursor, limit).map_err(error)?;
        Ok(KeyPage { keys, next })
    }

    pub(crate) fn scan(_prefix: &str, _cursor: Option<&str>, _limit: u32) -> Result<PairPage, Error> {
        Err(unknown())
    }

    fn unknown() -> Error {
        Error::Invalid("values of channels do not expire, count and are not scanned".into())
    }

    fn error(error: old::Error) -> Error {
        match error {
            old::Error::Conflict(version) => Error::Conflict(version),
            old::Error::Quota(bytes) => Error::Quota(bytes),
            old::Error::Invalid(text) => Error::Invalid(text),
            old::Error::Unavailable => Error::Unavailable,
        }
    }
}

pub(crate) mod settings {
    use crate::bindings::{channel::annex::addon::settings as old, plugin::annex::addon::settings::Value};

    pub(crate) fn get(key: &str) -> Option<Value> {
        old::get(key).map(|value| match value {
            old::Value::Text(text) => Value::Text(text),
            old::Value::Number(number) => Value::Number(number),
            old::Value::Flag(flag) => Value::Flag(flag),
            old::Value::Many(many) => Value::Many(many),
            old::Value::Secret => Value::Secret,
        })
    }
}

pub(crate) mod log {
    use crate::bindings::{channel::annex::addon::log as old, plugin::annex::addon::log::Level};

    pub(crate) fn write(level: Level, message: &str) {
        let level = match level {
            Level::Debug => old::Level::Debug,
            Level::Info => old::Level::Info,
            Level::Warn => old::Level::Warn,
            Level::Error => old::Level::Error,
        };
        old::write(level, message);
    }
}
