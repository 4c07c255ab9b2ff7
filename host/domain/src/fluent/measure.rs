//! How deep the entries of a translation are nested, how deep they refer to each other, and how much each becomes when it is
//! formatted, but for the values that are put in.

use std::collections::HashMap;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};

use super::{DEEPEST, DEEPEST_REFERENCE, LONGEST_TEXT, MOST_PLACEABLES, TextError, segments::Segment};

/// A resource that was parsed.
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) segments: Vec<Segment<'a>>,
    pub(super) resource: Resource<&'a str>,
}

/// A value or an attribute of a message, or of a term.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Node<'a> {
    term: bool,
    name: &'a str,
    attribute: Option<&'a str>,
}

/// What a text becomes at most. A selector counts as well: it is formatted to be compared.
#[derive(Clone, Copy, Default)]
struct Size {
    bytes: usize,
    placeables: usize,
    /// References below it.
    references: usize,
}

impl Size {
    fn bytes(bytes: usize) -> Self {
        Self { bytes, ..Self::default() }
    }

    fn and(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            placeables: self.placeables.saturating_add(other.placeables),
            references: self.references.max(other.references),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.max(other.bytes),
            placeables: self.placeables.max(other.placeables),
            references: self.references.max(other.references),
        }
    }
}

enum Fault {
    Cycle,
    References,
}

