//! The OAuth client of an add-on's own service. It comes with the installation when the manifest asks for scopes or redirects,
//! follows its versions, and goes with it. Its secret and key are made once and wait, sealed, until the service has got them.
//! The service of another publisher gets another client.

use std::time::Duration;

use annex_domain::{
    addon::{AddonId, PublisherSlug},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OauthClientId},
    installation::{Installation, Status},
    manifest::Manifest,
    oauth::SigningAlgorithm,
    permission::Permissions,
};
use annex_store::{
    Conn, Db, StoreError, Tx,
    billing::subscriptions,
    catalog, installations,
    oauth::clients::{self, Client, NewClient},
    publisher_events::endpoints::{self, Pause},
    vault::Vault,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::publisher_events::happened;

/// What a service proves itself with. No `Debug`: it is secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Credentials {
    /// `annc_…`.
    pub client_id: String,
    /// `anns_…`, for HTTP Basic or a form.
    pub client_secret: String,
    /// A key pair of ES256, for `private_key_jwt`.
    pub private_key_jwk: Value,
}

fn context(client: OauthClientId) -> String {
    format!("oauth client: credentials of {client}")
}

/// Gives an installation the client that the version which serves asks for, or changes or removes the one that it has.
pub(crate) async fn follow(tx: &mut Tx, vault: &Vault, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    let version = catalog::version(tx, &of.addon, &of.version).await?;
    match version {
        Some(version) => follow_manifest(tx, vault, of, &version.manifest, now).await,
        None => Ok(()),
    }
}

async fn follow_manifest(
    tx: &mut Tx,
    vault: &Vault,
    of: &Installation,
    manifest: &Manifest,
    now: Timestamp,
) -> Result<(), StoreError> {
    let asks = manifest.service.as_ref().filter(|service| !service.scopes.is_empty() || !service.redirects.is_empty());
    let Some(service) = asks else {
        for client in clients::of(tx, of.desk, of.id).await? {
            clients::revoke(tx, of.desk, client.id).await?;
        }
        return Ok(());
    };
    let scopes = Permissions(service.scopes.iter().map(|asked| asked.scope).collect());
    if clients::change(tx, of.desk, of.id, &service.redirects, &scopes).await? {
        return Ok(());
    }
    let new = NewClient {
        desk: of.desk,
        installation: of.id,
        publisher: None,
        name: manifest.listing.name.get("en"),
        redirects: &service.redirects,
        scopes: &scopes,
        algorithm: SigningAlgorithm::Rs256,
    };
    issue(tx, vault, &new, now).await
}

/// Makes a client, whose secret and key wait for the service.
async fn issue(tx: &mut Tx, vault: &Vault, new: &NewClient<'_>, now: Timestamp) -> Result<(), StoreError> {
    let issued = clients::issue(tx, new, now).await?;
    let credentials = Credentials {
        client_id: issued.client_id,
        client_secret: issued.secret,
        private_key_jwk: issued.private_key_jwk,
    };
    keep(tx, vault, issued.client.id, &credentials).await
}

/// Keeps what a service is to get, sealed.
async fn keep(tx: &mut Tx, vault: &Vault, client: OauthClientId, credentials: &Credentials) -> Result<(), StoreError> {
    let sealed = vault.seal_state(&context(client), &serde_json::to_vec(credentials)?)?;
    clients::keep_credentials(tx, client, &sealed).await
}

/// Another secret of the client that came with an installation; the one before works for `overlap` more. What waits for the service
/// has it as well.
///
/// # Errors
/// [`StoreError::NotFound`] when the client is gone; when the database fails.
pub async fn replace_secret(
    tx: &mut Tx,
    vault: &Vault,
    client: &Client,
    overlap: Duration,
    now: Timestamp,
) -> Result<String, StoreError> {
    let secret = clients::replace_secret(tx, client.desk, client.id, overlap, now).await?;
    let told = secret.clone();
    renew(tx, vault, client, |waiting| Credentials { client_secret: told, ..waiting }).await?;
    Ok(secret)
}

/// Another key pair of that client, as its secret: [`replace_secret`].
///
/// # Errors
/// [`StoreError::NotFound`] when the client is gone; when the database fails.
pub async fn replace_key(
    tx: &mut Tx,
    vault: &Vault,
    client: &Client,
    overlap: Duration,
    now: Timestamp,
) -> Result<Value, StoreError> {
    let key = clients::replace_key(tx, client.desk, client.id, overlap, now).await?;
    let told = key.clone();
    renew(tx, vault, client, |waiting| Credentials { private_key_jwk: told, ..waiting }).await?;
    Ok(key)
}

