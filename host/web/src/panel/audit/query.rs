//! Which entries are shown, in the address.

use annex_domain::{audit::Action, operator::Actor};
use annex_store::audit::Filter;
use jiff::civil::Date;
use serde::Deserialize;

use super::HERE;

/// The address as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct QueryParams {
    pub(super) before: Option<i64>,
    pub(super) verify: Option<String>,
    action: String,
    actor: String,
    from: String,
    to: String,
}

/// What is asked for. What is not understood counts as not given.
#[derive(Debug, Default)]
pub(in crate::panel) struct Query {
    pub(in crate::panel) action: Option<Action>,
    pub(in crate::panel) actor: Option<Actor>,
    pub(in crate::panel) from: Option<Date>,
    pub(in crate::panel) to: Option<Date>,
}

impl From<&QueryParams> for Query {
    fn from(given: &QueryParams) -> Self {
        Self {
            action: given.action.parse().ok(),
            actor: given.actor.parse().ok(),
            from: given.from.parse().ok(),
            to: given.to.parse().ok(),
        }
    }
}

impl Query {
    /// For the store.
    pub(super) fn filter(&self) -> Filter {
        Filter { action: self.action, actor: self.actor, from: self.from, to: self.to }
    }

    /// True when not all entries are asked for.
    pub(super) fn is_narrowed(&self) -> bool {
        self.filter() != Filter::default()
    }

    /// Where the entries before one are, or the newest.
    pub(super) fn address(&self, before: Option<i64>) -> String {
        let fields = [
            ("action", self.action.map(|action| action.to_string())),
            ("actor", self.actor.map(|actor| actor.to_string())),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("before", before.map(|seq| seq.to_string())),
        ];
        let given: Vec<_> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        if given.is_empty() {
            return HERE.to_owned();
        }
        format!("{HERE}?{}", serde_urlencoded::to_string(given).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_asked_for() {
        let text = "action=role.create&actor=system&from=2026-03-01&to=&before=7";
        let given: QueryParams = serde_urlencoded::from_str(text).unwrap();
        let query = Query::from(&given);
        assert_eq!(query.filter().action, Some(Action::RoleCreate));
        let next = query.address(Some(3));
        assert_eq!(next, "/admin/audit?action=role.create&actor=system&from=2026-03-01&before=3");
        assert!(query.is_narrowed());
        let nonsense: QueryParams = serde_urlencoded::from_str("action=x&actor=y&from=z").unwrap();
        let query = Query::from(&nonsense);
        assert_eq!((query.is_narrowed(), query.address(None)), (false, "/admin/audit".to_owned()));
    }
}
