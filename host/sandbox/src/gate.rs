//! How much is under way at once: a limit for a member (an installation), for its group (its desk) and for all together.
//! Who is over waits in a queue of its own; the queues are served in turn, and one that is full answers at once.
//!
//! Whoever waits does so because it does not fit now: whatever fits is let in as soon as something ends. So a newcomer
//! that fits overtakes nobody.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::turns::Turns;

/// Whether somebody waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Somebody does: it goes first.
    Interactive,
    /// Nobody does.
    Background,
}

/// What is let in.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Of one member.
    pub of_member: usize,
    /// Of one group.
    pub of_group: usize,
    /// Of all.
    pub of_all: usize,
    /// Of a member and a pace that wait.
    pub waiting: usize,
}

/// The queue is full, or the turn did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// See the module. Cheap to clone.
#[derive(Debug)]
pub struct Gate<G: Key, M: Key>(Arc<Shared<G, M>>);

/// By what places are counted.
pub trait Key: Clone + Eq + Hash {}
impl<K: Clone + Eq + Hash> Key for K {}

#[derive(Debug)]
struct Shared<G: Key, M: Key> {
    most: Most,
    inner: Mutex<Inner<G, M>>,
}

#[derive(Debug)]
struct Inner<G: Key, M: Key> {
    all: usize,
    groups: HashMap<G, usize>,
    members: HashMap<M, usize>,
    interactive: Turns<G, M, Waiter<G, M>>,
    background: Turns<G, M, Waiter<G, M>>,
}

#[derive(Debug)]
struct Waiter<G: Key, M: Key> {
    group: G,
    member: M,
    tell: oneshot::Sender<Permit<G, M>>,
}

/// Something under way; its place is free when this is dropped.
#[derive(Debug)]
pub struct Permit<G: Key, M: Key> {
    gate: Option<Arc<Shared<G, M>>>,
    group: G,
    member: M,
}

impl<G: Key, M: Key> Gate<G, M> {
    /// With nobody inside.
    #[must_use]
    pub fn new(most: Most) -> Self {
        let inner = Inner {
            all: 0,
            groups: HashMap::new(),
            members: HashMap::new(),
            interactive: Turns::default(),
            background: Turns::default(),
        };
        Self(Arc::new(Shared { most, inner: Mutex::new(inner) }))
    }

    /// Waits for a place, at most as long as `patience`.
    ///
    /// # Errors
    /// [`Busy`], at once when so many wait already.
    pub async fn enter(&self, group: G, member: M, pace: Pace, patience: Duration) -> Result<Permit<G, M>, Busy> {
        let turn = match self.ask(group, member, pace)? {
            Ask::Let(place) => return Ok(place),
            Ask::Wait(turn) => turn,
        };
        match tokio::time::timeout(patience, turn).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }

    fn ask(&self, group: G, member: M, pace: Pace) -> Result<Ask<G, M>, Busy> {
        let mut inner = self.0.lock();
        if inner.fits(&self.0.most, &group, &member) {
            inner.count(&group, &member);
            return Ok(Ask::Let(Permit { gate: Some(Arc::clone(&self.0)), group, member }));
        }
        let queue = inner.queue(pace);
        // Who has gone away meanwhile does not count.
        if queue.retain(&group, &member, |waiter| !waiter.tell.is_closed()) >= self.0.most.waiting {
            return Err(Busy);
        }
        let (tell, turn) = oneshot::channel();
        queue.push(group.clone(), member.clone(), Waiter { group, member, tell });
        Ok(Ask::Wait(turn))
    }
}

enum Ask<G: Key, M: Key> {
    Let(Permit<G, M>),
    Wait(oneshot::Receiver<Permit<G, M>>),
}

impl<G: Key, M: Key> Shared<G, M> {
    fn lock(&self) -> MutexGuard<'_, Inner<G, M>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a place back and lets in whoever fits now.
    fn leave(self: &Arc<Self>, group: &G, member: &M) {
        let mut inner = self.lock();
        inner.uncount(group, member);
        while let Some(Waiter { group, member, tell }) = inner.next(&self.most) {
            inner.count(&group, &member);
            let place = Permit { gate: Some(Arc::clone(self)), group, member };
            if let Err(mut unwanted) = tell.send(place) {
                // Not dropped with its gate: that would come back here, and wait for itself.
                unwanted.gate = None;
                inner.uncount(&unwanted.group, &unwanted.member);
            }
        }
    }
}

impl<G: Key, M: Key> Inner<G, M> {
    fn queue(&mut self, pace: Pace) -> &mut Turns<G, M, Waiter<G, M>> {
        match pace {
            Pace::Interactive => &mut self.interactive,
            Pace::Background => &mut self.background,
        }
    }

    fn next(&mut self, most: &Most) -> Option<Waiter<G, M>> {
        let Self { all, groups, members, interactive, background } = self;
        let may = |group: &G, member: &M| fits(most, (*all, groups, members), group, member);
        interactive.take(may).or_else(|| background.take(may))
    }

    fn fits(&self, most: &Most, group: &G, member: &M) -> bool {
        fits(most, (self.all, &self.groups, &self.members), group, member)
    }

