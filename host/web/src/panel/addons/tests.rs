//! The pages of add-ons are drawn from the samples below, with hostile texts, in English; and each of their messages
//! exists. What happens on the way to a purchase is in `purchase`, through the whole router.

mod purchase;

use annex_domain::{
    addon::Kind,
    clock::Timestamp,
    ids::AccountId,
    installation::{Notice, Status},
    manifest::Support,
    money::{Currency, Money as Amount},
    settings::SettingKind,
    ui::Tone,
};
use annex_lifecycle::UninstallItem;
use annex_store::health::{Call, Health, HostCallRow, LastError, Totals};
use annex_store::logs::{Level, Line};
use askama::Template;

use super::{
    badges,
    cancel::CancelPage,
    consent::ConsentPage,
    health::HealthTab,
    licences::{Cost, Counts, Fewer, LicencesPage},
    listing::{About, ListingPage, NextStep, Release},
    login::{Holder, Login},
    logs::LogsTab,
    manage::{Head, ManagePage, Tab},
    marketplace::{MarketplacePage, Wanted},
    my_addons::{Installed, MyAddonsPage},
    permissions::Sentence,
    plans::{PlanConfirmPage, PlansTab},
    prices::PlanView,
    settings::{FieldView, SettingsTab},
    standing::{Banner, Link, Money, StandingView},
    uninstall::UninstallPage,
    update::{RollbackPage, UpdatePage},
    users::{GroupTick, RoleTick, Row, UsersTab},
    wizard::{
        Frame, StepLink,
        confirm::{Chosen, Summary},
        plan::PlanPage,
        users::{Named, Row as Person, UserChoice, UsersPage},
    },
};
use crate::{i18n::english, panel::form::FormErrors, shell::Shell};

const EVIL: &str = "<script>alert(1)</script>\"'&";

fn shell() -> Shell {
    Shell::outside("my-addons-title")
}

/// Draws a page as somebody who is signed in sees it.
fn draw(page: &impl Template) -> String {
    let html = page.render().unwrap();
    assert!(!html.contains("<script>"), "escaped");
    assert!(!html.contains("\"'&"), "escaped in attributes");
    assert!(!html.contains("style="), "the policy allows no inline style");
    html
}

fn sentence() -> Sentence {
    Sentence { icon: "globe", text: EVIL.into(), hosts: vec!["api.example.com".into()], purpose: EVIL.into() }
}

fn about() -> About {
    About {
        addon: "acme.hello".parse().unwrap(),
        name: EVIL.into(),
        summary: EVIL.into(),
        description: EVIL.into(),
        publisher: EVIL.into(),
        publisher_slug: "acme".into(),
        third_party: true,
        kind: Kind::Plugin,
        icon: None,
        version: "1.2.0".into(),
        price: "Free".into(),
        size: 12_345,
        published_at: Timestamp(1),
        categories: vec![("crm".into(), "CRM".into())],
        sentences: vec![sentence()],
        terms_url: Some("https://acme.example.com/terms".into()),
        privacy_url: None,
        support: Support { email: "help@example.com".into(), portal: None, faq: None },
        notes: Some(EVIL.into()),
    }
}

fn card(status: Status) -> Installed {
    Installed {
        id: annex_domain::ids::InstallationId::new(),
        name: EVIL.into(),
        publisher: EVIL.into(),
        summary: EVIL.into(),
        version: "1.2.0".into(),
        kind: Kind::Plugin,
        icon: None,
        badges: vec![badges::status(status)],
        failed: status == Status::FailedInstallation,
        retries: status == Status::FailedInstallation,
        rev: 4,
        moving: super::my_addons::is_moving(status),
    }
}

fn head(status: Status) -> Head {
    Head {
        card: card(status),
        addon: "acme.hello".into(),
        status,
        target: Some("1.3.0".parse().unwrap()),
        notice: Some(Notice { error_id: "E-1".into(), code: "trap".into(), text: EVIL.into() }),
        offer: Some("1.3.0".parse().unwrap()),
        previous: Some("1.1.0".parse().unwrap()),
        pinned: false,
        blocked: false,
        sentences: vec![sentence()],
        installed_at: Timestamp(1),
        standing: standing(),
        login: Login::None,
        here: "/my-addons/x".into(),
    }
}

