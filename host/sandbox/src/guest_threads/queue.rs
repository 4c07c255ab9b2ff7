//! Calls that wait for a thread, and whose turn it is.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Poll, Waker},
    time::Instant,
};

use annex_domain::ids::{DeskId, InstallationId};
use tokio::{runtime::Handle, sync::oneshot};

use super::switch::Switch;
use crate::{
    budget::{Budget, Waiting},
    gate::Pace,
    turns::Turns,
};

/// So many turns go to interactive calls while background calls wait for theirs.
pub(super) const IN_A_ROW: u32 = 4;

pub(super) type GuestFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whose turn a call takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) desk: DeskId,
    pub(crate) installation: InstallationId,
    pub(crate) pace: Pace,
}

/// What a thread is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every call.
    Usual,
    /// An interactive call of an installation that is on no thread, when no usual thread is free.
    Spare,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Usual threads that wait for a call.
    pub(super) idle: usize,
    /// Threads by the installation that they run.
    pub(super) running: HashMap<InstallationId, usize>,
    interactive: Turns<DeskId, InstallationId, Ready>,
    background: Turns<DeskId, InstallationId, Ready>,
    /// Calls that wait for a thread.
    pub(super) ready: usize,
    /// A call runs where it was made.
    pub(super) here: bool,
    /// When the next one may.
    pub(super) not_here_before: Option<Instant>,
    /// Interactive turns since background calls had one, while they wait.
    in_a_row: u32,
    pub(super) stopped: bool,
}

/// A call that can go on.
pub(super) struct Ready {
    pub(super) turn: Turn,
    pub(super) future: GuestFuture,
    pub(super) switch: Arc<Switch>,
    pub(super) budget: Arc<Budget>,
    /// Waiting for a thread is not the component's time.
    pub(super) waits: Option<Waiting>,
    pub(super) waker: Waker,
    pub(super) runtime: Handle,
    pub(super) reply: oneshot::Sender<Paused>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready").field("turn", &self.turn).finish_non_exhaustive()
    }
}

/// How a call left its thread, or the one it was made on.
pub(super) enum Paused {
    Done,
    /// At a tick, for others.
    MadeWay(GuestFuture),
    /// In a host function.
    Outside(GuestFuture),
    Asleep(GuestFuture),
}

impl Paused {
    pub(super) fn of(polled: Poll<()>, future: GuestFuture, switch: &Switch) -> Self {
        match polled {
            Poll::Ready(()) => Self::Done,
            Poll::Pending if switch.is_outside() => Self::Outside(future),
            Poll::Pending if switch.has_made_way() => Self::MadeWay(future),
            Poll::Pending => Self::Asleep(future),
        }
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.ready == 0
    }

    /// How many calls stand in line.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.ready
    }

    pub(super) fn push(&mut self, ready: Ready) {
        self.ready += 1;
        let Turn { desk, installation, pace } = ready.turn;
        match pace {
            Pace::Interactive => self.interactive.push(desk, installation, ready),
            Pace::Background => self.background.push(desk, installation, ready),
        }
    }

    pub(super) fn next(&mut self, kind: Kind) -> Option<Ready> {
        let next = match kind {
            Kind::Usual => self.choose()?,
            // A usual thread is on its way.
            Kind::Spare if self.ready <= self.idle => return None,
            Kind::Spare => self.interactive.take(|_, installation| !self.running.contains_key(installation))?,
        };
        self.ready -= 1;
        Some(next)
    }

    fn choose(&mut self) -> Option<Ready> {
        if self.in_a_row < IN_A_ROW
            && let Some(ready) = take(&mut self.interactive, &self.running)
        {
            self.in_a_row = if self.background.is_empty() { 0 } else { self.in_a_row + 1 };
            return Some(ready);
        }
        self.in_a_row = 0;
        take(&mut self.background, &self.running).or_else(|| take(&mut self.interactive, &self.running))
    }

    pub(super) fn runs(&mut self, installation: InstallationId) {
        *self.running.entry(installation).or_default() += 1;
    }

    /// How many calls run.
    pub(super) fn busy(&self) -> usize {
        self.running.values().sum()
    }

    pub(super) fn rests(&mut self, installation: InstallationId) {
        if let Some(threads) = self.running.get_mut(&installation) {
            *threads -= 1;
            if *threads == 0 {
                self.running.remove(&installation);
            }
        }
    }
}

/// The next call, of an installation that is on no thread if there is one.
fn take(turns: &mut Turns<DeskId, InstallationId, Ready>, running: &HashMap<InstallationId, usize>) -> Option<Ready> {
    turns.take(|_, installation| !running.contains_key(installation)).or_else(|| turns.take(|_, _| true))
}
