//! `--egress-override HOST=URL`: requests for a declared host go to a server on loopback instead. For development and
//! tests; all other rules stay in force.

use url::{Host, Url};

use super::target;

/// Reads `HOST=URL`.
///
/// # Errors
/// What is wrong with it: the host is a full name, the URL is http or https to an address of loopback.
pub fn parse_override(text: &str) -> Result<(String, Url), String> {
    let (host, url) = text.split_once('=').ok_or("expected HOST=URL, such as api.example.com=http://127.0.0.1:9000")?;
    let host = host.trim().to_ascii_lowercase();
    if target::parse(&format!("https://{host}/")).ok().is_none_or(|url| url.host_str() != Some(host.as_str())) {
        return Err(format!("`{host}` is not a full host name"));
    }
    let mut url = Url::parse(url.trim()).map_err(|_| format!("`{url}` is not a URL"))?;
    // The name could be resolved to something else.
    if url.host_str() == Some("localhost") {
        url.set_host(Some("127.0.0.1")).map_err(|_| String::from("not a URL with a host"))?;
    }
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    if !loopback || !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{url}` does not lead to loopback: expected such as http://127.0.0.1:9000"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{url}` has more than an address and a path"));
    }
    Ok((host, url))
}

/// `url` at `base`, with its path and query kept.
pub(super) fn redirected(base: &Url, url: &Url) -> Url {
    let mut to = base.clone();
    to.set_path(&format!("{}{}", base.path().trim_end_matches('/'), url.path()));
    to.set_query(url.query());
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_can_stand_in() {
        let (host, url) = parse_override("API.example.com=http://localhost:9000/base/").unwrap();
        assert_eq!((host.as_str(), url.as_str()), ("api.example.com", "http://127.0.0.1:9000/base/"));
        assert!(parse_override("api.example.com=https://[::1]:9000").is_ok());
        for bad in [
            "api.example.com",
            "=http://127.0.0.1",
            "localhost=http://127.0.0.1",
            "10.0.0.1=http://127.0.0.1",
            "api.example.com=http://192.168.0.1",
            "api.example.com=http://example.com",
            "api.example.com=ftp://127.0.0.1",
            "api.example.com=http://u:p@127.0.0.1",
            "api.example.com=http://127.0.0.1/?x",
            "a b.com=http://127.0.0.1",
            "api.example.com/x=http://127.0.0.1",
        ] {
            assert!(parse_override(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn path_and_query_are_kept() {
        let base = Url::parse("http://127.0.0.1:9000/base/").unwrap();
        let url = Url::parse("https://api.example.com/v2/a%2Fb?c=d%20e").unwrap();
        assert_eq!(redirected(&base, &url).as_str(), "http://127.0.0.1:9000/base/v2/a%2Fb?c=d%20e");
    }
}
