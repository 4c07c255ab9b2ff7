//! Where the form is, for who puts it on a website.

use annex_sdk::{
    about,
    prelude::*,
    ui::{Empty, Pairs},
};

pub(crate) fn view(t: &Texts) -> View {
    let view = View::new(t.get("title"));
    // The host draws the form beside the address of requests, under the same id.
    let Some(address) = about::get().hooks.map(|hooks| hooks.replacen("/hooks/", "/forms/", 1)) else {
        return view.section(Section::new().block(Empty::new(t.get("no-address")).body(t.get("no-address-why"))));
    };
    let frame =
        format!("<iframe src=\"{address}\" title=\"{}\" width=\"100%\" height=\"720\"></iframe>", t.get("title"));
    let link =
        Section::titled(t.get("link")).text(t.get("link-why")).block(Pairs::new().copyable(t.get("address"), &address));
    let framed = Section::titled(t.get("frame")).text(t.get("frame-why")).block(Text::code(frame.clone()));
    // Hosts open https alone; on one of this machine it is copied.
    let link = if address.starts_with("https://") {
        link.block(Actions::new().button(Button::open(address, t.get("open")).icon("external-link")))
    } else {
        link
    };
    view.section(link).section(framed.block(Actions::new().button(Button::copy(frame, t.get("copy")).icon("copy"))))
}
