//! Inputs: each of them in every state, those that tell of changes, and one with more choices than are shown.

use annex_sdk::{
    prelude::*,
    ui::{Choice, ChoiceInput, DateInput, Input, NumberInput, TextKind, Toggle},
};

/// How an input looks. Ids are unique in a view, so the name of the state goes before that of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    Needed,
    Filled,
    Disabled,
    Wrong,
}

impl State {
    const ALL: [Self; 5] = [Self::Empty, Self::Needed, Self::Filled, Self::Disabled, Self::Wrong];

    fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Needed => "needed",
            Self::Filled => "filled",
            Self::Disabled => "disabled",
            Self::Wrong => "wrong",
        }
    }

    fn id(self, input: &str) -> String {
        format!("{}-{input}", self.name())
    }

    fn has_value(self) -> bool {
        !matches!(self, Self::Empty | Self::Needed)
    }
}

/// An input as it looks in a state. A macro, since each kind of input is a type of its own.
macro_rules! dressed {
    ($input:expr, $state:expr, $t:expr) => {{
        let input = $input;
        Input::from(match $state {
            State::Empty | State::Filled => input,
            State::Needed => input.required().hint($t.get("hint")),
            State::Disabled => input.disabled(),
            State::Wrong => input.error($t.get("wrong")),
        })
    }};
}

/// `typed` is what was looked for among the cities.
pub(crate) fn page(view: View, typed: &str, t: &Texts) -> View {
    let forms = State::ALL.map(|state| Section::from(form(state, t)));
    view.sections(forms).section(lively(typed, t))
}

fn form(state: State, t: &Texts) -> Form {
    let form = Form::new("save", t.get("save")).titled(t.get(&format!("state-{}", state.name())));
    let inputs = texts(state, t).into_iter().chain(choices(state, t)).chain(others(state, t));
    inputs.fold(form, Form::input)
}

fn texts(state: State, t: &Texts) -> Vec<Input> {
    let kinds = [
        (TextKind::Line, "line", "Ada Lovelace"),
        (TextKind::Area, "area", "12 St James's Square\nLondon"),
        (TextKind::Email, "email", "ada@example.com"),
        (TextKind::Url, "url", "https://example.com/ada"),
        (TextKind::Tel, "tel", "+44 20 7946 0000"),
        (TextKind::Secret, "secret", "ABC-123"),
        (TextKind::Search, "search", "Ink"),
    ];
    let input = |(kind, name, sample): (TextKind, &str, &str)| {
        let input = TextInput::new(kind, &state.id(name), t.get(&format!("input-{name}")));
        let input = if state.has_value() { input.value(sample) } else { input.placeholder(sample) };
        dressed!(input, state, t)
    };
    kinds.into_iter().map(input).collect()
}

fn choices(state: State, t: &Texts) -> Vec<Input> {
    let inputs = [
        ChoiceInput::menu(&state.id("menu"), t.get("input-menu")),
        ChoiceInput::multiple(&state.id("multiple"), t.get("input-multiple")),
        ChoiceInput::radios(&state.id("radios"), t.get("input-radios")),
        ChoiceInput::checks(&state.id("checks"), t.get("input-checks")),
    ];
    let input = |input: ChoiceInput| {
        let input = input.choices([
            Choice::new("post", t.get("choice-post")),
            Choice::new("courier", t.get("choice-courier")).hint(t.get("choice-courier-hint")),
            Choice::new("drone", t.get("choice-drone")).hint(t.get("choice-drone-hint")).disabled(),
        ]);
        let input = if state.has_value() { input.selected("courier") } else { input };
        dressed!(input, state, t)
    };
    inputs.into_iter().map(input).collect()
}

fn others(state: State, t: &Texts) -> Vec<Input> {
    let number = NumberInput::new(&state.id("number"), t.get("input-number")).range(0.0, 10.0).step(0.5);
    let date = DateInput::date(&state.id("date"), t.get("input-date")).range("2026-01-01", "2026-12-31");
    let time = DateInput::time(&state.id("time"), t.get("input-time"));
    let datetime = DateInput::datetime(&state.id("datetime"), t.get("input-datetime"));
    let toggle = Toggle::new(&state.id("toggle"), t.get("input-toggle"), state.has_value());
    let (number, date, time, datetime) = match state.has_value() {
        true => (number.value(2.5), date.value("2026-03-01"), time.value("09:30"), datetime.value("2026-03-01T09:30")),
        false => (number, date, time, datetime),
    };
    vec![
        dressed!(number, state, t),
        dressed!(date, state, t),
        dressed!(time, state, t),
        dressed!(datetime, state, t),
        dressed!(toggle, state, t),
    ]
}

const CITIES: [&str; 6] = ["Amsterdam", "Berlin", "Cairo", "Lisbon", "Stockholm", "Vienna"];

/// What asks the add-on before the form is sent.
fn lively(typed: &str, t: &Texts) -> Form {
    let fits = |city: &&str| city.to_lowercase().contains(&typed.to_lowercase());
    let found = CITIES.into_iter().filter(fits).map(|city| Choice::new(city, city));
    Form::new("save", t.get("save"))
        .titled(t.get("lively"))
        .input(ChoiceInput::menu("city", t.get("input-city")).choices(found).lookup("find"))
        .input(TextInput::line("watched", t.get("input-watched")).on_change("changed"))
        .input(Toggle::new("switched", t.get("input-switched"), false).on_change("changed"))
        .button(Button::set_field("watched", "Ada Lovelace", t.get("fill")))
}
