//! Signing keys of the issuer, sealed by the caller: one of each algorithm that signs, made by the first node that needs it,
//! and those that were replaced, for as long as relying parties may meet a token of theirs.

use std::time::Duration;

use annex_domain::{clock::Timestamp, oauth::SigningAlgorithm};

use crate::{
    Conn, Result, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// How long a key is shown after it was replaced.
pub const SHOWN: Duration = Duration::from_secs(48 * 60 * 60);

/// The sealed key of an algorithm that signs, if one was made.
pub async fn current(conn: &mut Conn, algorithm: SigningAlgorithm) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT sealed FROM issuer_keys WHERE algorithm = $1 AND retired_at IS NULL";
    Ok(fetch_optional!(conn, (Vec<u8>,), sql, algorithm)?.map(|(sealed,)| sealed))
}

/// All that are shown, the newest first.
pub async fn shown(conn: &mut Conn, now: Timestamp) -> Result<Vec<(SigningAlgorithm, Vec<u8>)>> {
    let sql = "SELECT algorithm, sealed FROM issuer_keys WHERE retired_at IS NULL OR retired_at > $1
               ORDER BY created_at DESC, algorithm";
    let rows = fetch_all!(conn, (String, Vec<u8>), sql, now.before(SHOWN))?;
    let key = |(algorithm, sealed): (String, Vec<u8>)| {
        Ok((At::new("issuer_keys", &algorithm).parse("algorithm", &algorithm)?, sealed))
    };
    rows.into_iter().map(key).collect()
}

/// Keeps a new key unless another node was faster. Read it back with [`current`] after the commit.
pub async fn put_first(tx: &mut Tx, algorithm: SigningAlgorithm, sealed: &[u8], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO issuer_keys (algorithm, sealed, created_at) VALUES ($1, $2, $3)
               ON CONFLICT (algorithm) WHERE retired_at IS NULL DO NOTHING";
    execute!(tx, sql, algorithm, sealed, now).map(drop)
}

/// Signs with a new key from now on. The one before is shown for a while, and then removed.
pub async fn replace(tx: &mut Tx, algorithm: SigningAlgorithm, sealed: &[u8], now: Timestamp) -> Result<()> {
    let sql = "DELETE FROM issuer_keys WHERE retired_at IS NOT NULL AND retired_at <= $1";
    execute!(tx, sql, now.before(SHOWN))?;
    let sql = "UPDATE issuer_keys SET retired_at = $2 WHERE algorithm = $1 AND retired_at IS NULL";
    execute!(tx, sql, algorithm, now)?;
    let sql = "INSERT INTO issuer_keys (algorithm, sealed, created_at) VALUES ($1, $2, $3)";
    execute!(tx, sql, algorithm, sealed, now).map(drop)
}

#[cfg(test)]
mod tests {
    use SigningAlgorithm::{EdDsa, Es256, Rs256};

    use super::*;
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_key_that_was_replaced_is_shown_for_two_days() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let (first, then) = (Timestamp(1_000), Timestamp(2_000));
            put_first(&mut tx, Rs256, b"one", first).await.unwrap();
            put_first(&mut tx, Rs256, b"slower", then).await.unwrap();
            put_first(&mut tx, Es256, b"other", first).await.unwrap();
            assert_eq!(current(&mut tx, Rs256).await.unwrap().unwrap(), b"one");
            assert_eq!(current(&mut tx, EdDsa).await.unwrap(), None);

            replace(&mut tx, Rs256, b"two", then).await.unwrap();
            assert_eq!(current(&mut tx, Rs256).await.unwrap().unwrap(), b"two");
            let all = |keys: &[(SigningAlgorithm, &str)]| {
                keys.iter().map(|(algorithm, sealed)| (*algorithm, sealed.as_bytes().to_vec())).collect::<Vec<_>>()
            };
            let before = then.after(SHOWN).before(Duration::from_millis(1));
            let three = all(&[(Rs256, "two"), (Es256, "other"), (Rs256, "one")]);
            assert_eq!(shown(&mut tx, before).await.unwrap(), three);
            let two = all(&[(Rs256, "two"), (Es256, "other")]);
            assert_eq!(shown(&mut tx, then.after(SHOWN)).await.unwrap(), two);
            replace(&mut tx, Rs256, b"three", then.after(SHOWN)).await.unwrap();
            let now = shown(&mut tx, then.after(SHOWN)).await.unwrap();
            assert_eq!(now, all(&[(Rs256, "three"), (Rs256, "two"), (Es256, "other")]));
        })
        .await;
    }
}
