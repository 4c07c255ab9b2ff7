//! One thread, and calls that say what they do: who runs when is certain, without looking at a clock.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use annex_domain::ids::DeskId;

use super::{queue::IN_A_ROW, *};
use crate::gate::Pace;

struct Stage {
    threads: Arc<GuestThreads>,
    ticks: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<&'static str>>>,
    desk: DeskId,
}

impl Stage {
    fn new() -> Self {
        Self::with(false)
    }

    fn with(spare: bool) -> Self {
        Self::of(Threads { usual: 1, spare, here: None })
    }

    fn of(threads: Threads) -> Self {
        let ticks = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&ticks);
        let tick = move || {
            counted.fetch_add(1, Ordering::AcqRel);
        };
        let threads = Arc::new(GuestThreads::start(threads, tick).unwrap());
        // Before the usual thread waits for calls, the spare one takes them.
        while threads.0.lock().idle == 0 {
            std::thread::yield_now();
        }
        Self { threads, ticks, seen: Arc::default(), desk: DeskId::new() }
    }

    fn turn(&self, pace: Pace) -> Turn {
        Turn { desk: self.desk, installation: InstallationId::new(), pace }
    }

    /// A call that notes its name, and makes way after each time.
    fn spin(&self, turn: Turn, name: &'static str, times: usize) -> tokio::task::JoinHandle<Option<()>> {
        let seen = Arc::clone(&self.seen);
        self.run(turn, async move |switch: Arc<Switch>| {
            for _ in 0..times {
                seen.lock().unwrap().push(name);
                switch.tick().await;
            }
        })
    }

    fn run<W>(&self, turn: Turn, work: impl FnOnce(Arc<Switch>) -> W) -> tokio::task::JoinHandle<Option<W::Output>>
    where
        W: Future + Send + 'static,
        W::Output: Send,
    {
        let (budget, switch) = (budget(), Arc::<Switch>::default());
        let (threads, work) = (Arc::clone(&self.threads), work(Arc::clone(&switch)));
        tokio::spawn(async move { threads.run(turn, &budget, &switch, async move { (work.await, ()) }).await })
    }

    /// Holds the one thread until what this answers is dropped, so that others line up.
    async fn hold(&self) -> mpsc::Sender<()> {
        self.hold_as(self.turn(Pace::Interactive), false).await
    }

    async fn hold_as(&self, turn: Turn, then_makes_way: bool) -> mpsc::Sender<()> {
        let (release, held) = mpsc::channel::<()>();
        let (tell, holding) = oneshot::channel();
        self.run(turn, async move |switch: Arc<Switch>| {
            tell.send(()).unwrap();
            let _ = held.recv();
            if then_makes_way {
                switch.tick().await;
            }
        });
        holding.await.unwrap();
        release
    }

    /// Until no call is on a thread or where it was made. Its answer comes before it leaves.
    async fn all_left(&self) {
        while !self.threads.0.lock().running.is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Until so many calls stand in line.
    async fn lined_up(&self, calls: usize) {
        while self.threads.0.lock().count() < calls {
            tokio::task::yield_now().await;
        }
    }
}

fn budget() -> Arc<Budget> {
    Arc::new(Budget::new(Duration::from_secs(3600), Duration::from_secs(3600)))
}

#[tokio::test]
async fn those_that_compute_take_turns_by_installation() {
    let stage = Stage::new();
    let release = stage.hold().await;
    let greedy = stage.turn(Pace::Interactive);
    let mut calls = Vec::new();
    for at in 0..3 {
        calls.push(stage.spin(greedy, "greedy", 2));
        stage.lined_up(at + 1).await;
    }
    calls.push(stage.spin(stage.turn(Pace::Interactive), "neighbour", 2));
    stage.lined_up(4).await;
    drop(release);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let seen = stage.seen.lock().unwrap();
    assert_eq!(seen[..4], ["greedy", "neighbour", "greedy", "neighbour"], "{seen:?}");
}

