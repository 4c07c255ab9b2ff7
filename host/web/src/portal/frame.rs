//! What is around the pages of portal and review, and who is on them.

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    publisher::{Deed, StaffPermission},
};
use annex_portal::{GivenPassword, Member, Staff};
use annex_store::{
    billing::accounts::Account,
    publishers::organisations::{self, Organisation},
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, StatusCode, request::Parts},
};

use crate::{
    client_area::{Payer, fingerprint},
    error::PageError,
    panel::form::Posted,
    shell::Shell,
    state::AppState,
};

/// Where a page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The next steps.
    Overview,
    /// What it builds.
    Projects,
    /// What it is called and how it is reached.
    Organisation,
    /// Who belongs to it.
    Members,
    /// What it agrees to.
    Documents,
    /// What it signs with.
    Keys,
    /// What its programs come with.
    Tokens,
    /// Of the platform: versions that wait for a review.
    Versions,
    /// What waits for its word.
    Answers,
    /// How its add-ons fare.
    Figures,
    /// What it earns.
    Earnings,
    /// What its services are told.
    Events,
    /// What its services ask its developer desk with.
    Clients,
    /// Of the platform: who asks, and who is there.
    Publishers,
    /// Of the platform: what publishers agree to.
    PartnerDocuments,
}

/// A link above a page.
#[derive(Debug, Clone)]
pub(crate) struct PartLink {
    pub(crate) href: String,
    pub(crate) key: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) is_current: bool,
}

/// What is around a page, beside its [`Shell`]: every template here has one under the name `frame`.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    /// None: nobody is signed in.
    pub(crate) account: Option<Account>,
    /// Key of the name beside the mark.
    pub(crate) brand: &'static str,
    /// Where the mark leads.
    pub(crate) home: &'static str,
    pub(crate) links: Vec<PartLink>,
}

impl Around {
    /// Nobody is signed in.
    pub(crate) fn outside() -> Self {
        Self { account: None, brand: "portal-title", home: "/portal", links: Vec::new() }
    }

    /// Of no publisher.
    pub(crate) fn home(payer: &Payer) -> Self {
        Self { account: Some(payer.account.clone()), ..Self::outside() }
    }

    /// Of the platform's people: the parts that their permissions are for.
    pub(crate) fn review(payer: &Payer, by: &Staff, place: Place) -> Self {
        let manages = by.permissions.contains(&StaffPermission::PublishersManage);
        let reviews = by.permissions.len() > usize::from(manages);
        let parts = [
            ("/review/versions", "review-nav-versions", "shield-check", Place::Versions, reviews),
            ("/review/publishers", "review-nav-publishers", "building-2", Place::Publishers, manages),
            ("/review/documents", "review-nav-documents", "file-text", Place::PartnerDocuments, manages),
        ];
        let links = parts.into_iter().filter(|(.., may)| *may).map(|(href, key, icon, of, _)| PartLink {
            href: href.to_owned(),
            key,
            icon,
            is_current: of == place,
        });
        let links = links.collect();
        Self { account: Some(payer.account.clone()), brand: "review-title", home: "/review", links }
    }
}

/// A member on a page of their publisher.
pub(crate) struct Insider {
    pub(crate) payer: Payer,
    pub(crate) member: Member,
    pub(crate) organisation: Organisation,
}

impl FromRequestParts<AppState> for Insider {
    type Rejection = PageError;

    /// By the `{publisher}` in the address.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let payer = Payer::from_request_parts(parts, state).await?;
        let publisher = in_address(parts, state, "publisher").await?;
        Self::find(state, payer, &publisher).await
    }
}

/// The `{project}` in the address. Whether it is the publisher's is asked by whoever reads it.
pub(crate) struct AtProject(pub(crate) AddonId);

impl FromRequestParts<AppState> for AtProject {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let project = in_address(parts, state, "project").await?;
        project.parse::<AddonId>().map(Self).map_err(|_| PageError::NotFound)
    }
}

