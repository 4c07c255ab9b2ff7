//! What the desk refuses, at its doors over HTTP: the one table from class to status, and its fields in forms and problems.

use annex_desk::{Class, FieldProblem, Refusal, Unfit, ValueProblem, Wrong};
use annex_domain::{
    field::{self, ChoicesError, ValueError},
    settings::FieldError,
    tag,
};
use axum::http::StatusCode;

use crate::{api::problem::Problem, error::PageError, i18n::Translator, panel::form::FormErrors, password};

/// Seconds after which what was too much, or cannot be done now, may be tried again.
const AGAIN: u64 = 1;

/// The status of each class.
pub(crate) fn status(class: Class) -> StatusCode {
    match class {
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Conflict => StatusCode::CONFLICT,
        Class::TooMuch => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(_) => Self::NotFound,
            Refusal::Forbidden(permission) => Self::Forbidden(permission),
            Refusal::Store(error) => error.into(),
            Refusal::Blobs(error) => Self::internal(error),
            other => Self::refused(status(other.class()), other.code(), other.to_string()),
        }
    }
}

impl From<annex_portal::Refusal> for PageError {
    fn from(refusal: annex_portal::Refusal) -> Self {
        match refusal {
            annex_portal::Refusal::Common(refusal) => refusal.into(),
            other => Self::refused(status(other.class()), other.code(), other.to_string()),
        }
    }
}

impl From<annex_portal::Refusal> for Problem {
    fn from(refusal: annex_portal::Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            annex_portal::Refusal::Common(refusal) => refusal.into(),
            annex_portal::Refusal::Incomplete(errors) => Self::invalid("incomplete", &detail, errors),
            annex_portal::Refusal::Package(error) => error.into(),
            other => Self::new(status(other.class()), other.code(), detail),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(what) => Self::not_found(what),
            Refusal::Forbidden(permission) => Self::forbidden(permission),
            Refusal::Store(error) => error.into(),
            Refusal::Blobs(error) => Self::internal(&error),
            Refusal::Invalid(problems) => {
                let detail = Refusal::Invalid(problems.clone()).to_string();
                let error = |problem: FieldProblem| {
                    FieldError::new(problem.field, problem.wrong.code(), problem.wrong.to_string())
                };
                Self::invalid("invalid-request", &detail, problems.into_iter().map(error).collect())
            }
            Refusal::Values(problems) => {
                let detail = Refusal::Values(problems.clone()).to_string();
                let error = |problem: ValueProblem| {
                    FieldError::new(problem.field(), problem.wrong.as_str(), problem.wrong.problem())
                };
                Self::invalid("invalid-request", &detail, problems.into_iter().map(error).collect())
            }
            other => {
                let problem = Self::new(status(other.class()), other.code(), other.to_string());
                match other.class() {
                    Class::TooMuch | Class::Unavailable => problem.retry_after(AGAIN),
                    _ => problem,
                }
            }
        }
    }
}

impl FormErrors {
    /// Takes what is wrong with fields into a form; `names` pairs fields of the API with those of the form where they differ. Every
    /// other refusal goes on as an error page. A field may have a text of its own: `form-required-scope`. Those of custom fields are
    /// called `fields.` and their key.
    pub(crate) fn take(&mut self, t: &Translator, refusal: Refusal, names: &[(&str, &str)]) -> Result<(), PageError> {
        let problems = match refusal {
            Refusal::Invalid(problems) => problems,
            Refusal::Values(problems) => {
                for problem in problems {
                    self.add(&problem.field(), value_in_words(t, problem.wrong));
                }
                return Ok(());
            }
            other => return Err(other.into()),
        };
        for FieldProblem { field, wrong } in problems {
            let name = names.iter().find(|(api, _)| *api == field).map_or(field, |(_, form)| *form);
            let own = format!("form-{}-{name}", wrong.code());
            self.add(name, if t.has(&own) { t.get(&own) } else { in_words(t, wrong) });
        }
        Ok(())
    }
}

