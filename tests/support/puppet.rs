//! Small add-ons for tests, made while a test runs: the guest `puppet` of `tests/guests` under any id, with any plans, and
//! behaving as told. Much faster to compile than a first-party add-on.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{
    guests::{guest, lay_out},
    host::annex_ok,
};

/// An add-on to be packed.
#[derive(Debug, Clone)]
pub(crate) struct Puppet<'a> {
    /// Such as `annex.paid`.
    pub(crate) id: &'a str,
    pub(crate) version: &'a str,
    /// Words of the guest, such as `install=fail`.
    pub(crate) behaviour: &'a str,
    /// Tables `[[plans]]` in TOML, and whatever else its manifest has.
    pub(crate) plans: &'a str,
}

/// 12.00 EUR, once, bought at once.
pub(crate) const ONCE: &str = plan!("once", "one-time", 1200, 0);
/// 30.00 EUR a month, bought at once.
pub(crate) const FLAT: &str = plan!("flat", "flat", 3000, 0);
/// 4.00 EUR per user and month, bought at once.
pub(crate) const PER_USER: &str = plan!("users", "per-user", 400, 0);

/// A plan in the manifest: id, model, cents, days of trial.
macro_rules! plan {
    ($id:literal, $model:literal, $cents:literal, $trial:literal) => {
        concat!(
            "[[plans]]\nid = \"",
            $id,
            "\"\nname = \"Plan ",
            $id,
            "\"\nmodel = \"",
            $model,
            "\"\nprice = ",
            $cents,
            "\ncurrency = \"EUR\"\ntrial_days = ",
            $trial,
            "\n"
        )
    };
}
pub(crate) use plan;

/// An unsigned package of a guest of `tests/guests`, and the folder that it lives in. `package` is what its manifest makes it, such
/// as `annex.echo-1.0.0`.
pub(crate) fn pack_guest(name: &str, manifest: &str, package: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lay_out(folder.path(), manifest, &guest(name));
    let package = pack_at(folder.path(), package);
    (folder, package)
}

fn pack_at(project: &Path, package: &str) -> PathBuf {
    let path = |name: &str| project.join(name).display().to_string();
    annex_ok([
        "addon",
        "pack",
        &path(""),
        "--manifest",
        &path("annex.toml"),
        "--component",
        &path("component.wasm"),
        "--out-dir",
        &path("out"),
    ]);
    let package = project.join(format!("out/{package}.unsigned.annex"));
    assert!(package.exists(), "{} was not written", package.display());
    package
}

impl Puppet<'_> {
    /// An unsigned package, and the folder that it lives in.
    pub(crate) fn pack(&self) -> (TempDir, PathBuf) {
        self.pack_with("", |_| ())
    }

    /// The same with more in its listing, and with what is laid beside it into the folder.
    pub(crate) fn pack_with(&self, listing: &str, lay: impl FnOnce(&Path)) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = folder.path();
        lay_out(project, &self.manifest(listing), &self.component());
        lay(project);
        let package = pack_at(project, &format!("{}-{}", self.id, self.version));
        (folder, package)
    }

    fn manifest(&self, listing: &str) -> String {
        let name = self.id.split('.').nth(1).expect("publisher.name");
        // Counts up with the version, as it has to.
        let seq: u32 = self.version.split('.').fold(0, |seq, part| seq * 100 + part.parse::<u32>().expect("a number"));
        format!(
            "id = \"{}\"\nversion = \"{}\"\nseq = {seq}\nkind = \"plugin\"\nwit = \"annex:addon@0.1\"\nhost = \">=0.1, <1\"\n\
             [listing]\nname = \"The {name}\"\nsummary = \"For tests.\"\ndescription = \"Does as told.\"\n\
             publisher_name = \"Annex\"\nicon = \"assets/icon.png\"\nsupport = {{ email = \"support@annex.example\" }}\n\
             {listing}[[capabilities]]\nuse = \"kv\"\npurpose = \"to count\"\n{}",
            self.id, self.version, self.plans
        )
    }

    /// The guest, with what it is told in its own bytes.
    fn component(&self) -> Vec<u8> {
        const PLACE: &[u8] = b"the behaviour of the puppet:";
        const LENGTH: usize = 96;
        let mut component = guest("puppet");
        let found = component.windows(PLACE.len()).position(|bytes| bytes == PLACE);
        let at = found.expect("the guest has a place for its behaviour");
        // Its own label also makes each add-on a component of its own, as real ones are.
        let told = format!("label={}-{} {}", self.id, self.version, self.behaviour);
        let words = &mut component[at + PLACE.len()..at + LENGTH];
        words.fill(b' ');
        words[..told.len()].copy_from_slice(told.as_bytes());
        component
    }
}
