//! Who may do what in the portal and on the platform's pages: each kind of person, at each route, with each method. The routes come
//! from the sources: a new one without a row fails.

use std::{collections::BTreeSet, fs, path::Path};

use annex_domain::{
    addon::Version,
    clock::Clock as _,
    ids::NoteId,
    listing_draft::ListingDraft,
    publisher::{AccountRequestState, Deed, MemberRole, StaffPermission},
    review::{Severity, Step, Target, Track},
};
use annex_portal::{
    requests::{Ask, ask},
    review::permission,
};
use annex_store::{
    catalog,
    projects::{
        notes::{self, Note},
        reviews,
        rounds::{self, Round},
    },
    publishers::{members, requests, staff},
    testing,
};

use super::tests::Things;
use crate::client_area::tests::site::{Browser, Page, Site};

/// Who may.
#[derive(Debug, Clone, Copy)]
enum May {
    /// Whoever asks.
    Anybody,
    /// Whoever has an account.
    Account,
    /// A member of the publisher in the address whose role allows this.
    Member(Deed),
    /// Somebody of the platform with this permission.
    Staff(StaffPermission),
    /// Somebody of the platform who reviews the track in the address.
    Reviewer,
    /// Somebody of the platform.
    AnyStaff,
}

use Deed::{Develop, Documents, Earnings, Keys, Look, Members, Organisation, Publish, Submit, Tokens};
use May::{Account, AnyStaff, Anybody, Member, Reviewer, Staff};
use StaffPermission::{PublishersManage, ReviewMarketplace, ReviewTechnical};