fn in_words(t: &Translator, wrong: Wrong) -> String {
    match wrong {
        Wrong::Required => t.get("form-required"),
        Wrong::TooLong(max) => t.msg("form-too-long").arg("max", max).to_string(),
        Wrong::TooMany(max) => t.msg("form-too-many").arg("max", max).to_string(),
        Wrong::Characters => t.get("form-characters"),
        Wrong::Unknown | Wrong::NoOperator | Wrong::NotPast => t.get("form-choice"),
        Wrong::Tags(_) => t.msg("ticket-tags-invalid").arg("max", tag::MOST).arg("length", tag::LONGEST).to_string(),
        Wrong::Taken => t.get("form-taken"),
        Wrong::OutOfRange(from, to) => t.msg("form-out-of-range").arg("from", from).arg("to", to).to_string(),
        Wrong::MailAddress => t.get("form-email"),
        Wrong::NotYours(permission) => {
            let label = t.get(&format!("permission-{}", permission.as_str().replace('.', "-")));
            t.with("rights-not-yours", &[("permission", &label)])
        }
        Wrong::Password(error) => password::in_words(t, error),
        Wrong::NotThePassword => t.get("profile-password-wrong"),
        Wrong::Key => t.get("field-key-wrong"),
        Wrong::Choices(error) => choices_in_words(t, error),
        Wrong::HasValues => t.get("field-has-values"),
        Wrong::Unfit(Unfit::Itself) => t.get("merge-into-itself"),
        Wrong::Unfit(Unfit::PutAway) => t.get("merge-into-put-away"),
        Wrong::Unfit(Unfit::Merged) => t.get("merge-into-merged"),
        Wrong::Unfit(Unfit::Closed) => t.get("merge-into-closed"),
    }
}

fn choices_in_words(t: &Translator, error: ChoicesError) -> String {
    match error {
        ChoicesError::Kind => t.get("field-choices-kind"),
        ChoicesError::TooMany => t.msg("form-too-many").arg("max", field::MOST_CHOICES).to_string(),
        ChoicesError::TooLong => t.msg("form-too-long").arg("max", field::LONGEST_CHOICE).to_string(),
        ChoicesError::Characters => t.get("form-characters"),
        ChoicesError::Twice => t.get("field-choices-twice"),
    }
}

fn value_in_words(t: &Translator, error: ValueError) -> String {
    match error {
        ValueError::Required => t.get("field-value-required"),
        ValueError::Unknown | ValueError::Retired => t.get("field-value-retired"),
        ValueError::OfAnotherAddon => t.get("field-value-of-add-on"),
        ValueError::TooLong => t.msg("form-too-long").arg("max", field::LONGEST_VALUE).to_string(),
        ValueError::Characters => t.get("form-characters"),
        ValueError::NotANumber => t.get("field-value-number"),
        ValueError::NotADate => t.get("field-value-date"),
        ValueError::WrongKind | ValueError::NotAChoice | ValueError::NotAFlag => t.get("form-choice"),
    }
}

#[cfg(test)]
mod tests {
    use annex_desk::Rule;
    use annex_store::StoreError;
    use axum::{http::header, response::IntoResponse as _};

    use super::*;
    use crate::i18n::english;

    #[test]
    fn a_refusal_has_one_status_at_every_door() {
        for rule in Rule::ALL {
            let page = PageError::from(Refusal::Rule(rule)).describe();
            let problem = Problem::from(Refusal::Rule(rule));
            assert_eq!((page.status, page.code), (problem.status(), problem.code()), "{rule}");
            assert_eq!(page.code, rule.as_str());
        }
        let missing = || Refusal::from(StoreError::NotFound("ticket"));
        assert_eq!(PageError::from(missing()).describe().status, Problem::from(missing()).status());
    }

    #[test]
    fn what_may_be_tried_again_says_when() {
        let answer = |rule| Problem::from(Refusal::Rule(rule)).into_response();
        assert_eq!(answer(Rule::TooManySearches).headers()[header::RETRY_AFTER], "1");
        assert_eq!(answer(Rule::SearchTooLong).headers()[header::RETRY_AFTER], "1");
        assert!(!answer(Rule::LastAdmin).headers().contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn what_is_wrong_with_fields_comes_back_into_the_form() {
        let (t, mut errors) = (english(), FormErrors::default());
        let refusal = Refusal::Invalid(vec![Wrong::Required.at("name"), Wrong::TooLong(5).at("scopes")]);
        errors.take(&t, refusal, &[("scopes", "scope")]).unwrap();
        assert_eq!(errors.of("name"), Some(t.get("form-required").as_str()));
        assert!(errors.of("scope").unwrap().contains('5'));
        assert!(errors.take(&t, Refusal::NotFound("token"), &[]).is_err());
    }
}
