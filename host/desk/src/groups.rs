//! Groups of operators: besides roles, whom an add-on is for (R65). Whoever joins a group gets the add-ons that are for it, and
//! whoever leaves keeps them.

mod create;
mod delete;
mod update;

#[cfg(test)]
mod tests;

pub use create::create;
pub use delete::delete;
pub use update::update;

use std::collections::BTreeSet;

use annex_domain::ids::{GroupId, OperatorId};
use serde_json::{Value, json};

/// The longest name of a group, in characters.
const NAME: usize = 60;

/// A group as it is to be.
#[derive(Debug, Clone, Default)]
pub struct GroupInput {
    /// Unique in the desk.
    pub name: String,
    /// All of them.
    pub members: BTreeSet<OperatorId>,
}

/// How an entry of the audit log names a group.
fn object(id: GroupId) -> String {
    format!("group:{id}")
}

fn facts(name: &str, members: &BTreeSet<OperatorId>) -> Value {
    json!({ "name": name, "members": members })
}
