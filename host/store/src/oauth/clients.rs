//! OAuth clients: in the name of which installation a service asks, where its logins may lead back to, and how it proves that
//! it is itself: by a secret, or by its key. Rows end with the installation.

use std::time::Duration;

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    es256::KeyPair,
    ids::{DeskId, InstallationId, OauthClientId},
    oauth::{SigningAlgorithm, public_id},
    permission::Permissions,
};
use serde_json::Value;

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    secret,
};

/// How every secret of a client starts, so that scanners for leaked secrets can find it.
const SECRET: &str = "anns_";
/// Keys of a client: the one that is in use, and those before it that still work. The oldest of more end early.
const MOST_KEYS: usize = 10;

/// A client.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// Its id; known outside by [`public_id`].
    pub id: OauthClientId,
    /// The desk.
    pub desk: DeskId,
    /// In whose name it asks.
    pub installation: InstallationId,
    /// Who made it in its portal; none: it came with the installation.
    pub publisher: Option<PublisherSlug>,
    /// As shown.
    pub name: String,
    /// Where logins may lead back to, compared byte by byte.
    pub redirects: Vec<String>,
    /// What its tokens may do at most.
    pub scopes: Permissions,
    /// Public JSON Web Keys that it may prove itself with, newest last: one that was replaced until its `exp`, in seconds since 1970.
    pub public_keys: Vec<Value>,
    /// What its ID tokens are signed with.
    pub algorithm: SigningAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Client {
    /// Its keys of this moment.
    pub fn keys_at(&self, now: Timestamp) -> impl Iterator<Item = &Value> {
        let works = move |end: i64| end.saturating_mul(1_000) > now.0;
        self.public_keys.iter().filter(move |key| key.get("exp").and_then(Value::as_i64).is_none_or(works))
    }
}

/// A client to make.
#[derive(Debug, Clone, Copy)]
pub struct NewClient<'a> {
    /// The desk.
    pub desk: DeskId,
    /// In whose name it asks.
    pub installation: InstallationId,
    /// Who makes it in its portal; none: it comes with the installation, which has one such.
    pub publisher: Option<&'a PublisherSlug>,
    /// As shown.
    pub name: &'a str,
    /// Where logins may lead back to.
    pub redirects: &'a [String],
    /// What its tokens may do at most.
    pub scopes: &'a Permissions,
    /// What its ID tokens are signed with.
    pub algorithm: SigningAlgorithm,
}

/// A client just made. No `Debug`: it holds secrets, which cannot be had again.
pub struct Issued {
    /// As it is kept.
    pub client: Client,
    /// `annc_…`.
    pub client_id: String,
    /// `anns_…`.
    pub secret: String,
    /// A key pair of ES256 as a JSON Web Key, whose public half is kept.
    pub private_key_jwk: Value,
}

/// Makes a client with a secret and a key pair.
///
/// # Errors
/// [`StoreError::Taken`] when the installation has one that came with it; [`StoreError::Reference`] without the installation.
pub async fn issue(tx: &mut Tx, new: &NewClient<'_>, now: Timestamp) -> Result<Issued, StoreError> {
    let pair = KeyPair::new()?;
    let client = Client {
        id: OauthClientId::new(),
        desk: new.desk,
        installation: new.installation,
        publisher: new.publisher.cloned(),
        name: new.name.to_owned(),
        redirects: new.redirects.to_vec(),
        scopes: new.scopes.clone(),
        public_keys: vec![pair.jwk()],
        algorithm: new.algorithm,
        created_at: now,
    };
    execute!(
        tx,
        "INSERT INTO oauth_clients
            (id, desk_id, installation_id, publisher, name, redirects, scopes, public_keys, algorithm, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        client.id,
        client.desk,
        client.installation,
        client.publisher.as_ref(),
        &client.name,
        serde_json::to_string(&client.redirects)?,
        serde_json::to_string(&client.scopes)?,
        serde_json::to_string(&client.public_keys)?,
        client.algorithm,
        now
    )
    .map_err(|error| error.on("oauth_clients_installation_id_key", "the client of the installation"))?;
    let secret = put_secret(tx, client.id, now).await?;
    Ok(Issued { client_id: public_id(client.id), client, secret, private_key_jwk: pair.private_jwk() })
}

async fn put_secret(tx: &mut Tx, client: OauthClientId, now: Timestamp) -> Result<String, StoreError> {
    let (secret, hash) = secret::make(SECRET)?;
    let sql = "INSERT INTO oauth_secrets (secret_hash, client_id, created_at) VALUES ($1, $2, $3)";
    execute!(tx, sql, hash, client, now)?;
    Ok(secret)
}

/// Another secret. Those before it work for `overlap` more, so that a service can change over.
///
/// # Errors
/// [`StoreError::NotFound`] for the client.
pub async fn replace_secret(
    tx: &mut Tx,
    desk: DeskId,
    client: OauthClientId,
    overlap: Duration,
    now: Timestamp,
) -> Result<String, StoreError> {
    let known = get(tx, client).await?.filter(|known| known.desk == desk).ok_or(StoreError::NotFound("client"))?;
    let sql = "UPDATE oauth_secrets SET ends_at = $2 WHERE client_id = $1 AND ends_at IS NULL";
    execute!(tx, sql, known.id, now.after(overlap))?;
    put_secret(tx, known.id, now).await
}

/// Another key pair. Those before it work for `overlap` more. Answers all of it, as it is not kept.
///
/// # Errors
/// [`StoreError::NotFound`] for the client.
pub async fn replace_key(
    tx: &mut Tx,
    desk: DeskId,
    client: OauthClientId,
    overlap: Duration,
    now: Timestamp,
) -> Result<Value, StoreError> {
    let known = get(tx, client).await?.filter(|known| known.desk == desk).ok_or(StoreError::NotFound("client"))?;
    let (pair, end) = (KeyPair::new()?, now.after(overlap).0 / 1_000);
    let mut keys: Vec<Value> = known.keys_at(now).cloned().collect();
    for key in keys.iter_mut().filter_map(Value::as_object_mut) {
        key.entry("exp").or_insert_with(|| end.into());
    }
    keys.push(pair.jwk());
    let kept = keys.split_off(keys.len().saturating_sub(MOST_KEYS));
    let sql = "UPDATE oauth_clients SET public_keys = $2 WHERE id = $1";
    execute!(tx, sql, known.id, serde_json::to_string(&kept)?)?;
    Ok(pair.private_jwk())
}

/// Keeps what the service of a client is to get, sealed by the caller.
pub async fn keep_credentials(tx: &mut Tx, client: OauthClientId, sealed: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "UPDATE oauth_clients SET credentials = $2 WHERE id = $1", client, sealed).map(drop)
}

