//! The charge protocol, pure: from what is stored of an attempt to what to do next, and from what the gateway shows of it
//! to what to store. The drivers (`charge`, `refund`, `reconcile`) do it, and store each state before they go on.
//!
//! ```text
//! new --create--> created --(stored)--> confirming --confirm--> succeeded | action-required | declined --cancel--> cancelled
//! ```
//!
//! Why nothing is taken twice, even by two drivers at once and without idempotency keys: only an intent whose id is stored
//! is ever confirmed, an intent is taken from once at most, an attempt has one intent (compare-and-set), and the next
//! attempt of an invoice cannot be recorded before this one is `cancelled`, which is only ever read back from the gateway
//! (or stored for an attempt without an id, whose intent nobody will confirm).

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, InvoiceState, RefundState},
    ids::{AccountId, AttemptId, RefundId},
};

use crate::gateway::{IntentStatus, RefundStatus};

/// What is wanted of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// To take the money.
    Take,
    /// To end it without taking money: nothing is owed any more.
    Release,
}

impl Goal {
    /// What is wanted of the attempts of an invoice.
    #[must_use]
    pub fn of(invoice: InvoiceState) -> Self {
        if invoice == InvoiceState::Void { Self::Release } else { Self::Take }
    }
}

/// What to do next with an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Next {
    /// Make the intent, always with the same key, and store its id.
    Create,
    /// Store `confirming`, then confirm.
    Confirm,
    /// Read the intent back by its id.
    Read,
    /// Cancel the intent, and store what reads back.
    Cancel,
    /// Store `cancelled` without asking: no id is stored, so nothing was confirmed and nothing will be.
    Drop,
    /// Nothing: it is over.
    Over,
}

/// What to do with an attempt as it was found. `confirming` was perhaps confirmed: it is read first.
#[must_use]
pub fn next(state: AttemptState, goal: Goal) -> Next {
    use AttemptState as S;
    match (state, goal) {
        (S::New, Goal::Take) => Next::Create,
        (S::New, Goal::Release) => Next::Drop,
        (S::Created, Goal::Take) => Next::Confirm,
        (S::Confirming | S::ActionRequired, Goal::Take) => Next::Read,
        (S::Declined, Goal::Take) | (S::Created | S::Confirming | S::ActionRequired | S::Declined, Goal::Release) => {
            Next::Cancel
        }
        (S::Succeeded | S::Cancelled, _) => Next::Over,
    }
}

/// What to store of an attempt once the gateway shows its intent with a status.
#[must_use]
pub fn observed(state: AttemptState, status: IntentStatus) -> AttemptState {
    use AttemptState as S;
    match (status, state) {
        (IntentStatus::Succeeded, _) => S::Succeeded,
        (IntentStatus::Cancelled, _) => S::Cancelled,
        // What was given up stays given up: it is cancelled, whatever it waits for.
        (_, S::Declined) | (IntentStatus::NeedsMethod, _) => S::Declined,
        (IntentStatus::NeedsAction, _) => S::ActionRequired,
        (IntentStatus::NeedsConfirmation, S::New | S::Created) => S::Created,
        (IntentStatus::NeedsConfirmation | IntentStatus::Processing, _) => S::Confirming,
    }
}

/// True when a `confirming` attempt reads back as never confirmed, so that it has to be confirmed (again).
#[must_use]
pub fn confirm_again(state: AttemptState, status: IntentStatus, goal: Goal) -> bool {
    goal == Goal::Take
        && status == IntentStatus::NeedsConfirmation
        && matches!(state, AttemptState::Confirming | AttemptState::ActionRequired)
}

/// True when the gateway has nothing to do until the payer or time moves: the driver stops here.
#[must_use]
pub fn waits(state: AttemptState, status: IntentStatus, goal: Goal) -> bool {
    goal == Goal::Take
        && match state {
            AttemptState::ActionRequired => status == IntentStatus::NeedsAction,
            AttemptState::Confirming => status == IntentStatus::Processing,
            _ => false,
        }
}

/// What to store of a refund once the gateway shows it.
#[must_use]
pub fn refund_observed(status: RefundStatus) -> RefundState {
    match status {
        RefundStatus::Pending => RefundState::Requested,
        RefundStatus::Succeeded => RefundState::Succeeded,
        RefundStatus::Failed => RefundState::Failed,
    }
}

/// The key with which an attempt's intent is made. A gateway may have stored a failure for a key, so after an hour
/// without an intent another one is used: a second intent is unconfirmed, harmless, and swept.
#[must_use]
pub fn create_key(attempt: AttemptId, age: Duration) -> String {
    match age.as_secs() / 3600 {
        0 => format!("annex:{attempt}:create"),
        hours => format!("annex:{attempt}:create:{hours}"),
    }
}

/// The key with which an intent is confirmed or cancelled. `rev` is that of the stored state, so a repetition that
/// follows from the same state has the same key, and one that follows from having looked again has another.
#[must_use]
pub fn step_key(attempt: AttemptId, step: &str, rev: i64) -> String {
    format!("annex:{attempt}:{step}:{rev}")
}

/// The key of a refund: one for its life. A failure that a gateway stored for it is overcome after a day, when gateways
/// forget keys; until then [`crate::gateway::Gateway::refunds_of`] tells whether there is one.
#[must_use]
pub fn refund_key(refund: RefundId) -> String {
    format!("annex:{refund}:refund")
}

/// The key with which a customer is made.
#[must_use]
pub fn customer_key(account: AccountId) -> String {
    format!("annex:{account}:customer")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [IntentStatus; 6] = [
        IntentStatus::NeedsConfirmation,
        IntentStatus::NeedsMethod,
        IntentStatus::NeedsAction,
        IntentStatus::Processing,
        IntentStatus::Succeeded,
        IntentStatus::Cancelled,
    ];

    #[test]
    fn only_a_stored_intent_is_ever_confirmed() {
        for state in AttemptState::ALL {
            let confirmed = next(state, Goal::Take) == Next::Confirm;
            assert_eq!(confirmed, state == AttemptState::Created, "{state}");
            assert_ne!(next(state, Goal::Release), Next::Confirm, "{state}");
            assert_ne!(next(state, Goal::Release), Next::Create, "{state}");
        }
    }

    #[test]
    fn cancelled_is_only_read_back_and_money_always_counts() {
        for state in AttemptState::ALL.into_iter().filter(|state| !state.is_final()) {
            for status in STATUSES {
                let stored = observed(state, status);
                assert_eq!(stored == AttemptState::Cancelled, status == IntentStatus::Cancelled, "{state} {status:?}");
                assert_eq!(stored == AttemptState::Succeeded, status == IntentStatus::Succeeded, "{state} {status:?}");
            }
        }
    }

    #[test]
    fn an_attempt_that_was_given_up_is_never_confirmed_again() {
        for status in STATUSES {
            let stored = observed(AttemptState::Declined, status);
            assert!(matches!(next(stored, Goal::Take), Next::Cancel | Next::Over), "{status:?}");
            assert!(!confirm_again(AttemptState::Declined, status, Goal::Take));
        }
    }

    #[test]
    fn keys_follow_from_what_is_stored() {
        let id = AttemptId::new();
        assert_eq!(create_key(id, Duration::ZERO), create_key(id, Duration::from_secs(3599)));
        assert_ne!(create_key(id, Duration::ZERO), create_key(id, Duration::from_secs(3600)));
        assert_ne!(step_key(id, "confirm", 2), step_key(id, "confirm", 3));
        assert_ne!(step_key(id, "confirm", 2), step_key(id, "cancel", 2));
    }
}
