//! Prints what the add-on does while it is worked on.

use serde_json::Value;

use crate::{
    activity::{Printer, in_order},
    api::Api,
    output::Output,
};

/// Remembers what was printed.
pub(super) struct Follower {
    api: Api,
    /// None before the first look: what was there then is old news.
    printer: Option<Printer>,
}

impl Follower {
    pub(super) fn new(api: Api) -> Self {
        Self { api, printer: None }
    }

    /// Prints what is new. A host that does not answer right now is asked again soon.
    pub(super) async fn print_news(&mut self, installation: &str, output: Output) {
        let (Some(calls), Some(lines)) =
            (self.page(installation, "calls").await, self.page(installation, "logs").await)
        else {
            return;
        };
        let entries = in_order(calls, lines);
        match &mut self.printer {
            Some(printer) => printer.print(&entries, output),
            None => self.printer.insert(Printer::default()).skip(&entries),
        }
    }

    async fn page(&self, installation: &str, of: &str) -> Option<Vec<Value>> {
        let page = self.api.get(&format!("/installations/{installation}/{of}?limit=50")).await.ok()?;
        Some(page.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }
}
