//! The threads that run guest code: one per core, below the priority of those that serve pages. A thread is the permit to
//! use a processor. A call has one only while its component computes:
//!
//! - at each tick of the epoch it makes way for whoever waits ([`Switch::tick`]), by desk and then by installation, those
//!   that are on no thread first;
//! - a call of such an installation does not wait for the tick: when all threads are taken, the epoch moves on at once;
//! - a host function runs outside, where the call was made ([`Switch::leave`], [`Switch::come_back`]): it holds no permit
//!   while it waits, and what it holds of the database is not held up by components that compute;
//! - a component that sleeps is put aside until it is woken;
//! - where it is quiet a call begins where it was made, and changes no thread: with a permit free and nobody in line, one at a
//!   time, and for [`QUICK`] in all. At the first tick it goes on to a thread, and after a long stretch others begin on threads
//!   for a while;
//! - one more thread is spare: it takes only interactive calls of installations that are on no thread, while all others are
//!   taken. What nothing interrupts, such as filling 55 MiB or giving them back, holds up nobody else, and the processors are
//!   shared by one thread more.

mod queue;
mod switch;

use std::{
    future::poll_fn,
    panic::AssertUnwindSafe,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use annex_domain::ids::InstallationId;
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    task::coop::consume_budget,
};

use self::queue::{GuestFuture, Kind, Paused, Queue, Ready};
pub(crate) use self::{queue::Turn, switch::Switch};
use crate::budget::Budget;

/// How far below the threads that serve pages: a third of their share. With less, panels wait for other programs as well.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// So long a call may compute where it was made, all stretches together: it may hold up pages there. What takes longer goes on on
/// threads.
pub(crate) const QUICK: Duration = Duration::from_millis(1);
/// For so many times as long as one stretch took that was longer, calls begin on threads: a twentieth of the time is lost at most.
const RESTS: u32 = 20;

/// See the module.
#[derive(Debug)]
pub(crate) struct GuestThreads(Arc<Shared>);

/// Which threads there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threads {
    /// Those that take every call; at least one.
    pub(crate) usual: usize,
    /// And the spare one.
    pub(crate) spare: bool,
    /// Calls may begin where they are made, and compute there for so long.
    pub(crate) here: Option<Duration>,
}

struct Shared {
    threads: Threads,
    queue: Mutex<Queue>,
    /// Wakes a usual thread.
    filled: Condvar,
    /// Wakes the spare thread.
    crowded: Condvar,
    /// Ends the ticks of all that run now.
    tick: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("queue", &self.queue).finish_non_exhaustive()
    }
}

/// What wakes a component that sleeps.
#[derive(Debug, Default)]
struct Alarm(Notify);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

impl GuestThreads {
    /// Starts them; they end when this is dropped. `tick` lets every call that runs reach [`Switch::tick`] soon.
    pub(crate) fn start(threads: Threads, tick: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let threads = Threads { usual: threads.usual.max(1), ..threads };
        let (queue, filled, crowded) = (Mutex::default(), Condvar::new(), Condvar::new());
        let this = Self(Arc::new(Shared { threads, queue, filled, crowded, tick: Box::new(tick) }));
        let usual = std::iter::repeat_n(Kind::Usual, threads.usual);
        for kind in usual.chain(threads.spare.then_some(Kind::Spare)) {
            let shared = Arc::clone(&this.0);
            std::thread::Builder::new().name("annex-guest".into()).spawn(move || work(&shared, kind))?;
        }
        Ok(this)
    }

    /// Runs a call to its end: its answer, and what of it is dropped on the thread after that is given. `None`: the host has a
    /// defect. When the answer is dropped the call ends at its next pause.
    pub(crate) async fn run<T: Send + 'static, Rest: Send + 'static>(
        &self,
        turn: Turn,
        budget: &Arc<Budget>,
        switch: &Arc<Switch>,
        work: impl Future<Output = (T, Rest)> + Send + 'static,
    ) -> Option<T> {
        let (done, mut result) = oneshot::channel();
        let mut future: GuestFuture = Box::pin(async move {
            let (answer, rest) = work.await;
            let _ = done.send(answer); // nobody waits any more
            drop(rest);
        });
        let alarm = Arc::<Alarm>::default();
        let waker = Waker::from(Arc::clone(&alarm));
        let mut left = self.0.threads.here;
        loop {
            // What never waits, such as host functions that have their answer at once, must not keep the thread for itself.
            consume_budget().await;
            let begun = match self.0.seat(turn.installation, &mut left) {
                Some(seat) => seat.slice(future, switch, &waker)?,
                None => Paused::MadeWay(future),
            };
            let paused = match begun {
                Paused::MadeWay(future) => {
                    let (reply, paused) = oneshot::channel();
                    self.0.push(Ready {
                        turn,
                        future,
                        switch: Arc::clone(switch),
                        budget: Arc::clone(budget),
                        waits: Some(budget.queue()),
                        waker: waker.clone(),
                        runtime: Handle::current(),
                        reply,
                    });
                    tokio::select! {
                        biased;
                        answer = &mut result => return answer.ok(),
                        paused = paused => paused.ok()?,
                    }
                }
                paused => paused,
            };
            future = match paused {
                Paused::Done => break,
                // Threads keep such calls themselves.
                Paused::MadeWay(future) => future,
                Paused::Asleep(future) => {
                    alarm.0.notified().await;
                    future
                }
                Paused::Outside(mut future) => {
                    if outside(&mut future, switch).await {
                        break;
                    }
                    future
                }
            };
        }
        result.try_recv().ok()
    }
}

