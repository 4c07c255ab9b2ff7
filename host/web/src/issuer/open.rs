//! *Open in …*: the way to an add-on's own service, which then asks the authorization endpoint who it is (OpenID Connect Core 4,
//! a login that begins elsewhere).

use annex_domain::{ids::InstallationId, manifest::Manifest, operator::Operator};
use url::Url;

use super::oauth::issuer_url;
use crate::config::WebConfig;

/// The address, for somebody who uses the add-on; none when its service has none.
pub(crate) fn open_in(
    config: &WebConfig,
    manifest: &Manifest,
    installation: InstallationId,
    operator: &Operator,
) -> Option<String> {
    let mut to = Url::parse(manifest.service.as_ref()?.open.as_deref()?).ok()?;
    to.query_pairs_mut()
        .append_pair("iss", &issuer_url(config))
        .append_pair("login_hint", &operator.email)
        .append_pair("installation", &installation.to_string());
    Some(to.into())
}
