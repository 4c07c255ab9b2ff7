//! The protocol under crashes, lost answers, duplicates, permuted events and drivers that race. The judge is the record of
//! the payment company, not the host's.

mod bench;
mod crashes;
mod elsewhere;
mod faults;
mod halfway;
mod journeys;
mod judge;
mod keys;
mod money;
mod months;
mod ordering;
mod peer;
mod races;
mod webhooks;
