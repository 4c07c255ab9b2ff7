//! The gallery: every block of panels in every state and place, with every reply and error. To look at while one chooses what
//! to show, and what the tests of the host look at in every width, from the left and from the right.
//!
//! The start lists pages, each of which lies above it: `shown`, `lists`, `inputs`, `buttons` and `rich` have a family of blocks each,
//! `long` has everything at its longest, and `replies` is what becomes of a panel after something was done in it. `places` are the
//! other places where it is shown.

mod buttons;
mod inputs;
mod lists;
mod long;
mod places;
mod replies;
mod rich;
mod shown;

use annex_sdk::{prelude::*, ui::Location};

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

/// What lies above the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Texts,
    Values,
    Progress,
    Lists,
    Tables,
    Inputs,
    Buttons,
    Rich,
    Replies,
    Long,
}

impl Page {
    const ALL: [Self; 10] = [
        Self::Texts,
        Self::Values,
        Self::Progress,
        Self::Lists,
        Self::Tables,
        Self::Inputs,
        Self::Buttons,
        Self::Rich,
        Self::Replies,
        Self::Long,
    ];

    /// The id of the button that opens it, and how the keys of its title and subtitle begin.
    fn name(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Values => "values",
            Self::Progress => "progress",
            Self::Lists => "lists",
            Self::Tables => "tables",
            Self::Inputs => "inputs",
            Self::Buttons => "buttons",
            Self::Rich => "rich",
            Self::Replies => "replies",
            Self::Long => "long",
        }
    }

    fn title(self, t: &Texts) -> String {
        t.get(&format!("{}-title", self.name()))
    }

    fn about(self, t: &Texts) -> String {
        t.get(&format!("{}-about", self.name()))
    }

    /// The page without what it shows.
    fn empty(self, t: &Texts) -> View {
        let back = Button::back(t.get("back")).icon("arrow-left");
        View::new(self.title(t)).subtitle(self.about(t)).footer(Actions::new().button(back))
    }

    fn view(self, ctx: &Context, t: &Texts) -> View {
        let view = self.empty(t);
        match self {
            Self::Texts => shown::texts(view, t),
            Self::Values => shown::values(view, ctx, t),
            Self::Progress => shown::progress(view, t),
            Self::Lists => lists::lists(view, t),
            Self::Tables => lists::tables(view, ctx, t),
            Self::Inputs => inputs::page(view, "", t),
            Self::Buttons => buttons::page(view, t),
            Self::Rich => rich::page(view, t),
            Self::Replies => replies::page(view, t),
            Self::Long => long::page(view, ctx),
        }
    }
}

struct Gallery;

impl Plugin for Gallery {
    fn render(ctx: &Context) -> Result<View> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        Ok(match &ctx.location {
            Location::Composer(_) => places::composer(ctx, &t),
            Location::Settings => places::settings(&t),
            _ => start(&t),
        })
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        match event.verb.as_str() {
            "open" => match Page::ALL.into_iter().find(|page| page.name() == event.source) {
                Some(page) => Ok(Reply::push(page.view(ctx, &t))),
                None => Err(event.unknown()),
            },
            "find" => Ok(Reply::replace(inputs::page(Page::Inputs.empty(&t), event.text(&event.source), &t))),
            "count" => Ok(Reply::put(&event.source, places::counted(ctx, &t))),
            _ => replies::reply(event, &t),
        }
    }
}

annex_sdk::export_plugin!(Gallery);

fn start(t: &Texts) -> View {
    let pages = Page::ALL.map(|page| {
        let open = Button::push("open", t.get("open")).id(page.name());
        Item::new(page.name(), page.title(t)).subtitle(page.about(t)).action(open)
    });
    let list = List::new("pages", t.get("pages")).items(pages);
    View::new(t.get("title")).subtitle(t.get("about")).section(Section::new().block(list))
}

#[cfg(test)]
#[path = "../../chapter-check.rs"]
mod chapter_check;

#[cfg(test)]
mod tests;
