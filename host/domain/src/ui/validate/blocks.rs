//! Blocks that show something.

use std::collections::HashSet;

use super::{At, Check, Checker, Limits, Space, actions::Submits};
use crate::ui::{
    Badge, Banner, Block, Cell, Column, EmptyState, Image, Item, ItemList, Money, Page, Pair, Progress, Row, Step,
    Table,
};

impl<'v> Checker<'v, '_> {
    pub(super) fn block(&mut self, block: &'v mut Block, submits: &mut Submits, at: &At<'_>) -> Check {
        self.parts(1, at)?;
        match block {
            Block::Text(text) => self.paragraphs(&mut text.text, Limits::TEXT_CHARS, &at.name("text")),
            Block::Banner(banner) => self.banner(banner, &at.name("banner")),
            Block::Pairs(pairs) => self.pairs(pairs, at),
            Block::Items(list) => self.items(list, &at.name("items")),
            Block::Table(table) => self.table(table, &at.name("table")),
            Block::Image(image) => self.image(image, &at.name("image")),
            Block::Badges(badges) => self.badges(badges, at),
            Block::Progress(progress) => self.progress(progress, &at.name("progress")),
            Block::Steps(steps) => self.steps(steps, at),
            Block::Divider => Ok(()),
            Block::Empty(empty) => self.empty(empty, &at.name("empty")),
            Block::Skeleton(lines) if (1..=20).contains(lines) => Ok(()),
            Block::Skeleton(_) => Err(at.name("skeleton").breaks("1 to 20 lines")),
            Block::TextInput(input) => self.text_input(input, &at.name("text-input")),
            Block::NumberInput(input) => self.number_input(input, &at.name("number-input")),
            Block::ChoiceInput(input) => self.choice_input(input, &at.name("choice-input")),
            Block::Toggle(toggle) => self.field(&mut toggle.field, &at.name("toggle")),
            Block::DateInput(input) => self.date_input(input, &at.name("date-input")),
            Block::Actions(actions) => self.group(actions, submits, at),
            Block::Deferred(deferred) => self.deferred(deferred, &at.name("deferred")),
            Block::Markdown(text) => self.paragraphs(text, Limits::TEXT_CHARS, &at.name("markdown")),
            Block::Chart(chart) => self.chart(chart, &at.name("chart")),
            Block::Tabs(tabs) => self.tabs(tabs, &at.name("tabs")),
            Block::FileInput(input) => self.file_input(input, &at.name("file-input")),
        }
    }

    pub(super) fn banner(&mut self, banner: &'v mut Banner, at: &At<'_>) -> Check {
        self.label(&mut banner.title, &at.name("title"))?;
        self.optional_paragraphs(&mut banner.body, &at.name("body"))?;
        self.lone_action(&mut banner.action, at)
    }

    fn pairs(&mut self, pairs: &'v mut [Pair], at: &At<'_>) -> Check {
        at_most(pairs.len(), Limits::PARTS, &at.name("pairs"))?;
        for (index, pair) in pairs.iter_mut().enumerate() {
            let at = at.index("pairs", index);
            self.label(&mut pair.label, &at.name("label"))?;
            self.cell(&mut pair.value, &at.name("value"))?;
        }
        Ok(())
    }

    fn cell(&mut self, cell: &mut Cell, at: &At<'_>) -> Check {
        self.parts(1, at)?;
        match cell {
            Cell::Text(text) | Cell::Masked(text) => self.line(text, at),
            Cell::Link(link) => {
                self.label(&mut link.label, &at.name("label"))?;
                self.link(&link.url, &at.name("url"))
            }
            Cell::Badge(badge) => self.badge(badge, at),
            Cell::Datetime(text) => {
                if text.len() > 40 || text.parse::<jiff::Timestamp>().is_err() {
                    return Err(at.breaks("expected a time such as 2026-03-01T09:30:00Z"));
                }
                self.spend(text.len(), at)
            }
            Cell::Money(Money { currency, .. }) => {
                if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
                    return Err(at.name("currency").breaks("expected three capitals such as EUR"));
                }
                Ok(())
            }
            Cell::User(id) => self.verb(id, at),
        }
    }

    fn badges(&mut self, badges: &mut [Badge], at: &At<'_>) -> Check {
        at_most(badges.len(), Limits::PARTS, &at.name("badges"))?;
        badges.iter_mut().enumerate().try_for_each(|(index, badge)| self.badge(badge, &at.index("badges", index)))
    }

    fn badge(&mut self, badge: &mut Badge, at: &At<'_>) -> Check {
        self.parts(1, at)?;
        self.label(&mut badge.label, &at.name("label"))
    }

    fn image(&mut self, image: &mut Image, at: &At<'_>) -> Check {
        let sizes = 1..=Limits::IMAGE_PIXELS;
        if !sizes.contains(&image.width) || !sizes.contains(&image.height) {
            return Err(at.breaks("width and height are 1 to 2,000 pixels"));
        }
        self.label(&mut image.alt, &at.name("alt"))?;
        self.picture(&image.url, &at.name("url"))
    }

    fn progress(&mut self, progress: &mut Progress, at: &At<'_>) -> Check {
        if progress.value.is_some_and(|percent| percent > 100) {
            return Err(at.name("value").breaks("0 to 100"));
        }
        self.label(&mut progress.label, &at.name("label"))
    }

    fn steps(&mut self, steps: &mut [Step], at: &At<'_>) -> Check {
        at_most(steps.len(), Limits::PARTS, &at.name("steps"))?;
        self.parts(steps.len(), at)?;
        steps
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, step)| self.label(&mut step.label, &at.index("steps", index).name("label")))
    }

    fn empty(&mut self, empty: &'v mut EmptyState, at: &At<'_>) -> Check {
        self.label(&mut empty.title, &at.name("title"))?;
        self.optional_paragraphs(&mut empty.body, &at.name("body"))?;
        self.lone_action(&mut empty.action, at)
    }

    pub(super) fn items(&mut self, list: &'v mut ItemList, at: &At<'_>) -> Check {
        let ItemList { id, label, items, empty, page } = list;
        self.unique(Space::List, id, &at.name("id"))?;
        self.label(label, &at.name("label"))?;
        self.optional_line(empty, &at.name("empty"))?;
        self.page(page.as_ref(), at)?;
        at_most(items.len(), self.rows, at)?;
        if let Some(index) = repeated(items.iter().map(|item| item.id.as_str())) {
            return Err(at.index("items", index).name("id").breaks("ids are unique in a list"));
        }
        for (index, item) in items.iter_mut().enumerate() {
            self.item(item, &at.index("items", index))?;
        }
        Ok(())
    }

    fn item(&mut self, item: &'v mut Item, at: &At<'_>) -> Check {
        self.parts(1, at)?;
        self.verb(&item.id, &at.name("id"))?;
        self.label(&mut item.title, &at.name("title"))?;
        self.optional_line(&mut item.subtitle, &at.name("subtitle"))?;
        self.optional_line(&mut item.meta, &at.name("meta"))?;
        if let Some(image) = &mut item.image {
            self.image(image, &at.name("image"))?;
        }
        if let Some(badge) = &mut item.badge {
            self.badge(badge, &at.name("badge"))?;
        }
        self.lone_action(&mut item.action, at)
    }

    pub(super) fn table(&mut self, table: &'v mut Table, at: &At<'_>) -> Check {
        let Table { id, caption, columns, rows, sort, empty, page } = table;
        self.unique(Space::List, id, &at.name("id"))?;
        self.label(caption, &at.name("caption"))?;
        self.optional_line(empty, &at.name("empty"))?;
        self.page(page.as_ref(), at)?;
        if columns.is_empty() || columns.len() > Limits::COLUMNS {
            return Err(at.name("columns").breaks("1 to 8"));
        }
        self.columns(columns, at)?;
        if let Some(sort) = sort
            && !columns.iter().any(|column| column.id == sort.column && column.sortable)
        {
            return Err(at.name("sort").breaks("expected the id of a sortable column"));
        }
        at_most(rows.len(), self.rows, &at.name("rows"))?;
        if let Some(index) = repeated(rows.iter().map(|row| row.id.as_str())) {
            return Err(at.index("rows", index).name("id").breaks("ids are unique in a table"));
        }
        for (index, row) in rows.iter_mut().enumerate() {
            self.row(row, columns.len(), &at.index("rows", index))?;
        }
        Ok(())
    }

    fn columns(&mut self, columns: &mut [Column], at: &At<'_>) -> Check {
        if let Some(index) = repeated(columns.iter().map(|column| column.id.as_str())) {
            return Err(at.index("columns", index).name("id").breaks("ids are unique in a table"));
        }
        for (index, column) in columns.iter_mut().enumerate() {
            let at = at.index("columns", index);
            self.parts(1, &at)?;
            self.verb(&column.id, &at.name("id"))?;
            self.label(&mut column.label, &at.name("label"))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &'v mut Row, columns: usize, at: &At<'_>) -> Check {
        self.parts(1, at)?;
        self.verb(&row.id, &at.name("id"))?;
        if row.cells.len() != columns {
            return Err(at.name("cells").breaks(format!("one cell per column: expected {columns}")));
        }
        for (index, cell) in row.cells.iter_mut().enumerate() {
            self.cell(cell, &at.index("cells", index))?;
        }
        self.group(&mut row.actions, &mut Submits::default(), at)
    }

    fn page(&mut self, page: Option<&Page>, at: &At<'_>) -> Check {
        let Some(Page { next, prev, verb, .. }) = page else { return Ok(()) };
        let at = at.name("page");
        self.verb(verb, &at.name("verb"))?;
        for cursor in [next, prev].into_iter().flatten() {
            if cursor.is_empty() || cursor.len() > Limits::CURSOR_BYTES || cursor.chars().any(char::is_control) {
                return Err(at.breaks("a cursor is 1 to 512 bytes without control characters"));
            }
            self.spend(cursor.len(), &at)?;
        }
        Ok(())
    }
}

fn at_most(count: usize, most: usize, at: &At<'_>) -> Check {
    if count > most { Err(at.breaks(format!("at most {most}"))) } else { Ok(()) }
}

/// The index of the first id that was there before.
fn repeated<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Option<usize> {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.enumerate().find_map(|(index, id)| (!seen.insert(id)).then_some(index))
}
