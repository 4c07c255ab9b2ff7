//! What add-ons find: tickets by what they are and say, and the people of the desk.

use annex_domain::ports::{OperatorFacts, Scope, TicketFilter, TicketOrder};
use annex_store::{
    StoreError, desks, groups, operators, roles,
    tickets::{Assignee, Filter, SortBy},
};

use super::HostData;

/// The text is searched for by itself.
pub(super) fn stored_filter(filter: TicketFilter) -> (Filter, Option<String>) {
    let TicketFilter { statuses, priority, assignee, tag, field, channel, requester, text } = filter;
    let assignee = assignee.map(|assignee| assignee.map_or(Assignee::Nobody, Assignee::Operator));
    let filter = Filter { statuses, priority, assignee, tag, field, channel, requester, ..Filter::default() };
    (filter, text.filter(|text| !text.trim().is_empty()))
}

pub(super) fn sort_by(order: TicketOrder) -> SortBy {
    match order {
        TicketOrder::Updated => SortBy::Updated,
        TicketOrder::Created => SortBy::Created,
        TicketOrder::Priority => SortBy::Priority,
    }
}

impl HostData {
    /// Everybody of the desk by name, with their roles and groups.
    pub(super) async fn people(&self, scope: &Scope) -> Result<Vec<OperatorFacts>, StoreError> {
        let desk = desks::known(&self.db, scope.desk).await?;
        let people = operators::people(&self.db, scope.desk).await?;
        let mut conn = self.read(scope).await?;
        let roles = roles::list(&mut conn, scope.desk).await?;
        let groups = groups::names_of_all(&mut conn, scope.desk).await?;
        let facts = |listed: &operators::Listed| {
            let them = &listed.operator;
            let has_role = |role: &&annex_domain::operator::Role| them.roles.contains(&role.id);
            OperatorFacts {
                id: them.id,
                name: them.name.clone(),
                email: them.email.clone(),
                locale: them.locale.clone().unwrap_or_else(|| desk.locale.clone()),
                active: them.active,
                roles: roles.iter().filter(has_role).map(|role| role.name.clone()).collect(),
                groups: groups.get(&them.id).cloned().unwrap_or_default(),
            }
        };
        Ok(people.iter().map(facts).collect())
    }
}
