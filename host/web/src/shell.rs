//! What every page has around it: navigation, language, colours, the confirmation of what was just done. `pieces` draws
//! the small things that all pages share, `quotes` tells what a message quotes; `errors` is the middleware that turns errors
//! into pages in the same frame.

mod errors;
mod links;
mod pager;
mod pieces;
mod quotes;

use annex_domain::{
    clock::Timestamp,
    ids::InstallationId,
    operator::{Desk, Operator, Theme},
    permission::Permission,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _},
};

pub(crate) use self::{
    errors::{Frame, error_text, finish_pages, is_fragment},
    pager::Pager,
    quotes::Part,
};
use crate::{
    assets,
    error::PageResult,
    flash::Toast,
    i18n::{Translator, bidi, english},
};

/// Where a page belongs in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Outside: sign-in, setup.
    None,
    /// Tickets.
    Inbox,
    /// Requesters.
    Contacts,
    /// The marketplace.
    Marketplace,
    /// Installed add-ons.
    MyAddons,
    /// What operators ask for.
    Requests,
    /// What is to be looked at.
    Attention,
    /// What the desk pays.
    Billing,
    /// Packages and publishers' keys.
    Catalog,
    /// Roles.
    Roles,
    /// Operators.
    Operators,
    /// Groups of operators.
    Groups,
    /// Custom fields.
    Fields,
    /// API tokens.
    Tokens,
    /// The desk and the host.
    System,
    /// Mails.
    Outbox,
    /// Background work that waits for a person.
    Work,
    /// The audit log.
    Audit,
    /// One's own settings.
    Profile,
    /// A page of an add-on.
    Page(InstallationId),
}

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NavLink {
    /// Where it leads.
    pub(crate) href: &'static str,
    /// Key of its text.
    pub(crate) key: &'static str,
    /// Name in the sprite.
    pub(crate) icon: &'static str,
    /// `page` on that page, `true` within that part.
    pub(crate) current: Option<&'static str>,
}

/// A page of an add-on, in the navigation.
#[derive(Debug, Clone)]
pub(crate) struct PageLink {
    /// Whose.
    pub(crate) installation: InstallationId,
    /// In the person's language.
    pub(crate) title: String,
    /// Name in the sprite.
    pub(crate) icon: &'static str,
}

/// Who is signed in, and where.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Pages of add-ons that they use.
    pub(crate) pages: Vec<PageLink>,
    /// The operator.
    pub(crate) operator: Operator,
    /// Their desk.
    pub(crate) desk: Desk,
    /// This browser signed in to others before, as somebody of the same address.
    pub(crate) elsewhere: bool,
}

/// The frame of a page: every template has one under the name `shell`.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// In the person's language.
    pub(crate) t: Translator,
    /// Of the page, already translated.
    pub(crate) title: String,
    /// In the navigation.
    pub(crate) section: Section,
    /// None: nobody is signed in.
    pub(crate) person: Option<Person>,
    /// What was just done.
    pub(crate) toast: Option<Toast>,
    /// When the page is drawn.
    pub(crate) now: Timestamp,
}

impl Shell {
    /// For pages where nobody is known: English, colours of the system.
    pub(crate) fn outside(title_key: &str) -> Self {
        let t = english();
        Self { title: t.get(title_key), t, section: Section::None, person: None, toast: None, now: Timestamp(0) }
    }

