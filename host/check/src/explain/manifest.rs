//! Codes of `annex.toml`.

use super::Entry;

const CONSENT: &str =
    "help desks decide by what the manifest says, so it says everything, once, and within what pages can show";
const REFERENCE: &str =
    "parts of a manifest name each other, and a name that leads nowhere would only be noticed in a help desk";

pub(super) const ENTRIES: &[Entry] = &[
    [
        "manifest-categories",
        "`listing.categories` has more than five words, or one that is not of a-z, 0-9 and -",
        "the marketplace filters by these words",
        "use at most five lower-case words such as `crm`",
    ],
    [
        "manifest-challenge",
        "`inbound.challenge` is not a question that the host can answer",
        "services try an address with a question before they send anything there, and the host answers for the add-on",
        "say `query` and `token` where the question is a GET, or `json` where it stands in the body",
    ],
    [
        "manifest-check",
        "the `check` of a setting is not a request that the host would send",
        "the host sends the secret there, so it goes over https to a declared host and nowhere else",
        "set `check` only on a setting of type `secret`, with an https URL on a host of `capabilities`",
    ],
    [
        "manifest-choices",
        "a setting or field that is chosen has no `choices`, or another type has some",
        REFERENCE,
        "list the choices of a `choice`, or let the add-on list those of a setting by `choices_from`, and leave both out elsewhere",
    ],
    [
        "manifest-control-character",
        "a text has control, bidi or invisible characters",
        "they can make a text look like another one",
        "type the text again, or paste it without formatting",
    ],
    [
        "manifest-currency",
        "plans of one add-on have different currencies",
        "a help desk gets one bill a month for each add-on",
        "give all plans the same `currency`",
    ],
    [
        "manifest-default",
        "the `default` of a setting breaks the setting's own rules",
        "it is used wherever nothing was entered, as if it had been",
        "choose a default that could be entered as well, or leave it out",
    ],
    [
        "manifest-duplicate",
        "the same capability, setting, field, view, schedule, choice, scope, address or plan is there twice",
        CONSENT,
        "keep one of the two",
    ],
    [
        "manifest-empty",
        "a text is empty",
        "people would see a gap in its place",
        "write the text, or leave the key out",
    ],
    [
        "manifest-files",
        "`files` is written by hand",
        "packing lists the files with the digests that the signature covers",
        "leave `files` out",
    ],
    [
        "manifest-get-with-body",
        "a request of the set-up is a `GET` and has `json`",
        "a GET has no body that services would read",
        "use `method = \"POST\"`, or leave `json` out",
    ],
    [
        "manifest-header",
        "`inbound.header` is not the name of an HTTP header",
        "the host compares the header of that name with the secret before the add-on is called",
        "use letters, digits and -, such as `X-Webhook-Secret`",
    ],
    [
        "manifest-hmac",
        "what `inbound` says about the signature of requests does not fit together",
        "a signature that is not checked exactly as the service makes it refuses everything, or nothing",
        "use `verify = \"hmac\"` with `[inbound.hmac]`: `signature`, and where a time is signed both `timestamp` and {timestamp} in `signed`",
    ],
    [
        "manifest-hosts",
        "`http` has no `hosts`, or another capability has some",
        CONSENT,
        "list the hosts of `http`, and leave `hosts` out of all other capabilities",
    ],
    [
        "manifest-icon-name",
        "`icon` of a view is not the name of an icon",
        "pages draw icons of the host, which look alike in all add-ons",
        "use a name from the list in the chapter on blocks, or leave it out for the add-on's own icon",
    ],
    [
        "manifest-key",
        "the key of a setting, field, view or schedule is not 1 to 40 of a-z, 0-9 and _, beginning with a letter",
        "the add-on, host patterns and the API name it so",
        "use a key such as `api_key`",
    ],
    [
        "manifest-language-code",
        "a text stands under something that is not the code of a language",
        "readers get the text of their language by its code",
        "use a code such as `de` or `pt-BR`",
    ],
    [
        "manifest-length",
        "the name or summary of a plan is empty or too long",
        CONSENT,
        "use up to 40 characters for the name and up to 160 for the summary",
    ],
    [
        "manifest-needs-wit",
        "the manifest has a part that the named interface does not know",
        "a component of 0.1 would never be asked for it",
        "build the component for the newest interface and name it as `wit`, or leave the part out",
    ],
    [
        "manifest-no-capability",
        "something is declared whose capability is missing",
        CONSENT,
        "declare the capability that the message names, with its purpose",
    ],
    [
        "manifest-no-pattern",
        "a setting has a `pattern_message` and no `pattern`",
        REFERENCE,
        "add the `pattern` that it explains, or leave it out",
    ],
    [
        "manifest-no-such-setting",
        "a host pattern, `inbound` or the set-up names a setting that is not there or has another type",
        REFERENCE,
        "declare the setting below [[settings]]: `subdomain` or `host` for hosts, `text` for `origins`, `secret` for the others",
    ],
    [
        "manifest-not-a-channel",
        "`inbound` is in an add-on that receives no requests, or `setup` is where there is no `inbound`",
        "channels receive requests, and plugins from annex:addon@0.2 on",
        "leave it out, or use `kind = \"channel\"`",
    ],
    [
        "manifest-not-a-plugin",
        "`events`, `views` or a public address is in an add-on that is not a plugin",
        "only plugins hear what happens in a help desk, show something there and are reached by everybody",
        "leave `events` out, and the others, or use `kind = \"plugin\"`",
    ],
    [
        "manifest-not-a-url",
        "an address is not one that can be linked to or called",
        "people follow these links, and the host sends events there: always over https, to a host that is named in full",
        "use an address that starts with https://, with a host name and without a user name",
    ],
    [
        "manifest-not-an-email",
        "`listing.support.email` is not an e-mail address",
        "help desks write there when the add-on does not work",
        "use an address such as help@example.com",
    ],
    [
        "manifest-not-for-kind",
        "the kind of the add-on cannot have this capability, or fields",
        "a channel gets `http` and `kv`, a language none, and no fields: what they do needs no more",
        "leave it out, or make a plugin",
    ],
    [
        "manifest-oauth2",
        "what a setting of type `oauth2` says of its account does not fit together",
        "people are led to these addresses, and tokens go there: only where the help desk agreed to",
        "give `oauth2` with `authorize` and `token`, https, those for tokens on hosts of `capabilities`; scopes have no spaces",
    ],
    [
        "manifest-order",
        "`order` of a view is above 1,000",
        "it is a place among the views of all add-ons, which operators can change",
        "use 0 to 1,000, or leave it out",
    ],
    [
        "manifest-pattern",
        "the `pattern` of a setting is not a regular expression of at most 200 characters and modest size",
        "the host runs it over what people enter, in linear time and little memory",
        "write it without look-around and back-references, and without large repetitions within each other",
    ],
    [
        "manifest-pointer",
        "a part of an answer is not named by a JSON pointer",
        "the host reads the answers of the set-up by it",
        "start it with /, such as `/result/url`",
    ],
    [
        "manifest-price",
        "a paid plan costs too little or too much, or a free plan has a price",
        "cards are charged from 30 cents on, and a free plan must not surprise",
        "set `price` in cents, or leave it out of a free plan",
    ],
    [
        "manifest-price-too-low",
        "a price is less than payment companies take in its currency",
        "the payment would be refused",
        "raise the price to the amount that the message names",
    ],
    [
        "manifest-public",
        "a public address says how requests are verified, or a verified one names origins",
        "at a public address nobody proves who they are, and only such an address is used by pages",
        "keep either `public` with `origins`, or `verify` with `setting`",
    ],
    [
        "manifest-rhythm",
        "a schedule says neither `every` nor `cron`, or comes too often or never",
        "every call takes time that the help desk shares with everybody",
        "use `every = \"15m\"`, or a `cron` that comes at most every five minutes",
    ],
    [
        "manifest-secret-default",
        "a setting of type `secret` has a `default`",
        "what stands in a package is not secret",
        "leave `default` out",
    ],
    [
        "manifest-show-if",
        "the condition of a setting is about nothing that can be chosen before it",
        "forms show and hide a setting by what is chosen above it",
        "name a `choice`, `choices` or `toggle` that stands before it, and values that it can have",
    ],
    [
        "manifest-toml",
        "`annex.toml` cannot be read: it is not TOML, a key is unknown or missing, or a value has another type",
        "a key that nobody reads would be a promise that nobody keeps",
        "correct the line; the manifest reference lists every key",
    ],
    ["manifest-too-long", "a text, version or time is too long", CONSENT, "shorten it to what the message says"],
    ["manifest-too-many", "a list has too many entries", CONSENT, "leave some out, or join them"],
    ["manifest-twice", "a picture is named twice", CONSENT, "name each picture once"],
    [
        "manifest-unknown-wit",
        "`wit` names an interface that this host does not speak",
        "a component runs only against the interface that it was built for",
        "use the value that the message names, and the SDK of that version",
    ],
    [
        "manifest-url",
        "a request of the set-up goes to a host that is not declared",
        "the host sends requests only where the help desk agreed to",
        "declare the host below the capability `http`",
    ],
    [
        "manifest-verify",
        "`verify` of a setting is not a request that the host would send",
        "the host asks there whether a subdomain or host exists, without any credential",
        "set it on a setting of type `subdomain` or `host`: an https URL that starts with {key}, on a declared host",
    ],
    [
        "manifest-zero-seq",
        "`seq` is 0",
        "it orders packages: each has a higher number than all before it",
        "start at 1 and raise it with every package",
    ],
];
