//! A host in a temporary folder, add-ons made to measure, and the question what is left of an installation.

#[path = "../../../../tests/guests/components.rs"]
mod components;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use annex_billing::{Billing, BillingParts, Variant, gateways::test::TestGateway};
use annex_desk::attachments::Rules;
use annex_domain::{
    addon::{AddonId, Kind, Seq, Version},
    billing::LoginRule,
    capability::{Access, Asks, Capability, HostPattern},
    clock::{Clock, ManualClock, Timestamp},
    ids::{DeskId, InstallationId, MailId, OperatorId},
    installation::Installation,
    localized::Localized,
    manifest::{Inbound, Listing, Manifest, ScheduleEntry, Support, Wit},
    ports::{MailSender, Posted},
    settings::{Setting, SettingKind},
    ui,
};
use annex_package::{build, keys::SigningKey, sign};
use annex_sandbox::{
    Compiler, EgressConfig, Sandbox, SandboxConfig, Slots,
    egress::{Asker, parse_override},
};
use annex_store::{
    Db, audit,
    blobs::Blobs,
    desks, installations,
    kv::{self, Owner},
    operators::{self, NewOperator},
    roles::{self, Builtin},
    testing,
    vault::Vault,
};
use async_trait::async_trait;
use bytes::Bytes;
use tempfile::TempDir;
use url::Url;

use super::moody::Moody;
use crate::{CrashPoints, HostData, Initiator, InstallRequest, Lifecycle, LifecycleError, Network, Services};

pub(super) use components::{guest, guests_folder};

pub(super) const START: Timestamp = Timestamp(1_700_000_000_000);

/// A host with one desk and its admin, who publishes and installs.
pub(super) struct World {
    pub(super) host: Lifecycle,
    pub(super) desk: DeskId,
    pub(super) admin: OperatorId,
    pub(super) clock: Arc<ManualClock>,
    pub(super) key: SigningKey,
    /// The payment company, which outlives every restart of the host.
    pub(super) gateway: Arc<Moody>,
    db: Db,
    folder: Arc<TempDir>,
}

/// The mail that whoever sends it panics at.
pub(super) const POISONED: &str = "00000000-0000-0000-0000-000000000000";

/// Leaves every mail where it is.
#[derive(Debug)]
struct NoPost;

#[async_trait]
impl MailSender for NoPost {
    async fn send(&self, _: DeskId, mail: MailId, _: u32) -> Posted {
        assert_ne!(mail.to_string(), POISONED, "a mail that panics");
        Posted::Done
    }
}

/// Runs a test on each database.
pub(super) async fn on_both(test: impl AsyncFn(World)) {
    testing::on_both(async |db| test(World::on(db).await).await).await;
}

