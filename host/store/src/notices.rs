//! Which mails about tickets operators want. Each is switched by themselves.

use annex_domain::ids::{DeskId, OperatorId};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// What an operator is told by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notices {
    /// A new ticket that nobody has.
    pub new: bool,
    /// A ticket that somebody else gives them.
    pub assigned: bool,
    /// The requester of a ticket of theirs wrote.
    pub answered: bool,
}

/// What an operator wants to be told.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn of(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<Notices> {
    let sql = "SELECT mail_new, mail_assigned, mail_answered FROM operators WHERE desk_id = $1 AND id = $2";
    let row = fetch_optional!(conn, (i64, i64, i64), sql, desk, operator)?;
    let (new, assigned, answered) = row.ok_or(StoreError::NotFound("operator"))?;
    Ok(Notices { new: new != 0, assigned: assigned != 0, answered: answered != 0 })
}

/// Keeps what an operator wants to be told.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set(tx: &mut Tx, desk: DeskId, operator: OperatorId, wanted: Notices) -> Result<()> {
    let sql =
        "UPDATE operators SET mail_new = $3, mail_assigned = $4, mail_answered = $5 WHERE desk_id = $1 AND id = $2";
    match execute!(tx, sql, desk, operator, wanted.new, wanted.assigned, wanted.answered)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("operator")),
    }
}

/// The active operators of a desk who want to be told of new tickets.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn wanting_new(conn: &mut Conn, desk: DeskId) -> Result<Vec<OperatorId>> {
    let sql = "SELECT id FROM operators WHERE desk_id = $1 AND active = 1 AND mail_new = 1 ORDER BY id";
    let rows = fetch_all!(conn, (String,), sql, desk)?;
    rows.into_iter().map(|(id,)| At::new("operators", &id).parse("id", &id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, on_both};

    #[tokio::test]
    async fn each_operator_switches_their_own() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, admin, agent, other_desk, .. } = Fixture::make(&mut tx).await;
            let usual = Notices { new: false, assigned: true, answered: true };
            assert_eq!(of(&mut tx, desk, agent).await.unwrap(), usual);
            assert_eq!(wanting_new(&mut tx, desk).await.unwrap(), []);
            let turned = Notices { new: true, assigned: false, answered: false };
            set(&mut tx, desk, agent, turned).await.unwrap();
            assert_eq!(
                (of(&mut tx, desk, agent).await.unwrap(), of(&mut tx, desk, admin).await.unwrap()),
                (turned, usual)
            );
            assert_eq!(wanting_new(&mut tx, desk).await.unwrap(), [agent]);
            assert!(set(&mut tx, other_desk, agent, usual).await.is_err());
            assert!(of(&mut tx, other_desk, agent).await.is_err());
            assert_eq!(wanting_new(&mut tx, other_desk).await.unwrap(), []);
        })
        .await;
    }
}
