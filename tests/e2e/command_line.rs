//! Options have help and a source, and refuse what would be unsafe.

use crate::support::{
    database::Database,
    eventually,
    host::{Setup, annex, annex_ok},
};

#[test]
fn every_option_of_serve_has_a_help_text() {
    let help = annex_ok(["serve", "--help"]);
    let options: Vec<_> = help.lines().filter(|line| line.trim_start().starts_with("--")).collect();
    assert!(options.len() >= 10, "{help}");
    for name in ["--listen", "--data-dir", "--database-url", "--sample", "--egress-override", "--public-url"] {
        let at = help.find(name).unwrap_or_else(|| panic!("{name} is not in the help"));
        let text = help[at..].split("\n\n").next().unwrap_or_default();
        assert!(text.split_whitespace().count() > 4, "{name} has no help text: {text}");
    }
}

#[test]
fn config_says_where_each_value_came_from() {
    let printed = annex_ok(["config", "--listen", "127.0.0.1:9999", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&printed).unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!((&row("listen")["value"], &row("listen")["source"]), (&"127.0.0.1:9999".into(), &"command line".into()));
    assert_eq!(row("data-dir")["source"], "default");
}

#[test]
fn an_egress_override_needs_a_host_on_loopback() {
    let refused = annex([
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--public-url",
        "https://desk.example.com",
        "--egress-override",
        "api.example.com=http://127.0.0.1:9",
    ]);
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr);
    assert!(text.contains("--egress-override") && text.contains("loopback"), "{text}");
}

#[test]
fn serving_the_network_needs_https() {
    let refused = annex(["serve", "--listen", "0.0.0.0:0"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--public-url https://"));
}

#[test]
fn only_accounts_decide_for_the_platform() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let grant = |permission| annex(["staff", "grant", "ann@example.org", permission, "--data-dir", data]);
    let nobody = grant("publishers.manage");
    assert!(!nobody.status.success() && String::from_utf8_lossy(&nobody.stderr).contains("billing account"));
    let unknown = grant("publishers.ponder");
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("permission of the platform"));
    assert_eq!(annex_ok(["staff", "list", "--data-dir", data]), "");
    assert_eq!(annex_ok(["publisher", "requests", "--data-dir", data]), "");
}

#[tokio::test]
async fn overrides_are_shown_in_the_log_and_on_the_system_page() {
    let host = Setup::new(Database::sqlite()).egress("api.example.com", "http://127.0.0.1:9").start().await;
    assert!(host.log().contains("api.example.com"), "{}", host.log());
    host.browser().await.get("/admin/system").await.expect("api.example.com");
}

#[tokio::test]
async fn probes_answer_without_a_session() {
    let host = Setup::new(Database::sqlite()).start().await;
    for (path, words) in [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "")] {
        let page = host.fresh_browser().visit(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html.contains(words), "{path}: {}", page.html);
    }
}

#[tokio::test]
async fn each_request_is_one_line_and_one_measurement_without_what_is_secret() {
    let host = Setup::new(Database::sqlite()).start().await;
    let browser = host.fresh_browser();
    assert_eq!(browser.visit("/setup/0123456789abcdef?q=private").await.status, 404);
    let line = eventually("the request is logged", || async {
        host.log().lines().find(|line| line.contains("annex::access") && line.contains("/setup/{")).map(str::to_owned)
    })
    .await;
    for part in ["method=\"GET\"", "status=404", "ms=", "id=\""] {
        assert!(line.contains(part), "{part}: {line}");
    }
    for secret in ["0123456789abcdef", "private"] {
        assert!(!host.log().contains(secret), "{}", host.log());
    }
    let figures = browser.visit("/metrics").await.html;
    let counted = figures.lines().filter(|line| {
        line.starts_with("annex_http_request_seconds_count") && line.contains("/setup/{") && line.ends_with(" 1")
    });
    assert_eq!(counted.count(), 1, "{figures}");
    // Some are taken every few seconds.
    for name in ["annex_database_wait_seconds_bucket", "annex_jobs_late_seconds", "annex_jobs{"] {
        let shown = || async {
            let figures = browser.visit("/metrics").await.html;
            figures.lines().any(|line| line.starts_with(name)).then_some(())
        };
        eventually(name, shown).await;
    }
}

#[tokio::test]
async fn behind_a_public_address_figures_need_their_token() {
    let setup = Setup::new(Database::sqlite()).argument("--metrics-token").argument("let-me-see");
    let host = setup.start().await;
    let asked = |token: Option<&str>| {
        let request = reqwest::Client::new().get(format!("{}/metrics", host.url));
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!((asked(None).await, asked(Some("other")).await, asked(Some("let-me-see")).await), (401, 401, 200));
    // Where there is no token nobody has it.
    let setup = Setup::new(Database::sqlite()).argument("--public-url").argument("https://desk.example");
    let host = setup.start().await;
    for token in [None, Some("")] {
        let request = reqwest::Client::new().get(format!("{}/metrics", host.url));
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        assert_eq!(request.send().await.unwrap().status(), 401, "{token:?}");
    }
}

#[tokio::test]
async fn a_second_admin_or_a_weak_password_is_refused_clearly() {
    let host = Setup::new(Database::sqlite()).start().await;
    let again = host.setup().command(&["admin", "create", "--email", "admin@example.com", "--password-stdin"]);
    assert!(!again.status.success());
    let text = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(text.contains("admin@example.com") || text.contains("password"), "{text}");
    let unknown = host.setup().command(&["token", "create", "--email", "nobody@example.com"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("nobody@example.com"));
}
