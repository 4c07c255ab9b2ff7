//! The section `[inbound]`: how the host checks that a request to an installation's address comes from its service, before the component
//! sees anything of it. What is compared is the value of a secret setting, which never enters the component.

mod signed;

use serde::{Deserialize, Serialize};

use self::signed::parts;
pub use self::signed::text_of;
use super::{Manifest, Wit};
use crate::{addon::Kind, settings::SettingKind};

/// The longest text that says what is signed.
const LONGEST_TEMPLATE: usize = 200;
/// Seconds that a signed time may be off, unless the manifest says otherwise.
const TOLERANCE: u32 = 300;
/// At most so many seconds.
const MOST_TOLERANCE: u32 = 3_600;

crate::words! {
    /// How a request proves where it comes from.
    #[derive(Default)]
    pub enum Verify: "way to verify requests" {
        /// A header has the secret.
        #[default]
        Header = "header",
        /// The password of Basic authentication is the secret, whatever the user name.
        Basic = "basic",
        /// What follows the address is the secret; the component gets the path without it.
        Path = "path",
        /// The request is signed with the secret.
        Hmac = "hmac",
    }

    /// The hash of a signature.
    pub enum HmacAlgorithm: "algorithm" {
        /// Where a service knows nothing newer; as a MAC it still holds.
        Sha1 = "sha1",
        /// What most services use.
        Sha256 = "sha256",
        /// The longest.
        Sha512 = "sha512",
    }

    /// How a signature is spelled.
    pub enum HmacEncoding: "encoding" {
        /// In any case.
        Hex = "hex",
        /// With padding or without.
        Base64 = "base64",
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    /// How; by `header` without it.
    #[serde(default, skip_serializing_if = "is_by_header")]
    pub verify: Verify,
    /// Key of a setting of type `secret`. None only where the address is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Of `header`: which, such as `X-Telegram-Bot-Api-Secret-Token`. The component gets the request without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Of `hmac`: what is signed, and where the signature stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hmac: Option<Hmac>,
    /// The question by which a service tries an address: the host answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Anybody may send requests, such as forms of a web site. Nothing is verified then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Of `public`: the host draws a form at `/forms/{hook}`, and requests come by that page alone. See [`crate::public_form`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub form: bool,
    /// Of `public`: key of a setting of type `text` with the origins, spaces between them, whose pages may read the answers; of a
    /// `form`, may show it in a frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<String>,
}

fn is_by_header(verify: &Verify) -> bool {
    *verify == Verify::Header
}

/// How a request is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hmac {
    /// The hash.
    pub algorithm: HmacAlgorithm,
    /// How the signature is spelled.
    pub encoding: HmacEncoding,
    /// Where it stands.
    pub signature: Place,
    /// Where the time of the request stands, in seconds since 1970. Without it a request that somebody has heard can be sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Place>,
    /// What is signed: a text in which `{body}`, `{timestamp}`, `{url}` (the whole address), `{form}` (the fields of a form by name, each
    /// name with its value) and JSON pointers into the body such as `{/signature/token}` are filled in. The body without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// How many seconds the time may be off, 1 to 3,600; 300 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<u32>,
}

impl Hmac {
    /// What is signed.
    #[must_use]
    pub fn template(&self) -> &str {
        self.signed.as_deref().unwrap_or("{body}")
    }

    /// How many seconds the time may be off.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.tolerance.unwrap_or(TOLERANCE)
    }
}

/// Where a value of a request stands: in a header or in its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// A header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Of a header that is a list such as `t=1,v1=ab`: the name of the item. There may be several of one name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A JSON pointer into the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<String>,
    /// What stands before the value, such as `sha256=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// The question by which a service tries an address. It says `query` or `json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// A GET whose query has this name: the value is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Of `query`: the name in the query that must have the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Of `query`: key of a setting of type `secret` that the token is compared with; that of `inbound` without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// A verified request whose JSON has a text at this pointer: the text is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<String>,
}

impl Inbound {
    /// A header that has the secret of a setting.
    #[must_use]
    pub fn by_header(header: &str, setting: &str) -> Self {
        Self { header: Some(header.to_owned()), setting: Some(setting.to_owned()), ..Self::default() }
    }

