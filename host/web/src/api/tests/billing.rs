//! Buying through the API: prices, logins, charges that work, fail or ask for more, trials, licences, cancelling; each once.

use std::time::Duration;

use annex_billing::gateways::test::TestGateway;
use annex_domain::{
    billing::DisputeState,
    clock::Clock,
    ids::{AccountId, PaymentMethodId},
    money::Money,
    operator::Actor,
    plan::Plan,
};
use annex_store::{
    billing::{
        accounts::{self, NewAccount},
        attempts, disputes, invoices, logins,
        methods::{self, NewMethod},
        plans,
    },
    operators,
};
use axum::http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, Api, addons, request};

const TEAM: &str = r#"{"id":"team","name":"Team","model":"per-user","price":1200,"currency":"EUR","trial_days":30}"#;
const ONCE: &str = r#"{"id":"once","name":"Once","model":"one-time","price":5000,"currency":"EUR","trial_days":0}"#;

/// A host whose first desk is logged in to billing, with a paid add-on in its catalog.
pub(super) struct Shop {
    pub(super) api: Api,
    pub(super) token: String,
    pub(super) account: AccountId,
}

impl Shop {
    async fn open() -> Self {
        let api = Api::start().await;
        let token = api.admin().await;
        addons::trust(&api, &token).await;
        assert_eq!(addons::publish(&api, &token, addons::puppet("1.0.0", 1, &[])).await.status, 201);
        let now = api.clock.now();
        let mut tx = annex_store::testing::tx(&api.state.db).await;
        let new = NewAccount { email: "pay@example.org".into(), name: "Payer".into(), password_hash: "-".into() };
        let account = accounts::insert(&mut tx, &new, now).await.unwrap().id;
        accounts::hold_licence(&mut tx, api.desks.desk, account, now).await.unwrap();
        tx.commit().await.unwrap();
        let shop = Self { api, token, account };
        shop.prices(&[TEAM, ONCE]).await;
        shop
    }

    pub(super) async fn open_and_log_in(card: &str) -> Self {
        let shop = Self::open().await;
        shop.log_in(true).await;
        shop.add_card(card).await;
        shop
    }

