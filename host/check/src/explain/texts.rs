//! Codes of texts: Fluent files, languages, and what is not translated.

use super::Entry;

const BOUNDS: &str = "texts of strangers are formatted on every page: none may take the host's time or memory";
const ENGLISH: &str = "people read a text that is missing in English";

pub(super) const ENTRIES: &[Entry] = &[
    ["fluent-cycle", "a text refers to itself in a circle", BOUNDS, "write out one of the texts in the circle"],
    [
        "fluent-escape",
        "an escape is not four or six hexadecimal digits",
        "the parser cannot tell where it ends",
        "write the character itself, or \\u followed by four digits",
    ],
    ["fluent-message-too-large", "one message has more than 16 KiB", BOUNDS, "split the message"],
    [
        "fluent-references",
        "references lead on to references too often",
        BOUNDS,
        "write out the texts that are referred to",
    ],
    [
        "fluent-syntax",
        "a line is not Fluent, so its text would be left out",
        "what cannot be read is shown to nobody",
        "correct the entry that begins there: `key = text`, with further lines indented",
    ],
    ["fluent-too-deep", "braces are nested too deeply", BOUNDS, "split the message into several"],
    ["fluent-too-large", "one file has more than 512 KiB", BOUNDS, "split the file"],
    [
        "fluent-too-long",
        "a text becomes more than 16 KiB when it is formatted",
        BOUNDS,
        "shorten it, or what it refers to",
    ],
    ["fluent-too-many", "one file has more than 3,000 messages and terms", BOUNDS, "split the file"],
    ["fluent-too-many-brackets", "one message opens more than 100 brackets", BOUNDS, "split the message into several"],
    ["fluent-too-many-values", "one text puts in more than 100 values", BOUNDS, "split the message into several"],
    [
        "language-failed",
        "the language does not hand its texts over",
        "a host reads them once when the package comes in, and keeps them",
        "run it with `annex addon test` and look at its log",
    ],
    ["language-incomplete", "texts of the panel are not translated", ENGLISH, "translate them"],
    [
        "language-unknown-keys",
        "the language has texts with keys that the panel does not have",
        "nobody ever sees them, and often a key is only mistyped",
        "correct the keys, or leave the texts out",
    ],
    ["text-duplicate", "a key is there twice", "only one of the two texts is ever shown", "take one of them out"],
    [
        "text-key-unknown",
        "the code asks `Texts` for a key that `locales/en.ftl` does not have",
        "people would see the key itself",
        "correct the key, or add the text",
    ],
    [
        "text-missing",
        "a text of the manifest is not in a language that the add-on's name is in",
        ENGLISH,
        "translate it",
    ],
    [
        "text-variable",
        "a translation uses a variable that the English text does not have",
        "nothing is ever put in for it: people would see its name",
        "use the variables of the English text",
    ],
    ["texts-incomplete", "texts of `locales/en.ftl` are missing in another language", ENGLISH, "translate them"],
    [
        "texts-unknown-keys",
        "a language has a text that `locales/en.ftl` does not have",
        "nobody reads it, and often a key is only mistyped",
        "correct the key, or leave the text out",
    ],
];
