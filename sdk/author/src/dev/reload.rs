//! One reload: build, check, pack with the next number, sign, upload, install or update.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use annex_check::{Diagnostic, Failure};
use annex_domain::{
    addon::{AddonId, Seq, Version},
    manifest::Manifest,
};
use annex_package::keys::SigningKey;
use serde_json::{Value, json};
use url::Url;

use super::host::Host;
use crate::{
    api::{Api, Body},
    check, files,
    output::Output,
    project::Project,
};

/// How long an installation may take until it counts as stuck.
const PATIENCE: Duration = Duration::from_mins(2);

/// How soon the host is asked again.
const AGAIN: Duration = Duration::from_millis(200);

/// Brings what is in the folder onto the host.
pub(super) struct Reloader {
    folder: PathBuf,
    pub(super) api: Api,
    url: Url,
    key: SigningKey,
    counter: PathBuf,
    installation: Option<String>,
    reloads: u32,
}

/// What runs now.
pub(super) struct Loaded {
    /// As it was loaded.
    pub(super) project: Project,
    pub(super) version: String,
    pub(super) installation: String,
    /// Its settings.
    pub(super) link: String,
    /// It was not there before.
    pub(super) is_new: bool,
}

impl Reloader {
    pub(super) fn new(project: &Project, host: &Host) -> Result<Self, Failure> {
        Ok(Self {
            folder: project.root.clone(),
            api: host.api.clone(),
            url: host.url.clone(),
            key: host.key()?,
            counter: host.counter(),
            installation: None,
            reloads: 0,
        })
    }

    /// The installation, once there is one: also where the last version could not be installed.
    pub(super) fn installation(&self) -> Option<&str> {
        self.installation.as_deref()
    }

    /// Finds the installation of an earlier run, if there is one.
    pub(super) async fn find(&mut self, addon: &AddonId) -> Result<Option<&str>, Failure> {
        self.installation = self.installed(addon).await?.map(|found| text(&found, "id"));
        Ok(self.installation())
    }

    /// How often it went well.
    pub(super) fn reloads(&self) -> u32 {
        self.reloads
    }

    pub(super) async fn reload(&mut self, output: Output) -> Result<Loaded, Failure> {
        // The manifest may be what was saved.
        let project = Project::open(&self.folder, None)?;
        project.look_first()?;
        let component = project.build_for_dev(output).await?.bytes;
        let manifest = self.numbered(&project.manifest)?;
        let package = check::package_as(&project, manifest.clone(), component)?;
        let signed = annex_package::sign(&package, std::slice::from_ref(&self.key))?;
        self.api.post::<Value>("/packages", Body::Package(signed)).await?;
        let before = self.installation.clone();
        let installation = self.install_or_update(&manifest).await?;
        let id = text(&installation, "id");
        self.reloads += 1;
        let link = self.url.join(&format!("my-addons/{id}")).map(String::from).unwrap_or_default();
        let is_new = before.as_ref() != Some(&id);
        Ok(Loaded { project, version: text(&installation, "version"), installation: id, link, is_new })
    }

    /// The manifest with the next number: `1.2.0` becomes `1.2.0-dev.7`, seq 7.
    fn numbered(&self, manifest: &Manifest) -> Result<Manifest, Failure> {
        let last = fs::read_to_string(&self.counter).ok().and_then(|text| text.trim().parse::<u32>().ok());
        let number = last.unwrap_or(0).saturating_add(1);
        files::write(&self.counter, number.to_string().as_bytes())?;
        let mut numbered = manifest.clone();
        let (major, minor, patch) = (manifest.version.major, manifest.version.minor, manifest.version.patch);
        numbered.version = Version::parse(&format!("{major}.{minor}.{patch}-dev.{number}"))
            .map_err(|error| Diagnostic::new("version", error.to_string()))?;
        numbered.seq = Seq(number);
        Ok(numbered)
    }

