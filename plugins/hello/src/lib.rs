//! The smallest useful plugin: it greets the requester and counts how often. Start your own from here.

use annex_sdk::prelude::*;

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

struct Hello;

impl Plugin for Hello {
    fn render(ctx: &Context) -> Result<View> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        let who = ctx.requester_email().map_or_else(|| t.get("stranger"), str::to_owned);
        let greetings: u32 = kv::get("greetings")?.unwrap_or(0);
        Ok(View::new(t.get("title")).section(
            Section::new()
                .text(t.with("hello", &[("who", &who)]))
                .block(Text::muted(t.with("greetings", &[("count", &greetings.to_string())])))
                .block(Actions::new().primary(Button::invoke("greet", t.get("greet")))),
        ))
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        match event.verb.as_str() {
            "greet" => {
                let count = kv::update("greetings", |count: Option<u32>| count.unwrap_or(0) + 1)?;
                log::info!("greeting number {count}");
                let t = Texts::choose(&ctx.locale, TEXTS);
                Ok(Reply::replace(Self::render(ctx)?).toast(Toast::success(t.get("greeted"))))
            }
            _ => Err(event.unknown()),
        }
    }
}

annex_sdk::export_plugin!(Hello);

#[cfg(test)]
mod tests {
    use annex_sdk::testing::{self, Host, Look};

    use super::*;

    #[test]
    fn greets_and_counts() {
        let host = Host::new();
        let ctx = testing::context();
        assert!(Look::at(&Hello::render(&ctx).unwrap()).shows("Hello, ada@example.com"));

        let reply = Hello::handle(&ctx, &Event::new("greet")).unwrap();
        assert!(Look::at_reply(&reply).shows("Greetings so far: 1"));
        assert_eq!(host.stored::<u32>("greetings"), Some(1));
    }
}
