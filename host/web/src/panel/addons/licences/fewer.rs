//! Fewer licences from the next period on, and never fewer than are assigned (R26).

use axum::extract::{Path, State};

use super::{Found, Trouble, Wish, draw, found};
use crate::{
    error::PageResult,
    flash::Flash,
    i18n::Translator,
    panel::{
        addons::toggles::not_done,
        form::{FormErrors, Posted},
    },
    session::SignedIn,
    state::AppState,
};

/// The form that keeps fewer.
#[derive(Debug)]
pub(in crate::panel::addons) struct Fewer {
    pub(in crate::panel::addons) min: u32,
    pub(in crate::panel::addons) max: u32,
    pub(in crate::panel::addons) keep: String,
    pub(in crate::panel::addons) hint: String,
    pub(in crate::panel::addons) button: String,
    /// Fewer are planned already.
    pub(in crate::panel::addons) planned: bool,
}

/// None where no fewer can be kept.
pub(super) fn form(found: &Found, keep: Option<&str>, t: &Translator) -> Option<Fewer> {
    let licences = found.billing.licences?;
    let (min, max, planned) = (licences.least(), licences.purchased, licences.next);
    if min >= max && planned.is_none() {
        return None;
    }
    let day = found.day().map(|day| t.day(day)).unwrap_or_default();
    let mut hint = t.msg("licences-fewer-hint").arg("day", &day).to_string();
    if min > 1 {
        hint = format!("{hint} {}", t.msg("licences-fewer-least").arg("count", min));
    }
    Some(Fewer {
        min,
        max,
        keep: keep.map_or_else(|| planned.unwrap_or(min).to_string(), str::to_owned),
        hint,
        button: t.msg("licences-reduce-now").arg("day", &day).to_string(),
        planned: planned.is_some(),
    })
}

pub(super) async fn reduce(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Posted,
) -> PageResult {
    let found = found(&state, &who, &id).await?;
    let licences = found.billing.licences;
    let (min, max) = licences.map_or((1, 1), |licences| (licences.least(), licences.purchased));
    let all = form.has("keep-all");
    let to = if all { Some(max) } else { form.get("keep").parse::<u32>().ok() };
    let Some(to) = to.filter(|to| (min..=max).contains(to)) else {
        let mut errors = FormErrors::default();
        errors.add("keep", who.t.msg("licences-fewer-wrong").arg("min", min).arg("max", max));
        let trouble = Trouble { errors, ..Trouble::default() };
        return draw(&state, &who, &found, Wish::of(form.iter()), trouble).await;
    };
    let here = format!("/my-addons/{}/users", found.id());
    let name = found.view.name(who.t.code());
    match state.lifecycle.reduce_licences(who.desk.id, found.id(), to, who.operator.id).await {
        Ok(_) if to == max => Ok(Flash::success("flash-licences-kept").arg("name", name).redirect(&here)),
        Ok(_) => {
            let day = found.day().map(|day| who.t.day(day)).unwrap_or_default();
            Ok(Flash::success("flash-licences-reduced").arg("name", name).arg("day", day).redirect(&here))
        }
        Err(error) => not_done(&who, error, &here),
    }
}
