//! Invoices in words, for the panel and the client area: what one is for, what its lines are, for which days, and where its
//! disputes stand.

use annex_billing::About;
use annex_domain::{billing::LineKind, plan::PlanModel};
use annex_store::billing::{
    disputes::Dispute,
    invoices::{Invoice, Line, Parties, Party},
};
use jiff::civil::Date;

use crate::i18n::Translator;

/// What an invoice is for, and for which days: `Tool: Team (3 licences) and 2 more · 1 March 2027 to 31 March 2027`.
pub(crate) fn what(invoice: &Invoice, lines: &[Line], t: &Translator) -> String {
    let month = invoice.period_from.zip(invoice.period_to);
    let Some(about) = About::of(lines) else { return month.map(|(from, to)| period(from, to, t)).unwrap_or_default() };
    let text = about_text(&about, t);
    match month.or(about.to.map(|to| (about.from, to))) {
        Some((from, to)) => format!("{text} · {}", period(from, to, t)),
        None => text,
    }
}

/// What an invoice is for.
pub(crate) fn about_text(about: &About, t: &Translator) -> String {
    let mut text = named(about.kind, &about.name, t);
    let counted = match about.model {
        PlanModel::PerUser => Some("invoice-about-licences"),
        PlanModel::PerSeat => Some("invoice-about-seats"),
        PlanModel::Flat | PlanModel::OneTime | PlanModel::Free => None,
    };
    if let Some(key) = counted {
        text = t.msg(key).arg("name", text).arg("count", about.quantity).to_string();
    }
    if about.more > 0 {
        text = t.msg("invoice-about-more").arg("first", text).arg("count", about.more).to_string();
    }
    text
}

/// What a line is for.
pub(crate) fn line_name(line: &Line, t: &Translator) -> String {
    named(line.kind, &line.description, t)
}

fn named(kind: LineKind, name: &str, t: &Translator) -> String {
    t.msg(&format!("invoice-line-{kind}")).arg("name", name).to_string()
}

/// `to` is the first day that does not belong to it.
pub(crate) fn period(from: Date, to: Date, t: &Translator) -> String {
    let last = to.yesterday().unwrap_or(to);
    t.msg("billing-for-month").arg("from", t.day(from)).arg("to", t.day(last)).to_string()
}

/// The disputes about an invoice, each as a name and where it stands.
pub(crate) fn dispute_facts(disputed: &[Dispute], t: &Translator) -> Vec<(String, String)> {
    let stands = |one: &Dispute| t.get(&format!("invoice-dispute-{}", one.state));
    disputed.iter().map(|one| (t.get("invoice-dispute"), stands(one))).collect()
}

/// Who sells and who buys, and the rates of tax: each as a name and a text.
pub(crate) fn party_facts(parties: Option<&Parties>, t: &Translator) -> Vec<(String, String)> {
    let Some(parties) = parties else { return Vec::new() };
    let in_a_line = |party: &Party| {
        let lines = party.address.lines().chain([party.tax_id.as_str()]);
        let all = std::iter::once(party.name.as_str()).chain(lines).map(str::trim);
        all.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let percent = |rate: &i64| format!("{}.{:02} %", rate / 100, rate % 100);
    let rates = parties.tax_rates.iter().map(percent).collect::<Vec<_>>().join(", ");
    vec![
        (t.get("invoice-seller"), in_a_line(&parties.seller)),
        (t.get("invoice-buyer"), in_a_line(&parties.buyer)),
        (t.get("invoice-tax"), rates),
    ]
}

#[cfg(test)]
mod tests {
    use annex_i18n::english;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_an_invoice_is_for_is_said_in_few_words() {
        let about = |kind, model, quantity, more| {
            let (name, from) = ("Tool: Team".to_owned(), date(2027, 3, 1));
            about_text(&About { kind, name, model, quantity, more, from, to: None }, &english())
        };
        let charge = |model, quantity, more| about(LineKind::Charge, model, quantity, more);
        assert_eq!(charge(PlanModel::PerUser, 3, 2), "Tool: Team (3 licences) and 2 more");
        assert_eq!(charge(PlanModel::PerSeat, 1, 0), "Tool: Team (1 seat)");
        assert_eq!(charge(PlanModel::Flat, 1, 1), "Tool: Team and 1 more");
        assert_eq!(about(LineKind::Carried, PlanModel::OneTime, 1, 0), "Carried over from earlier invoices");
    }
}
