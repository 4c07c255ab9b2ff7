//! Codes of how a call of an add-on ended: in scenarios, in `annex addon dev`, and on the add-on's page.

use super::Entry;

const SCREEN: &str = "the reader gets a screen with its own way out";
const LIMITS: &str = "one add-on must not slow down the page of a help desk; three such ends within an hour suspend it";

pub(super) const ENTRIES: &[Entry] = &[
    [
        "bad-output",
        "what the add-on answered breaks a rule of panels",
        "nothing is drawn that was not checked",
        "correct the part that the message names; the limits are in the guide",
    ],
    ["busy", "too many calls wait already", "calls have a bounded number of places", "try again in a moment"],
    [
        "deadline",
        "the call took too long by the clock",
        LIMITS,
        "do less in one call; requests have 10 seconds together",
    ],
    [
        "denied",
        "the help desk did not grant what the call needs",
        SCREEN,
        "declare the capability, or let the add-on do without it",
    ],
    [
        "endless-chain",
        "add-ons answer each other without an end",
        LIMITS,
        "do not write in answer to what an add-on wrote",
    ],
    ["fuel", "the call used up its instructions", LIMITS, "compute less in one call, and keep results in `kv`"],
    [
        "hook-failed",
        "`install`, `update`, `uninstall` or an event handler answered an error",
        "the host undoes what it began, or tries the event again",
        "the message is the add-on's own: correct what it says",
    ],
    [
        "internal",
        "the add-on says that it has a defect",
        SCREEN,
        "the message is the add-on's own, and its log says more",
    ],
    ["memory", "the call used up its memory", LIMITS, "keep less at once: page through long answers"],
    ["needs-auth", "the other system refused the credentials", SCREEN, "enter them again in the add-on's settings"],
    [
        "needs-config",
        "a setting is missing or wrong",
        SCREEN,
        "enter it in the add-on's settings, or below `settings` of the scenario",
    ],
    [
        "not-permitted",
        "the operator for whom the add-on was called may not do this",
        "in a panel, an add-on never does more than who looks at it",
        "try it as somebody who may, and answer the error kindly",
    ],
    [
        "panic",
        "the add-on's code panicked: an `unwrap`, an index or an assertion failed",
        "a panic ends the call, and the reader sees an error in place of the panel",
        "mend the line that the message names, and answer an `Err` where something can fail",
    ],
    [
        "rejected",
        "the service refused a message for good",
        "it is not sent again",
        "the message is the channel's own: correct what it says",
    ],
    [
        "trap",
        "the component was stopped: a panic, a bad index, an overflow, or a value that breaks its types",
        LIMITS,
        "its log says where; in Rust, a panic names file and line there",
    ],
    ["unavailable", "the host cannot run add-ons now", "the host is at fault, not the add-on", "try again in a moment"],
    [
        "upstream",
        "the other system failed or cannot be reached",
        SCREEN,
        "try again; in a scenario, add its answer below [[http]]",
    ],
];