#[tokio::test]
async fn who_is_on_no_thread_goes_before_those_that_came_earlier() {
    let stage = Stage::new();
    let greedy = stage.turn(Pace::Interactive);
    let release = stage.hold_as(greedy, true).await;
    let mut calls = vec![stage.spin(greedy, "greedy", 1)];
    stage.lined_up(1).await;
    calls.push(stage.spin(stage.turn(Pace::Interactive), "neighbour", 1));
    stage.lined_up(2).await;
    drop(release);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(*stage.seen.lock().unwrap(), ["neighbour", "greedy"]);
}

#[tokio::test]
async fn what_nothing_interrupts_holds_up_no_person_who_waits_for_another_add_on() {
    let stage = Stage::with(true);
    let greedy = stage.turn(Pace::Interactive);
    let release = stage.hold_as(greedy, false).await;
    let waits = [stage.spin(greedy, "greedy", 1), stage.spin(stage.turn(Pace::Background), "background", 1)];
    stage.lined_up(2).await;
    for _ in 0..3 {
        stage.spin(stage.turn(Pace::Interactive), "neighbour", 2).await.unwrap().unwrap();
    }
    assert_eq!(*stage.seen.lock().unwrap(), ["neighbour"; 6], "the others wait for the thread that is held");
    drop(release);
    for call in waits {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_call_on_the_spare_thread_goes_on_where_one_is_free() {
    let stage = Stage::with(true);
    let release = stage.hold().await;
    let (tell, told) = oneshot::channel();
    let (go, gone) = mpsc::channel::<()>();
    let spare = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        tell.send(()).unwrap();
        let _ = gone.recv();
        switch.tick().await;
    });
    told.await.unwrap();
    let waits = stage.spin(stage.turn(Pace::Background), "background", 1);
    stage.lined_up(1).await;
    // The usual thread takes what waits and is idle after it, before the spare one puts its call back.
    drop(release);
    waits.await.unwrap().unwrap();
    drop(go);
    spare.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_newcomer_ends_the_tick_of_others_but_not_of_its_own() {
    let stage = Stage::new();
    let greedy = stage.turn(Pace::Interactive);
    let release = stage.hold_as(greedy, false).await;
    let ticks = || stage.ticks.load(Ordering::Acquire);
    assert_eq!(ticks(), 0, "a thread was free");
    let mut calls = vec![stage.spin(greedy, "greedy", 1)];
    stage.lined_up(1).await;
    assert_eq!(ticks(), 0, "its own calls wait for its own tick");
    calls.push(stage.spin(stage.turn(Pace::Interactive), "neighbour", 1));
    stage.lined_up(2).await;
    while ticks() == 0 {
        tokio::task::yield_now().await;
    }
    drop(release);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(ticks(), 1);
}

#[tokio::test]
async fn an_answer_does_not_wait_for_what_is_taken_down_after_it() {
    struct TakenDown(mpsc::Receiver<()>);
    impl Drop for TakenDown {
        fn drop(&mut self) {
            let _ = self.0.recv();
        }
    }
    let stage = Stage::new();
    let (taken_down, rest) = mpsc::channel::<()>();
    let (budget, switch, turn) = (budget(), Arc::default(), stage.turn(Pace::Interactive));
    let answer = stage.threads.run(turn, &budget, &switch, async move { ((), TakenDown(rest)) }).await;
    assert_eq!(answer, Some(()), "while the thread is at it still");
    drop(taken_down);
}

#[tokio::test]
async fn a_call_that_waits_for_the_host_or_sleeps_holds_no_permit() {
    let stage = Stage::new();
    let (answer, waited) = oneshot::channel::<()>();
    let outside = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        switch.leave().await;
        let name = std::thread::current().name().map(str::to_owned);
        waited.await.unwrap();
        switch.come_back().await;
        (name, std::thread::current().name().map(str::to_owned))
    });
    let (wake, slept) = oneshot::channel::<()>();
    let asleep = stage.run(stage.turn(Pace::Interactive), async move |_| slept.await.unwrap());
    // The only thread is free for this one while both wait.
    stage.spin(stage.turn(Pace::Interactive), "other", 3).await.unwrap().unwrap();
    answer.send(()).unwrap();
    wake.send(()).unwrap();
    let (during, after) = outside.await.unwrap().unwrap();
    assert_ne!(during.as_deref(), Some("annex-guest"), "a host function runs outside");
    assert_eq!(after.as_deref(), Some("annex-guest"));
    asleep.await.unwrap().unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn guests_compute_below_the_priority_of_those_that_serve_pages() {
    // Of the calling thread alone.
    let nice = || rustix::process::getpriority_process(None).unwrap();
    let ours = nice();
    let stage = Stage::new();
    let call = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        let computing = nice();
        switch.leave().await;
        let outside = nice();
        switch.come_back().await;
        (computing, outside, nice())
    });
    let theirs = (ours + NICE).min(19);
    assert_eq!(call.await.unwrap(), Some((theirs, ours, theirs)));
}

