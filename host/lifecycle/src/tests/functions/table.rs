//! What each function of 0.2 answers, by commands of the guests `scout` and `carrier`. In commands `{ticket}` and the like are what the
//! desk has, `{long}` is a text of 300 bytes, `{huge}` one of more than 64 KiB.

use annex_domain::capability::Access;

/// A command, and what its answer says.
type Said = (&'static str, &'static str);

/// A function of the host.
pub(super) struct Row {
    /// By the names of the WIT.
    pub(super) function: &'static str,
    /// Without which it is refused.
    pub(super) needs: Option<Access>,
    /// With what is there.
    pub(super) asked: Said,
    /// With what another desk has; none where nothing can be named.
    pub(super) theirs: Option<Said>,
    /// Beyond its limits.
    pub(super) limits: &'static [Said],
}

const fn row(
    function: &'static str,
    needs: Option<Access>,
    asked: Said,
    theirs: Option<Said>,
    limits: &'static [Said],
) -> Row {
    Row { function, needs, asked, theirs, limits }
}

const HTTP: Option<Access> = Some(Access::Http);
const KV: Option<Access> = Some(Access::Kv);
const READ: Option<Access> = Some(Access::FilesRead);
const MAKE: Option<Access> = Some(Access::FilesWrite);
const PLAN: Option<Access> = Some(Access::Schedule);
const SEE: Option<Access> = Some(Access::TicketsRead);
const CHANGE: Option<Access> = Some(Access::TicketsWrite);
const ANSWER: Option<Access> = Some(Access::TicketsReply);
const KNOW: Option<Access> = Some(Access::ContactsRead);
const ENTER: Option<Access> = Some(Access::ContactsWrite);
const COLLEAGUES: Option<Access> = Some(Access::OperatorsRead);
const POST: Option<Access> = Some(Access::Mail);

const GONE: &str = "Err(Error::NotFound)";
const UNKNOWN: &str = "[Error::NotFound]";
const LONG_KEY: &str = "a key has 1 to 256 bytes";
const LONG_PREFIX: &str = "a prefix or cursor has at most 256 bytes";
const MANY_VALUES: &str = "one call writes at most 500 values and 4 MiB";
const LONG_SEARCH: &str = "a text to search for, and a cursor, has at most 200 characters";

