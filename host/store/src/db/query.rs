//! The two-arm macros, what may be bound, and how rows become domain types with errors that name the row.

use std::{fmt::Display, str::FromStr};

use annex_domain::{
    addon::{AddonId, Digest, KeyId, Kind, PublisherSlug, Version},
    billing::{
        AttemptState, DisputeState, InvoiceState, LedgerAccount, LineKind, OrderPurpose, OrderState, RefundState,
        SubscriptionState, TopUp,
    },
    clock::Timestamp,
    earnings::{EarningKind, Month, PayoutState},
    field::{FieldKey, FieldKind, FieldSubject},
    ids,
    installation::Status,
    mail::MailKind,
    money::Currency,
    oauth::SigningAlgorithm,
    operator::{DeskStatus, HostLabel, Theme},
    plan::{PlanId, PlanModel},
    publisher::{AccountRequestState, MemberRole, PartnerDocument, PublisherStatus, StaffPermission},
    reach::{Audience, Reach},
    review::{Outcome, Severity, State as ReviewState, Track},
    ticket::{Delivery, Priority, TicketStatus},
};
use serde::de::DeserializeOwned;

use crate::{
    error::{Result, StoreError},
    mails::MailState,
};

/// Runs a statement with one of sqlx's fetching methods on whichever database `$conn` is. Arguments are [`Param`]s.
macro_rules! run {
    ($method:ident, $conn:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn.this() {
            this => {
                let sql = ::sqlx::SqlSafeStr::into_sql_str($sql);
                this.running(sql.as_str());
                let done = match this.raw() {
                    $crate::db::Raw::Sqlite(conn) => ::sqlx::query_as::<::sqlx::Sqlite, $row>(sql)
                        $(.bind($crate::db::query::Param::sql($arg)))*.$method(conn).await,
                    $crate::db::Raw::Postgres(conn) => ::sqlx::query_as::<::sqlx::Postgres, $row>(sql)
                        $(.bind($crate::db::query::Param::sql($arg)))*.$method(conn).await,
                    $crate::db::Raw::Ended => Err($crate::error::ended()),
                };
                done.map_err(|error| this.failed(error))
            }
        }
    };
}

/// `fetch_all!(conn, Row, "SQL", arg, …)` → `Result<Vec<Row>>`.
macro_rules! fetch_all {
    ($($input:tt)*) => { $crate::db::query::run!(fetch_all, $($input)*) };
}

/// `fetch_optional!(conn, Row, "SQL", arg, …)` → `Result<Option<Row>>`.
macro_rules! fetch_optional {
    ($($input:tt)*) => { $crate::db::query::run!(fetch_optional, $($input)*) };
}

/// `fetch_one!(conn, Row, "SQL", arg, …)` → `Result<Row>`; for aggregates, which always have a row.
/// `(i64,)` and other tuples are rows too.
macro_rules! fetch_one {
    ($($input:tt)*) => { $crate::db::query::run!(fetch_one, $($input)*) };
}

/// `execute!(conn, "SQL", arg, …)` → `Result<u64>`: how many rows were affected. Check it.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn.this() {
            this => {
                let sql = ::sqlx::SqlSafeStr::into_sql_str($sql);
                this.running(sql.as_str());
                let done = match this.raw() {
                    $crate::db::Raw::Sqlite(conn) => ::sqlx::query::<::sqlx::Sqlite>(sql)
                        $(.bind($crate::db::query::Param::sql($arg)))*.execute(conn).await.map(|done| done.rows_affected()),
                    $crate::db::Raw::Postgres(conn) => ::sqlx::query::<::sqlx::Postgres>(sql)
                        $(.bind($crate::db::query::Param::sql($arg)))*.execute(conn).await.map(|done| done.rows_affected()),
                    $crate::db::Raw::Ended => Err($crate::error::ended()),
                };
                done.map_err(|error| this.failed(error))
            }
        }
    };
}

/// The SQL of a question about rows whose column is in `$1`, a [`list`]: what stands before the ` IN`, and what after.
macro_rules! in_list {
    ($conn:expr, $before:literal, $after:literal) => {
        match $conn.dialect() {
            $crate::Dialect::Sqlite => concat!($before, " IN (SELECT value FROM json_each($1)) ", $after),
            $crate::Dialect::Postgres => {
                concat!($before, " IN (SELECT json_array_elements_text($1::json)) ", $after)
            }
        }
    };
}

/// `fetch_built!(conn, Row, built)` → `Result<Vec<Row>>`: of a statement that was put together.
macro_rules! fetch_built {
    ($conn:expr, $row:ty, $built:expr) => {
        match ($conn.this(), $built) {
            (this, $crate::db::query::Built { sql, values }) => {
                this.running(&sql);
                let sql = ::sqlx::AssertSqlSafe(sql);
                let done = match this.raw() {
                    $crate::db::Raw::Sqlite(conn) => {
                        let mut query = ::sqlx::query_as::<::sqlx::Sqlite, $row>(sql);
                        for value in values {
                            query = match value {
                                $crate::db::query::Value::Text(text) => query.bind(text),
                                $crate::db::query::Value::Number(number) => query.bind(number),
                            };
                        }
                        query.fetch_all(conn).await
                    }
                    $crate::db::Raw::Postgres(conn) => {
                        let mut query = ::sqlx::query_as::<::sqlx::Postgres, $row>(sql);
                        for value in values {
                            query = match value {
                                $crate::db::query::Value::Text(text) => query.bind(text),
                                $crate::db::query::Value::Number(number) => query.bind(number),
                            };
                        }
                        query.fetch_all(conn).await
                    }
                    $crate::db::Raw::Ended => Err($crate::error::ended()),
                };
                done.map_err(|error| this.failed(error))
            }
        }
    };
}

