//! Which mails about tickets operators want, on their own page.

use annex_desk::profile::set_notices;
use annex_store::notices::Notices;
use axum::extract::State;

use crate::{error::PageResult, flash::Flash, panel::form::Posted, session::SignedIn, state::AppState};

/// `POST /profile/notices`.
pub(super) async fn save(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    let wanted = Notices { new: form.has("new"), assigned: form.has("assigned"), answered: form.has("answered") };
    set_notices(&state.desk(), &who.ctx(), wanted).await?;
    Ok(Flash::success("profile-saved").redirect("/profile"))
}
