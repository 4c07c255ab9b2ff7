use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    device_code::WORKS,
    ids::AccountId,
    publisher::{AccountRequestState, MemberRole, PartnerDocument, PublisherScope, PublisherStatus, StaffPermission},
};

use super::*;
use crate::{
    StoreError, Tx,
    billing::accounts::{self, NewAccount},
    catalog,
    testing::{Fixture, on_both},
};

const NOW: Timestamp = Timestamp(1_000_000);

fn slug(text: &str) -> PublisherSlug {
    text.parse().unwrap()
}

async fn account(tx: &mut Tx, email: &str) -> AccountId {
    let new = NewAccount { email: email.into(), name: "Ann".into(), password_hash: "x".into() };
    accounts::insert(tx, &new, NOW).await.unwrap().id
}

async fn publisher(tx: &mut Tx, name: &str) -> PublisherSlug {
    catalog::add_publisher(tx, &slug(name), name, NOW).await.unwrap();
    slug(name)
}

#[tokio::test]
async fn an_address_has_one_open_request_and_it_is_decided_once() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let acme = slug("acme");
        let new = requests::NewRequest {
            name: "Acme",
            slug: &acme,
            contact: "Ann",
            email: "Ann@Acme.example",
            site: "https://acme.example",
            about: "a CRM",
        };
        let id = requests::insert(&mut tx, &new, NOW).await.unwrap().unwrap();
        assert_eq!(requests::insert(&mut tx, &new, NOW).await.unwrap(), None);
        assert_eq!(requests::get(&mut tx, id).await.unwrap().email, "ann@acme.example");
        let refused = AccountRequestState::Refused;
        requests::decide(&mut tx, id, refused, Some("no site"), NOW).await.unwrap();
        let again = requests::decide(&mut tx, id, AccountRequestState::Approved, None, NOW).await;
        assert!(matches!(again, Err(StoreError::Stale(_))));
        assert_eq!(requests::list(&mut tx, AccountRequestState::Open, 9).await.unwrap(), []);
        assert_eq!(requests::list(&mut tx, refused, 9).await.unwrap()[0].reason.as_deref(), Some("no site"));
        assert!(requests::insert(&mut tx, &new, NOW).await.unwrap().is_some(), "they may ask again");
    })
    .await;
}

#[tokio::test]
async fn members_and_invitations_are_of_one_publisher() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (acme, other) = (publisher(&mut tx, "acme").await, publisher(&mut tx, "other").await);
        let ann = account(&mut tx, "ann@acme.example").await;
        members::add(&mut tx, &acme, ann, MemberRole::Owner, NOW).await.unwrap();
        members::add(&mut tx, &acme, ann, MemberRole::Finance, NOW).await.unwrap();
        assert_eq!(members::role(&mut tx, &acme, ann).await.unwrap(), Some(MemberRole::Owner));
        assert_eq!(members::role(&mut tx, &other, ann).await.unwrap(), None);
        assert_eq!(members::publishers_of(&mut tx, ann).await.unwrap(), [(acme.clone(), MemberRole::Owner)]);
        assert!(members::remove(&mut tx, &other, ann).await.is_err());
        assert_eq!(members::owners(&mut tx, &acme).await.unwrap(), 1);

        let (role, email) = (MemberRole::Developer, "Bo@acme.example");
        let (_, first) = invitations::create(&mut tx, &acme, email, role, None, NOW).await.unwrap();
        let (id, second) = invitations::create(&mut tx, &acme, email, role, None, NOW).await.unwrap();
        assert_eq!(invitations::find(&mut tx, &first, NOW).await.unwrap(), None, "the newest counts");
        assert_eq!(invitations::list(&mut tx, &other, NOW).await.unwrap(), []);
        assert!(invitations::withdraw(&mut tx, &other, id).await.is_err());
        let late = NOW.after(invitations::WORKS);
        assert!(invitations::use_up(&mut tx, &second, late).await.is_err());
        assert_eq!(invitations::use_up(&mut tx, &second, NOW).await.unwrap().email, "bo@acme.example");
        assert!(invitations::use_up(&mut tx, &second, NOW).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_new_version_of_a_document_is_to_be_accepted_anew() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (acme, other) = (publisher(&mut tx, "acme").await, publisher(&mut tx, "other").await);
        let ann = account(&mut tx, "ann@acme.example").await;
        let kind = PartnerDocument::Agreement;
        assert_eq!(documents::missing(&mut tx, &acme).await.unwrap(), []);
        assert_eq!(documents::publish(&mut tx, kind, "be good", NOW).await.unwrap(), 1);
        documents::accept(&mut tx, &acme, kind, 1, ann, NOW).await.unwrap();
        assert_eq!(documents::missing(&mut tx, &acme).await.unwrap(), []);
        assert_eq!(documents::missing(&mut tx, &other).await.unwrap().len(), 1, "of another publisher");
        assert_eq!(documents::publish(&mut tx, kind, "be better", NOW).await.unwrap(), 2);
        let missing = documents::missing(&mut tx, &acme).await.unwrap();
        assert_eq!(missing.iter().map(|document| document.version).collect::<Vec<_>>(), [2]);
        assert_eq!(documents::accepted(&mut tx, &acme).await.unwrap()[0].email, "ann@acme.example");
    })
    .await;
}

