//! What an operator may send.

use super::*;
use crate::settings::FieldError;

/// A form with one field of each kind, a list with a further page, a sortable table, and some buttons.
fn panel() -> View {
    let choice = |value: &str, disabled| Choice { value: value.into(), label: value.into(), hint: None, disabled };
    let required = Field { required: true, on_change: Some("typed".into()), ..field("name") };
    let name = TextInput {
        field: required,
        min_len: 2,
        max_len: 5,
        pattern: Some("[a-z]+".into()),
        ..text_input("name", TextKind::Line)
    };
    let mut form = section(
        "form",
        vec![
            Block::TextInput(name),
            Block::TextInput(text_input("mail", TextKind::Email)),
            Block::NumberInput(NumberInput {
                field: field("n"),
                value: None,
                min: Some(1.0),
                max: Some(3.0),
                step: Some(0.5),
            }),
            Block::ChoiceInput(ChoiceInput {
                field: field("c"),
                style: ChoiceStyle::Checks,
                choices: vec![choice("a", false), choice("b", true)],
                selected: vec![],
                multiple: true,
                lookup: Some("find".into()),
            }),
            Block::Toggle(Toggle { field: Field { disabled: true, ..field("t") }, on: false }),
            Block::DateInput(DateInput {
                field: field("d"),
                kind: DateKind::Date,
                value: None,
                min: Some("2026-01-01".into()),
                max: None,
            }),
            Block::Actions(vec![action("save", Intent::Submit("save".into()))]),
        ],
    );
    form.is_form = true;
    let page = Some(Page { next: Some("p2".into()), prev: None, total: None, verb: "more".into() });
    let off = Action { disabled_reason: Some("not now".into()), ..action("off", Intent::Invoke("go".into())) };
    let buttons = vec![action("go", Intent::Invoke("go".into())), off, action("copy", Intent::Copy("x".into()))];
    let rest = vec![Block::Items(ItemList { page, ..list(1) }), Block::Table(table(1)), Block::Actions(buttons)];
    validate_view(view(vec![form, section("rest", rest)]), &[]).unwrap().into_view()
}

fn event(verb: &str, source: &str) -> Event {
    Event { verb: verb.into(), source: source.into(), args: vec![], values: vec![], cursor: None, state: vec![] }
}

fn text(field: &str, value: &str) -> Entry {
    Entry { field: field.into(), value: Value::Text(value.into()) }
}

fn codes(errors: &[FieldError]) -> Vec<(&str, &str)> {
    errors.iter().map(|error| (error.field.as_str(), error.code)).collect()
}

#[track_caller]
fn wrong(values: Vec<Entry>, expected: &[(&str, &str)]) {
    let errors = check_values(&panel(), "form", &values).unwrap_err();
    assert_eq!(codes(&errors), expected);
}

#[test]
fn only_what_the_view_offers_can_be_sent() {
    let panel = panel();
    check_event(&panel, &event("go", "go")).unwrap();
    for (verb, source) in [("go", "off"), ("x", "go"), ("copy", "copy"), ("go", "nowhere"), ("typed", "mail")] {
        let refused = check_event(&panel, &event(verb, source));
        assert!(matches!(refused, Err(EventError::NotOffered { .. })), "{verb} {source}: {refused:?}");
    }
}

#[test]
fn what_a_view_gives_along_is_the_views() {
    let args = vec![FieldValue { field: "row".into(), value: "7".into() }];
    let button = Action { args: args.clone(), ..action("go", Intent::Invoke("go".into())) };
    let shown = view(vec![section("s", vec![Block::Actions(vec![button]), Block::Deferred(deferred("load"))])]);
    let forged = Event { args: vec![FieldValue { field: "row".into(), value: "8".into() }], ..event("go", "go") };
    check_event(&shown, &forged).unwrap();
    assert_eq!(arguments(&shown, &forged), args);
    // The second node of the section is the part to come.
    check_event(&shown, &event("load", "s-1")).unwrap();
    assert_eq!(arguments(&shown, &event("load", "s-1")), deferred("load").args);
    assert!(check_event(&shown, &event("load", "s-0")).is_err());
    assert!(arguments(&shown, &event("other", "go")).is_empty());
}

#[test]
fn cursors_are_those_of_the_list() {
    let panel = panel();
    let paged = |cursor: &str| Event { cursor: Some(cursor.into()), ..event("more", "list") };
    check_event(&panel, &paged("p2")).unwrap();
    assert!(check_event(&panel, &paged("p3")).is_err());
    assert!(check_event(&panel, &event("more", "list")).is_err());
}