    /// The address of an asset.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// `light`, `dark` or `system`.
    pub(crate) fn theme(&self) -> &'static str {
        self.person.as_ref().map_or(Theme::System, |person| person.operator.theme).as_str()
    }

    /// True while single-key shortcuts are on.
    pub(crate) fn shortcuts(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.operator.shortcuts)
    }

    /// True on the person's own page.
    pub(crate) fn is_profile(&self) -> bool {
        self.section == Section::Profile
    }

    /// True on the page of the bell.
    pub(crate) fn is_attention(&self) -> bool {
        self.section == Section::Attention
    }

    /// True on the page of that add-on.
    pub(crate) fn is_page(&self, of: &InstallationId) -> bool {
        self.section == Section::Page(*of)
    }

    /// True where the bell makes sense: for those who can do something about what it counts.
    pub(crate) fn has_bell(&self) -> bool {
        self.may(&Permission::AddonsManage)
    }

    /// True when the person's roles allow it.
    pub(crate) fn may(&self, permission: &Permission) -> bool {
        self.person.as_ref().is_some_and(|person| person.operator.permissions.has(*permission))
    }

    /// The links beside every page, as far as the person's permissions go.
    pub(crate) fn nav(&self) -> Vec<NavLink> {
        use Permission::{AddonsManage, CatalogManage, TicketsView};
        let addons = [Section::Marketplace, Section::MyAddons, Section::Requests, Section::Billing, Section::Catalog];
        let admin = [
            Section::Roles,
            Section::Operators,
            Section::Groups,
            Section::Fields,
            Section::Tokens,
            Section::System,
            Section::Outbox,
            Section::Work,
            Section::Audit,
        ];
        let part = |href, key, icon, sections: &[Section]| NavLink {
            href,
            key,
            icon,
            current: sections.contains(&self.section).then_some(if sections.len() == 1 { "page" } else { "true" }),
        };
        let mut links = Vec::new();
        if self.may(&TicketsView) {
            links.push(part("/inbox", "nav-inbox", "inbox", &[Section::Inbox]));
            links.push(part("/contacts", "nav-contacts", "users", &[Section::Contacts]));
        }
        if self.may(&AddonsManage) {
            links.push(part("/addons", "nav-addons", "puzzle", &addons));
        } else if self.may(&CatalogManage) {
            links.push(part("/admin/catalog", "nav-addons", "puzzle", &addons));
        }
        let first_of_admin = self.admin_links().first().map_or("/admin/tokens", |link| link.href);
        links.push(part(first_of_admin, "nav-admin", "settings", &admin));
        links
    }

    /// The links above the pages of one part: add-ons, administration.
    pub(crate) fn subnav(&self) -> Vec<NavLink> {
        match self.section {
            Section::Marketplace | Section::MyAddons | Section::Requests | Section::Billing | Section::Catalog => {
                self.addon_links()
            }
            Section::Roles
            | Section::Operators
            | Section::Groups
            | Section::Fields
            | Section::Tokens
            | Section::System
            | Section::Outbox
            | Section::Work
            | Section::Audit => self.admin_links(),
            _ => Vec::new(),
        }
    }

    fn links(&self, all: &[(Section, &'static str, &'static str, &'static str, Option<Permission>)]) -> Vec<NavLink> {
        let allowed = all.iter().filter(|(.., permission)| permission.is_none_or(|needed| self.may(&needed)));
        allowed
            .map(|(section, href, key, icon, _)| NavLink {
                href,
                key,
                icon,
                current: (*section == self.section).then_some("page"),
            })
            .collect()
    }

    fn addon_links(&self) -> Vec<NavLink> {
        use Permission::{AddonsManage, CatalogManage};
        self.links(&[
            (Section::Marketplace, "/addons", "nav-marketplace", "store", Some(AddonsManage)),
            (Section::MyAddons, "/my-addons", "nav-my-addons", "blocks", Some(AddonsManage)),
            (Section::Requests, "/addon-requests", "nav-requests", "users", Some(AddonsManage)),
            (Section::Billing, "/billing", "nav-billing", "credit-card", Some(AddonsManage)),
            (Section::Catalog, "/admin/catalog", "nav-catalog", "package", Some(CatalogManage)),
        ])
    }

    fn admin_links(&self) -> Vec<NavLink> {
        use Permission::{DeskManage, OperatorsManage};
        self.links(&[
            (Section::Roles, "/admin/roles", "nav-roles", "shield", Some(OperatorsManage)),
            (Section::Operators, "/admin/operators", "nav-operators", "user-round", Some(OperatorsManage)),
            (Section::Groups, "/admin/groups", "nav-groups", "users-round", Some(OperatorsManage)),
            (Section::Fields, "/admin/fields", "nav-fields", "list", Some(DeskManage)),
            (Section::Tokens, "/admin/tokens", "nav-tokens", "key-round", None),
            (Section::System, "/admin/system", "nav-system", "server", Some(DeskManage)),
            (Section::Outbox, "/admin/mails", "nav-outbox", "mail", Some(DeskManage)),
            (Section::Work, "/admin/work", "nav-work", "activity", Some(DeskManage)),
            (Section::Audit, "/admin/audit", "nav-audit", "history", Some(DeskManage)),
        ])
    }
}

/// Draws a template as an HTML answer.
pub(crate) fn page(template: &impl Template) -> PageResult {
    page_with(StatusCode::OK, template)
}

/// Draws a template as an HTML answer with a status, such as 422 for a form with errors.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> PageResult {
    Ok((status, in_order(template.render()?)).into_response())
}

/// A page without what would reorder its text. A name with U+202E in it reads backwards, and makes `exe.gpj` of `jpg.exe`; so
/// every text goes without embeddings, overrides and isolates, whoever wrote it. The isolation that translated sentences
/// come with (U+2068, U+2069) stays.
pub(crate) fn in_order(html: String) -> Html<String> {
    let unwanted = |c: char| bidi::forces(c) && !matches!(c, '\u{2068}' | '\u{2069}');
    // All of them begin with this byte. Looking for it takes many bytes at once, and looking at each letter a fiftieth of a page's time.
    let mut suspects = memchr::memchr_iter(0xE2, html.as_bytes());
    if suspects.any(|at| html.get(at..).is_some_and(|rest| rest.starts_with(unwanted))) {
        return Html(html.split(unwanted).collect());
    }
    Html(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_in_its_order() {
        let drawn = |html: &str| in_order(html.to_owned()).0;
        assert_eq!(drawn("<b>a\u{202E}b\u{2067}c\u{202C}</b>"), "<b>abc</b>");
        assert_eq!(drawn("“quoted” – \u{2068}\u{627}\u{2069}"), "“quoted” – \u{2068}\u{627}\u{2069}");
    }

    #[test]
    fn names_are_isolated_in_sentences() {
        let t = english();
        let sentence = |name: &str| t.with("inbox-from", &[("name", &name), ("number", &"7")]);
        assert_eq!(sentence("Ann\u{202E}").replace("Ann", "X"), sentence("X"));
        assert!(sentence("مها").contains("\u{2068}مها\u{2069}"));
    }
}
