//! What people notice of the portal, through its functions, on both databases.

mod devices;
mod hand_on;
mod offerings;
mod reviewing;
use std::{collections::BTreeSet, sync::Arc};

use annex_billing::{BillingParts, Variant, gateways::test::TestGateway};
use annex_desk::password;
use annex_domain::{
    clock::{Clock, ManualClock, Timestamp},
    crash::CrashPoints,
    earnings::Share,
    ids::{AccountId, DeskId},
    mail::MailKind,
    money::{Currency, Money},
    publisher::{AccountRequestState, MemberRole, PartnerDocument, PublisherScope, PublisherStatus, StaffPermission},
};
use annex_package::keys::SigningKey;
use annex_store::{
    billing::accounts::{self, NewAccount},
    catalog::{self, KeyStatus},
    mails::{self, Mail},
    publishers::{
        banks::{self, BankAccount},
        members as rows, organisations, requests as asked, tokens as token_rows,
    },
    testing::{Fixture, on_both},
    vault::Vault,
};

use super::*;
use crate::{
    earnings::Bank,
    members::Entered,
    requests::{Ask, Making},
};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const PASSWORD: &str = "correct horse battery";

struct Bench {
    portal: Portal,
    /// The platform's.
    desk: DeskId,
}

impl Bench {
    async fn make(db: Db) -> Self {
        let mut tx = annex_store::testing::tx(&db).await;
        let desk = Fixture::make(&mut tx).await.desk;
        tx.commit().await.unwrap();
        Self { portal: portal(&db, CrashPoints::none()), desk }
    }

    async fn account(&self, email: &str) -> AccountId {
        let password_hash = password::hash(PASSWORD.to_owned().into(), &[]).await.unwrap();
        let mut tx = annex_store::testing::tx(&self.portal.db).await;
        let new = NewAccount { email: email.into(), name: "Ann".into(), password_hash };
        let account = accounts::insert(&mut tx, &new, NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        account
    }

    /// A publisher with one member.
    async fn member(&self, publisher: &str, email: &str, role: MemberRole) -> Member {
        let account = self.account(email).await;
        let publisher = publisher.parse().unwrap();
        let mut tx = annex_store::testing::tx(&self.portal.db).await;
        catalog::add_publisher(&mut tx, &publisher, "Acme", NOW).await.unwrap();
        rows::add(&mut tx, &publisher, account, role, NOW).await.unwrap();
        tx.commit().await.unwrap();
        Member { account, publisher, role, now: NOW }
    }

    async fn mails(&self, kind: MailKind) -> Vec<Mail> {
        let mut conn = self.portal.db.read().await.unwrap();
        let all = mails::list(&mut conn, self.desk, None, 99).await.unwrap();
        all.into_iter().filter(|mail| mail.kind == kind).collect()
    }

    async fn secret(&self, mail: &Mail) -> Option<String> {
        mails::secret(&mut self.portal.db.read().await.unwrap(), self.desk, mail.id).await.unwrap()
    }

    /// Asks for an account, and answers the request.
    async fn ask(&self, email: &str) -> asked::AccountRequest {
        requests::ask(&self.portal, &wish(email), "192.0.2.1", NOW).await.unwrap();
        let mut conn = self.portal.db.read().await.unwrap();
        asked::list(&mut conn, AccountRequestState::Open, 9).await.unwrap().pop().unwrap()
    }
}

fn portal(db: &Db, crash: CrashPoints) -> Portal {
    let clock = Arc::new(ManualClock::at(NOW)) as Arc<dyn Clock>;
    let public_url: url::Url = "http://127.0.0.1:1/".parse().unwrap();
    Portal::new(Billing::new(BillingParts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        gateway: Arc::new(TestGateway::new(db.clone(), clock, public_url.clone())),
        crash,
        public_url,
        variant: Variant::default(),
    }))
}

fn wish(email: &str) -> Ask {
    Ask {
        name: "Acme".into(),
        slug: "acme".into(),
        contact: "Ann".into(),
        email: email.into(),
        site: "https://acme.example".into(),
        about: "a CRM".into(),
    }
}

fn given(password: &str) -> GivenPassword<'static> {
    GivenPassword { session: "s", address: "192.0.2.1", password: password.to_owned().into() }
}

fn nothing() -> Entered {
    Entered { name: String::new(), password: String::new().into() }
}

fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.err().map_or("done", |refusal| refusal.code())
}

