//! Lists and tables.

use super::{Badge, Block, Button, Cell, Image, MAX_ROWS, wire};

/// How a list or table goes on: the host calls `handle` with `verb` and the cursor of the page that is asked for.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "give it to a list or table"]
pub struct Pages(wire::Page);

impl Pages {
    /// Neither a next nor a previous page yet.
    pub fn new(verb: impl Into<String>) -> Self {
        Self(wire::Page { next: None, prev: None, total: None, verb: verb.into() })
    }

    /// The cursor of the next page.
    pub fn next(mut self, cursor: Option<impl Into<String>>) -> Self {
        self.0.next = cursor.map(Into::into);
        self
    }

    /// The cursor of the page before.
    pub fn prev(mut self, cursor: Option<impl Into<String>>) -> Self {
        self.0.prev = cursor.map(Into::into);
        self
    }

    /// Rows in all.
    pub fn total(mut self, rows: u32) -> Self {
        self.0.total = Some(rows);
        self
    }
}

/// An entry of a [`List`].
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a list"]
pub struct Item(wire::Item);

impl Item {
    /// `id`: unique in the list.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self(wire::Item {
            id: id.into(),
            title: title.into(),
            subtitle: None,
            meta: None,
            image: None,
            badge: None,
            action: None,
        })
    }

    /// A second line.
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.0.subtitle = Some(text.into());
        self
    }

    /// Small, at the end.
    pub fn meta(mut self, text: impl Into<String>) -> Self {
        self.0.meta = Some(text.into());
        self
    }

    /// At the start.
    pub fn image(mut self, image: Image) -> Self {
        self.0.image = Some(image.0);
        self
    }

    /// At the end.
    pub fn badge(mut self, badge: Badge) -> Self {
        self.0.badge = Some(badge.0);
        self
    }

    /// On a click. Its id becomes the item's id with the verb, unless it has one of its own.
    pub fn action(mut self, button: Button) -> Self {
        self.0.action = Some(button.0);
        self
    }
}

/// A list of at most [`MAX_ROWS`] items.
///
/// ```
/// use annex_sdk::ui::{Button, Item, List};
///
/// let orders = [(7, "Ink"), (8, "Paper")];
/// let list = List::new("orders", "Orders of this customer")
///     .items(orders.map(|(id, what)| Item::new(id.to_string(), what).action(Button::push("show", "Show"))))
///     .empty("No orders yet");
/// # let _ = list;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section"]
pub struct List(pub(super) wire::ItemList);

impl List {
    /// `id`: unique in the view; `label`: what is listed, for screen readers.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self(wire::ItemList { id: id.into(), label: label.into(), items: vec![], empty: None, page: None })
    }

    /// Adds an item.
    pub fn item(self, item: Item) -> Self {
        self.items([item])
    }

    /// Adds items.
    pub fn items(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        let room = MAX_ROWS.saturating_sub(self.0.items.len());
        self.0.items.extend(items.into_iter().take(room).map(|item| item.0));
        self
    }

    /// Shown when there are no items.
    pub fn empty(mut self, text: impl Into<String>) -> Self {
        self.0.empty = Some(text.into());
        self
    }

    /// How it goes on.
    pub fn pages(mut self, pages: Pages) -> Self {
        self.0.page = Some(pages.0);
        self
    }
}

impl From<List> for Block {
    fn from(list: List) -> Self {
        Self(wire::Block::Items(list.0))
    }
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub struct Column(wire::Column);

impl Column {
    /// A column of texts. `id`: unique in the table.
    #[must_use]
    pub fn text(id: impl Into<String>, label: impl Into<String>) -> Self {
        let importance = wire::Importance::Normal;
        Self(wire::Column { id: id.into(), label: label.into(), numeric: false, sortable: false, importance })
    }

    /// A column of numbers, aligned to the end.
    #[must_use]
    pub fn number(id: impl Into<String>, label: impl Into<String>) -> Self {
        let Self(column) = Self::text(id, label);
        Self(wire::Column { numeric: true, ..column })
    }

