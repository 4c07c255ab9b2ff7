//! Who belongs to a publisher, and who is invited.

use annex_domain::{
    ids::{AccountId, InvitationId},
    publisher::{Deed, MemberRole},
};
use annex_portal::members::{invite, remove, set_role, withdraw};
use annex_store::publishers::{
    invitations::{self, Invitation},
    members::{self, Member},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};

use super::{
    field::{Entry, Field, take},
    frame::{Around, Insider, Place},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/members", get(show).post(send))
        .route("/portal/publishers/{publisher}/members/{account}/role", post(change))
        .route("/portal/publishers/{publisher}/members/{account}/remove", post(take_out))
        .route("/portal/publishers/{publisher}/invitations/{invitation}/withdraw", post(take_back))
}

#[derive(Template)]
#[template(path = "portal/members.html")]
struct MembersPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    invitations_path: String,
    roles: [MemberRole; 3],
    /// Of who is invited.
    chosen: MemberRole,
    members: Vec<Member>,
    invitations: Vec<Invitation>,
    may_change: bool,
}

impl MembersPage {
    /// What a role is called.
    fn role(&self, role: &MemberRole) -> String {
        self.shell.t.get(&format!("portal-role-{role}"))
    }
}

async fn members_page(state: &AppState, who: &Insider, form: &Posted) -> Result<MembersPage, PageError> {
    let mut conn = state.db.read().await?;
    let may_change = who.member.role.may(Deed::Members);
    let slug = &who.member.publisher;
    Ok(MembersPage {
        shell: who.shell("portal-members-title"),
        frame: who.around(Place::Members),
        errors: FormErrors::default(),
        fields: vec![Field::new("email", form.get("email"), 254, Entry::Mail)],
        path: who.path("/members"),
        invitations_path: who.path("/invitations"),
        roles: MemberRole::ALL,
        chosen: chosen(form),
        members: members::list(&mut conn, slug).await?,
        invitations: if may_change { invitations::list(&mut conn, slug, who.member.now).await? } else { Vec::new() },
        may_change,
    })
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    page(&members_page(&state, &who, &Posted::default()).await?)
}

/// The role that was chosen; without one, that of who builds.
fn chosen(form: &Posted) -> MemberRole {
    form.get("role").parse().unwrap_or(MemberRole::Developer)
}

async fn send(State(state): State<AppState>, who: Insider, form: Posted) -> Result<Response, PageError> {
    let Err(refusal) = invite(&state.portal(), &who.member, form.get("email"), chosen(&form)).await else {
        return Ok(Flash::success("portal-members-invited").redirect(&who.path("/members")));
    };
    let mut shown = members_page(&state, &who, &form).await?;
    let status = take(&mut shown.errors, &who.payer.t, refusal)?;
    page_with(status, &shown)
}

async fn change(
    State(state): State<AppState>,
    Path((_, account)): Path<(String, String)>,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    let account: AccountId = account.parse().map_err(|_| PageError::NotFound)?;
    set_role(&state.portal(), &who.member, account, chosen(&form)).await?;
    Ok(Flash::success("portal-members-changed").redirect(&who.path("/members")))
}

async fn take_out(
    State(state): State<AppState>,
    Path((_, account)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    let account: AccountId = account.parse().map_err(|_| PageError::NotFound)?;
    remove(&state.portal(), &who.member, account).await?;
    let to = if account == who.member.account { "/portal".to_owned() } else { who.path("/members") };
    Ok(Flash::success("portal-members-removed").redirect(&to))
}

async fn take_back(
    State(state): State<AppState>,
    Path((_, invitation)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    let invitation: InvitationId = invitation.parse().map_err(|_| PageError::NotFound)?;
    withdraw(&state.portal(), &who.member, invitation).await?;
    Ok(Flash::success("portal-members-withdrawn").redirect(&who.path("/members")))
}
