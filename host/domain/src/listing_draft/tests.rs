use std::collections::BTreeSet;

use super::*;
use crate::{
    addon::{Digest, Kind, Seq, Version},
    capability::{Access, Capability},
    manifest::{FileEntry, ServiceScope, WIT_PACKAGE},
    plan::PlanModel,
    settings::FieldError,
};

fn texts(of: &[(&str, &str)]) -> Texts {
    of.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect()
}

fn manifest() -> Manifest {
    Manifest {
        id: "acme.notes".parse().unwrap(),
        version: Version::new(1, 0, 0),
        seq: Seq(1),
        kind: Kind::Plugin,
        wit: WIT_PACKAGE.into(),
        host: "*".parse().unwrap(),
        listing: Listing { icon: Some("icon.png".into()), ..complete().listing("Acme").unwrap() },
        capabilities: vec![],
        settings: vec![],
        fields: vec![],
        plans: vec![],
        events: BTreeSet::new(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: vec![FileEntry { path: "one.png".into(), size: 1, sha256: Digest::of(b"1") }],
    }
}

fn complete() -> ListingDraft {
    ListingDraft {
        name: texts(&[("en", "Notes")]),
        summary: texts(&[("en", "Takes notes.")]),
        description: texts(&[("en", "It takes notes.")]),
        release_notes: texts(&[("en", "The first one.")]),
        icon: "icon.png".into(),
        pictures: vec!["one.png".into()],
        categories: BTreeSet::from(["crm".to_owned()]),
        support: SupportDraft { email: "help@acme.example".into(), ..SupportDraft::default() },
        terms_url: "https://acme.example/terms".into(),
        privacy_url: "https://acme.example/privacy".into(),
        checklist: CheckItem::ALL.into_iter().map(|item| (item, Answer::Yes)).collect(),
        certification: Question::ALL.into_iter().map(|question| (question, "none".to_owned())).collect(),
        ..ListingDraft::default()
    }
}

fn english() -> BTreeSet<String> {
    BTreeSet::from(["en".to_owned()])
}

fn fields(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.field.as_str()).collect()
}

