//! Buttons: each look with and without an icon, those that cannot be used, those that ask first, and those that are done without
//! the add-on.

use annex_sdk::prelude::*;

/// What a group does to its buttons.
type Dress<'a> = &'a dyn Fn(Button) -> Button;

pub(crate) fn page(view: View, t: &Texts) -> View {
    let form = Form::new("save", t.get("save"))
        .titled(t.get("form-asks"))
        .input(TextInput::line("filled", t.get("input-line")))
        .button(Button::set_field("filled", "Ada Lovelace", t.get("fill")))
        .confirm(t.get("ask-title"), t.get("ask-body"), t.get("ask-yes"))
        .busy(t.get("busy"));
    view.section(looks("looks", &|button| button, t))
        .section(looks("icons", &|button| button.icon("star").busy(t.get("busy")), t))
        .section(looks("disabled", &|button| button.disabled(t.get("disabled-why")), t))
        .section(looks("asks", &|button| button.confirm(t.get("ask-title"), t.get("ask-body"), t.get("ask-yes")), t))
        .section(form)
        .section(Section::titled(t.get("without")).block(without_the_add_on(t)))
        .section(Section::titled(t.get("ten")).block(ten(t)))
        .footer(
            Actions::new()
                .primary(Button::invoke("press", t.get("press")).id("footer"))
                .button(Button::back(t.get("back")).icon("arrow-left")),
        )
}

/// A group with a button of each look.
fn looks(group: &str, dress: Dress<'_>, t: &Texts) -> Section {
    let button =
        |look: &str| dress(Button::invoke("press", t.get(&format!("look-{look}"))).id(format!("{group}-{look}")));
    let actions = Actions::new()
        .primary(button("primary"))
        .button(button("secondary"))
        .button(button("subtle").subtle())
        .button(button("destructive").destructive());
    Section::titled(t.get(&format!("group-{group}"))).block(actions)
}

fn without_the_add_on(t: &Texts) -> Actions {
    Actions::new()
        .button(Button::open("https://annex.example/orders/7", t.get("open-page")))
        .button(Button::copy("ada@example.com", t.get("copy")))
        .button(Button::insert_reply(t.get("reply-text"), t.get("insert")))
        .button(Button::refresh_record(t.get("refresh")))
}

/// As many as stand together; none of them stands out.
fn ten(t: &Texts) -> Actions {
    (1..=10).fold(Actions::new(), |group, n| {
        group.button(Button::invoke("press", t.with("number", &[("n", &n.to_string())])))
    })
}
