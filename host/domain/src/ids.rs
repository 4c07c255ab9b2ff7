//! One type per kind of id, so that a ticket's id cannot be passed for a desk's. UUIDv7 inside: sortable by creation.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later in order than those made before.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would be a new one each time")]
            #[expect(clippy::disallowed_methods, reason = "id types are the home of UUIDs")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The UUID inside.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// One help desk: the tenant.
    DeskId,
    /// A person working in a desk's panel.
    OperatorId,
    /// A set of permissions of a desk.
    RoleId,
    /// A ticket.
    TicketId,
    /// A message of a ticket.
    MessageId,
    /// A file of a message.
    AttachmentId,
    /// A requester: the person who wrote a ticket.
    ContactId,
    /// An add-on installed in a desk.
    InstallationId,
    /// The address of a channel: `/hooks/{id}/…`. It outlives the installation.
    HookId,
    /// A run of a saga.
    SagaId,
    /// A background job.
    JobId,
    /// An operator asks an admin for an add-on.
    RequestId,
    /// An API token; not the secret itself.
    TokenId,
    /// A session as operators see it in the list of theirs; not the secret itself.
    SessionId,
    /// One call of an add-on: joins its log lines and its measurements.
    CallId,
    /// A group of operators.
    GroupId,
    /// A custom field of tickets or contacts.
    FieldId,
    /// Who pays: an account of the billing system.
    AccountId,
    /// Something to be paid at once.
    OrderId,
    /// An invoice; people know it by its number.
    InvoiceId,
    /// One try to take money.
    AttemptId,
    /// Money paid back.
    RefundId,
    /// What an installation pays for, from month to month or once, or tries.
    SubscriptionId,
    /// A card, as its gateway shows it.
    PaymentMethodId,
    /// A mail.
    MailId,
    /// Somebody asks for an account of a publisher.
    AccountRequestId,
    /// Somebody is asked to belong to a publisher.
    InvitationId,
    /// A token of a publisher; not the secret itself.
    PublisherTokenId,
    /// What a publisher's service is told; see `publisher_event::EventId`, which is what others see of it.
    PublisherEventId,
    /// A program that asks for tokens in the name of an installation; see [`crate::oauth`].
    OauthClientId,
    /// A version of a project, from its first draft on.
    ProjectVersionId,
    /// A note of a review.
    NoteId,
    /// A link by which desks come to an add-on; not the secret itself.
    AccessLinkId,
}
