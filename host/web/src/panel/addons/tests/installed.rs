//! **My add-ons** and an add-on's own pages: buttons, settings, logs and health, updates, uninstalling.

use annex_domain::{clock::Timestamp, installation::Status, settings::SettingKind};
use annex_lifecycle::UninstallItem;
use annex_store::{
    health::{Call, Health, HostCallRow, LastError, Totals},
    logs::{Level, Line},
};

use super::{EVIL, card, draw, holder, manage, sentence, shell};
use crate::{
    i18n::english,
    panel::{
        addons::{
            health::HealthTab,
            login::Login,
            logs::LogsTab,
            manage::Tab,
            my_addons::MyAddonsPage,
            settings::{FieldView, SettingsTab},
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
    assert_eq!(html.matches("hx-trigger=\"load\"").count(), 1);
    assert!(html.contains("name=\"rev\" value=\"4\"") && html.contains("dimmed"));
}

#[test]
fn each_status_has_its_buttons() {
    let data = || Tab::Data(vec![UninstallItem { what: "kv-entries", count: 3, bytes: 2_000 }]);
    let active = manage(Status::Active, data());
    for expected in ["/deactivate", "/uninstall", "/rollback", "/pin", "/update", "2 kB"] {
        assert!(active.contains(expected), "{expected}");
    }
    let off = manage(Status::Inactive, data());
    assert!(off.contains("/activate") && !off.contains("/deactivate") && !off.contains("/rollback"));
    assert!(manage(Status::Updating, data()).contains("every 1s"));
    assert!(manage(Status::FailedInstallation, data()).contains("/retry"));
    assert!(!manage(Status::Active, data()).contains("every 1s"));
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
    ];
    let mut errors = FormErrors::default();
    errors.add("k0", EVIL);
    let fields = kinds.map(|kind| field(kind, EVIL)).into_iter();
    let fields = fields.map(|field| FieldView {
        value: if field.kind == SettingKind::Secret { String::new() } else { field.value },
        ..field
    });
    let html = manage(Status::Active, Tab::Settings(SettingsTab { fields: fields.collect(), errors }));
    assert!(html.contains("href=\"#f-k0\"") && html.contains("aria-describedby=\"h-k0 e-k0\""));
    assert!(html.contains("type=\"password\" id=\"f-k1\" name=\"k1\" value=\"\""));
}

#[test]
fn logs_and_health_are_tables_that_link_to_each_other() {
    let call = annex_domain::ids::CallId::new();
    let line = Line { id: 1, call: Some(call), level: Level::Warn, message: EVIL.into(), at: Timestamp(1) };
    let logs = LogsTab { level: Some(Level::Warn), call: None, lines: vec![line], next: Some("7".into()) };
    let html = manage(Status::Active, Tab::Logs(logs));
    assert!(html.contains(&format!("call={call}")) && html.contains("before=7"));

    let totals = Totals {
        calls: 4,
        errors: 1,
        wall_micros: 8_000,
        wall_micros_max: 5_000,
        peak_memory: 65_536,
        ..Totals::default()
    };
    let error = LastError { code: "trap".into(), text: EVIL.into(), at: Timestamp(1), call };
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
    for expected in ["1.5 ms", "2 ms", "5 ms", "65.5 kB", "25 %", "http.send"] {
        assert!(html.contains(expected), "{expected}");
    }
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
    };
    assert!(draw(page(vec![sentence()])).contains(&english().get("update-accept")));
    let nothing = draw(page(vec![]));
    assert!(nothing.contains(&english().get("update-nothing-added")) && !nothing.contains("api.example.com"));
    let wrong = UpdatePage { login: Login::Wrong(holder()), ..page(vec![]) };
    assert!(!draw(wrong).contains(&english().get("update-now")), "nothing is updated with the wrong account");
    let back =
        RollbackPage { shell: shell(), card: card(Status::Active), to: "1.1.0".parse().unwrap(), snapshot: true };
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
        forced,
    };
    let html = draw(page(false));
    assert!(
        html.contains("12") && html.contains("3.4 kB") && html.contains("/export") && !html.contains("name=\"force\"")
    );
    assert!(draw(page(true)).contains("name=\"force\""));
}
