//! How far add-ons and versions reach, as their publisher and the platform say; what a desk sees of that is in [`super::visible`].

use std::collections::BTreeSet;

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    clock::Timestamp,
    reach::{Audience, Reach, Rollout},
};

use super::refresh_latest;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

/// How an add-on is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// The add-on.
    pub addon: AddonId,
    /// Whose it is: at first that of its id.
    pub owner: PublisherSlug,
    /// Which desks may have it.
    pub audience: Audience,
    /// It is advertised.
    pub listed: bool,
    /// When it stops; nobody installs it anew any more.
    pub ends_at: Option<Timestamp>,
    /// When it stopped for good.
    pub ended_at: Option<Timestamp>,
    /// Whose it becomes when they accept it.
    pub offered_to: Option<PublisherSlug>,
}

#[derive(sqlx::FromRow)]
struct OfferingSql {
    id: String,
    publisher: String,
    audience: String,
    listed: i64,
    ends_at: Option<i64>,
    ended_at: Option<i64>,
    offered_to: Option<String>,
}

impl TryFrom<OfferingSql> for Offering {
    type Error = StoreError;
    fn try_from(row: OfferingSql) -> Result<Self> {
        let at = At::new("addons", &row.id);
        Ok(Self {
            addon: at.parse("id", &row.id)?,
            owner: at.parse("publisher", &row.publisher)?,
            audience: at.parse("audience", &row.audience)?,
            listed: row.listed != 0,
            ends_at: row.ends_at.map(Timestamp),
            ended_at: row.ended_at.map(Timestamp),
            offered_to: at.parse_some("offered_to", row.offered_to.as_deref())?,
        })
    }
}

/// How an add-on is offered; `None` for one that the catalog does not have.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn offering(conn: &mut Conn, addon: &AddonId) -> Result<Option<Offering>> {
    let sql = "SELECT id, publisher, audience, listed, ends_at, ended_at, offered_to FROM addons WHERE id = $1";
    fetch_optional!(conn, OfferingSql, sql, addon)?.map(TryInto::try_into).transpose()
}

/// Whose an add-on is: that of its id, unless it was handed over.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn owner(conn: &mut Conn, addon: &AddonId) -> Result<PublisherSlug> {
    Ok(offering(conn, addon).await?.map_or_else(|| addon.publisher(), |known| known.owner))
}

/// True for a version that was signed for whose the add-on is now; false, when it was handed over since.
///
/// # Errors
/// When the database fails.
pub async fn is_signed_for_owner(conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM addon_versions v JOIN addons a ON a.id = v.addon_id
               WHERE v.addon_id = $1 AND v.version = $2 AND COALESCE(v.signed_for, a.publisher) = a.publisher";
    Ok(fetch_one!(conn, (i64,), sql, addon, version)?.0 == 1)
}

/// The add-ons of a publisher, and those that are offered to it, by id.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn of_publisher(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Offering>> {
    let sql = "SELECT id, publisher, audience, listed, ends_at, ended_at, offered_to FROM addons
               WHERE publisher = $1 OR offered_to = $1 ORDER BY id";
    all(fetch_all!(conn, OfferingSql, sql, publisher)?)
}

/// The add-ons that are a publisher's, whatever their ids say.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn owned(conn: &mut Conn, publisher: &PublisherSlug) -> Result<BTreeSet<AddonId>> {
    let rows = fetch_all!(conn, (String,), "SELECT id FROM addons WHERE publisher = $1", publisher)?;
    rows.iter().map(|(id,)| At::new("addons", id).parse("id", id)).collect()
}

/// Says how far a version reaches. An add-on whose only version is not for everyone is not advertised before somebody says so.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown version.
pub async fn set_reach(tx: &mut Tx, addon: &AddonId, version: &Version, reach: Reach, now: Timestamp) -> Result<()> {
    let sql = "UPDATE addon_versions SET reach = $3 WHERE addon_id = $1 AND version = $2";
    found(execute!(tx, sql, addon, version, reach)?, "version")?;
    if reach == Reach::Own {
        let sql = "UPDATE addons SET listed = 0 WHERE id = $1
                   AND NOT EXISTS (SELECT 1 FROM addon_versions WHERE addon_id = $1 AND version <> $2)";
        execute!(tx, sql, addon, version)?;
    }
    refresh_latest(tx, addon, now).await
}