/// A route, who may look there, and who may send to it. None: it has no such method.
type Row = (&'static str, Option<May>, Option<May>);

const fn page(path: &'static str, look: May) -> Row {
    (path, Some(look), None)
}

const fn form(path: &'static str, look: May, send: May) -> Row {
    (path, Some(look), Some(send))
}

const fn button(path: &'static str, send: May) -> Row {
    (path, None, Some(send))
}

/// What is done in this order finds everything that it is done to.
fn rights() -> Vec<Row> {
    [of_publishers(), of_projects(), of_the_platform()].concat()
}

fn of_publishers() -> Vec<Row> {
    vec![
        page("/portal", Account),
        form("/portal/request", Anybody, Anybody),
        form("/portal/device", Account, Account),
        button("/portal/device/approve", Account),
        button("/portal/device/deny", Account),
        page("/portal/request/sent", Anybody),
        page("/portal/publishers/{publisher}", Member(Look)),
        button("/portal/publishers/{publisher}/developer-desk", Member(Organisation)),
        form("/portal/publishers/{publisher}/organisation", Member(Look), Member(Organisation)),
        form("/portal/publishers/{publisher}/members", Member(Look), Member(Members)),
        button("/portal/publishers/{publisher}/members/{account}/role", Member(Members)),
        button("/portal/publishers/{publisher}/members/{account}/remove", Member(Members)),
        button("/portal/publishers/{publisher}/invitations/{invitation}/withdraw", Member(Members)),
        form("/portal/publishers/{publisher}/documents", Member(Look), Member(Documents)),
        form("/portal/publishers/{publisher}/keys", Member(Look), Member(Keys)),
        form("/portal/publishers/{publisher}/keys/{key}/remove", Member(Keys), Member(Keys)),
        form("/portal/publishers/{publisher}/tokens", Member(Tokens), Member(Tokens)),
        button("/portal/publishers/{publisher}/tokens/{token}/revoke", Member(Tokens)),
        page("/portal/publishers/{publisher}/answers", Member(Develop)),
        button("/portal/publishers/{publisher}/answers/{installation}", Member(Develop)),
        page("/portal/publishers/{publisher}/figures", Member(Look)),
        form("/portal/publishers/{publisher}/earnings", Member(Earnings), Member(Earnings)),
        page("/portal/publishers/{publisher}/earnings/statement.csv", Member(Earnings)),
        page("/portal/publishers/{publisher}/events", Member(Develop)),
        page("/portal/publishers/{publisher}/events/{addon}", Member(Develop)),
        form("/portal/publishers/{publisher}/events/{addon}/address", Member(Develop), Member(Develop)),
        button("/portal/publishers/{publisher}/events/{addon}/pause", Member(Develop)),
        button("/portal/publishers/{publisher}/events/{addon}/resume", Member(Develop)),
        button("/portal/publishers/{publisher}/events/{addon}/rotate", Member(Develop)),
        button("/portal/publishers/{publisher}/events/{addon}/secrets", Member(Develop)),
        button("/portal/publishers/{publisher}/events/{addon}/replay", Member(Develop)),
        form("/portal/publishers/{publisher}/clients", Member(Develop), Member(Develop)),
        form("/portal/publishers/{publisher}/clients/{client}/new-secret", Member(Develop), Member(Develop)),
        button("/portal/publishers/{publisher}/clients/{client}/revoke", Member(Develop)),
        form("/portal/publishers/{publisher}/offers/{offered}", Member(Look), Member(Organisation)),
    ]
}

fn of_projects() -> Vec<Row> {
    vec![
        form("/portal/publishers/{publisher}/projects", Member(Look), Member(Develop)),
        page("/portal/publishers/{publisher}/projects/{project}", Member(Look)),
        button("/portal/publishers/{publisher}/projects/{project}/begin", Member(Develop)),
        button("/portal/publishers/{publisher}/projects/{project}/package", Member(Develop)),
        page("/portal/publishers/{publisher}/projects/{project}/figures", Member(Look)),
        page("/portal/publishers/{publisher}/projects/{project}/figures.csv", Member(Look)),
        form("/portal/publishers/{publisher}/projects/{project}/{version}", Member(Look), Member(Develop)),
        page("/portal/publishers/{publisher}/projects/{project}/{version}/icon", Member(Look)),
        page("/portal/publishers/{publisher}/projects/{project}/{version}/pictures/{position}", Member(Look)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/check", Member(Develop)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/submit", Member(Submit)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/withdraw", Member(Submit)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/release", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/rollout", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/yank", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/{version}/offer-again", Member(Publish)),
        form("/portal/publishers/{publisher}/projects/{project}/access", Member(Look), Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/access/links", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/access/links/{link}/revoke", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/access/desks", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/access/desks/{desk}/dismiss", Member(Publish)),
        page("/portal/publishers/{publisher}/projects/{project}/manage", Member(Look)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/unlist", Member(Publish)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/delete", Member(Organisation)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/end", Member(Organisation)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/keep", Member(Organisation)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/offer", Member(Organisation)),
        button("/portal/publishers/{publisher}/projects/{project}/manage/take-back", Member(Organisation)),
    ]
}

fn of_the_platform() -> Vec<Row> {
    vec![
        page("/review", AnyStaff),
        page("/review/versions", AnyStaff),
        page("/review/versions/{version}/{track}", Reviewer),
        page("/review/versions/{version}/{track}/icon", Reviewer),
        page("/review/versions/{version}/{track}/pictures/{position}", Reviewer),
        button("/review/versions/{version}/{track}/notes", Reviewer),
        button("/review/versions/{version}/{track}/notes/{note}/settle", Reviewer),
        button("/review/versions/{version}/{track}/notes/{note}/reopen", Reviewer),
        button("/review/versions/{version}/{track}/approve", Reviewer),
        button("/review/versions/{version}/{track}/reject", Reviewer),
        button("/review/versions/{version}/{track}/unlock", Staff(ReviewMarketplace)),
        page("/review/publishers", Staff(PublishersManage)),
        button("/review/publishers/{publisher}/status", Staff(PublishersManage)),
        button("/review/requests/{request}/approve", Staff(PublishersManage)),
        button("/review/requests/{request}/refuse", Staff(PublishersManage)),
        form("/review/documents", Staff(PublishersManage), Staff(PublishersManage)),
    ]
}

/// Whoever has the link may: `a_request_leads_over_the_platform_to_a_publisher_with_a_key` follows it.
const BY_SECRET: [&str; 1] = ["/portal/welcome/{secret}"];

/// What the forms and buttons send.
const SENT: [(&str, &str); 3] = [("status", "active"), ("document", "agreement"), ("body", "be good")];

/// The routes of the portal and of the platform's pages, by the text or the constant that names them.
pub(super) fn routes_in_sources() -> BTreeSet<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut routes = BTreeSet::new();
    let mut folders = vec![sources.join("portal"), sources.join("review")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            if file.to_string_lossy().ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(file).unwrap();
            for rest in text.split(".route(").skip(1) {
                let first = rest.split(',').next().unwrap().trim();
                let named = format!("const {first}: &str = \"");
                let path = first.strip_prefix('"').or_else(|| text.split(&named).nth(1));
                routes.insert(path.unwrap().split('"').next().unwrap().to_owned());
            }
        }
    }
    routes
}

#[test]
fn every_route_says_who_may() {
    let rows = rights();
    let known: BTreeSet<String> = rows.iter().map(|(path, ..)| *path).chain(BY_SECRET).map(str::to_owned).collect();
    assert_eq!(known.len(), rows.len() + BY_SECRET.len(), "each once");
    assert_eq!(known, routes_in_sources());
}

struct Person<'s> {
    name: &'static str,
    browser: Browser<'s>,
    has_account: bool,
    /// In the publisher whose things are in the addresses.
    role: Option<MemberRole>,
    permissions: &'static [StaffPermission],
}

