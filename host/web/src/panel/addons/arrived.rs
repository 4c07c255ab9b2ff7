//! Where the browser goes once something was begun with an add-on: waits a moment for it.

use annex_domain::installation::{Installation, Status};
use annex_lifecycle::{OrderEnd, Purchased};

use super::{INSTALLED, PATIENCE, errors::page_error, payment, see_other};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    state::AppState,
};

/// Waits a little for a saga; says that it is done, or shows its progress.
pub(super) async fn arrived(
    state: &AppState,
    who: &SignedIn,
    begun: Installation,
    name: &str,
    done: &str,
) -> PageResult {
    let id = begun.id;
    let now = state.lifecycle.wait(who.desk.id, id, PATIENCE).await.map_err(page_error)?.unwrap_or(begun);
    let to = format!("/my-addons/{id}");
    Ok(match now.status {
        // What is left to do comes first.
        Status::Active if done == INSTALLED => {
            let flash = Flash::success(done).arg("name", name).arg("version", &now.version);
            flash.redirect(&format!("{to}/start"))
        }
        Status::Active | Status::Inactive if now.notice.is_none() => {
            Flash::success(done).arg("name", name).arg("version", &now.version).redirect(&to)
        }
        // The page says which invoice is due, and leads to it (R10). A bank that asks gets the browser at once.
        Status::PaymentDue => match payment::bank_of(state, who, id).await? {
            Some(bank) => return payment::to_bank(state, who, &bank),
            None => see_other(&to),
        },
        Status::Installing | Status::Updating => see_other(&to),
        _ => Flash::warning("flash-not-done").arg("name", name).redirect(&to),
    })
}

/// What came of a purchase within a little while.
pub(super) async fn purchase_end(
    state: &AppState,
    who: &SignedIn,
    purchased: &Purchased,
) -> Result<OrderEnd, PageError> {
    match purchased.order {
        Some(order) => state.lifecycle.wait_order(who.desk.id, order, PATIENCE).await.map_err(page_error),
        None => Ok(OrderEnd::Fulfilled),
    }
}

/// Says what came of a purchase, or leads to what is due (R10).
pub(super) fn purchase_said(
    state: &AppState,
    who: &SignedIn,
    purchased: &Purchased,
    end: OrderEnd,
    name: &str,
    (done, due): (Flash, Flash),
) -> PageResult {
    let to = format!("/my-addons/{}", purchased.installation.id);
    match end {
        OrderEnd::Fulfilled => Ok(done.redirect(&to)),
        OrderEnd::Due(invoice) => match &invoice.action_url {
            Some(bank) => payment::to_bank(state, who, bank),
            None if invoice.is_under_way() => Ok(see_other(&format!("{to}/payment"))),
            None => Ok(due.redirect(&to)),
        },
        OrderEnd::GivenUp => Ok(Flash::warning("flash-not-done").arg("name", name).redirect(&to)),
        OrderEnd::UnderWay => Ok(see_other(&format!("{to}/payment"))),
    }
}
