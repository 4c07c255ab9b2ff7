//! The foot of a list of several pages; `shell/pager.html` draws it.

/// Back to the first page, on to the next one.
#[derive(Debug)]
pub(crate) struct Pager {
    /// Where the list starts; none on its first page.
    pub(crate) first: Option<String>,
    /// Where it goes on; none on the last page.
    pub(crate) next: Option<String>,
    /// How many rows this page has.
    pub(crate) count: usize,
}

impl Pager {
    /// Of rows that were asked for with one more than a page holds: it only tells that there are more, and is dropped.
    /// `next` is the address of the page after a row.
    pub(crate) fn cut<T>(
        rows: &mut Vec<T>,
        page: usize,
        first: Option<String>,
        next: impl FnOnce(&T) -> String,
    ) -> Self {
        let more = rows.len() > page;
        rows.truncate(page);
        Self { first, next: rows.last().filter(|_| more).map(next), count: rows.len() }
    }
}
