//! Publishers and the platform's own people: roles, permissions, scopes of tokens, and the one table of what each role of a
//! publisher's members may do.

crate::words! {
    /// What a member is to their publisher.
    pub enum MemberRole: "role of a member" {
        /// Everything, also the members and the keys.
        Owner = "owner",
        /// Builds, submits and publishes.
        Developer = "developer",
        /// Looks after the money.
        Finance = "finance",
    }

    /// What the platform's people may do.
    pub enum StaffPermission: "permission of the platform" {
        /// Technical reviews.
        ReviewTechnical = "review.technical",
        /// Reviews of listings.
        ReviewMarketplace = "review.marketplace",
        /// Requests for accounts, publishers, partner documents.
        PublishersManage = "publishers.manage",
    }

    /// What a token of a publisher may do.
    pub enum PublisherScope: "scope of a publisher's token" {
        /// Reads versions, their reviews and reports, and what add-ons do in the developer desk.
        Read = "read",
        /// Uploads packages and submits versions.
        Submit = "submit",
        /// Makes approved versions available, and takes them back.
        Publish = "publish",
        /// Reads events, has them sent again, and answers those that wait for it.
        Events = "events",
    }

    /// Whether a publisher may do anything.
    pub enum PublisherStatus: "status of a publisher" {
        /// It may.
        Active = "active",
        /// Its members only look, and its tokens do not work.
        Suspended = "suspended",
    }

    /// Where a request for an account stands.
    pub enum AccountRequestState: "state of a request for an account" {
        /// To be decided.
        Open = "open",
        /// It led to a publisher.
        Approved = "approved",
        /// It led to nothing, and its reason was mailed.
        Refused = "refused",
    }

    /// What publishers agree to.
    pub enum PartnerDocument: "partner document" {
        /// The agreement between the platform and its publishers.
        Agreement = "agreement",
        /// How data of help desks is treated.
        DataProtection = "data-protection",
        /// What add-ons have to be like.
        Guidelines = "guidelines",
    }

    /// What members do.
    pub enum Deed: "deed of a member" {
        /// Looks at the publisher and what belongs to it.
        Look = "look",
        /// Changes what the publisher is called and how it is reached.
        Organisation = "organisation",
        /// Invites and removes members, and changes roles.
        Members = "members",
        /// Accepts partner documents.
        Documents = "documents",
        /// Enrols and removes keys.
        Keys = "keys",
        /// Makes and revokes tokens.
        Tokens = "tokens",
        /// Works on projects, drafts and versions.
        Develop = "develop",
        /// Submits versions, and takes them out of review.
        Submit = "submit",
        /// Makes versions available, and takes them back.
        Publish = "publish",
        /// Tops up the credit of the developer desk.
        Credit = "credit",
        /// Looks at earnings and statements, and says where they are paid to.
        Earnings = "earnings",
    }
}

impl MemberRole {
    /// What each role may do.
    #[must_use]
    pub const fn may(self, deed: Deed) -> bool {
        match self {
            Self::Owner => true,
            Self::Developer => {
                matches!(deed, Deed::Look | Deed::Tokens | Deed::Develop | Deed::Submit | Deed::Publish)
            }
            Self::Finance => matches!(deed, Deed::Look | Deed::Credit | Deed::Earnings),
        }
    }
}

impl PublisherScope {
    /// What a member has to be allowed for their token to have this scope.
    #[must_use]
    pub const fn deed(self) -> Deed {
        match self {
            Self::Read => Deed::Look,
            Self::Submit => Deed::Submit,
            Self::Publish => Deed::Publish,
            Self::Events => Deed::Develop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_does_its_part() {
        let of = |role: MemberRole| Deed::ALL.into_iter().filter(|deed| role.may(*deed)).collect::<Vec<_>>();
        assert_eq!(of(MemberRole::Owner), Deed::ALL);
        assert_eq!(of(MemberRole::Developer), [Deed::Look, Deed::Tokens, Deed::Develop, Deed::Submit, Deed::Publish]);
        assert_eq!(of(MemberRole::Finance), [Deed::Look, Deed::Credit, Deed::Earnings]);
    }
}
