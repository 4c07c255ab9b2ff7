//! **My add-ons** and an add-on's own pages: buttons, settings, logs and health, updates, uninstalling.

use annex_domain::{
    clock::Timestamp,
    installation::{Action, Notice, Status},
    settings::{SettingKind, ShowIf},
};
use annex_lifecycle::UninstallItem;
use annex_store::{
    health::{Call, Health, HostCallRow, LastError, Totals},
    logs::{Level, Line},
};

use super::{EVIL, card, draw, head, holder, manage, sentence, shell};
use crate::{
    i18n::english,
    panel::{
        addons::{
            health::HealthTab,
            login::Login,
            logs::LogsTab,
            manage::{Head, ManagePage, NoticeView, Tab},
            my_addons::MyAddonsPage,
            settings::tab::{Asked, FieldView, SettingsTab},
            support::SupportPage,
            uninstall::UninstallPage,
            update::{RollbackPage, UpdatePage},
        },
        form::FormErrors,
    },
};

#[test]
fn a_failed_installation_is_retried_by_a_request_of_its_own() {
    let list = vec![card(Status::FailedInstallation), card(Status::Active)];
    let html = draw(MyAddonsPage { shell: shell(), kind: None, any: true, list });
    assert_eq!(html.matches("name=\"by-itself\"").count(), 1);
    assert!(html.contains("name=\"rev\" value=\"4\"") && html.contains("dimmed"));
}

/// The page and the table of `annex_domain::installation` agree, for each status: what the table has is on the page, and
/// nothing else (R32, R37).
#[test]
fn each_status_has_the_buttons_of_the_table() {
    let save = english().get("settings-save");
    for status in Status::ALL {
        let fields = vec![text_field()];
        let html = manage(
            status,
            Tab::Settings(SettingsTab {
                fields,
                errors: FormErrors::default(),
                works: Some(EVIL.into()),
                can_test: true,
                back: String::new(),
            }),
        );
        for action in Action::ALL {
            let mark = match action {
                Action::Configure => save.as_str(),
                Action::Retry => "/retry\"",
                Action::Activate => "/activate\"",
                Action::Deactivate => "/deactivate\"",
                Action::Update => "/update\"",
                Action::RollBack => "/rollback\"",
                Action::Pin => "/pin\"",
                Action::Cancel => "/cancel\"",
                Action::Uninstall => "/uninstall\"",
            };
            assert_eq!(html.contains(mark), status.allows(action), "{status}: {mark}");
        }
        assert_eq!(html.contains(" disabled>"), !status.allows(Action::Configure), "{status}: read-only");
        assert_eq!(html.contains("every 1s"), status.is_moving(), "{status}");
    }
    let data = Tab::Data(vec![UninstallItem { what: "kv-entries", count: 3, bytes: 2_000 }]);
    assert!(manage(Status::Active, data).contains("2 kB"));
}

#[test]
fn what_waits_for_its_publisher_says_until_when_and_looks_seldom() {
    for status in [Status::Installing, Status::Updating, Status::Uninstalling] {
        let until = Timestamp(1_772_357_400_000);
        let head = Head { waits_until: Some(until), ..head(status) };
        let html = draw(ManagePage { shell: shell(), head, tab: Tab::Data(vec![]) });
        assert!(html.contains(&english().date(until)) && html.contains("Waiting for"), "{status}");
        assert!(html.contains("every 30s") && !html.contains("every 1s"), "{status}");
    }
}

#[test]
fn a_failed_update_leads_to_support_with_its_error_id() {
    let html = manage(Status::FailedUpdate, Tab::Data(vec![]));
    assert!(html.contains("/support\"") && html.contains("mailto:help@example.com"));
    assert!(!manage(Status::Active, Tab::Data(vec![])).contains("/support\""));
    let mut errors = FormErrors::default();
    errors.add("text", EVIL);
    let html = draw(SupportPage {
        shell: shell(),
        card: card(Status::FailedUpdate),
        errors,
        error_id: "E-7".into(),
        text: EVIL.into(),
        mail: "mailto:support@platform.example?subject=acme.hello%201.2.0%20E-7".into(),
    });
    assert!(html.contains(">E-7<") && html.contains("mailto:support@platform.example?subject="));
    assert!(html.contains("aria-describedby=\"e-text\""));
}

