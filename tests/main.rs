//! Journeys of people through the real binary, over HTTP: what the product promises, told step by step.
//!
//! `support` starts hosts, databases and peers; each file of `e2e` is one journey or one rule. Journeys run on SQLite
//! and on PostgreSQL. They need what `make test` sets up: the binary, the packed add-ons, and a PostgreSQL server.
#![expect(clippy::disallowed_types, reason = "tests are clients of the host")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a journey that cannot go on must fail, also in helpers"
)]

mod e2e;
mod support;
