//! Cuts texts at what the host takes, with `…` at the end: a name without end in another system's answer costs the end
//! of a line then, not the whole panel.

use super::wire;

/// Characters of a line: titles, labels, cells.
const LINE: usize = 300;
/// Characters of a paragraph.
const PARAGRAPHS: usize = 8000;

/// Characters below a point of a chart.
const POINT: usize = 40;

/// Cuts the texts of a view.
pub(super) fn view(view: &mut wire::View) {
    line(&mut view.title);
    lines(&mut view.subtitle);
    if let Some(shown) = &mut view.banner {
        banner(shown);
    }
    for section in &mut view.sections {
        lines(&mut section.title);
        for node in &mut section.nodes {
            block(&mut node.block);
        }
    }
    view.footer.iter_mut().for_each(action);
}

/// Cuts the texts of a block.
pub(super) fn block(block: &mut wire::Block) {
    use wire::Block;
    match block {
        Block::Text(text) => cut(&mut text.text, PARAGRAPHS),
        Block::Banner(shown) => banner(shown),
        Block::Pairs(pairs) => {
            for pair in pairs {
                line(&mut pair.label);
                cell(&mut pair.value);
            }
        }
        Block::Items(shown) => list(shown),
        Block::Table(shown) => table(shown),
        Block::Image(image) => line(&mut image.alt),
        Block::Badges(badges) => badges.iter_mut().for_each(|badge| line(&mut badge.label)),
        Block::Progress(progress) => line(&mut progress.label),
        Block::Steps(steps) => steps.iter_mut().for_each(|step| line(&mut step.label)),
        Block::Empty(empty) => {
            line(&mut empty.title);
            paragraphs(&mut empty.body);
            empty.action.iter_mut().for_each(action);
        }
        Block::TextInput(input) => field(&mut input.field),
        Block::NumberInput(input) => field(&mut input.field),
        Block::ChoiceInput(input) => {
            field(&mut input.field);
            for choice in &mut input.choices {
                line(&mut choice.label);
                lines(&mut choice.hint);
            }
        }
        Block::Toggle(input) => field(&mut input.field),
        Block::DateInput(input) => field(&mut input.field),
        Block::FileInput(input) => field(&mut input.field),
        Block::Markdown(text) => cut(text, PARAGRAPHS),
        Block::Chart(chart) => {
            line(&mut chart.label);
            chart.points.iter_mut().for_each(|point| cut(&mut point.label, POINT));
        }
        Block::Tabs(tabs) => {
            line(&mut tabs.label);
            tabs.tabs.iter_mut().for_each(|tab| line(&mut tab.label));
        }
        Block::Actions(actions) => actions.iter_mut().for_each(action),
        Block::Divider | Block::Skeleton(_) | Block::Deferred(_) => {}
    }
}

/// Cuts the texts of a list.
pub(super) fn list(list: &mut wire::ItemList) {
    line(&mut list.label);
    lines(&mut list.empty);
    for item in &mut list.items {
        line(&mut item.title);
        lines(&mut item.subtitle);
        lines(&mut item.meta);
        item.badge.iter_mut().for_each(|badge| line(&mut badge.label));
        item.action.iter_mut().for_each(action);
    }
}

/// Cuts the texts of a table.
pub(super) fn table(table: &mut wire::Table) {
    line(&mut table.caption);
    lines(&mut table.empty);
    table.columns.iter_mut().for_each(|column| line(&mut column.label));
    for row in &mut table.rows {
        row.cells.iter_mut().for_each(cell);
        row.actions.iter_mut().for_each(action);
    }
}

fn banner(banner: &mut wire::Banner) {
    line(&mut banner.title);
    paragraphs(&mut banner.body);
    banner.action.iter_mut().for_each(action);
}

fn cell(cell: &mut wire::Cell) {
    match cell {
        wire::Cell::Text(text) | wire::Cell::Masked(text) => line(text),
        wire::Cell::Link(link) => line(&mut link.label),
        wire::Cell::Badge(badge) => line(&mut badge.label),
        wire::Cell::Datetime(_) | wire::Cell::Money(_) | wire::Cell::User(_) => {}
    }
}

fn field(field: &mut wire::Field) {
    line(&mut field.label);
    lines(&mut field.hint);
    lines(&mut field.error);
}

fn action(action: &mut wire::Action) {
    line(&mut action.label);
    lines(&mut action.disabled_reason);
    lines(&mut action.busy_label);
    if let Some(confirm) = &mut action.confirm {
        line(&mut confirm.title);
        cut(&mut confirm.body, PARAGRAPHS);
        line(&mut confirm.label);
    }
}

/// Cuts a line.
pub(super) fn line(text: &mut String) {
    cut(text, LINE);
}

fn lines(text: &mut Option<String>) {
    text.iter_mut().for_each(line);
}

fn paragraphs(text: &mut Option<String>) {
    text.iter_mut().for_each(|text| cut(text, PARAGRAPHS));
}

fn cut(text: &mut String, longest: usize) {
    // Bytes are an upper bound of characters: most texts need no counting.
    if text.len() <= longest {
        return;
    }
    if let Some((last, _)) = text.char_indices().nth(longest - 1)
        && text.chars().count() > longest
    {
        text.truncate(last);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Choice, ChoiceInput, Form, Pairs, Section, View};
    use super::*;

    fn cut_to(text: &str, longest: usize) -> String {
        let mut text = text.to_owned();
        cut(&mut text, longest);
        text
    }

    #[test]
    fn texts_are_cut_by_characters_not_bytes() {
        assert_eq!(cut_to("éééé", 4), "éééé");
        assert_eq!(cut_to("ééééé", 4), "ééé…");
        assert_eq!(cut_to("ab", 4), "ab");
    }

    #[test]
    fn a_value_without_end_does_not_cost_the_view() {
        let view = View::new("v").section(Section::new().block(Pairs::new().text("Name", "x".repeat(1000))));
        let wire::Block::Pairs(pairs) = &view.into_wire().sections[0].nodes[0].block else { panic!("pairs") };
        let wire::Cell::Text(text) = &pairs[0].value else { panic!("a text") };
        assert_eq!(text.chars().count(), 300);
    }

    #[test]
    fn labels_and_hints_of_choices_are_cut_and_their_values_stay() {
        let long = "x".repeat(1000);
        let choice = Choice::new(&long, &long).hint(&long).disabled();
        let form = Form::new("save", "Save").input(ChoiceInput::multiple("sizes", "Sizes").choices([choice]));
        let wire::Block::ChoiceInput(input) = &View::new("v").section(form).into_wire().sections[0].nodes[0].block
        else {
            panic!("choices")
        };
        let choice = &input.choices[0];
        assert_eq!(
            (choice.label.chars().count(), choice.hint.as_ref().map(|hint| hint.chars().count())),
            (300, Some(300))
        );
        assert!(choice.value == long && choice.disabled && input.multiple);
    }
}
