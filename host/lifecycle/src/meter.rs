//! Measurements and log lines of calls, and who was here, written in batches off the path of the request: a bounded channel,
//! one task, about one transaction a second. A crash loses the last second of these figures, and nothing else.
//!
//! A full channel makes callers wait, so nothing is lost; [`Meter::flush`] returns when everything handed in before is
//! written, which is what a graceful shutdown does last.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};
use annex_sandbox::{Outcome, Report};
use annex_store::{
    Db, StoreError, Tx,
    health::{self, Call, HostCallRow, LastError, Totals},
    installations,
    logs::{self, Level, NewLine},
    seen,
};
use tokio::sync::{mpsc, oneshot};

/// Calls that may wait to be written.
const WAITING: usize = 1024;
/// Calls that are written together.
const BATCH: usize = 256;
/// The longest that anything waits for others to be written with.
const LINGER: Duration = Duration::from_secs(1);
/// How often a failing batch is tried again before it is given up.
const ATTEMPTS: u32 = 8;

/// What a call was and how it ended.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) desk: DeskId,
    pub(crate) installation: InstallationId,
    pub(crate) kind: &'static str,
    /// Code and text; `None`: well.
    pub(crate) error: Option<(&'static str, String)>,
    pub(crate) trapped: bool,
    pub(crate) report: Report,
}

enum Order {
    Write(Box<Record>),
    Flush(oneshot::Sender<()>),
}

/// Takes measurements in. Cheap to share.
#[derive(Debug, Clone)]
pub(crate) struct Meter(mpsc::Sender<Order>);

impl Meter {
    pub(crate) fn start(db: Db) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write_all(db, receiver));
        Self(sender)
    }

    pub(crate) async fn record(&self, record: Record) {
        if self.0.send(Order::Write(Box::new(record))).await.is_err() {
            tracing::error!("the task that writes measurements is gone");
        }
    }

    /// Returns when everything that was recorded before is written.
    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.0.send(Order::Flush(done)).await.is_ok() {
            let _ = written.await; // gone with its task: there is nothing left to wait for
        }
    }
}

async fn write_all(db: Db, mut orders: mpsc::Receiver<Order>) {
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        let first = tokio::select! {
            order = orders.recv() => order,
            () = tokio::time::sleep(LINGER) => {
                write_seen(&db).await;
                continue;
            }
        };
        let Some(first) = first else { break };
        let linger = tokio::time::sleep(LINGER);
        tokio::pin!(linger);
        let mut flushes = Vec::new();
        let mut next = Some(first);
        loop {
            match next.take() {
                Some(Order::Write(record)) => waiting.push(*record),
                Some(Order::Flush(done)) => flushes.push(done),
                None => break,
            }
            if waiting.len() >= BATCH || !flushes.is_empty() {
                break;
            }
            tokio::select! {
                order = orders.recv() => next = order,
                () = &mut linger => break,
            }
        }
        write(&db, std::mem::take(&mut waiting)).await;
        write_seen(&db).await;
        for done in flushes {
            let _ = done.send(()); // the asker may have given up
        }
    }
}

/// What cannot be written now is written a second later.
async fn write_seen(db: &Db) {
    if let Err(error) = seen::write(db).await {
        tracing::warn!(%error, "who was here is written a little later");
    }
}

