//! What a browser would not complain about: tags that do not close, ids that come twice, labels and descriptions that
//! point nowhere, landmarks that nobody can tell apart, and inline styles and handlers, which the content security policy
//! would refuse.

use std::collections::BTreeSet;

/// The first of these things.
pub(super) fn check(html: &str) -> Result<(), String> {
    const VOID: [&str; 8] = ["meta", "link", "input", "hr", "br", "img", "!doctype", "use/"];
    let (mut open, mut ids) = (Vec::new(), BTreeSet::new());
    let mut points: Vec<(String, String)> = Vec::new();
    let mut landmarks = BTreeSet::new();
    let mut rest = html;
    while let Some((_, from_tag)) = rest.split_once('<') {
        let end = tag_end(from_tag).ok_or("a tag does not end")?;
        let (tag, after) = from_tag.split_at(end);
        rest = &after[1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing, before: {}", rest.chars().take(60).collect::<String>()));
            }
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        for (key, value) in attributes(tag) {
            match key.as_str() {
                "id" if !ids.insert(value.clone()) => return Err(format!("the id {value} is there twice")),
                "style" => return Err(format!("<{name}> has an inline style")),
                "for" | "aria-labelledby" | "aria-describedby" => points.push((key, value)),
                key if key.starts_with("on") => return Err(format!("<{name}> has an inline handler")),
                _ => {}
            }
        }
        if let Some(landmark) = landmark(name, tag, html)
            && !landmarks.insert(landmark.clone())
        {
            return Err(format!("two landmarks are {landmark}"));
        }
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    if let Some(name) = open.pop() {
        return Err(format!("<{name}> is never closed"));
    }
    for (key, value) in points {
        if let Some(missing) = value.split_whitespace().find(|id| !ids.contains(*id)) {
            return Err(format!("{key} points to {missing}, which is not there"));
        }
    }
    Ok(())
}

/// What assistive technology lists a part of the page as, with its name: those of one kind need different ones.
fn landmark(name: &str, tag: &str, html: &str) -> Option<String> {
    let found = attributes(tag);
    let value = |key: &str| found.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let by = value("aria-labelledby").map(|id| {
        let text = html.split(&format!("id=\"{id}\"")).nth(1).and_then(|rest| rest.split_once('>'));
        text.map_or(id, |(_, rest)| rest.split("</h").next().unwrap_or_default().to_owned())
    });
    let named = by.or_else(|| value("aria-label"));
    let kind = match (name, value("role").as_deref()) {
        (_, Some("region")) => "region",
        ("nav", None) => return Some(format!("nav {}", named.unwrap_or_default())),
        ("aside", None) => return Some(format!("aside {}", named.unwrap_or_default())),
        ("main", None) => "main",
        ("section", None) => "region",
        ("form", None) => "form",
        _ => return None,
    };
    named.map(|name| format!("{kind} {name}"))
}

/// Where a tag ends: at `>` outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        None
    })
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let key = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let (value, next) = after.split_once('"').unwrap_or((after, ""));
        found.push((key.to_owned(), value.to_owned()));
        rest = next;
    }
    found
}
