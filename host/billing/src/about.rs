//! What an invoice is for, in a few words: its first charge, and how many there are besides.

use std::fmt;

use annex_domain::{billing::LineKind, plan::PlanModel};
use annex_store::billing::invoices::Line;
use jiff::civil::Date;

/// What an invoice is for. As text it is English, as the lines are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What its first charge is; [`LineKind::Carried`] where there is none.
    pub kind: LineKind,
    /// The add-on's and the plan's name in English, as they were.
    pub name: String,
    /// How the plan is paid for.
    pub model: PlanModel,
    /// Licences or seats; 1 where there are none.
    pub quantity: u32,
    /// How many charges there are besides.
    pub more: usize,
    /// The first day that it pays for.
    pub from: Date,
    /// The first day that it does not pay for; none for one-time plans.
    pub to: Option<Date>,
}

impl About {
    /// Of an invoice with these lines; `None` without any.
    #[must_use]
    pub fn of(lines: &[Line]) -> Option<Self> {
        let charges = lines.iter().filter(|line| line.kind == LineKind::Charge);
        let first = charges.clone().next().or_else(|| lines.first())?;
        Some(Self {
            kind: first.kind,
            name: first.description.clone(),
            model: first.model,
            quantity: first.quantity,
            more: charges.count().saturating_sub(1),
            from: first.period_from,
            to: first.period_to,
        })
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match (self.model, self.quantity) {
            (PlanModel::PerUser, 1) => f.write_str(" (1 licence)")?,
            (PlanModel::PerUser, count) => write!(f, " ({count} licences)")?,
            (PlanModel::PerSeat, 1) => f.write_str(" (1 seat)")?,
            (PlanModel::PerSeat, count) => write!(f, " ({count} seats)")?,
            (PlanModel::Flat | PlanModel::OneTime | PlanModel::Free, _) => {}
        }
        if self.more > 0 { write!(f, " and {} more", self.more) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::InstallationId;
    use jiff::civil::date;

    use super::*;

    fn line(kind: LineKind, model: PlanModel, quantity: u32) -> Line {
        Line {
            id: 0,
            kind,
            subscription: None,
            installation: InstallationId::new(),
            addon: "acme.tool".parse().unwrap(),
            plan: "team".parse().unwrap(),
            model,
            description: format!("Tool: {kind}"),
            quantity,
            unit_price: 400,
            amount: 400,
            reduced: 0,
            period_from: date(2027, 3, 1),
            period_to: Some(date(2027, 4, 1)),
        }
    }

    #[test]
    fn the_first_charge_is_named_and_the_others_are_counted() {
        let unused = line(LineKind::Unused, PlanModel::Flat, 1);
        let (users, seats) =
            (line(LineKind::Charge, PlanModel::PerUser, 3), line(LineKind::Charge, PlanModel::PerSeat, 1));
        let said = |lines: &[&Line]| {
            let lines: Vec<_> = lines.iter().map(|line| (*line).clone()).collect();
            About::of(&lines).map(|about| about.to_string())
        };
        assert_eq!(said(&[&users]).as_deref(), Some("Tool: charge (3 licences)"));
        assert_eq!(said(&[&unused, &seats, &users, &users]).as_deref(), Some("Tool: charge (1 seat) and 2 more"));
        let carried = line(LineKind::Carried, PlanModel::OneTime, 1);
        assert_eq!(said(&[&carried]).as_deref(), Some("Tool: carried"));
        assert_eq!(said(&[]), None);
    }
}