    /// The key of the setting with the secret; empty for a public address.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.setting.as_deref().unwrap_or_default()
    }

    pub(super) fn check(&self, manifest: &Manifest, wrong: &mut impl FnMut(String, &'static str, &str)) {
        match (manifest.kind, manifest.speaks()) {
            (Kind::Language, _) => wrong("inbound".into(), "not-a-channel", "languages receive no requests"),
            (Kind::Plugin, Wit::V0_1) => {
                wrong("inbound".into(), "not-a-channel", "plugins receive requests from annex:addon@0.2 on")
            }
            _ => {}
        }
        if self.public {
            self.check_public(manifest, wrong);
        } else {
            self.check_verified(manifest, wrong);
        }
        if let Some(challenge) = &self.challenge {
            let is_secret = |key: &String| manifest.setting(key).is_some_and(|it| it.kind == SettingKind::Secret);
            let fine = match (&challenge.query, &challenge.json, &challenge.token) {
                (Some(query), None, Some(token)) => {
                    is_name(query) && is_name(token) && !self.public && challenge.setting.iter().all(is_secret)
                }
                (None, Some(json), None) => is_pointer(json) && challenge.setting.is_none(),
                _ => false,
            };
            if !fine {
                let text = "`query` with `token` and perhaps the `setting` of a secret, or `json` with a JSON pointer";
                wrong("inbound.challenge".into(), "challenge", text);
            }
        }
    }

    fn check_public(&self, manifest: &Manifest, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if manifest.kind != Kind::Plugin {
            wrong("inbound.public".into(), "not-a-plugin", "only the address of a plugin can be public");
        }
        if self.setting.is_some() || self.header.is_some() || self.hmac.is_some() || self.verify != Verify::Header {
            wrong(
                "inbound.public".into(),
                "public",
                "nothing is verified there: leave out `verify`, `setting`, `header` and `hmac`",
            );
        }
        let is_text = |key: &String| manifest.setting(key).is_some_and(|setting| setting.kind == SettingKind::Text);
        if !self.origins.as_ref().is_none_or(is_text) {
            wrong("inbound.origins".into(), "no-such-setting", "name a setting of type text");
        }
    }

    fn check_verified(&self, manifest: &Manifest, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if manifest.setting(self.secret()).is_none_or(|setting| setting.kind != SettingKind::Secret) {
            wrong("inbound.setting".into(), "no-such-setting", "name a setting of type secret");
        }
        if self.form {
            wrong("inbound.form".into(), "public", "only a public address has a form: set `public`, or leave it out");
        }
        if self.origins.is_some() {
            wrong(
                "inbound.origins".into(),
                "public",
                "only a public address is read by pages: set `public`, or leave it out",
            );
        }
        match (self.verify, &self.header) {
            (Verify::Header, Some(header)) if is_header(header) => {}
            (Verify::Header, _) => wrong("inbound.header".into(), "header", "letters, digits and -"),
            (_, Some(_)) => wrong("inbound.header".into(), "header", "only with `verify = \"header\"`"),
            (_, None) => {}
        }
        match (self.verify, &self.hmac) {
            (Verify::Hmac, Some(hmac)) => hmac.check(wrong),
            (Verify::Hmac, None) => {
                wrong("inbound.hmac".into(), "hmac", "say what is signed, and where the signature stands")
            }
            (_, Some(_)) => wrong("inbound.hmac".into(), "hmac", "only with `verify = \"hmac\"`"),
            (_, None) => {}
        }
    }
}

impl Hmac {
    fn check(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        for (field, place) in [("signature", Some(&self.signature)), ("timestamp", self.timestamp.as_ref())] {
            if place.is_some_and(|place| !place.is_fine()) {
                let text = "a `header`, perhaps with an `item`, or a pointer `json`; before it a `prefix` of at most 40 characters";
                wrong(format!("inbound.hmac.{field}"), "hmac", text);
            }
        }
        let template = self.template();
        if template.len() > LONGEST_TEMPLATE || !is_template(template) {
            let text = "at most 200 bytes with {body}, {timestamp}, {url}, {form} or JSON pointers such as {/token}";
            wrong("inbound.hmac.signed".into(), "hmac", text);
        } else if template.contains("{timestamp}") != self.timestamp.is_some() {
            let text = "`timestamp` and {timestamp} belong together: a time that is not signed proves nothing";
            wrong("inbound.hmac.signed".into(), "hmac", text);
        }
        if !(1..=MOST_TOLERANCE).contains(&self.seconds()) {
            wrong("inbound.hmac.tolerance".into(), "hmac", "1 to 3,600 seconds");
        }
    }
}

impl Place {
    fn is_fine(&self) -> bool {
        let place = match (&self.header, &self.json) {
            (Some(header), None) => is_header(header) && self.item.as_deref().is_none_or(is_name),
            (None, Some(json)) => is_pointer(json) && self.item.is_none(),
            _ => false,
        };
        place && self.prefix.as_ref().is_none_or(|prefix| (1..=40).contains(&prefix.len()))
    }
}

/// Something of the request must be signed: a text that never changes proves nothing.
fn is_template(template: &str) -> bool {
    parts(template).is_some_and(|parts| parts.iter().any(|(_, name)| name.is_some()))
}

fn is_header(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Of an item or a parameter.
fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_pointer(text: &str) -> bool {
    (2..=200).contains(&text.len())
        && text.starts_with('/')
        && !text.contains(['{', '}'])
        && !text.chars().any(char::is_control)
}
