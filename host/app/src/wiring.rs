//! Puts the parts of the host together: database, keys, blobs, sandbox, billing, mails, lifecycle.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use annex_billing::{
    Billing, BillingParts, Variant,
    gateway::Gateway,
    gateways::{
        stripe::{Stripe, StripeConfig},
        test::TestGateway,
    },
};
use annex_desk::attachments::Rules;
use annex_domain::{
    addon::Digest,
    billing::LoginRule,
    clock::{Clock, Timestamp},
};
use annex_i18n::I18n;
use annex_lifecycle::{CrashPoints, HostData, Lifecycle, Network, Services};
use annex_mail::{MailConfig, Mailer, MailerParts, Transport};
use annex_sandbox::{Compiler, CompilerCommand, Effort, Sandbox, SandboxConfig, Slots, egress::Asker};
use annex_store::{Db, Dialect, blobs::Blobs, facts, vault::Vault};
use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{
    config::{DataArgs, GatewayArgs, ServeArgs},
    folder, machine, test_switches,
};

/// What is behind a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Stores {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    /// Of the desks that are made.
    pub(crate) region: String,
}

/// Names of facts: a fingerprint of the master key, and the mark of the store for packages.
const MASTER_KEY: &str = "master-key";
const BLOBS: &str = "blob-store";

/// How the sandbox differs from its defaults.
#[derive(Debug, Clone)]
pub(crate) struct SandboxOptions {
    /// Most calls under way, and the memory that they may take together.
    slots: u32,
    memory: u64,
    cache_bytes: u64,
    overrides: BTreeMap<String, Url>,
    attachments: Rules,
    effort: Effort,
}

impl From<&ServeArgs> for SandboxOptions {
    fn from(args: &ServeArgs) -> Self {
        Self {
            slots: args.sandbox_slots,
            memory: memory_of_calls(args.sandbox_memory_mib, machine::memory()),
            cache_bytes: args.sandbox_cache_mib << 20,
            overrides: args.egress_override.iter().cloned().collect(),
            attachments: args.attachments(),
            effort: if args.develop_as.is_some() { Effort::Hurry } else { Effort::Optimise },
        }
    }
}

/// As configured, in MiB; else a quarter of the machine's bytes.
fn memory_of_calls(configured: Option<u64>, machine: u64) -> u64 {
    configured.map_or(machine / 4, |mib| mib << 20)
}

impl SandboxOptions {
    /// For commands that only take packages in.
    pub(crate) fn small() -> Self {
        Self {
            slots: 4,
            memory: 1 << 30,
            cache_bytes: 64 << 20,
            overrides: BTreeMap::new(),
            attachments: Rules::default(),
            effort: Effort::Optimise,
        }
    }
}

/// Opens a data directory; makes it when it is missing, and brings the database to this binary's schema.
///
/// # Errors
/// When the folder, the database or the keys cannot be opened.
pub(crate) async fn open(args: &DataArgs) -> anyhow::Result<Stores> {
    let folder = folder::prepare(&args.data_dir)?;
    let (url, file) = database(args, &folder);
    if let Some(file) = file {
        folder::restrict_database(&file)?;
    }
    let db = Db::connect(&url).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database to this version's schema")?;
    let vault = match &args.master_key {
        Some(key) => Vault::with_key(key),
        None => Vault::in_directory(&folder),
    };
    let vault = vault.context("cannot open the master key")?;
    let clock = test_switches::clock()?;
    check_key(&db, &vault, clock.now()).await.context(
        "the master key does not belong to this database: give every node the same --master-key, or the master.key of \
         the first one",
    )?;
    let blobs = match &args.blobs_url {
        Some(url) => Blobs::in_bucket(url, std::env::vars().filter(|(name, _)| name.starts_with("AWS_"))),
        None => Blobs::in_directory(&folder.join("blobs")),
    };
    let blobs = blobs.context("cannot open the store for packages")?;
    Ok(Stores { db, blobs, vault, clock, region: args.region.clone() })
}

/// Keeps other hosts off the database, where it is SQLite: before anything is done with it.
///
/// # Errors
/// When another host has it.
pub(crate) fn lock(args: &DataArgs) -> anyhow::Result<Option<folder::Lock>> {
    let folder = folder::prepare(&args.data_dir)?;
    let (_, file) = database(args, &folder);
    file.as_deref().map(folder::lock).transpose()
}

/// The database's URL, and its file when it is SQLite.
fn database(args: &DataArgs, folder: &Path) -> (String, Option<PathBuf>) {
    let Some(url) = args.database_url.clone() else {
        let file = folder.join("annex.db");
        return (format!("sqlite://{}", file.display()), Some(file));
    };
    let file = url.strip_prefix("sqlite:").map(|rest| {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        PathBuf::from(rest.split_once('?').map_or(rest, |(file, _)| file))
    });
    (url, file)
}

