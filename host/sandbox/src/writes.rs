//! What a component may write in one call. Reading costs the component's own time; what it writes stays, is told to others,
//! and is read by people.

use annex_domain::ports::{KvError, RecordError};

use crate::config::Limits;

/// Counts the writes of one call.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    /// By host function: there are four.
    records: Vec<(&'static str, u32)>,
    record_bytes: usize,
    values: u32,
    value_bytes: usize,
}

impl Writes {
    /// A write of `bytes` to a ticket or contact by the host function `name`.
    pub(crate) fn record(&mut self, limits: &Limits, name: &'static str, bytes: usize) -> Result<(), RecordError> {
        let at = match self.records.iter().position(|(known, _)| *known == name) {
            Some(at) => at,
            None => {
                self.records.push((name, 0));
                self.records.len() - 1
            }
        };
        let Some((_, count)) = self.records.get_mut(at) else { return Err(RecordError::Unavailable) };
        if *count >= limits.writes {
            return Err(RecordError::TooMuch(format!("`{name}` works {} times in one call", limits.writes)));
        }
        if self.record_bytes.saturating_add(bytes) > limits.write_bytes {
            let text = format!("one call writes at most {} KiB to tickets and contacts", limits.write_bytes >> 10);
            return Err(RecordError::TooMuch(text));
        }
        *count += 1;
        self.record_bytes += bytes;
        Ok(())
    }

    /// A write of `bytes` to the installation's own values.
    pub(crate) fn value(&mut self, limits: &Limits, bytes: usize) -> Result<(), KvError> {
        if self.values >= limits.kv_writes || self.value_bytes.saturating_add(bytes) > limits.kv_bytes {
            return Err(KvError::Invalid("too much: one call writes at most 500 values and 4 MiB"));
        }
        self.values += 1;
        self.value_bytes += bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_write_is_counted_and_all_their_bytes() {
        let (limits, mut writes) = (Limits::default(), Writes::default());
        for _ in 0..5 {
            writes.record(&limits, "tickets.add-note", 10).unwrap();
            writes.record(&limits, "tickets.set-tags", 10).unwrap();
        }
        let error = writes.record(&limits, "tickets.add-note", 10).unwrap_err();
        assert_eq!(error.to_string(), "too much: `tickets.add-note` works 5 times in one call");
        assert!(writes.record(&limits, "tickets.set-status", 1 << 20).is_err());
        assert!(writes.record(&limits, "tickets.set-status", (1 << 20) - 100).is_ok());
        assert!(writes.record(&limits, "contacts.update", 1).is_err());
        assert!((0..500).all(|_| writes.value(&limits, 100).is_ok()));
        assert!(writes.value(&limits, 0).is_err());
        let mut writes = Writes::default();
        assert!((0..16).all(|_| writes.value(&limits, 256 << 10).is_ok()));
        assert!(writes.value(&limits, 1).is_err());
    }
}
