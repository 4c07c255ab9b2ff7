//! What each operator sees of a ticket: the panels of plugins beside it and their buttons beside **Send**, in the order and folded as they
//! left them, and whether changes stand between its messages.

mod arrange;
mod arranged;
mod show_changes;

pub use arrange::{Move, arrange};
pub use arranged::arranged;
pub use show_changes::show_changes;

use annex_domain::installation::Installation;
use annex_store::panels::PanelPlace;

/// The places that were chosen, also of what does not run now, and those of new panels after them.
fn with_new(mut places: Vec<PanelPlace>, running: &[Installation]) -> Vec<PanelPlace> {
    for installation in running.iter().map(|installation| installation.id) {
        if places.iter().all(|place| place.installation != installation) {
            places.push(PanelPlace { installation, collapsed: false });
        }
    }
    places
}
