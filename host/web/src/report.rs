//! The report of a package as a part of a page: findings, facts, and the views of its scenarios as panels draw them. While it is made
//! the part looks again by itself. Whoever shows it says what can be done about it.

use annex_domain::{
    report::{Finding, Report},
    review::Severity,
    ui::Tone,
};
use annex_store::reports::{Ordered, ReportState};
use askama::Template;

use crate::{shell::Shell, sidebar};

/// The part.
#[derive(Template)]
#[template(path = "report/part.html")]
struct ReportPart<'a> {
    shell: &'a Shell,
    state: Option<ReportState>,
    error: &'a str,
    report: Option<&'a Report>,
    /// The page that it is on.
    here: &'a str,
    views: Vec<Drawn<'a>>,
}

/// A view of a scenario.
struct Drawn<'a> {
    scenario: &'a str,
    step: u32,
    /// HTML of the host's own templates.
    panel: String,
}

/// How a severity is shown.
struct Look {
    key: &'static str,
    icon: &'static str,
    tone: Tone,
}

impl ReportPart<'_> {
    fn look(&self, finding: &Finding) -> Look {
        match finding.severity {
            Severity::Blocker => Look { key: "report-blocker", icon: "circle-x", tone: Tone::Critical },
            Severity::Suggestion => Look { key: "report-suggestion", icon: "triangle-alert", tone: Tone::Warning },
            Severity::Note => Look { key: "report-note", icon: "info", tone: Tone::Info },
        }
    }

    fn place(&self, finding: &Finding) -> String {
        finding.target.to_string()
    }

    /// True while it is made.
    fn is_coming(&self) -> bool {
        matches!(self.state, Some(ReportState::Waiting | ReportState::Running))
    }

    fn standing(&self) -> &'static str {
        match self.state {
            None | Some(ReportState::Done) => "report-none",
            Some(ReportState::Waiting) => "report-waiting",
            Some(ReportState::Running) => "report-running",
            Some(ReportState::Failed) => "report-failed",
        }
    }
}

/// Draws the report of a version, as far as it is, for the page at the path `here`; none: nobody asked for one.
///
/// # Errors
/// When a template fails.
pub(crate) fn part(shell: &Shell, ordered: Option<&Ordered>, here: &str) -> Result<String, askama::Error> {
    let report = ordered.and_then(|ordered| ordered.report.as_ref());
    let mut views = Vec::new();
    for shown in report.iter().flat_map(|report| &report.views) {
        let panel = sidebar::still(shell, &shown.view)?;
        views.push(Drawn { scenario: &shown.scenario, step: shown.step, panel });
    }
    let error = ordered.and_then(|ordered| ordered.error.as_deref()).unwrap_or_default();
    ReportPart { shell, state: ordered.map(|ordered| ordered.state), error, report, here, views }.render()
}
