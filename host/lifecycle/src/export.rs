//! The export that an uninstall offers (R63): one `tar.zst` archive of JSON files, readable without this product.
//! Secrets are not part of it: only that they were set.

use annex_domain::{
    ids::{DeskId, InstallationId},
    installation::Installation,
};
use annex_store::{
    StoreError, health,
    kv::{self, Owner},
    logs,
    settings::{self, Stored},
    snapshots, users,
};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{Lifecycle, LifecycleError};

impl Lifecycle {
    /// Everything that belongs to an installation, as a `tar.zst` archive.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn export(&self, desk: DeskId, id: InstallationId) -> Result<Bytes, LifecycleError> {
        self.meter.flush().await;
        let installation = self.stored(desk, id).await?;
        let files = vec![
            ("installation.json", facts(&installation)),
            ("settings.json", self.settings_json(&installation).await?),
            ("users.json", self.users_json(&installation).await?),
            ("values.json", self.values_json(&installation).await?),
            ("snapshots.json", self.snapshots_json(&installation).await?),
            ("logs.json", self.logs_json(&installation).await?),
            ("health.json", self.health_json(&installation).await?),
        ];
        let (folder, at) = (installation.addon.to_string(), self.clock.now().0 / 1000);
        let packed = tokio::task::spawn_blocking(move || pack(&folder, u64::try_from(at).unwrap_or(0), &files)).await;
        let packed = packed.map_err(std::io::Error::other).and_then(|packed| packed);
        packed.map(Bytes::from).map_err(|error| {
            tracing::error!(installation = %id, %error, "an export could not be packed");
            LifecycleError::Store(StoreError::Invalid { field: "export", problem: "could not be packed" })
        })
    }

    async fn settings_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let stored = settings::list(&mut self.db.read().await?, installation.desk, installation.id).await?;
        Ok(stored.into_iter().map(|(key, stored)| (key, setting_json(&stored))).collect())
    }

    async fn users_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let (desk, id) = (installation.desk, installation.id);
        let mut conn = self.db.read().await?;
        let rule = users::assignment(&mut conn, desk, id).await?;
        let listed = users::list(&mut conn, desk, id).await?.into_iter();
        let users = listed.filter_map(|user| {
            let since = user.since?.to_string();
            Some(json!({ "id": user.operator.id, "name": user.operator.name, "email": user.operator.email,
                "active": user.operator.active, "since": since }))
        });
        let rule_json = json!({ "to": rule.as_str(), "roles": rule.roles() });
        Ok(json!({ "assignment": rule_json, "users": users.collect::<Vec<_>>() }))
    }

    async fn values_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let owner = Owner { desk: installation.desk, installation: installation.id, version: &installation.version };
        let entries = match kv::all_entries(&mut self.db.read().await?, owner).await {
            Ok(entries) => entries,
            Err(kv::Error::Store(error)) => return Err(error),
            Err(kv::Error::Kv(_)) => vec![], // installed with a version that never had any
        };
        let entry = |(key, value): (String, Vec<u8>)| match String::from_utf8(value) {
            Ok(text) => json!({ "key": key, "text": text }),
            Err(bytes) => json!({ "key": key, "hex": hex::encode(bytes.as_bytes()) }),
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    async fn snapshots_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let kept = snapshots::list(&mut self.db.read().await?, installation.desk, installation.id).await?;
        let one = |snapshot: snapshots::Snapshot| {
            let settings: Value =
                snapshot.settings.iter().map(|(key, stored)| (key.clone(), setting_json(stored))).collect();
            json!({ "version": snapshot.version.to_string(), "taken_at": snapshot.taken_at.to_string(),
                "grant": snapshot.grant, "settings": settings })
        };
        Ok(kept.into_iter().map(one).collect())
    }

    async fn logs_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let mut lines = Vec::new();
        let mut query = logs::Query { limit: 500, ..logs::Query::default() };
        loop {
            let mut conn = self.db.read().await?;
            let page = logs::page(&mut conn, installation.desk, installation.id, &query).await?;
            lines.extend(page.lines.into_iter().map(|line| {
                json!({ "at": line.at.to_string(), "level": line.level.as_str(), "call": line.call, "message": line.message })
            }));
            query.before = page.next;
            if query.before.is_none() {
                return Ok(Value::Array(lines));
            }
        }
    }

    async fn health_json(&self, installation: &Installation) -> Result<Value, StoreError> {
        let mut conn = self.db.read().await?;
        let health = health::health(&mut conn, installation.desk, installation.id, self.clock.now()).await?;
        let hours = health.hours.iter().map(|hour| {
            let totals = hour.totals;
            json!({ "hour": hour.at.to_string(), "calls": totals.calls, "errors": totals.errors, "traps": totals.traps,
                "wall_micros": totals.wall_micros, "fuel": totals.fuel, "peak_memory": totals.peak_memory,
                "host_calls": totals.host_calls })
        });
        let last = health.last_error.as_ref();
        let last = last.map(|error| json!({ "code": error.code, "text": error.text, "at": error.at.to_string() }));
        Ok(json!({ "hours": hours.collect::<Vec<_>>(), "last_error": last }))
    }
}

fn facts(installation: &Installation) -> Value {
    json!({ "id": installation.id, "addon": installation.addon, "kind": installation.kind,
        "version": installation.version.to_string(), "status": installation.status, "grant": installation.grant,
        "installed_by": installation.installed_by, "created_at": installation.created_at.to_string(),
        "updated_at": installation.updated_at.to_string(), "pinned": installation.pinned })
}

fn setting_json(stored: &Stored) -> Value {
    match stored {
        Stored::Plain(value) => json!({ "value": value }),
        Stored::Sealed(_) => json!({ "secret": true }),
    }
}

fn pack(folder: &str, at: u64, files: &[(&str, Value)]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), 3)?);
    for (name, content) in files {
        let content = serde_json::to_vec_pretty(content)?;
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(at);
        archive.append_data(&mut header, format!("{folder}/{name}"), content.as_slice())?;
    }
    archive.into_inner()?.finish()
}