#[test]
fn tables_are_sorted_by_their_sortable_columns() {
    let panel = panel();
    let by = |column: &str| Event {
        values: vec![text("column", column), Entry { field: "descending".into(), value: Value::Flag(true) }],
        ..event("sort", "table")
    };
    check_event(&panel, &by("a")).unwrap();
    assert!(check_event(&panel, &by("b")).is_err());
    assert!(check_event(&panel, &event("sort", "table")).is_err());
}

#[test]
fn a_form_is_checked_as_a_whole_when_it_is_sent() {
    let panel = panel();
    let sent = |values| check_event(&panel, &Event { values, ..event("save", "save") });
    assert_eq!(sent(vec![text("name", "anna")]), Ok(()));
    let Err(EventError::Fields(errors)) = sent(vec![]) else { panic!("the name is missing") };
    assert_eq!(codes(&errors), [("name", "required")]);
}

#[test]
fn half_a_form_may_be_incomplete_on_a_change() {
    let panel = panel();
    let typed = |values| check_event(&panel, &Event { values, ..event("typed", "name") });
    assert_eq!(typed(vec![text("name", "a")]), Ok(()));
    assert!(typed(vec![text("name", "much too long")]).is_err());
    assert!(matches!(typed(vec![text("other", "x")]), Err(EventError::Fields(_))));
}

#[test]
fn a_lookup_sends_what_was_typed() {
    let panel = panel();
    let find = |values| check_event(&panel, &Event { values, ..event("find", "c") });
    assert_eq!(find(vec![text("c", "ann")]), Ok(()));
    assert!(find(vec![text("c", &"x".repeat(301))]).is_err());
    assert!(find(vec![text("mail", "ann")]).is_err());
}

#[test]
fn every_rule_of_a_field_has_its_code() {
    let name = || text("name", "anna");
    let number = |n| Entry { field: "n".into(), value: Value::Number(n) };
    wrong(vec![text("name", "a")], &[("name", "too-short")]);
    wrong(vec![text("name", "annabel")], &[("name", "too-long")]);
    wrong(vec![text("name", "ANNA")], &[("name", "pattern")]);
    wrong(vec![text("name", "an\u{7}a")], &[("name", "control-character")]);
    wrong(vec![name(), name()], &[("name", "repeated")]);
    wrong(vec![name(), text("mail", "anna")], &[("mail", "not-an-email")]);
    wrong(vec![name(), number(0.5)], &[("n", "too-low")]);
    wrong(vec![name(), number(9.0)], &[("n", "too-high")]);
    wrong(vec![name(), number(1.2)], &[("n", "step")]);
    wrong(vec![name(), number(f64::NAN)], &[("n", "not-a-number")]);
    wrong(vec![name(), text("n", "two")], &[("n", "not-a-number")]);
    wrong(vec![name(), text("d", "2025-12-31")], &[("d", "too-early")]);
    wrong(vec![name(), text("d", "soon")], &[("d", "not-a-date")]);
    wrong(vec![name(), text("c", "a")], &[("c", "wrong-type")]);
    wrong(vec![name(), text("other", "x")], &[("other", "unknown")]);
    let on = Entry { field: "t".into(), value: Value::Flag(true) };
    wrong(vec![name(), on], &[("t", "disabled")]);
    let many = Entry { field: "c".into(), value: Value::Many(vec!["x".repeat(600)]) };
    wrong(vec![name(), many], &[("c", "not-a-choice")]);
}

#[test]
fn what_does_not_match_is_answered_with_the_hint_of_the_field() {
    let hinted = Field { hint: Some("Drei Buchstaben, etwa abc.".into()), ..field("code") };
    let code = TextInput { field: hinted, pattern: Some("[a-z]{3}".into()), ..text_input("code", TextKind::Line) };
    let mut form = section("form", vec![Block::TextInput(code)]);
    form.is_form = true;
    let panel = validate_view(view(vec![form]), &[]).unwrap().into_view();
    let errors = check_values(&panel, "form", &[text("code", "12")]).unwrap_err();
    assert_eq!(errors, [FieldError::new("code", "not-as-hinted", "Drei Buchstaben, etwa abc.")]);
    assert_eq!(check_values(&panel, "form", &[text("code", "abc")]), Ok(()));
}