#[tokio::test]
async fn a_token_does_what_the_role_of_its_maker_still_allows() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let (acme, other) = (publisher(&mut tx, "acme").await, publisher(&mut tx, "other").await);
        let ann = account(&mut tx, "ann@acme.example").await;
        members::add(&mut tx, &acme, ann, MemberRole::Owner, NOW).await.unwrap();
        let scopes = BTreeSet::from([PublisherScope::Read, PublisherScope::Submit]);
        let made = tokens::create(&mut tx, &acme, ann, "ci", &scopes, 1, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(made.secret.starts_with("annp_") && made.secret.len() == 69);
        let may = async |now| tokens::authenticate(&db, &made.secret, now).await.unwrap().map(|token| token.scopes);
        assert_eq!(may(NOW).await, Some(scopes));
        assert_eq!(may(NOW.after(Duration::from_secs(86_400))).await, None);

        let mut tx = db.begin().await.unwrap();
        assert_eq!(tokens::list(&mut tx, &acme).await.unwrap()[0].last_used_at, Some(NOW));
        assert_eq!(tokens::list(&mut tx, &other).await.unwrap(), []);
        assert!(tokens::revoke(&mut tx, &other, made.token.id, NOW).await.is_err());
        members::set_role(&mut tx, &acme, ann, MemberRole::Finance).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(may(NOW).await, Some(BTreeSet::from([PublisherScope::Read])));

        let mut tx = db.begin().await.unwrap();
        organisations::set_status(&mut tx, &acme, PublisherStatus::Suspended).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(may(NOW).await, None, "suspended");

        let mut tx = db.begin().await.unwrap();
        organisations::set_status(&mut tx, &acme, PublisherStatus::Active).await.unwrap();
        assert_eq!(tokens::revoke_of(&mut tx, &acme, ann, NOW).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(may(NOW).await, None, "revoked");
    })
    .await;
}

#[tokio::test]
async fn publishers_of_the_command_line_stay_and_staff_has_what_it_was_given() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = Fixture::make(&mut tx).await.desk;
        let acme = publisher(&mut tx, "acme").await;
        let organisation = organisations::get(&mut tx, &acme).await.unwrap();
        assert_eq!((organisation.status, organisation.site), (PublisherStatus::Active, None));
        organisations::set_developer_desk(&mut tx, &acme, desk).await.unwrap();
        assert_eq!(organisations::developing_in(&mut tx, desk).await.unwrap(), Some(acme));
        let ann = account(&mut tx, "ann@acme.example").await;
        let permission = StaffPermission::PublishersManage;
        assert!(staff::grant(&mut tx, ann, permission, NOW).await.unwrap());
        assert!(!staff::grant(&mut tx, ann, permission, NOW).await.unwrap());
        assert_eq!(staff::permissions(&mut tx, ann).await.unwrap(), BTreeSet::from([permission]));
        staff::revoke(&mut tx, ann, permission).await.unwrap();
        assert!(staff::revoke(&mut tx, ann, permission).await.is_err());
        assert_eq!(staff::list(&mut tx).await.unwrap(), []);
    })
    .await;
}