impl World {
    pub(super) async fn on(db: Db) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let (desk, admin) = new_desk(&db).await;
        let folder = Arc::new(TempDir::new().unwrap());
        let till = TestGateway::new(db.clone(), Arc::<ManualClock>::clone(&clock), public_url());
        let gateway = Arc::new(Moody::new(till));
        let host = host(&db, &clock, &folder, &gateway, CrashPoints::none());
        let key = SigningKey::from_seed(&[9; 32]);
        let by = Initiator::operator(desk, admin);
        host.trust_publisher("acme".parse().unwrap(), "Acme", key.public().to_bytes(), by).await.unwrap();
        Self { host, desk, admin, clock, key, gateway, db, folder }
    }

    /// What is done from here on is done in another desk of the host, by an admin of its own.
    pub(super) async fn move_to_a_new_desk(&mut self) {
        (self.desk, self.admin) = new_desk(&self.db).await;
    }

    /// The host after a restart, crashing where `crash` says.
    pub(super) async fn restart(&mut self, crash: CrashPoints) {
        self.host.meter.flush().await;
        self.host = host(&self.db, &self.clock, &self.folder, &self.gateway, crash);
    }

    /// The host after a restart, with another rule for the login to billing.
    pub(super) async fn restart_asking_for_the_login(&mut self, login_rule: LoginRule) {
        self.host.meter.flush().await;
        let services = services(&self.db, &self.clock, &self.folder, &self.gateway, CrashPoints::none());
        self.host = Lifecycle::new(Services { login_rule, ..services });
    }

    /// The host after a restart, whose requests to `name` get to `address`.
    pub(super) async fn restart_reaching(&mut self, name: &str, address: SocketAddr) {
        self.restart_reaching_all(&[(name, address)]).await;
    }

    /// The same with several names.
    pub(super) async fn restart_reaching_all(&mut self, names: &[(&str, SocketAddr)]) {
        self.host.meter.flush().await;
        self.host = self.node_reaching_all(names);
    }

    /// Another node on the same database, whose requests to `name` get to `address`.
    pub(super) fn node_reaching(&self, name: &str, address: SocketAddr) -> Lifecycle {
        self.node_reaching_all(&[(name, address)])
    }

    fn node_reaching_all(&self, names: &[(&str, SocketAddr)]) -> Lifecycle {
        let services = services(&self.db, &self.clock, &self.folder, &self.gateway, CrashPoints::none());
        let stands_in =
            |(name, address): &(&str, SocketAddr)| parse_override(&format!("{name}=http://{address}")).unwrap();
        let overrides = names.iter().map(stands_in).collect();
        let egress = EgressConfig { overrides, ..EgressConfig::default() };
        let sandbox = sandbox(&self.db, &services.blobs, &services.vault, &services.clock, egress);
        Lifecycle::new(Services { sandbox, ..services })
    }

    /// Another node on the same database.
    pub(super) fn node(&self) -> Lifecycle {
        self.node_with(CrashPoints::none())
    }

    pub(super) fn node_with(&self, crash: CrashPoints) -> Lifecycle {
        host(&self.db, &self.clock, &self.folder, &self.gateway, crash)
    }

    pub(super) fn by(&self) -> Initiator {
        Initiator::operator(self.desk, self.admin)
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    pub(super) async fn publish(&self, manifest: Manifest, component: Vec<u8>) {
        self.host.publish(self.package(manifest, component), self.by()).await.unwrap();
    }

    pub(super) fn package(&self, manifest: Manifest, component: Vec<u8>) -> Bytes {
        sign(&build(manifest, component, BTreeMap::new()).unwrap(), std::slice::from_ref(&self.key)).unwrap()
    }

    /// Publishes a plugin that behaves as told, with its version as its label.
    pub(super) async fn puppet(&self, version: &str, seq: u32, behaviour: &str) {
        self.publish(puppet_manifest(version, seq), puppet(&format!("label={version} {behaviour}"))).await;
    }

    pub(super) fn request(&self, addon: &str) -> InstallRequest {
        InstallRequest {
            desk: self.desk,
            addon: addon.parse().unwrap(),
            version: None,
            label: None,
            by: self.admin,
            grant_accepted: everything(),
            idempotency_key: None,
            purchase: None,
            users: None,
        }
    }

    /// Installs the newest version and waits for the end.
    pub(super) async fn install(&self, addon: &str) -> Installation {
        let started = self.host.install(self.request(addon)).await.unwrap();
        self.settled(started.id).await.unwrap()
    }

    pub(super) async fn update(&self, id: InstallationId, to: &str) -> Installation {
        let to = to.parse().unwrap();
        self.host.update(self.desk, id, to, everything(), self.admin).await.unwrap();
        self.settled(id).await.unwrap()
    }

    /// Waits for the end of what is under way; moves the clock where a step waits for its next try.
    pub(super) async fn settled(&self, id: InstallationId) -> Option<Installation> {
        for _ in 0..200 {
            let found = self.host.wait(self.desk, id, Duration::from_millis(400)).await.unwrap();
            let moving = ["installing", "updating", "uninstalling"];
            if found.as_ref().is_none_or(|found| !moving.contains(&found.status.as_str())) {
                return found;
            }
            if self.host.running.is_empty() {
                self.clock.advance(Duration::from_secs(60));
                self.host.resume_due().await.unwrap();
            }
        }
        panic!("the operation does not end");
    }

    /// Waits until the process has nothing under way: what was stopped stays as it is.
    pub(super) async fn idle(&self) {
        self.host.running.close();
        self.host.running.wait().await;
        self.host.running.reopen();
    }

    pub(super) async fn installation(&self, id: InstallationId) -> Installation {
        self.host.stored(self.desk, id).await.unwrap()
    }

    pub(super) async fn of_addon(&self, addon: &str) -> Option<Installation> {
        let addon: AddonId = addon.parse().unwrap();
        installations::of_addon(&mut self.db.read().await.unwrap(), self.desk, &addon).await.unwrap()
    }

    /// A value that the add-on keeps, as the version that runs sees it.
    pub(super) async fn value(&self, id: InstallationId, key: &str) -> Option<String> {
        let installation = self.installation(id).await;
        let owner = Owner { desk: self.desk, installation: id, version: &installation.version };
        let found = kv::get(&mut self.db.read().await.unwrap(), owner, key).await.unwrap();
        found.map(|entry| String::from_utf8(entry.value).unwrap())
    }

    /// What was done, oldest first.
    pub(super) async fn audited(&self) -> Vec<String> {
        let mut conn = self.db.read().await.unwrap();
        let mut actions: Vec<String> =
            audit::list(&mut conn, self.desk, None, 100).await.unwrap().into_iter().map(|entry| entry.action).collect();
        actions.reverse();
        actions
    }

    /// Another operator of the desk, an agent.
    pub(super) async fn colleague(&self, name: &str) -> OperatorId {
        let mut tx = self.db.begin().await.unwrap();
        let role = roles::builtin(&mut tx, self.desk, Builtin::Agent).await.unwrap().id;
        let email = format!("{}@example.com", OperatorId::new());
        let new = NewOperator { email, name: name.into(), password_hash: None, roles: vec![role] };
        let operator = operators::create(&mut tx, self.desk, new, self.clock.now()).await.unwrap().id;
        tx.commit().await.unwrap();
        operator
    }

    pub(super) fn context(&self) -> ui::Context {
        ui::Context {
            view: "panel".into(),
            location: at_ticket("t-1"),
            operator: self.admin.to_string(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            dark: false,
            licensed: false,
        }
    }

    /// Runs jobs until none is due.
    pub(super) async fn run_jobs(&self) {
        while self.host.run_one_job().await.unwrap() {}
    }
}

/// Beside a ticket.
pub(super) fn at_ticket(ticket: &str) -> ui::Location {
    let ticket = ticket.to_owned();
    ui::Location::TicketSidebar(ui::TicketPlace { ticket, requester: "c-1".into(), requester_email: None })
}

/// With its admin.
async fn new_desk(db: &Db) -> (DeskId, OperatorId) {
    let mut tx = db.begin().await.unwrap();
    let desk = desks::create(&mut tx, "Desk", "en", START).await.unwrap().id;
    desks::set_force_uninstall(&mut tx, desk, true).await.unwrap();
    let role = roles::builtin(&mut tx, desk, Builtin::Admin).await.unwrap().id;
    let email = format!("{}@example.com", DeskId::new());
    let new = NewOperator { email, name: "Ada".into(), password_hash: None, roles: vec![role] };
    let admin = operators::create(&mut tx, desk, new, START).await.unwrap().id;
    tx.commit().await.unwrap();
    (desk, admin)
}

fn public_url() -> Url {
    "http://127.0.0.1:8080/".parse().unwrap()
}

fn host(db: &Db, clock: &Arc<ManualClock>, folder: &TempDir, gateway: &Arc<Moody>, crash: CrashPoints) -> Lifecycle {
    Lifecycle::new(services(db, clock, folder, gateway, crash))
}

fn services(db: &Db, clock: &Arc<ManualClock>, folder: &TempDir, gateway: &Arc<Moody>, crash: CrashPoints) -> Services {
    let vault = Vault::in_directory(folder.path()).unwrap();
    let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(clock);
    let blobs = Blobs::in_directory(&folder.path().join("blobs")).unwrap();
    let sandbox = sandbox(db, &blobs, &vault, &clock, EgressConfig::default());
    let billing = Billing::new(BillingParts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        gateway: Arc::<Moody>::clone(gateway),
        crash: crash.clone(),
        public_url: public_url(),
        variant: Variant::default(),
    });
    let (mails, login_rule) = (Arc::new(NoPost), LoginRule::Paid);
    let desk_domain = Some("desk.example".into());
    Services { db: db.clone(), blobs, vault, sandbox, billing, mails, login_rule, desk_domain, clock, crash }
}