    /// What the host says about the installation of an add-on.
    async fn installed(&self, addon: &AddonId) -> Result<Option<Value>, Failure> {
        let list: Value = self.api.get(&format!("/installations?addon={addon}")).await?;
        Ok(list.pointer("/items/0").cloned())
    }

    async fn install_or_update(&mut self, manifest: &Manifest) -> Result<Value, Failure> {
        let mut found = self.installed(&manifest.id).await?;
        if let Some(broken) = found.as_ref().filter(|found| text(found, "status").starts_with("failed")) {
            // Nothing of it ever ran, or its data was already restored: begin again.
            let path = format!("/installations/{}?confirm={}&force=true", text(broken, "id"), manifest.id);
            self.api.delete::<Value>(&path).await?;
            self.gone(&text(broken, "id")).await?;
            found = None;
        }
        let mut body = json!({ "version": manifest.version.to_string(), "grant": grant(manifest),
            "scopes": scopes(manifest) });
        let answer: Value = match found {
            None => {
                if let Some(map) = body.as_object_mut() {
                    map.insert("addon".into(), manifest.id.to_string().into());
                }
                self.api.post("/installations", Body::Json(body)).await?
            }
            Some(found) => {
                let path = format!("/installations/{}", text(&found, "id"));
                if matches!(text(&found, "status").as_str(), "inactive" | "suspended") {
                    self.api.post::<Value>(&format!("{path}/activate"), Body::Nothing).await?;
                }
                self.api.post(&format!("{path}/update"), Body::Json(body)).await?
            }
        };
        // Whatever becomes of it, what it logs is told.
        self.installation = Some(text(&answer, "id"));
        self.settled(answer, manifest).await
    }

    /// Waits until an installation is deleted.
    async fn gone(&self, id: &str) -> Result<(), Failure> {
        let started = Instant::now();
        while self.api.get::<Value>(&format!("/installations/{id}")).await.is_ok() {
            if started.elapsed() > PATIENCE {
                return Err(stuck());
            }
            tokio::time::sleep(AGAIN).await;
        }
        Ok(())
    }

    /// Waits for the saga, and says why it did not end on the new version.
    async fn settled(&self, mut installation: Value, manifest: &Manifest) -> Result<Value, Failure> {
        let started = Instant::now();
        let path = format!("/installations/{}", text(&installation, "id"));
        while matches!(text(&installation, "status").as_str(), "installing" | "updating") {
            if started.elapsed() > PATIENCE {
                return Err(stuck());
            }
            tokio::time::sleep(AGAIN).await;
            installation = self.api.get(&path).await?;
        }
        if text(&installation, "status") == "active" && text(&installation, "version") == manifest.version.to_string() {
            return Ok(installation);
        }
        let notice = |key: &str| installation.pointer(&format!("/notice/{key}")).and_then(Value::as_str);
        let code = notice("code").unwrap_or("not-installed").to_owned();
        let why =
            notice("text").map_or_else(|| format!("the installation is {}", text(&installation, "status")), Into::into);
        Err(Diagnostic::new(code, why).fix("the log of the add-on, above or on its page, says more").into())
    }
}

fn stuck() -> Failure {
    Diagnostic::new("stuck", "the host is still at it after two minutes")
        .fix("stop, and start with new data: `annex addon dev --fresh`")
        .into()
}

/// Consent to everything that the manifest asks for: the author is the desk.
fn grant(manifest: &Manifest) -> Vec<Value> {
    let consent = |capability: &annex_domain::capability::Capability| {
        let hosts: Vec<_> = capability.hosts.iter().map(ToString::to_string).collect();
        json!({ "use": capability.access.as_str(), "hosts": hosts })
    };
    manifest.capabilities.iter().map(consent).collect()
}

/// The same of what the author's own service may do.
fn scopes(manifest: &Manifest) -> Vec<&'static str> {
    manifest.asks().scopes.iter().map(|asked| asked.scope.as_str()).collect()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
