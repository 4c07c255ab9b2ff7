//! A host with two desks, and browsers that keep cookies.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use annex_billing::{Billing, BillingParts, Variant, gateways::test::TestGateway};
use annex_domain::{
    billing::{AttemptState, InvoiceState, LineKind, LoginRule},
    clock::{Clock, ManualClock, Timestamp},
    ids::{AccountId, DeskId, InstallationId, InvoiceId, MailId, OperatorId},
    money::Currency,
    plan::PlanModel,
    ports::{MailSender, Posted},
};
use annex_lifecycle::{CrashPoints, HostData, Lifecycle, Services};
use annex_sandbox::{Compiler, Sandbox, SandboxConfig, Slots};
use annex_store::{
    billing::{
        accounts::{self, NewAccount},
        attempts::{self, NewAttempt},
        desks::{self as bills, BillingDesk},
        invoices::{self, Invoice, Line, NewInvoice},
    },
    blobs::Blobs,
    sessions,
    testing::{Fixture, TestDb},
    vault::Vault,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

use crate::{config::WebConfig, drawn, oidc::ForeignIssuer, state::AppState};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const HOST: &str = "http://127.0.0.1:1/";

/// Hashing takes tens of milliseconds: once is enough.
pub(crate) static HASH: LazyLock<String> = LazyLock::new(|| {
    use argon2::password_hash::PasswordHasher as _;
    argon2::Argon2::default().hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).unwrap().to_string()
});

/// A host.
pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) state: AppState,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) desks: Fixture,
    pub(crate) gateway: TestGateway,
    _db: TestDb,
    _folder: TempDir,
    _stop: watch::Sender<bool>,
}

/// Keeps every mail where it is.
struct NoMail;

#[async_trait::async_trait]
impl MailSender for NoMail {
    async fn send(&self, _: DeskId, _: MailId, _: u32) -> Posted {
        Posted::Done
    }
}

impl Site {
    /// With the built-in client area as issuer.
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// With another issuer, perhaps.
    pub(crate) async fn start_with(billing_issuer: Option<ForeignIssuer>) -> Self {
        Self::start_as(billing_issuer, LoginRule::Paid).await
    }

    /// With another rule for the login to billing.
    pub(crate) async fn start_asking(login_rule: LoginRule) -> Self {
        Self::start_as(None, login_rule).await
    }

    async fn start_as(billing_issuer: Option<ForeignIssuer>, login_rule: LoginRule) -> Self {
        Self::make(TestDb::sqlite().await, billing_issuer, login_rule).await
    }

    /// On a database that is there already, and empty.
    pub(crate) async fn start_on(db: TestDb) -> Self {
        Self::make(db, None, LoginRule::Paid).await
    }

