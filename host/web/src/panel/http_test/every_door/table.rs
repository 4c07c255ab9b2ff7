//! At which doors each thing can be done that the audit log knows.

use super::Door::{self, AddOn, Api, ClientArea, Line, Panel, Portal, Programs, Review};

/// What somebody does, by the doors that have it. Those of a desk are all tried ([`super::script`]). Those of add-ons, channels, the
/// catalog, billing and publishers are written by one function behind all their doors, which `web_opens_no_write_transaction` sees to;
/// of cards they are tried in `client_area/tests/doors.rs`.
pub(super) static DONE: [(&[Door], &str); 21] = [
    (&[Panel, Api, AddOn], "contact.updated"),
    (
        &[Panel, Api],
        "contact.created contact.erased field.arrange field.create field.restore field.retire
         field.update message.arrived message.redeliver ticket.delete ticket.merge ticket.not-spam ticket.restore ticket.spam
         token.revoke",
    ),
    (&[Panel, Api, Line], "token.create work.give-up work.try-again"),
    (
        &[Panel],
        "desk.remove-sample desk.update group.create group.delete group.update mail.send-again operator.deactivate
         operator.invite operator.password operator.password-reset operator.reactivate operator.roles operator.set-up
         role.create role.delete role.update",
    ),
    (
        &[Line],
        "desk.force-uninstall desk.host-name desk.leave desk.platform desk.resume desk.suspend operator.created",
    ),
    (
        &[Panel, Api],
        "addon.activate addon.buy-licences addon.choose-plan addon.deactivate addon.install addon.leave-pre-releases
         addon.licences-reduced addon.pin addon.rename addon.request-declined addon.requested addon.retry-install addon.rollback
         addon.settings addon.take-pre-releases addon.uninstall addon.unpin addon.update addon.users addon.withdraw-order
         catalog.revoke-key channel.connect channel.test",
    ),
    (&[Panel, Api, Line], "addon.cancel billing.months-confirmed catalog.trust-key"),
    (&[Panel, Api, Line, Portal, Programs], "catalog.publish catalog.refuse"),
    (&[Panel], "addon.access addon.ask-support billing.login billing.logout"),
    (&[Panel, Portal, Programs], "catalog.version-status"),
    (&[Api], "catalog.refuse-rotation catalog.rotate-key"),
    (&[Panel, Api, ClientArea], "billing.method-default billing.method-removed billing.pay"),
    (&[ClientArea], "billing.account-details billing.top-up billing.top-up-rule"),
    (&[ClientArea, Line], "billing.account-password billing.licence"),
    (
        &[Portal],
        "catalog.access catalog.delete catalog.keep catalog.offer catalog.rollout catalog.share catalog.take
         catalog.unshare project.create
         publisher.accept publisher.bank publisher.client-create publisher.client-revoke
         publisher.invite publisher.join publisher.remove-member
         publisher.request publisher.role publisher.update publisher.withdraw",
    ),
    (
        &[Portal, Programs],
        "project.delete project.release project.submit project.upload project.version project.withdraw
         publisher.client-rotate publisher.token-create publisher.token-revoke",
    ),
    (
        &[Review],
        "publisher.document publisher.refuse publisher.status review.approve review.approve-first review.note review.reject
         review.reopen review.settle review.unlock",
    ),
    (&[Review, Line], "publisher.approve"),
    (
        &[Line],
        "billing.credit billing.payout billing.plans billing.refund issuer.rotate-key publisher.share staff.grant
         staff.revoke",
    ),
    (&[Line, Portal], "catalog.move-events"),
    (
        &[Line, Portal, Programs],
        "catalog.pause-events catalog.replay-events catalog.resume-events catalog.rotate-secret",
    ),
];

/// What no door has, and when the host does it.
pub(super) static OF_THE_HOST: [(&str, &str); 6] = [
    ("it starts for the first time", "desk.created desk.load-sample"),
    (
        "the month of a desk that leaves is over; or at once, by the command line: then there is no desk to look at",
        "desk.delete",
    ),
    (
        "what somebody began goes on, or ends",
        "addon.accepted addon.install-failed addon.installed addon.paid addon.payment-due addon.plan addon.purchase-failed
         addon.rejected addon.request-approved addon.rolled-back addon.uninstall-failed addon.uninstalled addon.update-failed
         addon.updated billing.paid billing.refund-failed billing.refunded billing.release billing.void",
    ),
    (
        "time has passed, or the payment company tells something",
        "addon.trial-ended addon.unpaid catalog.end billing.dispute billing.due billing.missed-months",
    ),
    ("somebody joins or leaves, or licences end", "addon.no-licence-left addon.users-assigned addon.users-unassigned"),
    ("an add-on traps, or its package is lost", "addon.package-found addon.package-lost addon.suspend"),
];
