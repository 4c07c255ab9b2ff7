//! The section `[[settings]]`: keys, texts, choices, what hangs on another setting, and what the host itself asks a service about.

use std::collections::BTreeSet;

use super::{Manifest, Wit, check_text};
use crate::{
    addon::Kind,
    capability::HostPattern,
    connection::{self, OWN_PARAMETERS},
    settings::{Choice, Setting, SettingKind, ShowIf, is_key},
};

const MOST: usize = 40;
/// Values of a condition.
const MOST_VALUES: usize = 20;

impl Manifest {
    /// It can say whether its settings work: add-ons of the first version cannot.
    #[must_use]
    pub fn tries_settings(&self) -> bool {
        self.kind != Kind::Language && self.speaks() != Wit::V0_1
    }

    pub(super) fn check_settings(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        let mut seen = BTreeSet::new();
        if self.settings.len() > MOST {
            wrong("settings".into(), "too-many", "at most 40");
        }
        for (at, setting) in self.settings.iter().enumerate() {
            let field = |name: &str| format!("settings[{at}].{name}");
            if !is_key(&setting.key) {
                wrong(field("key"), "key", "1 to 40 of a-z, 0-9 and _, starting with a letter");
            }
            if !seen.insert(&setting.key) {
                wrong(field("key"), "duplicate", "name each setting once");
            }
            if setting.is_of_newest() && self.speaks() == Wit::V0_1 {
                wrong(field("type"), "needs-wit", "it is there from annex:addon@0.2 on");
            }
            if setting.kind == SettingKind::Secret && setting.default.is_some() {
                wrong(field("default"), "secret-default", "a secret has no default");
            }
            check_texts(setting, &field, wrong);
            check_choices(setting, &field, wrong);
            check_rules(setting, &field, wrong);
            if let Some(condition) = &setting.show_if {
                let before = self.settings.iter().take(at).find(|one| one.key == condition.setting);
                check_condition(condition, before, &field, wrong);
            }
            self.check_asked_hosts(setting, &field, wrong);
            self.check_account(setting, &field, wrong);
        }
    }

