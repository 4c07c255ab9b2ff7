//! Named points at which a saga, a protocol or a deed can be made to crash, so that tests can prove that it recovers from each.
//!
//! A point is written `what:step:when`, such as `install:hook:after` or `charge:confirm:before`. `when` is `before` or
//! `after` the step's action (`after`: it has happened, and nothing of that is recorded yet; where the step is one transaction,
//! before and after its commit), or, for the steps of sagas, `undo-before` and `undo-after`. The binary reads one from a variable
//! and hands over what kills the process there; release builds never do.

use std::sync::Arc;

/// Where to crash. Cheap to clone; the default never does.
#[derive(Debug, Clone, Default)]
pub struct CrashPoints(Arc<Plan>);

#[derive(Debug, Default)]
enum Plan {
    #[default]
    None,
    Kill {
        point: String,
        kill: fn(&str),
        fail: Option<String>,
    },
    Stop(String),
    Fail(String),
    Repeat,
}

/// A text that names no point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} names no point to crash at: use one of those that `annex crash-points` lists")]
pub struct UnknownPoint(pub String);

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It goes on.
    Go,
    /// Stops as if the process had died: nothing more is written.
    Stop,
    /// Fails for good.
    Fail,
}

crate::words! {
    /// When in a step.
    pub enum When: "moment of a step" {
        /// Its action is about to happen.
        Before = "before",
        /// Its action has happened; what came of it is not recorded.
        After = "after",
        /// It is about to be undone.
        UndoBefore = "undo-before",
        /// It is undone; that is not recorded.
        UndoAfter = "undo-after",
    }
}

impl When {
    /// Those of a step that only goes forward.
    pub const FORWARD: [Self; 2] = [Self::Before, Self::After];
}

/// The name of a point.
#[must_use]
pub fn point(what: &str, step: &str, when: When) -> String {
    format!("{what}:{step}:{when}")
}

impl CrashPoints {
    /// Never.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Calls `kill`, which does not return, at the point that `value` names; nowhere when there is no value. A release
    /// build checks the name and never crashes on purpose.
    ///
    /// # Errors
    /// When the value is not one of the `known` points.
    pub fn killing_at(value: Option<&str>, known: &[String], kill: fn(&str)) -> Result<Self, UnknownPoint> {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(Self::none()) };
        if !known.iter().any(|point| point == value) {
            return Err(UnknownPoint(value.into()));
        }
        if cfg!(debug_assertions) {
            Ok(Self(Arc::new(Plan::Kill { point: value.into(), kill, fail: None })))
        } else {
            Ok(Self::none())
        }
    }

    /// Besides: the step whose point `value` names fails for good there, which leads to points of undoing. Not in release
    /// builds either.
    ///
    /// # Errors
    /// When the value is not one of the `known` points.
    pub fn and_failing_at(self, value: Option<&str>, known: &[String]) -> Result<Self, UnknownPoint> {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(self) };
        if !known.iter().any(|point| point == value) {
            return Err(UnknownPoint(value.into()));
        }
        if !cfg!(debug_assertions) {
            return Ok(self);
        }
        Ok(match &*self.0 {
            Plan::Kill { point, kill, .. } => {
                Self(Arc::new(Plan::Kill { point: point.clone(), kill: *kill, fail: Some(value.into()) }))
            }
            _ => Self::fail_at(value),
        })
    }

    /// As a crash at a point, but the process lives on: what is under way is left as it is. For tests.
    #[must_use]
    pub fn stop_at(point: &str) -> Self {
        Self(Arc::new(Plan::Stop(point.into())))
    }

    /// The action at a point happens and then fails for good. For tests.
    #[must_use]
    pub fn fail_at(point: &str) -> Self {
        Self(Arc::new(Plan::Fail(point.into())))
    }

    /// Every action and every undo happens twice. For tests.
    #[must_use]
    pub fn repeat_everything() -> Self {
        Self(Arc::new(Plan::Repeat))
    }

    /// Passes a point.
    pub fn hit(&self, what: &str, step: &str, when: When) -> Verdict {
        if matches!(&*self.0, Plan::None | Plan::Repeat) {
            return Verdict::Go;
        }
        let here = point(what, step, when);
        match &*self.0 {
            Plan::Kill { point, kill, .. } if *point == here => {
                kill(point);
                Verdict::Stop
            }
            Plan::Kill { fail: Some(point), .. } | Plan::Fail(point) if *point == here => Verdict::Fail,
            Plan::Stop(point) if *point == here => Verdict::Stop,
            _ => Verdict::Go,
        }
    }

    /// True when every action is to happen twice.
    #[must_use]
    pub fn repeats(&self) -> bool {
        matches!(&*self.0, Plan::Repeat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_point_is_hit() {
        let crash = CrashPoints::stop_at("install:hook:after");
        assert_eq!(crash.hit("install", "hook", When::Before), Verdict::Go);
        assert_eq!(crash.hit("install", "hook", When::After), Verdict::Stop);
        assert_eq!(CrashPoints::fail_at("charge:create:before").hit("charge", "create", When::Before), Verdict::Fail);
        assert!(CrashPoints::repeat_everything().repeats());
    }

    #[test]
    fn a_step_can_fail_on_the_way_to_a_crash() {
        let known = ["a:b:before".to_owned(), "a:b:undo-before".to_owned()];
        let plan = CrashPoints::killing_at(Some("a:b:undo-before"), &known, |_| ()).unwrap();
        let plan = plan.and_failing_at(Some("a:b:before"), &known).unwrap();
        let seen = [When::Before, When::After, When::UndoBefore].map(|when| plan.hit("a", "b", when));
        assert_eq!(seen, [Verdict::Fail, Verdict::Go, Verdict::Stop]);
    }

    #[test]
    fn unknown_points_are_refused() {
        let known = ["charge:create:before".to_owned()];
        assert!(CrashPoints::killing_at(Some("charge:create:before"), &known, |_| ()).is_ok());
        assert!(CrashPoints::killing_at(None, &known, |_| ()).is_ok());
        let failing = |plan: CrashPoints| plan.and_failing_at(Some("charge:create:before"), &known).unwrap();
        assert_eq!(failing(CrashPoints::none()).hit("charge", "create", When::Before), Verdict::Fail);
        assert!(CrashPoints::none().and_failing_at(Some("charge:nothing:before"), &known).is_err());
        let refused = CrashPoints::killing_at(Some("charge:nothing:before"), &known, |_| ()).unwrap_err();
        assert_eq!(refused, UnknownPoint("charge:nothing:before".into()));
    }
}
