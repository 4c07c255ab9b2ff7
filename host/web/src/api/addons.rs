//! The catalog as a desk sees it: which add-ons there are, in which versions, and what each asks for.

use annex_domain::{
    addon::AddonId,
    capability::Capability as DomainCapability,
    field::Declared,
    ids::InstallationId,
    manifest::{Listing as DomainListing, ServiceScope as DomainScope},
    permission::Permission,
    reach::at_least,
};
use annex_store::catalog::{self, Entry, Filter, VersionRow};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, Params, PathParams},
    problem::Problem,
    user::ApiUser,
    wire::{Access, AddonOrder, FieldKind, FieldSubject, InstallationStatus, Kind, Page, Time, bad_cursor, limit_of},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_addons)).routes(routes!(get_addon))
}

/// Which add-ons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAddons {
    /// Words to find in names and summaries.
    q: Option<String>,
    /// Only this kind.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only this category.
    category: Option<String>,
    /// By id when left out; with `q`, what fits best first.
    #[param(inline)]
    sort: Option<AddonOrder>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// An add-on in the marketplace. Texts are in the caller's language where the publisher supplied it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonSummary {
    /// `publisher.slug`.
    #[schema(value_type = String, example = "acme.contact-sync")]
    id: AddonId,
    kind: Kind,
    name: String,
    /// One sentence.
    summary: String,
    publisher_name: String,
    categories: Vec<String>,
    /// The newest version that can be installed: by semantic versioning, and no pre-release where there is another one.
    #[schema(example = "1.2.0")]
    latest: String,
    /// Of the package of that version, in bytes.
    size: u64,
    published_at: Time,
    /// What is new in that version.
    #[schema(required)]
    whats_new: Option<String>,
    /// At least so many desks have it: 10, 50, 100, 500 and so on. Null where it is fewer.
    #[schema(required)]
    installs: Option<u64>,
    /// Where this desk stands with it.
    #[schema(required)]
    installation: Option<AddonInstallation>,
}

/// The installation of an add-on in this desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonInstallation {
    #[schema(value_type = String, format = "uuid")]
    id: InstallationId,
    status: InstallationStatus,
    version: String,
    /// It stays on its line of versions: only patches are offered.
    pinned: bool,
    /// Pre-releases are offered, too.
    prereleases: bool,
    /// A newer version that is offered.
    #[schema(required)]
    update: Option<String>,
    /// A newer patch of the line that it is on, beside `update`.
    #[schema(required)]
    patch: Option<String>,
}

/// An add-on with its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Addon {
    #[serde(flatten)]
    summary: AddonSummary,
    /// Paragraphs of plain text.
    description: String,
    /// What it does best, a line each.
    highlights: Vec<String>,
    /// Names of products that it connects to.
    works_with: Vec<String>,
    #[schema(required)]
    video: Option<String>,
    publisher: AddonPublisher,
    #[schema(required)]
    terms_url: Option<String>,
    #[schema(required)]
    privacy_url: Option<String>,
    support: AddonSupport,
    /// Newest first, by semantic versioning.
    versions: Vec<AddonVersion>,
}

/// Who publishes an add-on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonPublisher {
    slug: String,
    name: String,
}

/// Who helps with an add-on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonSupport {
    email: String,
    #[schema(required)]
    portal: Option<String>,
    #[schema(required)]
    faq: Option<String>,
}

/// A version of an add-on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonVersion {
    #[schema(example = "1.2.0")]
    version: String,
    /// Rises with every package of the add-on.
    seq: u32,
    /// `available`, `yanked` (no new installs) or `blocked` (nothing runs).
    status: String,
    /// Of the package, in bytes.
    size: u64,
    package_digest: String,
    component_digest: String,
    published_at: Time,
    #[schema(required)]
    release_notes: Option<String>,
    /// What it asks for: pass it back as `grant` to consent.
    capabilities: Vec<Capability>,
    /// What the publisher's own service may do at this API: pass the words back as `scopes` to consent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<ServiceScope>,
    /// Custom fields of tickets and contacts that come with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<AddonField>,
}

/// A custom field that comes with an add-on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonField {
    of: FieldSubject,
    /// As the add-on calls it; in the desk the add-on's id and a dot come before it.
    key: String,
    #[serde(rename = "type")]
    kind: FieldKind,
    label: String,
}

/// One thing that the tokens of the publisher's own service may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceScope {
    #[schema(example = "tickets.view")]
    scope: String,
    /// Why, in the publisher's words.
    purpose: String,
}

impl ServiceScope {
    /// In `locale`, as far as the publisher wrote it.
    fn new(asked: &DomainScope, locale: &str) -> Self {
        Self { scope: asked.scope.to_string(), purpose: asked.purpose.get(locale).to_owned() }
    }
}

/// One thing that an add-on asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Capability {
    #[serde(rename = "use")]
    access: Access,
    /// For `http`: the hosts; empty for the others.
    hosts: Vec<String>,
    /// Why, in the publisher's words.
    purpose: String,
}

impl Capability {
    /// In `locale`, as far as the publisher wrote it.
    pub(crate) fn new(capability: &DomainCapability, locale: &str) -> Self {
        Self {
            access: capability.access.into(),
            hosts: capability.hosts.iter().map(ToString::to_string).collect(),
            purpose: capability.purpose.get(locale).to_owned(),
        }
    }
}