fn text_field() -> FieldView {
    FieldView {
        key: "key".into(),
        kind: SettingKind::Text,
        label: EVIL.into(),
        hint: None,
        required: true,
        value: String::new(),
        is_set: false,
        max_length: 10,
        choices: vec![],
        asked: None,
        show_if: None,
        suffix: None,
    }
}

/// What was stored by an earlier release may hold a trace: people never see it.
#[test]
fn a_notice_shows_no_trace() {
    let text = "the add-on was stopped: error while executing at wasm backtrace:\n    0: 0x1f - hello.wasm!render";
    let stored = |code: &str| Notice { error_id: "E-1".into(), code: code.into(), text: text.into() };
    for code in ["suspended", "update-hook-failed", "trap", "anything"] {
        let shown = NoticeView::of(&stored(code), &english());
        let all = format!("{} {}", shown.text, shown.said.map(|(_, said)| said).unwrap_or_default());
        assert!(!all.contains("wasm") && !shown.text.is_empty(), "{code}: {all}");
    }
    let said = Notice { text: "the CRM refused the key".into(), ..stored("install-hook-failed") };
    assert_eq!(
        NoticeView::of(&said, &english()).said,
        Some(("manage-notice-said", "the CRM refused the key".to_owned()))
    );
}

#[test]
fn the_settings_form_shows_no_secret_and_leads_to_errors() {
    let field = |kind, value: &str| FieldView {
        key: format!("k{}", kind as u8),
        kind,
        label: EVIL.into(),
        hint: Some(EVIL.into()),
        required: true,
        value: value.into(),
        is_set: true,
        max_length: 10,
        choices: vec![("a".into(), EVIL.into())],
        asked: None,
        show_if: Some(ShowIf { setting: "k0".into(), is: vec![EVIL.into()] }),
        suffix: Some(".example.com".into()),
    };
    let kinds = [
        SettingKind::Text,
        SettingKind::Secret,
        SettingKind::Number,
        SettingKind::Toggle,
        SettingKind::Choice,
        SettingKind::Email,
        SettingKind::Url,
        SettingKind::Subdomain,
        SettingKind::Lines,
        SettingKind::Choices,
        SettingKind::OAuth2,
    ];
    let mut errors = FormErrors::default();
    errors.add("k0", EVIL);
    let fields = kinds.map(|kind| field(kind, EVIL)).into_iter();
    let fields = fields.map(|field| FieldView {
        value: if field.kind == SettingKind::Secret { String::new() } else { field.value },
        ..field
    });
    let html = manage(
        Status::Active,
        Tab::Settings(SettingsTab {
            fields: fields.collect(),
            errors,
            works: None,
            can_test: false,
            back: EVIL.into(),
        }),
    );
    assert!(html.contains("href=\"#f-k0\"") && html.contains("aria-describedby=\"h-k0 e-k0\""));
    let secret = SettingKind::Secret as u8;
    assert!(html.contains(&format!("type=\"password\" id=\"f-k{secret}\" name=\"k{secret}\" value=\"\"")));
}

#[test]
fn choices_of_an_add_on_are_chosen_found_or_typed() {
    let field = |asked| FieldView {
        kind: SettingKind::Choices,
        value: "b\nc".into(),
        choices: vec![("a".into(), "Apples".into()), ("b".into(), "Berries".into())],
        asked: Some(asked),
        ..text_field()
    };
    let html = |asked| {
        let (fields, errors) = (vec![field(asked)], FormErrors::default());
        manage(
            Status::Active,
            Tab::Settings(SettingsTab { fields, errors, works: None, can_test: true, back: String::new() }),
        )
    };
    let all = html(Asked::All);
    assert!(all.contains("name=\"key\" value=\"b\" checked") && !all.contains("name=\"key\" value=\"a\" checked"));
    assert!(!all.contains("name=\"find-key\"") && html(Asked::Some).contains("name=\"find-key\""));
    assert!(html(Asked::Silent).contains("b\nc</textarea>"), "nobody lists them");
}

