//! `/admin/catalog`: which publishers this host trusts, and which packages it offers. Needs `catalog.manage`. Signatures
//! are always checked (R66): there is nothing here to switch that off, and each refusal says why.

use annex_domain::{
    addon::{AddonId, KeyId, PublisherSlug, Version},
    permission::Permission,
};
use annex_lifecycle::{Initiator, IntakeError};
use annex_store::catalog::{self, Key, Publisher, VersionRow, VersionStatus, YankedBy};
use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::{
    badges::{self, Badge},
    errors::{intake_text, page_error},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// The largest package, and room for the form around it.
pub(crate) const UPLOAD_LIMIT: usize = (16 << 20) + (64 << 10);

const HERE: &str = "/admin/catalog";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(HERE, get(show))
        .route("/admin/catalog/packages", post(upload).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .route("/admin/catalog/publishers", post(trust))
        .route("/admin/catalog/publishers/{slug}/keys/{key}/revoke", post(revoke))
        .route("/admin/catalog/addons/{addon}/{version}", post(set_status))
}

/// An add-on with its versions, newest first.
pub(super) struct Offered {
    pub(super) addon: AddonId,
    pub(super) name: String,
    pub(super) versions: Vec<VersionRow>,
}

#[derive(Template)]
#[template(path = "addons/catalog.html")]
pub(super) struct CatalogPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) publishers: Vec<Publisher>,
    pub(super) addons: Vec<Offered>,
    /// What was typed into the form for publishers.
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) key: String,
}

impl CatalogPage {
    fn version_badge(&self, row: &VersionRow) -> Badge {
        badges::version(row.status)
    }

    fn key_badge(&self, key: &Key) -> Badge {
        badges::key(key.status)
    }

    fn is_active(&self, key: &Key) -> bool {
        key.status == catalog::KeyStatus::Active
    }

    /// The states that a version can be put into: value, key of the button. What its publisher withdrew, it offers again itself.
    fn moves(&self, row: &VersionRow) -> Vec<(&'static str, &'static str)> {
        let all = [
            (VersionStatus::Available, "catalog-make-available"),
            (VersionStatus::Yanked, "catalog-yank"),
            (VersionStatus::Blocked, "catalog-block"),
        ];
        let is_theirs = row.yanked_by == Some(YankedBy::Publisher);
        all.into_iter()
            .filter(|(status, _)| *status != row.status && !(is_theirs && *status == VersionStatus::Available))
            .map(|(status, key)| (status.as_str(), key))
            .collect()
    }
}

fn by(who: &SignedIn) -> Initiator {
    Initiator::operator(who.desk.id, who.operator.id)
}

async fn catalog_page(state: &AppState, who: &SignedIn, errors: FormErrors) -> Result<CatalogPage, PageError> {
    let mut conn = state.db.read().await?;
    let publishers = catalog::publishers(&mut conn).await?;
    let all = catalog::addons(&mut conn).await?;
    drop(conn);
    let mut addons = Vec::new();
    for addon in all {
        // What is not for this desk is not there for those either who look after the catalog in it.
        let Some(seen) = catalog::known_visible(&state.db, who.desk.id, &addon).await? else { continue };
        let mut versions = catalog::versions(&mut state.db.read().await?, &addon).await?;
        versions.retain(|row| seen.has(&row.version));
        let name = versions.first().map_or("", |row| row.manifest.listing.name.get(who.t.code())).to_owned();
        addons.push(Offered { addon, name, versions });
    }
    let shell = who.shell("catalog-title", Section::Catalog);
    let (slug, name, key) = (String::new(), String::new(), String::new());
    Ok(CatalogPage { shell, errors, publishers, addons, slug, name, key })
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::CatalogManage)?;
    page(&catalog_page(&state, &who, FormErrors::default()).await?)
}

async fn refused(state: &AppState, who: &SignedIn, field: &str, error: IntakeError) -> PageResult {
    if !error.is_refusal() {
        return Err(PageError::internal(error));
    }
    let mut errors = FormErrors::default();
    errors.add(field, intake_text(&who.t, &error));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &catalog_page(state, who, errors).await?)
}

