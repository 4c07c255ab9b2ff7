//! A sandbox on data in memory, guests, and core modules dressed as plugins.

#[path = "../../../../../tests/guests/components.rs"]
mod components;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use annex_domain::{
    addon::{Digest, Kind, Seq, Version},
    capability::{Access, Capability, Grant, HostPattern},
    clock::{ManualClock, Timestamp},
    contact::{Contact, ContactChange},
    ids::{CallId, ContactId, DeskId, InstallationId, MessageId, OperatorId, TicketId},
    localized::Localized,
    manifest::{Listing, Manifest, Support, Wit},
    ports::{
        AddonData, FileFacts, FileReach, InstallationFacts, KeyPage, KvEntry, KvError, KvPage, KvPair, KvWrite,
        NewContact, NewFile, NewTicket, OperatorFacts, Paged, Planned, RecordError, Scope, TicketFilter, TicketOrder,
    },
    settings::{Setting, SettingKind, SettingValue},
    ticket::{Message, Priority, Ticket, TicketStatus},
    ui::{Context, Location, TicketPlace},
};
use async_trait::async_trait;
use secrecy::SecretString;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use crate::{
    Admitted, CallScope, Compiler, EgressConfig, Errand, Finished, Limits, Sandbox, SandboxConfig, Slots,
    error::CompileError,
};

pub(super) use components::guest;
use components::guests_folder;

/// Names and bytes of files, by their ids.
type Files = Arc<Mutex<BTreeMap<String, (String, Vec<u8>)>>>;

/// A file under way: it is there once it is finished.
struct Begun {
    files: Files,
    id: String,
    name: String,
    bytes: Vec<u8>,
}

#[async_trait]
impl NewFile for Begun {
    fn id(&self) -> String {
        self.id.clone()
    }
    async fn append(&mut self, bytes: Vec<u8>) -> Result<(), RecordError> {
        self.bytes.extend(bytes);
        Ok(())
    }
    async fn finish(self: Box<Self>) -> Result<FileFacts, RecordError> {
        let Self { files, id, name, bytes } = *self;
        let facts = facts(&id, &name, &bytes);
        files.lock().unwrap().insert(id, (name, bytes));
        Ok(facts)
    }
}

fn facts(id: &str, name: &str, bytes: &[u8]) -> FileFacts {
    FileFacts { id: id.into(), name: name.into(), media_type: "text/plain".into(), size: bytes.len() as u64 }
}

/// The data of one installation, in memory. Answers every scope alike: scopes are the store's matter.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) kv: Mutex<BTreeMap<String, KvEntry>>,
    pub(super) settings: BTreeMap<String, SettingValue>,
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) notes: Mutex<Vec<String>>,
    pub(super) files: Files,
    /// Files that were begun.
    pub(super) begun: AtomicUsize,
    pub(super) planned: Mutex<BTreeMap<String, Timestamp>>,
    /// Whose tickets and files these are; none: those of each desk that asks.
    pub(super) desk: Option<DeskId>,
    pub(super) panics: bool,
}

impl Memory {
    fn here(&self, scope: &Scope) -> Result<(), RecordError> {
        match self.desk {
            Some(desk) if desk != scope.desk => Err(RecordError::NotFound),
            _ => Ok(()),
        }
    }
}

pub(super) const SUBJECT: &str = "The printer is on fire";

