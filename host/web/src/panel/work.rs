//! Admin → Background work: jobs that were given up, and jobs and operations that stopped the host again and again. They are
//! tried again or given up by hand.

use annex_domain::{operator::Actor, permission::Permission};
use annex_lifecycle::{Decision, SetAside, Work};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::addons::page_error;
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

const HERE: &str = "/admin/work";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/work", get(list))
        .route("/admin/work/{work}/try-again", post(try_again))
        .route("/admin/work/{work}/give-up", post(give_up))
}

#[derive(Template)]
#[template(path = "panel/work.html")]
pub(super) struct WorkPage {
    pub(super) shell: Shell,
    pub(super) waiting: Vec<SetAside>,
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    who.require(Permission::DeskManage)?;
    let waiting = state.lifecycle.set_aside(who.desk.id).await?;
    page(&WorkPage { waiting, shell: who.shell("work-title", Section::Work) })
}

async fn try_again(State(state): State<AppState>, who: SignedIn, Path(work): Path<String>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let by = Actor::Operator(who.operator.id);
    state.lifecycle.decide(who.desk.id, parse(&work)?, Decision::TryAgain, by).await.map_err(page_error)?;
    Ok(Flash::success("work-tried-again").redirect(HERE))
}

async fn give_up(State(state): State<AppState>, who: SignedIn, Path(work): Path<String>) -> PageResult {
    who.require(Permission::DeskManage)?;
    let by = Actor::Operator(who.operator.id);
    state.lifecycle.decide(who.desk.id, parse(&work)?, Decision::GiveUp, by).await.map_err(page_error)?;
    Ok(Flash::success("work-given-up").redirect(HERE))
}

fn parse(work: &str) -> Result<Work, PageError> {
    work.parse().map_err(|_| PageError::NotFound)
}

impl WorkPage {
    /// What the work is, in words.
    pub(super) fn what(&self, work: &SetAside) -> String {
        self.shell.t.get(annex_mail::work_kind(&work.kind))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use annex_domain::{clock::Timestamp, ids::InstallationId};
    use annex_store::{audit, jobs, sagas, testing};

    use crate::client_area::tests::site::Site;

    #[tokio::test]
    async fn what_is_set_aside_is_shown_and_decided_by_hand() {
        let site = Site::start().await;
        let (admin, desk) = (site.admin().await, site.desks.desk);
        assert!(admin.get("/admin/work").await.html.contains("Nothing is waiting"));
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let again = testing::failed_job(&mut tx, desk, "it <broke>").await;
        let never = testing::failed_job(&mut tx, desk, "it broke too").await;
        tx.commit().await.unwrap();
        let html = admin.get("/admin/work").await.html;
        assert!(
            html.contains("it &#60;broke&#62;") && html.contains("Try again") && html.contains("Give up"),
            "{html}"
        );
        let done = admin.post(&format!("/admin/work/job-{again}/try-again"), &[]).await;
        assert_eq!(done.location(), "/admin/work");
        admin.post(&format!("/admin/work/job-{never}/give-up"), &[]).await;
        let mut conn = site.state.db.read().await.unwrap();
        assert_eq!(jobs::put_away(&mut conn, Some(desk), 9).await.unwrap(), []);
        let audited = audit::list(&mut conn, desk, None, 2).await.unwrap();
        let actions: Vec<_> = audited.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["work.give-up", "work.try-again"]);
        let gone = admin.post(&format!("/admin/work/job-{never}/try-again"), &[]).await;
        assert_eq!(gone.status, http::StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn what_never_turns_back_can_only_be_tried_again() {
        let site = Site::start().await;
        let (admin, desk) = (site.admin().await, site.desks.desk);
        let (of, params) = (InstallationId::new(), serde_json::Value::Null);
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let saga = sagas::begin(&mut tx, desk, "uninstall", of, &params, Duration::ZERO, Timestamp(1)).await.unwrap();
        sagas::set_aside(&mut tx, &saga, "it stopped the host", Timestamp(2)).await.unwrap();
        tx.commit().await.unwrap();
        let html = admin.get("/admin/work").await.html;
        assert!(html.contains("Try again") && html.contains("only be tried again"), "{html}");
        assert!(!html.contains("Give up"), "{html}");
        let refused = admin.post(&format!("/admin/work/operation-{}/give-up", saga.id), &[]).await;
        assert_eq!(refused.status, http::StatusCode::CONFLICT);
        assert!(refused.html.contains("undone halfway"), "{}", refused.html);
        let waiting = sagas::put_away(&mut site.state.db.read().await.unwrap(), desk).await.unwrap();
        assert_eq!(waiting.len(), 1, "it waits as before");
    }

    #[tokio::test]
    async fn of_several_desks_none_decides_about_the_hosts_own() {
        let site = Site::start().await;
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let job = testing::failed_job(&mut tx, None, "it broke").await;
        tx.commit().await.unwrap();
        let admin = site.admin().await;
        assert!(admin.get("/admin/work").await.html.contains("Nothing is waiting"));
        for end in ["try-again", "give-up"] {
            let answer = admin.post(&format!("/admin/work/job-{job}/{end}"), &[]).await;
            assert_eq!(answer.status, http::StatusCode::NOT_FOUND, "{end}");
        }
    }

    #[tokio::test]
    async fn only_who_manages_the_desk_decides() {
        let site = Site::start().await;
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        let job = testing::failed_job(&mut tx, site.desks.desk, "it broke").await;
        tx.commit().await.unwrap();
        let agent = site.operator(site.desks.desk, site.desks.agent).await;
        assert_eq!(agent.get("/admin/work").await.status, http::StatusCode::FORBIDDEN);
        for end in ["try-again", "give-up"] {
            let answer = agent.post(&format!("/admin/work/job-{job}/{end}"), &[]).await;
            assert_eq!(answer.status, http::StatusCode::FORBIDDEN, "{end}");
        }
    }
}
