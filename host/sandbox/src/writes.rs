//! What a component may write in one call. Reading costs the component's own time; what it writes stays, is told to others,
//! and is read by people.

use annex_domain::ports::{KvError, NewFile, RecordError};

use crate::config::Limits;

/// Calls that one call plans.
const MOST_PLANNED: u32 = 100;
/// Mails that one call sends.
const MOST_MAILS: u32 = 5;
/// Files that one call has under way at once.
const MOST_FILES: usize = 20;

/// Counts the writes of one call, and holds the files that it is making.
#[derive(Default)]
pub(crate) struct Writes {
    /// By host function.
    records: Vec<(&'static str, u32)>,
    record_bytes: usize,
    values: u32,
    value_bytes: usize,
    planned: u32,
    mails: u32,
    files: Vec<Box<dyn NewFile>>,
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

    /// A call that is planned.
    pub(crate) fn planned_call(&mut self) -> Result<(), RecordError> {
        if self.planned >= MOST_PLANNED {
            return Err(RecordError::TooMuch(format!("one call plans at most {MOST_PLANNED}")));
        }
        self.planned += 1;
        Ok(())
    }

    /// A mail that is sent.
    pub(crate) fn mail(&mut self) -> Result<(), RecordError> {
        if self.mails >= MOST_MAILS {
            return Err(RecordError::TooMuch(format!("one call sends at most {MOST_MAILS} mails")));
        }
        self.mails += 1;
        Ok(())
    }

    /// Whether one more file can be begun.
    pub(crate) fn may_begin_file(&self) -> Result<(), RecordError> {
        if self.files.len() >= MOST_FILES {
            return Err(RecordError::TooMuch(format!("one call has at most {MOST_FILES} files under way")));
        }
        Ok(())
    }

    /// A file that was begun.
    pub(crate) fn begun(&mut self, file: Box<dyn NewFile>) {
        self.files.push(file);
    }

    /// A file that this call has begun, and not ended.
    pub(crate) fn file(&mut self, id: &str) -> Option<&mut Box<dyn NewFile>> {
        self.files.iter_mut().find(|begun| begun.id() == id)
    }

    /// The same, to be ended.
    pub(crate) fn ended(&mut self, id: &str) -> Option<Box<dyn NewFile>> {
        let at = self.files.iter().position(|begun| begun.id() == id)?;
        Some(self.files.swap_remove(at))
    }

    /// A write of `bytes` to the installation's own values.
    pub(crate) fn value(&mut self, limits: &Limits, bytes: usize) -> Result<(), KvError> {
        if self.values >= limits.kv_writes || self.value_bytes.saturating_add(bytes) > limits.kv_bytes {
            return Err(KvError::TooMuch("one call writes at most 500 values and 4 MiB"));
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
        assert!((0..5).all(|_| writes.mail().is_ok()) && writes.mail().is_err());
        let mut writes = Writes::default();
        assert!((0..16).all(|_| writes.value(&limits, 256 << 10).is_ok()));
        assert!(writes.value(&limits, 1).is_err());
    }
}
