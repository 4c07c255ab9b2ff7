//! The rules as the desk keeps them: one value, so that each call reads all of them at once. What is switched off keeps what was
//! entered.

use annex_sdk::{kv, prelude::*, tickets::Priority};
use serde::{Deserialize, Serialize};

use crate::hours::Hours;

const KEY: &str = "rules";

/// All rules. Each begins switched off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Rules {
    pub(crate) hours: Hours,
    pub(crate) turn: Turn,
    pub(crate) reply: AutoReply,
    pub(crate) close: Close,
    pub(crate) clock: Targets,
}

/// Tickets are given to people in turn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Turn {
    pub(crate) on: bool,
    /// The name of a group or role; empty: everybody.
    pub(crate) among: String,
}

/// Requesters are answered outside business hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AutoReply {
    pub(crate) on: bool,
    pub(crate) text: String,
}

/// What was solved is closed after some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Close {
    pub(crate) on: bool,
    pub(crate) days: u32,
}

impl Default for Close {
    fn default() -> Self {
        Self { on: false, days: 7 }
    }
}

/// Minutes of business hours until the first reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Targets {
    pub(crate) on: bool,
    pub(crate) urgent: u32,
    pub(crate) high: u32,
    pub(crate) normal: u32,
    pub(crate) low: u32,
    /// So many minutes before is warned.
    pub(crate) warn: u32,
}

impl Default for Targets {
    fn default() -> Self {
        Self { on: false, urgent: 60, high: 240, normal: 480, low: 1440, warn: 30 }
    }
}

impl Targets {
    /// Minutes for a ticket of this priority.
    pub(crate) fn minutes(&self, priority: Priority) -> u32 {
        match priority {
            Priority::Urgent => self.urgent,
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        }
    }
}

impl Rules {
    /// As they are now.
    pub(crate) fn of_desk() -> Result<Self> {
        Ok(kv::get(KEY)?.unwrap_or_default())
    }

    /// Changes them, over what others have changed meanwhile.
    pub(crate) fn change(mut change: impl FnMut(&mut Self)) -> Result<()> {
        kv::update(KEY, |rules: Option<Self>| {
            let mut rules = rules.unwrap_or_default();
            change(&mut rules);
            rules
        })?;
        Ok(())
    }
}
