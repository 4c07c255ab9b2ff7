//! What the things are called that entries point to: one query for each kind, however many entries there are.

use std::collections::{BTreeSet, HashMap};

use annex_domain::{addon::AddonId, ids::DeskId, localized::Localized, operator::Actor};
use annex_store::{
    Conn, StoreError,
    audit::Entry,
    catalog,
    names::{self, Named},
};

use crate::i18n::Translator;

/// Facts that say what something was called.
const FACTS: [&str; 3] = ["name", "email", "to"];

/// Names of who did something and of what it was done to.
pub(super) struct Names {
    /// By `role:…` and the like.
    things: HashMap<String, String>,
    addons: HashMap<AddonId, Localized>,
}

impl Names {
    /// Of all that these entries point to.
    pub(super) async fn of(conn: &mut Conn, desk: DeskId, entries: &[Entry]) -> Result<Self, StoreError> {
        let all: BTreeSet<&str> =
            entries.iter().flat_map(|entry| [entry.actor.as_str(), entry.object.as_str()]).collect();
        let ids_of = |kind: &str| -> Vec<String> {
            let id = |thing: &&str| Some(thing.strip_prefix(kind)?.strip_prefix(':')?.to_owned());
            all.iter().filter_map(id).collect()
        };
        let mut things = HashMap::new();
        for kind in Named::ALL {
            let ids = ids_of(kind.as_str());
            if !ids.is_empty() {
                let found = names::of(conn, desk, kind, &ids).await?;
                things.extend(found.into_iter().map(|(id, name)| (format!("{kind}:{id}"), name)));
            }
        }
        let accounts = ids_of("account");
        if !accounts.is_empty() {
            let found = names::accounts(conn, &accounts).await?;
            things.extend(found.into_iter().map(|(id, email)| (format!("account:{id}"), email)));
        }
        // Entries point to an add-on by its own id, or by that of its installation.
        let addons = all.iter().copied().chain(things.values().map(String::as_str));
        let addons: Vec<AddonId> = addons.filter_map(|thing| thing.parse().ok()).collect();
        let addons = if addons.is_empty() { HashMap::new() } else { catalog::names(conn, &addons).await? };
        Ok(Self { things, addons })
    }

    /// Who did it: the one place where somebody who acts gets a name.
    pub(super) fn actor(&self, t: &Translator, actor: &str) -> String {
        match actor.parse::<Actor>() {
            Ok(Actor::Operator(_)) => {
                self.things.get(actor).cloned().unwrap_or_else(|| t.get("ticket-former-operator"))
            }
            Ok(Actor::Addon(_)) => match self.addon(t, self.things.get(actor).map(String::as_str)) {
                Some(name) => t.with("audit-who-addon", &[("name", &name)]),
                None => t.get("ticket-removed-addon"),
            },
            Ok(Actor::Account(id)) => {
                let email = self.things.get(actor).cloned().unwrap_or_else(|| id.to_string());
                t.with("audit-who-account", &[("email", &email)])
            }
            Ok(Actor::CommandLine) => t.get("audit-who-command-line"),
            Ok(Actor::System) | Err(_) => t.get("audit-who-system"),
        }
    }

    /// What it was done to, where that has a name. What is gone has the name that the entry tells.
    pub(super) fn object(&self, t: &Translator, entry: &Entry) -> Option<String> {
        let named = self.things.get(&entry.object);
        let addon = if entry.object.starts_with("addon:") { named } else { Some(&entry.object) };
        self.addon(t, addon.map(String::as_str))
            .or_else(|| named.cloned())
            .or_else(|| FACTS.into_iter().find_map(|fact| entry.detail.get(fact)?.as_str().map(ToOwned::to_owned)))
    }

    /// The name of an add-on in the reader's language, or its id where it is known no longer.
    fn addon(&self, t: &Translator, id: Option<&str>) -> Option<String> {
        let id: AddonId = id?.parse().ok()?;
        Some(self.addons.get(&id).map_or_else(|| id.to_string(), |name| name.get(t.code()).to_owned()))
    }
}
