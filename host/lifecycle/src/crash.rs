//! Named points at which a saga can be made to crash, so that tests can prove that it recovers from each of them.
//!
//! A point is written `saga:step:when`, such as `install:hook:after`. `when` is `before` or `after` the step's action
//! (`after`: it has happened, and nothing of that is recorded yet), or `undo-before`, `undo-after`. The variable
//! `ANNEX_CRASH_AT` aborts the process at one; a release build ignores it.

use std::{fmt, str::FromStr, sync::Arc};

use crate::{install::Install, saga::Saga, uninstall::Uninstall, update::Update};

/// Where to crash. Cheap to clone; the default never does.
#[derive(Debug, Clone, Default)]
pub struct CrashPoints(Arc<Plan>);

#[derive(Debug, Default)]
enum Plan {
    #[default]
    None,
    #[cfg_attr(not(debug_assertions), expect(dead_code, reason = "only debug builds crash on purpose"))]
    Abort(Point),
    /// As a crash, but the process lives on: the saga is left as it is.
    #[cfg(test)]
    Stop(Point),
    /// The step's action happens and then fails for good.
    #[cfg(test)]
    Fail(Point),
    /// Every action and every undo happens twice.
    #[cfg(test)]
    Repeat,
}

/// A text that names no point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "ANNEX_CRASH_AT={0} names no point: use one of `saga:step:when` as listed in the documentation of CrashPoints::all"
)]
pub struct UnknownPoint(String);

/// What a saga does at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Goes on.
    Go,
    /// Stops as if the process had died.
    #[cfg_attr(not(test), expect(dead_code, reason = "outside of tests the process really dies"))]
    Stop,
    /// Fails for good.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests make steps fail"))]
    Fail,
}

/// When in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
    UndoBefore,
    UndoAfter,
}

impl When {
    const ALL: [Self; 4] = [Self::Before, Self::After, Self::UndoBefore, Self::UndoAfter];

    fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::UndoBefore => "undo-before",
            Self::UndoAfter => "undo-after",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Point(String);

impl Point {
    fn new(saga: &str, step: &str, when: When) -> Self {
        Self(format!("{saga}:{step}:{}", when.as_str()))
    }
}

impl FromStr for Point {
    type Err = UnknownPoint;
    fn from_str(text: &str) -> Result<Self, UnknownPoint> {
        let known = CrashPoints::all().iter().any(|point| point == text);
        if known { Ok(Self(text.into())) } else { Err(UnknownPoint(text.into())) }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CrashPoints {
    /// Never.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// As `ANNEX_CRASH_AT` says, given as `value`. A release build never crashes on purpose.
    ///
    /// # Errors
    /// When the value names no point.
    #[cfg(debug_assertions)]
    pub fn parse(value: Option<&str>) -> Result<Self, UnknownPoint> {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(Self::none()) };
        Ok(Self(Arc::new(Plan::Abort(value.parse()?))))
    }

    /// As `ANNEX_CRASH_AT` says, given as `value`. A release build never crashes on purpose.
    ///
    /// # Errors
    /// When the value names no point.
    #[cfg(not(debug_assertions))]
    pub fn parse(value: Option<&str>) -> Result<Self, UnknownPoint> {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            value.parse::<Point>()?;
        }
        Ok(Self::none())
    }

    /// As the environment variable `ANNEX_CRASH_AT` says.
    ///
    /// # Errors
    /// When it names no point.
    pub fn from_env() -> Result<Self, UnknownPoint> {
        Self::parse(std::env::var("ANNEX_CRASH_AT").ok().as_deref())
    }

    /// Every point of every saga.
    #[must_use]
    pub fn all() -> Vec<String> {
        let sagas = [
            (Install::KIND, step_names::<Install>()),
            (Update::KIND, step_names::<Update>()),
            (Uninstall::KIND, step_names::<Uninstall>()),
        ];
        let mut all = Vec::new();
        for (saga, steps) in sagas {
            for step in steps {
                // Recording is one transaction, so there is nothing to undo step by step.
                let whens = if step == RECORD { &When::ALL[..2] } else { &When::ALL[..] };
                all.extend(whens.iter().map(|when| Point::new(saga, step, *when).0));
            }
        }
        all
    }

    pub(crate) fn hit(&self, saga: &str, step: &str, when: When) -> At {
        match &*self.0 {
            Plan::None => At::Go,
            Plan::Abort(point) if *point == Point::new(saga, step, when) => {
                tracing::error!(%point, "crashing on purpose");
                std::process::abort()
            }
            #[cfg(test)]
            Plan::Stop(point) if *point == Point::new(saga, step, when) => At::Stop,
            #[cfg(test)]
            Plan::Fail(point) if *point == Point::new(saga, step, when) => At::Fail,
            _ => At::Go,
        }
    }

    pub(crate) fn repeats(&self) -> bool {
        #[cfg(test)]
        let repeats = matches!(&*self.0, Plan::Repeat);
        #[cfg(not(test))]
        let repeats = false;
        repeats
    }

    #[cfg(test)]
    pub(crate) fn stop_at(point: &str) -> Self {
        Self(Arc::new(Plan::Stop(point.parse().unwrap())))
    }

    #[cfg(test)]
    pub(crate) fn fail_at(point: &str) -> Self {
        Self(Arc::new(Plan::Fail(point.parse().unwrap())))
    }

    #[cfg(test)]
    pub(crate) fn repeat_everything() -> Self {
        Self(Arc::new(Plan::Repeat))
    }
}

/// The transaction that starts every saga.
pub(crate) const RECORD: &str = "record";

fn step_names<S: Saga>() -> Vec<&'static str> {
    std::iter::once(RECORD).chain(S::STEPS.iter().map(|step| step.name)).collect()
}