#[tokio::test]
async fn a_request_leads_to_a_publisher_whose_owner_chooses_a_password() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let request = bench.ask("Ann@Acme.example").await;
        assert_eq!(bench.mails(MailKind::PublisherRequested).await[0].to, "ann@acme.example");
        let by = By::CommandLine(NOW);
        let made = requests::approve(&bench.portal, by, request.id, None, Making::New).await.unwrap();
        assert_eq!(code(requests::approve(&bench.portal, by, request.id, None, Making::New).await), "stale");
        let mail = bench.mails(MailKind::PublisherApproved).await.remove(0);
        let secret = bench.secret(&mail).await.unwrap();
        let (_, needs) = members::look(&bench.portal, &secret, NOW).await.unwrap().unwrap();
        assert_eq!(needs, members::Needs::Password);
        assert_eq!(code(members::join(&bench.portal, &secret, None, nothing(), NOW).await), "invalid-request");
        let chosen = || Entered { name: String::new(), password: PASSWORD.to_owned().into() };
        let joined = members::join(&bench.portal, &secret, None, chosen(), NOW).await.unwrap();
        assert_eq!(joined.publisher.as_str(), "acme");
        assert_eq!(code(members::join(&bench.portal, &secret, None, chosen(), NOW).await), "not-found");
        let owner = Member::find(&bench.portal, made.owner, &made.publisher, NOW).await.unwrap();
        assert_eq!(owner.role, MemberRole::Owner);
        let known = accounts::by_email(&mut db.read().await.unwrap(), "ann@acme.example").await.unwrap().unwrap();
        assert_eq!(known.account.name, "Ann");
        let desk = organisations::get(&mut db.read().await.unwrap(), &made.publisher).await.unwrap();
        let desk = desk.developer_desk.unwrap();
        assert_eq!(bench.portal.billing.credit(desk).await.unwrap(), [Money::new(2_500, Currency::EUR)]);
        assert_eq!(accounts::desks_of(&mut db.read().await.unwrap(), made.owner).await.unwrap(), [desk]);
        assert_eq!(developer_desk::make(&bench.portal, &owner).await.unwrap(), desk, "it is made once");
        assert_eq!(bench.portal.billing.credit(desk).await.unwrap(), [Money::new(2_500, Currency::EUR)]);
        assert!(password::verify(PASSWORD.to_owned().into(), Some(known.password_hash)).await);
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_gets_no_link_and_no_publisher_of_others() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let bo = bench.member("acme", "bo@other.example", MemberRole::Owner).await;
        let ann = bench.account("ann@acme.example").await;
        let request = bench.ask("ann@acme.example").await;
        let approve = async |slug: Option<&str>, making| {
            let slug = slug.map(|slug| slug.parse().unwrap());
            code(requests::approve(&bench.portal, By::CommandLine(NOW), request.id, slug, making).await)
        };
        assert_eq!(approve(None, Making::New).await, "slug-taken");
        assert_eq!(approve(None, Making::Adopted).await, "publisher-has-members");
        assert_eq!(approve(Some("nobody"), Making::Adopted).await, "not-found");
        assert_eq!(approve(Some("acme-tools"), Making::New).await, "done");
        let mail = bench.mails(MailKind::PublisherApproved).await.remove(0);
        assert_eq!(bench.secret(&mail).await, None);
        assert_eq!(code(Member::find(&bench.portal, ann, &bo.publisher, NOW).await), "not-found");
        assert!(Member::find(&bench.portal, ann, &"acme-tools".parse().unwrap(), NOW).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn asking_is_answered_alike_and_not_too_often() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        bench.ask("ann@acme.example").await;
        for _ in 0..9 {
            requests::ask(&bench.portal, &wish("ann@acme.example"), "192.0.2.1", NOW).await.unwrap();
        }
        let again = requests::ask(&bench.portal, &wish("ann@acme.example"), "192.0.2.1", NOW).await;
        assert_eq!(code(again), "too-many-attempts");
        assert_eq!(bench.mails(MailKind::PublisherRequested).await.len(), 1);
        let empty = requests::ask(&bench.portal, &Ask::default(), "192.0.2.2", NOW).await.unwrap_err();
        let Refusal::Common(annex_desk::Refusal::Invalid(wrong)) = empty else { panic!("{empty}") };
        let fields: Vec<_> = wrong.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "slug", "contact", "email", "site", "about"]);
    })
    .await;
}

