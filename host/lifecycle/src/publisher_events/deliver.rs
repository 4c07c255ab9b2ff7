//! Posts the events of an installation, in their order: the next one waits for the one before, over restarts and on several
//! nodes, as one job of an installation runs at a time. An event that did not arrive is tried for three days, then given up.
//!
//! What became of a try is written down after the answer: when the process dies between the two, the event is posted again with
//! the same id. Nothing else doubles one. See ADR 41.

use std::time::Duration;

use annex_domain::{
    crash::When,
    ids::OauthClientId,
    oauth::public_id,
    publisher_event::{EventLinks, PublisherEvent, next_try},
    random,
};
use annex_sandbox::egress::Post;
use annex_store::{
    Conn, StoreError, desks,
    jobs::{self, Job},
    oauth::clients,
    publisher_events::{
        self, Event, EventState,
        endpoints::{self, Answer, Arrived, Pause},
    },
};

use serde_json::{Value, json};

use super::{endpoint::address, sign::Secrets};
use crate::{
    Lifecycle,
    service::{self, Credentials},
};

/// How long a service may take to answer.
const WITHIN: Duration = Duration::from_secs(15);
/// The service wants no more events.
const GONE: u16 = 410;

/// What came of a try.
struct Tried {
    answer: Answer,
    /// The pause that the service asked for.
    asked: Option<Duration>,
    /// The client whose credentials were in the message.
    brought: Option<OauthClientId>,
}

impl Tried {
    fn nothing(why: impl ToString) -> Self {
        Self { answer: Answer::Nothing(why.to_string()), asked: None, brought: None }
    }

    fn status(&self) -> Option<u16> {
        match self.answer {
            Answer::Status { status, .. } => Some(status),
            Answer::Nothing(_) => None,
        }
    }
}

impl Lifecycle {
    /// Runs a job [`publisher_events::DELIVER`].
    pub(crate) async fn deliver_event(&self, job: &Job) -> Result<(), StoreError> {
        let installation = job.payload.get("installation").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        let Some(installation) = installation else { return self.give_up(job, "the job names no installation").await };
        let mut conn = self.db.read().await?;
        let Some(event) = publisher_events::head(&mut conn, installation).await? else {
            drop(conn);
            return self.finish_job(job).await;
        };
        // Before the endpoint: credentials of a publisher who takes the add-on over meanwhile find it paused.
        let brought = self.credentials(&mut conn, &event).await?;
        let endpoint = endpoints::get(&mut conn, &event.addon).await?;
        let address = address(&mut conn, &endpoint, &event.addon, &event.version).await?;
        drop(conn);
        let Some(url) = address.filter(|_| endpoint.paused.is_none()) else {
            // Whoever switches it on again, or says where, puts what waits in line.
            return self.finish_job(job).await;
        };
        if event.try_at > self.clock.now() {
            return self.come_back(job, &event).await;
        }
        let secrets = self.secrets(&event.addon, &endpoint).await?;
        self.hold_job(job).await?;
        let tried = self.post_event(&event, url, &secrets, brought).await?;
        self.note_try(job, &event, tried).await
    }

    /// It is not time yet: another event of the installation was written meanwhile.
    async fn come_back(&self, job: &Job, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        publisher_events::go_on(&mut tx, event.installation, self.clock.now()).await?;
        jobs::finish(&mut tx, job).await?;
        tx.commit().await
    }

    async fn post_event(
        &self,
        event: &Event,
        url: String,
        secrets: &Secrets,
        brought: Option<(OauthClientId, Credentials)>,
    ) -> Result<Tried, StoreError> {
        let mut posted = self.as_posted(event).await?;
        if let Some((_, credentials)) = &brought {
            put_credentials(&mut posted.data, serde_json::to_value(credentials)?);
        }
        let body = serde_json::to_vec(&posted)?;
        let headers = secrets.headers(event.id, &body, self.clock.now());
        self.pass("event", "post", When::Before)?;
        let answer = self.sandbox.post(Post { url, headers, body, within: WITHIN }).await;
        self.pass("event", "post", When::After)?;
        Ok(match answer {
            Ok(answered) => Tried {
                answer: Answer::Status { status: answered.status, excerpt: answered.excerpt },
                asked: answered.retry_after.map(|seconds| Duration::from_secs(seconds.into())),
                brought: brought.map(|(client, _)| client),
            },
            Err(error) => Tried::nothing(error),
        })
    }