    /// An account is asked for at addresses that are named, and its tokens go to hosts that the desk agrees to.
    fn check_account(
        &self,
        setting: &Setting,
        field: &impl Fn(&str) -> String,
        wrong: &mut impl FnMut(String, &'static str, &str),
    ) {
        if (setting.kind == SettingKind::OAuth2) != setting.oauth2.is_some() {
            wrong(field("oauth2"), "oauth2", "`oauth2` needs it, the others have none");
        }
        let Some(oauth2) = &setting.oauth2 else { return };
        let declares = |url: &String| {
            let mut hosts = self.capabilities.iter().flat_map(|capability| &capability.hosts);
            hosts.any(|pattern| pattern.as_str() == connection::host(url))
        };
        let is_plain = |url: &String| {
            HostPattern::try_from(connection::host(url).to_owned()).is_ok_and(|host| host.setting().is_none())
        };
        let tokens = [Some(&oauth2.token), oauth2.revoke.as_ref()];
        if !tokens.into_iter().flatten().all(declares) || !(is_plain(&oauth2.authorize) || declares(&oauth2.authorize))
        {
            let text = "https addresses without a fragment; those for tokens on hosts of `capabilities`";
            wrong(field("oauth2"), "oauth2", text);
        }
        let urls = [Some(&oauth2.authorize), Some(&oauth2.token), oauth2.revoke.as_ref()];
        if urls.into_iter().flatten().any(|url| url.len() > 500 || url.contains('#')) {
            wrong(field("oauth2"), "oauth2", "addresses of at most 500 bytes, without a fragment");
        }
        for (name, count, most) in [("scopes", oauth2.scopes.len(), 50), ("parameters", oauth2.parameters.len(), 10)] {
            if count > most {
                wrong(field(&format!("oauth2.{name}")), "too-many", &format!("at most {most}"));
            }
        }
        let is_scope =
            |text: &String| (1..=200).contains(&text.len()) && text.bytes().all(|b| (b'!'..=b'~').contains(&b));
        let is_own = |name: &String| OWN_PARAMETERS.contains(&name.as_str());
        if !oauth2.scopes.iter().all(is_scope) || oauth2.parameters.keys().any(is_own) {
            wrong(field("oauth2"), "oauth2", "scopes without spaces, and no parameters that the host writes");
        }
        if setting.default.is_some() {
            wrong(field("default"), "default", "an account has no default");
        }
    }

    /// What the host itself asks a service about a setting: only hosts of the capabilities, over https.
    fn check_asked_hosts(
        &self,
        setting: &Setting,
        field: &impl Fn(&str) -> String,
        wrong: &mut impl FnMut(String, &'static str, &str),
    ) {
        if let Some(check) = &setting.check {
            let mut hosts = self.capabilities.iter().flat_map(|capability| &capability.hosts);
            let declared = check.url.starts_with("https://") && hosts.any(|host| host.as_str() == check.host());
            let pointer = check.error.as_ref().is_none_or(|pointer| pointer.starts_with('/'));
            if setting.kind != SettingKind::Secret || !declared || !pointer || check.url.len() > 500 {
                wrong(field("check"), "check", "for a secret: an https URL on a host of `capabilities`");
            }
        }
        let own = format!("{{{}}}", setting.key);
        let declares = |host: &str| {
            self.capabilities.iter().flat_map(|capability| &capability.hosts).any(|pattern| pattern.as_str() == host)
        };
        if let Some(verify) = &setting.verify {
            let host = verify.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let fits = match setting.kind {
                SettingKind::Subdomain => host.strip_prefix(&own).is_some_and(|rest| rest.starts_with('.')),
                SettingKind::Host => host == own,
                _ => false,
            };
            if !fits || !declares(host) {
                wrong(
                    field("verify"),
                    "verify",
                    "for a subdomain or host: an https URL on a host of `capabilities` that starts with {key}",
                );
            }
        }
        if setting.kind == SettingKind::Host && !declares(&own) {
            wrong(field("type"), "no-capability", &format!("name `{own}` among the hosts of the capability `http`"));
        }
    }
}

fn check_texts(setting: &Setting, field: &impl Fn(&str) -> String, wrong: &mut impl FnMut(String, &'static str, &str)) {
    check_text(&setting.label, &field("label"), 80, wrong);
    if let Some(hint) = &setting.hint {
        check_text(hint, &field("hint"), 300, wrong);
    }
    if let Some(message) = &setting.pattern_message {
        check_text(message, &field("pattern_message"), 200, wrong);
        if setting.pattern.is_none() {
            wrong(field("pattern_message"), "no-pattern", "it says why `pattern` does not match: add one");
        }
    }
    for choice in &setting.choices {
        check_text(&choice.label, &field("choices"), 80, wrong);
    }
}

fn check_choices(
    setting: &Setting,
    field: &impl Fn(&str) -> String,
    wrong: &mut impl FnMut(String, &'static str, &str),
) {
    let sources = usize::from(!setting.choices.is_empty()) + usize::from(setting.choices_from.is_some());
    if sources != usize::from(setting.kind.is_chosen()) {
        wrong(
            field("choices"),
            "choices",
            "`choice` and `choices` need either `choices` or `choices_from`, the others have neither",
        );
    }
    // Several of them are lines of one text.
    let is_line = |choice: &Choice| !choice.value.trim().is_empty() && !choice.value.chars().any(char::is_control);
    if setting.kind == SettingKind::Choices && !setting.choices.iter().all(is_line) {
        wrong(field("choices"), "choices", "each value is a text of one line");
    }
}

fn check_rules(setting: &Setting, field: &impl Fn(&str) -> String, wrong: &mut impl FnMut(String, &'static str, &str)) {
    if let Some(pattern) = &setting.pattern
        && (pattern.len() > 200 || regex::RegexBuilder::new(pattern).size_limit(1 << 16).build().is_err())
    {
        wrong(field("pattern"), "pattern", "not a regular expression of at most 200 characters and modest size");
    }
    if let Some(default) = &setting.default
        && setting.kind != SettingKind::OAuth2
        && let Err(error) = setting.parse(default)
    {
        wrong(field("default"), "default", &error.message);
    }
    if setting.kind == SettingKind::Host && setting.default.is_some() {
        wrong(field("default"), "default", "a host is entered by the help desk alone");
    }
}

/// A condition is about a setting that stands before, so that none hangs on itself, and asks for what can be chosen there.
fn check_condition(
    condition: &ShowIf,
    before: Option<&Setting>,
    field: &impl Fn(&str) -> String,
    wrong: &mut impl FnMut(String, &'static str, &str),
) {
    if condition.is.len() > MOST_VALUES {
        wrong(field("show_if.is"), "too-many", "at most 20");
    }
    let can_be = |of: &Setting, value: &String| match of.kind {
        SettingKind::Toggle => matches!(value.as_str(), "true" | "false"),
        _ => of.choices_from.is_some() || of.choices.iter().any(|choice| choice.value == *value),
    };
    let of = before.filter(|of| of.kind.is_chosen() || of.kind == SettingKind::Toggle);
    if condition.is.is_empty() || !of.is_some_and(|of| condition.is.iter().all(|value| can_be(of, value))) {
        wrong(
            field("show_if"),
            "show-if",
            "name a `choice`, `choices` or `toggle` that stands before it, and values that it can have",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::Manifest;

    fn codes(wit: &str, settings: &str) -> Vec<(String, &'static str)> {
        let json = format!(
            r#"{{"id":"acme.orders","version":"1.0.0","seq":1,"kind":"plugin","wit":"annex:addon@{wit}","host":">=0.1",
            "listing":{{"name":"Orders","summary":"Orders.","description":"Orders.","publisher_name":"Acme",
                "support":{{"email":"help@acme.example"}}}},"settings":[{settings}]}}"#
        );
        let manifest: Manifest = serde_json::from_str(&json).unwrap();
        manifest.check().err().unwrap_or_default().into_iter().map(|error| (error.field, error.code)).collect()
    }

    fn told(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(format!("settings[{field}"), code)]
    }

    #[test]
    fn choices_come_from_the_manifest_or_from_the_add_on() {
        let of =
            |kind: &str, more: &str| codes("0.2", &format!(r#"{{"key":"list","type":"{kind}","label":"List"{more}}}"#));
        let (own, asked) = (r#","choices":[{"value":"a","label":"A"}]"#, r#","choices_from":"addon""#);
        for kind in ["choice", "choices"] {
            assert!(of(kind, own).is_empty() && of(kind, asked).is_empty(), "{kind}");
            assert_eq!(of(kind, ""), told("0].choices", "choices"), "{kind}");
            assert_eq!(of(kind, &format!("{own}{asked}")), told("0].choices", "choices"), "{kind}");
        }
        assert_eq!(of("text", asked), told("0].choices", "choices"));
        assert_eq!(of("choices", r#","choices":[{"value":"a\nb","label":"A"}]"#), told("0].choices", "choices"));
    }

    #[test]
    fn what_is_new_needs_the_newest_interface() {
        let lines = r#"{"key":"note","type":"lines","label":"Note"}"#;
        assert!(codes("0.2", lines).is_empty());
        assert_eq!(codes("0.1", lines), told("0].type", "needs-wit"));
        let asked = r#"{"key":"list","type":"choice","label":"List","choices_from":"addon"}"#;
        assert_eq!(codes("0.1", asked), told("0].type", "needs-wit"));
    }

    #[test]
    fn a_host_of_the_desk_is_asked_for() {
        let shop = |more: &str| format!(r#"{{"key":"shop","type":"host","label":"Shop"{more}}}"#);
        let asking = |settings: &str| {
            let http = r#""capabilities":[{"use":"http","hosts":["{shop}"],"purpose":"to look up orders"}]"#;
            codes("0.2", &format!(r#"{settings}],{http},"fields":["#))
        };
        assert!(asking(&shop(r#","verify":"https://{shop}/api""#)).is_empty());
        assert_eq!(codes("0.2", &shop("")), told("0].type", "no-capability"), "consent names it");
        assert_eq!(asking(&shop(r#","verify":"https://{shop}.example.com/""#)), told("0].verify", "verify"));
        assert_eq!(asking(&shop(r#","default":"evil.example""#)), told("0].default", "default"));
        let text = asking(r#"{"key":"shop","type":"text","label":"Shop"}"#);
        assert_eq!(text, [("capabilities[0].hosts".to_owned(), "no-such-setting")]);
    }

    #[test]
    fn tokens_of_an_account_go_to_hosts_that_are_declared() {
        let account = |more: &str| {
            let oauth2 = format!(r#"{{"authorize":"https://login.crm.example/agree"{more}}}"#);
            let setting = format!(r#"{{"key":"crm","type":"oauth2","label":"CRM","oauth2":{oauth2}}}"#);
            let http = r#""capabilities":[{"use":"http","hosts":["api.crm.example"],"purpose":"to look up orders"}]"#;
            codes("0.2", &format!(r#"{setting}],{http},"fields":["#))
        };
        let token = r#","token":"https://api.crm.example/token""#;
        assert!(account(&format!(r#"{token},"scopes":["read"],"parameters":{{"prompt":"consent"}}"#)).is_empty());
        for bad in [
            r#","token":"https://login.crm.example/token""#.to_owned(),
            r#","token":"http://api.crm.example/token""#.to_owned(),
            format!(r#"{token},"revoke":"https://elsewhere.example/revoke""#),
            format!(r#"{token},"scopes":["read write"]"#),
            format!(r#"{token},"parameters":{{"redirect_uri":"https://evil.example/"}}"#),
        ] {
            assert_eq!(account(&bad), told("0].oauth2", "oauth2"), "{bad}");
        }
        assert_eq!(codes("0.2", r#"{"key":"crm","type":"oauth2","label":"CRM"}"#), told("0].oauth2", "oauth2"));
    }

    #[test]
    fn a_condition_is_about_a_setting_before_it() {
        let on = r#"{"key":"on","type":"toggle","label":"On"}"#;
        let shown = |condition: &str| format!(r#"{{"key":"note","type":"text","label":"Note","show_if":{condition}}}"#);
        let fine = shown(r#"{"setting":"on","is":["true"]}"#);
        assert!(codes("0.1", &format!("{on},{fine}")).is_empty());
        assert_eq!(codes("0.1", &format!("{fine},{on}")), told("0].show_if", "show-if"));
        for bad in
            [r#"{"setting":"on","is":[]}"#, r#"{"setting":"on","is":["yes"]}"#, r#"{"setting":"note","is":["x"]}"#]
        {
            assert_eq!(codes("0.1", &format!("{on},{}", shown(bad))), told("1].show_if", "show-if"), "{bad}");
        }
    }
}