/// Changes what waits for the service of a client, if something does.
async fn renew(
    tx: &mut Tx,
    vault: &Vault,
    client: &Client,
    change: impl FnOnce(Credentials) -> Credentials,
) -> Result<(), StoreError> {
    let waiting = credentials(tx, vault, client.desk, client.installation).await?;
    match waiting.filter(|(id, _)| *id == client.id) {
        Some((id, waiting)) => keep(tx, vault, id, &change(waiting)).await,
        None => Ok(()),
    }
}

/// Lets an add-on go to another publisher, in the transaction that does so. The service of the one before knows secret and key of the
/// client of each installation: that ends with all its tokens, and another takes its place. Who has the add-on now is told of each
/// installation; but nothing is posted before they say where, as the manifest names the address of the one before.
///
/// # Errors
/// When the database fails.
pub async fn hand_over(
    tx: &mut Tx,
    vault: &Vault,
    addon: &AddonId,
    from: &PublisherSlug,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Whoever changes the endpoint, or tells of the add-on meanwhile, waits for this, and is read below if they were faster.
    endpoints::lock(tx, addon).await?;
    let versions = catalog::versions(tx, addon).await?;
    if versions.iter().any(|version| version.manifest.service.as_ref().is_some_and(|asks| asks.events.is_some())) {
        endpoints::pause(tx, addon, Pause::ByPublisher).await?;
    }
    endpoints::hand_over(tx, addon).await?;
    for of in installations::everywhere(tx, addon).await? {
        replace_client(tx, vault, &of, now).await?;
        if !matches!(of.status, Status::Installing | Status::FailedInstallation) {
            let on = subscriptions::live_of(tx, of.desk, of.id).await?;
            happened::handed_over(tx, &of, from, on.as_ref(), now).await?;
        }
    }
    Ok(())
}

/// Puts another client in the place of the one that came with an installation.
async fn replace_client(tx: &mut Tx, vault: &Vault, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    let all = clients::of(tx, of.desk, of.id).await?;
    let Some(old) = all.into_iter().find(|client| client.publisher.is_none()) else { return Ok(()) };
    clients::revoke(tx, old.desk, old.id).await?;
    let new = NewClient {
        desk: old.desk,
        installation: old.installation,
        publisher: None,
        name: &old.name,
        redirects: &old.redirects,
        scopes: &old.scopes,
        algorithm: old.algorithm,
    };
    issue(tx, vault, &new, now).await
}

/// What the service of an installation has not got yet, and whose it is: it travels with the event that tells of the installation.
///
/// # Errors
/// When the database fails, or they were sealed with another master key.
pub async fn credentials(
    conn: &mut Conn,
    vault: &Vault,
    desk: DeskId,
    installation: InstallationId,
) -> Result<Option<(OauthClientId, Credentials)>, StoreError> {
    let Some((client, sealed)) = clients::credentials(conn, desk, installation).await? else { return Ok(None) };
    Ok(Some((client, serde_json::from_slice(&vault.open_state(&context(client), &sealed)?)?)))
}