fn sandbox(db: &Db, blobs: &Blobs, vault: &Vault, clock: &Arc<dyn Clock>, egress: EgressConfig) -> Sandbox {
    let data = HostData::new(db.clone(), blobs.clone(), vault.clone(), Arc::clone(clock));
    let data = data.asking(Asker::new(egress.clone()).unwrap());
    let data = Arc::new(data.within(Rules::default(), Network::new(egress.overrides.clone())));
    // Shared with other tests: what was compiled once is loaded after its MAC was checked.
    let artifacts = guests_folder().join("target/artifacts");
    let slots = Slots { host: 4, ..Slots::default() };
    let config = SandboxConfig { slots, egress, ..SandboxConfig::new(artifacts, [7; 32], Compiler::InProcess) };
    Sandbox::new(config, data, Arc::clone(clock)).unwrap()
}

pub(super) fn missing(error: LifecycleError) -> Asks {
    match error {
        LifecycleError::ConsentNeeded(missing) => missing,
        other => panic!("expected consent-needed, got {other}"),
    }
}

/// Consent to all that the test add-ons may ask for.
pub(super) fn everything() -> Asks {
    let capabilities = vec![
        capability(Access::Kv, &[]),
        capability(Access::TicketsRead, &[]),
        capability(Access::ContactsRead, &[]),
        capability(Access::Mail, &[]),
        capability(Access::Schedule, &[]),
        capability(Access::Http, &["api.example.com", "{shop}.shops.example.com", "{shop}"]),
    ];
    capabilities.into()
}

