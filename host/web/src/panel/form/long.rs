//! Forms that may be longer than usual: what people write, settings, ticks for a whole desk, panels. They are read only of
//! somebody who may send them: nobody else makes the host hold a mebibyte. Nothing else in the panel raises the limit but the
//! upload of a package, which is read bit by bit after its check; so a long form cannot be had without its permission. Files among
//! the fields of a form are read bit by bit as well.

use std::{marker::PhantomData, ops::Deref};

use annex_domain::{attachment, permission::Permission};
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::Posted;
use crate::{error::PageError, session::Allowed, state::AppState};

/// What a long form is for.
pub(crate) trait Purpose {
    /// Whoever lacks it is refused before the form is read.
    const NEEDS: Permission;
    /// The longest form, in bytes.
    const MOST: usize = 1 << 20;
}

/// A reply or a note.
pub(crate) enum Reply {}

impl Purpose for Reply {
    const NEEDS: Permission = Permission::TicketsReply;
}

/// The same with its files.
pub(crate) enum WithFiles {}

impl Purpose for WithFiles {
    const NEEDS: Permission = Permission::TicketsReply;
    const MOST: usize = Reply::MOST + attachment::MOST * attachment::LARGEST as usize;
}

/// A ticket with its first message.
pub(crate) enum NewTicket {}

impl Purpose for NewTicket {
    const NEEDS: Permission = Permission::TicketsManage;
}

/// The properties of a ticket, with a hundred custom fields.
pub(crate) enum OfTicket {}

impl Purpose for OfTicket {
    const NEEDS: Permission = Permission::TicketsManage;
}

/// A contact, with as many.
pub(crate) enum OfContact {}

impl Purpose for OfContact {
    const NEEDS: Permission = Permission::ContactsManage;
}

/// The settings of an add-on, or who uses it: in a desk of thousands, too.
pub(crate) enum OfAddon {}

impl Purpose for OfAddon {
    const NEEDS: Permission = Permission::AddonsManage;
}

/// The members of a group.
pub(crate) enum Members {}

impl Purpose for Members {
    const NEEDS: Permission = Permission::OperatorsManage;
}

/// What was done in a panel: the views travel with it, sealed, in hexadecimal digits.
pub(crate) enum InPanel {}

impl Purpose for InPanel {
    const NEEDS: Permission = Permission::TicketsView;
    const MOST: usize = 2 << 20;
}

/// The same with files that were chosen in it: as many as with a message.
pub(crate) enum InPanelWithFiles {}

impl Purpose for InPanelWithFiles {
    const NEEDS: Permission = Permission::TicketsReply;
    const MOST: usize = InPanel::MOST + attachment::MOST * attachment::LARGEST as usize;
}

/// What was done in the view where an add-on is managed.
pub(crate) enum OnTab {}

impl Purpose for OnTab {
    const NEEDS: Permission = Permission::AddonsManage;
    const MOST: usize = InPanel::MOST;
}

/// A long form, read by another extractor. Stands after [`crate::session::SignedIn`] among the arguments of a handler, which
/// finds out who asks; without it everybody is refused.
pub(crate) struct Long<P, F = Posted> {
    form: F,
    purpose: PhantomData<P>,
}

impl<P, F> Long<P, F> {
    /// What the other extractor read.
    pub(crate) fn into_inner(self) -> F {
        self.form
    }
}

impl<P, F> Deref for Long<P, F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.form
    }
}

impl<P, F> FromRequest<AppState> for Long<P, F>
where
    P: Purpose,
    F: FromRequest<AppState>,
{
    type Rejection = Response;

    async fn from_request(mut request: Request, state: &AppState) -> Result<Self, Response> {
        let allowed = request.extensions().get::<Allowed>();
        if !allowed.is_some_and(|allowed| allowed.0.has(P::NEEDS)) {
            return Err(PageError::Forbidden(P::NEEDS).into_response());
        }
        DefaultBodyLimit::max(P::MOST).apply(&mut request);
        let form = F::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { form, purpose: PhantomData })
    }
}