#[tokio::test]
async fn only_who_manages_publishers_decides_and_a_refusal_is_mailed_with_its_reason() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let request = bench.ask("ann@acme.example").await;
        let account = bench.account("staff@platform.example").await;
        staff::grant(&bench.portal, "staff@platform.example", StaffPermission::ReviewTechnical, NOW).await.unwrap();
        let reviewer = Staff::find(&bench.portal, account, NOW).await.unwrap();
        let refused = requests::refuse(&bench.portal, By::Staff(&reviewer), request.id, "no").await;
        assert_eq!(code(refused), "not-staff");
        staff::grant(&bench.portal, "staff@platform.example", StaffPermission::PublishersManage, NOW).await.unwrap();
        let manager = Staff::find(&bench.portal, account, NOW).await.unwrap();
        assert_eq!(
            code(requests::refuse(&bench.portal, By::Staff(&manager), request.id, " ").await),
            "invalid-request"
        );
        requests::refuse(&bench.portal, By::Staff(&manager), request.id, "the site is empty").await.unwrap();
        assert_eq!(bench.mails(MailKind::PublisherRefused).await[0].args["reason"], "the site is empty");
        // What was taken from them since the request came counts.
        staff::revoke(&bench.portal, "staff@platform.example", StaffPermission::PublishersManage, NOW).await.unwrap();
        let kind = PartnerDocument::Agreement;
        assert_eq!(code(documents::publish(&bench.portal, By::Staff(&manager), kind, "text").await), "not-staff");
    })
    .await;
}

#[tokio::test]
async fn members_come_by_link_and_the_last_owner_stays() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let other = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let taken = members::invite(&bench.portal, &owner, "ann@acme.example", MemberRole::Finance).await;
        assert_eq!(code(taken), "invalid-request");
        members::invite(&bench.portal, &owner, "cy@other.example", MemberRole::Developer).await.unwrap();
        let mail = bench.mails(MailKind::PublisherInvited).await.remove(0);
        let secret = bench.secret(&mail).await.unwrap();
        // There is an account with the address: it asks for its password.
        assert_eq!(code(members::join(&bench.portal, &secret, None, nothing(), NOW).await), "sign-in-first");
        let somebody = Some(owner.account);
        assert_eq!(code(members::join(&bench.portal, &secret, somebody, nothing(), NOW).await), "sign-in-first");
        members::join(&bench.portal, &secret, Some(other.account), nothing(), NOW).await.unwrap();

        let cy = Member::find(&bench.portal, other.account, &owner.publisher, NOW).await.unwrap();
        assert_eq!(code(members::invite(&bench.portal, &cy, "x@y.example", MemberRole::Owner).await), "not-your-role");
        let scopes = BTreeSet::from([PublisherScope::Submit]);
        let wanted = tokens::Create { name: "ci".into(), scopes, days: 9 };
        let token = tokens::create(&bench.portal, &cy, &wanted, &given(PASSWORD)).await.unwrap();
        let demote = members::set_role(&bench.portal, &owner, owner.account, MemberRole::Finance).await;
        assert_eq!(code(demote), "last-owner");
        assert_eq!(code(members::remove(&bench.portal, &owner, owner.account).await), "last-owner");
        members::remove(&bench.portal, &owner, cy.account).await.unwrap();
        assert!(token_rows::authenticate(&db, &token.secret, NOW).await.unwrap().is_none());
        assert_eq!(code(tokens::create(&bench.portal, &cy, &wanted, &given(PASSWORD)).await), "not-found");
    })
    .await;
}

#[tokio::test]
async fn keys_want_the_password_and_a_removed_one_stays_away() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let key = SigningKey::from_seed(&[7; 32]);
        let pem = key.public().to_pem().unwrap();
        let enrol = async |pem: &str, password| code(keys::enrol(&bench.portal, &owner, pem, &given(password)).await);
        assert_eq!(enrol(&key.to_pem().unwrap(), PASSWORD).await, "invalid-request", "a private key");
        assert_eq!(enrol("nonsense", PASSWORD).await, "invalid-request");
        assert_eq!(enrol(&pem, "wrong").await, "invalid-request");
        assert_eq!(enrol(&pem, PASSWORD).await, "done");
        assert_eq!(enrol(&pem, PASSWORD).await, "known-key");
        assert_eq!(bench.mails(MailKind::KeyEnrolled).await.len(), 1);
        let id = key.public().id();
        let other = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        assert_eq!(code(keys::remove(&bench.portal, &other, &id, "no", &given(PASSWORD)).await), "not-found");
        keys::remove(&bench.portal, &owner, &id, "lost", &given(PASSWORD)).await.unwrap();
        let there = catalog::publisher(&mut db.read().await.unwrap(), &owner.publisher).await.unwrap().unwrap();
        assert_eq!(there.keys[0].status, KeyStatus::Revoked);
        assert_eq!(enrol(&pem, PASSWORD).await, "revoked-key");
    })
    .await;
}

