//! What publishers earn with the invoices of desks: their share of each line that is paid for, less what goes back of it
//! (`host/docs/adr/0045-a-publisher-earns-what-was-taken.md`).
//!
//! What a gateway took earns. What a desk's credit paid does not: it was given to the desk, or has earned before. Who has the add-on
//! when it is paid earns, and gives back what is paid back, also after handing it over. Everything here happens in the transaction of
//! the posting that it follows from, and once.

use annex_domain::{
    addon::PublisherSlug, billing::LineKind, clock::Timestamp, earnings::EarningKind, ids::RefundId, money::Money,
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        earnings::{self, NewEarning, Sold},
        invoices::{self, Invoice},
        refunds::{self, Refund},
    },
    catalog,
    publishers::organisations,
};

use crate::ledger::{Earned, Moved, split};

/// A gateway took what was to be paid of an invoice.
pub(crate) async fn paid(tx: &mut Tx, invoice: &Invoice, now: Timestamp) -> Result<(), StoreError> {
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?;
    let weights: Vec<i64> = lines.iter().map(|line| line.amount - line.reduced).collect();
    for (line, paid) in lines.iter().zip(split(invoice.to_take().cents, &weights)) {
        // What is carried over was earned before it was carried, or is too little to be anybody's.
        if line.kind != LineKind::Charge || paid == 0 {
            continue;
        }
        let owner = catalog::owner(tx, &line.addon).await?;
        let share = organisations::share(tx, &owner).await?;
        earnings::keep(tx, line.id, paid, share).await?;
        let moved = Moved { gross: paid, amount: share.of(paid) };
        let transaction = format!("line:{}", line.id);
        let sale = Sale { owner, sold: Sold::of(line, share) };
        write(tx, &transaction, EarningKind::Sale, (&sale, moved), invoice, now).await?;
    }
    Ok(())
}

/// Money went back: the publishers of the lines that it falls on have less by what a card got. Of a line that is paid back as a
/// whole nothing is left, whatever cents were rounded on the way.
pub(crate) async fn taken_back(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?;
    for (line, cents) in refunds::lines(tx, refund.id).await? {
        let Some((sale, mut earned)) = earned_with(tx, line).await? else { continue };
        let owed: i64 = lines.iter().filter(|one| one.id == line).map(|one| one.amount - one.reduced).sum();
        let whole = refunds::arrived_of_line(tx, line).await? >= owed;
        let moved = match refund.attempt {
            _ if whole => earned.take_back(earned.left),
            Some(_) => earned.take_back(cents),
            None => continue,
        };
        write(tx, &named(refund.id, line), EarningKind::Refund, (&sale, moved), invoice, now).await?;
    }
    Ok(())
}

/// What had gone back came back.
pub(crate) async fn given_back(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (line, _) in refunds::lines(tx, refund.id).await? {
        let taken = named(refund.id, line);
        let Some(before) = earnings::of_transaction(tx, &taken).await? else { continue };
        let Some((sale, mut earned)) = earned_with(tx, line).await? else { continue };
        let moved = earned.give_back(before.gross);
        write(tx, &format!("{taken}:back"), EarningKind::RefundBack, (&sale, moved), invoice, now).await?;
    }
    Ok(())
}

fn named(refund: RefundId, line: i64) -> String {
    format!("refund:{refund}:line:{line}")
}

/// A line that was sold, and who had the add-on then.
struct Sale {
    owner: PublisherSlug,
    sold: Sold,
}

/// What there is of a line that earned something.
async fn earned_with(conn: &mut Conn, line: i64) -> Result<Option<(Sale, Earned)>, StoreError> {
    let all = earnings::of_line(conn, line).await?;
    let left: i64 = all.iter().map(|one| one.kind.sign() * one.gross).sum();
    let sale = all.into_iter().find_map(|one| Some(Sale { owner: one.publisher, sold: one.sold? }));
    Ok(sale.map(|sale| {
        let share = sale.sold.share;
        (sale, Earned { left, share })
    }))
}

async fn write(
    tx: &mut Tx,
    transaction: &str,
    kind: EarningKind,
    (sale, moved): (&Sale, Moved),
    invoice: &Invoice,
    now: Timestamp,
) -> Result<(), StoreError> {
    if moved.gross == 0 {
        return Ok(());
    }
    let amount = Money::new(moved.amount, invoice.total.currency);
    let (publisher, sold) = (&sale.owner, Some(&sale.sold));
    let new = NewEarning { transaction, publisher, kind, sold, gross: moved.gross, amount };
    earnings::insert(tx, &new, now).await.map(drop)
}