fn standing() -> StandingView {
    let links = vec![Link { href: "/billing/invoices/7".into(), label: EVIL.into(), primary: true }];
    let banner = Banner {
        tone: Tone::Critical,
        icon: "credit-card",
        title: EVIL.into(),
        text: EVIL.into(),
        reason: Some(EVIL.into()),
        links,
        urgent: true,
    };
    StandingView { banners: vec![banner], badges: vec![], money: Money::Monthly, can_cancel: true }
}

fn holder() -> Holder {
    Holder { id: AccountId::new(), account: EVIL.into(), by: EVIL.into() }
}

fn frame() -> Frame {
    let step = |key, number, current, done| StepLink {
        key,
        number,
        current,
        done,
        href: done.then(|| "/addons/acme.hello/install/plan".to_owned()),
    };
    Frame {
        name: EVIL.into(),
        publisher: EVIL.into(),
        version: "1.2.0".into(),
        kind: Kind::Plugin,
        icon: None,
        back: "/addons/acme.hello".into(),
        action: "/addons/acme.hello/install/users".into(),
        previous: Some("/addons/acme.hello/install/plan".into()),
        steps: vec![
            step("wizard-step-plan", 1, false, true),
            step("wizard-step-users", 2, true, false),
            step("wizard-step-confirm", 3, false, false),
        ],
    }
}

fn plan_view() -> PlanView {
    PlanView {
        id: "team".parse().unwrap(),
        name: EVIL.into(),
        summary: Some(EVIL.into()),
        price: "4.00 EUR per user and month".into(),
        model: EVIL.into(),
        trial: Some("30-day free trial".into()),
        current: true,
        on: true,
    }
}

fn summary() -> Summary {
    Summary {
        rows: vec![(EVIL.into(), EVIL.into())],
        today: Some("2.13 EUR".into()),
        changed: Some("1.00 EUR".into()),
        part: Some(EVIL.into()),
        later: vec![(EVIL.into(), "4.00 EUR".into())],
        note: Some(EVIL.into()),
    }
}

fn chosen() -> Chosen {
    Chosen { plan: "team".parse().unwrap(), licences: 3, shown: Some(Amount::new(213, Currency::EUR)) }
}

fn manage(status: Status, tab: Tab) -> String {
    inside(ManagePage { shell: signed_in(), head: head(status), tab })
}

fn inside(page: impl Template) -> String {
    draw(&page)
}

/// `base.html` shows the page itself only to somebody who is signed in.
fn signed_in() -> Shell {
    let mut shell = shell();
    let now = Timestamp(0);
    let desk = annex_domain::operator::Desk {
        id: annex_domain::ids::DeskId::new(),
        name: "Desk".into(),
        locale: "en".into(),
        created_at: now,
    };
    let operator = annex_domain::operator::Operator {
        id: annex_domain::ids::OperatorId::new(),
        desk: desk.id,
        email: "ada@example.com".into(),
        name: "Ada".into(),
        locale: None,
        theme: annex_domain::operator::Theme::System,
        shortcuts: true,
        active: true,
        roles: vec![],
        permissions: annex_domain::permission::Permissions::admin(),
    };
    shell.person = Some(crate::shell::Person { operator, desk });
    shell
}

