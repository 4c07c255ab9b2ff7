//! Who is behind a mail, by the marks that machines put into its head (RFC 3834, RFC 2369, and what is in use beside them).

use mail_parser::Message;

use crate::{
    desk::Origin,
    files::{is_of_type, root_type},
    head::Head,
};

/// What answering machines say of themselves.
const AUTOMATIC: [&str; 7] = [
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-response-suppress",
    "x-ms-exchange-generated-message-source",
    "x-mail-autoreply",
    "x-vacation",
];
/// What only lists and newsletters have.
const BULK: [&str; 5] = ["list-id", "list-unsubscribe", "list-post", "x-mailman-version", "feedback-id"];
/// Who reports on deliveries.
const POSTMASTERS: [&str; 3] = ["mailer-daemon", "postmaster", "mail-daemon"];

/// Who is behind a mail of this author.
pub(crate) fn origin(message: &Message<'_>, head: &Head, author: &str) -> Origin {
    let is_report = is_of_type(root_type(message), "multipart", &["report"]);
    let return_path = head.get("return-path").map(str::trim);
    let is_from_nobody = return_path == Some("<>");
    let local = author.split('@').next().unwrap_or_default();
    let is_postmaster = POSTMASTERS.contains(&local) && (is_from_nobody || return_path.is_none());
    if head.has("x-failed-recipients") || is_report || is_postmaster {
        return Origin::Bounce;
    }
    let precedence = head.word("precedence").unwrap_or_default();
    if matches!(precedence.as_str(), "bulk" | "list" | "junk") || BULK.iter().any(|name| head.has(name)) {
        return Origin::Bulk;
    }
    let is_submitted = head.word("auto-submitted").is_some_and(|word| word != "no");
    let is_automatic = is_submitted || precedence == "auto_reply" || AUTOMATIC.iter().any(|name| head.has(name));
    if is_automatic || is_from_nobody { Origin::Automatic } else { Origin::Person }
}
