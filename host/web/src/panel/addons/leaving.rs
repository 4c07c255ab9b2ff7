//! Why somebody stops using an add-on: asked where they do, answered if they like, and counted without saying who it was.

use annex_domain::{figures::LeavingReason, installation::Installation};

use crate::{i18n::Translator, panel::form::Posted, state::AppState};

/// What may be answered, with its text.
pub(super) fn choices(t: &Translator) -> Vec<(LeavingReason, String)> {
    LeavingReason::ALL.map(|why| (why, t.get(&format!("why-{why}")))).to_vec()
}

/// Counts the answer, if there is one. What was done stays done when it cannot be counted.
pub(super) async fn note(state: &AppState, of: &Installation, form: &Posted) {
    let Ok(why) = form.get("why").parse::<LeavingReason>() else { return };
    if let Err(error) = state.lifecycle.left_because(&of.addon, &of.version, why).await {
        tracing::warn!(%error, "a reason to leave is not counted");
    }
}
