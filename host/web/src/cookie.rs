//! Cookies of requests and answers.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use crate::config::WebConfig;

/// The value of a cookie of the request.
pub(crate) fn cookie_value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then_some(value)
    })
}

/// Gives the browser a cookie that no script reads; for no seconds, takes it away.
pub(crate) fn put_cookie(config: &WebConfig, response: &mut Response, name: &str, value: &str, seconds: u64) {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xannex-session=no; annex-session=yes"));
        assert_eq!(cookie_value(&headers, "annex-session"), Some("yes"));
        assert_eq!(cookie_value(&headers, "annex"), None);
    }
}
