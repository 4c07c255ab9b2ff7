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
