use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    clock::Timestamp,
    ids::OperatorId,
    installation::Installation,
    oauth::SigningAlgorithm,
    permission::{Permission, Permissions},
};
use serde_json::json;

use super::{
    TOKEN_WORKS,
    clients::{self, Issued, NewClient},
    codes::{self, Grant, Used},
    purge,
    tokens::{self, NewToken},
    use_assertion,
};
use crate::{
    Db, StoreError, Tx, footprint, installations,
    testing::{Fixture, installed, on_both},
    users::{self, Ticks},
};

const NOW: Timestamp = Timestamp(1_000_000);
const MOMENT: Duration = Duration::from_millis(1);

fn scopes() -> Permissions {
    Permissions([Permission::TicketsView, Permission::DeskManage].into())
}

async fn issue(tx: &mut Tx, of: &Installation) -> Result<Issued, StoreError> {
    let new = NewClient {
        desk: of.desk,
        installation: of.id,
        publisher: None,
        name: "Hello",
        redirects: &["https://hello.example/back".to_owned()],
        scopes: &scopes(),
        algorithm: SigningAlgorithm::Rs256,
    };
    clients::issue(tx, &new, NOW).await
}

async fn use_it(tx: &mut Tx, of: &Installation, by: &[OperatorId]) {
    let ticks = Ticks::Exactly(by.iter().copied().collect::<BTreeSet<_>>());
    users::change(tx, of.desk, of.id, &ticks, NOW).await.unwrap();
}