/// The service has them: nobody can have them again.
///
/// # Errors
/// When the database fails.
pub async fn have_arrived(db: &Db, desk: DeskId, client: OauthClientId) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    clients::forget_credentials(&mut tx, desk, client).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        addon::Version,
        localized::Localized,
        manifest::{Service, ServiceScope},
        permission::Permission,
    };
    use annex_store::{
        oauth::tokens::{self, NewToken},
        testing::{self, Fixture, TestDb},
    };

    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn asking(scopes: &[Permission], redirects: &[&str]) -> Manifest {
        let scope = |scope: &Permission| ServiceScope { scope: *scope, purpose: Localized::en("To work") };
        let service = Service {
            scopes: scopes.iter().map(scope).collect(),
            redirects: redirects.iter().map(|&redirect| redirect.to_owned()).collect(),
            ..Service::default()
        };
        Manifest { service: Some(service), ..testing::manifest("acme.hello", Version::new(1, 0, 0), 1) }
    }

    #[tokio::test]
    async fn the_client_follows_the_version_and_its_credentials_are_had_once() {
        let db = TestDb::sqlite().await;
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let mut tx = testing::tx(&db.db).await;
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let of = testing::installed(&mut tx, desk).await;
        follow_manifest(&mut tx, &vault, &of, &asking(&[], &[]), NOW).await.unwrap();
        assert_eq!(clients::of(&mut tx, desk, of.id).await.unwrap(), [], "it asks for nothing");

        let first = asking(&[Permission::TicketsView], &["https://hello.example/back"]);
        follow_manifest(&mut tx, &vault, &of, &first, NOW).await.unwrap();
        let second = asking(&[Permission::TicketsView, Permission::TicketsReply], &[]);
        follow_manifest(&mut tx, &vault, &of, &second, NOW).await.unwrap();
        let found = clients::of(&mut tx, desk, of.id).await.unwrap();
        let [client] = found.as_slice() else { panic!("one client stays: {found:?}") };
        assert_eq!((client.redirects.len(), client.scopes.0.len(), client.name.as_str()), (0, 2, "Test"));

        let (id, waiting) = credentials(&mut tx, &vault, desk, of.id).await.unwrap().unwrap();
        assert!(clients::knows(&mut tx, client.id, &waiting.client_secret, NOW).await.unwrap());
        assert!(testing::traces(&mut tx, &waiting.client_secret).await.is_empty(), "sealed");
        assert!(credentials(&mut tx, &vault, other_desk, of.id).await.unwrap().is_none());
        let secret = replace_secret(&mut tx, &vault, client, Duration::from_secs(60), NOW).await.unwrap();
        let (_, replaced) = credentials(&mut tx, &vault, desk, of.id).await.unwrap().unwrap();
        assert!(replaced.client_secret == secret && replaced.private_key_jwk == waiting.private_key_jwk);
        let key = replace_key(&mut tx, &vault, client, Duration::from_secs(60), NOW).await.unwrap();
        let (_, replaced) = credentials(&mut tx, &vault, desk, of.id).await.unwrap().unwrap();
        assert!(replaced.private_key_jwk == key && key != waiting.private_key_jwk && replaced.client_secret == secret);
        tx.commit().await.unwrap();
        have_arrived(&db.db, other_desk, id).await.unwrap();
        assert!(credentials(&mut db.db.read().await.unwrap(), &vault, desk, of.id).await.unwrap().is_some());
        have_arrived(&db.db, desk, id).await.unwrap();
        assert!(credentials(&mut db.db.read().await.unwrap(), &vault, desk, of.id).await.unwrap().is_none());

        let mut tx = testing::tx(&db.db).await;
        let none = testing::manifest("acme.hello", Version::new(1, 0, 1), 2);
        follow_manifest(&mut tx, &vault, &of, &none, NOW).await.unwrap();
        assert_eq!(clients::of(&mut tx, desk, of.id).await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_the_former_publishers_service_has_opens_nothing_any_more() {
        let db = TestDb::sqlite().await;
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let mut tx = testing::tx(&db.db).await;
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let of = testing::installed(&mut tx, desk).await;
        let asks = asking(&[Permission::TicketsView], &["https://hello.example/back"]);
        follow_manifest(&mut tx, &vault, &of, &asks, NOW).await.unwrap();
        let (id, theirs) = credentials(&mut tx, &vault, desk, of.id).await.unwrap().unwrap();
        let before = clients::get(&mut tx, id).await.unwrap().unwrap();
        let scopes = before.scopes.clone();
        let new = NewToken { client: &before, operator: None, scopes, claims: Vec::new(), code: None };
        let token = tokens::create(&mut tx, &new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(tokens::authenticate(&db.db, &token, NOW).await.unwrap().is_some());

        let mut tx = testing::tx(&db.db).await;
        hand_over(&mut tx, &vault, &of.addon, &"acme".parse().unwrap(), NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tokens::authenticate(&db.db, &token, NOW).await.unwrap(), None);
        let mut conn = db.db.read().await.unwrap();
        assert!(clients::get(&mut conn, id).await.unwrap().is_none());
        let (other, ours) = credentials(&mut conn, &vault, desk, of.id).await.unwrap().unwrap();
        assert!(!clients::knows(&mut conn, other, &theirs.client_secret, NOW).await.unwrap());
        assert!(clients::knows(&mut conn, other, &ours.client_secret, NOW).await.unwrap());
        let after = clients::get(&mut conn, other).await.unwrap().unwrap();
        assert_ne!(after.public_keys, before.public_keys);
        assert_eq!((after.redirects, after.scopes), (before.redirects, before.scopes), "as the desk consented");
        drop(conn);
        // What was on its way to the former one ends nothing of this.
        have_arrived(&db.db, desk, id).await.unwrap();
        assert!(credentials(&mut db.db.read().await.unwrap(), &vault, desk, of.id).await.unwrap().is_some());
    }
}