pub(super) fn capability(access: Access, hosts: &[&str]) -> Capability {
    let hosts = hosts.iter().map(|host| HostPattern::try_from((*host).to_owned()).unwrap()).collect();
    Capability { access, hosts, purpose: Localized::en("to test") }
}

pub(super) fn manifest(id: &str, kind: Kind, version: &str, seq: u32) -> Manifest {
    Manifest {
        id: id.parse().unwrap(),
        version: version.parse().unwrap(),
        seq: Seq(seq),
        kind,
        wit: Wit::V0_1.to_string(),
        host: "*".parse().unwrap(),
        listing: Listing {
            name: Localized::en("Test"),
            summary: Localized::en("Tests"),
            description: Localized::en("Tests the host"),
            publisher_name: "Acme".into(),
            categories: BTreeSet::from(["crm".into()]),
            release_notes: None,
            terms_url: None,
            privacy_url: None,
            support: Support { email: "help@example.com".into(), portal: None, faq: None },
            icon: None,
            highlights: vec![],
            pictures: vec![],
            works_with: vec![],
            video: None,
        },
        capabilities: vec![],
        settings: vec![],
        fields: vec![],
        plans: vec![],
        events: BTreeSet::new(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: vec![],
    }
}

pub(super) fn puppet_manifest(version: &str, seq: u32) -> Manifest {
    Manifest {
        capabilities: vec![capability(Access::Kv, &[])],
        settings: vec![Setting::new("token", SettingKind::Secret), Setting::new("colour", SettingKind::Text)],
        ..manifest("acme.puppet", Kind::Plugin, version, seq)
    }
}

pub(super) fn echo_manifest() -> Manifest {
    Manifest {
        settings: vec![Setting::new("secret", SettingKind::Secret)],
        inbound: Some(Inbound::by_header("X-Secret", "secret")),
        ..manifest("acme.echo", Kind::Channel, "1.0.0", 1)
    }
}

/// The guest of 0.2, called at these times: keys with `every`.
pub(super) fn listener_manifest(version: &str, seq: u32, schedules: &[(&str, &str)]) -> Manifest {
    let schedule = |(key, every): &(&str, &str)| ScheduleEntry {
        key: (*key).to_owned(),
        every: Some((*every).to_owned()),
        cron: None,
        purpose: Localized::en("to look"),
    };
    Manifest {
        wit: Wit::V0_2.to_string(),
        capabilities: vec![capability(Access::Kv, &[]), capability(Access::Schedule, &[])],
        schedules: schedules.iter().map(schedule).collect(),
        ..manifest("acme.listener", Kind::Plugin, version, seq)
    }
}

/// The channel of 0.2.
pub(super) fn carrier_manifest() -> Manifest {
    Manifest {
        wit: Wit::V0_2.to_string(),
        capabilities: vec![capability(Access::Kv, &[])],
        ..manifest("acme.carrier", Kind::Channel, "1.0.0", 1)
    }
}

pub(super) fn tongue_manifest(version: &str, seq: u32) -> Manifest {
    manifest("acme.tongue", Kind::Language, version, seq)
}

/// A plugin that behaves as told: the words stand in the component's own bytes.
pub(super) fn puppet(behaviour: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"the behaviour of the puppet:";
    const LENGTH: usize = 96;
    let mut component = guest("puppet");
    let at = component.windows(PLACE.len()).position(|bytes| bytes == PLACE).unwrap();
    let words = &mut component[at + PLACE.len()..at + LENGTH];
    words.fill(b' ');
    words[..behaviour.len()].copy_from_slice(behaviour.as_bytes());
    component
}

/// A language with another text.
pub(super) fn tongue(text: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"sign-in = Oanmelde\n";
    const LENGTH: usize = 1024;
    let mut component = guest("tongue");
    let at = component.windows(PLACE.len()).position(|bytes| bytes == PLACE).unwrap();
    let place = &mut component[at..at + LENGTH];
    place.fill(b' ');
    place[..text.len()].copy_from_slice(text.as_bytes());
    component
}

pub(super) fn version(text: &str) -> Version {
    text.parse().unwrap()
}