pub(crate) use {execute, fetch_all, fetch_built, fetch_one, fetch_optional, in_list, run};

/// A statement that is put together of fixed fragments. Whatever comes from elsewhere is bound.
#[derive(Debug, Default)]
pub(crate) struct Built {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

/// What is bound to it.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
}

impl Built {
    /// Binds a text; answers its place in the SQL.
    pub(crate) fn text(&mut self, text: impl Display) -> String {
        self.place(Value::Text(text.to_string()))
    }

    /// The same of a number.
    pub(crate) fn number(&mut self, number: i64) -> String {
        self.place(Value::Number(number))
    }

    fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

/// Several values as one that may be bound.
pub(crate) fn list(values: &[impl Display]) -> String {
    serde_json::Value::from(values.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string()
}

/// What may be bound, and the SQL value it becomes.
pub(crate) trait Param {
    type Sql;
    fn sql(self) -> Self::Sql;
}

macro_rules! values {
    ($($from:ty => $to:ty: |$value:ident| $sql:expr;)+) => {$(
        impl Param for $from {
            type Sql = $to;
            fn sql(self) -> $to {
                let $value = self;
                $sql
            }
        }
    )+};
}

macro_rules! words {
    ($($word:ident)+) => {$(
        impl Param for $word {
            type Sql = &'static str;
            fn sql(self) -> &'static str {
                self.as_str()
            }
        }
    )+};
}

macro_rules! references {
    ($($from:ty => $to:ty: |$value:ident| $sql:expr;)+) => {$(
        impl<'a> Param for &'a $from {
            type Sql = &'a $to;
            fn sql(self) -> &'a $to {
                let $value = self;
                $sql
            }
        }
    )+};
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl Param for ids::$id {
            type Sql = String;
            fn sql(self) -> String {
                self.to_string()
            }
        }
    )+};
}

values! {
    String => String: |value| value;
    i64 => i64: |value| value;
    i32 => i64: |value| i64::from(value);
    u32 => i64: |value| i64::from(value);
    u16 => i64: |value| i64::from(value);
    u8 => i64: |value| i64::from(value);
    bool => i64: |value| i64::from(value);
    Timestamp => i64: |value| value.0;
    Vec<u8> => Vec<u8>: |value| value;
    &Version => String: |value| value.to_string();
    jiff::civil::Date => String: |value| value.to_string();
    Month => String: |value| value.to_string();
}

words! {
    Kind Status DeskStatus Theme TicketStatus Priority Delivery Currency PlanModel OrderPurpose OrderState InvoiceState AttemptState
    RefundState LineKind DisputeState SubscriptionState LedgerAccount MailKind MailState AccountRequestState MemberRole PartnerDocument
    PublisherStatus StaffPermission
    SigningAlgorithm
    Outcome ReviewState Severity Track
    Audience Reach
    EarningKind PayoutState
    TopUp
    FieldKind FieldSubject
}

references! {
    str => str: |value| value;
    String => str: |value| value;
    [u8] => [u8]: |value| value;
    Vec<u8> => [u8]: |value| value;
    AddonId => str: |value| value.as_str();
    PublisherSlug => str: |value| value.as_str();
    Digest => str: |value| value.as_str();
    KeyId => str: |value| value.as_str();
    PlanId => str: |value| value.as_str();
    HostLabel => str: |value| value.as_str();
    FieldKey => str: |value| value.as_str();
}

ids! {
    DeskId OperatorId RoleId TicketId MessageId AttachmentId ContactId InstallationId HookId SagaId JobId RequestId TokenId SessionId
    CallId GroupId FieldId AccountId OrderId InvoiceId AttemptId RefundId SubscriptionId PaymentMethodId MailId
    AccountRequestId InvitationId PublisherTokenId
    OauthClientId
    ProjectVersionId NoteId
    AccessLinkId
}

impl<T: Param> Param for Option<T> {
    type Sql = Option<T::Sql>;
    fn sql(self) -> Self::Sql {
        self.map(Param::sql)
    }
}

/// The row being read: malformed stored data becomes an error that names it, never a panic.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    table: &'static str,
    id: &'a str,
}

impl<'a> At<'a> {
    /// Row `id` of `table`.
    pub(crate) fn new(table: &'static str, id: &'a str) -> Self {
        Self { table, id }
    }

    /// The error for `column`.
    pub(crate) fn corrupt(self, column: &'static str, problem: impl Display) -> StoreError {
        StoreError::Corrupt { table: self.table, id: self.id.into(), column, problem: problem.to_string() }
    }

    /// Any domain type with `FromStr`.
    pub(crate) fn parse<T: FromStr<Err: Display>>(self, column: &'static str, text: &str) -> Result<T> {
        text.parse().map_err(|error: T::Err| self.corrupt(column, error))
    }

    /// The same, where NULL is `None`.
    pub(crate) fn parse_some<T: FromStr<Err: Display>>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// A column that holds JSON.
    pub(crate) fn json<T: DeserializeOwned>(self, column: &'static str, text: &str) -> Result<T> {
        serde_json::from_str(text).map_err(|error| self.corrupt(column, error))
    }

    /// A number in the range of `T`.
    pub(crate) fn number<T: TryFrom<i64>>(self, column: &'static str, value: i64) -> Result<T> {
        T::try_from(value).map_err(|_| self.corrupt(column, "out of range"))
    }
}

/// Each row as a `T`; the first malformed one fails the whole read.
pub(crate) fn all<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<T>> {
    rows.into_iter().map(T::try_from).collect()
}