/// That the key is the one that the database was begun with, also before anything is sealed.
async fn check_key(db: &Db, vault: &Vault, now: Timestamp) -> anyhow::Result<()> {
    vault.check(&mut db.read().await?).await?;
    let ours = Digest::of(&vault.derive("fingerprint")).as_str().to_owned();
    if facts::get(&mut db.read().await?, MASTER_KEY).await?.is_some_and(|known| known == ours) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let known = facts::put_first(&mut tx, MASTER_KEY, &ours, now).await?;
    tx.commit().await?;
    if known == ours { Ok(()) } else { anyhow::bail!("it was begun with another one") }
}

/// That the packages in the store are those of the database: on PostgreSQL another node may have put them elsewhere. On
/// SQLite, and with `adopt`, the store is taken as it is.
///
/// # Errors
/// When another store belongs to the database.
pub(crate) async fn check_blobs(stores: &Stores, adopt: bool) -> anyhow::Result<()> {
    let ours = stores.blobs.mark().await.context("cannot use the store for packages")?;
    let now = stores.clock.now();
    let mut tx = stores.db.begin().await?;
    if adopt || stores.db.dialect() == Dialect::Sqlite {
        facts::put(&mut tx, BLOBS, &ours, now).await?;
        return Ok(tx.commit().await?);
    }
    let known = facts::put_first(&mut tx, BLOBS, &ours, now).await?;
    tx.commit().await?;
    if known != ours {
        anyhow::bail!(
            "the store for packages is not the one that this database uses: give every node the same --blobs-url, or a \
             --data-dir that they share. When the former store is lost, start once with --adopt-blobs"
        );
    }
    Ok(())
}

/// What goes out of the host: money and mails.
pub(crate) struct Outside {
    pub(crate) billing: Billing,
    pub(crate) mailer: Mailer,
    /// Below which desks have host names.
    pub(crate) desk_domain: Option<String>,
}

/// Money through the gateway that is set up; mails through the server, or kept.
///
/// # Errors
/// When a key, an address or a sender is none.
pub(crate) fn outside(
    stores: &Stores,
    gateway: &GatewayArgs,
    public_url: &Url,
    smtp_url: Option<&SecretString>,
    mail_from: Option<&str>,
    desk_domain: Option<&str>,
) -> anyhow::Result<Outside> {
    let desk_domain = desk_domain.map(ToOwned::to_owned);
    let billing = Billing::new(BillingParts {
        db: stores.db.clone(),
        clock: Arc::clone(&stores.clock),
        gateway: connect(stores, gateway, public_url)?,
        crash: crash_points()?,
        public_url: public_url.clone(),
        variant: variant()?,
    });
    let transport = Transport::from_url(smtp_url).context("cannot use --smtp-url")?;
    let config = MailConfig::new(transport, mail_from, public_url.clone(), desk_domain.clone());
    let config = config.context("cannot use --mail-from")?;
    let (db, clock) = (stores.db.clone(), Arc::clone(&stores.clock));
    let mailer = Mailer::new(MailerParts { db, clock, i18n: I18n::new(), config });
    Ok(Outside { billing, mailer, desk_domain })
}

/// For commands that neither charge nor send.
///
/// # Errors
/// Never in fact: nothing is configured.
pub(crate) fn nothing_outside(stores: &Stores) -> anyhow::Result<Outside> {
    let here = Url::parse("http://127.0.0.1:8080/").context("cannot make an address")?;
    let none = GatewayArgs { public_url: None, stripe_secret_key: None, stripe_webhook_secret: None, stripe_url: None };
    outside(stores, &none, &here, None, None, None)
}

fn connect(stores: &Stores, args: &GatewayArgs, public_url: &Url) -> anyhow::Result<Arc<dyn Gateway>> {
    let Some(key) = &args.stripe_secret_key else {
        let (db, clock) = (stores.db.clone(), Arc::clone(&stores.clock));
        return Ok(Arc::new(TestGateway::new(db, clock, public_url.clone())));
    };
    let plain = |secret: &SecretString| secret.expose_secret().to_owned();
    if args.stripe_webhook_secret.as_ref().is_some_and(|secret| secret.expose_secret().is_empty()) {
        anyhow::bail!(
            "--stripe-webhook-secret is empty: anybody could send events; give the endpoint's secret, or leave it out"
        );
    }
    let mut config = StripeConfig::new(plain(key), args.stripe_webhook_secret.as_ref().map(plain));
    config.api_base.clone_from(&args.stripe_url);
    Ok(Arc::new(Stripe::new(config).context("cannot use Stripe")?))
}

