//! Where a panel is: beside a ticket or a contact, on a page of its own, beside **Send**, or where its add-on is managed. Each has an
//! address of its own, below which its panels are.

use annex_domain::{
    ids::{ContactId, InstallationId},
    manifest::ViewPlace,
};

/// Where a panel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Beside the ticket of that number.
    Ticket(i64),
    /// Beside a contact.
    Contact(ContactId),
    /// On a page of the main menu.
    Page,
    /// Opened from the reply box of the ticket of that number.
    Composer(i64),
    /// On a tab of the page where the add-on is managed.
    Settings,
}

impl At {
    /// The place and the add-on that an address names.
    pub(super) fn read(path: &str) -> Option<(Self, InstallationId)> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (at, installation) = match parts.as_slice() {
            ["tickets", number, "sidebar", installation, ..] => (Self::Ticket(number.parse().ok()?), installation),
            ["contacts", contact, "sidebar", installation, ..] => (Self::Contact(contact.parse().ok()?), installation),
            ["apps", installation, ..] => (Self::Page, installation),
            ["tickets", number, "composer", installation, ..] => (Self::Composer(number.parse().ok()?), installation),
            ["my-addons", installation, "view", ..] => (Self::Settings, installation),
            _ => return None,
        };
        Some((at, installation.parse().ok()?))
    }

    /// As manifests name it.
    pub(super) fn place(self) -> ViewPlace {
        match self {
            Self::Ticket(_) => ViewPlace::TicketSidebar,
            Self::Contact(_) => ViewPlace::ContactSidebar,
            Self::Page => ViewPlace::Page,
            Self::Composer(_) => ViewPlace::Composer,
            Self::Settings => ViewPlace::Settings,
        }
    }

    /// The address of a panel there.
    pub(super) fn panel(self, installation: InstallationId) -> String {
        match self {
            Self::Ticket(number) => format!("/tickets/{number}/sidebar/{installation}"),
            Self::Contact(contact) => format!("/contacts/{contact}/sidebar/{installation}"),
            Self::Page => format!("/apps/{installation}"),
            Self::Composer(number) => format!("/tickets/{number}/composer/{installation}"),
            Self::Settings => format!("/my-addons/{installation}/view"),
        }
    }

    /// The page that it is part of.
    pub(super) fn whole(self, installation: InstallationId) -> String {
        match self {
            Self::Ticket(number) | Self::Composer(number) => format!("/tickets/{number}"),
            Self::Contact(contact) => format!("/contacts/{contact}"),
            Self::Page => self.panel(installation),
            Self::Settings => format!("/my-addons/{installation}?tab=view"),
        }
    }

    /// What ids of HTML have at their end: two panels of an add-on may be on one page, one of them beside **Send**.
    pub(super) fn mark(self) -> &'static str {
        if matches!(self, Self::Composer(_)) { "w" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_from_the_addresses_that_it_has() {
        let installation = InstallationId::new();
        for at in [At::Ticket(7), At::Contact(ContactId::new()), At::Page, At::Composer(7), At::Settings] {
            let address = at.panel(installation);
            assert_eq!(At::read(&address), Some((at, installation)), "{address}");
            assert_eq!(At::read(&format!("{address}/actions")), Some((at, installation)));
        }
        for other in
            ["", "/", "/tickets/7", "/tickets/x/sidebar/y", "/apps/", "/contacts/7/sidebar/8", "/my-addons/x/view"]
        {
            assert_eq!(At::read(other), None, "{other}");
        }
    }
}
