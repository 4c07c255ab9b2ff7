//! What a caller of the API can do about a problem, by its code: the member `hint` of every problem. What packages, components and calls of
//! add-ons are refused for is explained by `annex-check`, as it is to authors.

use annex_check::explain;
use axum::http::StatusCode;

/// Sorted by code. A test demands an entry for each code that the sources name.
const HINTS: &[(&str, &str)] = &[
    ("addon-ends", "nothing new can be released of an add-on that is being discontinued"),
    ("already-exists", "choose another name, or change the one that is there"),
    ("already-installed", "use the installation that is there; another one of a channel needs a `label` of its own"),
    ("amount-too-high", "take fewer licences at once"),
    ("answered-already", "nothing: the first answer counts"),
    ("answered-meanwhile", "read the ticket again, and repeat the reply if it is still needed"),
    ("answered-too-late", "wait until the help desk asks again"),
    ("attachment-incomplete", "send the whole file again, over a better connection"),
    ("attachment-infected", "remove what the scanner found, or leave the file out"),
    ("attachment-not-scanned", "try again later; tell whoever runs the host when it goes on"),
    ("attachment-too-large", "send a file of at most 25 MiB, or a link to it"),
    ("attachments-full", "delete tickets with large files, or ask whoever runs the host for more room"),
    ("bad-reply", "correct the channel: it may not answer with a redirect or an informational status"),
    ("beyond-your-rights", "give no more than you have yourself, or ask an admin"),
    ("billing-logged-out", "log in to the billing system first"),
    ("billing-unavailable", "try again in a few minutes: nothing was charged"),
    ("billing-wrong-account", "log in with the account that holds this help desk's licence"),
    ("blocker-needed", "write at least one note that blocks, so that the publisher knows what to change"),
    ("blockers-open", "resolve the notes that block first"),
    ("body-too-large", "send less: the limit of the request is in the description of the API"),
    ("body-too-slow", "send it again over a better connection"),
    ("builtin-role", "make a role of your own from it"),
    ("cannot-give-up", "try it again, as it cannot be undone"),
    ("card-amount-changed", "show the new amount, and send it once it is accepted"),
    ("confirm-password", "confirm your password in the panel, and send the request again"),
    ("confirmation-mismatch", "pass the add-on's id in `confirm`"),
    ("conflict", "read it again, and repeat the change on what it is now"),
    ("consent-needed", "show what `errors` lists, and pass it in `grant` and `scopes` once it is accepted"),
    ("contact-erased", "use another contact: this one was erased for good"),
    ("cross-site", "send the request from a page of the panel, or with a token"),
    ("database-away", "try again after the seconds in `Retry-After`"),
    ("desk-busy", "wait until the change of this help desk that is under way has ended"),
    ("desk-suspended", "ask who runs the platform to resume the help desk"),
    ("disk-full", "ask who runs the host to make room, and try again"),
    ("document-changed", "read the new version of the document, and accept that"),
    ("documents-missing", "sign the partner documents first"),
    ("done-before", "nothing: it was done already"),
    ("draft-open", "submit or discard the draft that is open first"),
    ("field-of-add-on", "change only `required`, or make a field of your own"),
    ("forbidden", "ask an admin of the help desk for the permission, or take a token with the scope"),
    ("force-disabled", "ask who runs the platform to switch force uninstall on"),
    ("gateway-confused", "look at the payment again in a few minutes before you repeat it"),
    ("gateway-gone", "ask who runs the host: its payment company is no longer set up"),
    ("gateway-refused", "check the card, or use another one"),
    ("given-up", "start again with a new `Idempotency-Key`"),
    ("has-packages", "end the add-on instead, with notice for those who have it"),
    ("idempotency-key-in-progress", "wait for the answer to the first request with this key"),
    ("idempotency-key-reused", "use a new `Idempotency-Key` for another request"),
    ("incomplete", "fill in the fields that `errors` names before you submit"),
    ("installer-stays", "leave who installed the add-on among its users"),
    ("internal-error", "quote the error id in `instance` to who runs the host"),
    ("invalid-body", "send the fields that the description at /openapi.json names, with their types"),
    ("invalid-fields", "correct the fields that `errors` names"),
    ("invalid-header", "correct the header that `detail` names"),
    ("invalid-query", "correct the parameter that `detail` names"),
    ("invalid-request", "correct the fields that `errors` names"),
    ("invalid-settings", "correct the settings that `errors` names"),
    ("known-key", "use another key: this one is enrolled already"),
    ("last-admin", "make somebody else an admin first"),
    ("last-owner", "make somebody else an owner first"),
    ("link-expired", "ask the publisher for a new link"),
    ("link-foreign", "use the link for the add-on and version that it was made for"),
    ("link-gone", "ask for a new link"),
    ("link-revoked", "ask the publisher for a new link"),
    ("link-used-up", "ask the publisher for a new link"),
    ("malformed-form", "send the form as its page has it, as multipart/form-data or urlencoded"),
    ("malformed-json", "correct the JSON at the line and column that are named"),
    ("merged", "go on with the ticket that `merged_into` names"),
    ("method-not-allowed", "use one of the methods in the header `Allow`"),
    ("missing-reference", "use an id of this help desk"),
    ("no-address", "set the address of the service in the portal first"),
    ("no-licence", "buy at least one licence"),
    ("no-licences", "change to a plan per user first"),
    ("no-payment-method", "add a card first"),
    ("no-plan", "choose one of the add-on's plans"),
    ("no-previous-version", "nothing: there is no earlier version"),
    ("no-trial", "choose to pay for the plan"),
    ("not-a-developer-desk", "top credit up in a developer desk alone"),
    ("not-a-user", "ask somebody who manages add-ons to make you a user of this one"),
    ("not-allowed", "read the installation's status, and wait for what is under way"),
    ("not-checked", "wait for the report of the package"),
    ("not-failed", "nothing: it has not failed"),
    ("not-found", "look for its id in a list: it may be gone, or not be yours to see"),
    ("not-in-review", "nothing: the version is not in review"),
    ("not-newer", "choose a newer version, or roll back"),
    ("not-offered", "load the panel again: it no longer offers this"),
    ("not-payable", "read the invoice again: it is paid or void already"),
    ("not-running", "switch the add-on on first"),
    ("not-staff", "ask who runs the platform for the permission"),
    ("not-unclear", "nothing: whether it arrived is known"),
    ("not-your-role", "ask an owner of the publisher for the role"),
    ("nothing-asked", "nothing: no answer is awaited"),
    ("nothing-to-cancel", "nothing: it is not billed again"),
    ("nothing-to-withdraw", "nothing: no order is unpaid"),
    ("order-underway", "pay or withdraw the order that is open first"),
    ("own-account", "let another admin do it"),
    ("own-publisher", "let somebody review it who does not belong to the publisher, and did not when it was handed in"),
    ("payment-under-way", "look again in a moment"),
    ("pinned", "unpin the add-on first"),
    ("plan-needed", "choose one of the add-on's plans"),
    ("pre-release", "switch pre-releases on for this add-on first"),
    ("precondition-failed", "read it again, and send its new version in `If-Match`"),
    ("price-changed", "show the amount in `quote`, and send it once it is accepted"),
    ("project-taken", "choose another id"),
    ("publisher-has-members", "remove its members first"),
    ("publisher-suspended", "ask who runs the platform why the publisher is suspended"),
    ("quantity", "take a number of licences that the plan allows"),
    ("rate-limited", "wait for the seconds in `Retry-After`"),
    ("refund-too-high", "refund no more than is left of the payment"),
    ("refund-too-much", "refund no more than is left of the payment"),
    ("report-blockers", "correct what the report names, and upload the package again"),
    ("review-not-allowed", "read the state of the review: it has gone on meanwhile"),
    ("role-in-use", "give its holders another role first"),
    ("rollout-shrinks", "use a share that is not smaller than before, or pause the roll-out"),
    ("same-plan", "choose another plan"),
    ("search-too-long", "use fewer or rarer words"),
    ("second-reviewer", "let a second person approve it"),
    ("secret-mismatch", "send the secret that the channel's settings have, in the header of its manifest"),
    ("session-needed", "sign in to the panel: a token cannot do this"),
    ("sign-in-failed", "check the address and the password"),
    ("sign-in-first", "sign in to the billing account first"),
    ("slug-taken", "choose another short name"),
    ("stale-state", "load the panel again, and repeat what you did"),
    ("stopped", "try again: the host is being restarted"),
    ("ticket-closed", "open a new ticket"),
    ("ticket-put-away", "restore the ticket from spam or trash first"),
    ("timeout", "try again; ask for less at once where it takes long"),
    ("too-few-licences", "buy more licences, or choose fewer users"),
    ("too-many-attempts", "wait for the seconds in `Retry-After`"),
    ("too-many-fields", "retire a field that is used no longer"),
    ("too-many-new-files", "wait for the seconds in `Retry-After`"),
    ("too-many-payments", "wait for the seconds in `Retry-After`"),
    ("too-many-searches", "wait for the seconds in `Retry-After`"),
    ("too-many-streams", "close a stream that is open before you open another"),
    ("too-many-writes", "wait for the seconds in `Retry-After`"),
    ("top-up-amount", "use an amount within the limits that `detail` names"),
    ("unauthorized", "send `Authorization: Bearer` with a token that is valid and not expired"),
    ("unknown-installation", "use the id of an installation of your add-on"),
    ("unknown-payment-method", "use the id of a card in the list of payment methods"),
    ("unpaid", "pay the invoice in `invoice` first"),
    ("unreadable-body", "send the whole body, as long as `Content-Length` says"),
    ("unsupported-media-type", "send `Content-Type: application/json`, or what the description at /openapi.json names"),
    ("version-blocked", "take another version: this one must not run"),
    ("version-taken", "raise the version"),
    ("version-yanked", "take another version: this one was withdrawn"),
    ("whole-desk", "leave the users alone: the add-on acts for the whole help desk"),
    ("withdrawn-by-platform", "publish another version, or ask who runs the platform why it withdrew this one"),
    ("wrong-secret", "send the secret that the channel's settings have, in the header of its manifest"),
];

