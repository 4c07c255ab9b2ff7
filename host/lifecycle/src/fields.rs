//! The custom fields that an add-on brings: there from its installation on, as the version that serves declares them, and put out of
//! use when it goes. What they hold is the desk's, and stays.

use annex_domain::{clock::Timestamp, installation::Installation};
use annex_store::{StoreError, Tx, catalog, fields, installations};

/// Gives the desk the fields of the version that serves, and withdraws those that it does not declare.
pub(crate) async fn follow(tx: &mut Tx, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    match catalog::version(tx, &of.addon, &of.version).await? {
        Some(version) => fields::declare(tx, of.desk, &of.addon, &version.manifest.fields, now).await,
        None => Ok(()),
    }
}

/// Withdraws all of them, once the last installation of the add-on is gone.
pub(crate) async fn withdraw(tx: &mut Tx, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    if installations::of_addon(tx, of.desk, &of.addon).await?.is_some() {
        return Ok(());
    }
    fields::declare(tx, of.desk, &of.addon, &[], now).await
}
