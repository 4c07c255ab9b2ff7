//! The clock of a ticket, beside it.

use std::time::Duration;

use annex_sdk::{
    prelude::*,
    ui::{Empty, Pairs, Tone},
};

use crate::{
    clock::{self, Seen, State},
    hours::rfc3339,
};

pub(crate) fn view(ticket: &str, t: &Texts) -> Result<View> {
    let section = match clock::of(ticket)? {
        Seen::None => Section::new().block(Empty::new(t.get("no-clock")).body(t.get("no-clock-why"))),
        Seen::Running(clock) => {
            let (tone, word) = match clock.state {
                State::Running => (Tone::Info, "clock-running"),
                State::Warned => (Tone::Warning, "clock-warned"),
                State::Late => (Tone::Critical, "clock-late"),
            };
            shown(clock.due, Badge::new(tone, t.get(word)), None, t)
        }
        Seen::Answered(answered) => {
            let (tone, word) = if answered.at <= answered.due {
                (Tone::Success, "clock-in-time")
            } else {
                (Tone::Critical, "clock-too-late")
            };
            shown(answered.due, Badge::new(tone, t.get(word)), Some(answered.at), t)
        }
    };
    Ok(View::new(t.get("clock-title")).section(section).refresh(Duration::from_secs(60)))
}

fn shown(due: u64, badge: Badge, replied: Option<u64>, t: &Texts) -> Section {
    let pairs = Pairs::new().cell(t.get("clock-state"), Cell::badge(badge));
    let pairs = pairs.cell(t.get("clock-due"), Cell::datetime(rfc3339(due)));
    Section::new().block(match replied {
        Some(at) => pairs.cell(t.get("clock-replied"), Cell::datetime(rfc3339(at))),
        None => pairs,
    })
}
