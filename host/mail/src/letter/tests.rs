use annex_domain::{
    addon::KeyId,
    billing::{DisputeState, LineKind},
    clock::Timestamp,
    ids::{DeskId, InstallationId, ProjectVersionId},
    installation::Status,
    language::{LanguagePack, LocaleFacts},
    localized::Localized,
    mail::{MailAddon, MailKind, MailLine, MailNote, MailPlan, MailReview, MailTicket},
    money::{Currency, Money},
    operator::{DeskStatus, LOCAL_REGION},
    plan::PlanModel,
    publisher::MemberRole,
    review::{Severity, Track},
};
use annex_i18n::{english, translator_of};
use jiff::civil::{Date, date};

use super::*;

const HOSTILE: &str = "</p><script>alert(1)</script>\r\nBcc: eve@example.org \u{202e}evil";

fn euros(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn addon(name: &str) -> MailAddon {
    let installation: InstallationId = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
    MailAddon { id: "acme.tool".parse().unwrap(), name: Localized::en(name), installation: Some(installation) }
}

fn invoice(text: &str) -> MailInvoice {
    let line = |quantity, to| MailLine {
        kind: LineKind::Charge,
        description: text.into(),
        quantity,
        amount: euros(1_200),
        from: date(2026, 3, 1),
        to,
    };
    let lines = vec![line(3, Some(date(2026, 4, 1))), line(1, None)];
    MailInvoice { number: 12, total: euros(2_400), credit_used: Some(euros(400)), reduced: None, lines }
}

fn disputed(state: DisputeState, reason: &str) -> MailFacts {
    MailFacts::Disputed { invoice: 12, amount: euros(800), state, reason: reason.into() }
}

fn due(invoice: MailInvoice, reason: Option<String>, action: bool, next_try: Option<Date>) -> MailFacts {
    let runs_until = next_try.map(|_| date(2026, 3, 15));
    MailFacts::PaymentDue { invoice, reason, action, runs_until, next_try, ending: action }
}

fn update_failed(addon: MailAddon, error: &str, status: Status) -> MailFacts {
    MailFacts::UpdateFailed { addon, from: "1.2.0".into(), to: "1.3.0".into(), error: error.into(), status }
}

fn support_requested(addon: MailAddon, text: &str) -> MailFacts {
    let (version, error_id) = ("1.2.0".into(), "E-1".into());
    let (error, by, text) = (text.into(), text.into(), format!("{text}\n\n{text}"));
    MailFacts::SupportRequested { addon, version, error_id, error, by, text }
}

fn set_aside(addon: Option<MailAddon>, work: &str, deaths: u32, can_give_up: bool) -> MailFacts {
    MailFacts::SetAside { addon, work: work.into(), anchor: "operation-1".into(), deaths, can_give_up }
}

fn suspended(addon: MailAddon, traps: u32, lost: bool, texts: Option<String>) -> MailFacts {
    let update = (traps > 0).then(|| "1.3.0".to_owned());
    MailFacts::Suspended { addon, version: "1.2.0".into(), traps, update, error_id: "E-1".into(), lost, texts }
}

fn invited(by: &str) -> MailFacts {
    MailFacts::OperatorInvited { by: by.into(), days: 3 }
}

fn ticket(text: &str) -> MailTicket {
    MailTicket { number: 7_012, subject: text.into(), excerpt: text.into() }
}

/// One of each kind, and of each shape that matters.
fn all(text: &str) -> Vec<MailFacts> {
    let mut all = by_the_host(text);
    all.push(MailFacts::InstallApproved { addon: addon(text) });
    all.push(MailFacts::UninstallFailed { addon: addon(text), error: text.into() });
    all.push(support_requested(addon(text), text));
    all
}

/// Those that wait for nobody.
fn by_the_host(text: &str) -> Vec<MailFacts> {
    let mut all = to_desks(text);
    all.extend(all_to_publishers(text));
    all
}

fn to_desks(text: &str) -> Vec<MailFacts> {
    let addon = || addon(text);
    let plan = MailPlan {
        name: Localized::en(text),
        model: PlanModel::PerUser,
        quantity: 3,
        price: Some(euros(1_200)),
        renews_on: Some(date(2026, 4, 1)),
    };
    let at = Timestamp(1_772_357_400_000);
    vec![
        MailFacts::Installed {
            addon: addon(),
            version: "1.2.0".into(),
            plan: Some(plan.clone()),
            trial_ends_at: Some(at),
        },
        MailFacts::InstallFailed { addon: addon(), error: text.into(), refunded: Some(euros(1_200)) },
        due(invoice(text), Some(text.into()), false, None),
        due(invoice(text), None, true, None),
        due(invoice(text), Some(text.into()), false, Some(date(2026, 3, 3))),
        MailFacts::Receipt { invoice: invoice(text), method: Some(text.into()) },
        MailFacts::Refunded { invoice: 12, amount: euros(800), credit: Some(euros(400)), addon: Some(addon()) },
        MailFacts::TopUpDeclined { amount: euros(2_000), reason: Some(text.into()) },
        MailFacts::TopUpDeclined { amount: euros(2_000), reason: None },
        MailFacts::RefundFailed { invoice: 12, amount: euros(800), reason: Some(text.into()) },
        MailFacts::MissedMonths { months: 3, amounts: vec![euros(2_700)], until: date(2026, 3, 15) },
        MailFacts::NoLicence { addon: addon(), user: text.into() },
        MailFacts::UsersUnassigned { addon: addon(), users: vec![text.into(), text.into()], licences: 3 },
        disputed(DisputeState::Inquiry, text),
        disputed(DisputeState::Open, text),
        disputed(DisputeState::Won, text),
        disputed(DisputeState::Lost, text),
        MailFacts::TrialReminder { addon: addon(), days_left: 7, ends_at: at },
        MailFacts::TrialEnded { addon: addon() },
        MailFacts::PlanChanged { addon: addon(), plan, quantity_next: Some(2) },
        MailFacts::Cancelled { addon: addon() },
        MailFacts::Unpaid { addon: addon(), invoice: invoice(text) },
        MailFacts::Uninstalled { addon: addon() },
        update_failed(addon(), text, Status::Active),
        update_failed(addon(), text, Status::Inactive),
        update_failed(addon(), text, Status::Suspended),
        update_failed(addon(), text, Status::FailedUpdate),
        suspended(addon(), 3, false, None),
        suspended(addon(), 0, true, None),
        suspended(addon(), 0, false, Some(text.into())),
        MailFacts::AddonEnds { addon: addon(), ends_at: at },
        set_aside(Some(addon()), text, 0, true),
        set_aside(Some(addon()), "uninstall", 3, false),
        set_aside(None, text, 0, true),
        set_aside(None, "bill-desk", 3, true),
        MailFacts::RequestApproved { addon: addon(), by: text.into() },
        MailFacts::RequestDeclined { addon: addon(), by: text.into(), answer: text.into() },
        invited(text),
        MailFacts::PasswordReset,
        MailFacts::TicketNew { ticket: ticket(text), by: text.into() },
        MailFacts::TicketAssigned { ticket: ticket(text), by: Some(text.into()) },
        MailFacts::TicketAssigned { ticket: ticket(text), by: None },
        MailFacts::TicketAnswered { ticket: ticket(text), by: text.into() },
    ]
}

fn all_to_publishers(text: &str) -> Vec<MailFacts> {
    vec![
        MailFacts::PublisherRequested { name: text.into() },
        MailFacts::PublisherApproved { name: text.into(), days: Some(7) },
        MailFacts::PublisherApproved { name: text.into(), days: None },
        MailFacts::PublisherRefused { name: text.into(), reason: text.into() },
        MailFacts::PublisherInvited { name: text.into(), role: MemberRole::Developer, by: text.into(), days: 7 },
        MailFacts::KeyEnrolled { name: text.into(), key: KeyId::of(&[7; 32]), by: text.into() },
        MailFacts::BankChanged { name: text.into(), iban: text.into(), by: text.into() },
        MailFacts::VersionApproved(review(text, Track::Technical)),
        MailFacts::VersionApproved(review(text, Track::Marketplace)),
        MailFacts::VersionRejected(review(text, Track::Technical)),
        MailFacts::VersionRejected(review(text, Track::Marketplace)),
        MailFacts::EventsFailing {
            publisher: "acme".parse().unwrap(),
            addon: "acme.tool".parse().unwrap(),
            since: Timestamp(1),
            answer: text.into(),
        },
    ]
}

fn review(text: &str, track: Track) -> MailReview {
    let note = |severity, place: &str| MailNote { severity, place: place.into(), body: text.into() };
    MailReview {
        publisher: "acme".parse().unwrap(),
        project: "acme.notes".parse().unwrap(),
        name: Localized::en(text),
        id: ProjectVersionId::new(),
        version: "1.0.0".into(),
        track,
        notes: vec![note(Severity::Blocker, "summary.en"), note(Severity::Suggestion, "")],
    }
}

fn write(t: &Translator, desk: &str, facts: &MailFacts) -> Letter {
    let desk = Desk {
        id: DeskId::new(),
        name: desk.into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        status: DeskStatus::Active,
        status_since: Timestamp(0),
        host_name: None,
        region: LOCAL_REGION.into(),
        developer_of: None,
        created_at: Timestamp(0),
    };
    let public_url = "https://help.example.org/annex/".parse().unwrap();
    let secret = Some("5ec4e7");
    let (host_url, desk_url) = (&public_url, &public_url);
    Letter::write(&Reader { t, desk: &desk, operator: None, host_url, desk_url, secret }, facts).unwrap()
}

fn arabic() -> Translator {
    let facts = LocaleFacts {
        code: "ar".into(),
        name: "العربية".into(),
        english_name: "Arabic".into(),
        rtl: true,
        fallback: None,
    };
    let text = "mail-trial-ended-subject = انتهت الفترة التجريبية من { $addon }\n";
    translator_of(&LanguagePack { facts, resources: vec![("en-mail.ftl".into(), text.into())] })
}

#[test]
fn every_kind_has_all_its_texts() {
    let all = all("Tool");
    for kind in MailKind::ALL {
        assert!(all.iter().any(|facts| facts.kind() == kind), "{kind} is not looked at");
    }
    for facts in all {
        let Letter { subject, html, text, .. } = write(&english(), "Desk", &facts);
        let kind = facts.kind();
        for part in [&subject, &html, &text] {
            assert!(!part.contains("mail-") && !part.contains("{ $") && !part.contains("None"), "{kind}: {part}");
        }
        let about = if matches!(kind, MailKind::PaymentDue | MailKind::Receipt) { "12" } else { "" };
        assert!(subject.contains(about) && subject.len() > 10, "{kind}: {subject}");
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains(r#"lang="en" dir="ltr""#), "{kind}: {html}");
        assert!(!html.contains("<style") && html.contains("style=\""), "{kind}: {html}");
        assert!(text.starts_with("Hello,\n\n") && text.ends_with("e-mail aren’t read.\n"), "{kind}: {text}");
        let link = "https://help.example.org/annex/";
        assert!(text.contains(link) && html.contains(&format!("href=\"{link}")), "{kind}: {text}");
        assert!(!text.contains("\n\n\n"), "{kind}: {text:?}");
    }
}

#[test]
fn what_is_no_longer_owed_is_taken_off() {
    let reduced = || MailInvoice { credit_used: None, reduced: Some(euros(1_900)), ..invoice("Tool, Team") };
    for facts in
        [MailFacts::Receipt { invoice: reduced(), method: None }, due(reduced(), Some("declined".into()), false, None)]
    {
        let letter = write(&english(), "Acme", &facts);
        assert!(letter.subject.contains("€5.00") && letter.text.contains("Days not used"), "{}", letter.text);
    }
}

#[test]
fn a_receipt_reads_as_it_should() {
    let facts = MailFacts::Receipt { invoice: invoice("Tool, Team"), method: Some("Visa 4242".into()) };
    let letter = write(&english(), "Acme", &facts);
    assert_eq!(letter.subject, "Receipt for invoice 12: €24.00");
    let expected = "Hello,

Thank you. Invoice 12 for €24.00 is paid.

Invoice: 12
Total: €24.00
Paid from credit: €4.00
Paid with: Visa 4242

- Tool, Team × 3 (Mar 1, 2026 to Mar 31, 2026): €12.00
- Tool, Team (Mar 1, 2026): €12.00
Total: €24.00

Open the invoice:
https://help.example.org/annex/billing/invoices/12

-- 
Sent by the help desk Acme because of something that you or it did. Replies to this e-mail aren’t read.
";
    assert_eq!(letter.text, expected);
}

#[test]
fn what_others_wrote_stays_text_on_one_line() {
    for facts in all(HOSTILE) {
        let Letter { subject, html, text, .. } = write(&english(), HOSTILE, &facts);
        let kind = facts.kind();
        assert!(!subject.contains(['\r', '\n', '\u{202e}']), "{kind}: {subject:?}");
        assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{kind}: {html}");
        assert!(!text.contains('\u{202e}') && !text.lines().any(|line| line.starts_with("Bcc:")), "{kind}: {text}");
    }
}

#[test]
fn days_that_are_left_have_their_plural() {
    let subject = |days_left| {
        let facts = MailFacts::TrialReminder { addon: addon("Tool"), days_left, ends_at: Timestamp(0) };
        write(&english(), "Desk", &facts).subject
    };
    assert_eq!(subject(1), "Your trial of Tool ends in one day");
    assert_eq!(subject(7), "Your trial of Tool ends in 7 days");
}

#[test]
fn an_update_that_failed_says_where_the_old_version_stands() {
    let told = |status| write(&english(), "Desk", &update_failed(addon("Tool"), "no", status)).text;
    for (status, says) in [
        (Status::Active, "Version 1.2.0 is still running"),
        (Status::Inactive, "still switched off"),
        (Status::Suspended, "still suspended"),
        (Status::FailedUpdate, "isn’t running"),
    ] {
        let text = told(status);
        assert!(text.contains(says), "{status}: {text}");
        assert_eq!(text.contains("still running"), status == Status::Active, "{status}: {text}");
    }
}

#[test]
fn what_waits_for_a_decision_says_what_can_be_decided() {
    let letter =
        |addon, work, deaths, can_give_up| write(&english(), "Desk", &set_aside(addon, work, deaths, can_give_up));
    let tool = || Some(addon("Tool"));
    let update = letter(tool(), "update", 3, true);
    assert!(update.text.contains("stopped the host 3 times") && update.text.contains("give it up"), "{}", update.text);
    assert!(update.text.contains("Operation: Update of an add-on"), "{}", update.text);
    assert!(update.text.contains("/admin/work#operation-"), "{}", update.text);
    let uninstall = letter(tool(), "uninstall", 0, false);
    assert!(uninstall.text.contains("can’t continue") && !uninstall.text.contains("give it up"), "{}", uninstall.text);
    let bill = letter(None, "bill-desk", 3, true);
    assert!(bill.text.contains("stopped it 3 times") && bill.text.contains("Operation: Monthly bill"), "{}", bill.text);
    let failed = letter(None, "bill-desk", 0, true);
    assert!(failed.text.contains("failed for good") && failed.text.contains("give it up"), "{}", failed.text);
}

#[test]
fn an_invitation_says_who_invites_and_leads_to_the_link() {
    let letter = write(&english(), "Acme", &invited("Ada"));
    assert_eq!(letter.subject, "You’re invited to the help desk Acme");
    assert!(letter.text.contains("Ada has invited you") && letter.text.contains("3 days"), "{}", letter.text);
    assert!(letter.text.contains("https://help.example.org/annex/setup/5ec4e7\n"), "{}", letter.text);
}

#[test]
fn a_reset_leads_to_the_link_and_says_how_long_it_works() {
    let letter = write(&english(), "Acme", &MailFacts::PasswordReset);
    assert!(letter.text.contains("one hour") && letter.text.contains("/annex/reset/5ec4e7\n"), "{}", letter.text);
}

#[test]
fn right_to_left_languages_are_written_so() {
    let letter = write(&arabic(), "Desk", &MailFacts::TrialEnded { addon: addon("Tool") });
    assert_eq!(letter.subject, "انتهت الفترة التجريبية من \u{2068}Tool\u{2069}");
    assert_eq!(letter.language, "ar");
    assert!(letter.html.contains(r#"lang="ar" dir="rtl""#), "{}", letter.html);
    assert!(!letter.html.contains("text-align: left"), "{}", letter.html);
    // What the pack lacks is English.
    assert!(letter.text.contains("Choose a plan"), "{}", letter.text);
}

#[test]
fn a_mail_about_a_ticket_leads_to_it_and_says_how_to_have_no_more() {
    let letter = write(&english(), "Acme", &MailFacts::TicketAnswered { ticket: ticket("Late"), by: "Ann".into() });
    assert_eq!(letter.subject, "Re: Late (#7012)");
    assert!(
        letter.text.contains("Ann replied to one of your tickets.") && letter.text.contains("Message: Late\n"),
        "{}",
        letter.text
    );
    assert!(letter.text.contains("https://help.example.org/annex/tickets/7012\n"), "{}", letter.text);
    assert!(letter.text.contains("your profile"), "{}", letter.text);
    let subject = |facts| write(&english(), "Acme", &facts).subject;
    let new = MailFacts::TicketNew { ticket: ticket("Late"), by: "Ann".into() };
    assert_eq!(subject(new), "New ticket: Late (#7012)");
    let given = MailFacts::TicketAssigned { ticket: ticket("Late"), by: Some("Ada".into()) };
    assert_eq!(subject(given), "Assigned to you: Late (#7012)");
}

#[test]
fn who_has_an_account_is_led_to_the_portal_and_who_has_none_to_their_link() {
    let approved = |days| write(&english(), "Acme", &MailFacts::PublisherApproved { name: "Tools".into(), days }).text;
    assert!(approved(None).contains("https://help.example.org/annex/portal\n"), "{}", approved(None));
    let link = "https://help.example.org/annex/portal/welcome/5ec4e7\n";
    assert!(approved(Some(7)).contains(link) && approved(Some(7)).contains("7 days"), "{}", approved(Some(7)));
}

#[test]
fn a_rejection_says_why_and_where() {
    let text =
        write(&english(), "Acme", &MailFacts::VersionRejected(review("Say what it does.", Track::Marketplace))).text;
    assert!(text.contains("Blocker (summary.en): Say what it does."), "{text}");
    assert!(text.contains("/portal/publishers/acme/projects/acme.notes/"), "{text}");
}
