//! What hostile or broken components written in Rust try: every one is stopped, classified, and leaves nothing behind.

use std::time::Duration;

use super::support::{Memory, World, world, world_with};
use crate::{CallError, Deadlines, EgressConfig, Limits, TrapKind};

/// Deadlines of a fifth of a second, and fuel that outlasts them.
fn impatient() -> World {
    let limits = Limits {
        deadlines: Deadlines {
            interactive: Duration::from_millis(200),
            background: Duration::from_millis(200),
            waiting: Duration::from_millis(200),
        },
        fuel: u64::MAX / 8,
        ..Limits::default()
    };
    world_with(limits, Memory::default(), EgressConfig::default())
}

fn trap(error: CallError) -> TrapKind {
    assert!(error.is_trap(), "{error:?}");
    match error {
        CallError::Trap { kind, .. } => kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_endless_loop_meets_its_deadline() {
    let finished = impatient().probe("loop").await;
    assert_eq!(finished.result, Err(CallError::Deadline));
    assert!(finished.report.wall >= Duration::from_millis(200));
}

#[tokio::test]
async fn an_endless_loop_lets_others_run() {
    let world = impatient();
    let (ticks, finished) = tokio::join!(
        async {
            let mut ticks = 0;
            while ticks < 5 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                ticks += 1;
            }
            ticks
        },
        world.probe("loop"),
    );
    // On this one thread both ended: the loop gave the thread back while it had time left.
    assert_eq!((ticks, finished.result), (5, Err(CallError::Deadline)));
}

#[tokio::test]
async fn sleeping_does_not_outlast_the_deadline() {
    assert_eq!(impatient().probe("sleep").await.result, Err(CallError::Deadline));
}

#[tokio::test]
async fn a_hook_that_never_ends_is_stopped() {
    let world = impatient();
    let addon = world.admit(&super::support::guest("probe")).await.unwrap();
    let finished = world.sandbox.uninstall(&addon, world.scope.clone()).await;
    assert_eq!(finished.result, Err(CallError::Deadline));
}

#[tokio::test]
async fn fuel_is_a_budget_of_its_own() {
    let limits = Limits { fuel: 1_000_000, ..Limits::default() };
    let world = world_with(limits, Memory::default(), EgressConfig::default());
    let finished = world.probe("loop").await;
    assert_eq!(finished.result, Err(CallError::Fuel));
    assert_eq!(finished.report.fuel, 1_000_000);
}

#[tokio::test]
async fn memory_is_bounded() {
    let finished = world().probe("allocate").await;
    assert_eq!(finished.result, Err(CallError::Memory));
    assert!(finished.report.peak_memory <= 64 << 20);
    assert!(finished.report.peak_memory > 32 << 20);
}

#[tokio::test]
async fn panics_recursion_and_exits_are_traps() {
    let world = world();
    let panicked = world.probe("panic").await;
    assert!(panicked.report.logs.iter().any(|line| line.message.contains("told to")), "{:?}", panicked.report.logs);
    assert_eq!(trap(panicked.result.unwrap_err()), TrapKind::Unreachable);
    assert_eq!(trap(world.probe("recurse").await.result.unwrap_err()), TrapKind::StackOverflow);
    assert_eq!(trap(world.probe("exit").await.result.unwrap_err()), TrapKind::Exit);
    assert_eq!(world.probe("say still here").await.result, Ok("still here".into()));
}

#[tokio::test]
async fn nothing_is_kept_between_calls() {
    let world = world();
    for _ in 0..3 {
        assert_eq!(world.probe("count").await.result, Ok("1".into()));
    }
    assert_ne!(world.probe("random").await.result, world.probe("random").await.result);
}

#[tokio::test]
async fn answers_are_bounded() {
    let finished = world().probe("long 3000000").await;
    assert_eq!(trap(finished.result.unwrap_err()), TrapKind::Limit);
}

#[tokio::test]
async fn there_is_no_outside() {
    let outside = world().probe("outside").await.result;
    assert_eq!(outside, Ok("0 0 false false false false".into()));
}

#[tokio::test]
async fn output_is_captured_and_capped() {
    let world = world();
    let report = world.probe("print 2").await.report;
    let lines: Vec<_> = report.logs.iter().map(|line| line.message.as_str()).collect();
    assert_eq!(lines, ["line 0", "line 1", "a warning"]);
    let report = world.probe("print 2000").await.report;
    assert_eq!(report.logs.len(), 200);
    assert!(report.logs_dropped >= 1_800);
    assert_eq!(world.probe("log 300").await.report.logs_dropped, 100);
}

#[tokio::test]
async fn the_record_of_host_calls_is_bounded() {
    let finished = world().probe("kv-spam 1000").await;
    assert_eq!(finished.result, Ok("spammed".into()));
    assert_eq!((finished.report.host_call_count, finished.report.host_calls.len()), (1_000, 100));
}

#[tokio::test]
async fn a_panic_of_the_host_is_not_the_components_fault() {
    let data = Memory { panics: true, ..Memory::default() };
    let world = world_with(Limits::default(), data, EgressConfig::default());
    let error = world.probe("kv-get a").await.result.unwrap_err();
    assert!(matches!(&error, CallError::Unavailable(text) if text.contains("kv.get")), "{error:?}");
    assert!(!error.is_trap());
    assert_eq!(world.probe("say next").await.result, Ok("next".into()));
}
