//! What publishers earn with the invoices of desks: their share of each line that is paid for, less what goes back of it
//! (`host/docs/adr/0045-a-publisher-earns-what-was-taken.md`).
//!
//! What a gateway took earns, once. When days that it paid for become credit, their publisher gives its share back, and whoever is
//! paid with that credit earns; credit that was given, or bought, earns nobody anything. Who has the add-on when it is paid earns, and
//! gives back what is paid back, also after handing it over. Everything here happens in the transaction of the posting that it follows
//! from, and once.

use annex_domain::{
    addon::PublisherSlug,
    billing::LineKind,
    clock::Timestamp,
    earnings::EarningKind,
    ids::RefundId,
    money::{Currency, Money},
};
use annex_store::{
    Conn, StoreError, Tx,
    billing::{
        earnings::{self, NewEarning, Sold},
        entries,
        invoices::{self, Invoice},
        refunds::{self, Refund},
    },
    catalog,
    publishers::organisations,
};

use crate::ledger::{Earned, Moved, split};

/// An invoice is paid: with so many cents by card, and with what earns of the credit that it used.
pub(crate) async fn paid(tx: &mut Tx, invoice: &Invoice, by_card: i64, now: Timestamp) -> Result<(), StoreError> {
    let cents = by_card + entries::earning_of(tx, invoice.desk, invoice.id).await?;
    if cents == 0 {
        return Ok(());
    }
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?;
    let weights: Vec<i64> = lines.iter().map(|line| line.amount - line.reduced).collect();
    for (line, paid) in lines.iter().zip(split(cents, &weights)) {
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
        write(tx, &transaction, EarningKind::Sale, (&sale, moved), invoice.total.currency, now).await?;
    }
    Ok(())
}

/// Money went back: the publishers of the lines that it falls on have less by what earned. Of a line that is paid back as a whole
/// nothing is left, whatever cents were rounded on the way. Answers what of it earns again, in cents: of what came to the credit, that
/// which had earned there before.
pub(crate) async fn taken_back(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let lines = invoices::lines(tx, invoice.desk, invoice.id).await?;
    let mut in_credit = match refund.attempt {
        Some(_) => 0,
        None => entries::earning_of(tx, invoice.desk, invoice.id).await?,
    };
    let mut earns = 0;
    for (line, cents) in refunds::lines(tx, refund.id).await? {
        let Some((sale, mut earned)) = earned_with(tx, line).await? else { continue };
        let owed: i64 = lines.iter().filter(|one| one.id == line).map(|one| one.amount - one.reduced).sum();
        let whole = refunds::arrived_of_line(tx, line).await? >= owed;
        let moved = match refund.attempt {
            _ if whole => earned.take_back(earned.left),
            Some(_) => earned.take_back(cents),
            None => earned.take_back(cents.min(in_credit)),
        };
        let again = moved.gross.min(in_credit);
        in_credit -= again;
        earns += again;
        let named = named(refund.id, line);
        write(tx, &named, EarningKind::Refund, (&sale, moved), invoice.total.currency, now).await?;
    }
    Ok(earns)
}

/// Days that were paid for become credit of so many cents: what cards paid of them goes back from their publishers. `days`: the lines
/// that paid for them, each with the most of it. Answers how much of the credit that is, and so earns whoever is paid with it.
pub(crate) async fn become_credit(
    tx: &mut Tx,
    id: &str,
    days: &[(i64, i64)],
    credit: Money,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let mut earns = 0;
    for (line, most) in days {
        let Some((sale, mut earned)) = earned_with(tx, *line).await? else { continue };
        let moved = earned.take_back((*most).min(credit.cents - earns));
        earns += moved.gross;
        let named = format!("{id}:line:{line}");
        write(tx, &named, EarningKind::Refund, (&sale, moved), credit.currency, now).await?;
    }
    Ok(earns)
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
        let named = format!("{taken}:back");
        write(tx, &named, EarningKind::RefundBack, (&sale, moved), invoice.total.currency, now).await?;
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
    currency: Currency,
    now: Timestamp,
) -> Result<(), StoreError> {
    if moved.gross == 0 {
        return Ok(());
    }
    let amount = Money::new(moved.amount, currency);
    let (publisher, sold) = (&sale.owner, Some(&sale.sold));
    let new = NewEarning { transaction, publisher, kind, sold, gross: moved.gross, amount };
    earnings::insert(tx, &new, now).await.map(drop)
}
