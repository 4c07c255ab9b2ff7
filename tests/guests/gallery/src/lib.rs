//! A plugin that shows what the guide has pictures of. The subject of the ticket says what: a kind of error, `icons`, or else every
//! block once, as the examples of the chapter on blocks have it. Each block stands in a node, or holds a field, that is called
//! like it in the WIT package.

use annex_sdk::{
    Error,
    prelude::*,
    tickets,
    ui::{
        Block, ChoiceInput, Column, DateInput, Divider, Empty, Image, NumberInput, Progress, Row, Skeleton, Steps,
        Toggle, Tone,
    },
};

/// The host's own set.
const SPRITE: &str = include_str!("../../../../host/web/assets/icons.svg");
/// Buttons of a group at most.
const GROUP: usize = 10;

struct Gallery;

impl Plugin for Gallery {
    fn render(ctx: &Context) -> Result<View> {
        match tickets::get(ctx.ticket_id()?)?.subject.as_str() {
            "needs-config" => Err(Error::NeedsConfig("Enter the API key of the shop.".into())),
            "needs-auth" => Err(Error::NeedsAuth("The shop answered 401: the key is wrong or has ended.".into())),
            "upstream" => Err(Error::Upstream("The shop did not answer within 10 seconds.".into())),
            "denied" => Err(Error::Denied("Looking up orders needs requests to shop.example.com.".into())),
            "internal" => Err(Error::Internal("The answer of the shop has another form than before.".into())),
            "icons" => Ok(icons()),
            _ => Ok(View::new("Every block").section(texts()).section(shown()).section(entered()).section(pressed())),
        }
    }
}

annex_sdk::export_plugin!(Gallery);

fn texts() -> Section {
    Section::new()
        .named("text", Text::heading("Order 7"))
        .block(Text::body("Two articles, one parcel.\nA line break stays."))
        .block(Text::muted("Synced a minute ago"))
        .block(Text::error("The parcel came back"))
        .block(Text::code("ERR_ADDRESS 12b"))
}

fn shown() -> Section {
    let badges: Block = [(Tone::Success, "Gold"), (Tone::Warning, "Late payer"), (Tone::Critical, "Blocked")]
        .into_iter()
        .map(|(tone, label)| Badge::new(tone, label))
        .collect();
    let banner = Banner::warning("The address could not be checked")
        .body("The carrier did not answer. The parcel waits.")
        .action(Button::invoke("check", "Check again"))
        .dismissible();
    let empty = Empty::new("No orders yet")
        .body("Nobody with this e-mail address has ordered anything.")
        .action(Button::invoke("search", "Search by name"));
    let image = Image::new("https://shop.example.com/pictures/7.png", "The parcel as it was packed", 640, 480);
    Section::new()
        .named("banner", banner)
        .named("pairs", pairs())
        .named("items", orders())
        .named("table", lines())
        .named("image", image)
        .named("badges", badges)
        .named("progress", Progress::percent("Packing", 60))
        .named("steps", Steps::new().done("Ordered").current("Packed").todo("Sent").failed("Paid"))
        .named("divider", Divider)
        .named("empty", empty)
        .named("skeleton", Skeleton::lines(3))
}

fn pairs() -> Pairs {
    Pairs::new()
        .text("Name", "Ada Lovelace")
        .copyable("Phone", "+44 20 7946 0000")
        .cell("State", Cell::badge(Badge::new(Tone::Success, "Paid")))
        .cell("Total", Cell::money(12_950, "EUR"))
        .cell("Ordered", Cell::datetime("2026-03-01T09:30:00Z"))
        .cell("Card", Cell::masked("4111111111111234"))
        .cell("Shop", Cell::link("Order 7", "https://shop.example.com/orders/7"))
}

fn orders() -> List {
    let ink = Item::new("7", "Ink, black")
        .subtitle("One parcel")
        .meta("yesterday")
        .badge(Badge::new(Tone::Success, "Paid"))
        .action(Button::push("show", "Show"));
    let paper = Item::new("6", "Paper, 500 sheets").meta("in March").badge(Badge::new(Tone::Neutral, "Sent"));
    List::new("orders", "Orders of this customer").item(ink).item(paper)
}

fn lines() -> Table<2> {
    let row = |id: &str, what: &str, cents: i64| {
        Row::new(id, [Cell::text(what), Cell::money(cents, "EUR")]).button(Button::invoke("refund", "Refund"))
    };
    let columns = [Column::text("what", "Article"), Column::number("price", "Price").sortable()];
    Table::new("lines", "Lines of order 7", columns)
        .row(row("1", "Ink", 1_250))
        .row(row("2", "Paper", 899))
        .sorted_by("price", true)
}

fn entered() -> Form {
    let sku = TextInput::line("text-input", "Article").placeholder("INK-7").hint("As on the label.").required();
    let size = ChoiceInput::menu("choice-input", "Size").choice("s", "Small").choice("l", "Large").selected("s");
    Form::new("save", "Save")
        .input(sku)
        .input(NumberInput::new("number-input", "How many").value(1.0).range(1.0, 10.0).step(1.0))
        .input(size)
        .input(Toggle::new("toggle", "It is a gift", false))
        .input(DateInput::date("date-input", "Due").value("2026-03-01"))
}

fn pressed() -> Section {
    let cancel = Button::invoke("cancel", "Cancel").destructive();
    let group = Actions::new()
        .primary(Button::invoke("ship", "Ship it").icon("send").busy("Shipping"))
        .button(Button::copy("7", "Copy number").icon("copy"))
        .button(Button::open("https://shop.example.com/orders/7", "Open in the shop").subtle())
        .button(cancel.confirm("Cancel order 7?", "The customer is told.", "Cancel order"));
    Section::new().named("actions", group)
}

/// Every icon on a button that is called like it.
fn icons() -> View {
    let mut names: Vec<&str> =
        SPRITE.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    names.sort_unstable();
    let group = |names: &[&str]| {
        names.iter().fold(Actions::new(), |group, name| group.button(Button::copy(*name, *name).icon(*name)))
    };
    View::new("Icons").section(Section::new().blocks(names.chunks(GROUP).map(group)))
}
