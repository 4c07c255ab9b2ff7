//! An event of each kind, made of the types that are sent: what the documentation shows cannot differ from what arrives.

use std::time::Duration;

use jiff::civil::date;
use serde_json::{Value, json};

use super::{
    API_VERSION, Change, EventData, EventDesk, EventId, EventLinks, HandedOver, InstallRequested, Installed,
    InvoicePaid, InvoicePaidLine, LicencesChanged, PublisherEvent, Suspended, SuspendedWhy, TrialEnded, TrialEndedWhy,
    TrialStarted, UninstallRequested, Uninstalled, UpdateRequested, Updated, UsersChanged,
};
use crate::{
    addon::Version, clock::Timestamp, ids::OperatorId, money::Money, operator::LOCAL_REGION, plan::PlanId,
    provisioning::ANSWER_WITHIN,
};

/// 2026-03-01T09:30:00Z.
const WHEN: Timestamp = Timestamp(1_772_357_400_000);

impl PublisherEvent {
    /// One of each kind, in the order of [`super::EventKind::ALL`]: the same desk, installation and people in all of them.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        // Every text in here is well formed, which a test holds it to.
        all().unwrap_or_default()
    }
}

fn all() -> Option<Vec<PublisherEvent>> {
    data()?.iter().map(event).collect()
}

fn event(data: &EventData) -> Option<PublisherEvent> {
    let installation = "019ca4f2-1a00-7000-8000-000000000001".parse().ok()?;
    let id: EventId = format!("evt_019ca8b9-73c0-7000-8000-{:012x}", data.kind() as u8 + 1).parse().ok()?;
    Some(PublisherEvent {
        id,
        kind: data.kind(),
        time: WHEN,
        api_version: API_VERSION,
        installation,
        desk: EventDesk {
            id: "019c8a10-0000-7000-8000-000000000002".parse().ok()?,
            name: "Northwind Support".into(),
            region: LOCAL_REGION.into(),
        },
        app: "acme.orders".parse().ok()?,
        version: Version::new(1, 2, 0),
        data: posted(data)?,
        links: EventLinks::at(
            "https://desk.example.com/",
            "https://northwind.desk.example.com/",
            id,
            data.kind().is_request().then_some(installation),
        ),
    })
}

/// The facts as they are posted: with what the service proves itself with from then on.
fn posted(data: &EventData) -> Option<Value> {
    let mut facts = serde_json::to_value(data).ok()?;
    if let (true, Some(facts)) = (data.kind().brings_credentials(), facts.as_object_mut()) {
        let key = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "…", "x": "…", "y": "…", "d": "…",
        });
        let credentials = json!({
            "client_id": "annc_019ca4f2-1a00-7000-8000-000000000005", "client_secret": "anns_…", "private_key_jwk": key,
        });
        facts.insert("credentials".into(), credentials);
    }
    Some(facts)
}