#[test]
fn a_listing_says_what_one_must_know_before_installing() {
    let release =
        Release { version: "1.2.0".into(), published_at: Timestamp(1), size: 1, notes: Some(EVIL.into()), badge: None };
    let html = inside(ListingPage {
        shell: signed_in(),
        about: about(),
        badges: vec![],
        installed: None,
        step: Some(NextStep {
            href: "/addons/acme.hello/install".into(),
            icon: "sparkles",
            label: EVIL.into(),
            price: "from 4.00 EUR per user and month".into(),
            beside: vec![EVIL.into()],
            begun: true,
        }),
        plans: vec![plan_view()],
        login: Login::None,
        next: "/addons/acme.hello".into(),
        needs_login: false,
        previous: None,
        releases: vec![release],
    });
    assert!(!html.contains("/billing/login"), "nothing is to be paid at once");
    for expected in [
        "/addons/acme.hello/install",
        "12.3 kB",
        "api.example.com",
        "help@example.com",
        "responsible",
        "Free",
        "from 4.00 EUR per user and month",
        "30-day free trial",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn consent_names_version_and_package() {
    let html = inside(consent_page(Login::Holder(holder())));
    for expected in [
        "name=\"digest\" value=\"d1\"",
        "name=\"key\" value=\"k1\"",
        "name=\"version\" value=\"1.2.0\"",
        "name=\"plan\" value=\"team\"",
        "name=\"shown\" value=\"213\"",
        "name=\"currency\" value=\"EUR\"",
        "<mark>2.13 EUR</mark>",
        "aria-current=\"step\"",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("/billing/logout") && !html.contains("/billing/login"));
}

fn consent_page(login: Login) -> ConsentPage {
    ConsentPage {
        shell: signed_in(),
        frame: frame(),
        about: about(),
        allowed: login.is_holder(),
        login,
        next: "/addons/acme.hello/install".into(),
        needs_login: true,
        digest: "d1".into(),
        key: "k1".into(),
        chosen: Some(chosen()),
        summary: Some(summary()),
        warning: Some(EVIL.into()),
        price_now: Some("2.13 EUR".into()),
        button: "Accept and purchase".into(),
        button_icon: "shopping-cart",
        beside: EVIL.into(),
        choose_users: Some("/addons/acme.hello/install/users".into()),
        discard: true,
    }
}

#[test]
fn without_the_right_account_nothing_is_bought() {
    let nobody = inside(consent_page(Login::None));
    assert!(nobody.contains("action=\"/billing/login\"") && !nobody.contains("Accept and purchase"));
    let wrong = inside(consent_page(Login::Wrong(holder())));
    assert!(wrong.contains("action=\"/billing/logout\"") && !wrong.contains("/billing/login"));
    assert!(!wrong.contains("Accept and purchase"));
}

#[test]
fn the_steps_ask_for_plan_and_users() {
    let mut errors = FormErrors::default();
    errors.add("plan", EVIL);
    let plan = PlanPage { shell: signed_in(), frame: frame(), plans: vec![plan_view()], errors };
    let html = inside(plan);
    assert!(
        html.contains("href=\"#f-plan\"") && html.contains("id=\"f-plan\"") && html.contains("value=\"team\" checked")
    );
    let named = |on| Named { id: "1".into(), name: EVIL.into(), on };
    let person = |why: Option<&str>| Person {
        id: annex_domain::ids::OperatorId::new(),
        name: EVIL.into(),
        email: EVIL.into(),
        tags: vec![EVIL.into()],
        on: true,
        me: why.is_some(),
        why: why.map(Into::into),
    };
    let choice = UserChoice {
        rows: vec![person(Some(EVIL)), person(None)],
        more: 3,
        search: EVIL.into(),
        searchable: true,
        roles: vec![named(true)],
        groups: vec![named(false)],
        rule: "groups".into(),
        per_user: true,
        reset: true,
    };
    let mut errors = FormErrors::default();
    errors.add("group", EVIL);
    let html = inside(UsersPage { shell: signed_in(), frame: frame(), choice, summary: summary(), errors });
    assert_eq!(html.matches("name=\"shown\"").count(), 2);
    assert!(
        html.contains("checked disabled")
            && html.contains("hx-target=\"#summary-body\"")
            && html.contains("id=\"summary-body\"")
    );
    assert!(html.contains("value=\"groups\" checked") && html.contains("href=\"#f-group\""));
    for button in ["add", "drop", "search", "count", "next"] {
        assert!(html.contains(&format!("name=\"do\" value=\"{button}\"")), "{button}");
    }
}

#[test]
fn the_plans_tab_offers_what_can_be_chosen_now() {
    let tab = |waiting| {
        Tab::Plans(PlansTab {
            plans: vec![plan_view()],
            now: vec![(EVIL.into(), EVIL.into())],
            waiting,
            here: "/my-addons/x/plans".into(),
            errors: FormErrors::default(),
        })
    };
    let logged_out = manage(Status::Active, tab(false));
    assert!(logged_out.contains("action=\"/billing/login\"") && !logged_out.contains("name=\"plan\""));
    let page = |login| ManagePage { shell: signed_in(), head: Head { login, ..head(Status::Active) }, tab: tab(false) };
    assert!(inside(page(Login::Holder(holder()))).contains("name=\"plan\" value=\"team\" checked"));
    let wrong = inside(page(Login::Wrong(holder())));
    assert!(wrong.contains("action=\"/billing/logout\"") && !wrong.contains("name=\"plan\""));
    assert!(!manage(Status::Active, tab(true)).contains("name=\"plan\""));
    let free =
        PlansTab { plans: vec![], now: vec![], waiting: false, here: String::new(), errors: FormErrors::default() };
    assert!(manage(Status::Active, Tab::Plans(free)).contains(&english().get("plans-free")));
}

#[test]
fn a_new_plan_is_summed_up_before_it_is_saved() {
    let html = inside(PlanConfirmPage {
        shell: signed_in(),
        frame: frame(),
        key: "k1".into(),
        chosen: chosen(),
        summary: summary(),
        warning: Some(EVIL.into()),
        price_now: Some("2.13 EUR".into()),
        button: EVIL.into(),
        beside: EVIL.into(),
    });
    for expected in ["name=\"key\" value=\"k1\"", "name=\"shown\" value=\"213\"", "<mark>2.13 EUR</mark>", "1.00 EUR"] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn licences_are_counted_bought_and_reduced() {
    let (ada, bob) = (annex_domain::ids::OperatorId::new(), annex_domain::ids::OperatorId::new());
    let page = |login: Login| LicencesPage {
        shell: signed_in(),
        card: card(Status::Active),
        counts: Counts { purchased: 5, assigned: 3, next: Some(EVIL.into()) },
        login,
        next: "/my-addons/x/licences".into(),
        more: "2".into(),
        most: 100,
        more_hint: EVIL.into(),
        add: vec![ada],
        remove: vec![bob],
        cost: Some(Cost {
            shown: Amount::new(426, Currency::EUR),
            today: "4.26 EUR".into(),
            part: Some(EVIL.into()),
            later: vec![(EVIL.into(), "20.00 EUR".into())],
        }),
        fewer: Some(Fewer { min: 3, max: 5, keep: "3".into(), hint: EVIL.into(), button: EVIL.into(), planned: true }),
        key: "k1".into(),
        warning: Some(EVIL.into()),
        price_now: Some("4.26 EUR".into()),
        errors: FormErrors::default(),
    };
    let html = inside(page(Login::Holder(holder())));
    for expected in [
        "<dd>5</dd>",
        "<dd>3</dd>",
        "<dd>2</dd>",
        "name=\"shown\" value=\"426\"",
        &format!("name=\"add\" value=\"{ada}\""),
        &format!("name=\"remove\" value=\"{bob}\""),
        "/licences/reduce",
        "<mark>4.26 EUR</mark>",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!inside(page(Login::None)).contains("name=\"shown\""));
}

#[test]
fn the_three_ways_to_stop_stand_side_by_side() {
    let page = |login: Login, money| CancelPage {
        shell: signed_in(),
        card: card(Status::Active),
        login,
        next: "/my-addons/x/cancel".into(),
        money,
        can_deactivate: true,
    };
    let html = inside(page(Login::Holder(holder()), Money::Monthly));
    let t = english();
    for key in ["cancel-cancel-money", "cancel-deactivate-money", "cancel-uninstall-money", "cancel-uninstall-data"] {
        assert!(html.contains(&t.get(key)), "{key}");
    }
    assert!(html.contains("/cancel\"") && html.contains("/deactivate") && html.contains("/uninstall"));
    let trial = inside(page(Login::Holder(holder()), Money::Trial));
    assert!(trial.contains(&t.get("cancel-deactivate-money-trial")));
    assert!(!inside(page(Login::None, Money::Monthly)).contains("name=\"rev\""));
}

#[test]
fn what_is_due_stands_above_the_tabs() {
    let html = manage(Status::PaymentDue, Tab::Data(vec![]));
    assert!(html.contains("/billing/invoices/7") && html.contains("role=\"alert\""));
    assert!(html.contains(&english().get("badge-payment-due")));
    assert!(html.contains(&english().get("manage-uninstall-hint-paid")));
}

#[test]
fn an_empty_marketplace_differs_from_no_match() {
    let page = |wanted| MarketplacePage {
        shell: signed_in(),
        wanted,
        categories: vec!["crm".into()],
        cards: vec![],
        next: None,
    };
    let empty = inside(page(Wanted::default()));
    let nothing = inside(page(Wanted { q: EVIL.into(), ..Wanted::default() }));
    assert!(empty.contains(&english().get("marketplace-empty")));
    assert!(nothing.contains(&english().get("marketplace-no-match")));
}

#[test]
fn a_failed_installation_is_retried_by_a_request_of_its_own() {
    let list = vec![card(Status::FailedInstallation), card(Status::Active)];
    let html = inside(MyAddonsPage { shell: signed_in(), kind: None, any: true, list });
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

fn row(name: &str, uses: bool) -> Row {
    Row {
        id: annex_domain::ids::OperatorId::new(),
        name: name.into(),
        email: EVIL.into(),
        roles: vec![EVIL.into()],
        active: true,
        uses,
        installer: false,
        me: false,
    }
}

fn users_tab(kind: Kind, rows: Vec<Row>) -> UsersTab {
    let role = RoleTick { id: annex_domain::ids::RoleId::new(), name: EVIL.into(), on: true };
    UsersTab {
        kind,
        rows,
        more: 0,
        count: 1,
        of: 2,
        search: String::new(),
        searchable: false,
        rule: "roles".into(),
        roles: vec![role],
        groups: vec![GroupTick { id: annex_domain::ids::GroupId::new(), name: EVIL.into(), on: true }],
        counts: Some(Counts { purchased: 5, assigned: 3, next: None }),
        price_note: Some(EVIL.into()),
        errors: FormErrors::default(),
    }
}

#[test]
fn the_installer_is_ticked_for_good_and_the_others_can_be_changed() {
    let t = english();
    let installer = Row { installer: true, me: true, ..row("Ada", true) };
    let gone = Row { active: false, ..row("Cy", true) };
    let (me, bo, cy) = (installer.id, row(EVIL, false), gone.id);
    let other = bo.id;
    let html = manage(Status::Active, Tab::Users(users_tab(Kind::Plugin, vec![installer, bo, gone])));
    let input = |id| {
        let start = format!("name=\"user\" value=\"{id}\"");
        html.split(&start).nth(1).unwrap().split('>').next().unwrap().to_owned()
    };
    assert!(input(me).contains("checked") && input(me).contains("disabled") && input(me).contains("aria-describedby"));
    assert!(html.contains(&t.get("users-installer-me")));
    assert_eq!((input(other).as_str(), input(cy).as_str()), ("", " checked"));
    assert!(html.contains(&t.get("operators-inactive")) && html.contains(&t.get("users-inactive")));
    // What was ticked before comes back, but not for a tick that nobody can change.
    assert_eq!(html.matches("name=\"before\"").count(), 1);
    assert!(html.contains(&format!("name=\"before\" value=\"{cy}\"")));
    assert!(html.contains("value=\"roles\" checked") && html.contains("/users/rule"));
    assert!(!html.contains("role=\"search\""), "no search for a few");
}

#[test]
fn of_many_operators_some_are_searched_for() {
    let tab =
        UsersTab { searchable: true, more: 7, search: EVIL.into(), ..users_tab(Kind::Plugin, vec![row("A", true)]) };
    let html = manage(Status::Active, Tab::Users(tab));
    assert!(html.contains("role=\"search\"") && html.contains("7 more"));
    let nobody = UsersTab { search: EVIL.into(), ..users_tab(Kind::Plugin, vec![]) };
    let html = manage(Status::Active, Tab::Users(nobody));
    assert!(html.contains(&english().get("users-no-match")) && !html.contains("name=\"user\""));
}

#[test]
fn what_acts_for_the_whole_desk_has_nobody_to_tick() {
    for (kind, why) in [(Kind::Channel, "users-whole-desk-channel"), (Kind::Language, "users-whole-desk-language")] {
        let html = manage(Status::Active, Tab::Users(users_tab(kind, vec![])));
        assert!(html.contains(&english().get(why)));
        assert!(!html.contains("name=\"user\"") && !html.contains("name=\"rule\""));
    }
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
        shell: signed_in(),
        card: card(Status::Active),
        to: "1.3.0".parse().unwrap(),
        notes: Some(EVIL.into()),
        added,
        digest: "d".into(),
        warning: None,
        login: Login::None,
        next: "/my-addons/x/update".into(),
    };
    assert!(inside(page(vec![sentence()])).contains(&english().get("update-accept")));
    let nothing = inside(page(vec![]));
    assert!(nothing.contains(&english().get("update-nothing-added")) && !nothing.contains("api.example.com"));
    let wrong = UpdatePage { login: Login::Wrong(holder()), ..page(vec![]) };
    assert!(!inside(wrong).contains(&english().get("update-now")), "nothing is updated with the wrong account");
    let back =
        RollbackPage { shell: signed_in(), card: card(Status::Active), to: "1.1.0".parse().unwrap(), snapshot: true };
    assert!(inside(back).contains(&english().get("rollback-data")));
}

#[test]
fn uninstalling_names_what_goes_and_asks_for_the_name() {
    let items = vec![UninstallItem { what: "kv-entries", count: 12, bytes: 3_400 }];
    let page = |forced| UninstallPage {
        shell: signed_in(),
        card: card(Status::Active),
        items: items.clone(),
        errors: FormErrors::default(),
        money: Some(EVIL.into()),
        forced,
    };
    let html = inside(page(false));
    assert!(
        html.contains("12") && html.contains("3.4 kB") && html.contains("/export") && !html.contains("name=\"force\"")
    );
    assert!(inside(page(true)).contains("name=\"force\""));
}

/// Every key that templates and code of the add-on pages name literally.
#[test]
fn every_message_exists() {
    let t = english();
    let sources = [
        include_str!("../../sidebar/fault.rs"),
        include_str!("../../sidebar/draw.rs"),
        include_str!("manage.rs"),
        include_str!("switches.rs"),
        include_str!("update.rs"),
        include_str!("uninstall.rs"),
        include_str!("users.rs"),
        include_str!("catalog.rs"),
        include_str!("consent.rs"),
        include_str!("plans.rs"),
        include_str!("licences.rs"),
        include_str!("cancel.rs"),
        include_str!("../billing/invoices.rs"),
        include_str!("../billing/methods.rs"),
    ];
    let mut checked = 0;
    for source in sources {
        for word in source.split('"').skip(1).step_by(2) {
            let ours = ["panel-", "flash-", "notice-", "catalog-"].iter().any(|prefix| word.starts_with(prefix));
            let is_key = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !word.ends_with('-');
            if ours && is_key {
                assert!(t.has(word), "{word}");
                checked += 1;
            }
        }
    }
    for folder in ["addons", "sidebar"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(folder);
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for call in ["t.get(\"", "t.msg(\""] {
                for key in text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                    assert!(t.has(key), "{key}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 150, "{checked}");
}
