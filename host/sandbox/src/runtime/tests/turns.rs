//! What the host does because of an add-on, where there is one thread for it: who comes when is certain, without a clock.

use std::sync::{Arc, Mutex, mpsc};

use annex_domain::{
    clock::{ManualClock, Timestamp},
    ids::{DeskId, InstallationId},
};
use futures::FutureExt as _;
use tokio::sync::oneshot;

use crate::{Compiler, NoData, Sandbox, SandboxConfig, Slots};

#[tokio::test]
async fn large_views_of_one_add_on_keep_no_view_of_another_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let slots = Slots { host: 2, ..Slots::default() };
    let new = SandboxConfig::new(folder.path().to_owned(), [7; 32], Compiler::InProcess);
    let config = SandboxConfig { slots, threads: 1, ..new };
    let clock = Arc::new(ManualClock::at(Timestamp(1)));
    let sandbox = Sandbox::new(config, Arc::new(NoData), clock).unwrap();
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
