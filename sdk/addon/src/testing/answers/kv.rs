//! Stored values, which expire by the test's clock.

use super::super::state::{State, with};
use crate::bindings::plugin::annex::addon::kv::{Entry, Error, KeyPage, Options, Pair, PairPage};

/// The host's longest value in bytes.
const LONGEST: usize = 256 * 1024;
/// Its shortest and longest expiry in milliseconds.
const LASTS: std::ops::RangeInclusive<u64> = 1_000..=34_560_000_000;

fn check(state: &State, key: &str) -> Result<(), Error> {
    if state.denied.contains("kv") {
        return Err(Error::Denied("`kv` is not granted".into()));
    }
    if key.is_empty() || key.len() > 256 {
        return Err(Error::Invalid("a key has 1 to 256 bytes".into()));
    }
    Ok(())
}

/// The version that is stored.
fn expect(state: &State, key: &str, expected: Option<u64>) -> Result<u64, Error> {
    let stored = state.stored(key).map_or(0, |entry| entry.version);
    match expected {
        Some(expected) if expected != stored => Err(Error::Conflict(stored)),
        _ => Ok(stored),
    }
}

fn expiry(state: &State, lasts: Option<u64>) -> Result<Option<u64>, Error> {
    match lasts {
        Some(lasts) if !LASTS.contains(&lasts) => Err(Error::Invalid("a value lasts 1 second to 400 days".into())),
        lasts => Ok(lasts.map(|lasts| state.now + lasts)),
    }
}

pub(crate) fn get(key: &str) -> Result<Option<Entry>, Error> {
    with(|state| {
        check(state, key)?;
        Ok(state.stored(key).cloned())
    })
}

pub(crate) fn set(key: &str, value: &[u8], options: Options) -> Result<u64, Error> {
    with(|state| {
        check(state, key)?;
        if value.len() > LONGEST {
            return Err(Error::Invalid("a value has at most 256 KiB".into()));
        }
        let version = expect(state, key, options.expected)? + 1;
        let expires = expiry(state, options.expires_in_ms)?;
        state.kv.insert(key.to_owned(), Entry { value: value.to_vec(), version, expires });
        Ok(version)
    })
}

pub(crate) fn delete(key: &str, expected: Option<u64>) -> Result<bool, Error> {
    with(|state| {
        check(state, key)?;
        let stored = expect(state, key, expected)?;
        state.kv.remove(key);
        Ok(stored > 0)
    })
}

pub(crate) fn add(key: &str, delta: i64, expires_in_ms: Option<u64>) -> Result<i64, Error> {
    with(|state| {
        check(state, key)?;
        let (count, version, expires) = match state.stored(key) {
            None => (0, 0, expiry(state, expires_in_ms)?),
            Some(entry) => (counted(&entry.value)?, entry.version, entry.expires),
        };
        let count = count.checked_add(delta).ok_or_else(|| Error::Invalid("the counter would overflow".into()))?;
        let value = count.to_string().into_bytes();
        state.kv.insert(key.to_owned(), Entry { value, version: version + 1, expires });
        Ok(count)
    })
}

fn counted(value: &[u8]) -> Result<i64, Error> {
    let digits = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    digits.ok_or_else(|| Error::Invalid("what is stored is no counter".into()))
}

pub(crate) fn keys(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, Error> {
    let (pairs, next) = found(prefix, cursor, limit.clamp(1, 1000))?;
    Ok(KeyPage { keys: pairs.into_iter().map(|pair| pair.key).collect(), next })
}

pub(crate) fn scan(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<PairPage, Error> {
    let (pairs, next) = found(prefix, cursor, limit.clamp(1, 100))?;
    Ok(PairPage { pairs, next })
}

fn found(prefix: &str, cursor: Option<&str>, limit: u32) -> Result<(Vec<Pair>, Option<String>), Error> {
    with(|state| {
        if state.denied.contains("kv") {
            return Err(Error::Denied("`kv` is not granted".into()));
        }
        let after = |key: &&String| key.starts_with(prefix) && cursor.is_none_or(|cursor| key.as_str() > cursor);
        let pair = |key: &String| state.stored(key).map(|entry| Pair { key: key.clone(), entry: entry.clone() });
        let mut pairs: Vec<Pair> = state.kv.keys().filter(after).filter_map(pair).take(limit as usize + 1).collect();
        let more = pairs.len() > limit as usize;
        pairs.truncate(limit as usize);
        let next = if more { pairs.last().map(|pair| pair.key.clone()) } else { None };
        Ok((pairs, next))
    })
}