    /// What the listing asks for from here on.
    pub(super) async fn prices(&self, of: &[&str]) {
        let of: Vec<Plan> = of.iter().map(|plan| serde_json::from_str(plan).unwrap()).collect();
        let mut tx = annex_store::testing::tx(&self.api.state.db).await;
        plans::set(&mut tx, &"acme.puppet".parse().unwrap(), &of, self.api.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn log_in(&self, holds_licence: bool) {
        let (desks, now) = (self.api.desks, self.api.clock.now());
        let mut tx = annex_store::testing::tx(&self.api.state.db).await;
        logins::log_in(&mut tx, desks.desk, self.account, holds_licence, desks.admin, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Through the page of the test gateway, as a browser would.
    pub(super) async fn add_card(&self, number: &str) {
        let page = self.post("/billing/methods/set-up", json!({})).await;
        let url: Url = page.body["url"].as_str().unwrap().parse().unwrap();
        let visit = url.path_segments().unwrap().next_back().unwrap().to_owned();
        let clock = self.api.clock.clone() as std::sync::Arc<dyn Clock>;
        let host = self.api.state.config.public_url.clone();
        let gateway = TestGateway::new(self.api.state.db.clone(), clock, host);
        gateway.complete_setup(&visit, number, 12, 2030).await.unwrap();
        let methods = self.post("/billing/methods/refresh", json!({})).await;
        assert_eq!(methods.body["items"][0]["is_default"], true, "{methods:?}");
    }

    /// A card of the account at another gateway; its id.
    pub(super) async fn card_elsewhere(&self, gateway: &str) -> PaymentMethodId {
        let mut tx = annex_store::testing::tx(&self.api.state.db).await;
        let new = NewMethod {
            gateway_id: "pm_elsewhere".into(),
            brand: "visa".into(),
            last4: "0001".into(),
            exp_month: 12,
            exp_year: 2030,
        };
        let card = methods::upsert(&mut tx, self.account, gateway, &new, self.api.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        card.id
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.api.get(&self.token, path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        addons::settled(&self.api, &self.token, path, Some(body)).await
    }

    pub(super) async fn install(&self, purchase: Value) -> Answer {
        let grant = json!([{ "use": "kv" }]);
        self.post("/installations", json!({ "addon": "acme.puppet", "grant": grant, "purchase": purchase })).await
    }

    /// What the plan costs now.
    pub(super) async fn price(&self, plan: &str) -> Value {
        self.get(&format!("/addons/acme.puppet/quote?plan={plan}")).await["amount"].clone()
    }
}

fn path(installation: &Answer) -> String {
    format!("/installations/{}", installation.body["id"].as_str().unwrap())
}

#[tokio::test]
async fn nothing_is_bought_unless_logged_in_rightly_and_at_the_price_that_was_shown() {
    let shop = Shop::open().await;
    let offer = shop.get("/addons/acme.puppet/plans").await;
    assert_eq!((&offer["free"], &offer["plans"][0]["id"]), (&json!(false), &json!("team")));
    assert_eq!((&offer["plans"][0]["trial_days_left"], &offer["plans"][1]["trial_days_left"]), (&json!(30), &json!(0)));
    let price = shop.price("once").await;
    assert_eq!(price, json!({ "cents": 5000, "currency": "EUR" }));
    let buy = json!({ "plan": "once", "price": price });

    assert_eq!(shop.install(Value::Null).await.problem(), (422, "plan-needed"));
    assert_eq!(shop.install(json!({ "plan": "gold" })).await.problem(), (422, "no-plan"));
    assert_eq!(shop.install(json!({ "plan": "once", "trial": true })).await.problem(), (409, "no-trial"));
    assert_eq!(shop.install(buy.clone()).await.problem(), (403, "login-needed"));
    shop.log_in(false).await;
    assert_eq!(shop.get("/billing").await["standing"], "wrong-account");
    assert_eq!(shop.install(buy.clone()).await.problem(), (403, "wrong-account"));
    assert_eq!(shop.api.get(&shop.token, "/billing/methods").await.problem(), (403, "wrong-account"));
    shop.log_in(true).await;

    shop.prices(&[&ONCE.replace("5000", "6000")]).await;
    let changed = shop.install(buy).await;
    assert_eq!(changed.problem(), (409, "price-changed"));
    assert_eq!(changed.body["quote"]["amount"]["cents"], 6000, "{changed:?}");
    assert_eq!(shop.get("/installations").await["items"], json!([]), "nothing was begun");
    assert_eq!(shop.get("/billing/invoices").await["items"], json!([]));
}

#[tokio::test]
async fn a_purchase_is_charged_once_however_often_it_is_sent() {
    let shop = Shop::open_and_log_in("4242424242424242").await;
    let body = json!({ "addon": "acme.puppet", "grant": [{ "use": "kv" }],
        "purchase": { "plan": "once", "price": shop.price("once").await } });
    let send = async || {
        let mut request = request(&shop.token, Method::POST, "/installations", Some(&body));
        request.headers_mut().insert("prefer", "wait=30".parse().unwrap());
        request.headers_mut().insert("idempotency-key", "one-click".parse().unwrap());
        shop.api.send(request).await
    };
    let (first, double) = tokio::join!(send(), send());
    let codes = [first.status.as_u16(), double.status.as_u16()];
    assert!(codes.contains(&201) && codes.iter().all(|code| [201, 409].contains(code)), "{first:?} {double:?}");
    let again = send().await;
    assert_eq!((again.status.as_u16(), &again.body["status"]), (201, &json!("active")), "{again:?}");

    let invoices = shop.get("/billing/invoices").await;
    assert_eq!(invoices["items"].as_array().unwrap().len(), 1, "{invoices}");
    let invoice = &invoices["items"][0];
    assert_eq!((&invoice["state"], &invoice["total"]["cents"]), (&json!("paid"), &json!(5000)));
    assert_eq!(invoice["lines"][0]["installation"], again.body["id"]);
    let read = shop.get(&format!("/billing/invoices/{}", invoice["id"].as_str().unwrap())).await;
    assert_eq!(&read, invoice);
    let orders = shop.get("/billing/orders").await;
    assert_eq!((&orders["items"][0]["state"], &orders["items"][0]["id"]), (&json!("fulfilled"), &invoice["order"]));
    let statement = shop.get("/billing/statement").await;
    assert_eq!(statement["items"].as_array().unwrap().last().unwrap()["owed"], 0, "{statement}");
    assert_eq!(shop.get("/billing/invoices?state=due").await["items"], json!([]));
}

#[tokio::test]
async fn what_is_declined_is_due_and_can_be_paid_by_hand() {
    let shop = Shop::open_and_log_in("4000000000000341").await;
    let refused = shop.install(json!({ "plan": "once", "price": shop.price("once").await })).await;
    assert_eq!(refused.problem(), (402, "payment-due"), "{refused:?}");
    let invoice = refused.body["invoice"].clone();
    assert_eq!((&invoice["number"], &invoice["amount"]["cents"]), (&json!(1), &json!(5000)));
    assert_eq!(invoice["link"], "/billing/invoices/1");
    let installation = shop.get("/installations").await["items"][0].clone();
    assert_eq!(installation["status"], "payment-due");
    let billing = format!("/installations/{}/billing", installation["id"].as_str().unwrap());
    assert_eq!(shop.get(&billing).await["due"]["number"], 1);
    assert_eq!(shop.get("/billing").await["due"][0]["id"], invoice["id"]);

    let pay = format!("/billing/invoices/{}/pay", invoice["id"].as_str().unwrap());
    assert_eq!(shop.post(&pay, json!({})).await.problem(), (402, "payment-due"), "the same card");
    let unknown = json!({ "method": AccountId::new().to_string() });
    assert_eq!(shop.post(&pay, unknown).await.problem(), (422, "invalid-request"));
    shop.add_card("4242424242424242").await;
    let paid = shop.post(&pay, json!({})).await;
    assert_eq!((paid.status.as_u16(), &paid.body["state"]), (200, &json!("paid")), "{paid:?}");
    assert_eq!(shop.post(&pay, json!({})).await.body["state"], "paid", "once is enough");
    let charged: i64 = shop.get("/billing/statement").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["paid"].as_i64().unwrap())
        .sum();
    assert_eq!(charged, 5000);
}

#[tokio::test]
async fn a_bank_that_asks_for_more_is_told_with_its_address() {
    let shop = Shop::open_and_log_in("4000000000003155").await;
    let asked = shop.install(json!({ "plan": "once", "price": shop.price("once").await })).await;
    assert_eq!(asked.problem(), (402, "action-required"), "{asked:?}");
    assert!(asked.body["invoice"]["action_url"].as_str().unwrap().starts_with("http"), "{asked:?}");
}

#[tokio::test]
async fn a_trial_becomes_a_plan_whose_licences_are_bought_given_up_and_cancelled() {
    let shop = Shop::open().await;
    let tried = shop.install(json!({ "plan": "team", "trial": true })).await;
    assert_eq!((tried.status.as_u16(), &tried.body["status"]), (201, &json!("active")), "{tried:?}");
    let path = path(&tried);
    let billing = shop.get(&format!("{path}/billing")).await;
    assert_eq!((&billing["trial_days_left"], &billing["can_cancel"]), (&json!(30), &json!(true)), "{billing}");
    assert_eq!(billing["subscription"]["state"], "trialing");
    assert_eq!(tried.body["trial_days_left"], 30);

    shop.log_in(true).await;
    shop.add_card("4242424242424242").await;
    let quote = shop.get(&format!("{path}/quote?licences=2")).await;
    let choice = json!({ "plan": "team", "price": quote["amount"], "licences": 2 });
    let bought = shop.post(&format!("{path}/plan"), choice.clone()).await;
    assert_eq!(bought.status, 200, "{bought:?}");
    assert_eq!(shop.post(&format!("{path}/plan"), choice).await.problem(), (409, "same-plan"));
    let licences = json!({ "purchased": 2, "assigned": 1, "unassigned": 1, "next": null, "losing": 0 });
    assert_eq!(shop.get(&format!("{path}/billing")).await["licences"], licences);

    let more = format!("{path}/licences");
    let wrong = json!({ "add": 1, "price": { "cents": 1, "currency": "EUR" } });
    assert_eq!(shop.post(&more, wrong).await.problem(), (409, "price-changed"));
    let quote = shop.get(&format!("{path}/quote?more=1")).await;
    let added = shop.post(&more, json!({ "add": 1, "price": quote["amount"] })).await;
    assert_eq!(added.status, 200, "{added:?}");
    let invoices = shop.get("/billing/invoices").await["items"].clone();
    assert_eq!((&invoices[0]["number"], &invoices[0]["about"]), (&json!(2), &json!("Puppet: Team (1 licence)")));
    assert_eq!(invoices[0]["lines"][0]["kind"], "charge");
    let statement = shop.get("/billing/statement").await["items"].clone();
    let charged: Vec<_> = statement.as_array().unwrap().iter().filter(|row| row["charged"] != 0).collect();
    assert_eq!((&charged[1]["text"], &charged[1]["number"]), (&json!("invoice: Puppet: Team (1 licence)"), &json!(2)));
    let reduce = async |to: u32| shop.api.call(&shop.token, Method::PUT, &more, Some(json!({ "to": to }))).await;
    assert_eq!(reduce(0).await.problem(), (422, "too-few-licences"));
    assert_eq!(reduce(1).await.body, json!({ "purchased": 3, "assigned": 1, "unassigned": 2, "next": 1, "losing": 0 }));
    assert_eq!(shop.get("/billing/subscriptions").await["items"][0]["quantity_next"], 1);
    // What is paid for can be assigned until then.
    let (me, bo) = (shop.api.desks.admin, shop.api.desks.agent);
    let users = json!({ "operators": [me, bo] });
    let users = shop.api.call(&shop.token, Method::PUT, &format!("{path}/users"), Some(users)).await;
    let until = &shop.get(&format!("{path}/billing")).await["subscription"]["paid_through"];
    assert_eq!((&users.body["operators"][0]["until"], &users.body["operators"][1]["until"]), (&json!(null), until));
    assert_eq!(shop.get(&format!("{path}/billing")).await["licences"]["losing"], 1);
    assert_eq!(shop.get("/billing").await["next_bill"]["amounts"][0]["cents"], 1200);

    let cancelled = shop.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.body["status"]), (200, &json!("cancelled")), "{cancelled:?}");
    assert_eq!(shop.post(&format!("{path}/cancel"), json!({})).await.problem().0, 409);
    assert_eq!(shop.get("/billing/subscriptions").await["items"], json!([]));
    let mails = shop.get("/mails").await;
    let kinds: Vec<_> = mails["items"].as_array().unwrap().iter().map(|mail| mail["kind"].clone()).collect();
    assert!(kinds.contains(&json!("cancelled")) && kinds.contains(&json!("installed")), "{kinds:?}");
}

#[tokio::test]
async fn money_needs_the_permission_to_manage_add_ons() {
    let shop = Shop::open_and_log_in("4242424242424242").await;
    let agent = shop.api.agent().await;
    for path in ["", "/invoices", "/statement", "/statement.csv", "/methods", "/subscriptions", "/orders"] {
        let answer = shop.api.get(&agent, &format!("/billing{path}")).await;
        assert_eq!(answer.problem(), (403, "forbidden"), "{path}");
    }
    assert_eq!(shop.api.get(&agent, "/mails").await.problem(), (403, "forbidden"));
    let methods = shop.get("/billing/methods").await;
    let card = methods["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(shop.post(&format!("/billing/methods/{card}/default"), json!({})).await.status, 200);
    let delete = shop.api.call(&shop.token, Method::DELETE, &format!("/billing/methods/{card}"), None).await;
    assert_eq!(delete.status, 204);
    assert_eq!(shop.get("/billing/methods").await["items"], json!([]));
}

#[tokio::test]
async fn a_price_per_seat_names_the_seats_of_today() {
    let shop = Shop::open_and_log_in("4242424242424242").await;
    let seats = r#"{"id":"seats","name":"Seats","model":"per-seat","price":400,"currency":"EUR","trial_days":0}"#;
    shop.prices(&[seats, ONCE]).await;
    let today = |plan: &Value| (plan["seats_today"].clone(), plan["monthly_today"]["cents"].clone());
    let plans = shop.get("/addons/acme.puppet/plans").await["plans"].clone();
    assert_eq!(today(&plans[0]), (json!(2), json!(800)), "{plans}");
    assert_eq!(today(&plans[1]), (json!(null), json!(null)), "{plans}");
    let bought = shop.install(json!({ "plan": "seats", "price": shop.price("seats").await })).await;
    assert_eq!(bought.status, 201, "{bought:?}");

    let (desks, now) = (shop.api.desks, shop.api.clock.now());
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    operators::set_active(&mut tx, desks.desk, desks.agent, false, now).await.unwrap();
    tx.commit().await.unwrap();
    let subscription = shop.get("/billing/subscriptions").await["items"][0].clone();
    assert_eq!((&subscription["quantity"], today(&subscription["plan"])), (&json!(2), (json!(1), json!(400))));
    let billing = shop.get(&format!("{}/billing", path(&bought))).await;
    assert_eq!(today(&billing["subscription"]["plan"]), (json!(1), json!(400)), "{billing}");
    assert_eq!(today(&shop.get("/billing/orders").await["items"][0]["plan"]), (json!(1), json!(400)));
}

#[tokio::test]
async fn an_invoice_shows_what_was_paid_back_and_what_is_disputed() {
    let shop = Shop::open_and_log_in("4242424242424242").await;
    shop.install(json!({ "plan": "once", "price": shop.price("once").await })).await;
    let (desk, now) = (shop.api.desks.desk, shop.api.clock.now());
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    let paid = invoices::by_number(&mut tx, desk, 1).await.unwrap();
    let attempt = attempts::of_invoice(&mut tx, paid.id).await.unwrap().pop().unwrap();
    let dispute = disputes::Dispute {
        gateway: attempt.gateway.clone(),
        gateway_id: "dp_1".into(),
        desk,
        invoice: paid.id,
        attempt: attempt.id,
        refund: None,
        amount: paid.total,
        reason: "fraudulent".into(),
        state: DisputeState::Inquiry,
        created_at: now,
        updated_at: now,
        rev: 1,
    };
    disputes::insert(&mut tx, &dispute).await.unwrap();
    tx.commit().await.unwrap();
    let part = Some(Money::new(1_000, paid.total.currency));
    shop.api.state.billing.refund(desk, paid.id, part, "goodwill", Actor::CommandLine).await.unwrap();

    let invoice = shop.get(&format!("/billing/invoices/{}", paid.id)).await;
    let disputed = &invoice["disputes"][0];
    assert_eq!((&disputed["state"], &disputed["amount"]["cents"]), (&json!("inquiry"), &json!(5_000)), "{invoice}");
    assert_eq!(disputed["reason"], "fraudulent");
    let refund = &invoice["refunds"][0];
    assert_eq!((&refund["state"], &refund["amount"]["cents"]), (&json!("succeeded"), &json!(1_000)), "{invoice}");
    assert_eq!(refund["to_credit"], false);
    assert_eq!(shop.get("/billing/invoices").await["items"][0]["disputes"], invoice["disputes"]);
}

#[tokio::test]
async fn months_that_were_missed_are_charged_when_somebody_says_so() {
    let mut shop = Shop::open_and_log_in("4242424242424242").await;
    let flat = r#"{"id":"flat","name":"Flat","model":"flat","price":900,"currency":"EUR","trial_days":0}"#;
    shop.prices(&[flat]).await;
    shop.install(json!({ "plan": "flat", "price": shop.price("flat").await })).await;
    assert_eq!(shop.get("/billing").await["missed_months"], json!(null));
    // No host ran for three bills.
    shop.api.clock.advance(Duration::from_hours(24 * 100));
    shop.token = shop.api.admin().await;
    let billing = shop.api.state.billing.clone();
    billing.bill_due().await.unwrap();
    let asked = shop.get("/billing").await["missed_months"].clone();
    assert_eq!((&asked["months"], &asked["amounts"][0]["cents"]), (&json!(3), &json!(2_700)), "{asked}");
    assert_eq!(shop.get("/billing/invoices").await["items"].as_array().unwrap().len(), 1, "nothing is charged");

    let path = "/billing/missed-months/confirm";
    let agent = shop.api.agent().await;
    assert_eq!(shop.api.post(&agent, path, json!({})).await.problem(), (403, "forbidden"));
    assert_eq!(shop.api.post(&shop.token, path, json!({})).await.status, 204);
    assert_eq!(shop.api.post(&shop.token, path, json!({})).await.problem(), (404, "not-found"), "once");
    assert_eq!(shop.get("/billing").await["missed_months"], json!(null));
    billing.bill_desk(shop.api.desks.desk).await.unwrap();
    let made = shop.get("/billing/invoices?state=paid").await["items"].clone();
    let months = made.as_array().unwrap().iter().filter(|invoice| invoice["order"].is_null());
    assert_eq!(months.map(|month| month["total"]["cents"].clone()).collect::<Vec<_>>(), [900, 900, 900], "{made}");
}
