//! Puts the parts of the host together: database, keys, blobs, sandbox, lifecycle.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use annex_domain::clock::{Clock, SystemClock};
use annex_lifecycle::{CrashPoints, HostData, Lifecycle, Services};
use annex_sandbox::{Compiler, CompilerCommand, Sandbox, SandboxConfig};
use annex_store::{Db, blobs::Blobs, vault::Vault};
use anyhow::Context as _;
use url::Url;

use crate::config::{DataArgs, ServeArgs};

/// What is behind a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Stores {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How the sandbox differs from its defaults.
#[derive(Debug, Clone)]
pub(crate) struct SandboxOptions {
    slots: u32,
    cache_bytes: u64,
    overrides: BTreeMap<String, Url>,
}

impl From<&ServeArgs> for SandboxOptions {
    fn from(args: &ServeArgs) -> Self {
        Self {
            slots: args.sandbox_slots,
            cache_bytes: args.sandbox_cache_mib << 20,
            overrides: args.egress_override.iter().cloned().collect(),
        }
    }
}

impl SandboxOptions {
    /// For commands that only take packages in.
    pub(crate) fn small() -> Self {
        Self { slots: 4, cache_bytes: 64 << 20, overrides: BTreeMap::new() }
    }
}

/// Opens a data directory; makes it when it is missing, and brings the database to this binary's schema.
///
/// # Errors
/// When the folder, the database or the keys cannot be opened.
pub(crate) async fn open(args: &DataArgs) -> anyhow::Result<Stores> {
    let folder = &args.data_dir;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the data directory {}", folder.display()))?;
    restrict(folder)?;
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    let url = args.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", folder.join("annex.db").display()));
    let db = Db::connect(&url).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database to this version's schema")?;
    let vault = match &args.master_key {
        Some(key) => Vault::with_key(key),
        None => Vault::in_directory(&folder),
    };
    let vault = vault.context("cannot open the master key")?;
    vault.check(&mut db.read().await?).await.context("the master key does not belong to this database")?;
    let blobs = match &args.blobs_url {
        Some(url) => Blobs::in_bucket(url, std::env::vars().filter(|(name, _)| name.starts_with("AWS_"))),
        None => Blobs::in_directory(&folder.join("blobs")),
    };
    let blobs = blobs.context("cannot open the store for packages")?;
    Ok(Stores { db, blobs, vault, clock: Arc::new(SystemClock) })
}

/// Only the user of the host reads its data.
fn restrict(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .with_context(|| format!("cannot restrict {} to its owner", folder.display()))
}

/// Starts the sandbox and what uses it.
///
/// # Errors
/// When the sandbox cannot start on this machine.
pub(crate) fn lifecycle(stores: &Stores, args: &DataArgs, options: SandboxOptions) -> anyhow::Result<Lifecycle> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let compiler = Compiler::Child(CompilerCommand::new(program, ["compile-component"]));
    let artifacts = args.data_dir.join("artifacts");
    let mut config = SandboxConfig::new(artifacts, stores.vault.mac_key(), compiler);
    config.slots = options.slots;
    config.cache_bytes = options.cache_bytes;
    config.egress.overrides = options.overrides;
    let data = HostData::new(stores.db.clone(), stores.vault.clone(), Arc::clone(&stores.clock));
    let sandbox =
        Sandbox::new(config, Arc::new(data), Arc::clone(&stores.clock)).context("cannot start the sandbox")?;
    Ok(Lifecycle::new(Services {
        db: stores.db.clone(),
        blobs: stores.blobs.clone(),
        vault: stores.vault.clone(),
        sandbox,
        clock: Arc::clone(&stores.clock),
        crash: CrashPoints::from_env()?,
    }))
}
