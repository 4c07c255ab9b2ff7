//! Style sheets, scripts and icons, embedded in the binary. Their addresses carry a hash of their content, so browsers
//! may keep them for ever; an address with an old hash still answers, but only after asking again.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use crate::state::AppState;

#[derive(Embed)]
#[folder = "assets/"]
struct Files;

struct Asset {
    bytes: Cow<'static, [u8]>,
    /// The first 16 hexadecimal digits of its SHA-256.
    hash: String,
    mime: HeaderValue,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let load = |name: Cow<'static, str>| {
        let bytes = Files::get(&name)?.data;
        let mime = mime_guess::from_path(&*name).first_or_octet_stream();
        let mime = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
        let mut hash = hex::encode(Sha256::digest(&bytes));
        hash.truncate(16);
        let mime = HeaderValue::from_str(&mime).ok()?;
        Some((name.into_owned(), Asset { bytes, hash, mime }))
    };
    Files::iter().filter_map(load).collect()
});

/// The address of an asset, such as `/assets/0a1b…/app.css`. A name that does not exist is a defect that a test finds.
#[must_use]
pub(crate) fn url(name: &str) -> String {
    let hash = ASSETS.get(name).map_or("missing", |asset| asset.hash.as_str());
    format!("/assets/{hash}/{name}")
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/assets/{hash}/{*name}", get(show))
}

async fn show(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{}\"", asset.hash);
    let caching = if asset.hash == hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if seen.is_some_and(|seen| seen.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, caching.to_owned())])
            .into_response();
    }
    let mut response = asset.bytes.clone().into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, asset.mime.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn header<'a>(response: &'a Response, name: &header::HeaderName) -> &'a str {
        response.headers().get(name).unwrap().to_str().unwrap()
    }

    #[tokio::test]
    async fn the_right_hash_is_immutable_and_an_old_one_asks_again() {
        let hash = ASSETS["app.css"].hash.clone();
        let fresh = show(Path((hash, "app.css".into())), HeaderMap::new()).await;
        assert!(header(&fresh, &header::CACHE_CONTROL).contains("immutable"));
        assert_eq!(header(&fresh, &header::CONTENT_TYPE), "text/css; charset=utf-8");

        let old = show(Path(("0000".into(), "app.css".into())), HeaderMap::new()).await;
        assert_eq!(header(&old, &header::CACHE_CONTROL), "no-cache");

        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, old.headers()[header::ETAG].clone());
        let again = show(Path(("0000".into(), "app.css".into())), headers).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn nothing_outside_the_folder_is_served() {
        let response = show(Path(("x".into(), "../Cargo.toml".into())), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn scripts_set_no_inline_style() {
        // htmx copies the attribute `style` from an element to the one that takes its place, and the policy forbids that.
        for name in ["app.js", "attachments.js", "drafts.js", "sidebar.js", "typed.js"] {
            let script = String::from_utf8_lossy(&ASSETS[name].bytes).into_owned();
            for way in [".style.", ".style =", "cssText", "'style'", "style="] {
                assert!(!script.contains(way), "{name}: {way}");
            }
        }
    }

    #[test]
    fn scripts_declare_each_function_once() {
        // Of two with one name in a scope the later one counts, and nothing says so.
        for name in ["app.js", "attachments.js", "drafts.js", "sidebar.js", "typed.js"] {
            let script = String::from_utf8_lossy(&ASSETS[name].bytes).into_owned();
            let mut seen = BTreeSet::new();
            for rest in script.split("function ").skip(1) {
                let function = rest.split('(').next().unwrap_or_default();
                assert!(seen.insert(function), "{name} declares {function} twice");
            }
            assert!(!seen.is_empty(), "{name}");
        }
    }

    #[test]
    fn vendored_files_match_their_checksums() {
        let list = include_str!("../assets/vendor/CHECKSUMS");
        let mut checked = 0;
        for line in list.lines() {
            let (sum, name) = line.split_once("  ").unwrap();
            let bytes = Files::get(&format!("vendor/{name}")).unwrap().data;
            assert_eq!(hex::encode(Sha256::digest(&bytes)), sum, "{name}");
            checked += 1;
        }
        assert!(checked > 0);
    }
}
