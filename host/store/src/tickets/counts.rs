//! How many tickets the views of the inbox have. Counts end at [`COUNTED`], so that they cost the same in a small desk and in a
//! large one.

use annex_domain::ids::{DeskId, OperatorId};

use crate::{
    db::{Conn, query::fetch_one},
    error::Result,
};

/// Counting ends here: one more stands for any number above it.
pub const COUNTED: i64 = 1_000;

/// How many tickets each view has, up to one more than [`COUNTED`].
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Counts {
    /// Open ones.
    pub open: i64,
    /// Pending ones.
    pub pending: i64,
    /// Solved ones.
    pub solved: i64,
    /// Closed ones.
    pub closed: i64,
    /// Open or pending ones of the operator.
    pub mine: i64,
    /// Open or pending ones of nobody.
    pub unassigned: i64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.open + self.pending + self.solved + self.closed
    }
}

/// The tickets that a view counts, up to one more than [`COUNTED`]. The order is that of an index, which has all that is asked for:
/// PostgreSQL would else read the table from its start until it has found so many.
macro_rules! counted {
    ($of:literal, $order:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM (SELECT 1 FROM tickets\n            WHERE desk_id = $1 AND spam_at IS NULL AND deleted_at IS NULL AND ",
            $of,
            " ORDER BY ",
            $order,
            " LIMIT $3) t)"
        )
    };
}

/// How many tickets each view has, for the operator who looks.
pub async fn counts(conn: &mut Conn, desk: DeskId, me: OperatorId) -> Result<Counts> {
    let sql = concat!(
        "SELECT ",
        counted!("status = 'open'", "priority, updated_at"),
        " AS open, ",
        counted!("status = 'pending'", "priority, updated_at"),
        " AS pending, ",
        counted!("status = 'solved'", "priority, updated_at"),
        " AS solved, ",
        counted!("status = 'closed'", "priority, updated_at"),
        " AS closed, ",
        counted!("assignee_id = $2 AND status IN ('open', 'pending')", "status"),
        " AS mine, ",
        counted!("assignee_id IS NULL AND status IN ('open', 'pending')", "status"),
        " AS unassigned"
    );
    fetch_one!(conn, Counts, sql, desk, me, COUNTED + 1)
}
