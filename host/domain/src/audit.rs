//! What the audit log records: a closed set, so that every entry has a text in every language and the same deed has the same
//! word, whichever door it came through.

crate::words! {
    /// What somebody did.
    pub enum Action: "known action" {
        /// Access to an add-on accepted.
        AddonAccess = "addon.access",
        /// Add-on activated.
        AddonActivate = "addon.activate",
        /// Add-on deactivated.
        AddonDeactivate = "addon.deactivate",
        /// Add-on pinned to its version.
        AddonPin = "addon.pin",
        /// Add-on unpinned.
        AddonUnpin = "addon.unpin",
        /// Add-on renamed.
        AddonRename = "addon.rename",
        /// Pre-releases switched off.
        AddonLeavePreReleases = "addon.leave-pre-releases",
        /// Pre-releases switched on.
        AddonTakePreReleases = "addon.take-pre-releases",
        /// Licences bought.
        AddonBuyLicences = "addon.buy-licences",
        /// Add-on cancelled.
        AddonCancel = "addon.cancel",
        /// Plan change started.
        AddonChoosePlan = "addon.choose-plan",
        /// Installation started.
        AddonInstall = "addon.install",
        /// Installation failed.
        AddonInstallFailed = "addon.install-failed",
        /// Add-on installed.
        AddonInstalled = "addon.installed",
        /// Licences reduced.
        AddonLicencesReduced = "addon.licences-reduced",
        /// Add-on paid.
        AddonPaid = "addon.paid",
        /// Payment due.
        AddonPaymentDue = "addon.payment-due",
        /// Plan changed.
        AddonPlan = "addon.plan",
        /// Purchase failed.
        AddonPurchaseFailed = "addon.purchase-failed",
        /// Installation tried again.
        AddonRetryInstall = "addon.retry-install",
        /// Return to the previous version started.
        AddonRollback = "addon.rollback",
        /// Previous version restored.
        AddonRolledBack = "addon.rolled-back",
        /// Add-on settings saved.
        AddonSettings = "addon.settings",
        /// Add-on suspended.
        AddonSuspend = "addon.suspend",
        /// Trial ended.
        AddonTrialEnded = "addon.trial-ended",
        /// Uninstallation started.
        AddonUninstall = "addon.uninstall",
        /// Add-on uninstalled.
        AddonUninstalled = "addon.uninstalled",
        /// Add-on stopped for lack of payment.
        AddonUnpaid = "addon.unpaid",
        /// Update started.
        AddonUpdate = "addon.update",
        /// Update failed.
        AddonUpdateFailed = "addon.update-failed",
        /// Add-on updated.
        AddonUpdated = "addon.updated",
        /// Users of an add-on changed.
        AddonUsers = "addon.users",
        /// Users assigned by a rule.
        AddonUsersAssigned = "addon.users-assigned",
        /// Users removed: not enough licences.
        AddonUsersUnassigned = "addon.users-unassigned",
        /// Order withdrawn.
        AddonWithdrawOrder = "addon.withdraw-order",
        /// Request declined.
        AddonRequestDeclined = "addon.request-declined",
        /// Request approved.
        AddonRequestApproved = "addon.request-approved",
        /// Add-on requested.
        AddonRequested = "addon.requested",
        /// No free licence for a new user.
        AddonNoLicenceLeft = "addon.no-licence-left",
        /// Package of an add-on found again.
        AddonPackageFound = "addon.package-found",
        /// Package of an add-on lost.
        AddonPackageLost = "addon.package-lost",
        /// A publisher set something up that waited for it.
        AddonAccepted = "addon.accepted",
        /// A publisher declined what waited for it.
        AddonRejected = "addon.rejected",
        /// Uninstallation failed.
        AddonUninstallFailed = "addon.uninstall-failed",
        /// The platform was asked for help with an update that could not be undone.
        AddonAskSupport = "addon.ask-support",
        /// Address of the billing account changed.
        BillingAccountDetails = "billing.account-details",
        /// Password of the billing account set.
        BillingAccountPassword = "billing.account-password",
        /// Credit booked.
        BillingCredit = "billing.credit",
        /// Invoice due.
        BillingDue = "billing.due",
        /// Billing account linked to the help desk.
        BillingLicence = "billing.licence",
        /// Logged in to the billing system.
        BillingLogin = "billing.login",
        /// Logged out of the billing system.
        BillingLogout = "billing.logout",
        /// Default payment method changed.
        BillingMethodDefault = "billing.method-default",
        /// Payment method removed.
        BillingMethodRemoved = "billing.method-removed",
        /// Invoice paid.
        BillingPaid = "billing.paid",
        /// Payment started.
        BillingPay = "billing.pay",
        /// Publishers paid out.
        BillingPayout = "billing.payout",
        /// Plans changed.
        BillingPlans = "billing.plans",
        /// Refund started.
        BillingRefund = "billing.refund",
        /// Refund failed.
        BillingRefundFailed = "billing.refund-failed",
        /// Amount refunded.
        BillingRefunded = "billing.refunded",
        /// Payment released.
        BillingRelease = "billing.release",
        /// Invoice voided.
        BillingVoid = "billing.void",
        /// Disputed payment recorded.
        BillingDispute = "billing.dispute",
        /// Credit is to be bought by card.
        BillingTopUp = "billing.top-up",
        /// Credit is bought by itself from now on, on other terms, or no longer.
        BillingTopUpRule = "billing.top-up-rule",
        /// Missed months asked about.
        BillingMissedMonths = "billing.missed-months",
        /// Missed months confirmed.
        BillingMonthsConfirmed = "billing.months-confirmed",
        /// Who may have an add-on changed.
        CatalogAccess = "catalog.access",
        /// End of an add-on announced.
        CatalogDelete = "catalog.delete",
        /// Add-on ended.
        CatalogEnd = "catalog.end",
        /// End of an add-on taken back.
        CatalogKeep = "catalog.keep",
        /// Other address for events to a publisher.
        CatalogMoveEvents = "catalog.move-events",
        /// Add-on offered to another publisher.
        CatalogOffer = "catalog.offer",
        /// Events to a publisher paused.
        CatalogPauseEvents = "catalog.pause-events",
        /// Version published.
        CatalogPublish = "catalog.publish",
        /// Package refused.
        CatalogRefuse = "catalog.refuse",
        /// Change of a key refused.
        CatalogRefuseRotation = "catalog.refuse-rotation",
        /// Events sent to a publisher again.
        CatalogReplayEvents = "catalog.replay-events",
        /// Events to a publisher resumed.
        CatalogResumeEvents = "catalog.resume-events",
        /// Publisher’s key revoked.
        CatalogRevokeKey = "catalog.revoke-key",
        /// Publisher’s key changed.
        CatalogRotateKey = "catalog.rotate-key",
        /// Secret for events to a publisher changed.
        CatalogRotateSecret = "catalog.rotate-secret",
        /// Roll-out of a version changed.
        CatalogRollout = "catalog.rollout",
        /// Add-on shared with help desks.
        CatalogShare = "catalog.share",
        /// Add-on taken over by another publisher.
        CatalogTake = "catalog.take",
        /// Publisher’s key trusted.
        CatalogTrustKey = "catalog.trust-key",
        /// Add-on no longer shared.
        CatalogUnshare = "catalog.unshare",
        /// Status of a version changed.
        CatalogVersionStatus = "catalog.version-status",
        /// Channel set up at its service.
        ChannelConnect = "channel.connect",
        /// Channel tested.
        ChannelTest = "channel.test",
        /// Contact created.
        ContactCreated = "contact.created",
        /// Contact erased.
        ContactErased = "contact.erased",
        /// Contact changed.
        ContactUpdated = "contact.updated",
        /// Force uninstall switched.
        DeskForceUninstall = "desk.force-uninstall",
        /// Help desk created.
        DeskCreated = "desk.created",
        /// Made the platform’s, or an ordinary one again.
        DeskPlatform = "desk.platform",
        /// Sample data loaded.
        DeskLoadSample = "desk.load-sample",
        /// Sample data removed.
        DeskRemoveSample = "desk.remove-sample",
        /// Help desk settings changed.
        DeskUpdate = "desk.update",
        /// Help desk suspended.
        DeskSuspend = "desk.suspend",
        /// Help desk resumed.
        DeskResume = "desk.resume",
        /// Help desk to be deleted in time.
        DeskLeave = "desk.leave",
        /// Help desk deleted.
        DeskDelete = "desk.delete",
        /// Host name of the help desk changed.
        DeskHostName = "desk.host-name",
        /// Custom field moved among the others.
        FieldArrange = "field.arrange",
        /// Custom field created.
        FieldCreate = "field.create",
        /// Custom field used again.
        FieldRestore = "field.restore",
        /// Custom field put out of use.
        FieldRetire = "field.retire",
        /// Custom field changed.
        FieldUpdate = "field.update",
        /// Group created.
        GroupCreate = "group.create",
        /// Group deleted.
        GroupDelete = "group.delete",
        /// Group changed.
        GroupUpdate = "group.update",
        /// Signing key of the issuer replaced.
        IssuerRotateKey = "issuer.rotate-key",
        /// Mail sent again.
        MailSendAgain = "mail.send-again",
        /// Reply sent again.
        MessageRedeliver = "message.redeliver",
        /// Reply confirmed as arrived.
        MessageArrived = "message.arrived",
        /// Operator created.
        OperatorCreated = "operator.created",
        /// Operator deactivated.
        OperatorDeactivate = "operator.deactivate",
        /// Operator invited.
        OperatorInvite = "operator.invite",
        /// Password changed.
        OperatorPassword = "operator.password",
        /// Forgotten password reset.
        OperatorPasswordReset = "operator.password-reset",
        /// Operator reactivated.
        OperatorReactivate = "operator.reactivate",
        /// Roles of an operator changed.
        OperatorRoles = "operator.roles",
        /// Account set up.
        OperatorSetUp = "operator.set-up",
        /// Project created.
        ProjectCreate = "project.create",
        /// Project without packages deleted.
        ProjectDelete = "project.delete",
        /// Approved version made available.
        ProjectRelease = "project.release",
        /// Version handed in for review.
        ProjectSubmit = "project.submit",
        /// Package of a version uploaded.
        ProjectUpload = "project.upload",
        /// Version begun.
        ProjectVersion = "project.version",
        /// Version taken back from review.
        ProjectWithdraw = "project.withdraw",
        /// Partner document accepted.
        PublisherAccept = "publisher.accept",
        /// Publisher approved.
        PublisherApprove = "publisher.approve",
        /// OAuth client of a publisher created.
        PublisherClientCreate = "publisher.client-create",
        /// OAuth client of a publisher revoked.
        PublisherClientRevoke = "publisher.client-revoke",
        /// Secret or key of a publisher’s OAuth client changed.
        PublisherClientRotate = "publisher.client-rotate",
        /// Partner document published.
        PublisherDocument = "publisher.document",
        /// Member of a publisher invited.
        PublisherInvite = "publisher.invite",
        /// Invitation to a publisher accepted.
        PublisherJoin = "publisher.join",
        /// Request for a publisher account refused.
        PublisherRefuse = "publisher.refuse",
        /// Member of a publisher removed.
        PublisherRemoveMember = "publisher.remove-member",
        /// Publisher account requested.
        PublisherRequest = "publisher.request",
        /// Bank account of a publisher changed.
        PublisherBank = "publisher.bank",
        /// Role of a publisher’s member changed.
        PublisherRole = "publisher.role",
        /// Share of a publisher changed.
        PublisherShare = "publisher.share",
        /// Status of a publisher changed.
        PublisherStatus = "publisher.status",
        /// Publisher’s token created.
        PublisherTokenCreate = "publisher.token-create",
        /// Publisher’s token revoked.
        PublisherTokenRevoke = "publisher.token-revoke",
        /// Publisher’s details changed.
        PublisherUpdate = "publisher.update",
        /// Invitation to a publisher withdrawn.
        PublisherWithdraw = "publisher.withdraw",
        /// Version approved.
        ReviewApprove = "review.approve",
        /// First of two approvals given.
        ReviewApproveFirst = "review.approve-first",
        /// Note on a version written.
        ReviewNote = "review.note",
        /// Version rejected.
        ReviewReject = "review.reject",
        /// Note on a version opened again.
        ReviewReopen = "review.reopen",
        /// Note on a version settled.
        ReviewSettle = "review.settle",
        /// Icon and plans of a version unlocked.
        ReviewUnlock = "review.unlock",
        /// Permission of the platform given.
        StaffGrant = "staff.grant",
        /// Permission of the platform taken.
        StaffRevoke = "staff.revoke",
        /// Role created.
        RoleCreate = "role.create",
        /// Role deleted.
        RoleDelete = "role.delete",
        /// Role changed.
        RoleUpdate = "role.update",
        /// Ticket put into the trash.
        TicketDelete = "ticket.delete",
        /// Ticket merged into another one.
        TicketMerge = "ticket.merge",
        /// Ticket taken out of the trash.
        TicketRestore = "ticket.restore",
        /// Ticket marked as spam.
        TicketSpam = "ticket.spam",
        /// Ticket no longer marked as spam.
        TicketNotSpam = "ticket.not-spam",
        /// API token created.
        TokenCreate = "token.create",
        /// API token revoked.
        TokenRevoke = "token.revoke",
        /// Background work given up.
        WorkGiveUp = "work.give-up",
        /// Background work tried again.
        WorkTryAgain = "work.try-again",
    }
}

