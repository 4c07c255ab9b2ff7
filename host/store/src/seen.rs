//! When sessions and tokens were last used: noted in memory by the request, and written together a little later by
//! [`write()`], which the host does every second and at its end. A crash loses the last second of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use annex_domain::{
    clock::Timestamp,
    ids::{SessionId, TokenId},
};

use crate::{Db, Result, db::query::execute};

/// Notes of a kind that wait; who comes then is noted with their next request.
const MOST: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Notes>);

/// In the order of their keys: two nodes that write about the same ones do not wait for each other.
#[derive(Debug, Default, Clone)]
struct Notes {
    sessions: BTreeMap<SessionId, Timestamp>,
    tokens: BTreeMap<TokenId, Timestamp>,
    /// Sessions at the client area, by the hash of the secret.
    clients: BTreeMap<String, Timestamp>,
}

impl Seen {
    pub(crate) fn session(&self, id: SessionId, now: Timestamp) {
        self.with(|notes| put(&mut notes.sessions, id, now));
    }

    pub(crate) fn token(&self, id: TokenId, now: Timestamp) {
        self.with(|notes| put(&mut notes.tokens, id, now));
    }

    pub(crate) fn client(&self, hash: &str, now: Timestamp) {
        self.with(|notes| put(&mut notes.clients, hash.to_owned(), now));
    }

    /// The note about a session that is not written yet.
    pub(crate) fn of_session(&self, id: SessionId) -> Option<Timestamp> {
        self.with(|notes| notes.sessions.get(&id).copied())
    }

    /// The same of a token.
    pub(crate) fn of_token(&self, id: TokenId) -> Option<Timestamp> {
        self.with(|notes| notes.tokens.get(&id).copied())
    }

    /// The same of a session at the client area.
    pub(crate) fn of_client(&self, hash: &str) -> Option<Timestamp> {
        self.with(|notes| notes.clients.get(hash).copied())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Notes) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn put<K: Ord>(notes: &mut BTreeMap<K, Timestamp>, key: K, now: Timestamp) {
    if notes.len() < MOST || notes.contains_key(&key) {
        notes.insert(key, now);
    }
}

/// Writes what was noted. What cannot be written waits for the next time.
///
/// # Errors
/// When the database fails.
pub async fn write(db: &Db) -> Result<()> {
    let notes = db.seen().with(|notes| notes.clone());
    if notes.sessions.is_empty() && notes.tokens.is_empty() && notes.clients.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (id, at) in &notes.sessions {
        execute!(tx, "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2", *id, *at)?;
    }
    for (id, at) in &notes.tokens {
        let sql = "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND COALESCE(last_used_at, 0) < $2";
        execute!(tx, sql, *id, *at)?;
    }
    for (hash, at) in &notes.clients {
        let sql = "UPDATE client_sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2";
        execute!(tx, sql, hash, *at)?;
    }
    tx.commit().await?;
    // Notes that came while it was writing stay.
    db.seen().with(|now| {
        now.sessions.retain(|id, at| notes.sessions.get(id) != Some(at));
        now.tokens.retain(|id, at| notes.tokens.get(id) != Some(at));
        now.clients.retain(|hash, at| notes.clients.get(hash) != Some(at));
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        sessions::{self, IDLE},
        testing::{Fixture, on_both, statements},
        tokens::{self, TokenInput},
    };

    const NOW: Timestamp = Timestamp(1_000_000_000);

    #[tokio::test]
    async fn a_request_writes_nothing_and_its_session_lives_on() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
            let session = sessions::create(&mut tx, desk, agent, "UA", "::1", NOW).await.unwrap();
            let scopes = annex_domain::permission::Permissions::agent();
            let wanted = TokenInput { name: "ci".into(), scopes, days: 9 };
            let token = tokens::create(&mut tx, desk, agent, &wanted, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let almost = NOW.after(IDLE - Duration::from_secs(1));
            let asked = async {
                assert!(sessions::authenticate(&db, &session.secret, almost).await.unwrap().is_some());
                assert!(tokens::authenticate(&db, &token.secret, almost).await.unwrap().is_some());
            };
            let ((), ran) = statements::counted(asked).await;
            assert_eq!(ran.transactions, 0);
            // The note counts before it is written, and what is written counts after it.
            let later = almost.after(IDLE - Duration::from_secs(1));
            assert!(sessions::authenticate(&db, &session.secret, later).await.unwrap().is_some());
            write(&db).await.unwrap();
            let mut conn = db.read().await.unwrap();
            assert_eq!(sessions::list(&mut conn, desk, agent, later).await.unwrap()[0].seen_at, later);
            let listed = tokens::list(&mut conn, desk, None).await.unwrap();
            assert_eq!(listed[0].last_used_at, Some(almost));
            let last = later.after(IDLE - Duration::from_secs(1));
            assert!(sessions::authenticate(&db, &session.secret, last).await.unwrap().is_some());
            assert!(sessions::authenticate(&db, &session.secret, last.after(IDLE)).await.unwrap().is_none());
            let ((), ran) = statements::counted(async { write(&db).await.unwrap() }).await;
            assert_eq!(ran.transactions, 1);
            let ((), ran) = statements::counted(async { write(&db).await.unwrap() }).await;
            assert_eq!(ran.transactions, 0, "nothing is left to be written");
        })
        .await;
    }
}
