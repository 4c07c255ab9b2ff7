//! Calls where there are few slots, and what the host does because of an add-on where there is one thread for it: who comes
//! when is certain, without a clock.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use annex_domain::{
    clock::{ManualClock, Timestamp},
    ids::{DeskId, InstallationId},
};
use futures::FutureExt as _;
use tokio::sync::oneshot;

use super::support::{Memory, context, guest, world_within};
use crate::{
    CallError, CallScope, Compiler, Deadlines, EgressConfig, Finished, FixedData, Limits, Sandbox, SandboxConfig, Slots,
};

#[tokio::test]
async fn slots_are_counted_by_installation_and_desk_and_a_full_queue_is_busy() {
    // So long that whoever sleeps does so for the whole test.
    let interactive = Duration::from_secs(3600);
    let limits = Limits { deadlines: Deadlines { interactive, ..Limits::default().deadlines }, ..Limits::default() };
    let slots = Slots { installation: 1, desk: 2, host: 4, waiting: 1 };
    let world = world_within(slots, limits, Memory::default(), EgressConfig::default());
    let addon = world.admit(&guest("probe")).await.unwrap();
    let installed_in = |desk: DeskId| {
        let mut scope = world.scope.clone();
        (scope.scope.desk, scope.scope.installation) = (desk, InstallationId::new());
        scope
    };
    let call = |of: CallScope, command: &'static str| {
        let said = |view: annex_domain::ui::ValidView| String::from_utf8(view.into_view().state).unwrap();
        Box::pin(world.sandbox.render(&addon, of, context(command)).map(move |call: Finished<_>| call.result.map(said)))
    };
    let desk = DeskId::new();
    let (greedy, neighbour, third) = (installed_in(desk), installed_in(desk), installed_in(desk));

    // One of the installation runs, one waits; the next is told at once. Its neighbour is not held up.
    let mut asleep = call(greedy.clone(), "sleep");
    assert!((&mut asleep).now_or_never().is_none());
    let mut waits = call(greedy.clone(), "say at last");
    assert!((&mut waits).now_or_never().is_none());
    assert_eq!(call(greedy, "say over").now_or_never(), Some(Err(CallError::Busy)));
    assert_eq!(call(neighbour.clone(), "say hello").await, Ok("hello".into()));

    // With two the desk is full: a third installation of it stands in line. Another desk is not held up.
    let mut asleep_too = call(neighbour, "sleep");
    assert!((&mut asleep_too).now_or_never().is_none());
    let mut waits_too = call(third.clone(), "say at last");
    assert!((&mut waits_too).now_or_never().is_none());
    assert_eq!(call(third, "say over").now_or_never(), Some(Err(CallError::Busy)));
    assert_eq!(call(installed_in(DeskId::new()), "say hello").await, Ok("hello".into()));

    // What ends lets in whoever waits.
    drop(asleep);
    assert_eq!(waits.await, Ok("at last".into()));
    assert_eq!(waits_too.await, Ok("at last".into()));
}

#[tokio::test]
async fn large_views_of_one_add_on_keep_no_view_of_another_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let slots = Slots { host: 2, ..Slots::default() };
    let new = SandboxConfig::new(folder.path().to_owned(), [7; 32], Compiler::InProcess);
    let config = SandboxConfig { slots, threads: 1, spare_thread: false, calls_begin_here: false, ..new };
    let clock = Arc::new(ManualClock::at(Timestamp(1)));
    let sandbox = Sandbox::new(config, Arc::new(FixedData::default()), clock).unwrap();
    let (desk, greedy, neighbour) = (DeskId::new(), InstallationId::new(), InstallationId::new());

    // The thread draws a view of one add-on, and 32 more of its views stand in line.
    let (release, held) = mpsc::channel::<()>();
    let (tell, begun) = oneshot::channel();
    let first = move || {
        tell.send(()).unwrap();
        let _ = held.recv();
    };
    let mut first = Box::pin(sandbox.in_turn(desk, greedy, first));
    assert!((&mut first).now_or_never().is_none());
    begun.await.unwrap();
    let drawn = Arc::<Mutex<Vec<&'static str>>>::default();
    let draw = |of: InstallationId, name: &'static str| {
        let drawn = Arc::clone(&drawn);
        Box::pin(sandbox.in_turn(desk, of, move || drawn.lock().unwrap().push(name)))
    };
    let mut all: Vec<_> = (0..32).map(|_| draw(greedy, "greedy")).collect();
    assert!(all.iter_mut().all(|one| one.now_or_never().is_none()));
    let mut small = draw(neighbour, "neighbour");
    assert!((&mut small).now_or_never().is_none());

    drop(release);
    all.push(small);
    assert!(futures::future::join_all(all).await.into_iter().all(|done| done.is_some()));
    assert_eq!(first.await, Some(()));
    let drawn = drawn.lock().unwrap();
    assert_eq!((drawn.len(), &drawn[..3]), (33, &["greedy", "neighbour", "greedy"][..]));
}
