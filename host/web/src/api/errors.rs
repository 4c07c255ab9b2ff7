//! What the other crates say went wrong, as problems: the one place where their errors get a status. Every variant is
//! named, so that a new one asks here what it shall be.

use annex_domain::{
    capability::{Asks, Capability},
    manifest::ServiceScope,
    settings::FieldError,
    ui::Fault,
};
use annex_lifecycle::{AnswerError, IntakeError, LifecycleError, SettingsError, UseError};
use annex_store::{Forbidden, StoreError};
use axum::http::StatusCode;

use super::problem::Problem;

/// Seconds after which a busy host is asked again.
const BUSY: u64 = 1;
/// Seconds after which a failed add-on is asked again.
const FAILED: u64 = 10;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::Taken(_) => Self::new(StatusCode::CONFLICT, "already-exists", error.to_string()),
            StoreError::Unique { .. } => {
                Self::new(StatusCode::CONFLICT, "already-exists", "something like this exists already")
            }
            StoreError::Unknown(field) => Self::field(field, "unknown", "names something that is not in this desk"),
            StoreError::Reference => {
                let detail = "something that the request refers to does not exist in this desk";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "missing-reference", detail)
            }
            StoreError::Stale(_) | StoreError::Lost(_) => {
                Self::new(StatusCode::CONFLICT, "conflict", error.to_string())
            }
            StoreError::Forbidden(rule) => forbidden(*rule),
            StoreError::Invalid { field, problem } => Self::field(field, "invalid", problem),
            StoreError::Busy(_) => {
                let detail = "the host is busy: try again";
                Self::hidden(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail, &error).retry_after(BUSY)
            }
            StoreError::Full(_) => {
                let detail = "the disk of the host is full: nothing can be saved until there is room again";
                Self::hidden(StatusCode::SERVICE_UNAVAILABLE, "disk-full", detail, &error).retry_after(FAILED)
            }
            StoreError::Away(_) => {
                let detail = "the database of the host cannot be reached: try again";
                Self::hidden(StatusCode::SERVICE_UNAVAILABLE, "database-away", detail, &error).retry_after(BUSY)
            }
            StoreError::Interrupted(_) => {
                let detail = "this took too long, and was stopped: try again";
                Self::hidden(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail, &error).retry_after(BUSY)
            }
            StoreError::Url
            | StoreError::Corrupt { .. }
            | StoreError::Database(_)
            | StoreError::Migrate(_)
            | StoreError::Json(_)
            | StoreError::Random(_)
            | StoreError::Vault(_) => Self::internal(&error),
        }
    }
}

fn forbidden(rule: Forbidden) -> Problem {
    let error = StoreError::from(rule);
    Problem::new(StatusCode::CONFLICT, error.code(), rule.to_string())
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Store(error) => error.into(),
            IntakeError::NotFound(what) => Self::not_found(what),
            IntakeError::PublisherName => Self::field("name", "name", &error.to_string()),
            error if !error.is_refusal() => {
                let detail = "the host cannot take packages now: try again";
                Self::hidden(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail, &error).retry_after(BUSY)
            }
            refusal => Self::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), refusal.to_string()),
        }
    }
}

