//! What things are called, many at once: for lists that point to things of several kinds by their ids.

use std::{collections::HashMap, fmt::Display};

use annex_domain::ids::DeskId;

use crate::{
    Conn, Result,
    db::query::{fetch_all, in_list, list},
};

annex_domain::words! {
    /// Things of a desk that have a name; the word stands before the id, as in `role:…`.
    pub enum Named: "kind of thing" {
        /// An operator.
        Operator = "operator",
        /// A role.
        Role = "role",
        /// A group.
        Group = "group",
        /// An API token, also a revoked one.
        Token = "token",
        /// A contact.
        Contact = "contact",
        /// An installation, by the id of its add-on.
        Installation = "addon",
    }
}

/// Those that there are, by their ids.
///
/// # Errors
/// When the database fails.
pub async fn of(conn: &mut Conn, desk: DeskId, kind: Named, ids: &[impl Display]) -> Result<HashMap<String, String>> {
    let sql = match kind {
        Named::Operator => in_list!(conn, "SELECT id, name FROM operators WHERE id", "AND desk_id = $2"),
        Named::Role => in_list!(conn, "SELECT id, name FROM roles WHERE id", "AND desk_id = $2"),
        Named::Group => in_list!(conn, "SELECT id, name FROM groups WHERE id", "AND desk_id = $2"),
        Named::Token => in_list!(conn, "SELECT id, name FROM tokens WHERE id", "AND desk_id = $2"),
        Named::Contact => in_list!(conn, "SELECT id, name FROM contacts WHERE id", "AND desk_id = $2"),
        Named::Installation => in_list!(conn, "SELECT id, addon_id FROM installations WHERE id", "AND desk_id = $2"),
    };
    Ok(fetch_all!(conn, (String, String), sql, list(ids), desk)?.into_iter().collect())
}

/// Billing accounts, by their mail addresses. They are of no desk: `ids` come from what stands in one.
pub async fn accounts(conn: &mut Conn, ids: &[impl Display]) -> Result<HashMap<String, String>> {
    let sql = in_list!(conn, "SELECT id, email FROM billing_accounts WHERE id", "");
    Ok(fetch_all!(conn, (String, String), sql, list(ids))?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, on_both};

    #[tokio::test]
    async fn what_there_is_has_a_name_in_its_desk() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, admin, agent, other_desk, .. } = Fixture::make(&mut tx).await;
            let ids = [admin.to_string(), agent.to_string(), "no-id".to_owned()];
            let names = of(&mut tx, desk, Named::Operator, &ids).await.unwrap();
            assert_eq!((names.len(), names[&ids[0]].as_str(), names[&ids[1]].as_str()), (2, "Ada", "Bo"));
            assert!(of(&mut tx, other_desk, Named::Operator, &ids).await.unwrap().is_empty());
            for kind in Named::ALL {
                assert!(of(&mut tx, other_desk, kind, &ids).await.unwrap().is_empty(), "{kind}");
            }
        })
        .await;
    }
}
