//! The real binary is killed at every named step of everything that has to do with money or installs, while the payment
//! company loses answers, asks to wait, fails, and sends its messages late, twice, never or in any order. Within ten
//! seconds after the restart nothing may be charged twice, run unpaid, be paid and not run, or hang half-way; the
//! company's own record is believed, not the host's. Two deliberately wrong ways to charge must be caught by the same
//! judge.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::publisher_crash;
use crate::support::{
    host::annex_ok,
    judge::Fault,
    random::Random,
    stage::{Play, Run, Stage},
};

/// Random runs in the short profile, over all tests of them.
const SHORT: u64 = 50;
/// With `ANNEX_LONG`, which `make crash` sets.
const LONG: u64 = 500;
/// Tests that share them, so that they run side by side.
const LANES: u64 = 4;

/// Every point at which the binary can be made to die, as it lists them itself.
fn points() -> Vec<String> {
    let points: Vec<_> = annex_ok(["crash-points"]).lines().map(str::to_owned).collect();
    assert!(points.len() > 50, "{points:?}");
    points
}

/// What has to be done to get to a point: the play, where the process has to die before that, and what has to fail.
struct Way {
    play: Play,
    before: Option<&'static str>,
    fails: String,
}

fn way_to(point: &str) -> Option<Way> {
    let (saga, step) = point.split_once(':')?;
    let play = match saga {
        "install" => Play::Buy,
        "purchase" => Play::Choose,
        "update" => Play::Update,
        "cancel" => Play::Cancel,
        "uninstall" => Play::Uninstall,
        "charge" if step.starts_with("cancel:") => Play::BuyDeclined,
        "charge" => Play::Buy,
        "refund" => Play::BuyInVain,
        "renewal" if step.starts_with("retry:") => Play::RenewAgain,
        "renewal" => Play::Renew,
        _ => return None,
    };
    // Read back is only what may have been confirmed before, and a refund that was not through at once.
    let before = match saga {
        "charge" if step.starts_with("read:") => Some("charge:confirm:after"),
        "refund" if step.starts_with("read:") => Some("refund:settle:after"),
        _ => None,
    };
    // A step is undone when it was begun and failed.
    let fails = step.split_once(":undo-").map_or(String::new(), |(step, _)| format!("{saga}:{step}:before"));
    Some(Way { play, before, fails })
}

fn calm(play: Play, crashes: &[&str]) -> Run {
    Run {
        play,
        crashes: crashes.iter().map(|point| (*point).to_owned()).collect(),
        patience: Duration::from_secs(10),
        chaos: json!({}),
        hooks: json!({}),
        again: false,
        fails: String::new(),
        slow_refunds: false,
        forgets: false,
        variant: "",
    }
}

