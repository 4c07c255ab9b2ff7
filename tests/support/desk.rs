//! Shortcuts through the API for what a journey is not about.

use serde_json::{Value, json};

use super::{api::Api, eventually};

impl Api {
    /// Makes a ticket from `email`. Answers it.
    pub(crate) async fn ticket_from(&self, email: &str) -> Value {
        let body = json!({
            "subject": format!("A question from {email}"),
            "body": "Can you call me back?",
            "requester": {"name": "Requester", "email": email},
        });
        self.post("/tickets", &body).await.expect_ok("a ticket").await
    }

    /// Everything that a version asks for.
    pub(crate) async fn capabilities(&self, addon: &str, version: &str) -> Value {
        let listing = self.get(&format!("/addons/{addon}")).await;
        let versions = listing["versions"].as_array().expect("versions");
        let found = versions.iter().find(|one| one["version"] == version);
        found.unwrap_or_else(|| panic!("no {version} in {listing}"))["capabilities"].clone()
    }

    /// Installs the newest version with all that it asks for. Answers the id of the active installation.
    pub(crate) async fn install(&self, addon: &str) -> String {
        let listing = self.get(&format!("/addons/{addon}")).await;
        let grant = listing["versions"][0]["capabilities"].clone();
        let begun = self.post("/installations", &json!({"addon": addon, "grant": grant})).await;
        let id = begun.expect_ok("install").await["id"].as_str().expect("an id").to_owned();
        self.settled(&id, "active").await;
        id
    }

    /// Buys a plan of a version for everyone, at the price that is shown now. Answers the id of the active installation.
    pub(crate) async fn buy(&self, addon: &str, version: &str, plan: &str) -> String {
        let begun = self.begin_to_buy(addon, version, plan, &format!("buy-{addon}")).await;
        let id = begun.expect_ok("purchase").await["id"].as_str().expect("an id").to_owned();
        self.settled(&id, "active").await;
        id
    }

    /// As [`Self::buy`], without waiting for the end.
    pub(crate) async fn begin_to_buy(&self, addon: &str, version: &str, plan: &str, key: &str) -> super::api::Answer {
        let people = self.get("/operators").await;
        let everyone = people["items"].as_array().expect("items").iter().filter(|one| one["active"] == true).count();
        let of = format!("/addons/{addon}/quote?version={version}&plan={plan}&licences={everyone}");
        let quote = self.get(&of).await;
        let purchase = json!({"plan": plan, "price": quote["amount"]});
        self.begin_install(addon, version, purchase, key).await
    }

    /// Begins a trial. Answers the id of the active installation.
    pub(crate) async fn try_out(&self, addon: &str, plan: &str) -> String {
        let purchase = json!({"plan": plan, "trial": true});
        let begun = self.begin_install(addon, "1.0.0", purchase, &format!("try-{addon}")).await;
        let id = begun.expect_ok("trial").await["id"].as_str().expect("an id").to_owned();
        self.settled(&id, "active").await;
        id
    }

    /// Sends the last click of an install, with consent to everything.
    pub(crate) async fn begin_install(
        &self,
        addon: &str,
        version: &str,
        purchase: Value,
        key: &str,
    ) -> super::api::Answer {
        let grant = self.capabilities(addon, version).await;
        let body = json!({"addon": addon, "version": version, "grant": grant, "purchase": purchase});
        self.send(self.request(reqwest::Method::POST, "/installations").header("idempotency-key", key).json(&body))
            .await
    }

    /// What a plan costs now, and from when on how much.
    pub(crate) async fn quote(&self, addon: &str, version: &str, plan: &str) -> Value {
        self.get(&format!("/addons/{addon}/quote?version={version}&plan={plan}")).await
    }

    /// The id of the installation of an add-on.
    pub(crate) async fn installed(&self, addon: &str) -> String {
        self.find_installed(addon).await.unwrap_or_else(|| panic!("{addon} is not installed"))
    }

    /// The id of the installation of an add-on, if it is installed.
    pub(crate) async fn find_installed(&self, addon: &str) -> Option<String> {
        let all = self.get("/installations").await;
        let found = all["items"].as_array().expect("items").iter().find(|one| one["addon"] == addon);
        found.map(|one| one["id"].as_str().expect("an id").to_owned())
    }

    /// Waits until an installation has a status.
    pub(crate) async fn settled(&self, id: &str, status: &str) -> Value {
        let path = format!("/installations/{id}");
        eventually(&format!("{id} becomes {status}"), || async {
            let installation = self.get(&path).await;
            (installation["status"] == status).then_some(installation)
        })
        .await
    }

    /// Draws a panel beside a ticket. Answers `view` and `state`.
    pub(crate) async fn render(&self, ticket: &Value, installation: &str) -> Value {
        let path = format!("/tickets/{}/sidebar/{installation}/render", ticket["number"]);
        self.post(&path, &json!({})).await.expect_ok("render").await
    }

    /// Presses the button with that verb. Answers what the add-on replied.
    pub(crate) async fn press(
        &self,
        ticket: &Value,
        installation: &str,
        panel: &Value,
        verb: &str,
    ) -> super::api::Answer {
        let source = button(&panel["view"], verb).unwrap_or_else(|| panic!("no button for {verb} in {panel}"));
        let path = format!("/tickets/{}/sidebar/{installation}/events", ticket["number"]);
        self.post(
            &path,
            &json!({"verb": verb, "source": source, "values": [], "cursor": null, "state": panel["state"]}),
        )
        .await
    }
}

/// The id of the action that invokes `verb`, wherever it stands in a view.
fn button(part: &Value, verb: &str) -> Option<String> {
    if part["intent"]["invoke"] == verb || part["intent"]["submit"] == verb {
        return part["id"].as_str().map(str::to_owned);
    }
    match part {
        Value::Array(parts) => parts.iter().find_map(|part| button(part, verb)),
        Value::Object(parts) => parts.values().find_map(|part| button(part, verb)),
        _ => None,
    }
}