fn data() -> Option<Vec<EventData>> {
    let by: OperatorId = "019c8a10-0000-7000-8000-000000000003".parse().ok()?;
    let added: OperatorId = "019c8a10-0000-7000-8000-000000000004".parse().ok()?;
    let team: PlanId = "team".parse().ok()?;
    let line = InvoicePaidLine {
        plan: team.clone(),
        quantity: 5,
        amount: Money::new(2_000, "EUR".parse().ok()?),
        from: date(2026, 3, 1),
        to: Some(date(2026, 4, 1)),
    };
    Some(vec![
        EventData::InstallRequested(InstallRequested { by, until: Some(WHEN.after(ANSWER_WITHIN)) }),
        EventData::UpdateRequested(UpdateRequested {
            by,
            version: Change { old: Version::new(1, 1, 0), new: Version::new(1, 2, 0) },
            until: WHEN.after(ANSWER_WITHIN),
        }),
        EventData::UninstallRequested(UninstallRequested { by, until: WHEN.after(ANSWER_WITHIN) }),
        EventData::Installed(Installed { by, plan: Some(team.clone()), trial: true, licences: Some(4) }),
        EventData::Updated(Updated {
            version: Some(Change { old: Version::new(1, 1, 0), new: Version::new(1, 2, 0) }),
            plan: Some(Change { old: Some("solo".parse().ok()?), new: Some(team.clone()) }),
            users: Some(UsersChanged { old: 3, new: 4, added: vec![added], removed: vec![] }),
        }),
        EventData::Uninstalled(Uninstalled { by, forced: false }),
        EventData::TrialStarted(TrialStarted { plan: team.clone(), until: WHEN.after(Duration::from_hours(30 * 24)) }),
        EventData::TrialEnded(TrialEnded { plan: team.clone(), why: TrialEndedWhy::Upgraded, by: Some(by) }),
        EventData::Suspended(Suspended { why: SuspendedWhy::Faults }),
        EventData::LicencesChanged(LicencesChanged {
            plan: team.clone(),
            licences: Change { old: 4, new: 5 },
            next: None,
        }),
        EventData::InvoicePaid(InvoicePaid { invoice: 17, lines: vec![line] }),
        EventData::HandedOver(HandedOver {
            from: "initech".parse().ok()?,
            plan: Some(team),
            trial: false,
            licences: Some(5),
        }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher_event::EventKind;

    #[test]
    fn there_is_one_of_each_kind() {
        let kinds: Vec<_> = PublisherEvent::examples().iter().map(|event| event.kind).collect();
        assert_eq!(kinds, EventKind::ALL);
    }

    #[test]
    fn an_event_is_the_documented_json() {
        let event = serde_json::to_value(&PublisherEvent::examples()[0]).unwrap();
        let id = "evt_019ca8b9-73c0-7000-8000-000000000001";
        let expected = json!({
            "id": id,
            "type": "app.install-requested",
            "time": "2026-03-01T09:30:00Z",
            "api-version": "v1",
            "installation": "019ca4f2-1a00-7000-8000-000000000001",
            "desk": { "id": "019c8a10-0000-7000-8000-000000000002", "name": "Northwind Support", "region": "local" },
            "app": "acme.orders",
            "version": "1.2.0",
            "data": { "by": "019c8a10-0000-7000-8000-000000000003", "until": "2026-03-08T09:30:00Z" },
            "links": {
                "root": "https://northwind.desk.example.com/",
                "self": format!("https://desk.example.com/publisher/v1/events/{id}"),
                "token": "https://desk.example.com/oauth/token",
                "authorization": "https://desk.example.com/oauth/authorize",
                "answer": "https://desk.example.com/publisher/v1/installations/019ca4f2-1a00-7000-8000-000000000001/answer",
            },
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn the_data_of_each_kind_are_the_documented_json() {
        let (by, added) = ("019c8a10-0000-7000-8000-000000000003", "019c8a10-0000-7000-8000-000000000004");
        let expected: [Value; 12] = [
            json!({ "by": by, "until": "2026-03-08T09:30:00Z" }),
            json!({ "by": by, "version": { "old": "1.1.0", "new": "1.2.0" }, "until": "2026-03-08T09:30:00Z" }),
            json!({ "by": by, "until": "2026-03-08T09:30:00Z" }),
            json!({ "by": by, "plan": "team", "trial": true, "licences": 4 }),
            json!({
                "version": { "old": "1.1.0", "new": "1.2.0" },
                "plan": { "old": "solo", "new": "team" },
                "users": { "old": 3, "new": 4, "added": [added], "removed": [] },
            }),
            json!({ "by": by, "forced": false }),
            json!({ "plan": "team", "until": "2026-03-31T09:30:00Z" }),
            json!({ "plan": "team", "why": "upgraded", "by": by }),
            json!({ "why": "faults" }),
            json!({ "plan": "team", "licences": { "old": 4, "new": 5 }, "next": null }),
            json!({ "invoice": 17, "lines": [{
                "plan": "team", "quantity": 5, "amount": { "cents": 2000, "currency": "EUR" },
                "from": "2026-03-01", "to": "2026-04-01",
            }] }),
            json!({ "from": "initech", "plan": "team", "trial": false, "licences": 5 }),
        ];
        let mut data: Vec<_> = PublisherEvent::examples().into_iter().map(|event| event.data).collect();
        let with: Vec<_> = data.iter_mut().filter_map(|data| data.as_object_mut()?.remove("credentials")).collect();
        assert_eq!(with.len(), 2, "of what is installed, and of what was another publisher's");
        for name in ["client_id", "client_secret", "private_key_jwk"] {
            assert!(with.iter().all(|credentials| credentials.get(name).is_some()), "{name}");
        }
        assert_eq!(data, expected);
        let completes = EventData::InstallRequested(InstallRequested { by: by.parse().unwrap(), until: None });
        assert_eq!(serde_json::to_value(completes).unwrap(), json!({ "by": by }));
        // What did not change is not there.
        assert_eq!(serde_json::to_value(EventData::Updated(Updated::default())).unwrap(), json!({}));
    }
}