async fn write(db: &Db, records: Vec<Record>) {
    let mut groups: BTreeMap<(DeskId, InstallationId), Vec<Record>> = BTreeMap::new();
    for record in records {
        groups.entry((record.desk, record.installation)).or_default().push(record);
    }
    if write_together(db, &groups).await.is_ok() {
        return;
    }
    // One of them keeps the others from being written: each by itself.
    for ((desk, installation), records) in groups {
        let mut pause = Duration::from_millis(100);
        for attempt in 1..=ATTEMPTS {
            match write_alone(db, desk, installation, &records).await {
                Ok(()) => break,
                // Uninstalled meanwhile: its measurements go with it.
                Err(StoreError::Reference) => break,
                Err(error) if attempt == ATTEMPTS => {
                    tracing::error!(%installation, calls = records.len(), %error, "measurements could not be written");
                }
                Err(error) => {
                    tracing::warn!(%installation, %error, "measurements are written a little later");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }
}

async fn write_together(db: &Db, groups: &BTreeMap<(DeskId, InstallationId), Vec<Record>>) -> Result<(), StoreError> {
    if groups.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for ((desk, installation), records) in groups {
        write_group(&mut tx, *desk, *installation, records).await?;
    }
    tx.commit().await
}

async fn write_alone(
    db: &Db,
    desk: DeskId,
    installation: InstallationId,
    records: &[Record],
) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    write_group(&mut tx, desk, installation, records).await?;
    tx.commit().await
}

async fn write_group(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    records: &[Record],
) -> Result<(), StoreError> {
    if installations::get(tx, desk, installation).await?.is_none() {
        return Ok(());
    }
    add_sums(tx, desk, installation, records).await?;
    let calls: Vec<Call> = records.iter().map(call).collect();
    health::add_calls(tx, desk, installation, &calls).await?;
    let last = records.iter().filter(|record| record.error.is_some()).max_by_key(|record| record.report.started);
    if let Some(Record { error: Some((code, text)), report, .. }) = last {
        let error = LastError { code: (*code).into(), text: text.clone(), at: report.started, call: report.call };
        health::set_last_error(tx, desk, installation, &error).await?;
    }
    let lines: Vec<NewLine> = records.iter().flat_map(lines).collect();
    logs::append(tx, desk, installation, &lines).await
}

async fn add_sums(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    records: &[Record],
) -> Result<(), StoreError> {
    let mut hours: BTreeMap<Timestamp, Totals> = BTreeMap::new();
    for record in records {
        let wall = micros(record.report.wall);
        let one = Totals {
            calls: 1,
            errors: u64::from(record.error.is_some()),
            traps: u64::from(record.trapped),
            wall_micros: wall,
            wall_micros_max: wall,
            fuel: record.report.fuel,
            peak_memory: record.report.peak_memory,
            host_calls: u64::from(record.report.host_call_count),
        };
        let sum = hours.entry(health::hour_of(record.report.started)).or_default();
        *sum = sum.plus(one);
    }
    for (hour, totals) in hours {
        health::add(tx, desk, installation, hour, &totals).await?;
    }
    Ok(())
}

fn call(record: &Record) -> Call {
    let host_calls = record.report.host_calls.iter().map(|call| HostCallRow {
        name: call.name.into(),
        detail: call.detail.clone(),
        wall_micros: micros(call.wall),
        outcome: match &call.outcome {
            Outcome::Ok(word) => word.clone(),
            Outcome::Error(text) => format!("error: {text}"),
        },
    });
    Call {
        id: record.report.call,
        at: record.report.started,
        kind: record.kind.into(),
        outcome: record.error.as_ref().map_or("ok", |(code, _)| code).into(),
        wall_micros: micros(record.report.wall),
        fuel: record.report.fuel,
        peak_memory: record.report.peak_memory,
        host_calls: host_calls.collect(),
    }
}

/// What the add-on wrote, and after it the host's line about how the call ended, when it did not end well.
fn lines(record: &Record) -> Vec<NewLine> {
    let report = &record.report;
    let line = |level, message: String, at| NewLine { call: Some(report.call), level, message, at };
    let mut lines: Vec<NewLine> =
        report.logs.iter().map(|written| line(written.level, written.message.clone(), written.at)).collect();
    let end = report.started.after(report.wall);
    if report.logs_dropped > 0 {
        lines.push(line(Level::Warn, format!("{} more lines were dropped", report.logs_dropped), end));
    }
    if let Some((code, text)) = &record.error {
        let text: String = text.chars().take(2000).collect();
        lines.push(line(Level::Error, format!("{} failed ({code}): {text}", record.kind), end));
    }
    lines
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
