//! The refusals of the security design's section "Package and signature" that are decided here, one by one, and
//! properties that hold for any bytes. `craft` builds packages that break exactly one rule.

mod archive;
mod craft;
mod manifest;
mod operations;
mod proof;
mod properties;

use std::collections::BTreeSet;

use craft::Case;

use crate::Refusal;

fn run(cases: Vec<Case>) {
    for case in cases {
        match crate::verify(case.bytes.into(), &case.trust) {
            Ok(_) => panic!("{} ({}) was accepted", case.code, case.what),
            Err(refusal) => assert_eq!(refusal.code(), case.code, "{}: {refusal}", case.what),
        }
    }
}

#[test]
fn what_the_crafted_packages_are_made_from_is_accepted() {
    let package = crate::verify(craft::package(&craft::entries()).into(), &craft::trust()).unwrap();
    assert_eq!(package.manifest().id.as_str(), "acme.hello");
    assert_eq!(package.asset("assets/notes.txt").unwrap().as_ref(), b"hello\n");
    assert_eq!(package.component().as_ref(), craft::COMPONENT);
}

#[test]
fn every_code_has_a_test() {
    let mut tested: BTreeSet<&str> =
        [archive::cases(), manifest::cases(), proof::cases()].iter().flatten().map(|case| case.code).collect();
    tested.extend(operations::CODES);
    let all: BTreeSet<&str> = Refusal::CODES.iter().copied().collect();
    assert_eq!(all.difference(&tested).collect::<Vec<_>>(), Vec::<&&str>::new(), "codes without a test");
    assert_eq!(tested.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new(), "tests of codes that do not exist");
}
