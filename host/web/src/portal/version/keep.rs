//! Saving what is typed of a draft. With script (`assets/drafts.js`) that happens while somebody types, and the answer is JSON; by the
//! button it is a page. Whatever stands against it, the form comes back as it was typed, and beside it what somebody else saved.

use annex_domain::listing_draft::ListingDraft;
use annex_portal::{
    Refusal,
    projects::{Saved, save},
};
use axum::{
    Json,
    extract::{FromRequest as _, Path, Query, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{Shown, Spot, version_page};
use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::Posted,
    shell::{error_text, is_fragment, page_with},
    state::AppState,
};

/// What stands in the form of a draft.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written<'d> {
    /// What is saved.
    Saved,
    /// What was typed over what has this number, and refused.
    Refused(&'d ListingDraft, i64),
    /// What was typed while somebody else saved.
    Beside(&'d ListingDraft),
}

impl<'d> Written<'d> {
    pub(super) const BESIDE: &'static str = "differs";

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Saved => "blank",
            Self::Refused(..) => "unsaved",
            Self::Beside(_) => Self::BESIDE,
        }
    }

    pub(super) fn is_typed(self) -> bool {
        !matches!(self, Self::Saved)
    }

    /// What the fields show.
    pub(super) fn over(self, saved: &'d ListingDraft) -> &'d ListingDraft {
        match self {
            Self::Saved => saved,
            Self::Refused(typed, _) | Self::Beside(typed) => typed,
        }
    }

    /// What is shown beside them.
    pub(super) fn beside(self, saved: &'d ListingDraft) -> Option<&'d ListingDraft> {
        matches!(self, Self::Beside(_)).then_some(saved)
    }

    /// The number that the form is sent with, where this one is saved. What was refused gets no newer one: it was typed over the old.
    pub(super) fn seen(self, saved: i64) -> i64 {
        if let Self::Refused(_, seen) = self { seen } else { saved }
    }
}

pub(super) async fn keep(
    State(state): State<AppState>,
    Path(path): Path<(String, String, String)>,
    Query(shown): Query<Shown>,
    payer: Payer,
    request: Request,
) -> Result<Response, PageError> {
    let by_script = is_fragment(request.headers());
    let place = Spot::find(&state, payer, &path).await?;
    let form = Posted::from_request(request, &state).await?;
    // Somebody else has signed in since in this browser: it is not theirs.
    if form.has("operator") && form.get("operator") != place.who.payer.account.id.to_string() {
        return Err(PageError::SignedOut { next: shown.address(&place), fragment: by_script });
    }
    let mut draft = place.version.draft.clone();
    shown.part().take(shown.language(), &form, &mut draft);
    if form.get("do") == "as-package" {
        (draft.plans, draft.service) = (None, None);
    }
    let seen = form.get("rev").parse().unwrap_or(0);
    let (by, project, id) = (&place.who.member, &place.project.id, place.version.id);
    match save(&state.portal(), by, project, id, seen, draft.clone()).await {
        Ok(saved) if by_script => Ok(told(&saved, &shown)),
        Ok(Saved::Done(_)) => Ok(Flash::success("portal-draft-saved").redirect(&shown.address(&place))),
        Ok(Saved::Newer(newer)) => {
            let place = Spot { version: *newer, ..place };
            let mut page = version_page(&state, &place, &shown, Written::Beside(&draft)).await?;
            page.errors.add("", place.who.payer.t.get("portal-draft-newer"));
            page_with(StatusCode::CONFLICT, &page)
        }
        Err(refusal) if by_script => Err(refusal.into()),
        Err(refusal) => refused(&state, &place, &shown, Written::Refused(&draft, seen), refusal).await,
    }
}

/// For script: the number of what is saved; that of a newer one with the fields of the form.
fn told(saved: &Saved, shown: &Shown) -> Response {
    match saved {
        Saved::Done(rev) => Json(json!({ "rev": rev })).into_response(),
        Saved::Newer(newer) => {
            let fields = shown.part().values(shown.language(), &newer.draft);
            (StatusCode::CONFLICT, Json(json!({ "rev": newer.draft_rev, "fields": fields }))).into_response()
        }
    }
}

/// The page again, with what was typed and what stands against it. What is gone has no page, and for a host that is busy the error page
/// keeps the form.
async fn refused(
    state: &AppState,
    place: &Spot,
    shown: &Shown,
    written: Written<'_>,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let error = PageError::from(refusal);
    let described = error.describe();
    if !described.status.is_client_error() || described.status == StatusCode::NOT_FOUND {
        return Err(error);
    }
    let mut page = version_page(state, place, shown, written).await?;
    page.errors.add("", error_text(&place.who.payer.t, &described));
    page_with(described.status, &page)
}