/// As `ANNEX_BILLING_VARIANT` says: a way of charging that is wrong on purpose, which tests have to catch.
fn variant() -> anyhow::Result<Variant> {
    let given = test_switches::given("ANNEX_BILLING_VARIANT")?;
    Variant::parse(given.as_deref()).context("cannot use ANNEX_BILLING_VARIANT")
}

/// As `ANNEX_CRASH_AT` says, and `ANNEX_FAIL_AT` on the way there; a release build never crashes on purpose.
fn crash_points() -> anyhow::Result<CrashPoints> {
    let (crash, fail) = (std::env::var("ANNEX_CRASH_AT").ok(), std::env::var("ANNEX_FAIL_AT").ok());
    let known = annex_portal::crash_points();
    let points =
        CrashPoints::killing_at(crash.as_deref(), &known, test_switches::die).context("cannot use ANNEX_CRASH_AT")?;
    points.and_failing_at(fail.as_deref(), &known).context("cannot use ANNEX_FAIL_AT")
}

/// Starts the sandbox and what uses it.
///
/// # Errors
/// When the sandbox cannot start on this machine.
pub(crate) fn lifecycle(
    stores: &Stores,
    args: &DataArgs,
    options: SandboxOptions,
    outside: &Outside,
    login_rule: LoginRule,
) -> anyhow::Result<Lifecycle> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let hurry = (options.effort == Effort::Hurry).then_some("--hurry");
    let compiler = Compiler::Child(CompilerCommand::new(program, ["compile-component"].into_iter().chain(hurry)));
    let artifacts = args.data_dir.join("artifacts");
    let mut config = SandboxConfig::new(artifacts, stores.vault.mac_key(), compiler);
    config.slots = Slots::within(options.memory, options.slots, &config.limits);
    tracing::info!(calls = config.slots.host, threads = config.threads, "add-ons can be called");
    config.cache_bytes = options.cache_bytes;
    config.egress.overrides.clone_from(&options.overrides);
    let Stores { db, blobs, vault, clock, .. } = stores.clone();
    let data = HostData::new(db, blobs, vault, clock).within(options.attachments, Network::new(options.overrides));
    let data = data.reached_at(outside.billing.public_url().clone(), outside.desk_domain.clone());
    let data = data.asking(Asker::new(config.egress.clone()).context("cannot set up requests")?);
    let sandbox =
        Sandbox::new(config, Arc::new(data), Arc::clone(&stores.clock)).context("cannot start the sandbox")?;
    Ok(Lifecycle::new(Services {
        db: stores.db.clone(),
        blobs: stores.blobs.clone(),
        vault: stores.vault.clone(),
        sandbox,
        billing: outside.billing.clone(),
        mails: Arc::new(outside.mailer.clone()),
        login_rule,
        desk_domain: outside.desk_domain.clone(),
        clock: Arc::clone(&stores.clock),
        crash: crash_points()?,
    }))
}

#[cfg(test)]
mod tests {
    use annex_domain::clock::ManualClock;
    use annex_store::testing;

    use super::*;

    fn node(db: &Db, folder: &Path) -> Stores {
        let (vault, blobs) =
            (Vault::in_directory(folder).unwrap(), Blobs::in_directory(&folder.join("blobs")).unwrap());
        let clock = Arc::new(ManualClock::at(Timestamp(1)));
        Stores { db: db.clone(), blobs, vault, clock, region: "local".into() }
    }

    #[test]
    fn calls_take_a_quarter_of_the_machine_unless_configured() {
        assert_eq!(memory_of_calls(None, 8 << 30), 2 << 30);
        assert_eq!(memory_of_calls(Some(64), 8 << 30), 64 << 20);
    }

    #[tokio::test]
    async fn a_second_node_needs_the_same_key_and_the_same_packages() {
        testing::on_both(async |db| {
            let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let [first, second] = folders.each_ref().map(|folder| node(&db, folder.path()));
            for _ in 0..2 {
                check_key(&db, &first.vault, Timestamp(1)).await.unwrap();
                check_blobs(&first, false).await.unwrap();
            }
            check_key(&db, &second.vault, Timestamp(1)).await.unwrap_err();
            let other = check_blobs(&second, false).await;
            if db.dialect() == Dialect::Sqlite {
                return other.unwrap();
            }
            let text = other.unwrap_err().to_string();
            assert!(text.contains("--blobs-url") && text.contains("--adopt-blobs"), "{text}");
            check_blobs(&second, true).await.unwrap();
            check_blobs(&second, false).await.unwrap();
            check_blobs(&first, false).await.unwrap_err();
        })
        .await;
    }
}
