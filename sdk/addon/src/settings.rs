//! What the desk entered on the settings page, by the keys of the manifest.
//!
//! A secret never enters an add-on: name it in [`http::Request::bearer`](crate::http::Request::bearer) and the host puts
//! it in. Here it can only be seen that it is set.
//!
//! ```
//! use annex_sdk::{settings, testing::Host};
//!
//! let _host = Host::new().setting("subdomain", "acme").secret("api_key");
//! assert_eq!(settings::text("subdomain").as_deref(), Some("acme"));
//! assert!(settings::is_set("api_key"));
//! assert_eq!(settings::text("api_key"), None);
//! ```

use crate::{Error, Result, host};

pub use crate::bindings::plugin::annex::addon::settings::Value;

/// The value of a setting; none when it is not set.
#[must_use]
pub fn get(key: &str) -> Option<Value> {
    host::settings::get(key)
}

/// A setting of type text, lines, choice, email, url, subdomain or host.
#[must_use]
pub fn text(key: &str) -> Option<String> {
    match get(key) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// A setting of type number.
#[must_use]
pub fn number(key: &str) -> Option<f64> {
    match get(key) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

/// The values of a setting of type choices that are chosen, in the order of the manifest.
#[must_use]
pub fn many(key: &str) -> Vec<String> {
    match get(key) {
        Some(Value::Many(many)) => many,
        _ => vec![],
    }
}

/// A setting of type toggle; off when it is not set.
#[must_use]
pub fn flag(key: &str) -> bool {
    matches!(get(key), Some(Value::Flag(true)))
}

/// True when a setting has a value; for secrets this is all there is to know.
#[must_use]
pub fn is_set(key: &str) -> bool {
    match get(key) {
        None => false,
        Some(Value::Text(text)) => !text.is_empty(),
        Some(Value::Many(many)) => !many.is_empty(),
        Some(Value::Number(_) | Value::Flag(_) | Value::Secret) => true,
    }
}

/// A text that the add-on cannot work without.
///
/// # Errors
/// [`Error::NeedsConfig`] that names the key when it is not set.
///
/// ```
/// use annex_sdk::{settings, testing::Host};
///
/// let _host = Host::new();
/// assert!(settings::require("subdomain").is_err());
/// ```
pub fn require(key: &str) -> Result<String> {
    text(key)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Error::NeedsConfig(format!("the setting `{key}` is missing")))
}
