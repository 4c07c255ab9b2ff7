//! What Stripe's errors mean for the charge protocol: did the request have an effect?

use std::fmt;

use ::stripe::{ApiErrors, StripeError};

use crate::gateway::GatewayError;

/// Sorts an error. Only a well-formed refusal of the request itself is "no effect"; everything else may have had one.
pub(super) fn failed(error: StripeError) -> GatewayError {
    match error {
        // Another request is at this object just now.
        StripeError::Stripe(error, 429) if code(&error) == "lock_timeout" => GatewayError::KeyUsed(text(&error)),
        StripeError::Stripe(_, 429) => GatewayError::RateLimited,
        // The key or its rights are wrong. Nothing happened, but this says nothing about the payment: it must not look like
        // a decline of every customer. It passes when an admin sets the right key.
        StripeError::Stripe(error, status @ (401 | 403)) => {
            GatewayError::Unreachable(format!("Stripe does not accept the secret key ({status}): {}", text(&error)))
        }
        // The first request with this key is still running.
        StripeError::Stripe(error, 409) => GatewayError::KeyUsed(text(&error)),
        StripeError::Stripe(error, 400) if error.type_.as_str() == "idempotency_error" => {
            GatewayError::KeyUsed(text(&error))
        }
        StripeError::Stripe(error, 400..=499) => GatewayError::Refused { code: code(&error), text: text(&error) },
        StripeError::Stripe(error, status) => {
            GatewayError::Unreachable(format!("Stripe answered {status}: {}", text(&error)))
        }
        StripeError::Timeout => GatewayError::Unreachable("Stripe did not answer in time".to_owned()),
        StripeError::ClientError(text) => GatewayError::Unreachable(text),
        // An answer came, perhaps of success: what it says is not known.
        StripeError::JSONDeserialize(text) => unreadable(text),
        StripeError::ConfigError(text) => GatewayError::Refused { code: "configuration".to_owned(), text },
    }
}

/// There was an answer, but it makes no sense: the effect is unknown.
pub(super) fn unreadable(what: impl fmt::Display) -> GatewayError {
    GatewayError::Unreachable(format!("Stripe's answer cannot be read: {what}"))
}

/// The error's code, else its type.
fn code(error: &ApiErrors) -> String {
    error.code.as_ref().map_or_else(|| error.type_.as_str(), |code| code.as_str()).to_owned()
}

/// Stripe's text is for people.
fn text(error: &ApiErrors) -> String {
    error.message.clone().unwrap_or_else(|| code(error))
}
