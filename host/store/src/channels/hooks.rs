//! The address of a channel, and what a desk finds again when it installs the channel anew (ADR 0027).
//!
//! An uninstall deletes all that the channel kept. Tickets are the desk's and stay: each holds its thread, its handle and
//! its requester. When the same add-on is installed again under its name, that is enough to give every conversation back its
//! way in and out; and the address that the service knows stays what it was.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, HookId, InstallationId},
    installation::{Installation, Label},
};

use crate::{
    Conn, Dialect, Result, Tx,
    db::query::{At, execute, fetch_optional},
};

/// The installation that listens at an address, with its desk. The caller must check the request's secret before
/// anything of the desk is read or changed for it.
pub async fn at_hook(conn: &mut Conn, hook: HookId) -> Result<Option<(DeskId, InstallationId)>> {
    let row = fetch_optional!(
        conn,
        (String, String),
        "SELECT i.desk_id, i.id FROM channel_hooks h
         JOIN installations i ON i.desk_id = h.desk_id AND i.id = h.installation_id WHERE h.hook_id = $1",
        hook
    )?;
    let text = hook.to_string();
    let at = At::new("channel_hooks", &text);
    row.map(|(desk, id)| Ok((at.parse("desk_id", &desk)?, at.parse("installation_id", &id)?))).transpose()
}

/// The address of an installation; `None` unless it is a channel, or a plugin that receives requests.
pub async fn hook_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<HookId>> {
    let row = fetch_optional!(
        conn,
        (String,),
        "SELECT hook_id FROM channel_hooks WHERE desk_id = $1 AND installation_id = $2",
        desk,
        installation
    )?;
    row.map(|(hook,)| At::new("channel_hooks", &hook).parse("hook_id", &hook)).transpose()
}

/// Gives a channel or plugin its address: that of an earlier installation of the same name in the desk, with the conversations it had. One
/// without a name that is alone takes up the last that was there, whatever that was called. Once more changes nothing.
pub async fn take_over(tx: &mut Tx, new: &Installation) -> Result<()> {
    let (desk, id, addon) = (new.desk, new.id, &new.addon);
    if hook_of(tx, desk, id).await?.is_some() {
        return Ok(());
    }
    let label = new.label.as_ref().map_or("", Label::as_str);
    let Some((hook, old)) = left_behind(tx, new, label).await? else {
        let sql = "INSERT INTO channel_hooks (hook_id, desk_id, addon_id, installation_id, label) VALUES ($1, $2, $3, $4, $5)";
        execute!(tx, sql, id, desk, addon, id, label)?;
        return Ok(());
    };
    let sql = "UPDATE channel_hooks SET installation_id = $2, label = $3 WHERE hook_id = $1";
    execute!(tx, sql, hook, id, label)?;
    let sql = "UPDATE tickets SET channel_installation_id = $3 WHERE desk_id = $1 AND channel_installation_id = $2";
    execute!(tx, sql, desk, old, id)?;
    find_again(tx, desk, id, new.created_at).await
}

/// The address that nobody listens at any more and that `new` takes up, with the installation that did.
async fn left_behind(conn: &mut Conn, new: &Installation, label: &str) -> Result<Option<(HookId, InstallationId)>> {
    let row = fetch_optional!(
        conn,
        (String, String),
        "SELECT h.hook_id, h.installation_id FROM channel_hooks h
         WHERE h.desk_id = $1 AND h.addon_id = $2
            AND NOT EXISTS (SELECT 1 FROM installations i WHERE i.desk_id = h.desk_id AND i.id = h.installation_id)
            AND (h.label = $4 OR ($4 = '' AND NOT EXISTS (SELECT 1 FROM installations o
                    WHERE o.desk_id = h.desk_id AND o.addon_id = h.addon_id AND o.id <> $3)))
         ORDER BY CASE WHEN h.label = $4 THEN 0 ELSE 1 END, h.installation_id DESC LIMIT 1",
        new.desk,
        &new.addon,
        new.id,
        label
    )?;
    let at = At::new("channel_hooks", new.addon.as_str());
    row.map(|(hook, old)| Ok((at.parse("hook_id", &hook)?, at.parse("installation_id", &old)?))).transpose()
}

/// The address goes by the new name from now on.
pub async fn rename(tx: &mut Tx, renamed: &Installation) -> Result<()> {
    let sql = "UPDATE channel_hooks SET label = $3 WHERE desk_id = $1 AND installation_id = $2";
    execute!(tx, sql, renamed.desk, renamed.id, renamed.label.as_ref().map_or("", Label::as_str))?;
    Ok(())
}

/// All further ids of conversations, as `$named`, each for the first ticket that had it: a stranger who makes one up gets a ticket too,
/// a later one.
macro_rules! other_threads {
    ($named:literal) => {
        concat!(
            "INSERT INTO channel_threads (desk_id, installation_id, thread, ticket_id, updated_at)
             SELECT t.desk_id, t.channel_installation_id, named.value, t.id, $3 FROM tickets t
             JOIN channel_conversations c ON c.desk_id = t.desk_id AND c.ticket_id = t.id
             CROSS JOIN ",
            $named,
            " WHERE t.desk_id = $1 AND t.channel_installation_id = $2 ORDER BY t.number
             ON CONFLICT (installation_id, thread) DO NOTHING"
        )
    };
}

/// The last ticket of each thread, what else its messages were known by, and the requester of the last ticket of each handle.
async fn find_again(tx: &mut Tx, desk: DeskId, id: InstallationId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO channel_threads (desk_id, installation_id, thread, ticket_id, updated_at)
         SELECT t.desk_id, t.channel_installation_id, t.channel_thread, t.id, $3 FROM tickets t
         JOIN (SELECT channel_thread, MAX(number) AS number FROM tickets
               WHERE desk_id = $1 AND channel_installation_id = $2 GROUP BY channel_thread) newest
            ON newest.number = t.number
         WHERE t.desk_id = $1 AND t.channel_installation_id = $2
         ON CONFLICT (installation_id, thread) DO NOTHING",
        desk,
        id,
        now
    )?;
    let sql = match tx.dialect() {
        Dialect::Sqlite => other_threads!("json_each(c.threads) AS named"),
        Dialect::Postgres => other_threads!("json_array_elements_text(c.threads::json) AS named (value)"),
    };
    execute!(tx, sql, desk, id, now)?;
    execute!(
        tx,
        "INSERT INTO channel_people (desk_id, installation_id, handle, contact_id)
         SELECT t.desk_id, t.channel_installation_id, t.channel_handle, t.requester_id FROM tickets t
         JOIN (SELECT channel_handle, MAX(number) AS number FROM tickets
               WHERE desk_id = $1 AND channel_installation_id = $2 GROUP BY channel_handle) newest
            ON newest.number = t.number
         WHERE t.desk_id = $1 AND t.channel_installation_id = $2
         ON CONFLICT (installation_id, handle) DO NOTHING",
        desk,
        id
    )?;
    Ok(())
}
