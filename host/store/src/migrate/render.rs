//! What a migration for both databases is on one of them.

use crate::db::Dialect;

/// The SQL for one database: of the blocks between `--@sqlite`, `--@postgres` and `--@both` its own, `{strict}` and `{blob}` in its words.
/// `BIGINT` becomes `INTEGER` on SQLite, whose strict tables know no other whole number; `{bigint}` stays `BIGINT`, as the first
/// versions had it in tables that are not strict.
///
/// # Errors
/// What is wrong with the text: a block that is not opened or not closed, a line or a word in braces that means nothing.
pub(super) fn render(text: &str, dialect: Dialect) -> Result<String, String> {
    let (strict, blob, integer) = match dialect {
        Dialect::Sqlite => (" STRICT", "BLOB", "INTEGER"),
        Dialect::Postgres => ("", "BYTEA", "BIGINT"),
    };
    let sql = own_lines(text, dialect)?;
    let sql = sql.replace("{strict}", strict).replace("{blob}", blob).replace("BIGINT", integer);
    let sql = sql.replace("{bigint}", "BIGINT");
    match word_in_braces(&sql) {
        Some(word) => Err(format!("`{{{word}}}` means nothing: {{strict}} and {{blob}} do")),
        None => Ok(sql),
    }
}

fn own_lines(text: &str, dialect: Dialect) -> Result<String, String> {
    let mut sql = String::with_capacity(text.len());
    let mut block: Option<Dialect> = None;
    for line in text.lines() {
        let Some(mark) = line.trim().strip_prefix("--@") else {
            if block.is_none_or(|of| of == dialect) {
                sql.push_str(line);
                sql.push('\n');
            }
            continue;
        };
        block = match (mark, block) {
            ("sqlite", None | Some(Dialect::Postgres)) => Some(Dialect::Sqlite),
            ("postgres", None | Some(Dialect::Sqlite)) => Some(Dialect::Postgres),
            ("both", Some(_)) => None,
            _ => return Err(format!("`--@{mark}` does not belong where it stands")),
        };
    }
    if block.is_some() { Err("the last block does not end with `--@both`".to_owned()) } else { Ok(sql) }
}

/// JSON such as `'{}'` and `'{"a":1}'` is none.
fn word_in_braces(sql: &str) -> Option<&str> {
    let ends = sql.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    ends.map(|(word, _)| word)
        .find(|word| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_its_own_lines_and_words() {
        let text = "\
-- Notes.
CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    body {blob} NOT NULL,
    facts TEXT NOT NULL DEFAULT '{}',
    rev {bigint} NOT NULL,
    at BIGINT NOT NULL
){strict};
--@sqlite
CREATE VIRTUAL TABLE found USING fts5 (body);
--@postgres
CREATE INDEX found ON notes USING gin (body);
--@both
CREATE INDEX notes_at ON notes (at);
";
        let sqlite = "\
-- Notes.
CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    facts TEXT NOT NULL DEFAULT '{}',
    rev BIGINT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE found USING fts5 (body);
CREATE INDEX notes_at ON notes (at);
";
        let postgres = "\
-- Notes.
CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    body BYTEA NOT NULL,
    facts TEXT NOT NULL DEFAULT '{}',
    rev BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX found ON notes USING gin (body);
CREATE INDEX notes_at ON notes (at);
";
        assert_eq!(render(text, Dialect::Sqlite).unwrap(), sqlite);
        assert_eq!(render(text, Dialect::Postgres).unwrap(), postgres);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for wrong in [
            "CREATE TABLE a (b {bytes}){strict};",
            "CREATE TABLE a (b TEXT){STRICT};",
            "--@sqlite\nSELECT 1;",
            "--@both\nSELECT 1;",
            "--@sqlite\n--@sqlite\n--@both",
            "--@postgres\n--@both\n--@both",
            "--@mysql\n--@both",
            "--@ sqlite\n--@both",
        ] {
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                assert!(render(wrong, dialect).is_err(), "{wrong} on {dialect:?}");
            }
        }
    }
}
