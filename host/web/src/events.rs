//! `GET /events`: tells the panel of one desk what changed, as server-sent events, so that it can load that part again.
//!
//! | event | when | data |
//! |---|---|---|
//! | `ticket`, `ticket-{id}` | a ticket was made, changed or got a message | `{"id":"…"}` |
//! | `read` | who follows has read a ticket, perhaps on another page | `{"id":"…"}` |
//! | `writing-{id}` | somebody else is writing a message in a ticket | `{"id":"…","name":"…"}`, of the operator |
//! | `installation`, `installation-{id}` | an installation changed | `{"id":"…"}` |
//! | `logs-{id}` | an installation has new lines in its log | `{"id":"…"}` |
//! | `attention` | the number at the bell may be another | `{}` |
//! | `refresh` | some may have been missed: load everything again | `{}` |
//!
//! The source is the store's signals, which PostgreSQL carries between nodes. They are lossy by design, so a stream that
//! lagged, and every one that follows a broken one, starts with `refresh`. A stream ends after five minutes: browsers
//! connect again by themselves. It ends as soon as something happens that its asker may no longer hear of: their session or token has
//! ended, or a right was taken from them. A session has a few at most: one for each tab.

pub(crate) mod streams;

use std::{collections::VecDeque, convert::Infallible, fmt::Display, time::Duration};

use annex_domain::{
    ids::{DeskId, OperatorId},
    permission::{Permission, Permissions},
};
use annex_store::Signal;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{Stream, stream};
use serde_json::json;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::Instant,
};

use self::streams::Slot;
use crate::{
    api::{
        problem::Problem,
        user::{self, ApiUser},
    },
    state::AppState,
};

/// How long one stream lasts.
const LIFE: Duration = Duration::from_secs(300);
/// Below the idle limits of common proxies.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Seconds after which to try again when all are taken.
const AGAIN: u64 = 10;

/// The routes of this file.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/events", get(follow))
}

async fn follow(State(state): State<AppState>, user: ApiUser, headers: HeaderMap) -> Result<Response, Problem> {
    let again = headers.contains_key("last-event-id");
    let operator = user.operator()?;
    let Some(place) = state.streams.take(user.credential().name()) else {
        let detail = "this session has as many event streams as it can: close some";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", detail).retry_after(AGAIN));
    };
    let mut feed = Feed::new(&state, &user, operator, again);
    feed.place = Some(place);
    feed.asker = Some(Asker::new(state, &headers));
    let stream = Sse::new(feed.into_stream()).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Proxies that buffer would hold events back until the stream ends.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, stream).into_response())
}

/// Who follows, to be asked again.
struct Asker {
    state: AppState,
    /// Those that say who they are.
    headers: HeaderMap,
}

impl Asker {
    fn new(state: AppState, sent: &HeaderMap) -> Self {
        let mut headers = HeaderMap::new();
        for name in [header::AUTHORIZATION, header::COOKIE] {
            for value in sent.get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        Self { state, headers }
    }

    /// True while they may do all of this.
    async fn may(&self, permissions: &Permissions) -> bool {
        match user::still(&self.state, &self.headers).await {
            Ok(found) => found.is_some_and(|operator| operator.permissions.lacks(permissions).is_none()),
            Err(error) => {
                tracing::debug!(%error, "a stream ends, since nobody knows whether it may go on");
                false
            }
        }
    }
}

/// What one browser follows.
struct Feed {
    desk: DeskId,
    operator: OperatorId,
    permissions: Permissions,
    signals: broadcast::Receiver<Signal>,
    shutdown: watch::Receiver<bool>,
    ends_at: Instant,
    waiting: VecDeque<Event>,
    sent: u64,
    place: Option<Slot>,
    asker: Option<Asker>,
}

impl Feed {
    fn new(state: &AppState, user: &ApiUser, operator: OperatorId, again: bool) -> Self {
        let mut feed = Self {
            desk: user.desk(),
            operator,
            permissions: user.permissions().clone(),
            signals: state.db.signals(),
            shutdown: state.shutdown.clone(),
            ends_at: Instant::now() + LIFE,
            waiting: VecDeque::new(),
            sent: 0,
            place: None,
            asker: None,
        };
        if again {
            feed.push("refresh", "{}");
        } else {
            // An id from the start, so that a browser that connects again says so.
            feed.push("hello", "{}");
        }
        feed
    }

    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    /// The next event; none when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let heard = tokio::select! {
                heard = self.signals.recv() => heard,
                () = stopping(&mut self.shutdown) => return None,
                () = tokio::time::sleep_until(self.ends_at) => return None,
            };
            match heard {
                Ok(signal) => self.hear(&signal),
                Err(RecvError::Lagged(_)) => self.push("refresh", "{}"),
                Err(RecvError::Closed) => return None,
            }
            if let (Some(asker), false) = (&self.asker, self.waiting.is_empty())
                && !asker.may(&self.permissions).await
            {
                return None;
            }
        }
    }

    fn hear(&mut self, signal: &Signal) {
        let (tickets, addons) = (Permission::TicketsView, Permission::AddonsManage);
        match signal {
            Signal::Ticket { desk, ticket } if self.may(*desk, Some(tickets)) => self.push_of("ticket", ticket),
            Signal::Read { desk, operator, ticket } if self.may(*desk, Some(tickets)) && *operator == self.operator => {
                self.push("read", &id(ticket));
            }
            Signal::Writing { desk, ticket, operator, name }
                if self.may(*desk, Some(tickets)) && *operator != self.operator =>
            {
                self.push(&format!("writing-{ticket}"), &json!({ "id": operator, "name": name }).to_string());
            }
            Signal::Installation { desk, installation } if self.may(*desk, None) => {
                self.push_of("installation", installation);
            }
            Signal::Logs { desk, installation } if self.may(*desk, Some(addons)) => {
                self.push(&format!("logs-{installation}"), &id(installation));
            }
            Signal::Attention { desk } if self.may(*desk, Some(addons)) => self.push("attention", "{}"),
            _ => {}
        }
    }

    /// True for what is told of their own desk, to those with the permission.
    fn may(&self, desk: DeskId, needed: Option<Permission>) -> bool {
        desk == self.desk && needed.is_none_or(|needed| self.permissions.has(needed))
    }

    /// For those who follow all of a kind, and for those who follow one.
    fn push_of(&mut self, kind: &str, of: &impl Display) {
        let data = id(of);
        self.push(kind, &data);
        self.push(&format!("{kind}-{of}"), &data);
    }

    fn push(&mut self, name: &str, data: &str) {
        self.sent += 1;
        self.waiting.push_back(Event::default().event(name).id(self.sent.to_string()).data(data));
    }
}