/// What to do about the problem with this code; by its status alone where nothing better is known.
pub(super) fn hint(code: &str, status: StatusCode) -> String {
    known(code).unwrap_or_else(|| by_status(status).to_owned())
}

fn known(code: &str) -> Option<String> {
    let own = HINTS.binary_search_by_key(&code, |(code, _)| *code).ok().and_then(|at| HINTS.get(at));
    own.map(|(_, hint)| (*hint).to_owned()).or_else(|| explain(code).map(|explanation| explanation.fix))
}

fn by_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "wait for the seconds in `Retry-After`",
        status if status.is_server_error() => "try again later; quote the error id in `instance` when it goes on",
        _ => "correct what `detail` names, and send it again",
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use annex_domain::reach::LinkTrouble;

    use super::*;

    /// The sources of a folder or file of the host, without tests.
    fn source(path: &Path) -> String {
        if path.is_file() {
            let text = fs::read_to_string(path).unwrap();
            return text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        }
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let ours = entries.filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            !name.contains("test") && (path.is_dir() || name.ends_with(".rs"))
        });
        ours.map(|path| source(&path)).collect()
    }

    /// The words of every `fn code` in a file, but for those of a field, which come with a message of their own.
    fn codes_of(file: &str) -> Vec<String> {
        let source = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file));
        let errors = source.split("\nimpl ").filter(|part| part.contains("fn code(") && !part.starts_with("Wrong "));
        let arms = errors.flat_map(|part| part.split("=> \"").skip(1));
        let words = arms.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>();
        assert!(!words.is_empty(), "{file}");
        words
    }

    /// The codes that problems are made with here: after a status, or of those about fields.
    fn codes_of_problems() -> Vec<String> {
        let source = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let problems = ["Problem::new(", "Problem::hidden(", "Self::new(", "Self::hidden(", "unavailable("];
        let after_status = problems.iter().flat_map(|call| source.split(*call).skip(1)).filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix("StatusCode::")?;
            rest.split_once(',')?.1.trim_start().strip_prefix('"')?.split('"').next()
        });
        let invalid = ["Problem::invalid(", "Self::invalid("];
        let of_fields = invalid.iter().flat_map(|call| source.split(*call).skip(1));
        let of_fields = of_fields.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        after_status.chain(of_fields).map(str::to_owned).collect()
    }

    #[test]
    fn every_code_of_a_problem_has_a_hint() {
        let mut codes: BTreeSet<String> = codes_of_problems().into_iter().collect();
        assert!(codes.contains("malformed-json") && codes.contains("consent-needed") && codes.contains("bad-reply"));
        let files = ["lifecycle/src/error.rs", "billing/src/error.rs", "desk/src/refusal.rs", "portal/src/refusal.rs"];
        let others = ["billing/src/ledger/quote.rs", "lifecycle/src/provisioning.rs"];
        codes.extend(files.iter().chain(&others).flat_map(|file| codes_of(file)));
        codes.extend(annex_desk::Rule::ALL.map(|rule| rule.as_str().to_owned()));
        codes.extend(annex_portal::Rule::ALL.map(|rule| rule.as_str().to_owned()));
        codes.extend(LinkTrouble::ALL.map(|trouble| trouble.as_str().to_owned()));
        codes.extend(annex_check::codes().map(str::to_owned));
        codes.extend(["installer-stays", "refund-too-high", "whole-desk"].map(str::to_owned));
        let bare: Vec<String> = codes.into_iter().filter(|code| known(code).is_none()).collect();
        assert_eq!(bare, Vec::<String>::new(), "see api/hints.rs");
    }

    #[test]
    fn the_table_is_sorted_and_says_nothing_twice() {
        assert!(HINTS.is_sorted_by_key(|(code, _)| *code));
        for (code, hint) in HINTS {
            assert!(explain(code).is_none(), "{code} is explained by annex-check");
            assert!(hint.len() > 5 && !hint.ends_with('.'), "{code}: {hint}");
        }
        assert!(hint("unheard-of", StatusCode::BAD_GATEWAY).contains("later"));
        assert_eq!(hint("symlink", StatusCode::UNPROCESSABLE_ENTITY), "put a copy of the file in its place");
    }
}
