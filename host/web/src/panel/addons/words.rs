//! Small words of the add-on pages, for their templates: keys of messages, icons, colours. Arguments come by reference
//! because templates pass them so.

use annex_domain::{
    addon::Kind,
    ids::{CallId, InstallationId},
};
use annex_store::logs::Level;

/// The icon of a kind.
pub(super) fn kind_icon(kind: &Kind) -> &'static str {
    match kind {
        Kind::Plugin => "puzzle",
        Kind::Channel => "message-circle",
        Kind::Language => "languages",
    }
}

/// The key of the name of a kind.
pub(super) fn kind_key(kind: &Kind) -> &'static str {
    match kind {
        Kind::Plugin => "kind-plugin",
        Kind::Channel => "kind-channel",
        Kind::Language => "kind-language",
    }
}

/// The same, of several.
pub(super) fn kinds_key(kind: &Kind) -> &'static str {
    match kind {
        Kind::Plugin => "kind-plugins",
        Kind::Channel => "kind-channels",
        Kind::Language => "kind-languages",
    }
}

/// What the marketplace can be narrowed to: the value in the address, and the key of its name.
pub(super) const SHOW: [(&str, &str); 4] = [
    ("", "marketplace-show-all"),
    ("new", "marketplace-show-new"),
    ("installed", "marketplace-show-installed"),
    ("updates", "marketplace-show-updates"),
];

/// The orders of the marketplace: the value in the address, and its text.
pub(super) const ORDERS: [(&str, &str); 4] = [
    ("", "marketplace-sort-relevance"),
    ("newest", "marketplace-sort-newest"),
    ("installs", "marketplace-sort-installs"),
    ("name", "marketplace-sort-name"),
];

/// The tabs of an installation: the value in the address, and the icon.
pub(super) const TABS: [(&str, &str); 6] = [
    ("settings", "sliders-horizontal"),
    ("plans", "credit-card"),
    ("users", "users"),
    ("data", "database"),
    ("logs", "terminal"),
    ("health", "activity"),
];

/// Where a tab is.
pub(super) fn tab_href(id: &InstallationId, tab: &str) -> String {
    match tab {
        "users" => format!("/my-addons/{id}/users"),
        "plans" => format!("/my-addons/{id}/plans"),
        tab => format!("/my-addons/{id}?tab={tab}"),
    }
}

/// The key of the name of a tab.
pub(super) fn tab_key(tab: &str) -> &'static str {
    match tab {
        "users" => "tab-users",
        "plans" => "tab-plans",
        "data" => "tab-data",
        "logs" => "tab-logs",
        "health" => "tab-health",
        _ => "tab-settings",
    }
}

/// The key of the name of what an installation keeps.
pub(super) fn item_key(what: &str) -> &'static str {
    match what {
        "kv-entries" => "item-kv-entries",
        "settings" => "item-settings",
        "secrets" => "item-secrets",
        "log-lines" => "item-log-lines",
        "snapshots" => "item-snapshots",
        "users" => "item-users",
        "language-pack" => "item-language-pack",
        "health-records" => "item-health-records",
        "channel-records" => "item-channel-records",
        _ => "item-other",
    }
}

/// The key of the name of a level.
pub(super) fn level_key(level: &Level) -> &'static str {
    match level {
        Level::Debug => "level-debug",
        Level::Info => "level-info",
        Level::Warn => "level-warn",
        Level::Error => "level-error",
    }
}

/// The colour of a level.
pub(super) fn level_tone(level: &Level) -> &'static str {
    match level {
        Level::Debug => "neutral",
        Level::Info => "info",
        Level::Warn => "warning",
        Level::Error => "critical",
    }
}

/// The end of a call's id: enough to tell calls apart.
pub(super) fn short(call: &CallId) -> String {
    let text = call.to_string();
    text.get(28..).unwrap_or(&text).to_owned()
}

/// The host of a link, shown beside it.
pub(super) fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn every_word_has_a_text() {
        let t = english();
        let kinds = Kind::ALL.iter().flat_map(|kind| [kind_key(kind), kinds_key(kind)]);
        let tabs = TABS.iter().map(|(tab, _)| tab_key(tab));
        let levels = Level::ALL.iter().map(level_key);
        let shows = SHOW.iter().chain(&ORDERS).map(|(_, key)| *key);
        for key in kinds.chain(tabs).chain(levels).chain(shows).chain([
            item_key("other"),
            item_key("kv-entries"),
            item_key("users"),
        ]) {
            assert!(t.has(key), "{key}");
        }
    }
}