/// Dies at each point once, and says which were reached.
async fn each_point_of(sagas: &[&str]) {
    let stage = Stage::set().await;
    let mut wrong = vec![];
    for point in points() {
        let saga = point.split(':').next().unwrap_or_default();
        if !sagas.contains(&saga) {
            continue;
        }
        let Way { play, before, fails } =
            way_to(&point).unwrap_or_else(|| panic!("nothing is known that reaches {point}"));
        let crashes: Vec<_> = before.into_iter().chain([point.as_str()]).collect();
        let slow_refunds = point.starts_with("refund:read:");
        let outcome = stage.play(&Run { fails, slow_refunds, ..calm(play, &crashes) }).await;
        if outcome.died_at.last() != Some(&point) {
            wrong.push(format!("{point} was not reached by {play:?}\n{}", outcome.log));
        }
        if !outcome.faults.is_empty() {
            wrong.push(format!("{point} by {play:?}: {:?}\n{}", outcome.faults, outcome.log));
        }
    }
    assert!(wrong.is_empty(), "{} runs went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The sagas and protocols by test, so that these run side by side.
const GROUPS: [&[&str]; 5] =
    [&["install"], &["charge", "refund", "renewal"], &["update"], &["purchase"], &["cancel", "uninstall"]];

#[test]
fn every_named_step_belongs_to_a_test() {
    let known: BTreeSet<&str> = GROUPS.iter().flat_map(|group| group.iter().copied()).collect();
    for point in points() {
        let saga = point.split(':').next().unwrap_or_default();
        if publisher_crash::GROUPS.contains(&saga) {
            continue;
        }
        assert!(known.contains(saga), "{point} is played by no test");
        assert!(way_to(&point).is_some(), "nothing is known that reaches {point}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_step_of_an_install() {
    each_point_of(GROUPS[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_step_of_a_charge_a_refund_and_a_renewal() {
    each_point_of(GROUPS[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_step_of_an_update() {
    each_point_of(GROUPS[2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_step_of_a_purchase() {
    each_point_of(GROUPS[3]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_step_of_a_cancel_and_an_uninstall() {
    each_point_of(GROUPS[4]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_crash_interrupts_goes_well() {
    let stage = Stage::set().await;
    for play in Play::ALL {
        let outcome = stage.play(&calm(play, &[])).await;
        assert_eq!(outcome.faults, [], "{play:?}\n{}", outcome.log);
    }
}

/// A run from its number alone.
fn random_run(seed: u64, points: &[String]) -> Run {
    let mut random = Random::new(seed);
    let play = *random.pick(&Play::ALL);
    let reached: Vec<_> = points.iter().filter(|point| reaches(play, point)).collect();
    let deaths = 1 + random.below(2);
    let crashes = (0..deaths).map(|_| (*random.pick(&reached)).clone()).collect();
    let chance = |random: &mut Random| f64::from(u32::try_from(random.below(20)).expect("small")) / 100.0;
    let chaos = if random.happens(25) {
        json!({})
    } else {
        let mut chaos = json!({"seed": seed, "lost-answer": chance(&mut random), "lost-request": chance(&mut random)});
        chaos["status"] = json!({"chance": chance(&mut random), "status": 429});
        chaos["status-after"] = json!({"chance": chance(&mut random), "status": 500});
        chaos["slow"] = json!({"chance": chance(&mut random), "seconds": 0.3});
        chaos
    };
    let hooks: Value = json!({
        "seed": seed, "lose": chance(&mut random) * 2.0, "twice": chance(&mut random) * 2.0, "delay": [0, 1.5], "retries": 2,
    });
    let (again, forgets, slow_refunds) = (random.happens(50), random.happens(20), random.happens(20));
    // Sometimes a step fails besides, mostly one on the way.
    let failing: Vec<_> = reached.iter().filter(|point| can_fail(point)).collect();
    let fails =
        if !failing.is_empty() && random.happens(30) { (**random.pick(&failing)).clone() } else { String::new() };
    Run {
        play,
        crashes,
        patience: Duration::from_millis(1500),
        chaos,
        hooks,
        again,
        fails,
        slow_refunds,
        forgets,
        variant: "",
    }
}

/// Whether a step may fail for good there: of sagas that can turn around.
fn can_fail(point: &str) -> bool {
    let saga = point.split(':').next().unwrap_or_default();
    ["install", "purchase", "update"].contains(&saga) && point.ends_with(":before") && !point.contains(":record:")
}

/// Whether dying at a point can interrupt a play.
fn reaches(play: Play, point: &str) -> bool {
    let (saga, step) = point.split_once(':').unwrap_or_default();
    match play {
        Play::Buy => saga == "install" || (saga == "charge" && !step.starts_with("cancel:")),
        Play::BuyInVain => ["install", "refund", "charge"].contains(&saga) && !step.starts_with("cancel:"),
        Play::BuyDeclined => ["install", "charge"].contains(&saga),
        Play::Choose => saga == "purchase" || (saga == "charge" && !step.starts_with("cancel:")),
        Play::ChooseDeclined => ["purchase", "charge"].contains(&saga),
        Play::Update | Play::UpdateInVain => saga == "update",
        Play::Cancel | Play::CancelDue => saga == "cancel",
        Play::Uninstall => saga == "uninstall",
        Play::Renew => {
            saga == "renewal" && !step.starts_with("retry:") || saga == "charge" && !step.starts_with("cancel:")
        }
        Play::RenewDeclined => ["renewal", "charge"].contains(&saga) && !step.starts_with("retry:"),
        Play::RenewAgain => saga == "charge" || step.starts_with("retry:"),
    }
}

async fn random_runs(lane: u64) {
    let stage = Stage::set().await;
    let points = points();
    let count = if std::env::var_os("ANNEX_LONG").is_some() { LONG } else { SHORT };
    let first = std::env::var("ANNEX_SEED").ok().and_then(|seed| seed.parse().ok());
    let seeds: Vec<u64> = match first {
        Some(seed) => {
            if lane == 0 {
                vec![seed]
            } else {
                vec![]
            }
        }
        None => (0..count).filter(|seed| seed % LANES == lane).collect(),
    };
    let mut wrong = vec![];
    let mut deaths = 0;
    for seed in &seeds {
        let run = random_run(*seed, &points);
        let outcome = stage.play(&run).await;
        deaths += outcome.died_at.len();
        if !outcome.faults.is_empty() {
            eprintln!("ANNEX_SEED={seed} {:?}", outcome.faults);
            wrong.push(format!("ANNEX_SEED={seed} {run:?}\n{:?}\n{}", outcome.faults, outcome.log));
        }
    }
    eprintln!("{} random runs, {deaths} deaths, {} wrong", seeds.len(), wrong.len());
    assert!(wrong.is_empty(), "{} of {} runs went wrong:\n{}", wrong.len(), seeds.len(), wrong.join("\n"));
    // A suite that kills nothing proves nothing.
    assert!(first.is_some() || deaths * 3 > seeds.len(), "only {deaths} deaths in {} runs", seeds.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_crashes_and_a_confused_company_0() {
    random_runs(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_crashes_and_a_confused_company_1() {
    random_runs(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_crashes_and_a_confused_company_2() {
    random_runs(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_crashes_and_a_confused_company_3() {
    random_runs(3).await;
}

/// The faults that the judge reports of a wrong way to charge: the process dies around the one call, or its answer is lost.
async fn caught(stage: &Stage, variant: &'static str, forgets: bool) -> Vec<Fault> {
    let died = Run { variant, forgets, ..calm(Play::Buy, &["charge:confirm:after"]) };
    let lost = Run {
        variant,
        forgets,
        chaos: json!({"seed": 1, "path": "payment_intents", "lost-answer": 0.5}),
        ..calm(Play::Buy, &[])
    };
    let mut faults = stage.play(&died).await.faults;
    faults.extend(stage.play(&lost).await.faults);
    faults
}

fn is_double(fault: &Fault) -> bool {
    matches!(fault, Fault::ChargedTwice { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn charging_in_one_call_is_caught() {
    let faults = caught(&Stage::set().await, "one-call", false).await;
    assert!(faults.iter().any(is_double), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relying_on_keys_that_expire_is_caught() {
    let stage = Stage::set().await;
    let kept = caught(&stage, "one-call-keyed", false).await;
    assert!(!kept.iter().any(is_double), "while the company remembers its keys, they hide the mistake: {kept:?}");
    let faults = caught(&stage, "one-call-keyed", true).await;
    assert!(faults.iter().any(is_double), "{faults:?}");
}
