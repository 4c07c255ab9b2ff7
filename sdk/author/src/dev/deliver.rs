//! The first message of a channel that was just installed, so that the inbox has one to look at: what its scenarios receive comes in by
//! its hook, as its service would deliver it. The settings are those of its scenarios until the author enters others; a later start
//! finds both as they were left.

use annex_check::{Diagnostic, Failure, scenario::Loaded};
use annex_domain::{
    addon::Kind,
    clock::{Clock as _, SystemClock},
    random,
    settings::{Setting, SettingKind},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::sign::proven;
use crate::{api::Api, project::Project, scenario};

/// What was delivered, and how to deliver more.
#[derive(Debug, Serialize)]
pub(super) struct Delivered {
    /// Of the answer.
    status: u16,
    /// Where the service delivers.
    address: String,
    /// What each delivery has to carry, where that is a header with the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    secret: String,
}

impl Delivered {
    pub(super) fn text(&self) -> String {
        let Self { status, address, header, secret } = self;
        let said = format!("the first message of its scenarios came in, answered with {status}");
        match header {
            Some(header) => format!("{said}\n  more come by:  curl {address} -H '{header}: {secret}' -d …"),
            None => format!("{said}\n  more come to {address}, with the secret {secret}"),
        }
    }
}

/// Delivers what the scenarios of a channel receive first; nothing for other add-ons, and where no scenario receives anything.
pub(super) async fn first(api: &Api, project: &Project, installation: &str) -> Result<Option<Delivered>, Failure> {
    let (Kind::Channel, Some(inbound)) = (project.manifest.kind, &project.manifest.inbound) else { return Ok(None) };
    // Mails come once a mailbox is entered.
    if project.manifest.mailboxes().next().is_some() {
        return Ok(None);
    }
    let Some(setting) = &inbound.setting else { return Ok(None) };
    // A channel without scenarios, or with broken ones, runs all the same.
    let scenarios = scenario::load_all(&project.root, None).unwrap_or_default();
    let Some(request) = scenarios.iter().find_map(Loaded::first_delivery) else { return Ok(None) };
    let secret = random::token().map_err(|error| Diagnostic::new("no-randomness", error.to_string()))?;
    let mut values = settings(&project.manifest.settings, &scenarios);
    values.insert(setting.clone(), secret.as_str().into());
    api.put::<Value>(&format!("/installations/{installation}/settings"), json!({ "values": values })).await?;
    let channel: Value = api.get(&format!("/installations/{installation}/channel")).await?;
    let address = channel.get("address").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(request) = proven(inbound, &secret, &address, request, SystemClock.now()) else { return Ok(None) };
    let status = api.deliver(&address, &request).await?;
    Ok(Some(Delivered { status, address, header: inbound.header.clone(), secret }))
}

/// What the scenarios set, of what the manifest asks for. Accounts are connected, and not entered.
fn settings(asked: &[Setting], scenarios: &[Loaded]) -> Map<String, Value> {
    let set = scenarios.iter().flat_map(Loaded::settings);
    let is_entered = |key: &str| asked.iter().any(|setting| setting.key == key && setting.kind != SettingKind::OAuth2);
    let known = set.filter(|(key, _)| is_entered(key));
    known.filter_map(|(key, value)| Some((key.clone(), serde_json::to_value(value).ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_scenarios_set_is_entered_where_it_can_be() {
        let text = "steps = []\n[settings]\nshop = \"acme\"\naccount = \"token\"\nold = 1\n";
        let scenarios = [Loaded::read(Path::new("a.toml"), text.into()).unwrap()];
        let setting = |key: &str, kind: &str| -> Setting {
            serde_json::from_value(json!({ "key": key, "type": kind, "label": "Label" })).unwrap()
        };
        let entered = settings(&[setting("shop", "text"), setting("account", "oauth2")], &scenarios);
        assert_eq!(Value::from(entered), json!({ "shop": "acme" }));
    }
}