#[async_trait]
impl AddonData for Memory {
    async fn kv_get(&self, _: &Scope, key: &str) -> Result<Option<KvEntry>, KvError> {
        assert!(!self.panics, "the store has a defect");
        Ok(self.kv.lock().unwrap().get(key).cloned())
    }
    async fn kv_set(&self, _: &Scope, key: &str, value: Vec<u8>, write: KvWrite) -> Result<u64, KvError> {
        let mut kv = self.kv.lock().unwrap();
        let stored = kv.get(key).map_or(0, |entry| entry.version);
        if write.expected.is_some_and(|expected| expected != stored) {
            return Err(KvError::Conflict(stored));
        }
        kv.insert(key.into(), KvEntry { value, version: stored + 1, expires: None });
        Ok(stored + 1)
    }
    async fn kv_delete(&self, _: &Scope, key: &str, _: Option<u64>) -> Result<bool, KvError> {
        Ok(self.kv.lock().unwrap().remove(key).is_some())
    }
    async fn kv_list(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<KeyPage, KvError> {
        Ok(KeyPage { keys: self.kv.lock().unwrap().keys().cloned().collect(), next: None })
    }
    async fn kv_add(&self, _: &Scope, key: &str, delta: i64, _: Option<u64>) -> Result<i64, KvError> {
        let mut kv = self.kv.lock().unwrap();
        let (stored, version) = match kv.get(key) {
            Some(entry) => (String::from_utf8_lossy(&entry.value).parse().unwrap_or(0), entry.version),
            None => (0, 0),
        };
        let counted: i64 = stored + delta;
        let value = counted.to_string().into_bytes();
        kv.insert(key.into(), KvEntry { value, version: version + 1, expires: None });
        Ok(counted)
    }
    async fn kv_scan(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<KvPage, KvError> {
        let kv = self.kv.lock().unwrap();
        let pair = |(key, entry): (&String, &KvEntry)| KvPair { key: key.clone(), entry: entry.clone() };
        Ok(KvPage { pairs: kv.iter().map(pair).collect(), next: None })
    }
    async fn installation(&self, _: &Scope) -> Result<InstallationFacts, RecordError> {
        Ok(InstallationFacts { desk: "Acme".into(), ..InstallationFacts::default() })
    }
    async fn setting(&self, _: &Scope, key: &str) -> Result<Option<SettingValue>, RecordError> {
        Ok(self.settings.get(key).cloned())
    }
    async fn credential(&self, _: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        Ok(self.secrets.get(key).map(|secret| secret.as_str().into()))
    }
    async fn access_token(&self, _: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        Ok(self.secrets.get(key).map(|account| format!("fresh-of-{account}").into()))
    }
    async fn ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
        self.here(scope)?;
        let made = Ticket::new(7, SUBJECT.into(), ContactId::new(), Timestamp(1));
        Ok(Ticket { id, updated_at: Timestamp(2), ..made })
    }
    async fn messages(&self, _: &Scope, _: TicketId) -> Result<Vec<Message>, RecordError> {
        Ok(Vec::new())
    }
    async fn search_tickets(
        &self,
        scope: &Scope,
        _: TicketFilter,
        _: TicketOrder,
        _: Option<&str>,
        _: u32,
    ) -> Result<Paged<Ticket>, RecordError> {
        Ok(Paged { items: vec![self.ticket(scope, TicketId::new()).await?], next: None })
    }
    async fn create_ticket(&self, scope: &Scope, _: NewTicket) -> Result<Ticket, RecordError> {
        self.ticket(scope, TicketId::new()).await
    }
    async fn add_reply(&self, _: &Scope, _: TicketId, _: &str, _: &[String]) -> Result<MessageId, RecordError> {
        Ok(MessageId::new())
    }
    async fn assign(&self, _: &Scope, _: TicketId, _: Option<OperatorId>) -> Result<(), RecordError> {
        Ok(())
    }
    async fn set_priority(&self, _: &Scope, _: TicketId, _: Priority) -> Result<(), RecordError> {
        Ok(())
    }
    async fn set_subject(&self, _: &Scope, _: TicketId, _: String) -> Result<(), RecordError> {
        Ok(())
    }
    async fn search_contacts(
        &self,
        _: &Scope,
        _: &str,
        _: Option<&str>,
        _: u32,
    ) -> Result<Paged<Contact>, RecordError> {
        Ok(Paged::default())
    }
    async fn create_contact(&self, _: &Scope, _: NewContact) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn operator(&self, _: &Scope, _: OperatorId) -> Result<OperatorFacts, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn operators(&self, _: &Scope, _: Option<&str>, _: u32) -> Result<Paged<OperatorFacts>, RecordError> {
        Ok(Paged::default())
    }
    async fn add_note(&self, _: &Scope, _: TicketId, body: &str, _: &[String]) -> Result<MessageId, RecordError> {
        self.notes.lock().unwrap().push(body.into());
        Ok(MessageId::new())
    }
    async fn set_tags(&self, _: &Scope, _: TicketId, _: Vec<String>) -> Result<(), RecordError> {
        Ok(())
    }
    async fn set_status(&self, _: &Scope, _: TicketId, _: TicketStatus) -> Result<(), RecordError> {
        Ok(())
    }
    async fn contact(&self, _: &Scope, _: ContactId) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn contact_by_email(&self, _: &Scope, email: &str) -> Result<Option<Contact>, RecordError> {
        Ok((email == "ann@example.com").then(|| Contact {
            id: ContactId::new(),
            name: "Ann".into(),
            email: Some(email.into()),
            more_emails: Vec::new(),
            phone: None,
            more_phones: Vec::new(),
            company: None,
            created_at: Timestamp(1),
            erased_at: None,
        }))
    }
    async fn update_contact(&self, _: &Scope, _: ContactId, _: ContactChange) -> Result<Contact, RecordError> {
        Err(RecordError::NotFound)
    }
    async fn file(&self, scope: &Scope, id: &str, _: FileReach) -> Result<FileFacts, RecordError> {
        self.here(scope)?;
        let files = self.files.lock().unwrap();
        let (name, bytes) = files.get(id).ok_or(RecordError::NotFound)?;
        Ok(facts(id, name, bytes))
    }
    async fn read_file(
        &self,
        scope: &Scope,
        id: &str,
        _: FileReach,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, RecordError> {
        self.here(scope)?;
        let files = self.files.lock().unwrap();
        let (_, bytes) = files.get(id).ok_or(RecordError::NotFound)?;
        Ok(bytes.iter().copied().skip(offset as usize).take(length as usize).collect())
    }
    async fn create_file(&self, _: &Scope, name: &str) -> Result<Box<dyn NewFile>, RecordError> {
        let id = format!("f{}", self.begun.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(Box::new(Begun { files: Arc::clone(&self.files), id, name: name.into(), bytes: Vec::new() }))
    }
    async fn discard_file(&self, scope: &Scope, id: &str) -> Result<(), RecordError> {
        self.here(scope)?;
        self.files.lock().unwrap().remove(id).map(drop).ok_or(RecordError::NotFound)
    }
    async fn plan_call(&self, _: &Scope, key: &str, due: Timestamp, _: Vec<u8>) -> Result<(), RecordError> {
        self.planned.lock().unwrap().insert(key.into(), due);
        Ok(())
    }
    async fn cancel_planned_call(&self, _: &Scope, key: &str) -> Result<bool, RecordError> {
        Ok(self.planned.lock().unwrap().remove(key).is_some())
    }
    async fn planned_calls(&self, _: &Scope, _: &str, _: Option<&str>, _: u32) -> Result<Paged<Planned>, RecordError> {
        let planned = self.planned.lock().unwrap();
        let items = planned.iter().map(|(key, due)| Planned { key: key.clone(), due: *due }).collect();
        Ok(Paged { items, next: None })
    }
}

/// A sandbox, and what it was given.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) data: Arc<Memory>,
    pub(super) scope: CallScope,
    pub(super) manifest: Arc<Manifest>,
}

pub(super) fn world() -> World {
    world_with(Limits::default(), Memory::default(), EgressConfig::default())
}

pub(super) fn world_with(limits: Limits, data: Memory, egress: EgressConfig) -> World {
    world_within(Slots { host: 4, ..Slots::default() }, limits, data, egress)
}

pub(super) fn world_within(slots: Slots, limits: Limits, data: Memory, egress: EgressConfig) -> World {
    let data = Arc::new(data);
    let artifacts = guests_folder().join("target/artifacts");
    let config = SandboxConfig { slots, limits, egress, ..SandboxConfig::new(artifacts, [7; 32], Compiler::InProcess) };
    let clock = Arc::new(ManualClock::at(Timestamp(1_000)));
    let sandbox = Sandbox::new(config, Arc::<Memory>::clone(&data), clock).unwrap();
    let manifest = manifest(Kind::Plugin);
    World { sandbox, data, scope: scope(Grant::of(&manifest.capabilities)), manifest: Arc::new(manifest) }
}

pub(super) fn scope(grant: Grant) -> CallScope {
    let scope = Scope {
        desk: DeskId::new(),
        installation: InstallationId::new(),
        addon: "acme.probe".parse().unwrap(),
        version: Version::new(1, 0, 0),
        call: CallId::new(),
        acts_for: None,
        causes: Vec::new(),
    };
    CallScope { scope, grant }
}

pub(super) fn capability(access: Access, hosts: &[&str]) -> Capability {
    let hosts = hosts.iter().map(|host| HostPattern::try_from((*host).to_owned()).unwrap()).collect();
    Capability { access, hosts, purpose: Localized::en("to test") }
}

pub(super) fn manifest(kind: Kind) -> Manifest {
    Manifest {
        id: "acme.probe".parse().unwrap(),
        version: Version::new(1, 0, 0),
        seq: Seq(1),
        kind,
        wit: Wit::V0_1.to_string(),
        host: "*".parse().unwrap(),
        listing: Listing {
            name: Localized::en("Probe"),
            summary: Localized::en("Probes"),
            description: Localized::en("Probes the host"),
            publisher_name: "Acme".into(),
            categories: BTreeSet::new(),
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
        capabilities: vec![
            capability(Access::Http, &["a.example.com", "b.example.com", "{shop}.shops.example.com"]),
            capability(Access::Kv, &[]),
            capability(Access::TicketsRead, &[]),
        ],
        settings: vec![
            Setting::new("token", SettingKind::Secret),
            Setting::new("name", SettingKind::Text),
            Setting::new("shop", SettingKind::Subdomain),
            Setting { default: Some("blue".into()), ..Setting::new("colour", SettingKind::Text) },
        ],
        fields: Vec::new(),
        plans: Vec::new(),
        events: BTreeSet::new(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: Vec::new(),
    }
}

impl World {
    /// Where plugins are made for the newest version.
    pub(super) fn newest(mut self) -> Self {
        Arc::make_mut(&mut self.manifest).wit = Wit::V0_2.to_string();
        self
    }

    pub(super) async fn admit(&self, component: &[u8]) -> Result<Admitted, CompileError> {
        self.admit_as(Kind::Plugin, component).await
    }

    pub(super) async fn admit_as(&self, kind: Kind, component: &[u8]) -> Result<Admitted, CompileError> {
        let manifest = if kind == Kind::Plugin { Arc::clone(&self.manifest) } else { Arc::new(manifest(kind)) };
        self.sandbox.inner.admission.admit_component(manifest, &Digest::of(component), component, Errand::Use).await
    }

    /// Lets the probe do what `command` says; answers what came of it.
    pub(super) async fn probe(&self, command: &str) -> Finished<String> {
        let addon = self.admit(&guest("probe")).await.unwrap();
        let view = self.sandbox.render(&addon, self.scope.clone(), context(command)).await;
        view.map(|view| String::from_utf8(view.into_view().state).unwrap())
    }

    /// The same with the scout, which speaks the newest version.
    pub(super) async fn scout(&self, command: &str) -> Finished<String> {
        let addon = self.admit(&guest("scout")).await.unwrap();
        let view = self.sandbox.render(&addon, self.scope.clone(), context(command)).await;
        view.map(|view| String::from_utf8(view.into_view().state).unwrap())
    }

    /// Renders a core module that is dressed as a plugin.
    pub(super) async fn render_wat(&self, parts: Parts<'_>) -> Finished<()> {
        let addon = self.admit(&plugin(parts)).await.unwrap();
        self.sandbox.render(&addon, self.scope.clone(), context("x")).await.map(|_| ())
    }
}

pub(super) fn context(ticket: &str) -> Context {
    Context {
        view: "panel".into(),
        location: Location::TicketSidebar(TicketPlace {
            ticket: ticket.into(),
            requester: "c".into(),
            requester_email: None,
        }),
        operator: "o".into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        dark: false,
        licensed: true,
    }
}

/// The parts of a core module that differ between tests; the others trap.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The body of `render`; leaves a pointer.
    pub(super) render: &'a str,
    /// The body of `cabi_realloc`; leaves a pointer.
    pub(super) realloc: &'a str,
    /// More definitions.
    pub(super) more: &'a str,
    /// Imports, which stand first.
    pub(super) imports: &'a str,
}

impl Default for Parts<'_> {
    fn default() -> Self {
        Self { render: "i32.const 4096", realloc: "i32.const 1024", more: "", imports: "" }
    }
}

pub(super) fn plugin(parts: Parts<'_>) -> Vec<u8> {
    let Parts { render, realloc, more, imports } = parts;
    let eleven = "i32 ".repeat(11);
    let wat = format!(
        r#"(module
          {imports}
          (memory (export "memory") 2)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
          (func (export "annex:addon/lifecycle@0.1.0#install") (result i32) unreachable)
          (func (export "annex:addon/lifecycle@0.1.0#update") (param i32 i32) (result i32) unreachable)
          (func (export "annex:addon/lifecycle@0.1.0#uninstall") (result i32) unreachable)
          (func (export "annex:addon/sidebar@0.1.0#render") (param {eleven}) (result i32) {render})
          (func (export "annex:addon/sidebar@0.1.0#handle") (param i32) (result i32) unreachable)
          (func (export "annex:addon/events@0.1.0#on-event") (param i32 i32 i64 i32 i32 i32 i32 i32) (result i32)
            unreachable)
          {more})"#
    );
    let mut module = wat::parse_str(wat).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/annex-addon-0.1");
    let (package, _) = resolve.push_path(wit).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(false).module(&module).unwrap().encode().unwrap()
}