/// What a program asks for, of whichever publisher.
fn wish() -> devices::Request {
    let scopes = BTreeSet::from([PublisherScope::Read]);
    devices::Request { program: "annex on box".into(), address: "192.0.2.1".into(), publisher: None, scopes }
}

#[tokio::test]
async fn a_program_is_let_in_once() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let acme = publisher(&mut tx, "acme").await;
        let ann = account(&mut tx, "ann@acme.example").await;
        let codes = devices::insert(&mut tx, &wish(), NOW).await.unwrap();
        assert_eq!(devices::find(&mut tx, &codes.user, NOW).await.unwrap(), Some(wish()));
        assert_eq!(devices::find(&mut tx, &codes.user, NOW.after(WORKS)).await.unwrap(), None);
        assert!(devices::is_known(&mut tx, &codes.device).await.unwrap());
        assert!(!devices::is_known(&mut tx, codes.user.as_str()).await.unwrap());
        assert_eq!(devices::poll(&mut tx, "nonsense", NOW).await.unwrap(), devices::Polled::Unknown);
        assert!(devices::use_up(&mut tx, &codes.device, NOW).await.is_err(), "nobody has decided");

        let approved = devices::Decision::Approved(&acme);
        let late = NOW.after(WORKS);
        assert!(devices::decide(&mut tx, &codes.user, ann, approved, late).await.is_err());
        devices::decide(&mut tx, &codes.user, ann, approved, NOW).await.unwrap();
        assert!(devices::decide(&mut tx, &codes.user, ann, devices::Decision::Denied, NOW).await.is_err());
        assert_eq!(devices::find(&mut tx, &codes.user, NOW).await.unwrap(), None, "it is decided");
        let polled = devices::poll(&mut tx, &codes.device, NOW).await.unwrap();
        let devices::Polled::Approved(found) = polled else { panic!("{polled:?}") };
        assert_eq!((found.publisher, found.account), (acme, ann));
        assert_eq!(devices::poll(&mut tx, &codes.device, late).await.unwrap(), devices::Polled::Expired);
        assert!(devices::use_up(&mut tx, &codes.device, late).await.is_err());
        devices::use_up(&mut tx, &codes.device, NOW).await.unwrap();
        assert!(devices::use_up(&mut tx, &codes.device, NOW).await.is_err());
        assert_eq!(devices::poll(&mut tx, &codes.device, NOW).await.unwrap(), devices::Polled::Unknown);
        assert_eq!(devices::purge(&mut tx, late).await.unwrap(), 0);
        assert_eq!(devices::purge(&mut tx, late.after(Duration::from_secs(86_400))).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_program_that_asks_too_often_has_to_wait_longer() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let ann = account(&mut tx, "ann@acme.example").await;
        let codes = devices::insert(&mut tx, &wish(), NOW).await.unwrap();
        let mut now = NOW;
        // Seconds after the question before; after each that came too soon it is five more.
        for (later, expected) in [
            (0, devices::Polled::Waiting),
            (5, devices::Polled::Waiting),
            (4, devices::Polled::Waiting),
            (3, devices::Polled::TooSoon),
            (5, devices::Polled::TooSoon),
            (15, devices::Polled::Waiting),
        ] {
            now = now.after(Duration::from_secs(later));
            assert_eq!(devices::poll(&mut tx, &codes.device, now).await.unwrap(), expected, "{later} s later");
        }
        assert_eq!(devices::poll(&mut tx, &codes.device, NOW.after(WORKS)).await.unwrap(), devices::Polled::Expired);
        devices::decide(&mut tx, &codes.user, ann, devices::Decision::Denied, now).await.unwrap();
        assert_eq!(devices::poll(&mut tx, &codes.device, now).await.unwrap(), devices::Polled::Denied);
    })
    .await;
}
