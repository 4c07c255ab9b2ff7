//! What background work is called, in mails and in the panel.

/// The key of the text that names a kind of job or operation.
#[must_use]
pub fn work_kind(kind: &str) -> &'static str {
    match kind {
        "happening" | "addon-event" | "publisher-event" => "work-kind-event",
        "addon-schedule" => "work-kind-schedule",
        "deliver-message" => "work-kind-reply",
        "mail-came" | "mail-gone" => "work-kind-mail-came",
        "send-mail" => "work-kind-mail",
        "fulfil-order" | "renewal-paid" => "work-kind-paid",
        "bill-desk" => "work-kind-bill",
        "reconcile-billing" => "work-kind-reconcile",
        "sweep-orphans" => "work-kind-sweep",
        "dun" => "work-kind-dun",
        "check-version" => "work-kind-report",
        "check-packages" => "work-kind-packages",
        "install" => "work-kind-install",
        "purchase" => "work-kind-purchase",
        "update" => "work-kind-update",
        "cancel" => "work-kind-cancel",
        "uninstall" => "work-kind-uninstall",
        _ => "work-kind-other",
    }
}
