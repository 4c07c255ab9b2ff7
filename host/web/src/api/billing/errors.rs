//! What billing says went wrong, as problems: the one place where its errors get a status.

use annex_billing::{BillingError, LoginError, OrderError};
use axum::http::StatusCode;

use super::methods::too_many;
use crate::api::{
    amounts::{DueInvoice, Quote},
    problem::Problem,
};

/// Seconds after which an unreachable gateway is asked again.
const LATER: u64 = 30;

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        let code = match error {
            LoginError::LoggedOut => "login-needed",
            LoginError::WrongAccount => "wrong-account",
        };
        Self::new(StatusCode::FORBIDDEN, code, error.to_string())
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            OrderError::PriceChanged { now } => {
                Self::new(StatusCode::CONFLICT, code, text).with_quote(Quote::from(&*now))
            }
            OrderError::Underway { invoice, number, amount, .. } | OrderError::Unpaid { invoice, number, amount } => {
                Self::new(StatusCode::CONFLICT, code, text).with_invoice(DueInvoice::plain(invoice, number, amount))
            }
            OrderError::NoPlan(_)
            | OrderError::Quantity(_)
            | OrderError::OtherCard
            | OrderError::Quote(_)
            | OrderError::KeyReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text),
            OrderError::CardAmount { .. } => Self::new(StatusCode::CONFLICT, code, text),
            OrderError::NoCard => Self::new(StatusCode::PAYMENT_REQUIRED, code, text),
            OrderError::Permission => Self::new(StatusCode::FORBIDDEN, code, text),
            OrderError::Login(error) => error.into(),
            OrderError::Store(error) => error.into(),
        }
    }
}

impl From<BillingError> for Problem {
    fn from(error: BillingError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            BillingError::Unavailable(_)
            | BillingError::Pending(_)
            | BillingError::GatewayGone { .. }
            | BillingError::Stopped(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, text).retry_after(LATER),
            BillingError::Refused { .. } | BillingError::Confused(_) => Self::new(StatusCode::BAD_GATEWAY, code, text),
            BillingError::NotPayable { .. }
            | BillingError::TooMuch { .. }
            | BillingError::CardAmount { .. }
            | BillingError::NotADeveloperDesk => Self::new(StatusCode::CONFLICT, code, text),
            BillingError::Forbidden(permission) => Self::forbidden(permission),
            BillingError::TooOften { wait } => too_many(wait),
            BillingError::TopUpAmount { .. } | BillingError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text)
            }
            BillingError::NoCard => Self::new(StatusCode::PAYMENT_REQUIRED, code, text),
            BillingError::Login(error) => error.into(),
            BillingError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        ids::InvoiceId,
        money::{Currency, Money},
    };

    use super::*;

    #[test]
    fn logins_are_told_apart() {
        let code = |error: LoginError| Problem::from(error).code().to_owned();
        assert_eq!(
            (code(LoginError::LoggedOut), code(LoginError::WrongAccount)),
            ("login-needed".into(), "wrong-account".into())
        );
    }

    #[test]
    fn what_is_owed_is_a_402_with_its_invoice() {
        let plain = DueInvoice::plain(InvoiceId::new(), 12, Money::new(1_200, Currency::EUR));
        let confirm = DueInvoice { action_url: Some("https://bank.example/".into()), ..plain.clone() };
        for (due, code) in [(plain, "payment-due"), (confirm, "action-required")] {
            let problem = due.problem();
            assert_eq!((problem.status().as_u16(), problem.code()), (402, code));
            assert!(format!("{problem:?}").contains("/billing/invoices/12"));
        }
    }

    #[test]
    fn a_gateway_that_does_not_answer_is_asked_again() {
        let problem = Problem::from(BillingError::Unavailable("no answer".into()));
        assert_eq!((problem.status().as_u16(), problem.code()), (503, "billing-unavailable"));
    }
}
