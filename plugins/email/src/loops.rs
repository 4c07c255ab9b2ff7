//! Ends what machines say to each other. Each mail is counted for its sender within the hour: of a machine, a few come through; a
//! sender who writes as no person does is taken for one, so that nothing answers by itself. And for an hour after a machine has written,
//! nothing that no person wrote goes out to it.

use crate::{
    desk::{Desk, Fault, Origin},
    sign,
};

const HOUR: u64 = 3_600_000;
/// Mails of a machine within an hour, and automatic mails to one address.
const MACHINES: i64 = 5;
/// Mails of a person within an hour.
const PEOPLE: i64 = 30;
/// Who wrote last from an address, as it is kept.
const MACHINE: &[u8] = b"machine";
const PERSON: &[u8] = b"person";

/// Who is behind a mail after all; none: it is one too many, and passed over.
pub(crate) fn judge(desk: &dyn Desk, sender: &str, origin: Origin) -> Result<Option<Origin>, Fault> {
    let count = count(desk, "in", sender)?;
    let judged = match origin {
        Origin::Person if count > PEOPLE => Some(Origin::Automatic),
        Origin::Automatic | Origin::Bounce if count > MACHINES => None,
        origin => Some(origin),
    };
    let is_machine = !matches!(judged, Some(Origin::Person));
    if is_machine || self::is_machine(desk, sender)? {
        desk.keep(&last(sender), if is_machine { MACHINE } else { PERSON }, HOUR)?;
    }
    Ok(judged)
}

/// True when what came from this address last, within the hour, was written by no person.
pub(crate) fn is_machine(desk: &dyn Desk, address: &str) -> Result<bool, Fault> {
    Ok(desk.get(&last(address))?.is_some_and(|kept| kept == MACHINE))
}

fn last(address: &str) -> String {
    format!("loop/last/{}", sign::digest(address.as_bytes()))
}

/// True when an automatic mail to this address is one too many.
pub(crate) fn is_over(desk: &dyn Desk, recipient: &str) -> Result<bool, Fault> {
    Ok(count(desk, "out", recipient)? > MACHINES)
}

fn count(desk: &dyn Desk, way: &str, who: &str) -> Result<i64, Fault> {
    desk.count(&format!("loop/{way}/{}", sign::digest(who.as_bytes())), HOUR)
}