fn id(of: &impl Display) -> String {
    format!(r#"{{"id":"{of}"}}"#)
}

/// Ends when the host stops.
pub(crate) async fn stopping(shutdown: &mut watch::Receiver<bool>) {
    // An error means that nobody can say so any more: the host is gone.
    let _ = shutdown.wait_for(|stopping| *stopping).await;
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::{InstallationId, TicketId};

    use super::*;

    fn feed(desk: DeskId, permissions: Permissions) -> (broadcast::Sender<Signal>, watch::Sender<bool>, Feed) {
        let (signals, receiver) = broadcast::channel(4);
        let (stop, shutdown) = watch::channel(false);
        let feed = Feed {
            desk,
            operator: OperatorId::new(),
            permissions,
            signals: receiver,
            shutdown,
            ends_at: Instant::now() + LIFE,
            waiting: VecDeque::new(),
            sent: 0,
            place: None,
            asker: None,
        };
        (signals, stop, feed)
    }

    async fn text(event: Option<Event>) -> String {
        let response = Sse::new(stream::iter(event.map(Ok::<_, Infallible>))).into_response();
        let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn only_the_own_desk_is_heard_and_tickets_only_with_the_permission() {
        let (desk, ticket, installation) = (DeskId::new(), TicketId::new(), InstallationId::new());
        let (signals, _stop, mut agent) = feed(desk, Permissions::agent());
        signals.send(Signal::Ticket { desk: DeskId::new(), ticket: TicketId::new() }).unwrap();
        signals.send(Signal::Ticket { desk, ticket }).unwrap();
        let event = text(agent.next().await).await;
        assert!(event.contains("event: ticket\n") && event.contains(&ticket.to_string()), "{event}");
        assert!(text(agent.next().await).await.contains(&format!("event: ticket-{ticket}\n")));

        let (signals, _stop, mut blind) = feed(desk, Permissions::default());
        signals.send(Signal::Ticket { desk, ticket }).unwrap();
        signals.send(Signal::Installation { desk, installation }).unwrap();
        assert!(text(blind.next().await).await.contains("event: installation\n"));
    }

    #[tokio::test]
    async fn others_are_told_who_is_writing_and_each_what_they_have_read() {
        let (desk, ticket, other) = (DeskId::new(), TicketId::new(), OperatorId::new());
        let (signals, _stop, mut agent) = feed(desk, Permissions::agent());
        let own = agent.operator;
        let writing = |operator, name: &str| Signal::Writing { desk, ticket, operator, name: name.into() };
        signals.send(writing(own, "Me")).unwrap();
        signals.send(writing(other, "Bo \"B\"\n")).unwrap();
        signals.send(Signal::Read { desk, operator: other, ticket }).unwrap();
        signals.send(Signal::Read { desk, operator: own, ticket }).unwrap();
        let event = text(agent.next().await).await;
        assert!(event.contains(&format!("event: writing-{ticket}\n")), "{event}");
        assert!(event.contains(r#""name":"Bo \"B\"\n""#), "{event}");
        let event = text(agent.next().await).await;
        assert!(event.contains("event: read\n"), "{event}");
    }

    #[tokio::test]
    async fn what_concerns_add_ons_is_told_to_those_who_manage_them() {
        let (desk, installation) = (DeskId::new(), InstallationId::new());
        let (signals, _stop, mut admin) = feed(desk, Permissions::admin());
        let (others, _other_stop, mut agent) = feed(desk, Permissions::agent());
        let news = [Signal::Logs { desk, installation }, Signal::Attention { desk }];
        for signal in news {
            signals.send(signal.clone()).unwrap();
            others.send(signal).unwrap();
        }
        others.send(Signal::Installation { desk, installation }).unwrap();
        assert!(text(admin.next().await).await.contains(&format!("event: logs-{installation}\n")));
        assert!(text(admin.next().await).await.contains("event: attention\n"));
        assert!(text(agent.next().await).await.contains("event: installation\n"));
    }

    #[tokio::test]
    async fn a_stream_that_lagged_says_refresh() {
        let desk = DeskId::new();
        let (signals, _stop, mut feed) = feed(desk, Permissions::agent());
        for _ in 0..5 {
            signals.send(Signal::Ticket { desk, ticket: TicketId::new() }).unwrap();
        }
        assert!(text(feed.next().await).await.contains("event: refresh\n"));
    }

    #[tokio::test]
    async fn ends_when_the_host_stops() {
        let (_signals, stop, mut feed) = feed(DeskId::new(), Permissions::agent());
        stop.send(true).unwrap();
        assert!(feed.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn ends_after_its_life() {
        let (_signals, _stop, mut feed) = feed(DeskId::new(), Permissions::agent());
        let started = Instant::now();
        assert!(feed.next().await.is_none());
        assert_eq!(started.elapsed(), LIFE);
    }
}
