//! Where a view is shown, and to whom.

use super::{ComposerPlace, Context, Location, TicketPlace};
use crate::{Error, Result};

impl Context {
    /// The ticket that the view stands beside: in its sidebar, or above its reply box.
    #[must_use]
    pub fn ticket(&self) -> Option<&TicketPlace> {
        match &self.location {
            Location::TicketSidebar(place) => Some(place),
            Location::Composer(ComposerPlace { ticket, .. }) => Some(ticket),
            Location::ContactSidebar(_) | Location::Page | Location::Settings => None,
        }
    }

    /// Its id, for [`tickets`](crate::tickets): in a view that the manifest puts beside tickets only.
    ///
    /// # Errors
    /// [`Error::Internal`] elsewhere.
    pub fn ticket_id(&self) -> Result<&str> {
        let place = self.ticket();
        let place =
            place.ok_or_else(|| Error::Internal(format!("the view `{}` stands beside no ticket", self.view)))?;
        Ok(&place.ticket)
    }

    /// The id of the contact that the view stands beside, or of the ticket's requester.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        match &self.location {
            Location::ContactSidebar(place) => Some(&place.contact),
            _ => self.ticket().map(|place| place.requester.as_str()),
        }
    }

    /// The first address of whom [`contact`](Self::contact) names, when they have one.
    #[must_use]
    pub fn requester_email(&self) -> Option<&str> {
        match &self.location {
            Location::ContactSidebar(place) => place.email.as_deref(),
            _ => self.ticket().and_then(|place| place.requester_email.as_deref()),
        }
    }

    /// What stood in the reply box when a view above it was opened; empty elsewhere.
    #[must_use]
    pub fn draft(&self) -> &str {
        match &self.location {
            Location::Composer(place) => &place.draft,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ContactPlace;
    use super::*;
    use crate::testing;

    #[test]
    fn whom_a_view_is_about_is_known_at_each_place() {
        let ticket = testing::context();
        let of = |location| Context { location, ..testing::context() };
        let place = ticket.ticket().unwrap().clone();
        let composer = of(Location::Composer(ComposerPlace { ticket: place, draft: "Dear".into(), internal: false }));
        let contact = of(Location::ContactSidebar(ContactPlace { contact: "c7".into(), email: None }));
        let page = of(Location::Page);
        let known = |ctx: &Context| {
            let ticket = ctx.ticket().map(|place| place.ticket.clone());
            (ticket, ctx.contact().map(str::to_owned), ctx.requester_email().map(str::to_owned))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(known(&ticket), (some("t1"), some("c1"), some("ada@example.com")));
        assert_eq!(known(&composer), known(&ticket));
        assert_eq!((ticket.draft(), composer.draft()), ("", "Dear"));
        assert_eq!(known(&contact), (None, some("c7"), None));
        assert_eq!(known(&page), (None, None, None));
        assert_eq!(ticket.ticket_id(), Ok("t1"));
        assert!(page.ticket_id().is_err());
    }
}
