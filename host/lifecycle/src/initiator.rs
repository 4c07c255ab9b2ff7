//! Who asks, and in whose audit log it is written.

use annex_domain::{
    ids::{AccountId, DeskId, OperatorId},
    operator::Actor,
};

/// Who asks for something that concerns the whole host, such as a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Initiator {
    /// In this desk's audit log; `None`: in the host's.
    pub desk: Option<DeskId>,
    /// Who.
    pub actor: Actor,
}

impl Initiator {
    /// An operator of a desk.
    #[must_use]
    pub fn operator(desk: DeskId, operator: OperatorId) -> Self {
        Self { desk: Some(desk), actor: Actor::Operator(operator) }
    }

    /// A member of a publisher, in the portal.
    #[must_use]
    pub fn account(account: AccountId) -> Self {
        Self { desk: None, actor: Actor::Account(account) }
    }

    /// The command line on the machine of the host.
    #[must_use]
    pub fn command_line() -> Self {
        Self { desk: None, actor: Actor::CommandLine }
    }
}
