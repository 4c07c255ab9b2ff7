//! `make bench`: what hostile add-ons do to their neighbour, with the real binary. One row for each attack: how long the
//! neighbour's panel and the ticket page take meanwhile, how soon the neighbour hears of an event, and what of the memory
//! is still taken afterwards. The goals are those of host/docs/performance.md; what is missed is marked.
//!
//! `cargo run --release -p annex-tests --example attacks [-- ROW…]` runs the `annex` beside it, or the one that
//! `ANNEX_TEST_BIN` names.
#![expect(clippy::disallowed_types, reason = "a client of the host")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program that measures: where it cannot go on it ends, and says where"
)]

mod bombs;
mod host;
mod packages;
mod probes;
mod rogue;

use std::time::Duration;

use host::Host;
use probes::{Figures, Probes};

/// How long each row is looked at.
const WINDOW: Duration = Duration::from_secs(12);

/// An attack: its name, the words of the guest, how many at once.
struct Attack {
    row: &'static str,
    behaviour: &'static str,
    at_once: u32,
}

const ATTACKS: [Attack; 9] = [
    Attack { row: "spin 200 ms x 64", behaviour: "render=spin", at_once: 64 },
    Attack { row: "endless loop x 32", behaviour: "render=loop", at_once: 32 },
    Attack { row: "sleep x 128", behaviour: "render=sleep", at_once: 128 },
    Attack { row: "hanging upstream x 128", behaviour: "render=fetch", at_once: 128 },
    Attack { row: "kv loop x 16", behaviour: "render=kv", at_once: 16 },
    Attack { row: "note loop x 16", behaviour: "render=note", at_once: 16 },
    Attack { row: "55 MiB x 64", behaviour: "render=memory", at_once: 64 },
    Attack { row: "800-cell view x 32", behaviour: "render=cells", at_once: 32 },
    Attack { row: "events of 9 s x 40", behaviour: "event=slow", at_once: 40 },
];
const BOMBS: &str = "4 compile bombs";

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |row: &str| wanted.is_empty() || wanted.iter().any(|word| row.contains(word.as_str()));
    println!(
        "{:<24} {:>9} {:>9} {:>7} {:>9} {:>9} {:>9} {:>8}",
        "ms", "panel p50", "panel p99", "refused", "page p50", "page p99", "event", "MiB"
    );
    let calm = row("calm", None).await;
    for attack in ATTACKS.iter().filter(|attack| is_wanted(attack.row)) {
        let figures = row(attack.row, Some(attack)).await;
        judge(&calm, &figures);
    }
    if is_wanted(BOMBS) {
        let host = Host::start().await;
        let probes = Probes::new(&host, WINDOW).await;
        let made = bombs::make(&host);
        let (figures, outcome) = tokio::join!(probes.watch(), bombs::drop_beside_a_good_one(&host, made));
        show(BOMBS, &figures);
        judge(&calm, &figures);
        println!("    {outcome}");
    }
}

/// Measures on a host of its own, so that no row pays for another.
async fn row(name: &str, attack: Option<&Attack>) -> Figures {
    let host = Host::start().await;
    let probes = Probes::new(&host, WINDOW).await;
    let figures = match attack {
        None => probes.watch().await,
        Some(attack) => {
            let rogue = host.install("annex.rogue", attack.behaviour, attack.behaviour.starts_with("event")).await;
            if attack.behaviour.starts_with("event") {
                probes.send_events(attack.at_once.into()).await;
                probes.watch().await
            } else {
                probes.watch_under(&rogue, attack.at_once).await
            }
        }
    };
    show(name, &figures);
    figures
}

fn show(name: &str, figures: &Figures) {
    let Figures { panel, page, event, memory } = figures;
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
    println!(
        "{name:<24} {:>9} {:>9} {:>7} {:>9} {:>9} {:>9} {memory:>+8}",
        ms(panel.0),
        ms(panel.1),
        panel.2,
        ms(page.0),
        ms(page.1),
        ms(*event)
    );
}

/// Says which goals a row misses.
fn judge(calm: &Figures, figures: &Figures) {
    let most = |calm: Duration| calm * 2 + Duration::from_millis(20);
    for (what, missed) in [
        ("the panel's p99", figures.panel.1 > most(calm.panel.1)),
        ("the panel itself", figures.panel.2 > 0),
        ("the page's p99", figures.page.1 > most(calm.page.1)),
        ("the event", figures.event > Duration::from_secs(1)),
        ("the memory", figures.memory > 64),
    ] {
        if missed {
            println!("    MISSED: {what}");
        }
    }
}
