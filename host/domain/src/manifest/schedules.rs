//! The section `[[schedules]]`: when the host calls an add-on by itself, again and again. The desk sees each with what it is for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::texts::check_text;
use crate::{localized::Localized, schedule::Rhythm, settings::is_key, words::Invalid};

const MOST: usize = 10;

/// One schedule. It says `every` or `cron`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleEntry {
    /// Its name for the component; under the rule of keys of settings.
    pub key: String,
    /// A pause of at least five minutes, such as `15m`, `2h` or `1d`: see [`Rhythm::every`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Minutes of the desk's clocks, such as `0 9 * * 1-5`, at least five minutes apart: see [`Rhythm::cron`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// What for, in the publisher's words; at most 200 characters.
    pub purpose: Localized,
}

impl ScheduleEntry {
    /// When it comes.
    ///
    /// # Errors
    /// When it says neither or both, or what it says comes too often, or never.
    pub fn rhythm(&self) -> Result<Rhythm, Invalid> {
        match (&self.every, &self.cron) {
            (Some(every), None) => Rhythm::every(every),
            (None, Some(cron)) => Rhythm::cron(cron),
            _ => Err(Invalid("say `every` or `cron`")),
        }
    }
}

pub(super) fn check(schedules: &[ScheduleEntry], wrong: &mut impl FnMut(String, &'static str, &str)) {
    if schedules.len() > MOST {
        wrong("schedules".into(), "too-many", "at most 10");
    }
    let mut seen = BTreeSet::new();
    for (at, schedule) in schedules.iter().enumerate() {
        let field = |name: &str| format!("schedules[{at}].{name}");
        if !is_key(&schedule.key) {
            wrong(field("key"), "key", "1 to 40 of a-z, 0-9 and _, starting with a letter");
        }
        if !seen.insert(&schedule.key) {
            wrong(field("key"), "duplicate", "name each schedule once");
        }
        check_text(&schedule.purpose, &field("purpose"), 200, wrong);
        if let Err(Invalid(why)) = schedule.rhythm() {
            let at_fault = if schedule.cron.is_some() { "cron" } else { "every" };
            wrong(field(at_fault), "rhythm", why);
        }
    }
}
