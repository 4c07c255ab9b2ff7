//! The messages of a resource, for whoever compares a translation with the texts that it translates.

use std::collections::BTreeSet;

use fluent_syntax::ast::{self, CallArguments, Expression, InlineExpression, Pattern, PatternElement};

use super::{TextError, parse};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its name.
    pub key: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// The values that are put into its text and its attributes, without `$`.
    pub variables: BTreeSet<String>,
}

/// The messages in `text`, in their order; one that is there twice, twice. What is misspelt is left out.
///
/// # Errors
/// As [`super::readable`].
pub fn messages(file: &str, text: &str) -> Result<Vec<Message>, TextError> {
    let parsed = parse(file, text)?;
    // Whatever was parsed begins with a line that begins a segment, and both are in the order of the text.
    let mut segments = parsed.segments.iter();
    let mut found = Vec::new();
    for entry in &parsed.resource.body {
        let ast::Entry::Message(message) = entry else { continue };
        let line = segments.find(|segment| segment.name == message.id.name).map_or(1, |segment| segment.line);
        let mut variables = BTreeSet::new();
        let attributes = message.attributes.iter().map(|attribute| &attribute.value);
        message.value.iter().chain(attributes).for_each(|text| of_pattern(text, &mut variables));
        found.push(Message { key: message.id.name.to_owned(), line, variables });
    }
    Ok(found)
}

/// Recurses as deep as the text is nested, which the number of its brackets bounds.
fn of_pattern(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, found);
        }
    }
}

fn of_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, found),
        Expression::Select { selector, variants } => {
            of_inline(selector, found);
            variants.iter().for_each(|variant| of_pattern(&variant.value, found));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::FunctionReference { arguments, .. } => of_arguments(arguments, found),
        InlineExpression::TermReference { arguments, .. } => {
            arguments.iter().for_each(|arguments| of_arguments(arguments, found));
        }
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => of_expression(expression, found),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. } => {}
    }
}

fn of_arguments(arguments: &CallArguments<&str>, found: &mut BTreeSet<String>) {
    let named = arguments.named.iter().map(|argument| &argument.value);
    arguments.positional.iter().chain(named).for_each(|argument| of_inline(argument, found));
}
