//! The service and an installation that runs: events over a day away, single sign-on, updates that it has to agree to.

use serde_json::{Value, json};

use super::{ADDON, APP, HERE, Stage, desks};
use crate::support::{eventually, payer::DAY, portal::OWNER, service::kinds};

const OTTO: &str = "otto@customer.example";

impl Stage {
    /// The service is down while things happen, for a day. Then it gets all of them, in order, once.
    pub(super) async fn is_away_for_a_day(&mut self, id: &str) {
        self.service.tell("answers", &json!(["down"])).await;
        let (admin, api) = (&self.customer.admin, &self.customer.api);
        let page = admin.get(&format!("/my-addons/{id}/licences?more=1")).await;
        admin.fill(&page, "Buy for €4.00", &[]).await.expect("now has 2 licences");
        let invitation = admin.invite("Otto", OTTO).await;
        desks::come_in(&self.host, &invitation, "Otto").await;
        let people = api.get("/operators").await;
        let otto = people["items"].as_array().unwrap().iter().find(|one| one["email"] == OTTO);
        let users = admin.get(&format!("/my-addons/{id}/users")).await;
        let otto = [("user", otto.expect("Otto")["id"].as_str().unwrap())];
        admin.submit(&users, "form#users", &otto).await.expect("2 of 2 active operators use it");
        let endpoint = format!("{HERE}/events/{ADDON}");
        eventually("the portal shows that nothing arrives", || async {
            let text = self.owner.get(&endpoint).await.text();
            (text.contains("Failing since") && text.contains("Waiting: 3")).then_some(())
        })
        .await;

        self.ahead(DAY).await;
        self.mailbox.told(OWNER.0, "no event has arrived").await;
        assert_eq!(self.service.tickets(id).await["status"], 401, "its token was good for an hour");
        self.service.tell("answers", &json!([])).await;
        // At once; the pause that it is in would be longer than a test.
        self.programs.post(&format!("/endpoints/{ADDON}/resume"), &json!({})).await.expect_ok("resume").await;
        let events = self.service.heard(id, 6).await;
        assert_eq!(kinds(&events)[3..], ["invoice.paid", "app.licences-changed", "app.updated"]);
        assert_eq!(events[4]["data"]["licences"], json!({ "old": 1, "new": 2 }));
        assert_eq!((&events[5]["data"]["users"]["old"], &events[5]["data"]["users"]["new"]), (&json!(1), &json!(2)));
        self.has_heard_all_of(id, &events).await;
        eventually("the portal shows that all has arrived", || async {
            let text = self.owner.get(&endpoint).await.text();
            (text.contains("Working") && text.contains("Waiting: 0")).then_some(())
        })
        .await;
        assert_eq!(self.service.renew(id, "client_secret_basic").await["expires_in"], 3600);
        assert_eq!(self.service.tickets(id).await["status"], 200);
    }

    /// What was taken is what the host has kept, in its order, and nothing twice.
    pub(super) async fn has_heard_all_of(&self, id: &str, taken: &[Value]) {
        let kept = self.programs.get(&format!("/events?addon={ADDON}&limit=100")).await;
        let kept = kept["items"].as_array().unwrap().iter().map(|one| &one["event"]);
        let kept: Vec<_> = kept.filter(|event| event["installation"] == id).map(|event| &event["id"]).collect();
        assert_eq!(kept, taken.iter().map(|event| &event["id"]).collect::<Vec<_>>());
    }

    /// *Open in Orders* beside a ticket leads an operator into the publisher's product, which knows who comes.
    pub(super) async fn signs_an_operator_in(&self, id: &str) {
        let otto = desks::back(&self.host, OTTO).await;
        let page = otto.get("/tickets/1").await;
        let open = page.attribute("a[href^='https://app.annex.example/']", "href").expect("a link to the service");
        let landed = otto.follow(&open, (APP, self.service.url())).await;
        assert_eq!((landed.status, landed.url.path()), (200, "/signed-in"), "{}", landed.html);
        let claims: Value = serde_json::from_str(&landed.html).unwrap();
        assert_eq!((&claims["email"], &claims["name"]), (&json!(OTTO), &json!("Otto")));
        assert_eq!((&claims["installation"], &claims["desk"]), (&json!(id), &json!(self.customer.desk)));
        assert_eq!(claims["licensed"], true);
    }

    /// An update waits for the service. Rejected, everything is as it was, with the reason; the next one is confirmed.
    pub(super) async fn rejects_an_update_and_confirms_the_next(&self, id: &str) {
        let (admin, api) = (&self.customer.admin, &self.customer.api);
        self.releases("1.1.0").await;
        self.update_is_asked_for(id, "1.1.0", 7).await;
        let no = json!({ "answer": "rejected", "reason": "We move to another data centre today." });
        assert_eq!(self.service.answer(id, no, None).await, (204, None));
        let stands = api.settled(id, "active").await;
        assert_eq!((&stands["version"], &stands["notice"]["code"]), (&json!("1.0.0"), &json!("publisher-declined")));
        admin.get(&format!("/my-addons/{id}")).await.expect("We move to another data centre today.");

        self.releases("1.1.1").await;
        self.update_is_asked_for(id, "1.1.1", 8).await;
        assert_eq!(self.service.answer(id, json!({ "answer": "accepted" }), None).await, (204, None));
        let events = self.service.heard(id, 9).await;
        assert_eq!(kinds(&events)[6..], ["app.update-requested", "app.update-requested", "app.updated"]);
        assert_eq!(events[8]["data"], json!({ "version": { "old": "1.0.0", "new": "1.1.1" } }));
        let runs = api.settled(id, "active").await;
        assert_eq!((&runs["version"], &runs["notice"]), (&json!("1.1.1"), &Value::Null));
        assert_eq!(runs["name"], "Orders", "what was approved of its listing is shown of later versions as well");
    }

    /// An admin begins an update, of which the service hears as the event of that number; the former version serves meanwhile.
    async fn update_is_asked_for(&self, id: &str, version: &str, count: usize) {
        let admin = &self.customer.admin;
        let page = admin.get(&format!("/my-addons/{id}/update")).await;
        page.expect(version).expect(&format!("What is better in {version}."));
        admin.fill(&page, "Update now", &[]).await.expect("Waiting for Acme");
        let asked = self.service.heard(id, count).await;
        assert_eq!(asked[count - 1]["data"]["version"], json!({ "old": "1.0.0", "new": version }));
        admin.get(&format!("/tickets/1/sidebar/{id}")).await.expect("acme.orders-1.0.0");
    }
}