/// In the world `plugin`. They are called in this order.
pub(super) const PLUGIN: &[Row] = &[
    row("about.get", None, ("about", "acme.probe 1.0.0 Desk"), None, &[]),
    row("settings.get", None, ("setting colour", r#"Some(Value::Text("ours"))"#), None, &[]),
    // That a line is dropped is said in the log.
    row("log.write", None, ("say hello", "said"), None, &[("say*201 hello", "said")]),
    row(
        "http.send",
        HTTP,
        ("post a word", r#"Ok((200, "7 bytes"))"#),
        Some(("post-file {file}", "not found")),
        &[("post {huge}", "`what` has at most 64 KiB")],
    ),
    row(
        "http.send-all",
        HTTP,
        ("fetch-all 2", "[Ok(200), Ok(200)]"),
        None,
        &[("fetch-all 17", "at most 16 requests at once, not 17")],
    ),
    row(
        "kv.set",
        KV,
        ("kv-set b", "Ok(1)"),
        None,
        &[("kv-fill f", MANY_VALUES), ("kv-fill g", "Error::Quota(5242880)")],
    ),
    row(
        "kv.get",
        KV,
        ("kv-get {key}", "Ok(Some(5))"),
        Some(("kv-get {key}", "Ok(None)")),
        &[("kv-get {long}", LONG_KEY)],
    ),
    row(
        "kv.delete",
        KV,
        ("kv-delete b", "Ok(true)"),
        Some(("kv-delete {key}", "Ok(false)")),
        &[("kv-delete {long}", LONG_KEY)],
    ),
    row("kv.add", KV, ("kv-add n", "Ok(2)"), None, &[("kv-add*501 {key}", MANY_VALUES)]),
    row(
        "kv.keys",
        KV,
        ("kv-keys {key}", r#"Ok(["ours"])"#),
        Some(("kv-keys {key}", "Ok([])")),
        &[("kv-keys {long}", LONG_PREFIX)],
    ),
    row(
        "kv.scan",
        KV,
        ("kv-scan {key}", "Ok(1)"),
        Some(("kv-scan {key}", "Ok(0)")),
        &[("kv-scan {long}", LONG_PREFIX)],
    ),
    row("files.get", READ, ("file {file}", r#"Ok(("a.txt", 7))"#), Some(("file {file}", GONE)), &[]),
    row(
        "files.read",
        READ,
        ("read {file}", r#"Ok("ne two")"#),
        Some(("read {file}", GONE)),
        &[("read-large {file}", "`length`: 1 to 1,048,576")],
    ),
    row(
        "files.create",
        MAKE,
        ("make b.txt", "Ok("),
        None,
        &[("begin-many 21", "one call has at most 20 files under way")],
    ),
    row(
        "files.append",
        MAKE,
        ("make c.txt", "Ok("),
        Some(("append {file}", GONE)),
        &[("append-large d.txt", "a piece has 1 to 1,048,576 bytes")],
    ),
    row("files.finish", MAKE, ("make e.txt", "Ok("), Some(("finish {file}", GONE)), &[]),
    row("files.discard", MAKE, ("discard {file}", "Ok(())"), Some(("discard {file}", GONE)), &[]),
    row("schedule.at", PLAN, ("at k", "Ok(())"), None, &[("at-many 101", "one call plans at most 100")]),
    row(
        "schedule.list",
        PLAN,
        ("planned {key}", "Ok(1)"),
        Some(("planned {key}", "Ok(0)")),
        &[("planned {long}", "a prefix or cursor has at most 200 bytes")],
    ),
    row(
        "schedule.cancel",
        PLAN,
        ("cancel {key}", "Ok(true)"),
        Some(("cancel {key}", "Ok(false)")),
        &[("cancel {long}", "a key has 1 to 200 bytes of one line")],
    ),
    row("tickets.get", SEE, ("ticket {ticket}", r#"Ok("Help")"#), Some(("ticket {ticket}", GONE)), &[]),
    row(
        "tickets.search",
        SEE,
        ("search", "Ok(1)"),
        Some(("search {contact}", "Ok(0)")),
        &[("search-text {long}", LONG_SEARCH)],
    ),
    row("tickets.messages", SEE, ("messages {ticket}", "Ok(1)"), Some(("messages {ticket}", GONE)), &[]),
    row(
        "tickets.create",
        CHANGE,
        ("create {contact}", r#"Ok("New")"#),
        Some(("create {contact}", "Err(Error::Invalid(")),
        &[("create*6 {contact}", "`tickets.create` works 5 times in one call")],
    ),
    row(
        "tickets.add-reply",
        ANSWER,
        ("reply {ticket}", "[]"),
        Some(("reply {ticket}", UNKNOWN)),
        &[("reply*6 {ticket}", "`tickets.add-reply` works 5 times in one call")],
    ),
    row(
        "tickets.add-note",
        CHANGE,
        ("note {ticket}", "[]"),
        Some(("note {ticket}", UNKNOWN)),
        &[("note*6 {ticket}", "`tickets.add-note` works 5 times in one call")],
    ),
    row(
        "tickets.assign",
        CHANGE,
        ("assign {ticket}", "[]"),
        Some(("assign {ticket}", UNKNOWN)),
        &[("assign*6 {ticket}", "`tickets.assign` works 5 times in one call")],
    ),
    row(
        "tickets.set-status",
        CHANGE,
        ("status {ticket}", "[]"),
        Some(("status {ticket}", UNKNOWN)),
        &[("status*6 {ticket}", "`tickets.set-status` works 5 times in one call")],
    ),
    row(
        "tickets.set-priority",
        CHANGE,
        ("priority {ticket}", "[]"),
        Some(("priority {ticket}", UNKNOWN)),
        &[("priority*6 {ticket}", "`tickets.set-priority` works 5 times in one call")],
    ),
    row(
        "tickets.set-subject",
        CHANGE,
        ("subject {ticket}", "[]"),
        Some(("subject {ticket}", UNKNOWN)),
        &[("subject*6 {ticket}", "`tickets.set-subject` works 5 times in one call")],
    ),
    row(
        "tickets.set-tags",
        CHANGE,
        ("tags {ticket}", "[]"),
        Some(("tags {ticket}", UNKNOWN)),
        &[("tags*6 {ticket}", "`tickets.set-tags` works 5 times in one call")],
    ),
    row(
        "tickets.set-fields",
        CHANGE,
        ("fields {ticket}", "[]"),
        Some(("fields {ticket}", UNKNOWN)),
        &[("fields*6 {ticket}", "`tickets.set-fields` works 5 times in one call")],
    ),
    // By what was set.
    row(
        "tickets.search",
        SEE,
        ("search-field acme.probe.tier=gold", "Ok(1)"),
        None,
        &[
            ("search-field acme.probe.tier=silver", "Ok(0)"),
            ("search-field acme.probe.unheard_of=gold", "Ok(0)"),
            ("search-field Tier=gold", "`field`: not the key of a field"),
            ("search-field acme.probe.tier={huge}", "`field`: use at most 500 characters"),
        ],
    ),
    row("contacts.get", KNOW, ("contact {contact}", r#"Ok("ours")"#), Some(("contact {contact}", GONE)), &[]),
    row(
        "contacts.find-by-email",
        KNOW,
        ("find {email}", r#"Ok(Some("ours"))"#),
        Some(("find {email}", "Ok(None)")),
        &[],
    ),
    row(
        "contacts.search",
        KNOW,
        ("contacts {key}", "Ok(1)"),
        Some(("contacts {key}", "Ok(0)")),
        &[("contacts {long}", LONG_SEARCH)],
    ),
    row(
        "contacts.create",
        ENTER,
        ("contact-new Bob", r#"Ok("Bob")"#),
        None,
        &[("contact-new*6 Bob", "`contacts.create` works 5 times in one call")],
    ),
    row(
        "contacts.update",
        ENTER,
        ("contact-change {contact}", r#"Ok("ours")"#),
        Some(("contact-change {contact}", GONE)),
        &[("contact-change*6 {contact}", "`contacts.update` works 5 times in one call")],
    ),
    row("operators.get", COLLEAGUES, ("operator {operator}", r#"Ok("Ada")"#), Some(("operator {operator}", GONE)), &[]),
    row("operators.list", COLLEAGUES, ("operators", "Ok(1)"), None, &[]),
];

/// In the world `channel` alone. There is no server: what was sent can be sent later.
pub(super) const MAIL: &[Row] = &[
    row("mail.mailboxes", POST, ("mailboxes", r#"Ok(["help@example.com"])"#), None, &[]),
    row(
        "mail.send",
        POST,
        ("send {file}", "Ok(Outcome::Later("),
        Some(("send {file}", GONE)),
        &[("send*6 none", "one call sends at most 5 mails")],
    ),
];