/// A part of the address, by its name in the route.
async fn in_address(parts: &mut Parts, state: &AppState, name: &str) -> Result<String, PageError> {
    let Path(mut named) =
        Path::<BTreeMap<String, String>>::from_request_parts(parts, state).await.map_err(|_| PageError::NotFound)?;
    named.remove(name).ok_or(PageError::NotFound)
}

impl Insider {
    /// Who is signed in, as a member of the publisher in the address.
    pub(crate) async fn find(state: &AppState, payer: Payer, publisher: &str) -> Result<Self, PageError> {
        is_open(state)?;
        let slug = publisher.parse().map_err(|_| PageError::NotFound)?;
        let member = Member::find(&state.portal(), payer.account.id, &slug, state.clock.now()).await?;
        let organisation = organisations::get(&mut state.db.read().await?, &slug).await?;
        Ok(Self { payer, member, organisation })
    }

    /// The address of a part of the publisher.
    pub(crate) fn path(&self, part: &str) -> String {
        format!("/portal/publishers/{}{part}", self.member.publisher)
    }

    /// The shell of a page.
    pub(crate) fn shell(&self, title_key: &str) -> Shell {
        self.payer.shell(title_key)
    }

    /// What is around a page: the parts that their role has something to do with.
    pub(crate) fn around(&self, place: Place) -> Around {
        let parts = [
            ("", "portal-nav-overview", "layout-grid", Place::Overview, Deed::Look),
            ("/projects", "portal-nav-projects", "blocks", Place::Projects, Deed::Look),
            ("/organisation", "portal-nav-organisation", "building-2", Place::Organisation, Deed::Look),
            ("/members", "portal-nav-members", "users", Place::Members, Deed::Look),
            ("/documents", "portal-nav-documents", "file-text", Place::Documents, Deed::Look),
            ("/keys", "portal-nav-keys", "key", Place::Keys, Deed::Look),
            ("/tokens", "portal-nav-tokens", "key-round", Place::Tokens, Deed::Tokens),
            ("/answers", "portal-nav-answers", "inbox", Place::Answers, Deed::Develop),
            ("/figures", "portal-nav-figures", "chart-column", Place::Figures, Deed::Look),
            ("/earnings", "portal-nav-earnings", "dollar-sign", Place::Earnings, Deed::Earnings),
            ("/events", "portal-events-title", "activity", Place::Events, Deed::Develop),
            ("/clients", "portal-clients-title", "plug", Place::Clients, Deed::Develop),
        ];
        let links = parts
            .into_iter()
            .filter(|(.., deed)| self.member.role.may(*deed))
            .map(|(part, key, icon, of, _)| PartLink { href: self.path(part), key, icon, is_current: of == place });
        Around { links: links.collect(), ..Around::home(&self.payer) }
    }
}

/// Goes on only where accounts are the host's own.
pub(crate) fn is_open(state: &AppState) -> Result<(), PageError> {
    if state.config.billing_issuer.is_none() {
        return Ok(());
    }
    let text = "this host has no portal: its accounts are another system's";
    Err(PageError::refused(StatusCode::NOT_FOUND, "no-portal", text))
}

/// Somebody of the platform with a permission.
pub(crate) async fn staff(state: &AppState, payer: &Payer, permission: StaffPermission) -> Result<Staff, PageError> {
    is_open(state)?;
    let staff = Staff::find(&state.portal(), payer.account.id, state.clock.now()).await?;
    staff.require(permission)?;
    Ok(staff)
}

/// Names the session of a browser.
pub(crate) fn session(state: &AppState, headers: &HeaderMap) -> String {
    fingerprint(headers, &state.config).unwrap_or_default()
}

/// The password that was sent with a form.
pub(crate) fn given<'a>(session: &'a str, address: &'a str, form: &Posted) -> GivenPassword<'a> {
    GivenPassword { session, address, password: form.raw("password").to_owned().into() }
}