    async fn make(db: TestDb, billing_issuer: Option<ForeignIssuer>, login_rule: LoginRule) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)));
        let as_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let mut tx = annex_store::testing::tx(&db.db).await;
        let desks = Fixture::make(&mut tx).await;
        tx.commit().await.unwrap();
        let gateway = TestGateway::new(db.db.clone(), Arc::clone(&as_clock), HOST.parse().unwrap());
        let (stop, shutdown) = watch::channel(false);
        let config = WebConfig {
            public_url: HOST.parse().unwrap(),
            on_loopback: true,
            version: "0.0.0".into(),
            database: "SQLite".into(),
            egress_overrides: BTreeMap::new(),
            max_package: 16 << 20,
            billing_issuer,
            smtp: None,
            desk_domain: None,
            support_email: Some("support@platform.example".into()),
            attachments: Default::default(),
        };
        let lifecycle = lifecycle_asking(login_rule, &db, folder.path(), Arc::clone(&as_clock));
        let state = AppState::new(lifecycle, db.db.clone(), as_clock, config, shutdown);
        let router = crate::router(state.clone());
        Self { router, state, clock, desks, gateway, _db: db, _folder: folder, _stop: stop }
    }

    /// A browser that nobody is signed in with.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { site: self, jar: RefCell::default() }
    }

    /// A browser with an operator's session.
    pub(crate) async fn operator(&self, desk: DeskId, operator: OperatorId) -> Browser<'_> {
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let session = sessions::create(&mut tx, desk, operator, "", "", self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let browser = self.browser();
        browser.jar.borrow_mut().insert("annex-session".into(), session.secret);
        browser
    }

    /// A browser of the first desk's admin.
    pub(crate) async fn admin(&self) -> Browser<'_> {
        self.operator(self.desks.desk, self.desks.admin).await
    }

    /// A billing account that may hold the licence of a desk.
    pub(crate) async fn account(&self, email: &str, desk: Option<DeskId>) -> AccountId {
        let now = self.clock.now();
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let new = NewAccount { email: email.into(), name: "Payer".into(), password_hash: HASH.clone() };
        let account = accounts::insert(&mut tx, &new, now).await.unwrap();
        if let Some(desk) = desk {
            accounts::hold_licence(&mut tx, desk, account.id, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        account.id
    }

    /// An invoice of a desk with one line, as an account owes it.
    pub(crate) async fn invoice(&self, desk: DeskId, account: AccountId, cents: i64, state: InvoiceState) -> Invoice {
        self.invoice_with(desk, account, cents, state, |_| {}).await
    }

    /// As [`Self::invoice`], with another line.
    pub(crate) async fn invoice_with(
        &self,
        desk: DeskId,
        account: AccountId,
        cents: i64,
        state: InvoiceState,
        change: impl FnOnce(&mut Line),
    ) -> Invoice {
        let now = self.clock.now();
        let first = jiff::civil::date(2027, 1, 15);
        let bill = BillingDesk {
            desk,
            billing_day: 15,
            time_zone: "UTC".into(),
            next_bill_on: first,
            next_bill_at: now.after(std::time::Duration::from_secs(86_400)),
            asked_at: None,
            confirmed_through: None,
            rev: 1,
        };
        let mut line = Line {
            id: 0,
            kind: LineKind::Charge,
            subscription: None,
            installation: InstallationId::new(),
            addon: "acme.report".parse().unwrap(),
            plan: "team".parse().unwrap(),
            model: PlanModel::Flat,
            description: "Report, Team".into(),
            quantity: 1,
            unit_price: cents,
            amount: cents,
            reduced: 0,
            period_from: first,
            period_to: Some(jiff::civil::date(2027, 2, 15)),
        };
        change(&mut line);
        let new = NewInvoice {
            id: InvoiceId::new(),
            desk,
            account,
            order: None,
            // One monthly invoice a period: each has its own.
            period: Some((first.saturating_add(jiff::Span::new().days(cents % 1000)), jiff::civil::date(2030, 1, 1))),
            currency: Currency::EUR,
            credit_used: 0,
            lines: vec![line],
        };
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        bills::ensure(&mut tx, &bill, now).await.unwrap();
        let mut invoice = invoices::insert(&mut tx, &new, now).await.unwrap();
        invoice.state = state;
        invoice.due_since = (state == InvoiceState::Due).then_some(now);
        invoices::save(&mut tx, &mut invoice, now).await.unwrap();
        tx.commit().await.unwrap();
        invoice
    }
}

impl Site {
    /// Payments of an account that its bank declines.
    pub(crate) async fn failed_payments(&self, desk: DeskId, account: AccountId, count: u32) {
        let now = self.clock.now();
        for number in 0..count {
            let invoice = self.invoice(desk, account, 500 + i64::from(number), InvoiceState::Due).await;
            let mut tx = annex_store::testing::tx(&self.state.db).await;
            let new = NewAttempt {
                desk,
                invoice: invoice.id,
                gateway: "test".into(),
                customer: "cus_1".into(),
                method: "pm_1".into(),
                amount: invoice.total,
                off_session: false,
            };
            let mut attempt = attempts::insert(&mut tx, &new, now).await.unwrap();
            attempt.state = AttemptState::Cancelled;
            attempt.error_code = Some("card_declined".into());
            attempts::save(&mut tx, &mut attempt, now).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

/// Everything about add-ons, charged by the test gateway.
pub(crate) fn lifecycle(db: &TestDb, folder: &std::path::Path, clock: Arc<dyn Clock>) -> Lifecycle {
    lifecycle_asking(LoginRule::Paid, db, folder, clock)
}

fn lifecycle_asking(login_rule: LoginRule, db: &TestDb, folder: &std::path::Path, clock: Arc<dyn Clock>) -> Lifecycle {
    let public_url: Url = HOST.parse().unwrap();
    let billing = Billing::new(BillingParts {
        db: db.db.clone(),
        clock: Arc::clone(&clock),
        gateway: Arc::new(TestGateway::new(db.db.clone(), Arc::clone(&clock), public_url.clone())),
        crash: CrashPoints::none(),
        public_url,
        variant: Variant::default(),
    });
    let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
    let blobs = Blobs::in_directory(&folder.join("blobs")).unwrap();
    let data = Arc::new(HostData::new(db.db.clone(), blobs.clone(), vault.clone(), Arc::clone(&clock)));
    let mut config = SandboxConfig::new(folder.join("artifacts"), vault.mac_key(), Compiler::InProcess);
    config.slots = Slots { host: 2, ..Slots::default() };
    let sandbox = Sandbox::new(config, data, Arc::clone(&clock)).unwrap();
    let mails = Arc::new(NoMail);
    Lifecycle::new(Services {
        db: db.db.clone(),
        blobs,
        vault,
        sandbox,
        billing,
        mails,
        login_rule,
        desk_domain: None,
        clock,
        crash: CrashPoints::none(),
    })
}

/// A browser.
pub(crate) struct Browser<'s> {
    pub(crate) site: &'s Site,
    jar: RefCell<BTreeMap<String, String>>,
}

/// What a host answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    /// Where it leads, as a path of this host.
    pub(crate) fn location(&self) -> String {
        let to = self.headers.get(header::LOCATION).unwrap_or_else(|| panic!("leads nowhere: {self:?}"));
        let to = to.to_str().unwrap();
        to.strip_prefix(HOST.trim_end_matches('/')).unwrap_or(to).to_owned()
    }

    /// A parameter of the address that it leads to.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.location(), name)
    }

    pub(crate) fn code(&self) -> u16 {
        self.status.as_u16()
    }
}

/// A parameter of an address.
pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

impl Browser<'_> {
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, form).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Page {
        self.send(Method::DELETE, path, &[]).await
    }

    /// Follows redirects within the host; the page in the end, and its path.
    pub(crate) async fn follow(&self, mut page: Page) -> (String, Page) {
        let mut at = String::new();
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return (at, page);
            }
            at = page.location();
            assert!(at.starts_with('/'), "leads away: {at}");
            page = self.get(&at).await;
        }
        panic!("too many redirects, the last to {at}");
    }

    /// Loads a part of a page, as script does.
    pub(crate) async fn part(&self, path: &str) -> Page {
        self.send_as(Method::GET, path, &[], true).await
    }

    /// Posts a form as script does, for a part of a page.
    pub(crate) async fn ask(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send_as(Method::POST, path, form, true).await
    }

    async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Page {
        self.send_as(method, path, form, false).await
    }

    async fn send_as(&self, method: Method, path: &str, form: &[(&str, &str)], by_script: bool) -> Page {
        let cookies: Vec<String> = self.jar.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if by_script {
            request = request.header("hx-request", "true");
        }
        let body = if method == Method::POST { serde_urlencoded::to_string(form).unwrap() } else { String::new() };
        let response = self.site.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.jar.borrow_mut().remove(name);
            } else {
                self.jar.borrow_mut().insert(name.into(), value.into());
            }
        }
        let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        drawn::check(path, &parts.headers, &html);
        Page { status: parts.status, headers: parts.headers, html }
    }

    /// Signs in to the client area.
    pub(crate) async fn client(&self, email: &str) {
        let page = self.post("/client-area/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(page.location(), "/client-area", "{}", page.html);
    }

    /// Begins a login in the panel, up to the address of the authorization endpoint.
    pub(crate) async fn begin_login(&self) -> String {
        let page = self.post("/billing/login", &[]).await;
        assert_eq!(page.code(), 303, "{}", page.html);
        page.location()
    }

    /// A login through the built-in client area with an account, up to the address of the callback.
    pub(crate) async fn authorize(&self, email: &str) -> String {
        let authorize = self.begin_login().await;
        self.client(email).await;
        self.consent(&authorize).await
    }

    /// Adds a test card on the gateway's page, and comes back.
    pub(crate) async fn add_card(&self, number: &str) -> Page {
        let page = self.post("/client-area/methods/add", &[]).await;
        let set_up = page.location();
        assert!(set_up.starts_with("/client-area/test-gateway/setup/"), "{set_up}");
        assert_eq!(self.get(&set_up).await.code(), 200);
        let page = self.post(&set_up, &[("number", number), ("month", "12"), ("year", "2030")]).await;
        self.follow(page).await.1
    }

    /// Sends the form that pays an invoice as its page shows it: with the card that is ticked, for what it says.
    pub(crate) async fn pay(&self, path: &str) -> Page {
        let html = self.get(path).await.html;
        let value = |rest: &str| rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let is_ticked = |radio: &&str| radio.split('>').next().unwrap().contains(" checked");
        let method = html.split("name=\"method\"").skip(1).find(is_ticked).map(value).unwrap_or_default();
        let of_card = html.split("name=\"of_card\"").nth(1).map(value).unwrap_or_default();
        self.post(&format!("{path}/pay"), &[("method", method.as_str()), ("of_card", of_card.as_str())]).await
    }

    /// Goes on with whoever is signed in to the client area.
    pub(crate) async fn consent(&self, authorize: &str) -> String {
        let asks = self.get(authorize).await;
        assert_eq!(asks.code(), 200, "{}", asks.html);
        let page = self.post(authorize, &[]).await;
        assert!(page.location().starts_with("/billing/callback?"), "{}", page.location());
        page.location()
    }
}