    /// Stays where there is little room; of rows that are stacked then it is the title.
    #[must_use]
    pub fn essential(self) -> Self {
        Self(wire::Column { importance: wire::Importance::Essential, ..self.0 })
    }

    /// Goes below the others first where there is little room.
    #[must_use]
    pub fn extra(self) -> Self {
        Self(wire::Column { importance: wire::Importance::Extra, ..self.0 })
    }

    /// Its head is a button that calls `handle` with the verb `sort`: `event.source` is the table, and the values are
    /// `column` (a text) and `descending` (a flag).
    #[must_use]
    pub fn sortable(self) -> Self {
        Self(wire::Column { sortable: true, ..self.0 })
    }
}

/// A row with as many cells as its table has columns.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a table"]
pub struct Row<const N: usize> {
    id: String,
    cells: [Cell; N],
    actions: Vec<wire::Action>,
}

impl<const N: usize> Row<N> {
    /// `id`: unique in the table.
    pub fn new(id: impl Into<String>, cells: [Cell; N]) -> Self {
        Self { id: id.into(), cells, actions: vec![] }
    }

    /// A button at the end. Its id becomes the row's id with the verb, unless it has one of its own.
    pub fn button(mut self, button: Button) -> Self {
        self.actions.push(button.0);
        self
    }
}

/// A table of `N` columns (1 to 8) and at most [`MAX_ROWS`] rows.
///
/// ```
/// use annex_sdk::ui::{Cell, Column, Row, Table};
///
/// let table = Table::new("lines", "Order lines", [Column::text("what", "What"), Column::number("price", "Price")])
///     .row(Row::new("1", [Cell::text("Ink"), Cell::money(1250, "EUR")]));
/// # let _ = table;
/// ```
///
/// ```compile_fail
/// use annex_sdk::ui::{Cell, Column, Row, Table};
///
/// // Two columns, one cell: does not compile.
/// Table::new("lines", "Lines", [Column::text("a", "A"), Column::text("b", "B")])
///     .row(Row::new("1", [Cell::text("Ink")]));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a section"]
pub struct Table<const N: usize>(pub(super) wire::Table);

impl<const N: usize> Table<N> {
    const FITS: () = assert!(N >= 1 && N <= 8, "a table has 1 to 8 columns");

    /// `id`: unique in the view; `caption`: what the table shows, for screen readers.
    pub fn new(id: impl Into<String>, caption: impl Into<String>, columns: [Column; N]) -> Self {
        let () = Self::FITS;
        Self(wire::Table {
            id: id.into(),
            caption: caption.into(),
            columns: columns.into_iter().map(|column| column.0).collect(),
            rows: vec![],
            sort: None,
            empty: None,
            page: None,
        })
    }

    /// Adds a row.
    pub fn row(self, row: Row<N>) -> Self {
        self.rows([row])
    }

    /// Adds rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row<N>>) -> Self {
        let room = MAX_ROWS.saturating_sub(self.0.rows.len());
        self.0.rows.extend(rows.into_iter().take(room).map(|row| wire::Row {
            id: row.id,
            cells: row.cells.into_iter().map(|cell| cell.0).collect(),
            actions: row.actions,
        }));
        self
    }

    /// How the rows are sorted.
    pub fn sorted_by(mut self, column: impl Into<String>, descending: bool) -> Self {
        self.0.sort = Some(wire::Sort { column: column.into(), descending });
        self
    }

    /// Shown when there are no rows.
    pub fn empty(mut self, text: impl Into<String>) -> Self {
        self.0.empty = Some(text.into());
        self
    }

    /// How it goes on.
    pub fn pages(mut self, pages: Pages) -> Self {
        self.0.page = Some(pages.0);
        self
    }
}

impl<const N: usize> From<Table<N>> for Block {
    fn from(table: Table<N>) -> Self {
        Self(wire::Block::Table(table.0))
    }
}
