//! What is kept: the ratings of a requester under one key, and the sums of the desk under another.
//!
//! A ticket has one rating; entering it again replaces it. The requester's ratings are the truth and written first, by
//! compare-and-set; the sums of the desk follow by the difference, so that no call reads more than two keys.

use annex_sdk::{
    kv,
    prelude::*,
    serde::{Deserialize, Serialize},
};

/// From this many stars a requester counts as satisfied, as CSAT is usually defined.
const SATISFIED: u8 = 4;

/// Ratings that are kept of a requester. The oldest go first; the sums of the desk keep counting them.
const MOST: usize = 200;

/// The key of the desk's sums.
const DESK: &str = "desk";

/// How a ticket was rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "annex_sdk::serde")]
pub(crate) struct Rating {
    pub(crate) ticket: String,
    pub(crate) number: u64,
    pub(crate) subject: String,
    /// 1 to 5.
    pub(crate) stars: u8,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) comment: String,
}

/// Sums over ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(crate = "annex_sdk::serde")]
pub(crate) struct Sums {
    pub(crate) count: u64,
    stars: u64,
    satisfied: u64,
}

impl Sums {
    fn add(&mut self, rating: &Rating) {
        self.count += 1;
        self.stars += u64::from(rating.stars);
        self.satisfied += u64::from(rating.stars >= SATISFIED);
    }

    /// Takes out what was added before. Saturates: a sum that lost an update must not wrap around.
    fn take(&mut self, rating: &Rating) {
        self.count = self.count.saturating_sub(1);
        self.stars = self.stars.saturating_sub(u64::from(rating.stars));
        self.satisfied = self.satisfied.saturating_sub(u64::from(rating.stars >= SATISFIED));
    }

    /// Such as `4.3`; none without ratings.
    pub(crate) fn average(self) -> Option<String> {
        let tenths = (self.stars * 10 + self.count / 2).checked_div(self.count)?;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// The share of satisfied answers in percent; none without ratings.
    pub(crate) fn csat(self) -> Option<u8> {
        let percent = (self.satisfied * 100 + self.count / 2).checked_div(self.count)?;
        u8::try_from(percent.min(100)).ok()
    }
}

/// Over these ratings.
pub(crate) fn sums(ratings: &[Rating]) -> Sums {
    let mut sums = Sums::default();
    ratings.iter().for_each(|rating| sums.add(rating));
    sums
}

/// What a requester rated so far, oldest first.
pub(crate) fn of_requester(requester: &str) -> Result<Vec<Rating>> {
    Ok(kv::get(&key(requester))?.unwrap_or_default())
}

/// The sums of the desk.
pub(crate) fn of_desk() -> Result<Sums> {
    Ok(kv::get(DESK)?.unwrap_or_default())
}

/// Records a rating in the place of an earlier one of the same ticket.
pub(crate) fn record(requester: &str, rating: &Rating) -> Result<()> {
    let mut before = None;
    kv::update(&key(requester), |ratings: Option<Vec<Rating>>| {
        let mut ratings = ratings.unwrap_or_default();
        before = remove(&mut ratings, &rating.ticket);
        ratings.push(rating.clone());
        let too_many = ratings.len().saturating_sub(MOST);
        ratings.drain(..too_many);
        ratings
    })?;
    change_desk(before.as_ref(), Some(rating))
}

/// Takes the rating of a ticket back; false when it had none.
pub(crate) fn forget(requester: &str, ticket: &str) -> Result<bool> {
    let mut before = None;
    kv::update(&key(requester), |ratings: Option<Vec<Rating>>| {
        let mut ratings = ratings.unwrap_or_default();
        before = remove(&mut ratings, ticket);
        ratings
    })?;
    if before.is_some() {
        change_desk(before.as_ref(), None)?;
    }
    Ok(before.is_some())
}

fn remove(ratings: &mut Vec<Rating>, ticket: &str) -> Option<Rating> {
    let at = ratings.iter().position(|rating| rating.ticket == ticket)?;
    Some(ratings.remove(at))
}

fn change_desk(before: Option<&Rating>, after: Option<&Rating>) -> Result<()> {
    kv::update(DESK, |sums: Option<Sums>| {
        let mut sums = sums.unwrap_or_default();
        before.into_iter().for_each(|rating| sums.take(rating));
        after.into_iter().for_each(|rating| sums.add(rating));
        sums
    })?;
    Ok(())
}

fn key(requester: &str) -> String {
    format!("requester/{requester}")
}

#[cfg(test)]
mod tests {
    use annex_sdk::testing::Host;

    use super::*;

    fn rating(ticket: &str, stars: u8) -> Rating {
        Rating { ticket: ticket.into(), number: 1, subject: "Ink".into(), stars, comment: String::new() }
    }

    fn now() -> (u64, Option<String>, Option<u8>) {
        let sums = of_desk().unwrap();
        (sums.count, sums.average(), sums.csat())
    }

    #[test]
    fn averages_and_shares_are_rounded() {
        let ratings = [rating("a", 5), rating("b", 4), rating("c", 2)];
        assert_eq!((sums(&ratings).average().as_deref(), sums(&ratings).csat()), (Some("3.7"), Some(67)));
        assert_eq!((sums(&[]).average(), sums(&[]).csat()), (None, None));
    }

    #[test]
    fn a_ticket_counts_once_however_often_it_is_rated() {
        let _host = Host::new();
        record("c1", &rating("t1", 1)).unwrap();
        record("c1", &rating("t2", 5)).unwrap();
        record("c2", &rating("t3", 4)).unwrap();
        record("c1", &rating("t1", 3)).unwrap();
        assert_eq!(now(), (3, Some("4.0".into()), Some(67)));
        assert_eq!(of_requester("c1").unwrap(), [rating("t2", 5), rating("t1", 3)]);
        assert_eq!(sums(&of_requester("c1").unwrap()).count + sums(&of_requester("c2").unwrap()).count, 3);
    }

    #[test]
    fn a_rating_can_be_taken_back_once() {
        let _host = Host::new();
        record("c1", &rating("t1", 5)).unwrap();
        assert_eq!(forget("c1", "t1"), Ok(true));
        assert_eq!(forget("c1", "t1"), Ok(false));
        assert_eq!((now(), of_requester("c1").unwrap()), ((0, None, None), vec![]));
    }

    #[test]
    fn the_oldest_ratings_of_a_requester_go_first() {
        let _host = Host::new();
        for n in 0..=MOST {
            record("c1", &rating(&format!("t{n}"), 4)).unwrap();
        }
        let kept = of_requester("c1").unwrap();
        assert_eq!((kept.len(), kept.first().map(|rating| rating.ticket.as_str())), (MOST, Some("t1")));
        assert_eq!(of_desk().unwrap().count, 201);
    }
}