/// The client that came with the installation, and what its service has not got yet.
pub async fn credentials(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
) -> Result<Option<(OauthClientId, Vec<u8>)>, StoreError> {
    let sql = "SELECT id, credentials FROM oauth_clients
               WHERE desk_id = $1 AND installation_id = $2 AND publisher IS NULL AND credentials IS NOT NULL";
    let row = fetch_optional!(conn, (String, Vec<u8>), sql, desk, installation)?;
    row.map(|(id, sealed)| Ok((At::new("oauth_clients", &id).parse("id", &id)?, sealed))).transpose()
}

/// The service has them: they cannot be had again.
pub async fn forget_credentials(tx: &mut Tx, desk: DeskId, client: OauthClientId) -> Result<(), StoreError> {
    let sql = "UPDATE oauth_clients SET credentials = NULL WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, client).map(drop)
}

/// A client: it tells the desk.
pub async fn get(conn: &mut Conn, id: OauthClientId) -> Result<Option<Client>, StoreError> {
    let sql = "SELECT * FROM oauth_clients WHERE id = $1";
    fetch_optional!(conn, ClientRow, sql, id)?.map(TryInto::try_into).transpose()
}

/// The clients of an installation, the one that came with it first.
pub async fn of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<Client>, StoreError> {
    let sql = "SELECT * FROM oauth_clients WHERE desk_id = $1 AND installation_id = $2 ORDER BY created_at, id";
    all(fetch_all!(conn, ClientRow, sql, desk, installation)?)
}

/// The client that came with an installation of a publisher's add-on. None for that of anybody else.
pub async fn of_service(
    conn: &mut Conn,
    publisher: &PublisherSlug,
    installation: InstallationId,
) -> Result<Option<Client>, StoreError> {
    let sql = "SELECT c.* FROM oauth_clients c JOIN installations i ON i.id = c.installation_id
                   JOIN addons a ON a.id = i.addon_id
               WHERE c.installation_id = $1 AND c.publisher IS NULL AND a.publisher = $2";
    fetch_optional!(conn, ClientRow, sql, installation, publisher)?.map(TryInto::try_into).transpose()
}

/// What a version of the add-on changes of the client that came with the installation. Tokens that were given may do less from
/// now on, never more. False when there is none.
pub async fn change(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    redirects: &[String],
    scopes: &Permissions,
) -> Result<bool, StoreError> {
    let sql = "UPDATE oauth_clients SET redirects = $3, scopes = $4
               WHERE desk_id = $1 AND installation_id = $2 AND publisher IS NULL";
    let (redirects, scopes) = (serde_json::to_string(redirects)?, serde_json::to_string(scopes)?);
    Ok(execute!(tx, sql, desk, installation, redirects, scopes)? == 1)
}

/// True when `secret` is one of the client's.
pub async fn knows(conn: &mut Conn, client: OauthClientId, secret: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "SELECT client_id FROM oauth_secrets
               WHERE secret_hash = $2 AND client_id = $1 AND (ends_at IS NULL OR ends_at > $3)";
    Ok(fetch_optional!(conn, (String,), sql, client, secret::hash(secret), now)?.is_some())
}

/// Ends a client with all that it was given.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn revoke(tx: &mut Tx, desk: DeskId, client: OauthClientId) -> Result<(), StoreError> {
    match execute!(tx, "DELETE FROM oauth_clients WHERE desk_id = $1 AND id = $2", desk, client)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("client")),
    }
}

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: String,
    desk_id: String,
    installation_id: String,
    publisher: Option<String>,
    name: String,
    redirects: String,
    scopes: String,
    public_keys: String,
    algorithm: String,
    created_at: i64,
}

impl TryFrom<ClientRow> for Client {
    type Error = StoreError;

    fn try_from(row: ClientRow) -> Result<Self, StoreError> {
        let at = At::new("oauth_clients", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            installation: at.parse("installation_id", &row.installation_id)?,
            publisher: at.parse_some("publisher", row.publisher.as_deref())?,
            name: row.name,
            redirects: at.json("redirects", &row.redirects)?,
            scopes: at.json("scopes", &row.scopes)?,
            public_keys: at.json("public_keys", &row.public_keys)?,
            algorithm: at.parse("algorithm", &row.algorithm)?,
            created_at: Timestamp(row.created_at),
        })
    }
}
