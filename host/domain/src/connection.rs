//! Accounts at other services that a desk connects: settings of type `oauth2`. The host runs the code flow of OAuth 2 (RFC 6749) with
//! PKCE (RFC 7636), keeps the tokens and makes them fresh; components never see one. Here is what a manifest says of it, and how
//! answers of token endpoints are read.
//!
//! Where the desk has a client of its own, it is entered in ordinary settings before the account ([`fields`]): the client id of the
//! setting `crm` has the key `crm_client_id`.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    capability::HostPattern,
    mailbox::key,
    settings::{Setting, SettingKind},
};

/// The longest token.
const LONGEST: usize = 8 << 10;
/// Parameters of [`OAuth2::authorize`] that the host writes.
pub(crate) const OWN_PARAMETERS: [&str; 7] =
    ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

static FIELDS: LazyLock<Vec<Setting>> =
    LazyLock::new(|| serde_json::from_str(include_str!("connection/fields.json")).unwrap_or_default());

/// How an account is connected. In each address the host, or its first label, may be a setting, as in host patterns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth2 {
    /// https: where people agree.
    pub authorize: String,
    /// https, on a host of `capabilities`: where codes become tokens.
    pub token: String,
    /// The same: where tokens end (RFC 7009).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke: Option<String>,
    /// What is asked for; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// What the service wants to be asked with besides, such as `access_type = "offline"`; at most 10.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// The client of the publisher, which has no secret. Without it, each desk enters a client of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// How a client shows its secret; by Basic authentication without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<ClientAuth>,
}

crate::words! {
    /// How a client shows its secret.
    pub enum ClientAuth: "authentication of a client" {
        /// In the header, as the standard wants it.
        Basic = "basic",
        /// Among the fields of the form.
        Post = "post",
    }
}

/// What a token endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenAnswer {
    /// Tokens.
    Tokens(Tokens),
    /// It refuses, with this word of the standard: `invalid_grant` says that the account has to be connected again.
    Refused(String),
    /// Nobody knows; why.
    Unclear(String),
}

/// Tokens of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What requests show.
    pub access: String,
    /// What gets the next ones; none: the one before stays, if there was one.
    pub refresh: Option<String>,
    /// How long the access token is good; none: the service does not say.
    pub expires_in: Option<Duration>,
}

/// The settings that are entered for a setting: for an account the desk's client before it, else the setting itself. The account
/// of a mailbox says nothing of its service: that is entered as well.
#[must_use]
pub fn fields(setting: &Setting) -> Vec<Setting> {
    let mut all = Vec::new();
    let has_client = setting.oauth2.as_ref().is_some_and(|oauth2| oauth2.client_id.is_some());
    if setting.kind == SettingKind::OAuth2 && !has_client {
        let of_it = |field: &Setting| Setting {
            key: key(&setting.key, &field.key),
            required: field.required && setting.required,
            show_if: setting.show_if.clone(),
            ..field.clone()
        };
        all.extend(FIELDS.iter().map(of_it));
    }
    all.push(setting.clone());
    all
}

/// The settings that are accounts.
pub fn accounts(settings: &[Setting]) -> impl Iterator<Item = (&Setting, &OAuth2)> {
    let accounts = settings.iter().filter(|setting| setting.kind == SettingKind::OAuth2);
    accounts.filter_map(|setting| Some((setting, setting.oauth2.as_ref()?)))
}

/// The host of an address, as patterns are written.
#[must_use]
pub fn host(url: &str) -> &str {
    url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default()
}

/// An address with the value of a setting in the place of its key; none where that was not entered.
#[must_use]
pub fn at(url: &str, value: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let pattern = HostPattern::try_from(host(url).to_owned()).ok()?;
    let entered = pattern.setting().and_then(value);
    Some(url.replacen(pattern.as_str(), &pattern.resolve(entered.as_deref())?, 1))
}

