//! What a service brought, told apart: messages that come for the first time, changes of those that came before, and reports on those
//! that were sent.

use annex_domain::{
    channel::{Edit, Inbound, InboundMessage, Progress, Report, Revision, TAKEN_BACK},
    clock::Timestamp,
    installation::Installation,
};
use annex_store::{
    StoreError, Tx,
    channels::{self, Known},
    messages::{self, Body},
};

use super::{message, tidy};

/// Why a message did not arrive, of whose service nothing more is known.
const DID_NOT_ARRIVE: &str = "it did not arrive, the service says";

/// Writes what a service brought.
pub(crate) async fn take_in(
    tx: &mut Tx,
    of: &Installation,
    brought: &Inbound,
    now: Timestamp,
) -> Result<(), StoreError> {
    match brought {
        Inbound::Message(message) => message_came(tx, of, message, now).await,
        Inbound::Edited(Edit { external_id, revision, text, html }) => {
            let body = message::body(text, html.as_deref(), &[]);
            revise(tx, of, external_id, *revision, body, now).await
        }
        Inbound::Deleted(external_id) => {
            let last = Revision { number: i64::MAX, by_author: true };
            revise(tx, of, external_id, last, TAKEN_BACK.into(), now).await
        }
        Inbound::Status(report) => reported(tx, of, report).await,
    }
}

async fn message_came(
    tx: &mut Tx,
    of: &Installation,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (desk, id, external_id) = (of.desk, of.id, tidy(&message.external_id, 500));
    let Some(Revision { number, by_author }) = message.revision else {
        if channels::first_time(tx, desk, id, &external_id, now).await? {
            let written = message::write(tx, of, message, now).await?;
            channels::set_known(tx, desk, id, &external_id, written, 0).await?;
        }
        return Ok(());
    };
    // Of a message that is not known, because it came before the channel or long ago, the change is all there is.
    channels::first_time(tx, desk, id, &external_id, now).await?;
    let known = channels::lock_known(tx, desk, id, &external_id).await?;
    let written = match known {
        Some(known) if known.revision >= number => return Ok(()),
        Some(Known { message: Some(known), .. }) => {
            let body = message::body(&message.text, message.html.as_deref(), &message.unsupported);
            messages::revise(tx, desk, known, body, by_author, now).await?.id
        }
        _ => message::write(tx, of, message, now).await?,
    };
    channels::set_known(tx, desk, id, &external_id, written, number).await
}

/// Of a message that is not known there is nothing to change.
async fn revise(
    tx: &mut Tx,
    of: &Installation,
    external_id: &str,
    Revision { number, by_author }: Revision,
    body: Body,
    now: Timestamp,
) -> Result<(), StoreError> {
    let external_id = tidy(external_id, 500);
    match channels::lock_known(tx, of.desk, of.id, &external_id).await? {
        Some(Known { message: Some(message), revision }) if revision < number => {
            messages::revise(tx, of.desk, message, body, by_author, now).await?;
            channels::set_known(tx, of.desk, of.id, &external_id, message, number).await
        }
        _ => Ok(()),
    }
}

async fn reported(tx: &mut Tx, of: &Installation, report: &Report) -> Result<(), StoreError> {
    let Report { external_id, progress, reason } = report;
    let Some(message) = channels::sent_as(tx, of.desk, of.id, &tidy(external_id, 500)).await? else { return Ok(()) };
    let is_news = channels::set_progress(tx, of.desk, message, *progress).await?;
    if is_news && *progress == Progress::Failed {
        messages::came_back(tx, of.desk, message, reason.as_deref().unwrap_or(DID_NOT_ARRIVE)).await?;
    }
    Ok(())
}
