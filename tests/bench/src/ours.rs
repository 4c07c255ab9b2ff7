//! The sandbox as the host uses it: from a signed package to a validated view.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use annex_domain::{
    addon::{Kind, Seq, Version},
    capability::{Access, Capability, Grant, HostPattern},
    clock::SystemClock,
    ids::{CallId, DeskId, InstallationId},
    localized::Localized,
    manifest::{Listing, Manifest, Support, WIT_PACKAGE},
    ports::{AddonData, Scope},
    ui::{Context, Location, TicketPlace, View},
};
use annex_package::{TrustedKey, TrustedKeys, VerifiedPackage, build, keys::SigningKey, sign, verify};
use annex_sandbox::{Admitted, CallScope, Compiler, Errand, FixedData, Sandbox, SandboxConfig};

use crate::Failure;

pub const TICKET: &str = "0197a0a0-0000-7000-8000-000000000001";
pub const EMAIL: &str = "ann.example@customer.example";

pub struct Ours {
    runtime: tokio::runtime::Runtime,
    sandbox: Sandbox,
    addon: Admitted,
    scope: CallScope,
    _folder: tempfile::TempDir,
}

impl Ours {
    pub fn new(component: &[u8]) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let sandbox = sandbox(folder.path())?;
        let addon = runtime.block_on(sandbox.admit(&package(component.to_vec())?, Errand::Use))?;
        let scope = scope(&addon);
        Ok(Self { runtime, sandbox, addon, scope, _folder: folder })
    }

    pub fn render(&self) -> Result<View, Failure> {
        let mut scope = self.scope.clone();
        scope.scope.call = CallId::new();
        let finished = self.runtime.block_on(self.sandbox.render(&self.addon, scope, context()));
        Ok(without_state(finished.result?.into_view()))
    }
}

/// The state is sealed by the host, and not in JSON.
fn without_state(view: View) -> View {
    View { state: Vec::new(), ..view }
}

pub fn sandbox(artifacts: &Path) -> Result<Sandbox, Failure> {
    sandbox_on(artifacts, Arc::new(FixedData::default()))
}

/// A sandbox whose add-ons find this data.
pub fn sandbox_on(artifacts: &Path, data: Arc<dyn AddonData>) -> Result<Sandbox, Failure> {
    let config = SandboxConfig::new(artifacts.to_owned(), [5; 32], Compiler::InProcess);
    Ok(Sandbox::new(config, data, Arc::new(SystemClock))?)
}

pub fn context() -> Context {
    Context {
        view: "panel".into(),
        location: Location::TicketSidebar(TicketPlace {
            ticket: TICKET.into(),
            requester: "c".into(),
            requester_email: Some(EMAIL.into()),
        }),
        operator: "o".into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        dark: false,
        licensed: true,
    }
}

pub fn scope(addon: &Admitted) -> CallScope {
    let manifest = addon.manifest();
    let scope = Scope {
        desk: DeskId::new(),
        installation: InstallationId::new(),
        addon: manifest.id.clone(),
        version: manifest.version.clone(),
        call: CallId::new(),
        acts_for: None,
        causes: Vec::new(),
    };
    CallScope { scope, grant: Grant::of(&manifest.capabilities) }
}

/// The panel as a package.
pub fn package(component: Vec<u8>) -> Result<VerifiedPackage, Failure> {
    signed(manifest()?, component)
}

pub fn capability(access: Access, hosts: Vec<HostPattern>) -> Capability {
    Capability { access, hosts, purpose: Localized::en("to bench") }
}

/// Of a plugin.
pub fn manifest() -> Result<Manifest, Failure> {
    Ok(Manifest {
        id: "bench.panel".parse()?,
        version: Version::new(1, 0, 0),
        seq: Seq(1),
        kind: Kind::Plugin,
        wit: WIT_PACKAGE.into(),
        host: "*".parse()?,
        listing: Listing {
            name: Localized::en("Panel"),
            summary: Localized::en("A panel"),
            description: Localized::en("A panel of 15 blocks"),
            publisher_name: "Bench".into(),
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
            capability(Access::Http, vec![HostPattern::try_from("api.example.com".to_owned())?]),
            capability(Access::Kv, Vec::new()),
            capability(Access::TicketsRead, Vec::new()),
        ],
        settings: Vec::new(),
        fields: Vec::new(),
        plans: Vec::new(),
        events: BTreeSet::new(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: Vec::new(),
    })
}

/// A package signed for this run.
pub fn signed(manifest: Manifest, component: Vec<u8>) -> Result<VerifiedPackage, Failure> {
    let key = SigningKey::generate()?;
    let trust = TrustedKeys {
        publisher: "bench".parse()?,
        threshold: 1,
        keys: vec![TrustedKey::for_packages(key.public().to_bytes())],
    };
    let unsigned = build(manifest, component, BTreeMap::new())?;
    Ok(verify(sign(&unsigned, &[key])?, &trust)?)
}