    fn count(&mut self, group: &G, member: &M) {
        self.all += 1;
        *self.groups.entry(group.clone()).or_default() += 1;
        *self.members.entry(member.clone()).or_default() += 1;
    }

    fn uncount(&mut self, group: &G, member: &M) {
        self.all = self.all.saturating_sub(1);
        less(&mut self.groups, group);
        less(&mut self.members, member);
    }
}

type Counts<'a, G, M> = (usize, &'a HashMap<G, usize>, &'a HashMap<M, usize>);

fn fits<G: Key, M: Key>(most: &Most, (all, groups, members): Counts<'_, G, M>, group: &G, member: &M) -> bool {
    all < most.of_all
        && groups.get(group).is_none_or(|count| *count < most.of_group)
        && members.get(member).is_none_or(|count| *count < most.of_member)
}

fn less<K: Key>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl<G: Key, M: Key> Drop for Permit<G, M> {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.leave(&self.group, &self.member);
        }
    }
}

impl<G: Key, M: Key> Clone for Gate<G, M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);
    const MOST: Most = Most { of_member: 2, of_group: 3, of_all: 4, waiting: 2 };

    type Entering<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Permit<char, u8>, Busy>> + 'a>>;

    fn enter(gate: &Gate<char, u8>, group: char, member: u8, pace: Pace) -> Entering<'_> {
        Box::pin(gate.enter(group, member, pace, LONG))
    }

    fn at_once(gate: &Gate<char, u8>, group: char, member: u8) -> Option<Result<Permit<char, u8>, Busy>> {
        enter(gate, group, member, Pace::Interactive).now_or_never()
    }

    #[tokio::test]
    async fn member_group_and_all_have_limits_and_a_full_queue_answers_at_once() {
        let gate = Gate::new(MOST);
        let mut inside = vec![at_once(&gate, 'a', 1).unwrap().unwrap(), at_once(&gate, 'a', 1).unwrap().unwrap()];
        let mut over: Vec<_> = (0..2).map(|_| enter(&gate, 'a', 1, Pace::Interactive)).collect();
        assert!(over.iter_mut().all(|waiting| waiting.now_or_never().is_none()), "the member has its two");
        assert_eq!(at_once(&gate, 'a', 1).unwrap().unwrap_err(), Busy, "and two that wait");
        inside.push(at_once(&gate, 'a', 2).unwrap().unwrap());
        assert!(at_once(&gate, 'a', 3).is_none(), "the group has its three");
        inside.push(at_once(&gate, 'b', 4).unwrap().unwrap());
        assert!(at_once(&gate, 'c', 5).is_none(), "there are four in all");
        inside.remove(0);
        assert!(over.remove(0).now_or_never().unwrap().is_ok(), "who waited first is let in first");
    }

    #[tokio::test]
    async fn places_go_by_group_then_by_member_and_interactive_first() {
        let gate = Gate::new(Most { of_member: 9, of_group: 9, of_all: 1, waiting: 9 });
        let mut place = at_once(&gate, 'x', 0).unwrap().unwrap();
        let background = enter(&gate, 'z', 9, Pace::Background);
        let order = [('a', 1), ('a', 1), ('a', 2), ('b', 3)];
        let mut waiting = vec![background];
        waiting.extend(order.map(|(group, member)| enter(&gate, group, member, Pace::Interactive)));
        for entering in &mut waiting {
            assert!(entering.now_or_never().is_none());
        }
        let mut seen = Vec::new();
        while !waiting.is_empty() {
            drop(place);
            let ready = waiting.iter_mut().enumerate().find_map(|(at, entering)| Some((at, entering.now_or_never()?)));
            let (at, next) = ready.unwrap();
            drop(waiting.remove(at));
            place = next.unwrap();
            seen.push((place.group, place.member));
        }
        assert_eq!(seen, [('a', 1), ('b', 3), ('a', 2), ('a', 1), ('z', 9)]);
    }

    #[tokio::test]
    async fn who_goes_away_takes_no_place() {
        let gate = Gate::new(Most { of_member: 1, of_group: 1, of_all: 1, waiting: 1 });
        let first = at_once(&gate, 'a', 1).unwrap().unwrap();
        let mut gone = enter(&gate, 'a', 1, Pace::Interactive);
        assert!((&mut gone).now_or_never().is_none());
        drop(gone);
        let mut next = enter(&gate, 'a', 1, Pace::Interactive);
        assert!((&mut next).now_or_never().is_none(), "the queue has room again");
        let mut let_in_and_gone = enter(&gate, 'b', 2, Pace::Interactive);
        assert!((&mut let_in_and_gone).now_or_never().is_none());
        drop(first);
        drop(next);
        drop(let_in_and_gone);
        assert!(at_once(&gate, 'c', 3).unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let gate = Gate::new(Most { of_member: 1, of_group: 1, of_all: 1, waiting: 1 });
        let _first = at_once(&gate, 'a', 1).unwrap().unwrap();
        let late = gate.enter('a', 1, Pace::Interactive, Duration::from_secs(5)).await;
        assert_eq!(late.unwrap_err(), Busy);
    }
}