/// Checks all entries of a translation: their resources share one space of names.
pub(super) fn check(files: &[File<'_>]) -> Result<(), TextError> {
    let mut walk = Walk { patterns: HashMap::new(), known: HashMap::new(), path: Vec::new() };
    let mut order = Vec::new();
    for file in files {
        for (node, pattern) in file.resource.body.iter().flat_map(patterns) {
            order.push((file, node, pattern));
            walk.patterns.entry(node).or_default().push(pattern);
        }
    }
    for (file, node, pattern) in order {
        let wrong = |code, message: String| Err(TextError::new(code, file.name, file.line(node), message));
        let name = file.shown(node);
        let depth = deepest(pattern);
        if depth > DEEPEST {
            return wrong("fluent-too-deep", format!("`{name}` is nested {depth} deep, at most {DEEPEST}"));
        }
        match walk.node(node) {
            Err(Fault::Cycle) => return wrong("fluent-cycle", format!("`{name}` refers to itself in a circle")),
            Err(Fault::References) => {
                let message = format!("the references of `{name}` lead on more than {DEEPEST_REFERENCE} times");
                return wrong("fluent-references", message);
            }
            Ok(size) if size.bytes > LONGEST_TEXT => {
                let message = format!("`{name}` becomes {} bytes when it is formatted, at most 16 KiB", size.bytes);
                return wrong("fluent-too-long", message);
            }
            Ok(size) if size.placeables > MOST_PLACEABLES => {
                let message = format!("`{name}` puts in {} values, at most {MOST_PLACEABLES}", size.placeables);
                return wrong("fluent-too-many-values", message);
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

impl File<'_> {
    fn line(&self, node: Node<'_>) -> usize {
        let is_it = |segment: &&Segment<'_>| match segment.name.strip_prefix('-') {
            Some(term) => node.term && term == node.name,
            None => !node.term && segment.name == node.name,
        };
        self.segments.iter().find(is_it).map_or(1, |segment| segment.line)
    }

    fn shown(&self, node: Node<'_>) -> String {
        let dash = if node.term { "-" } else { "" };
        let attribute = node.attribute.map(|name| format!(".{name}")).unwrap_or_default();
        format!("{dash}{}{attribute}", node.name)
    }
}

/// The value and the attributes of an entry.
fn patterns<'e, 'a>(entry: &'e Entry<&'a str>) -> Vec<(Node<'a>, &'e Pattern<&'a str>)> {
    let (term, name, value, attributes) = match entry {
        Entry::Message(message) => (false, message.id.name, message.value.as_ref(), &message.attributes),
        Entry::Term(term) => (true, term.id.name, Some(&term.value), &term.attributes),
        Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => {
            return Vec::new();
        }
    };
    let own = value.map(|value| (Node { term, name, attribute: None }, value));
    let attributes =
        attributes.iter().map(|attribute| (Node { term, name, attribute: Some(attribute.id.name) }, &attribute.value));
    own.into_iter().chain(attributes).collect()
}

/// Levels of braces and calls. Recurses as deep as the text is nested, which the number of its brackets bounds.
fn deepest(pattern: &Pattern<&str>) -> usize {
    let of = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { .. } => 0,
        PatternElement::Placeable { expression } => 1 + deepest_expression(expression),
    };
    pattern.elements.iter().map(of).max().unwrap_or_default()
}

fn deepest_expression(expression: &Expression<&str>) -> usize {
    match expression {
        Expression::Inline(inline) => deepest_inline(inline),
        Expression::Select { selector, variants } => {
            let variants = variants.iter().map(|variant| deepest(&variant.value)).max();
            deepest_inline(selector).max(variants.unwrap_or_default())
        }
    }
}

fn deepest_inline(inline: &InlineExpression<&str>) -> usize {
    let call = |arguments: &CallArguments<&str>| 1 + arguments.positional.iter().map(deepest_inline).max().unwrap_or(0);
    match inline {
        InlineExpression::Placeable { expression } => 1 + deepest_expression(expression),
        InlineExpression::FunctionReference { arguments, .. } => call(arguments),
        InlineExpression::TermReference { arguments, .. } => arguments.as_ref().map_or(0, call),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::VariableReference { .. } => 0,
    }
}

/// Marks around a value in right-to-left languages.
const ISOLATION: usize = 6;
/// A digit of another script, with what groups it.
const WIDEST_DIGIT: usize = 8;

struct Walk<'e, 'a> {
    /// Of an entry that comes twice: both, since which one counts is the formatter's affair.
    patterns: HashMap<Node<'a>, Vec<&'e Pattern<&'a str>>>,
    known: HashMap<Node<'a>, Size>,
    /// From where the walk began to where it is.
    path: Vec<Node<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn node(&mut self, node: Node<'a>) -> Result<Size, Fault> {
        let depth = self.path.len();
        if self.path.contains(&node) {
            return Err(Fault::Cycle);
        }
        if let Some(known) = self.known.get(&node) {
            return if depth + known.references > DEEPEST_REFERENCE { Err(Fault::References) } else { Ok(*known) };
        }
        if depth > DEEPEST_REFERENCE {
            return Err(Fault::References);
        }
        self.path.push(node);
        let mut size = Size::default();
        for pattern in self.patterns.get(&node).cloned().unwrap_or_default() {
            size = size.or(self.pattern(pattern)?);
        }
        self.path.pop();
        self.known.insert(node, size);
        Ok(size)
    }

    fn pattern(&mut self, pattern: &Pattern<&'a str>) -> Result<Size, Fault> {
        let mut size = Size::default();
        for element in &pattern.elements {
            size = size.and(match element {
                PatternElement::TextElement { value } => Size::bytes(value.len()),
                PatternElement::Placeable { expression } => {
                    let own = Size { bytes: ISOLATION, placeables: 1, references: 0 };
                    own.and(self.expression(expression)?)
                }
            });
        }
        Ok(size)
    }

    fn expression(&mut self, expression: &Expression<&'a str>) -> Result<Size, Fault> {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                let mut largest = Size::default();
                for variant in variants {
                    largest = largest.or(self.pattern(&variant.value)?);
                }
                Ok(self.inline(selector)?.and(largest))
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'a str>) -> Result<Size, Fault> {
        // A name in braces is shown for what is not there.
        let shown = |name: &str| Size::bytes(name.len() + 4);
        let referred = |size: Size| Size { references: size.references + 1, ..size };
        Ok(match inline {
            InlineExpression::StringLiteral { value } => Size::bytes(value.len()),
            InlineExpression::NumberLiteral { value } => Size::bytes(value.len() * WIDEST_DIGIT),
            InlineExpression::VariableReference { id } => shown(id.name),
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                let there = self.node(Node { term: false, name: id.name, attribute })?;
                referred(there.or(shown(id.name)))
            }
            InlineExpression::TermReference { id, attribute, arguments } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                let there = self.node(Node { term: true, name: id.name, attribute })?;
                referred(there.or(shown(id.name))).and(self.arguments(arguments.as_ref())?)
            }
            InlineExpression::FunctionReference { id, arguments } => {
                shown(id.name).and(self.arguments(Some(arguments))?)
            }
            InlineExpression::Placeable { expression } => self.expression(expression)?,
        })
    }

    fn arguments(&mut self, arguments: Option<&CallArguments<&'a str>>) -> Result<Size, Fault> {
        let mut size = Size::default();
        let Some(arguments) = arguments else { return Ok(size) };
        for argument in &arguments.positional {
            size = size.and(self.inline(argument)?);
        }
        for argument in &arguments.named {
            size = size.and(self.inline(&argument.value)?);
        }
        Ok(size)
    }
}