#[tokio::test]
async fn interactive_calls_go_first_and_background_calls_are_not_starved() {
    let stage = Stage::new();
    let release = stage.hold().await;
    let background = stage.spin(stage.turn(Pace::Background), "background", 1);
    stage.lined_up(1).await;
    let interactive = stage.spin(stage.turn(Pace::Interactive), "interactive", 20);
    stage.lined_up(2).await;
    drop(release);
    background.await.unwrap().unwrap();
    interactive.await.unwrap().unwrap();
    let seen = stage.seen.lock().unwrap();
    let at = seen.iter().position(|name| *name == "background").unwrap();
    assert_eq!(at, IN_A_ROW as usize, "{seen:?}");
}

#[tokio::test]
async fn waiting_for_a_thread_is_not_the_components_time() {
    let stage = Stage::new();
    let release = stage.hold().await;
    let (budget, switch) = (Arc::new(Budget::new(Duration::from_millis(20), Duration::ZERO)), Arc::default());
    let (threads, turn, in_time) = (Arc::clone(&stage.threads), stage.turn(Pace::Interactive), Arc::clone(&budget));
    let call = tokio::spawn(async move {
        threads.run(turn, &Arc::clone(&in_time), &switch, async move { (!in_time.left().is_zero(), ()) }).await
    });
    stage.lined_up(1).await;
    while budget.elapsed() < Duration::from_millis(40) {
        tokio::task::yield_now().await;
    }
    drop(release);
    assert_eq!(call.await.unwrap(), Some(true));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_ends_at_its_next_pause() {
    let stage = Stage::new();
    let alive = Arc::new(());
    let kept = Arc::clone(&alive);
    let endless = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        let _kept = kept;
        loop {
            switch.tick().await;
        }
    });
    // Another call in between makes it stand in line once at least.
    stage.spin(stage.turn(Pace::Interactive), "other", 1).await.unwrap().unwrap();
    endless.abort();
    while Arc::strong_count(&alive) > 1 {
        stage.spin(stage.turn(Pace::Interactive), "other", 1).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_defect_of_the_host_costs_the_one_call() {
    let stage = Stage::new();
    let failed = stage.run(stage.turn(Pace::Interactive), async |_| panic!("a defect"));
    assert_eq!(failed.await.unwrap(), None::<()>);
    assert_eq!(stage.spin(stage.turn(Pace::Interactive), "other", 1).await.unwrap(), Some(()));
}

/// A stage with one thread, where calls may begin where they are made.
fn quiet(quick: Duration) -> Stage {
    Stage::of(Threads { usual: 1, spare: false, here: Some(quick) })
}

fn is_guest() -> bool {
    std::thread::current().name() == Some("annex-guest")
}

/// A call that is made on a thread of its own.
fn elsewhere<T: Send + 'static>(
    threads: &Arc<GuestThreads>,
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> std::thread::JoinHandle<Option<T>> {
    let threads = Arc::clone(threads);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { threads.run(turn, &budget(), &Arc::default(), async move { (work(), ()) }).await })
    })
}

