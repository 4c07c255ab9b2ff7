//! Roles: what those may do who have one. Nobody gives a permission that they lack, nor changes a role that has one.

mod create;
mod delete;
mod update;

#[cfg(test)]
mod tests;

pub use create::create;
pub use delete::delete;
pub use update::update;

use annex_domain::{ids::RoleId, permission::Permissions};
use serde_json::{Value, json};

/// The longest name of a role, in characters.
const NAME: usize = 60;

/// A role as it is to be.
#[derive(Debug, Clone, Default)]
pub struct RoleInput {
    /// Unique in the desk.
    pub name: String,
    /// What it allows.
    pub permissions: Permissions,
}

/// How an entry of the audit log names a role.
fn object(id: RoleId) -> String {
    format!("role:{id}")
}

fn facts(name: &str, permissions: &Permissions) -> Value {
    json!({ "name": name, "permissions": permissions })
}
