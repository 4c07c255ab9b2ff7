//! What can go wrong in the store, with stable codes.
//!
//! Constraint names carry meaning: both dialects report a violated unique constraint as `table_column_column_key` (or
//! `table_pkey`), because SQLite's message lists the columns and PostgreSQL's constraints are named that way.
//! [`StoreError::on`] turns one of them into the error that callers understand.

use std::{io, path::PathBuf};

use annex_domain::random::NoRandomness;

/// What the functions of the store answer.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A database URL with another scheme.
    #[error("the database URL must start with sqlite:// or postgres://")]
    Url,
    /// No such row in this desk.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// Something that must be unique exists already; the word says what.
    #[error("{0} is taken already")]
    Taken(&'static str),
    /// A unique constraint that no caller has given a meaning to.
    #[error("{constraint} would be violated")]
    Unique {
        /// As in the schema.
        constraint: String,
    },
    /// A field names what this desk does not have; the word is the field, as the API has it.
    #[error("{0}: names something that is not in this desk")]
    Unknown(&'static str),
    /// Something that the row refers to is missing.
    #[error("something that this refers to does not exist")]
    Reference,
    /// Somebody else changed the row since it was read; the word says what.
    #[error("{0} was changed by somebody else: load it again")]
    Stale(&'static str),
    /// Another worker has it by now, or it has ended; the word says what.
    #[error("{0} is not this worker's any more")]
    Lost(&'static str),
    /// A rule of the help desk forbids it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A value that cannot be stored.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which one.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Stored data that this version cannot read.
    #[error("table {table}, row {id}: column {column} is malformed: {problem}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// No connection became free in time, or a deadlock was broken: try again.
    #[error("the database is busy: try again")]
    Busy(#[source] sqlx::Error),
    /// There is no room left to write to.
    #[error("the disk of the host is full: nothing can be saved until there is room again")]
    Full(#[source] sqlx::Error),
    /// The server of the database is not there.
    #[error("the database cannot be reached: try again in a moment")]
    Away(#[source] sqlx::Error),
    /// It took too long and was stopped, or nobody waited for it any more.
    #[error("the database took too long, and was stopped")]
    Interrupted(#[source] sqlx::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought to this version.
    #[error("the database schema could not be brought to this version")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A value that cannot be written as JSON.
    #[error("a value could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The vault could not seal or open a value.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why a value was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or made.
    #[error("the master key file {path} cannot be used")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others could read the key file.
    #[error("the master key file {path} can be read by others: run `chmod 600` on it")]
    Permissions {
        /// Which file.
        path: PathBuf,
    },
    /// Not a key.
    #[error("a master key has 64 hexadecimal digits")]
    Malformed,
    /// Sealed with another key, for another place, or damaged.
    #[error("a sealed value does not open: it was sealed with another master key or for another place, or is damaged")]
    DoesNotOpen,
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Rules that guard add-ons with their users, and refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Who installed an add-on uses it (R27).
    #[error("the person who installed the add-on keeps it: take it from somebody else, or uninstall it")]
    InstallerStays,
    /// More would be paid back than was taken.
    #[error("this is more than what was taken and not paid back yet")]
    RefundTooHigh,
    /// Channels and languages have no users.
    #[error("this add-on acts for the whole desk: it cannot be given to some of its operators only")]
    WholeDesk,
    /// An add-on is what it was published as first.
    #[error("this add-on exists as another kind")]
    KindChanged,
}

impl StoreError {
    /// [`Self::Busy`] where the wait was for a turn at the database.
    #[must_use]
    pub fn busy() -> Self {
        Self::Busy(sqlx::Error::PoolTimedOut)
    }

    /// Stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url => "database-url",
            Self::NotFound(_) => "not-found",
            Self::Taken(_) => "already-exists",
            Self::Unique { .. } => "unique",
            Self::Unknown(_) | Self::Reference => "missing-reference",
            Self::Stale(_) | Self::Lost(_) => "stale",
            Self::Forbidden(Forbidden::InstallerStays) => "installer-stays",
            Self::Forbidden(Forbidden::RefundTooHigh) => "refund-too-high",
            Self::Forbidden(Forbidden::WholeDesk) => "whole-desk",
            Self::Forbidden(Forbidden::KindChanged) => "kind-changed",
            Self::Invalid { .. } => "invalid",
            Self::Corrupt { .. } => "corrupt-data",
            Self::Busy(_) => "busy",
            Self::Full(_) => "disk-full",
            Self::Away(_) => "database-away",
            Self::Interrupted(_) => "interrupted",
            Self::Database(_) => "database",
            Self::Migrate(_) => "migrate",
            Self::Json(_) => "json",
            Self::Random(_) => "no-randomness",
            Self::Vault(_) => "vault",
        }
    }

    /// True when the same may work later without anybody changing what was asked for.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Full(_) | Self::Away(_) | Self::Interrupted(_) | Self::Database(_))
    }

    /// What was not found is named by this field of the request.
    #[must_use]
    pub fn named_by(self, field: &'static str) -> Self {
        match self {
            Self::NotFound(_) => Self::Unknown(field),
            other => other,
        }
    }

    /// Gives a violated unique constraint its meaning: `.map_err(|e| e.on("roles_desk_id_name_key", "the name"))`.
    #[must_use]
    pub fn on(self, name: &str, taken: &'static str) -> Self {
        match self {
            Self::Unique { constraint } if constraint == name => Self::Taken(taken),
            other => other,
        }
    }

    /// Checks a text before it is stored: at most `max` characters, and no NUL, which PostgreSQL cannot hold.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] naming `field`.
    pub fn text(field: &'static str, text: &str, max: usize) -> Result<(), Self> {
        if text.contains('\0') {
            return Err(Self::Invalid { field, problem: "has a NUL character" });
        }
        // A character has at least one byte, so most texts need no counting.
        if text.len() > max && text.chars().count() > max {
            return Err(Self::Invalid { field, problem: "is too long" });
        }
        Ok(())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        let Some(database) = error.as_database_error() else {
            return match error {
                sqlx::Error::PoolTimedOut => Self::Busy(error),
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) => Self::Away(error),
                other => Self::Database(other),
            };
        };
        match database.kind() {
            ErrorKind::UniqueViolation => Self::Unique { constraint: constraint_name(database) },
            ErrorKind::ForeignKeyViolation => Self::Reference,
            _ => match database.code().as_deref() {
                // SQLite: busy, busy-snapshot. PostgreSQL: serialization failure, deadlock, lock not available, too many
                // connections.
                Some("5" | "517" | "40001" | "40P01" | "55P03" | "53300") => Self::Busy(error),
                // SQLite: no room for pages, none for the index of the log. PostgreSQL: disk full.
                Some("13" | "4874" | "53100") => Self::Full(error),
                // PostgreSQL: stopping, crashed, starting, connection lost.
                Some("57P01" | "57P02" | "57P03" | "08000" | "08003" | "08006") => Self::Away(error),
                // SQLite: interrupted. PostgreSQL: cancelled, also by its time.
                Some("9" | "57014") => Self::Interrupted(error),
                Some("22021") => Self::Invalid { field: "text", problem: "has a NUL character" },
                _ => Self::Database(error),
            },
        }
    }
}

/// True after the errors at which SQLite may have rolled the transaction back by itself: busy, out of memory, interrupted,
/// input and output, a damaged file, no room.
pub(crate) fn may_have_rolled_back(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 7 | 9 | 10 | 11 | 13))
}

/// For what comes after such an error on the same transaction.
pub(crate) fn ended() -> sqlx::Error {
    sqlx::Error::Protocol("the database ended the transaction: it has to be begun anew".into())
}

/// SQLite says `UNIQUE constraint failed: roles.desk_id, roles.name`; PostgreSQL names `roles_desk_id_name_key`.
fn constraint_name(error: &dyn sqlx::error::DatabaseError) -> String {
    if let Some(name) = error.constraint() {
        return name.into();
    }
    let columns = error.message().rsplit(": ").next().unwrap_or_default();
    let mut columns = columns.split(", ").filter_map(|column| column.split_once('.'));
    let Some((table, first)) = columns.next() else { return error.message().into() };
    if error.code().as_deref() == Some("1555") {
        return format!("{table}_pkey"); // SQLITE_CONSTRAINT_PRIMARYKEY
    }
    let rest = columns.map(|(_, column)| column);
    let names: Vec<&str> = [table, first].into_iter().chain(rest).chain(["key"]).collect();
    names.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_by_characters() {
        assert!(StoreError::text("name", "äöü", 3).is_ok());
        assert!(matches!(StoreError::text("name", "äöüß", 3), Err(StoreError::Invalid { field: "name", .. })));
        assert!(StoreError::text("name", "a\0b", 9).is_err());
    }

    #[test]
    fn a_constraint_gets_its_meaning_and_no_other() {
        let error = StoreError::Unique { constraint: "roles_desk_id_name_key".into() };
        assert_eq!(error.on("roles_desk_id_name_key", "the name").to_string(), "the name is taken already");
        let error = StoreError::Unique { constraint: "x_key".into() };
        assert_eq!(error.on("roles_desk_id_name_key", "the name").code(), "unique");
    }
}