/// How somebody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// They may; what they sent may be wrong.
    Open,
    SignIn,
    Forbidden,
    NotThere,
    NoMethod,
}

impl Answer {
    fn of(page: &Page) -> Self {
        match page.code() {
            303 if page.location().starts_with("/client-area/sign-in") => Self::SignIn,
            403 => Self::Forbidden,
            404 => Self::NotThere,
            405 => Self::NoMethod,
            500.. => panic!("{page:?}"),
            _ => Self::Open,
        }
    }
}

impl Person<'_> {
    fn expects(&self, may: Option<May>, track: Track) -> Answer {
        let allowed = match may {
            None => return Answer::NoMethod,
            Some(Anybody) => true,
            Some(_) if !self.has_account => return Answer::SignIn,
            Some(Account) => true,
            Some(Member(deed)) => match self.role {
                Some(role) => role.may(deed),
                // To who does not belong to it the publisher is not there.
                None => return Answer::NotThere,
            },
            Some(Staff(permission)) => self.permissions.contains(&permission),
            Some(Reviewer) => self.permissions.contains(&permission(track)),
            Some(AnyStaff) => !self.permissions.is_empty(),
        };
        if allowed { Answer::Open } else { Answer::Forbidden }
    }
}

/// Name, address, role, permissions.
type Kind = (&'static str, &'static str, Option<MemberRole>, &'static [StaffPermission]);

/// Anonymous, an operator, and one of each kind with an account.
async fn people(site: &Site) -> Vec<Person<'_>> {
    let (slug, now) = ("own".parse().unwrap(), site.clock.now());
    let nobody = site.browser();
    let operator = site.admin().await;
    let mut people: Vec<Person<'_>> = [("anonymous", nobody), ("operator", operator)]
        .into_iter()
        .map(|(name, browser)| Person { name, browser, has_account: false, role: None, permissions: &[] })
        .collect();
    let kinds: [Kind; 7] = [
        ("owner", "owner@own.example", Some(MemberRole::Owner), &[]),
        ("developer", "dev@own.example", Some(MemberRole::Developer), &[]),
        ("finance", "money@own.example", Some(MemberRole::Finance), &[]),
        ("owner of another", "owner@theirs.example", None, &[]),
        ("technical reviewer", "technical@platform.example", None, &[ReviewTechnical]),
        ("marketplace reviewer", "marketplace@platform.example", None, &[ReviewMarketplace]),
        ("admin", "admin@platform.example", None, &[PublishersManage]),
    ];
    for (name, email, role, permissions) in kinds {
        if !email.starts_with("owner@") {
            let account = site.account(email, None).await;
            let mut tx = testing::tx(&site.state.db).await;
            if let Some(role) = role {
                members::add(&mut tx, &slug, account, role, now).await.unwrap();
            }
            for permission in permissions {
                staff::grant(&mut tx, account, *permission, now).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let browser = site.browser();
        browser.client(email).await;
        people.push(Person { name, browser, has_account: true, role, permissions });
    }
    people
}

/// A track, and what stands for the parameters of the platform's pages about it.
type OnTable = (Track, [(&'static str, String); 4]);

/// Puts the version on the reviewers' table for both tracks, each with a note, and has somebody ask for an account.
async fn on_the_table(site: &Site, own: &Things<'_>) -> [OnTable; 2] {
    let noted = [noted(site, own, Track::Technical).await, noted(site, own, Track::Marketplace).await];
    let wish = Ask {
        name: "Initech".into(),
        slug: "initech".into(),
        contact: "Ian".into(),
        email: "ian@initech.example".into(),
        site: "https://initech.example".into(),
        about: "reports".into(),
    };
    ask(&site.state.portal(), &wish, "192.0.2.1", site.clock.now()).await.unwrap();
    let mut conn = site.state.db.read().await.unwrap();
    let asked = requests::list(&mut conn, AccountRequestState::Open, 9).await.unwrap().remove(0);
    noted.map(|(track, note)| {
        let parameters = [
            ("{track}", track.to_string()),
            ("{position}", "1".to_owned()),
            ("{note}", note.to_string()),
            ("{request}", asked.id.to_string()),
        ];
        (track, parameters)
    })
}

/// Hands the version in for a track, and writes a note on it.
async fn noted(site: &Site, own: &Things<'_>, track: Track) -> (Track, NoteId) {
    let (id, account) = (own.path("{version}").parse().unwrap(), own.path("{account}").parse().unwrap());
    let (project, number, now) = (own.path("{project}").parse().unwrap(), Version::new(1, 0, 0), site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    let digest = catalog::version(&mut tx, &project, &number).await.unwrap().unwrap().package_digest;
    let stored = *reviews::both(&mut tx, id).await.unwrap().of(track);
    let review = stored.review.take(Step::Submit).unwrap();
    let waits = reviews::Stored { review, round: 1, submitted_at: Some(now), ..stored };
    reviews::save(&mut tx, id, &waits, now).await.unwrap();
    let draft = ListingDraft::default();
    let round = Round { version: number, digest, draft, submitted_by: account, submitted_at: now };
    rounds::open(&mut tx, id, track, 1, &round).await.unwrap();
    let note = Note {
        id: NoteId::new(),
        round: 1,
        severity: Severity::Blocker,
        target: Target::Whole,
        body: "Say more".into(),
        author: account,
        omission: false,
        created_at: now,
        settled_at: None,
    };
    notes::insert(&mut tx, id, track, &note).await.unwrap();
    tx.commit().await.unwrap();
    (track, note.id)
}

#[tokio::test]
async fn each_may_do_their_part_at_each_route() {
    let site = Site::start().await;
    let own = Things::make(&site, "own", 1).await;
    Things::make(&site, "theirs", 2).await;
    let tables = on_the_table(&site, &own).await;
    let people = people(&site).await;
    for row @ (pattern, ..) in rights() {
        // What is about no track is asked for once.
        let tables = if pattern.contains("{track}") { &tables[..] } else { &tables[..1] };
        for (track, more) in tables {
            let path = more.iter().fold(own.path(pattern), |path, (name, value)| path.replace(name, value));
            assert!(!path.contains('{'), "{pattern}: say what stands for its parameter");
            each_asks(&people, row, *track, &path).await;
        }
    }
}

/// Looks there and sends something as everybody.
async fn each_asks(people: &[Person<'_>], (pattern, look, send): Row, track: Track, path: &str) {
    for (is_post, may) in [(false, look), (true, send)] {
        // Who may not comes first: there is still something to be refused.
        let (allowed, refused): (Vec<_>, Vec<_>) =
            people.iter().partition(|person| person.expects(may, track) == Answer::Open);
        for (at, person) in refused.into_iter().map(|person| (0, person)).chain(allowed.into_iter().enumerate()) {
            let asked = &person.browser;
            let page = if is_post { asked.post(path, &SENT).await } else { asked.get(path).await };
            let (answer, expected) = (Answer::of(&page), person.expects(may, track));
            // Somebody else who may has done it already; nobody waits for a code to be typed; and the listing has no pictures.
            let gone = if is_post {
                at > 0 || pattern.starts_with("/portal/device/")
            } else {
                pattern.ends_with("/icon") || pattern.ends_with("{position}")
            };
            let is_gone = gone && expected == Answer::Open && answer == Answer::NotThere;
            let what = if is_post { "POST" } else { "GET" };
            assert!(answer == expected || is_gone, "{} {what} {path}: {answer:?}, not {expected:?}", person.name);
        }
    }
}