async fn upload(State(state): State<AppState>, who: SignedIn, form: Multipart) -> PageResult {
    who.require(Permission::CatalogManage)?;
    let bytes = package_of_form(form).await?;
    if bytes.is_empty() {
        let mut errors = FormErrors::default();
        errors.add("package", who.t.get("catalog-no-file"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &catalog_page(&state, &who, errors).await?);
    }
    match state.lifecycle.publish(bytes, by(&who)).await {
        Ok(published) => {
            let flash = Flash::success("flash-published").arg("name", published.name.get(who.t.code()));
            Ok(flash.arg("version", published.version).redirect(HERE))
        }
        Err(error) => refused(&state, &who, "package", error).await,
    }
}

/// The bytes of the field `package`; empty when it is missing.
pub(crate) async fn package_of_form(mut form: Multipart) -> Result<Bytes, PageError> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        PageError::refused(error.status(), "malformed-form", "the form could not be read")
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("package") {
            return field.bytes().await.map_err(unreadable);
        }
    }
    Ok(Bytes::new())
}

async fn trust(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    who.require(Permission::CatalogManage)?;
    let mut errors = FormErrors::default();
    let slug = form.get("slug").parse::<PublisherSlug>();
    if slug.is_err() {
        errors.add("slug", who.t.get("catalog-slug-wrong"));
    }
    let key = public_key(form.get("key"));
    if key.is_none() {
        errors.add("key", who.t.get("catalog-key-wrong"));
    }
    if let (Ok(slug), Some(key), true) = (slug, key, errors.is_empty()) {
        match state.lifecycle.trust_publisher(slug, form.get("name"), key, by(&who)).await {
            Ok(_) => return Ok(Flash::success("flash-trusted").arg("name", form.get("name")).redirect(HERE)),
            Err(IntakeError::PublisherName) => errors.add("name", who.t.get("catalog-name-wrong")),
            Err(error) if error.is_refusal() => errors.add("key", intake_text(&who.t, &error)),
            Err(error) => return Err(PageError::internal(error)),
        }
    }
    let mut page = catalog_page(&state, &who, errors).await?;
    page.slug = form.get("slug").to_owned();
    page.name = form.get("name").to_owned();
    page.key = form.get("key").to_owned();
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// A public key as authors get it from their tools: a PEM text, or 64 hexadecimal digits.
fn public_key(text: &str) -> Option<[u8; 32]> {
    if text.contains("BEGIN PUBLIC KEY") {
        return annex_package::keys::PublicKey::from_pem(text).ok().map(|key| key.to_bytes());
    }
    hex::decode(text).ok()?.try_into().ok()
}

async fn revoke(State(state): State<AppState>, who: SignedIn, Path((slug, key)): Path<(String, String)>) -> PageResult {
    who.require(Permission::CatalogManage)?;
    let slug: PublisherSlug = slug.parse().map_err(|_| PageError::NotFound)?;
    let key: KeyId = key.parse().map_err(|_| PageError::NotFound)?;
    match state.lifecycle.revoke_key(&slug, &key, by(&who)).await {
        Ok(_) => Ok(Flash::success("flash-key-revoked").redirect(HERE)),
        Err(IntakeError::NotFound(_)) => Err(PageError::NotFound),
        Err(error) => refused(&state, &who, "publishers", error).await,
    }
}

async fn set_status(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
    form: Posted,
) -> PageResult {
    who.require(Permission::CatalogManage)?;
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let version: Version = version.parse().map_err(|_| PageError::NotFound)?;
    let Ok(status) = form.get("status").parse::<VersionStatus>() else {
        return Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "unknown-status", "no such status"));
    };
    match state.lifecycle.set_version_status(&addon, &version, status, by(&who)).await {
        Ok(()) => {
            let flash = Flash::success("flash-version-status").arg("addon", &addon).arg("version", &version);
            Ok(flash.redirect(HERE))
        }
        Err(error) => Err(page_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_as_hexadecimal_digits() {
        assert_eq!(public_key(&"ab".repeat(32)), Some([0xAB; 32]));
        for bad in ["", "ab", &"zz".repeat(32), "-----BEGIN PUBLIC KEY-----\nx"] {
            assert_eq!(public_key(bad), None, "{bad}");
        }
    }
}