impl From<LifecycleError> for Problem {
    fn from(error: LifecycleError) -> Self {
        let code = error.code();
        let status = match error {
            LifecycleError::NotFound(what) => return Self::not_found(what),
            LifecycleError::Store(error) => return error.into(),
            LifecycleError::ConsentNeeded(missing) => return consent_needed(&missing),
            LifecycleError::AlreadyInstalled(_)
            | LifecycleError::NotAllowed(_)
            | LifecycleError::Conflict
            | LifecycleError::NotNewer
            | LifecycleError::NoPreviousVersion
            | LifecycleError::Pinned
            | LifecycleError::PreRelease
            | LifecycleError::ForceDisabled
            | LifecycleError::SamePlan
            | LifecycleError::NoTrial
            | LifecycleError::NoLicences
            | LifecycleError::NothingToCancel
            | LifecycleError::NothingToWithdraw
            | LifecycleError::CannotGiveUp
            | LifecycleError::PaymentUnderWay => StatusCode::CONFLICT,
            LifecycleError::Link(_) => StatusCode::GONE,
            LifecycleError::Yanked
            | LifecycleError::Texts(_)
            | LifecycleError::Blocked
            | LifecycleError::PlanNeeded
            | LifecycleError::TooFewLicences { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            LifecycleError::Login(error) => return error.into(),
            LifecycleError::Order(error) => return error.into(),
            LifecycleError::Billing(error) => return error.into(),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        let status = match error {
            AnswerError::UnknownInstallation => StatusCode::NOT_FOUND,
            AnswerError::NothingAsked | AnswerError::AnsweredAlready | AnswerError::TooLate(_) => StatusCode::CONFLICT,
            AnswerError::Store(error) => return error.into(),
        };
        Self::new(status, code, text)
    }
}

/// Names each missing capability and scope, so that a client can show and accept it.
fn consent_needed(missing: &Asks) -> Problem {
    let capability = |capability: &Capability| {
        let hosts: Vec<_> = capability.hosts.iter().map(ToString::to_string).collect();
        let hosts = if hosts.is_empty() { String::new() } else { format!(" to {}", hosts.join(", ")) };
        let purpose = capability.purpose.get("en");
        FieldError::new("grant", "missing", format!("{}{hosts}: {purpose}", capability.access))
    };
    let scope = |asked: &ServiceScope| {
        FieldError::new("scopes", "missing", format!("{}: {}", asked.scope, asked.purpose.get("en")))
    };
    let detail =
        "the add-on asks for more than `grant` and `scopes` have: show it, and pass it there once it is accepted";
    let errors = missing.capabilities.iter().map(capability).chain(missing.scopes.iter().map(scope)).collect();
    Problem::invalid("consent-needed", detail, errors)
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Fields(errors) => {
                Self::invalid("invalid-settings", "some settings are not valid; nothing was saved", errors)
            }
            SettingsError::Lifecycle(error) => error.into(),
        }
    }
}

impl From<UseError> for Problem {
    fn from(error: UseError) -> Self {
        let code = error.code();
        let text = error.to_string();
        match error {
            UseError::NotFound => Self::not_found("add-on"),
            UseError::Store(error) => error.into(),
            UseError::NotRunning(_) | UseError::Blocked | UseError::StaleState => {
                Self::new(StatusCode::CONFLICT, code, text)
            }
            UseError::Invalid(errors) => {
                Self::invalid(code, "some fields are not valid; the add-on was not called", errors)
            }
            UseError::NotAUser | UseError::NotPermitted(_) | UseError::DeskSuspended => {
                Self::new(StatusCode::FORBIDDEN, code, text)
            }
            UseError::NotOffered(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text),
            UseError::Refused => Self::new(StatusCode::UNAUTHORIZED, code, text),
            UseError::Fault(fault) => Self::new(StatusCode::BAD_GATEWAY, code, fault_text(&fault)),
            UseError::Deadline { error_id, .. } => {
                Self::new(StatusCode::GATEWAY_TIMEOUT, code, text).with_error_id(&error_id).retry_after(FAILED)
            }
            UseError::Failed { error_id, .. } => {
                Self::new(StatusCode::BAD_GATEWAY, code, text).with_error_id(&error_id)
            }
            UseError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, text).retry_after(BUSY),
            UseError::Unavailable(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, text).retry_after(FAILED),
        }
    }
}

/// What the add-on says is shown as its words, never as the host's.
fn fault_text(fault: &Fault) -> String {
    format!("the add-on answered: {fault}")
}

#[cfg(test)]
mod tests {
    use annex_domain::{capability::HostPattern, localized::Localized};
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn consent_names_what_is_missing() {
        let capability = Capability {
            access: annex_domain::capability::Access::Http,
            hosts: vec![HostPattern::try_from("api.example.com".to_owned()).unwrap()],
            purpose: Localized::en("to look up contacts"),
        };
        let scope = ServiceScope {
            scope: annex_domain::permission::Permission::TicketsView,
            purpose: Localized::en("to sync tickets"),
        };
        let problem =
            Problem::from(LifecycleError::ConsentNeeded(Asks { capabilities: vec![capability], scopes: vec![scope] }));
        assert_eq!((problem.status().as_u16(), problem.code()), (422, "consent-needed"));
        let said = format!("{problem:?}");
        assert!(said.contains("http to api.example.com: to look up contacts"), "{said}");
        assert!(said.contains("tickets.view: to sync tickets"), "{said}");
    }

    #[test]
    fn a_failing_database_is_not_the_callers_fault() {
        let problem = Problem::from(StoreError::Url);
        assert_eq!((problem.status().as_u16(), problem.code()), (500, "internal-error"));
        assert_eq!(Problem::from(StoreError::NotFound("ticket")).status().as_u16(), 404);
    }

    #[test]
    fn what_is_busy_says_when_to_ask_again() {
        let busy = Problem::from(UseError::Busy);
        assert_eq!(busy.code(), "busy");
        let answer = busy.into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()["retry-after"], "1");
    }
}
