//! What a mail says: subject, greeting, what happened, amounts, what to do next, and where. The same content becomes HTML
//! and plain text; `kinds` says what each kind of mail tells.

mod kinds;
mod publishers;

use std::sync::LazyLock;

use annex_domain::{
    mail::{MailFacts, MailInvoice},
    operator::{Desk, Operator},
};
use annex_i18n::Translator;
use askama::Template;
use css_inline::CSSInliner;
use url::Url;

use crate::error::MailError;

/// Mail programs know little CSS, and many drop `<style>`: rules become `style` attributes.
static INLINER: LazyLock<CSSInliner<'static>> =
    LazyLock::new(|| CSSInliner::options().load_remote_stylesheets(false).keep_style_tags(false).build());

/// A mail that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// BCP 47.
    pub language: String,
    /// One line.
    pub subject: String,
    /// A whole document with its styles in the elements.
    pub html: String,
    /// Plain text, lines of any length.
    pub text: String,
}

/// For whom a mail is written.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// In the reader's language.
    pub t: &'a Translator,
    /// Whose help desk it is.
    pub desk: &'a Desk,
    /// Who reads it; none when the address belongs to nobody of the desk.
    pub operator: Option<&'a Operator>,
    /// Where browsers reach the host.
    pub host_url: &'a Url,
    /// Where they reach the desk.
    pub desk_url: &'a Url,
    /// What only the mail itself says, such as the end of a link; none for the copy that stays in the outbox.
    pub secret: Option<&'a str>,
}

/// What a mail says, in the reader's words.
#[derive(Debug, Default)]
struct Content {
    subject: String,
    /// What happened, a paragraph each.
    happened: Vec<String>,
    /// What belongs to it: label and value.
    facts: Vec<(String, String)>,
    /// Lines of an invoice.
    invoice: Option<Table>,
    /// What to do next, a paragraph each.
    next: Vec<String>,
    /// Where to do it: text and address.
    action: Option<(String, String)>,
}

/// The lines of an invoice, as shown.
#[derive(Debug)]
struct Table {
    lines: Vec<Line>,
    total: String,
}

#[derive(Debug)]
struct Line {
    text: String,
    period: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    t: &'a Translator,
    greeting: &'a str,
    footer: &'a str,
    content: &'a Content,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct Plain<'a> {
    t: &'a Translator,
    greeting: &'a str,
    footer: &'a str,
    content: &'a Content,
}

impl Letter {
    /// Writes the mail that tells `facts`.
    ///
    /// # Errors
    /// [`MailError::Template`].
    pub fn write(reader: &Reader<'_>, facts: &MailFacts) -> Result<Self, MailError> {
        let t = reader.t;
        let content = reader.content(facts);
        let greeting = match reader.operator {
            Some(operator) => t.with("mail-greeting", &[("name", &one_line(&operator.name))]),
            None => t.get("mail-greeting-nobody"),
        };
        let footer = t.with("mail-footer", &[("desk", &one_line(&reader.desk.name))]);
        let (greeting, footer, content) = (greeting.as_str(), footer.as_str(), &content);
        let failed = |error: askama::Error| MailError::Template(error.to_string());
        let html = Html { t, greeting, footer, content }.render().map_err(failed)?;
        let text = Plain { t, greeting, footer, content }.render().map_err(failed)?;
        Ok(Self {
            language: t.code().to_owned(),
            // Marks of direction that the translation put around names stay.
            subject: content.subject.replace(char::is_control, " "),
            html: INLINER.inline(&html).map_err(|error| MailError::Template(error.to_string()))?,
            // askama cuts the last line break of a template off.
            text: format!(
                "{text}
"
            ),
        })
    }
}

impl Reader<'_> {
    /// An address of the desk.
    fn link(&self, path: &str) -> String {
        link(self.desk_url, path)
    }

    /// An address of what belongs to no desk: the client area, and what publishers have.
    fn host_link(&self, path: &str) -> String {
        link(self.host_url, path)
    }

    fn table(&self, invoice: &MailInvoice) -> Option<Table> {
        let lines = invoice.lines.iter().map(|line| {
            let named = one_line(&line.description);
            let description = self.t.with(&format!("invoice-line-{}", line.kind), &[("name", &named)]);
            let from = self.t.day(line.from);
            Line {
                text: match line.quantity {
                    1 => description,
                    quantity => self.t.with("mail-line", &[("description", &description), ("quantity", &quantity)]),
                },
                period: match line.to {
                    // The day after the last one is nothing that people count with.
                    Some(to) => {
                        let last = to.yesterday().unwrap_or(to);
                        self.t.with("mail-period", &[("from", &from), ("to", &self.t.day(last))])
                    }
                    None => from,
                },
                amount: self.t.money(line.amount),
            }
        });
        let lines: Vec<Line> = lines.collect();
        (!lines.is_empty()).then(|| Table { lines, total: self.t.money(invoice.total) })
    }
}

fn link(base: &Url, path: &str) -> String {
    base.join(path).map_or_else(|_| base.to_string(), String::from)
}

/// Texts of publishers, banks and operators: on one line, without characters that change how what follows is read.
fn one_line(text: &str) -> String {
    let harmless = |c: char| match c {
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => None,
        c => Some(c),
    };
    let text: String = text.chars().filter_map(harmless).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
