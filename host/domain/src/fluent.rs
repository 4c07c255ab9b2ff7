//! Bounds on Fluent texts that others wrote. The parser recurses without a limit, and what is small when it is written can
//! be large when it is formatted: so a text is measured before it is parsed ([`segments`]), and what comes of it before
//! anything is formatted ([`measure`]).
//!
//! The same check stands in `annex addon check`, at intake, when a language is activated, and over what is stored already.

mod measure;
mod messages;
mod segments;

use std::panic::{AssertUnwindSafe, catch_unwind};

use fluent_syntax::{ast, parser};

pub use self::messages::{Message, messages};
use self::segments::Segment;

/// Bytes of one resource.
pub const LARGEST_RESOURCE: usize = 512 << 10;
/// Messages and terms of one resource. The panel has 1,400.
pub const MOST_MESSAGES: usize = 3_000;
/// Bytes of one message as it is written, with its attributes.
pub const LARGEST_MESSAGE: usize = 16 << 10;
/// Braces and calls within each other: three plural forms within each other need 4.
pub const DEEPEST: usize = 8;
/// References to references, such as of a message to a term to a term.
pub const DEEPEST_REFERENCE: usize = 4;
/// Bytes of one formatted text.
pub const LONGEST_TEXT: usize = 16 << 10;
/// Placeables of one formatted text: where Fluent itself gives up.
pub const MOST_PLACEABLES: usize = 100;
/// Opening brackets of one message: bounds how deep the parser recurses, whatever it makes of them. The test
/// `the_parser_has_room_for_the_deepest_text` shows what that needs.
const MOST_BRACKETS: usize = 100;

/// A text that is not taken, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct TextError {
    /// A stable word for programs.
    pub code: &'static str,
    /// The resource.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl TextError {
    fn new(code: &'static str, file: &str, line: usize, message: String) -> Self {
        Self { code, file: file.into(), line, message }
    }

    /// True unless the text is merely misspelt: what cannot be read of it is left out, and harms nobody.
    #[must_use]
    pub fn is_harmful(&self) -> bool {
        self.code != SYNTAX
    }
}

const SYNTAX: &str = "fluent-syntax";

/// Checks the resources of one translation, each with its name: every bound, and that all of it can be read.
///
/// # Errors
/// The first place that breaks a rule. Misspellings come last, so that an error that is not harmful is the only kind.
pub fn check<'a>(resources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), TextError> {
    let mut misspelt = None;
    let mut parsed = Vec::new();
    for (file, text) in resources {
        let Parsed { segments, resource, error } = parse(file, text)?;
        misspelt = misspelt.or(error);
        parsed.push(measure::File { name: file, segments, resource });
    }
    measure::check(&parsed)?;
    misspelt.map_or(Ok(()), Err)
}

/// Whether `text` can be handed to the parser: it neither overflows the stack nor panics there. What is misspelt is fine.
///
/// # Errors
/// The rule that it breaks.
pub fn readable(file: &str, text: &str) -> Result<(), TextError> {
    parse(file, text).map(drop)
}

struct Parsed<'a> {
    segments: Vec<Segment<'a>>,
    resource: ast::Resource<&'a str>,
    /// The first misspelling.
    error: Option<TextError>,
}

fn parse<'a>(file: &str, text: &'a str) -> Result<Parsed<'a>, TextError> {
    let segments = before_parsing(file, text)?;
    // The parser cuts some misspelt escapes in the middle of a character, and panics.
    let parsed = catch_unwind(AssertUnwindSafe(|| parser::parse(text)));
    let (resource, errors) = match parsed {
        Ok(Ok(resource)) => (resource, Vec::new()),
        Ok(Err((resource, errors))) => (resource, errors),
        Err(_) => {
            let line = text.lines().position(has_cut_escape).unwrap_or_default() + 1;
            let message = "an escape such as \\u00e9 needs hexadecimal digits".into();
            return Err(TextError::new("fluent-escape", file, line, message));
        }
    };
    let error = errors.first().map(|error| {
        // Where the entry begins: a mistake is often noticed lines later.
        let start = error.slice.as_ref().unwrap_or(&error.pos).start;
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        TextError::new(SYNTAX, file, line, error.to_string())
    });
    Ok(Parsed { segments, resource, error })
}

fn before_parsing<'a>(file: &str, text: &'a str) -> Result<Vec<Segment<'a>>, TextError> {
    if text.len() > LARGEST_RESOURCE {
        let message = format!("a resource has {} bytes, at most 512 KiB are allowed", text.len());
        return Err(TextError::new("fluent-too-large", file, 1, message));
    }
    let segments = segments::of(text);
    if let Some(segment) = segments.get(MOST_MESSAGES) {
        let message = format!("a resource has at most {MOST_MESSAGES} messages and terms");
        return Err(TextError::new("fluent-too-many", file, segment.line, message));
    }
    for Segment { name, line, bytes, brackets, depth } in &segments {
        if *bytes > LARGEST_MESSAGE {
            let message = format!("`{name}` has {bytes} bytes, at most 16 KiB are allowed");
            return Err(TextError::new("fluent-message-too-large", file, *line, message));
        }
        if *brackets > MOST_BRACKETS {
            let code = if *depth > DEEPEST { "fluent-too-deep" } else { "fluent-too-many-brackets" };
            let message =
                format!("`{name}` opens {brackets} brackets: at most {MOST_BRACKETS}, and {DEEPEST} within each other");
            return Err(TextError::new(code, file, *line, message));
        }
    }
    Ok(segments)
}

/// An escape whose digits end at a character outside of ASCII.
fn has_cut_escape(line: &str) -> bool {
    let ends_so = |(rest, digits): (&str, usize)| {
        let end = rest.char_indices().take(digits).find(|(_, c)| !c.is_ascii_hexdigit());
        end.is_some_and(|(_, c)| !c.is_ascii())
    };
    let after = |mark: &'static str, digits: usize| line.split(mark).skip(1).map(move |rest| (rest, digits));
    after("\\u", 4).chain(after("\\U", 6)).any(ends_so)
}

#[cfg(test)]
mod tests;