/// Says to how many desks a version is offered. Those that have it keep it.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown version; when the percentage is not 1 to 100.
pub async fn set_rollout(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    rollout: Rollout,
    now: Timestamp,
) -> Result<()> {
    let sql =
        "UPDATE addon_versions SET rollout_percent = $3, rollout_paused = $4 WHERE addon_id = $1 AND version = $2";
    found(execute!(tx, sql, addon, version, rollout.percent, rollout.paused)?, "version")?;
    refresh_latest(tx, addon, now).await
}

/// Says which desks may have an add-on.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_audience(tx: &mut Tx, addon: &AddonId, audience: Audience) -> Result<()> {
    found(execute!(tx, "UPDATE addons SET audience = $2 WHERE id = $1", addon, audience)?, "add-on")
}

/// Advertises an add-on, or does so no more: its page stays.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_listed(tx: &mut Tx, addon: &AddonId, listed: bool) -> Result<()> {
    found(execute!(tx, "UPDATE addons SET listed = $2 WHERE id = $1", addon, listed)?, "add-on")
}

/// Says when an add-on stops, or that it goes on. One that has stopped stays so.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_ends_at(tx: &mut Tx, addon: &AddonId, ends_at: Option<Timestamp>) -> Result<()> {
    let sql = "UPDATE addons SET ends_at = $2 WHERE id = $1 AND ended_at IS NULL";
    found(execute!(tx, sql, addon, ends_at)?, "add-on")
}

/// The add-ons whose day has come.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn to_end(conn: &mut Conn, now: Timestamp) -> Result<Vec<AddonId>> {
    let sql = "SELECT id FROM addons WHERE ends_at <= $1 AND ended_at IS NULL ORDER BY id";
    let rows = fetch_all!(conn, (String,), sql, now)?;
    rows.iter().map(|(id,)| At::new("addons", id).parse("id", id)).collect()
}

/// Stops an add-on for good: none of its versions runs any more. Its id and the numbers of its packages stay taken. False: it has
/// stopped already, or goes on.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut Tx, addon: &AddonId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE addons SET ended_at = $2, listed = 0 WHERE id = $1 AND ends_at <= $2 AND ended_at IS NULL";
    if execute!(tx, sql, addon, now)? != 1 {
        return Ok(false);
    }
    execute!(tx, "UPDATE addon_versions SET status = 'blocked' WHERE addon_id = $1", addon)?;
    refresh_latest(tx, addon, now).await?;
    Ok(true)
}

/// Offers an add-on to another publisher, or no more.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Reference`] for an unknown publisher.
pub async fn offer_to(tx: &mut Tx, addon: &AddonId, publisher: Option<&PublisherSlug>) -> Result<()> {
    found(execute!(tx, "UPDATE addons SET offered_to = $2 WHERE id = $1", addon, publisher)?, "add-on")
}

/// Makes an add-on that of whom it is offered to. New packages need that publisher's keys; those that are there stay verified with
/// the keys of whose they were.
///
/// # Errors
/// [`StoreError::Stale`] unless it is offered to them by `from`.
pub async fn hand_over(tx: &mut Tx, addon: &AddonId, from: &PublisherSlug, to: &PublisherSlug) -> Result<()> {
    let sql =
        "UPDATE addons SET publisher = $3, offered_to = NULL WHERE id = $1 AND publisher = $2 AND offered_to = $3";
    if execute!(tx, sql, addon, from, to)? != 1 {
        return Err(StoreError::Stale("the add-on"));
    }
    let sql = "UPDATE addon_versions SET signed_for = $2 WHERE addon_id = $1 AND signed_for IS NULL";
    execute!(tx, sql, addon, from).map(drop)
}

fn found(affected: u64, what: &'static str) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound(what)) }
}