/// A token of the client, of an operator or of its own.
async fn token(db: &Db, issued: &Issued, operator: Option<OperatorId>, code: Option<&str>) -> String {
    let mut tx = db.begin().await.unwrap();
    let new = NewToken { client: &issued.client, operator, scopes: scopes(), claims: vec!["openid".into()], code };
    let token = tokens::create(&mut tx, &new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    token
}

#[tokio::test]
async fn a_client_is_one_of_its_installation_and_keeps_no_secret() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let of = installed(&mut tx, desk).await;
        let issued = issue(&mut tx, &of).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(issue(&mut tx, &of).await, Err(StoreError::Taken(_))), "one comes with it");
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        let client = clients::get(&mut tx, issued.client.id).await.unwrap().unwrap();
        assert_eq!(client, issued.client);
        assert!(client.public_keys[0].get("d").is_none() && issued.private_key_jwk.get("d").is_some());
        assert!(crate::testing::traces(&mut tx, &issued.secret).await.is_empty(), "only its hash is kept");
        assert_eq!(clients::of(&mut tx, desk, of.id).await.unwrap(), std::slice::from_ref(&client));
        assert_eq!(clients::of(&mut tx, other_desk, of.id).await.unwrap(), []);
        assert!(clients::revoke(&mut tx, other_desk, client.id).await.is_err());

        let id = client.id;
        let overlap = Duration::from_secs(60);
        assert!(clients::replace_secret(&mut tx, other_desk, id, overlap, NOW).await.is_err());
        let second = clients::replace_secret(&mut tx, desk, id, overlap, NOW).await.unwrap();
        let end = NOW.after(overlap);
        for (secret, at, works) in [
            (&issued.secret, end.before(MOMENT), true),
            (&issued.secret, end, false),
            (&second, end, true),
            (&"anns_00".to_owned(), NOW, false),
        ] {
            assert_eq!(clients::knows(&mut tx, id, secret, at).await.unwrap(), works, "{secret} at {at:?}");
        }
        clients::revoke(&mut tx, desk, id).await.unwrap();
        assert!(!clients::knows(&mut tx, id, &second, NOW).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_token_opens_what_client_operator_and_installation_allow_now() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let of = installed(&mut tx, desk).await;
        let issued = issue(&mut tx, &of).await.unwrap();
        use_it(&mut tx, &of, &[agent]).await;
        tx.commit().await.unwrap();
        let own = token(&db, &issued, None, None).await;
        let theirs = token(&db, &issued, Some(agent), None).await;
        let opens = async |token: &str, at: Timestamp| {
            tokens::authenticate(&db, token, at).await.unwrap().map(|access| access.permissions)
        };
        let view = Permissions([Permission::TicketsView].into());
        assert_eq!(opens(&own, NOW).await, Some(scopes()));
        assert_eq!(opens(&theirs, NOW).await, Some(view.clone()), "no more than the agent may");
        assert_eq!(opens("annt_00", NOW).await, None);
        assert_eq!(opens(&own, NOW.after(TOKEN_WORKS).before(MOMENT)).await, Some(scopes()));
        assert_eq!(opens(&own, NOW.after(TOKEN_WORKS)).await, None, "expired");

        let mut tx = db.begin().await.unwrap();
        assert!(clients::change(&mut tx, desk, of.id, &[], &view).await.unwrap());
        use_it(&mut tx, &of, &[]).await;
        tx.commit().await.unwrap();
        assert_eq!(opens(&own, NOW).await, Some(view), "as the scopes are now");
        assert_eq!(opens(&theirs, NOW).await, None, "they do not use it any more");

        let mut tx = db.begin().await.unwrap();
        let inactive = of.clone().deactivate(NOW).unwrap();
        installations::save(&mut tx, &inactive).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(opens(&own, NOW).await, None, "suspended with the installation");
        let mut tx = db.begin().await.unwrap();
        installations::save(&mut tx, &inactive.activate(NOW).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(opens(&own, NOW).await.is_some());

        let mut tx = db.begin().await.unwrap();
        assert!(footprint::purge(&mut tx, desk, of.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(opens(&own, NOW).await, None, "gone with the installation");
    })
    .await;
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, .. } = Fixture::make(&mut tx).await;
        let of = installed(&mut tx, desk).await;
        let issued = issue(&mut tx, &of).await.unwrap();
        use_it(&mut tx, &of, &[agent]).await;
        let client = issued.client.id;
        let grant = Grant { desk, client, operator: agent, request: json!({ "nonce": "n1" }) };
        let end = NOW.after(Duration::from_secs(60));
        for code in ["one", "two"] {
            codes::put(&mut tx, code, &grant, end).await.unwrap();
        }
        let stranger = annex_domain::ids::OauthClientId::new();
        assert_eq!(codes::take(&mut tx, stranger, "one", NOW).await.unwrap(), Used::Unknown);
        assert_eq!(codes::take(&mut tx, client, "two", end).await.unwrap(), Used::Unknown, "too late");
        assert_eq!(codes::take(&mut tx, client, "one", NOW).await.unwrap(), Used::Now(grant));
        tx.commit().await.unwrap();

        let given = token(&db, &issued, Some(agent), Some("one")).await;
        let other = token(&db, &issued, Some(agent), Some("two")).await;
        let mut tx = db.begin().await.unwrap();
        purge(&mut tx, end.before(MOMENT)).await.unwrap();
        assert_eq!(codes::take(&mut tx, client, "one", NOW).await.unwrap(), Used::Before);
        tx.commit().await.unwrap();
        assert_eq!(tokens::authenticate(&db, &given, NOW).await.unwrap(), None);
        assert!(tokens::authenticate(&db, &other, NOW).await.unwrap().is_some());
        let mut tx = db.begin().await.unwrap();
        tokens::revoke(&mut tx, stranger, &other).await.unwrap();
        tx.commit().await.unwrap();
        assert!(tokens::authenticate(&db, &other, NOW).await.unwrap().is_some(), "not by another client");
        let mut tx = db.begin().await.unwrap();
        tokens::revoke(&mut tx, client, &other).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tokens::authenticate(&db, &other, NOW).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_proof_is_good_once() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let of = installed(&mut tx, desk).await;
        let client = issue(&mut tx, &of).await.unwrap().client.id;
        let end = NOW.after(Duration::from_secs(60));
        assert!(use_assertion(&mut tx, client, "a", end).await.unwrap());
        assert!(!use_assertion(&mut tx, client, "a", end).await.unwrap());
        assert!(use_assertion(&mut tx, client, "b", end).await.unwrap());
        purge(&mut tx, end.before(MOMENT)).await.unwrap();
        assert!(!use_assertion(&mut tx, client, "a", end).await.unwrap(), "remembered for as long as it is valid");
    })
    .await;
}
