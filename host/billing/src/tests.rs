//! The protocol under crashes, lost answers, duplicates, permuted events and drivers that race. The judge is the record of
//! the payment company, not the host's.

mod accounts;
mod bench;
mod cards;
mod crashes;
mod credit;
mod earnings;
mod elsewhere;
mod faults;
mod halfway;
mod journeys;
mod judge;
mod keys;
mod missed;
mod money;
mod months;
mod netting;
mod ordering;
mod outside;
mod payouts;
mod peer;
mod races;
mod retries;
mod top_up;
mod webhooks;
