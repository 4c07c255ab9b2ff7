//! Contact form: what strangers write on a page of the host becomes a ticket. The host draws what `form` says is asked, and keeps
//! machines away; `ticket` takes what was sent; `page` says where the form is.

mod form;
mod page;
mod ticket;

use annex_sdk::{
    prelude::*,
    webhook::{Answer, InboundRequest},
};

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

struct WebForm;

impl Plugin for WebForm {
    fn render(ctx: &Context) -> Result<View> {
        Ok(page::view(&Texts::choose(&ctx.locale, TEXTS)))
    }

    /// The host asks in the language of the visitor's page.
    fn on_request(request: &InboundRequest) -> Result<Answer> {
        let t = Texts::choose(request.header("accept-language").unwrap_or("en"), TEXTS);
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/form") => Ok(Answer::ok().json(&form::asked(&t))?),
            ("POST", "/form") => ticket::open(request, &t),
            _ => Ok(Answer::status(404)),
        }
    }
}

annex_sdk::export_plugin!(WebForm);

#[cfg(test)]
mod tests;
