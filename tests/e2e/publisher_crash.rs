//! The process is killed at each named step of handing a version in, publishing it, setting it up by hand, telling its publisher, and
//! paying publishers out; and is started again. No version is published by half, no event is lost or out of order, nobody is
//! paid twice.
//!
//! The sagas of an installation have a suite of their own, `billing_crash`.

mod heard;
mod paid;
mod published;

use std::collections::BTreeSet;

use self::{
    heard::every_event_arrives_in_order_and_an_answer_counts_once, paid::a_month_is_paid_out_once,
    published::a_version_is_published_whole_or_not_at_all,
};
use crate::support::{
    host::{Setup, annex_ok},
    on_each_database,
};

/// What the steps belong to that are played here.
pub(super) const GROUPS: [&str; 6] = ["intake", "report", "publish", "provisioning", "event", "payout"];

on_each_database!(
    a_version_is_published_whole_or_not_at_all,
    every_event_arrives_in_order_and_an_answer_counts_once,
    a_month_is_paid_out_once,
);

/// The points of some steps, as the binary itself lists them; in the order in which a process passes them.
fn points(of: &str) -> Vec<String> {
    let printed = annex_ok(["crash-points"]);
    let points: Vec<_> = printed.lines().filter(|point| point.starts_with(of)).map(str::to_owned).collect();
    assert!(points.len() >= 2, "{of} in\n{printed}");
    points
}

/// `annex <arguments>`, which has to be killed at a point.
fn dies(setup: &Setup, point: &str, more: &[(&str, &str)], arguments: &[&str]) {
    let output = setup.command_in(&[&[("ANNEX_CRASH_AT", point)], more].concat(), arguments);
    assert!(
        output.status.code().is_none(),
        "{point}: {} {}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_step_of_publishers_is_played() {
    let steps = |point: String| point.rsplit_once(':').map(|(step, _)| step.to_owned());
    let listed: BTreeSet<_> = GROUPS.iter().flat_map(|group| points(&format!("{group}:"))).filter_map(steps).collect();
    let played = published::DEEDS.iter().map(|(step, _)| *step).chain(heard::STEPS).chain(paid::STEPS);
    assert_eq!(listed, played.map(str::to_owned).collect::<BTreeSet<_>>());
}