/// List add-ons
///
/// The marketplace of this desk. Everybody may look; where the desk stands with an add-on is told to those with
/// `addons.manage`.
#[utoipa::path(
    get, path = "/addons", tag = "add-ons", params(ListAddons),
    responses((status = 200, description = "A page of add-ons.", body = Page<AddonSummary>)),
)]
async fn list_addons(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<ListAddons>,
) -> Result<Json<Page<AddonSummary>>, Problem> {
    let limit = limit_of(params.limit)?;
    let after = params.cursor.map(|cursor| cursor.parse::<AddonId>()).transpose().map_err(|_| bad_cursor())?;
    let filter = Filter {
        search: params.q,
        kind: params.kind.map(Into::into),
        category: params.category,
        order: params.sort.map(Into::into),
        language: user.locale().to_owned(),
        after,
        limit: limit + 1,
        ..Filter::default()
    };
    let entries = state.lifecycle.marketplace(user.desk(), &filter).await?;
    let items = entries.into_iter().map(|entry| summary(seen_by(&user, entry), user.locale())).collect();
    Ok(Json(Page::cut(items, limit as usize, |addon: &AddonSummary| addon.id.to_string())))
}

/// Read an add-on
///
/// With all its versions, newest first. As with the list, everybody may look.
#[utoipa::path(
    get, path = "/addons/{addon}", tag = "add-ons", params(("addon" = String, Path, description = "`publisher.slug`")),
    responses((status = 200, description = "The add-on.", body = Addon)),
)]
async fn get_addon(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(addon): PathParams<AddonId>,
) -> Result<Json<Addon>, Problem> {
    let listing = state.lifecycle.listing(user.desk(), &addon).await?;
    let mut listing = listing.ok_or_else(|| Problem::not_found("add-on"))?;
    listing.entry = seen_by(&user, listing.entry);
    Ok(Json(addon_of(listing, user.locale())))
}

/// Without the desk's installation, for those who do not manage add-ons.
fn seen_by(user: &ApiUser, entry: Entry) -> Entry {
    let installed = entry.installed.filter(|_| user.may(Permission::AddonsManage));
    Entry { installed, ..entry }
}

fn summary(entry: Entry, locale: &str) -> AddonSummary {
    let DomainListing { name, summary, publisher_name, categories, release_notes, .. } = entry.manifest.listing;
    AddonSummary {
        id: entry.addon,
        kind: entry.kind.into(),
        name: name.get(locale).to_owned(),
        summary: summary.get(locale).to_owned(),
        publisher_name,
        categories: categories.into_iter().collect(),
        latest: entry.latest.to_string(),
        size: entry.size,
        published_at: entry.published_at.into(),
        whats_new: release_notes.map(|notes| notes.get(locale).to_owned()),
        installs: at_least(entry.installs),
        installation: entry.installed.map(|installed| AddonInstallation {
            id: installed.id,
            status: installed.status.into(),
            version: installed.version.to_string(),
            pinned: installed.pinned,
            prereleases: installed.prereleases,
            update: installed.offer.update.map(|version| version.to_string()),
            patch: installed.offer.patch.map(|version| version.to_string()),
        }),
    }
}

fn addon_of(listing: catalog::Listing, locale: &str) -> Addon {
    let texts = listing.entry.manifest.listing.clone();
    Addon {
        summary: summary(listing.entry, locale),
        description: texts.description.get(locale).to_owned(),
        highlights: texts.highlights.iter().map(|line| line.get(locale).to_owned()).collect(),
        works_with: texts.works_with,
        video: texts.video,
        publisher: AddonPublisher { slug: listing.publisher.slug.to_string(), name: listing.publisher.name },
        terms_url: texts.terms_url,
        privacy_url: texts.privacy_url,
        support: AddonSupport { email: texts.support.email, portal: texts.support.portal, faq: texts.support.faq },
        versions: listing.versions.into_iter().map(|row| version_of(row, locale)).collect(),
    }
}

fn version_of(row: VersionRow, locale: &str) -> AddonVersion {
    let notes = row.manifest.listing.release_notes.as_ref();
    AddonVersion {
        version: row.version.to_string(),
        seq: row.seq.0,
        status: row.status.as_str().to_owned(),
        size: row.size,
        package_digest: row.package_digest.to_string(),
        component_digest: row.component_digest.to_string(),
        published_at: row.published_at.into(),
        release_notes: notes.map(|notes| notes.get(locale).to_owned()),
        capabilities: row.manifest.capabilities.iter().map(|asked| Capability::new(asked, locale)).collect(),
        scopes: row.manifest.asks().scopes.iter().map(|asked| ServiceScope::new(asked, locale)).collect(),
        fields: row.manifest.fields.iter().map(|declared| AddonField::new(declared, locale)).collect(),
    }
}

impl AddonField {
    /// In `locale`, as far as the publisher wrote it.
    fn new(declared: &Declared, locale: &str) -> Self {
        Self {
            of: declared.of.into(),
            key: declared.key.clone(),
            kind: declared.kind.into(),
            label: declared.label.get(locale).to_owned(),
        }
    }
}