#[tokio::test]
async fn where_it_is_quiet_a_call_changes_no_thread_until_its_first_tick() {
    let stage = quiet(Duration::from_secs(3600));
    let call = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        let begun = is_guest();
        switch.leave().await;
        switch.come_back().await;
        let after_the_host = is_guest();
        switch.tick().await;
        (begun, after_the_host, is_guest())
    });
    assert_eq!(call.await.unwrap(), Some((false, false, true)));
}

#[tokio::test]
async fn who_comes_while_one_runs_where_it_was_made_is_given_a_thread() {
    let stage = quiet(Duration::from_secs(3600));
    let (threads, turn) = (Arc::clone(&stage.threads), stage.turn(Pace::Interactive));
    let first = stage.run(stage.turn(Pace::Interactive), async move |_| {
        let second = elsewhere(&threads, turn, is_guest);
        (is_guest(), second.join().unwrap())
    });
    assert_eq!(first.await.unwrap(), Some((false, Some(true))));
    stage.all_left().await;
}

#[tokio::test]
async fn after_a_long_stretch_calls_begin_on_threads() {
    let stage = quiet(Duration::from_millis(1));
    let long = stage.run(stage.turn(Pace::Interactive), async move |_| {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(200) {
            std::hint::spin_loop();
        }
        is_guest()
    });
    assert_eq!(long.await.unwrap(), Some(false));
    let next = stage.run(stage.turn(Pace::Interactive), async move |_| is_guest());
    assert_eq!(next.await.unwrap(), Some(true), "for four seconds");
}

#[tokio::test]
async fn a_call_has_so_much_where_it_was_made_in_all() {
    let stage = quiet(Duration::from_millis(10));
    let call = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        // Each stretch is a short one.
        for _ in 0..100 {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(1) {
                std::hint::spin_loop();
            }
            switch.leave().await;
            switch.come_back().await;
        }
        is_guest()
    });
    assert_eq!(call.await.unwrap(), Some(true));
}

#[tokio::test]
async fn a_call_that_never_waits_lets_other_tasks_run() {
    let stage = quiet(Duration::from_secs(3600));
    let others = Arc::<AtomicUsize>::default();
    let seen = Arc::clone(&others);
    let call = stage.run(stage.turn(Pace::Interactive), async move |switch: Arc<Switch>| {
        for _ in 0..1_000 {
            switch.leave().await;
            switch.come_back().await;
        }
        (is_guest(), seen.load(Ordering::Acquire))
    });
    let other = tokio::spawn(async move { others.fetch_add(1, Ordering::AcqRel) });
    assert_eq!(call.await.unwrap(), Some((false, 1)));
    other.await.unwrap();
}

#[tokio::test]
async fn what_waited_for_a_call_where_it_was_made_goes_on_on_the_spare_thread() {
    let stage = Stage::of(Threads { usual: 1, spare: true, here: Some(Duration::from_secs(3600)) });
    let (threads, greedy, other) =
        (Arc::clone(&stage.threads), stage.turn(Pace::Interactive), stage.turn(Pace::Interactive));
    let first = stage.run(greedy, async move |_| {
        let (release, held) = mpsc::channel::<()>();
        let (tell, holding) = mpsc::channel();
        let holds = elsewhere(&threads, other, move || {
            tell.send(()).unwrap();
            let _ = held.recv();
        });
        holding.recv().unwrap();
        let second = elsewhere(&threads, greedy, is_guest);
        while threads.0.lock().count() == 0 {
            std::thread::yield_now();
        }
        (is_guest(), release, holds, second)
    });
    let (begun, release, holds, second) = first.await.unwrap().unwrap();
    assert_eq!((begun, second.join().unwrap()), (false, Some(true)), "while the other thread is taken still");
    drop(release);
    assert_eq!(holds.join().unwrap(), Some(()));
}

#[tokio::test]
async fn a_defect_of_the_host_leaves_the_place_where_calls_begin() {
    let stage = quiet(Duration::from_secs(3600));
    let failed = stage.run(stage.turn(Pace::Interactive), async |_| panic!("a defect"));
    assert_eq!(failed.await.unwrap(), None::<()>);
    let next = stage.run(stage.turn(Pace::Interactive), async move |_| is_guest());
    assert_eq!(next.await.unwrap(), Some(false));
}
