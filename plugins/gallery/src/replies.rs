//! What becomes of a panel after something was done in it: each kind of reply, and each error.

use annex_sdk::{files, prelude::*, ui::Pages};

use crate::shown::{TONES, tone_name};

/// The errors, each a screen of the host.
const FAULTS: [&str; 5] = ["needs-config", "needs-auth", "upstream", "denied", "internal"];

pub(crate) fn page(view: View, t: &Texts) -> View {
    let toasts = TONES.into_iter().fold(Actions::new(), |group, (_, name)| {
        group.button(Button::invoke("toast", tone_name(name, t)).id(format!("toast-{name}")))
    });
    let faults = FAULTS.into_iter().fold(Actions::new(), |group, name| {
        group.button(Button::invoke("fail", t.get(&format!("fault-{name}"))).id(name))
    });
    let changes = Actions::new()
        .button(Button::invoke("put", t.get("put")))
        .button(Button::invoke("remove", t.get("remove")))
        .button(Button::push("above", t.get("above")))
        .button(Button::invoke("below", t.get("below-view")))
        .button(Button::invoke("unknown-verb", t.get("unknown-verb")));
    let field = TextInput::line("checked", t.get("input-line")).value("Ada Lovelace");
    view.section(Section::titled(t.get("toasts")).block(toasts))
        .section(
            Section::titled(t.get("changes"))
                .named("note", Text::body(t.get("note")))
                .named("gone", Text::muted(t.get("gone")))
                .block(changes),
        )
        .section(Section::titled(t.get("appended")).block(names(["Ada", "Grace"], Some("2"), t)))
        .section(Form::new("check", t.get("check")).titled(t.get("invalid")).input(field))
        .section(Section::titled(t.get("faults")).text(t.get("faults-about")).block(faults))
}

/// A part of a list that goes on with the reply.
fn names(names: [&str; 2], next: Option<&str>, t: &Texts) -> List {
    let items = names.map(|name| Item::new(name, name));
    List::new("names", t.get("appended")).items(items).pages(Pages::new("more").next(next).total(4))
}

pub(crate) fn reply(event: &Event, t: &Texts) -> Result<Reply> {
    let said = |key: &str, what: &str| Reply::stay().toast(Toast::success(t.with(key, &[("what", what)])));
    match event.verb.as_str() {
        "press" => Ok(said("pressed", &event.source)),
        "save" => Ok(said("saved", &event.values.len().to_string())),
        "take" => Ok(said("taken", &names_of(event.files("files"))?)),
        "changed" => Ok(said("changed", &event.source)),
        "turn" => Ok(said("turned", event.cursor.as_deref().unwrap_or_default())),
        "sort" => Ok(said("sorted", event.text("column"))),
        "more" => Ok(Reply::append_items(names(["Hedy", "Katherine"], None, t))),
        "put" => Ok(Reply::put("note", Text::body(t.get("note-changed")))),
        "remove" => Ok(Reply::put("note", Text::body(t.get("note"))).remove("gone")),
        "later" => Ok(Reply::put(&event.source, arrived(event, t))),
        "above" => Ok(Reply::push(View::new(t.get("above")).section(Section::new().text(t.get("above-text"))))),
        "below" => Ok(Reply::pop().toast(Toast::success(t.get("popped")))),
        "check" => Ok(Reply::invalid([("checked", t.get("wrong"))])),
        "toast" => toast(event, t),
        "fail" => Err(fault(event, t)),
        _ => Err(event.unknown()),
    }
}

/// What files are called that were chosen: they may be read without a capability.
fn names_of(chosen: &[String]) -> Result<String> {
    let mut names = Vec::new();
    for id in chosen {
        names.push(files::get(id)?.name);
    }
    Ok(names.join(", "))
}

/// What is put in the place of a part that was deferred.
fn arrived(event: &Event, t: &Texts) -> Text {
    Text::body(t.with("arrived", &[("what", event.arg("what").unwrap_or_default())]))
}

fn toast(event: &Event, t: &Texts) -> Result<Reply> {
    let (tone, name) = TONES
        .into_iter()
        .find(|(_, name)| event.source.strip_prefix("toast-") == Some(*name))
        .ok_or_else(|| event.unknown())?;
    Ok(Reply::stay().toast(Toast::new(tone, tone_name(name, t))))
}

fn fault(event: &Event, t: &Texts) -> Error {
    let text = t.get("fault-text");
    match event.source.as_str() {
        "needs-config" => Error::NeedsConfig(text),
        "needs-auth" => Error::NeedsAuth(text),
        "upstream" => Error::Upstream(text),
        "denied" => Error::Denied(text),
        "internal" => Error::Internal(text),
        _ => event.unknown(),
    }
}