#[test]
fn nothing_is_missing_of_a_complete_draft_and_each_field_is_named_that_is() {
    assert_eq!(complete().missing(&english()), []);
    assert_eq!(complete().problems(), []);
    assert_eq!(complete().disagreements(&manifest()), []);
    let names = |draft: &ListingDraft, languages: &BTreeSet<String>| {
        draft.missing(languages).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let both = BTreeSet::from(["en".to_owned(), "de".to_owned()]);
    let german = ["name.de", "summary.de", "description.de", "release_notes.de"];
    assert_eq!(names(&complete(), &both), german);
    let mut begun = complete();
    begun.name.insert("de".into(), "Notizen".into());
    assert_eq!(names(&begun, &english()), &german[1..], "a language that was begun");
    let empty = names(&ListingDraft::default(), &english());
    assert_eq!(&empty[..5], ["name.en", "summary.en", "description.en", "release_notes.en", "icon"]);
    assert_eq!(empty.len(), 10 + CheckItem::ALL.len() + Question::ALL.len());
}

#[test]
fn each_bound_is_kept() {
    let wrong = |change: fn(&mut ListingDraft)| {
        let mut draft = complete();
        change(&mut draft);
        fields(&draft.problems()).join(" ")
    };
    assert_eq!(wrong(|draft| drop(draft.summary.insert("en".into(), "x".repeat(161)))), "summary.en");
    assert_eq!(wrong(|draft| drop(draft.name.insert("en".into(), "a\u{202E}b".into()))), "name.en");
    assert_eq!(wrong(|draft| draft.video = "http://acme.example".into()), "video");
    assert_eq!(wrong(|draft| draft.support.email = "nobody".into()), "support.email");
    assert_eq!(wrong(|draft| draft.categories.extend(["Big Words".to_owned()])), "categories");
    assert_eq!(wrong(|draft| draft.works_with = vec!["x".repeat(41)]), "works_with[0]");
    let seven = "x\n".repeat(7);
    assert_eq!(wrong(|draft| draft.highlights = texts(&[("en", &"x".repeat(121))])), "highlights.en[0]");
    assert_eq!(wrong(|draft| draft.highlights = texts(&[("en", "1\n2"), ("de", "1")])), "highlights.de");
    let mut many = complete();
    many.highlights = texts(&[("en", &seven)]);
    assert_eq!(fields(&many.problems()), ["highlights.en"]);
    assert_eq!(
        wrong(|draft| drop(draft.certification.insert(Question::Incidents, "x".repeat(2_001)))),
        "certification.incidents"
    );
    assert_eq!(
        wrong(|draft| draft.service = Some(Service { events: Some("ftp://x".into()), ..Service::default() })),
        "service.events"
    );
}

#[test]
fn what_the_package_says_otherwise_is_named() {
    let mut draft = complete();
    draft.icon = "other.png".into();
    draft.pictures.push("two.png".into());
    draft.service = Some(Service { manual: true, ..Service::default() });
    let errors = draft.disagreements(&manifest());
    assert_eq!(fields(&errors), ["icon", "pictures", "service.manual"]);
    assert_eq!(errors[2].code, "differs-from-package");
}

#[test]
fn a_package_fills_what_is_not_written_and_changes_nothing_else() {
    let mut draft = ListingDraft { summary: texts(&[("en", "Mine.")]), ..ListingDraft::default() };
    draft.fill_from(&manifest());
    assert_eq!((draft.summary["en"].as_str(), draft.name["en"].as_str()), ("Mine.", "Notes"));
    assert_eq!((draft.icon.as_str(), draft.terms_url.as_str()), ("icon.png", "https://acme.example/terms"));
    assert_eq!(draft.pictures, ["one.png"]);
}

#[test]
fn a_listing_shows_what_is_written_beside_the_texts() {
    let draft = ListingDraft {
        highlights: texts(&[("en", " Fast \n\nSmall"), ("de", "Schnell\nKlein")]),
        works_with: vec!["Phones".into()],
        video: "https://acme.example/video".into(),
        ..complete()
    };
    let listing = draft.tidy().listing("Acme").unwrap();
    let lines: Vec<_> = listing.highlights.iter().map(|line| (line.get("en"), line.get("de"))).collect();
    assert_eq!(lines, [("Fast", "Schnell"), ("Small", "Klein")]);
    assert_eq!((listing.pictures, listing.works_with), (vec!["one.png".to_owned()], vec!["Phones".to_owned()]));
    assert_eq!(listing.video.as_deref(), Some("https://acme.example/video"));

    let mut filled = ListingDraft::default();
    let of = Manifest { listing: Listing { highlights: listing.highlights, ..manifest().listing }, ..manifest() };
    filled.fill_from(&of);
    assert_eq!(filled.highlights, texts(&[("en", "Fast\nSmall"), ("de", "Schnell\nKlein")]));
}

#[test]
fn spaces_are_no_texts_and_a_draft_is_read_as_it_was_written() {
    let typed = ListingDraft { name: texts(&[("en", " Notes\r\n"), ("de", "  ")]), ..complete() };
    let tidy = typed.tidy();
    assert_eq!(tidy.name, texts(&[("en", "Notes")]));
    let json = serde_json::to_string(&tidy).unwrap();
    assert_eq!(serde_json::from_str::<ListingDraft>(&json).unwrap(), tidy);
    assert!(serde_json::from_str::<ListingDraft>(r#"{"nmae":{}}"#).is_err());
}

/// The items with that standing.
fn standing(draft: &ListingDraft, manifest: &Manifest, wanted: Standing) -> Vec<CheckItem> {
    let all = draft.requirements(manifest).into_iter();
    all.filter(|(_, standing)| *standing == wanted).map(|(item, _)| item).collect()
}

#[test]
fn the_marketplace_asks_for_what_a_package_shows_or_its_publisher_confirms() {
    use CheckItem::{AccessibilityTried, ApiAccess, LifeCycleTried, OneClickInstall, PayAsYouGo, SingleSignOn, Trial};
    let (mut draft, mut own) = (complete(), manifest());
    assert_eq!(standing(&draft, &own, Standing::Met), [OneClickInstall, Trial, PayAsYouGo], "it is free");
    assert_eq!(standing(&draft, &own, Standing::Confirmed), [LifeCycleTried, AccessibilityTried]);
    assert_eq!(fields(&draft.lacking(&own)), ["checklist.api-access", "checklist.single-sign-on"]);

    for item in [ApiAccess, SingleSignOn] {
        draft.checklist.insert(item, Answer::NotApplicable);
    }
    assert_eq!(draft.lacking(&own), []);
    own.capabilities.push(Capability { access: Access::Kv, hosts: vec![], purpose: Localized::en("to count") });
    assert!(standing(&draft, &own, Standing::Confirmed).contains(&ApiAccess), "this is nothing of the help desk's");
    let scope = ServiceScope { scope: "tickets.view".parse().unwrap(), purpose: Localized::en("to show them") };
    let at = "https://app.acme.example/sign-in".to_owned();
    let (scopes, redirects) = (vec![scope], vec![at.clone()]);
    own.service = Some(Service { scopes, redirects, open: Some(at), manual: true, ..Service::default() });
    let met = standing(&draft, &own, Standing::Met);
    assert_eq!(met, [Trial, ApiAccess, SingleSignOn, PayAsYouGo]);
    assert_eq!(standing(&draft, &own, Standing::Confirmed)[0], OneClickInstall, "it is installed by hand");
    draft.checklist.insert(OneClickInstall, Answer::No);
    assert_eq!(fields(&draft.lacking(&own)), ["checklist.one-click-install"]);
}

#[test]
fn prices_say_themselves_whether_there_is_a_trial_and_no_commitment() {
    let plan = |model, trial_days| Plan {
        id: "team".parse().unwrap(),
        name: Localized::en("Team"),
        summary: None,
        model,
        price: 500,
        currency: crate::money::Currency::USD,
        trial_days,
    };
    let free = Plan { price: 0, ..plan(PlanModel::Free, 30) };
    for (plans, lacking) in [
        (vec![plan(PlanModel::Flat, 30)], vec![]),
        (vec![plan(PlanModel::PerUser, 29)], vec!["checklist.trial"]),
        (vec![free.clone(), plan(PlanModel::PerSeat, 0)], vec!["checklist.trial"]),
        (vec![plan(PlanModel::OneTime, 30)], vec!["checklist.pay-as-you-go"]),
        (vec![free, plan(PlanModel::OneTime, 30)], vec![]),
    ] {
        let own = Manifest { plans, ..manifest() };
        let mut draft = complete();
        draft
            .checklist
            .extend([CheckItem::ApiAccess, CheckItem::SingleSignOn].map(|item| (item, Answer::NotApplicable)));
        assert_eq!(fields(&draft.lacking(&own)), lacking, "{:?}", own.plans);
    }
}
