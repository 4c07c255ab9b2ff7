//! What is entered, as it is meant: each kind with what it refuses.

use super::*;

fn setting(key: &str, kind: SettingKind) -> Setting {
    Setting { required: true, ..Setting::new(key, kind) }
}

fn entered(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

#[test]
fn names_every_wrong_field_at_once() {
    let schema = [setting("sub", SettingKind::Subdomain), setting("n", SettingKind::Number)];
    let errors = check(&schema, &entered(&[("sub", "a.b"), ("x", "1")]), &[]).unwrap_err();
    let codes: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(codes, [("x", "unknown"), ("sub", "not-a-subdomain"), ("n", "required")]);
}

#[test]
fn several_lines_and_several_choices_are_kept_as_they_were_meant() {
    let note = setting("note", SettingKind::Lines);
    assert_eq!(note.parse("one\ntwo"), Ok(SettingValue::Text("one\ntwo".into())));
    assert_eq!(note.parse("one\ttwo").unwrap_err().code, "control-character");
    assert_eq!(setting("name", SettingKind::Text).parse("one\ntwo").unwrap_err().code, "control-character");
    let choice = |value: &str| Choice { value: value.into(), label: Localized::en(value) };
    let mut sizes = Setting { choices: ["s", "m", "l"].map(choice).into(), ..setting("sizes", SettingKind::Choices) };
    let many = |values: &[&str]| Ok(SettingValue::Many(values.iter().map(|value| (*value).into()).collect()));
    assert_eq!(sizes.parse("l\n s\n\nl"), many(&["s", "l"]));
    assert_eq!(sizes.parse("l\nx").unwrap_err().code, "not-a-choice");
    assert_eq!(sizes.parse("l\ns").unwrap().to_string(), "s\nl");
    (sizes.choices, sizes.choices_from) = (vec![], Some(ChoicesFrom::Addon));
    assert_eq!(sizes.parse("z\nx"), many(&["z", "x"]), "only the add-on knows them");
    let stored: SettingValue = serde_json::from_str(r#"["s","l"]"#).unwrap();
    assert_eq!(Ok(stored), many(&["s", "l"]));
}

#[test]
fn a_host_is_entered_by_its_name_or_address() {
    let shop = setting("shop", SettingKind::Host);
    for entered in ["Shop.example.com", "https://shop.example.com/"] {
        assert_eq!(shop.parse(entered), Ok(SettingValue::Text("shop.example.com".into())), "{entered}");
    }
    for bad in ["shop", "http://shop.example.com", "https://shop.example.com/a", "127.0.0.1", "shop.example.com:444"] {
        assert_eq!(shop.parse(bad).unwrap_err().code, "not-a-host", "{bad}");
    }
}

#[test]
fn what_is_not_shown_is_not_needed_and_stays_as_it_is() {
    let on = Setting { required: false, ..setting("on", SettingKind::Toggle) };
    let show_if = Some(ShowIf { setting: "on".into(), is: vec!["true".into()] });
    let schema = [on, Setting { show_if, ..setting("size", SettingKind::Number) }];
    let off = check(&schema, &entered(&[("size", "large")]), &[]).unwrap();
    assert_eq!(off.into_iter().collect::<Vec<_>>(), [("on".to_owned(), Some(SettingValue::Flag(false)))]);
    let wrong = check(&schema, &entered(&[("on", "on"), ("size", "large")]), &[]).unwrap_err();
    assert_eq!(wrong[0].code, "not-a-number");
    assert_eq!(check(&schema, &entered(&[("on", "true")]), &[]).unwrap_err()[0].code, "required");
}

#[test]
fn a_pattern_is_explained_in_the_authors_words() {
    let mut key = setting("key", SettingKind::Secret);
    key.pattern = Some("[0-9]{6}".into());
    let said = |key: &Setting| key.parse("12").unwrap_err();
    assert_eq!((said(&key).code, said(&key).message.contains("[0-9]{6}")), ("pattern", true));
    key.pattern_message = Some(Localized::en("The key has six digits."));
    assert_eq!((said(&key).code, said(&key).message.as_str()), ("pattern", "The key has six digits."));
    assert!(key.parse("123456").is_ok());
}

#[test]
fn a_key_is_refused_by_status_or_by_an_error_in_the_answer() {
    let check = |error: Option<&str>| KeyCheck {
        url: "https://{shop}.example.com/api?limit=1".into(),
        auth: KeyPlace::Query("token".into()),
        error: error.map(Into::into),
    };
    let upsales = check(Some("/error"));
    assert!(upsales.refuses(401, b"") && upsales.refuses(403, b"{}"));
    assert!(upsales.refuses(200, br#"{"error":{"key":"InvalidToken"},"data":null}"#));
    assert!(!upsales.refuses(200, br#"{"error":null,"data":[]}"#) && !upsales.refuses(200, b"<html>"));
    assert!(!check(None).refuses(200, br#"{"error":1}"#));
    for status in [302, 404, 422, 429, 500] {
        assert!(!upsales.refuses(status, br#"{"error":1}"#), "{status}");
    }
    assert_eq!((upsales.host(), upsales.label()), ("{shop}.example.com", Some("shop")));
    assert_eq!(upsales.url_with(Some("acme")), "https://acme.example.com/api?limit=1");
}

#[test]
fn an_empty_secret_keeps_the_stored_one() {
    let schema = [setting("key", SettingKind::Secret)];
    assert_eq!(check(&schema, &entered(&[("key", "")]), &["key".into()]), Ok(BTreeMap::new()));
    assert!(check(&schema, &entered(&[]), &[]).is_err());
}
