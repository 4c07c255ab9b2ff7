//! What the tests of the language add-ons share: a translation has exactly the keys of the English files, with the same
//! variables, and every plural form of its language.

use std::collections::{BTreeMap, BTreeSet};

use annex_sdk::language::Resource;
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource as Parsed, VariantKey},
    parser,
};

/// The texts of the panel: name of the resource and content.
const ENGLISH: [(&str, &str); 8] = [
    ("en.ftl", include_str!("../host/i18n/locales/en.ftl")),
    ("en-addons.ftl", include_str!("../host/i18n/locales/en-addons.ftl")),
    ("en-billing.ftl", include_str!("../host/i18n/locales/en-billing.ftl")),
    ("en-client-area.ftl", include_str!("../host/i18n/locales/en-client-area.ftl")),
    ("en-codes.ftl", include_str!("../host/i18n/locales/en-codes.ftl")),
    ("en-life.ftl", include_str!("../host/i18n/locales/en-life.ftl")),
    ("en-mail.ftl", include_str!("../host/i18n/locales/en-mail.ftl")),
    ("en-portal.ftl", include_str!("../host/i18n/locales/en-portal.ftl")),
];

/// The forms of English, by which a selection of a plural is told from other selections.
const ENGLISH_PLURALS: [&str; 2] = ["one", "other"];

/// Fails, naming each, when a key is missing or not in English, or when variables differ.
pub(crate) fn matches_english(resources: &[Resource]) {
    let mut problems = Vec::new();
    for (name, english) in ENGLISH {
        let Some(resource) = resources.iter().find(|resource| resource.name == name) else {
            problems.push(format!("{name}: there is no such resource"));
            continue;
        };
        let (english, own) = (variables(name, english), variables(name, &resource.fluent));
        for (key, wanted) in &english {
            match own.get(key) {
                None => problems.push(format!("{name}: `{key}` is missing")),
                Some(found) if found != wanted => {
                    problems.push(format!("{name}: `{key}` has the variables {found:?}, English has {wanted:?}"));
                }
                Some(_) => {}
            }
        }
        let extra = own.keys().filter(|key| !english.contains_key(*key));
        problems.extend(extra.map(|key| format!("{name}: `{key}` is not in English")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Fails, naming each, when a text that English selects by a plural lacks a form, or has a form the language has not.
pub(crate) fn has_plurals(resources: &[Resource], forms: &[&str]) {
    let forms: BTreeSet<_> = forms.iter().map(|form| (*form).to_owned()).collect();
    let mut problems = Vec::new();
    for (name, english) in ENGLISH {
        let own = resources.iter().find(|resource| resource.name == name).map_or("", |resource| &resource.fluent);
        let own = selections(name, own);
        for (key, selected) in selections(name, english) {
            if !selected.iter().all(|form| ENGLISH_PLURALS.contains(&form.as_str())) {
                continue;
            }
            if own.get(&key) != Some(&forms) {
                problems.push(format!("{name}: `{key}` has the forms {:?}, expected {forms:?}", own.get(&key)));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn parse<'a>(name: &str, fluent: &'a str) -> Parsed<&'a str> {
    parser::parse(fluent).unwrap_or_else(|(_, errors)| panic!("{name} is not valid Fluent: {errors:?}"))
}

/// Each message with its variables. A key that comes twice fails the test.
fn variables(name: &str, fluent: &str) -> BTreeMap<String, BTreeSet<String>> {
    collect(name, fluent, &|pattern, found| {
        walk(pattern, &mut |expression| {
            if let Seen::Variable(variable) = expression {
                found.insert(variable.to_owned());
            }
        })
    })
}

/// Each message that selects, with the keys of all its variants.
fn selections(name: &str, fluent: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = collect(name, fluent, &|pattern, found| {
        walk(pattern, &mut |expression| {
            if let Seen::Variant(variant) = expression {
                found.insert(variant.to_owned());
            }
        })
    });
    all.retain(|_, found| !found.is_empty());
    all
}

fn collect(
    name: &str,
    fluent: &str,
    look: &dyn Fn(&Pattern<&str>, &mut BTreeSet<String>),
) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for entry in &parse(name, fluent).body {
        match entry {
            Entry::Message(message) => {
                let mut found = BTreeSet::new();
                let attributes = message.attributes.iter().map(|attribute| &attribute.value);
                message.value.iter().chain(attributes).for_each(|pattern| look(pattern, &mut found));
                let before = all.insert(message.id.name.to_owned(), found);
                assert!(before.is_none(), "{name}: `{}` is there twice", message.id.name);
            }
            Entry::Junk { content } => panic!("{name} has a part that is not Fluent: {content}"),
            Entry::Term(_) | Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
        }
    }
    all
}

enum Seen<'a> {
    Variable(&'a str),
    Variant(&'a str),
}

fn walk(pattern: &Pattern<&str>, see: &mut dyn FnMut(Seen<'_>)) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            walk_expression(expression, see);
        }
    }
}

fn walk_expression(expression: &Expression<&str>, see: &mut dyn FnMut(Seen<'_>)) {
    match expression {
        Expression::Inline(inline) => walk_inline(inline, see),
        Expression::Select { selector, variants } => {
            walk_inline(selector, see);
            for variant in variants {
                let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
                see(Seen::Variant(name));
                walk(&variant.value, see);
            }
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, see: &mut dyn FnMut(Seen<'_>)) {
    match inline {
        InlineExpression::VariableReference { id } => see(Seen::Variable(id.name)),
        InlineExpression::Placeable { expression } => walk_expression(expression, see),
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| walk_inline(argument, see));
        }
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}
