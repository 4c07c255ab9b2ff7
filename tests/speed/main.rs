//! `make bench`: what pages take in small and in large desks, with the real binary. For each size a host of its own with so many
//! tickets and three times as many messages; for each page the time of one request after the other, and how many requests a
//! second 16 connections get, as a part of those that `/healthz` gets in the same run. The goals are those of
//! host/docs/performance.md.
//!
//! `cargo run --release -p annex-tests --example speed [-- [--postgres URL] SIZE…]` runs the `annex` beside it, or the one that
//! `ANNEX_TEST_BIN` names, with 1,000 and 100,000 tickets unless sizes are given. `--postgres` names a server on which databases
//! may be made; they are left there.
#![expect(clippy::disallowed_types, reason = "a client of the host")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program that measures: where it cannot go on it ends, and says where"
)]

mod desk;
mod host;
#[path = "../attacks/packages.rs"]
mod packages;
mod rows;

use host::Host;

const SIZES: [u32; 2] = [1_000, 100_000];

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let (mut server, mut sizes) = (None, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--postgres" => server = Some(words.next().expect("a URL after --postgres")),
            size => sizes.push(size.parse().expect("a number of tickets")),
        }
    }
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    for size in sizes {
        let host = Host::start(server.as_deref(), size).await;
        println!("\n{size} tickets on {}", if server.is_some() { "PostgreSQL" } else { "SQLite" });
        rows::measure(&host, size).await;
    }
}
