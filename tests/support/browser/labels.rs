//! Forms as people read them: fields by their labels, buttons by their texts.

use scraper::{ElementRef, Html, Selector};

use super::{Browser, Page, find, inputs, words};

impl Browser {
    /// Fills in fields by their labels and presses the button whose text begins so, in the first form that has all of them. Choices
    /// are made by what they are called; the value of a tick does not matter.
    pub(crate) async fn fill(&self, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
        let request = {
            let html = Html::parse_document(&page.html);
            let mut forms = find(&html, "form").filter(|form| has_button(form, button));
            let found = forms.find_map(|form| labelled(&form, fields).map(|values| (form, values)));
            let (form, values) =
                found.unwrap_or_else(|| panic!("no {button:?} with {fields:?} on {}:\n{}", page.url, page.text()));
            let values: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.sent(page, &form, &values, Some(button))
        };
        self.show(request).await
    }
}

impl Page {
    /// True when there is a button whose text begins so.
    pub(crate) fn offers(&self, button: &str) -> bool {
        find(&Html::parse_document(&self.html), "form").any(|form| has_button(&form, button))
    }
}

fn all<'a>(of: &ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    of.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn has_button(form: &ElementRef<'_>, text: &str) -> bool {
    all(form, "button").iter().any(|button| words(button).starts_with(text))
}

/// Names and values of fields; none when the form lacks one of them.
fn labelled(form: &ElementRef<'_>, fields: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    fields.iter().map(|(label, value)| field(form, label, value)).collect()
}

fn field(form: &ElementRef<'_>, text: &str, value: &str) -> Option<(String, String)> {
    let label = all(form, "label").into_iter().find(|label| words(label) == text)?;
    let input = match label.value().attr("for") {
        Some(id) => inputs(form).into_iter().find(|input| input.value().attr("id") == Some(id))?,
        None => inputs(&label).into_iter().next()?,
    };
    let element = input.value();
    let value = match (element.name(), element.attr("type")) {
        (_, Some("checkbox" | "radio")) => element.attr("value").unwrap_or("on").to_owned(),
        ("select", _) => {
            let chosen = all(&input, "option").into_iter().find(|option| words(option) == value)?;
            chosen.value().attr("value").unwrap_or(value).to_owned()
        }
        _ => value.to_owned(),
    };
    Some((element.attr("name")?.to_owned(), value))
}
