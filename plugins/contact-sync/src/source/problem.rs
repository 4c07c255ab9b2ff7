//! Why a CRM gave no contact. Each kind has its own text (R54), because each has its own way out.

use annex_sdk::http::{self, Response};
use serde_json::Value;

/// Letters of an answer's own words that are kept for the log.
const QUOTED: usize = 200;
const NOTHING_MORE: &str = "it says nothing more";

/// Why a CRM gave no contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The key is wrong, or lacks the permission.
    Access(String),
    /// The CRM asks to be left alone for a while.
    Busy(String),
    /// This desk has used up what it may ask in a minute.
    Rate(String),
    /// The service or the network is down.
    Service(String),
    /// The CRM does not accept the question.
    Refused(u16, String),
    /// The answer is an error in the CRM's own words.
    Reported(String),
    /// There is nothing at this address, or it leads elsewhere.
    Moved(String),
    /// The answer is something else than data.
    Unreadable(String),
    /// The service is there; nobody has that e-mail.
    NotFound,
    /// Settings are missing.
    Settings,
    /// The desk did not grant the host.
    Denied(String),
}

impl Problem {
    /// The start of its texts' keys.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Access(_) => "access",
            Self::Busy(_) => "busy",
            Self::Rate(_) => "rate",
            Self::Service(_) => "service",
            Self::Refused(..) => "refused",
            Self::Reported(_) => "reported",
            Self::Moved(_) => "moved",
            Self::Unreadable(_) => "unreadable",
            Self::NotFound => "not-found",
            Self::Settings => "settings",
            Self::Denied(_) => "denied",
        }
    }

    /// For the log: no personal data.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Access(text) => format!("refused the key: {text}"),
            Self::Busy(text) => format!("is busy: {text}"),
            Self::Refused(status, text) => format!("refused the question with status {status}: {text}"),
            Self::Reported(text) => format!("answered with an error: {text}"),
            Self::Moved(text) => format!("is not at this address: {text}"),
            Self::Unreadable(text) => format!("answered with something that is not data: {text}"),
            Self::Rate(text) | Self::Service(text) => text.clone(),
            Self::NotFound => "has no contact with this e-mail".into(),
            Self::Settings => "settings are missing".into(),
            Self::Denied(text) => format!("not allowed: {text}"),
        }
    }

    /// The problem that an answer's status stands for; none for an answer that may hold contacts.
    pub(super) fn of_status(response: &Response, json: Option<&Value>) -> Option<Self> {
        let status = response.status();
        let said = || match json.and_then(words) {
            Some(text) => format!("status {status}, {text}"),
            None => format!("status {status}"),
        };
        match status {
            200..=299 => None,
            300..=399 => Some(Self::Moved(format!("status {status} leads elsewhere"))),
            401 | 403 | 407 => Some(Self::Access(said())),
            // A service that speaks JSON knows the question and found nobody; a page says that there is no such place.
            404 if json.is_some() => Some(Self::NotFound),
            404 | 410 => Some(Self::Moved(said())),
            429 => {
                let wait = response.header("retry-after").filter(|wait| wait.bytes().all(|byte| byte.is_ascii_digit()));
                Some(Self::Busy(wait.map_or_else(said, |wait| format!("status 429, again in {wait} seconds"))))
            }
            408 | 500.. => Some(Self::Service(format!("answered with {}", said()))),
            _ => Some(Self::Refused(status, json.and_then(words).unwrap_or_else(|| NOTHING_MORE.into()))),
        }
    }

    /// The problem of an answer that says 200 and means an error.
    pub(super) fn of_words(error: &Value) -> Self {
        const ACCESS: [&str; 9] =
            ["token", "apikey", "api key", "api_key", "credential", "unauthor", "forbidden", "permission", "denied"];
        const BUSY: [&str; 6] = ["busy", "ratelimit", "rate limit", "rate_limit", "too many", "throttl"];
        let text = words(error).unwrap_or_else(|| NOTHING_MORE.into());
        let lower = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if says(&ACCESS) {
            Self::Access(text)
        } else if says(&BUSY) {
            Self::Busy(text)
        } else {
            Self::Reported(text)
        }
    }

    /// The problem of an answer that is JSON, but neither contacts nor plainly an error.
    pub(super) fn of_other(answer: &Value) -> Self {
        match words(answer) {
            Some(_) => Self::of_words(answer),
            None => Self::Unreadable("the answer holds no contacts".into()),
        }
    }
}

impl From<http::Error> for Problem {
    fn from(error: http::Error) -> Self {
        let text = error.to_string();
        match error {
            error if error.is_redirect() => Self::Moved(text),
            http::Error::NeedsSetting(_) => Self::Settings,
            http::Error::Denied(text) => Self::Denied(text),
            http::Error::RateLimited(_) => Self::Rate(text),
            // The subdomain is the only part of the address that is not fixed.
            http::Error::Invalid(_) => Self::Moved(text),
            http::Error::TooLarge(_) | http::Error::Body(_) => Self::Unreadable(text),
            http::Error::Unreachable(_) | http::Error::Timeout | http::Error::Status(_) => Self::Service(text),
        }
    }
}

/// An error in its own words, short and without addresses: it goes to the log.
fn words(error: &Value) -> Option<String> {
    const SAYING: [&str; 8] = ["key", "code", "error", "msg", "message", "description", "detail", "errors"];
    let text = match error {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            let parts = SAYING.iter().filter_map(|key| object.get(*key)).filter_map(words);
            parts.collect::<Vec<_>>().join(" ")
        }
        Value::Array(list) => list.iter().take(3).filter_map(words).collect::<Vec<_>>().join(" "),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) => String::new(),
    };
    let plain = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    let plain: String = plain.collect::<Vec<_>>().join(" ").chars().take(QUOTED).collect();
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_log_are_short_and_hold_no_address() {
        let error = serde_json::json!({"message": format!("no ada@example.com here {}", "x".repeat(900)), "code": 7});
        let text = words(&error).unwrap();
        assert!(text.starts_with("7 no … here x") && text.chars().count() == QUOTED, "{text}");
        assert_eq!(words(&serde_json::json!({"error": null, "data": []})), None);
    }
}
