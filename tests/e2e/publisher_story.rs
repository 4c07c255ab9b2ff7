//! R16, R19, R32, R36, R38 to R43, R46 to R49, R67: the whole way of a publisher, told once. From the request for an account
//! over both reviews to a help desk that pays, hears from the publisher's own service, and leaves again. People use pages, programs
//! the APIs, and the service is written with libraries that are not ours.

mod account;
mod desks;
mod review;
mod running;

use serde_json::json;

use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    host::{Host, Setup},
    mailbox::Mailbox,
    on_each_database, payer,
    portal::{self, OWNER, REVIEWER},
    service::Service,
};

const HERE: &str = "/portal/publishers/acme";
const PROJECT: &str = "/portal/publishers/acme/projects/acme.orders";
const ADDON: &str = "acme.orders";
/// Where the service is for browsers.
const APP: &str = "https://app.annex.example";
/// Of whoever works in a help desk.
const PASSWORD: &str = "velvet otter umbrella";

/// Who plays, and on what.
struct Stage {
    host: Host,
    mailbox: Mailbox,
    service: Service,
    reviewer: Browser,
    owner: Browser,
    /// The publisher's programs, and what they come with.
    programs: Api,
    token: String,
    customer: Customer,
}

/// A help desk that is neither the publisher's nor the platform's.
struct Customer {
    desk: String,
    admin: Browser,
    api: Api,
}

impl Stage {
    /// A host with a publisher that is approved and has a key, and a help desk. None where there is no mail server.
    async fn set(database: Database) -> Option<Self> {
        let (mailbox, service) = (Mailbox::start().await?, Service::start());
        let setup = Setup::new(database).at_one_address().egress("hooks.annex.example", service.url());
        let host = setup.argument("--smtp-url").argument(&mailbox.url).start().await;
        payer::make_account(&host, REVIEWER, &[]);
        for permission in ["review.technical", "review.marketplace", "publishers.manage"] {
            host.setup().command_ok(&["staff", "grant", REVIEWER.0, permission]);
        }
        let reviewer = portal::sign_in(&host, REVIEWER, "/review").await;
        let owner = account::open(&host, &mailbox, &reviewer).await;
        let token = account::token(&owner).await;
        let programs = Api::of_publisher(&host.url, &token);
        let customer = desks::customer(&host).await;
        Some(Self { host, mailbox, service, reviewer, owner, programs, token, customer })
    }

    /// The host is started again, with its clock and that of the service so many seconds ahead of the real one.
    async fn ahead(&mut self, seconds: u64) {
        self.service.tell("clock", &json!(seconds)).await;
        self.host.restart_with([("ANNEX_CLOCK_OFFSET", seconds.to_string())]);
        // Sessions have ended meanwhile.
        self.owner = portal::sign_in(&self.host, OWNER, "/portal").await;
        self.reviewer = portal::sign_in(&self.host, REVIEWER, "/review").await;
        self.customer.admin = desks::back(&self.host, desks::ADMIN).await;
    }
}

on_each_database!(a_publisher_comes_sells_and_sees_its_customer_leave);

async fn a_publisher_comes_sells_and_sees_its_customer_leave(database: Database) {
    let Some(mut stage) = Stage::set(database).await else { return };
    let version = stage.hands_a_version_in().await;
    stage.is_rejected_and_hands_in_again(&version).await;
    let link = stage.tries_it_at_home(&version).await;
    stage.is_published(&version, &link).await;
    let id = stage.sells(&link).await;
    stage.reads_tickets(&id).await;
    stage.is_away_for_a_day(&id).await;
    stage.signs_an_operator_in(&id).await;
    stage.rejects_an_update_and_confirms_the_next(&id).await;
    stage.is_left(&id).await;
}