/// Reads what a token endpoint answered.
#[must_use]
pub fn read_answer(status: u16, body: &[u8]) -> TokenAnswer {
    #[derive(Deserialize)]
    struct Granted {
        access_token: String,
        #[serde(default)]
        token_type: Option<String>,
        #[serde(default)]
        refresh_token: Option<String>,
        #[serde(default)]
        expires_in: Option<serde_json::Value>,
    }
    #[derive(Deserialize)]
    struct Refused {
        error: String,
    }
    let is_token = |text: &str| (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let is_word = |text: &str| (1..=100).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b));
    // Some say 200 and mean an error.
    if let Ok(Refused { error }) = serde_json::from_slice(body)
        && matches!(status, 200 | 400 | 401 | 403)
        && is_word(&error)
    {
        return TokenAnswer::Refused(error);
    }
    if status != 200 {
        return TokenAnswer::Unclear(format!("it answered {status}"));
    }
    let Ok(granted) = serde_json::from_slice::<Granted>(body) else {
        return TokenAnswer::Unclear("its answer is no token".into());
    };
    if !granted.token_type.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return TokenAnswer::Unclear("its token is none that bearers can use".into());
    }
    if !is_token(&granted.access_token) || !granted.refresh_token.as_deref().is_none_or(is_token) {
        return TokenAnswer::Unclear("its token has characters that no header can have".into());
    }
    // A number by the standard, and a text of digits with some.
    let seconds = granted.expires_in.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    let expires_in = seconds.map(|seconds: u64| Duration::from_secs(seconds.min(10 * 366 * 24 * 3600)));
    TokenAnswer::Tokens(Tokens { access: granted.access_token, refresh: granted.refresh_token, expires_in })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn setting(more: &str) -> Setting {
        let urls = r#""authorize":"https://{shop}.crm.example/agree","token":"https://{shop}.crm.example/token""#;
        let json =
            format!(r#"{{"key":"crm","type":"oauth2","label":"CRM","required":true,"oauth2":{{{urls}{more}}}}}"#);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn a_desk_enters_its_client_where_the_publisher_has_none() {
        let keys = |more: &str| fields(&setting(more)).into_iter().map(|field| field.key).collect::<Vec<_>>();
        assert_eq!(keys(""), ["crm_client_id", "crm_client_secret", "crm"]);
        assert_eq!(keys(r#","client_id":"annex""#), ["crm"]);
        for text in FIELDS.iter().flat_map(|field| [Some(&field.label), field.hint.as_ref()]).flatten() {
            let languages: BTreeSet<_> = text.iter().map(|(code, _)| code).collect();
            assert_eq!(languages, BTreeSet::from(["ar", "de", "en"]), "{text:?}");
        }
    }

    #[test]
    fn an_address_takes_its_host_from_a_setting() {
        let value = |key: &str| (key == "shop").then(|| "acme".to_owned());
        let token = setting("").oauth2.unwrap().token;
        assert_eq!(at(&token, &value).as_deref(), Some("https://acme.crm.example/token"));
        assert_eq!(at(&token, &|_| None), None);
        assert_eq!(at("https://crm.example/a?b", &|_| None).as_deref(), Some("https://crm.example/a?b"));
        assert_eq!(at(&token, &|_| Some("evil.example/".into())), None);
    }

    #[test]
    fn answers_are_read_and_wrong_ones_are_not_believed() {
        let good = br#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}"#;
        let expires_in = Some(Duration::from_secs(3600));
        let tokens = Tokens { access: "a".into(), refresh: Some("r".into()), expires_in };
        assert_eq!(read_answer(200, good), TokenAnswer::Tokens(tokens.clone()));
        let text = br#"{"access_token":"a","expires_in":"3600"}"#;
        assert_eq!(read_answer(200, text), TokenAnswer::Tokens(Tokens { refresh: None, ..tokens }));
        let ended = TokenAnswer::Refused("invalid_grant".into());
        for status in [200, 400, 401] {
            assert_eq!(read_answer(status, br#"{"error":"invalid_grant"}"#), ended, "{status}");
        }
        let wrong: [(u16, &[u8]); 7] = [
            (500, br#"{"error":"invalid_grant"}"#),
            (302, good),
            (200, b"<html>"),
            (200, br#"{"access_token":""}"#),
            (200, br#"{"access_token":"a\r\nX: y"}"#),
            (200, br#"{"access_token":"a","token_type":"mac"}"#),
            (200, br#"{"access_token":"a","refresh_token":"r r"}"#),
        ];
        for (status, body) in wrong {
            let answer = read_answer(status, body);
            assert!(matches!(answer, TokenAnswer::Unclear(_)), "{status} {}", String::from_utf8_lossy(body));
        }
    }
}
