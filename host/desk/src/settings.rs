//! What is chosen for a desk as a whole: its name, language and time zone, its sample data, and what the platform lets it do.

mod first_desk;
mod force_uninstall;
mod platform;
mod remove_sample;
mod save;

pub use first_desk::first_desk;
pub use force_uninstall::force_uninstall;
pub use platform::platform;
pub use remove_sample::remove_sample;
pub use save::{Settings, save};

use annex_domain::ids::DeskId;
use annex_store::{StoreError, Tx, languages};

/// How an entry of the audit log names a desk.
pub(crate) fn object(id: DeskId) -> String {
    format!("desk:{id}")
}

/// True when the panel can be had in that language: English, and what language add-ons bring.
pub(crate) async fn has_language(tx: &mut Tx, desk: DeskId, code: &str) -> Result<bool, StoreError> {
    Ok(code == "en" || languages::list(tx, desk).await?.iter().any(|installed| installed.facts.code == code))
}
