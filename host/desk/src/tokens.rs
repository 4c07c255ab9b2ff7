//! API tokens. A token acts as the operator who made it, within its scopes; its secret is shown once.

mod authenticate;
mod authenticate_service;
mod create;
mod revoke;

pub use authenticate::authenticate;
pub use authenticate_service::authenticate_service;
pub use create::{Create, create};
pub use revoke::revoke;

/// How an entry of the audit log names a token.
fn object(id: annex_domain::ids::TokenId) -> String {
    format!("token:{id}")
}