#[tokio::test]
async fn the_newest_documents_have_to_be_accepted_and_a_suspended_publisher_does_nothing() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let (by, kind) = (By::CommandLine(NOW), PartnerDocument::Agreement);
        let may = async || {
            let mut conn = db.read().await.unwrap();
            code(documents::must_be_accepted(&mut conn, &owner.publisher).await)
        };
        assert_eq!(may().await, "done", "there is none yet");
        assert_eq!(documents::publish(&bench.portal, by, kind, "be good").await.unwrap(), Some(1));
        assert_eq!(may().await, "documents-missing");
        documents::accept(&bench.portal, &owner, kind, 1).await.unwrap();
        assert_eq!(may().await, "done");
        assert_eq!(documents::publish(&bench.portal, by, kind, "be good").await.unwrap(), None);
        assert_eq!(may().await, "done", "nobody has to accept the same text again");
        documents::publish(&bench.portal, by, kind, "be better").await.unwrap();
        assert_eq!(may().await, "documents-missing");
        assert_eq!(code(documents::accept(&bench.portal, &owner, kind, 1).await), "document-changed");
        publishers::set_status(&bench.portal, by, &owner.publisher, PublisherStatus::Suspended).await.unwrap();
        assert_eq!(code(documents::accept(&bench.portal, &owner, kind, 2).await), "publisher-suspended");
    })
    .await;
}

#[tokio::test]
async fn where_a_publisher_is_paid_is_for_who_looks_after_the_money_and_wants_the_password() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        let finance = bench.member("acme", "fin@acme.example", MemberRole::Finance).await;
        for owner in ["ann@acme.example", "bo@acme.example"] {
            bench.member("acme", owner, MemberRole::Owner).await;
        }
        let developer = bench.member("acme", "dev@acme.example", MemberRole::Developer).await;
        let bank = Bank { holder: "Acme".into(), iban: "de89 3704 0044 0532 0130 00".into() };
        let set = async |by: &Member, bank: &Bank, password| {
            code(earnings::set_bank(&bench.portal, &vault, by, bank, &given(password)).await)
        };
        assert_eq!(set(&developer, &bank, PASSWORD).await, "not-your-role");
        assert_eq!(set(&finance, &bank, "wrong").await, "invalid-request");
        assert_eq!(set(&finance, &Bank { iban: "DE00".into(), ..bank.clone() }, PASSWORD).await, "invalid-request");
        assert!(bench.mails(MailKind::BankChanged).await.is_empty());
        assert_eq!(set(&finance, &bank, PASSWORD).await, "done");
        let mut told: Vec<_> = bench.mails(MailKind::BankChanged).await.into_iter().map(|mail| mail.to).collect();
        told.sort();
        assert_eq!(told, ["ann@acme.example", "bo@acme.example"], "every owner is told");
        let sealed = banks::sealed(&mut db.read().await.unwrap(), &finance.publisher).await.unwrap().unwrap();
        assert!(!sealed.windows(8).any(|window| window == b"37040044"), "it is sealed");
        assert_eq!(
            BankAccount::open(&vault, &finance.publisher, &sealed).unwrap().iban.as_str(),
            "DE89370400440532013000"
        );
        let other = "other".parse().unwrap();
        assert!(BankAccount::open(&vault, &other, &sealed).is_err(), "it opens for its publisher alone");
        let month = annex_domain::earnings::Month::at(NOW);
        assert_eq!(code(earnings::statement(&bench.portal, &developer, month).await), "not-your-role");
        assert_eq!(earnings::statement(&bench.portal, &finance, month).await.unwrap().rows, []);
    })
    .await;
}

#[tokio::test]
async fn the_platform_decides_on_the_share() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let owner = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let share = async || organisations::share(&mut db.read().await.unwrap(), &owner.publisher).await.unwrap();
        assert_eq!(share().await, Share::USUAL);
        let nobody = Staff::find(&bench.portal, owner.account, NOW).await.unwrap();
        let all: Share = "100".parse().unwrap();
        let by_owner = earnings::set_share(&bench.portal, By::Staff(&nobody), &owner.publisher, all).await;
        assert_eq!(code(by_owner), "not-staff");
        let by = By::CommandLine(NOW);
        earnings::set_share(&bench.portal, by, &owner.publisher, all).await.unwrap();
        assert_eq!(share().await, all);
        let unknown = earnings::set_share(&bench.portal, by, &"nobody".parse().unwrap(), all).await;
        assert_eq!(code(unknown), "not-found");
    })
    .await;
}