#[test]
fn logs_and_health_are_tables_that_link_to_each_other() {
    let call = annex_domain::ids::CallId::new();
    let line = Line { id: 1, call: Some(call), level: Level::Warn, message: EVIL.into(), at: Timestamp(1) };
    let logs = LogsTab { level: Some(Level::Warn), call: None, lines: vec![line], next: Some("7".into()), live: true };
    let html = manage(Status::Active, Tab::Logs(logs));
    assert!(html.contains(&format!("call={call}")) && html.contains("before=7"));
    assert!(html.contains("id=\"log-lines\"") && html.contains(" data-live=\"logs-"), "new lines come by themselves");
    let older = LogsTab { level: None, call: None, lines: vec![], next: None, live: false };
    assert!(!manage(Status::Active, Tab::Logs(older)).contains("data-live=\"logs-"), "older ones do not change");

    let totals = Totals {
        calls: 4,
        errors: 1,
        wall_micros: 8_000,
        wall_micros_max: 5_000,
        peak_memory: 65_536,
        ..Totals::default()
    };
    let error = LastError {
        code: "trap".into(),
        text: format!("{EVIL}\nwasm backtrace:\n 0: 0x1f - f"),
        at: Timestamp(1),
        call,
    };
    let host_call =
        HostCallRow { name: "http.send".into(), detail: EVIL.into(), wall_micros: 900, outcome: "ok".into() };
    let one = Call {
        id: call,
        at: Timestamp(1),
        kind: "render".into(),
        outcome: "ok".into(),
        wall_micros: 1_500,
        fuel: 1,
        peak_memory: 65_536,
        host_calls: vec![host_call],
    };
    let health = Health { day: totals, hours: vec![], last_error: Some(error), traps_last_hour: 2 };
    let tab = HealthTab { health, calls: vec![one], median_micros: 1_500, bars: vec![] };
    let html = manage(Status::Active, Tab::Health(tab));
    for expected in ["1.5 ms", "2 ms", "5 ms", "65.5 kB", "25 %", "http.send", "Panel shown", "The add-on crashed"] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("backtrace"), "a stack of calls is for the logs");
}

#[test]
fn updates_show_only_what_is_added() {
    let page = |added| UpdatePage {
        shell: shell(),
        card: card(Status::Active),
        to: "1.3.0".parse().unwrap(),
        notes: Some(EVIL.into()),
        added,
        digest: "d".into(),
        warning: None,
        login: Login::None,
        next: "/my-addons/x/update".into(),
        allowed: true,
    };
    assert!(draw(page(vec![sentence()])).contains(&english().get("update-accept")));
    let nothing = draw(page(vec![]));
    assert!(nothing.contains(&english().get("update-nothing-added")) && !nothing.contains("api.example.com"));
    let wrong = UpdatePage { login: Login::Wrong(holder()), allowed: false, ..page(vec![]) };
    assert!(!draw(wrong).contains(&english().get("update-now")), "nothing is updated with the wrong account");
    let back = RollbackPage {
        shell: shell(),
        card: card(Status::Active),
        to: "1.1.0".parse().unwrap(),
        snapshot: true,
        login: Login::None,
        next: "/my-addons/x/rollback".into(),
        allowed: true,
    };
    assert!(draw(back).contains(&english().get("rollback-data")));
}

#[test]
fn uninstalling_names_what_goes_and_asks_for_the_name() {
    let items = vec![UninstallItem { what: "kv-entries", count: 12, bytes: 3_400 }];
    let page = |forced| UninstallPage {
        shell: shell(),
        card: card(Status::Active),
        items: items.clone(),
        errors: FormErrors::default(),
        money: Some(EVIL.into()),
        by_hand: true,
        has_fields: true,
        forced,
    };
    let html = draw(page(false));
    let waits = "removed when they confirm";
    assert!(html.contains(waits) && !draw(page(true)).contains(waits), "force asks nobody");
    assert!(html.contains(&english().get("uninstall-fields")), "fields go out of use");
    assert!(
        html.contains("12") && html.contains("3.4 kB") && html.contains("/export") && !html.contains("name=\"force\"")
    );
    assert!(draw(page(true)).contains("name=\"force\""));
}
