//! The statement of a desk, read from the ledger.

use std::collections::BTreeMap;

use annex_domain::ids::{DeskId, InvoiceId};
use annex_store::{
    StoreError,
    billing::{desks, entries, invoices},
};
use jiff::tz::TimeZone;

use crate::{
    About, Billing,
    ledger::{
        self,
        statement::{Row, rows},
    },
};

/// Entries that are read at once.
const AT_ONCE: u32 = 1_000;

impl Billing {
    /// Everything that happened to a desk's account, oldest first, in the time zone of its bill.
    pub async fn statement(&self, desk: DeskId) -> Result<Vec<Row>, StoreError> {
        let mut conn = self.db().read().await?;
        let zone = match desks::get(&mut conn, desk).await? {
            Some(bill) => ledger::zone(&bill.time_zone).unwrap_or(TimeZone::UTC),
            None => TimeZone::UTC,
        };
        let mut all: Vec<entries::Entry> = Vec::new();
        loop {
            let after = all.last().map_or(0, |entry| entry.id);
            let some = entries::list(&mut conn, desk, after, AT_ONCE).await?;
            let full = some.len() == AT_ONCE as usize;
            all.extend(some);
            if !full {
                break;
            }
        }
        let numbers: BTreeMap<_, _> = invoices::numbers(&mut conn, desk).await?.into_iter().collect();
        let mut lines: BTreeMap<InvoiceId, Vec<invoices::Line>> = BTreeMap::new();
        for (invoice, line) in invoices::all_lines(&mut conn, desk).await? {
            lines.entry(invoice).or_default().push(line);
        }
        let mut rows = rows(&all, &zone);
        for row in &mut rows {
            let Some(invoice) = row.invoice else { continue };
            row.number = numbers.get(&invoice).copied();
            if row.charged != 0 {
                row.about = lines.get(&invoice).and_then(|lines| About::of(lines));
            }
        }
        Ok(rows)
    }
}