/// Words that earlier versions wrote.
const EARLIER: [(&str, Action); 2] = [("token.created", Action::TokenCreate), ("token.revoked", Action::TokenRevoke)];

impl Action {
    /// From the word of an entry; also from words that earlier versions wrote.
    #[must_use]
    pub fn recorded(word: &str) -> Option<Self> {
        let earlier = EARLIER.iter().find(|(was, _)| *was == word).map(|(_, action)| *action);
        earlier.or_else(|| word.parse().ok())
    }

    /// The word that earlier versions wrote for it, where it was another.
    #[must_use]
    pub fn earlier(self) -> Option<&'static str> {
        EARLIER.iter().find(|(_, action)| *action == self).map(|(was, _)| *was)
    }

    /// What it is about: `role` for `role.create`.
    #[must_use]
    pub fn area(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(area, _)| area)
    }

    /// Ends the key of its text, such as `role-create` of `audit-did-role-create`.
    #[must_use]
    pub fn slug(self) -> String {
        self.as_str().replace('.', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_earlier_versions_are_known() {
        assert_eq!(Action::recorded("token.created"), Some(Action::TokenCreate));
        assert_eq!(Action::recorded("role.create"), Some(Action::RoleCreate));
        assert_eq!(Action::recorded("role.ponder"), None);
        assert_eq!((Action::TokenCreate.earlier(), Action::RoleCreate.earlier()), (Some("token.created"), None));
    }

    #[test]
    fn every_action_has_an_area() {
        assert!(Action::ALL.iter().all(|action| !action.area().is_empty()));
        assert_eq!(Action::RoleCreate.area(), "role");
    }
}