    /// An event as a service gets it, but for what is told once. Where the desk is reached is said as it
    /// is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn as_posted(&self, event: &Event) -> Result<PublisherEvent, StoreError> {
        let mut data = event.data.clone();
        if event.kind.brings_credentials() {
            let mut conn = self.db.read().await?;
            let clients = clients::of(&mut conn, event.desk.id, event.installation).await?;
            // None: its version asks for none, or it is gone by now.
            if let Some(own) = clients.iter().find(|client| client.publisher.is_none()) {
                put_credentials(&mut data, json!({ "client_id": public_id(own.id) }));
            }
        }
        let host = self.billing.public_url();
        let root = match desks::known(&self.db, event.desk.id).await {
            Ok(desk) => desk.base(host, self.desk_domain.as_deref()),
            Err(StoreError::NotFound(_)) => host.clone(),
            Err(error) => return Err(error),
        };
        let answers = event.kind.is_request() && event.data.get("until").is_some();
        Ok(PublisherEvent {
            id: event.id,
            kind: event.kind,
            time: event.made_at,
            api_version: annex_domain::publisher_event::API_VERSION,
            installation: event.installation,
            desk: event.desk.clone(),
            app: event.addon.clone(),
            version: event.version.clone(),
            data,
            links: EventLinks::at(host.as_str(), root.as_str(), event.id, answers.then_some(event.installation)),
        })
    }

    /// Secret and key of the service's client travel with the event that tells of its installation, until it has arrived once.
    /// They are kept sealed: no row of an event ever holds them.
    async fn credentials(
        &self,
        conn: &mut Conn,
        event: &Event,
    ) -> Result<Option<(OauthClientId, Credentials)>, StoreError> {
        if !event.kind.brings_credentials() {
            return Ok(None);
        }
        service::credentials(conn, &self.vault, event.desk.id, event.installation).await
    }

    async fn note_try(&self, job: &Job, event: &Event, tried: Tried) -> Result<(), StoreError> {
        let now = self.clock.now();
        let arrived =
            if tried.status().is_some_and(|status| (200..300).contains(&status)) { Arrived::Yes } else { Arrived::No };
        let gone = tried.status() == Some(GONE);
        let (state, try_at) = match arrived {
            Arrived::Yes => (EventState::Delivered, now),
            // It waits until its publisher switches the endpoint on again.
            Arrived::No if gone => (EventState::Waiting, now),
            Arrived::No => {
                let dice = random::bytes::<1>().map_or(0, |[dice]| dice);
                match next_try(event.tries.saturating_add(1), event.in_line_since, now, tried.asked, dice) {
                    Some(at) => (EventState::Waiting, at),
                    None => (EventState::Expired, now),
                }
            }
        };
        tracing::info!(event = %event.id, addon = %event.addon, %state, answer = ?tried.answer, "an event was posted");
        metrics::counter!("annex_publisher_events_total", "state" => state.as_str()).increment(1);
        let mut tx = self.db.begin().await?;
        // The endpoint first, as whoever writes an event does.
        endpoints::answered(&mut tx, &event.addon, &tried.answer, arrived, now).await?;
        publisher_events::answered(&mut tx, event.id, &tried.answer, now).await?;
        if gone {
            endpoints::pause(&mut tx, &event.addon, Pause::Gone).await?;
        }
        if let (Arrived::Yes, Some(client)) = (arrived, tried.brought) {
            clients::forget_credentials(&mut tx, event.desk.id, client).await?;
        }
        // False when another worker was faster: it has noted what came of its own.
        publisher_events::tried(&mut tx, event, state, try_at).await?;
        publisher_events::go_on(&mut tx, event.installation, now).await?;
        match jobs::finish(&mut tx, job).await {
            // Another worker has the job by now; what came of this try stands all the same.
            Ok(()) | Err(StoreError::Lost(_)) => self.commit(tx, "event", "note").await,
            Err(error) => Err(error),
        }
    }
}

fn put_credentials(data: &mut Value, credentials: Value) {
    if let Some(facts) = data.as_object_mut() {
        facts.insert("credentials".into(), credentials);
    }
}