impl Drop for GuestThreads {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.filled.notify_all();
        self.0.crowded.notify_all();
    }
}

/// Runs a host function. True when the call has ended with it, false when the component goes on.
async fn outside(future: &mut GuestFuture, switch: &Switch) -> bool {
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending if switch.is_outside() => Poll::Pending,
        Poll::Pending => Poll::Ready(false),
    })
    .await
}

/// The permit to begin a call where it was made.
struct Seat<'a> {
    shared: &'a Shared,
    installation: InstallationId,
    since: Instant,
    /// How long the call may still compute here; none: no more.
    left: &'a mut Option<Duration>,
}

impl Seat<'_> {
    /// Lets a call run until it pauses. `None`: the host has a defect.
    fn slice(self, mut future: GuestFuture, switch: &Switch, waker: &Waker) -> Option<Paused> {
        let polled = polled(&mut future, waker, self.installation)?;
        Some(Paused::of(polled, future, switch))
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let took = now.duration_since(self.since);
        *self.left = self.left.and_then(|left| left.checked_sub(took));
        let mut queue = self.shared.lock();
        queue.here = false;
        queue.rests(self.installation);
        if self.shared.threads.here.is_some_and(|quick| took > quick) {
            queue.not_here_before = Some(now + took * RESTS);
        }
        let is_crowded = queue.ready > queue.idle;
        drop(queue);
        // Nobody has woken the spare thread for other calls of this installation, which was at one.
        if is_crowded {
            self.shared.crowded.notify_one();
        }
    }
}

impl Shared {
    fn seat<'a>(&'a self, installation: InstallationId, left: &'a mut Option<Duration>) -> Option<Seat<'a>> {
        (*left)?;
        let since = Instant::now();
        let mut queue = self.lock();
        let may = !queue.here && queue.not_here_before.is_none_or(|end| end <= since);
        if !may || !queue.is_empty() || queue.busy() >= self.threads.usual {
            return None;
        }
        queue.here = true;
        queue.runs(installation);
        Some(Seat { shared: self, installation, since, left })
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, ready: Ready) {
        let mut queue = self.lock();
        // A thread that was woken is idle until it has taken what it was woken for.
        let hurries = queue.ready >= queue.idle && !queue.running.contains_key(&ready.turn.installation);
        let waited_for = queue.idle > 0;
        queue.push(ready);
        drop(queue);
        // Waking costs a call of the kernel, whether somebody sleeps or not. Whoever is about to sleep looks at the queue first.
        if waited_for {
            self.filled.notify_one();
        }
        if hurries {
            self.crowded.notify_one();
            (self.tick)();
        }
    }

    /// The call whose turn it is, for a thread that has left one of `left`; `None` when the threads are to end.
    fn next(&self, kind: Kind, left: Option<InstallationId>) -> Option<Ready> {
        let mut queue = self.lock();
        if let Some(installation) = left {
            queue.rests(installation);
        }
        loop {
            if queue.stopped {
                return None;
            }
            if let Some(ready) = queue.next(kind) {
                queue.runs(ready.turn.installation);
                return Some(ready);
            }
            if kind == Kind::Spare {
                queue = self.crowded.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.idle += 1;
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    /// Changes a call that makes way for the one whose turn it is: itself, when nobody waits.
    fn exchange(&self, kind: Kind, mut ready: Ready) -> Option<Ready> {
        let mut queue = self.lock();
        if queue.is_empty() && !queue.stopped {
            return Some(ready);
        }
        let installation = ready.turn.installation;
        ready.waits = Some(ready.budget.queue());
        queue.push(ready);
        // It counts as running meanwhile: who makes way does so for another installation, if one waits.
        let next = if queue.stopped { None } else { queue.next(kind) };
        queue.rests(installation);
        if next.is_none() {
            // What the spare thread puts back is for whoever comes first.
            self.filled.notify_one();
        }
        next.inspect(|next| queue.runs(next.turn.installation))
    }
}

fn work(shared: &Shared, kind: Kind) {
    lower_priority();
    let mut next = shared.next(kind, None);
    while let Some(ready) = next {
        let installation = ready.turn.installation;
        next = match slice(ready) {
            Some(made_way) => shared.exchange(kind, made_way).or_else(|| shared.next(kind, None)),
            None => shared.next(kind, Some(installation)),
        };
    }
}

/// Lets a call run until it pauses; answers it when it made way.
fn slice(mut ready: Ready) -> Option<Ready> {
    ready.waits = None;
    // Whoever asked has gone away.
    if ready.reply.is_closed() {
        return None;
    }
    let polled = {
        let _timers = ready.runtime.enter();
        polled(&mut ready.future, &ready.waker, ready.turn.installation)?
    };
    match Paused::of(polled, ready.future, &ready.switch) {
        Paused::MadeWay(future) => Some(Ready { future, ..ready }),
        paused => {
            let _ = ready.reply.send(paused); // nobody waits any more: the call ends here
            None
        }
    }
}

/// What becomes of a call that is polled; `None`: the host panicked.
fn polled(future: &mut GuestFuture, waker: &Waker, installation: InstallationId) -> Option<Poll<()>> {
    let mut context = Context::from_waker(waker);
    let polled = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
    if polled.is_err() {
        tracing::error!(%installation, "the host failed while an add-on ran");
    }
    polled.ok()
}

#[cfg(target_os = "linux")]
fn lower_priority() {
    // On Linux this is the priority of the calling thread alone.
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "threads of add-ons run at the priority of all others");
    }
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

#[cfg(test)]
mod tests;
