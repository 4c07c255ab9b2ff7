//! What people meet between installing and uninstalling: a fix reaches what was stopped, only what is newer is an update, a
//! failure is tried again now and then and told once, and who may not install can ask.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    installation::{Action, Notice, Status},
    settings::{Setting, SettingKind},
};
use annex_store::{
    audit, desks, mails, operators,
    requests::RequestState,
    roles::{self, Builtin},
};

use super::support::{World, everything, on_both, puppet, puppet_manifest, version};
use crate::{CrashPoints, InstallRequest, LifecycleError, Reason};

const MINUTE: Duration = Duration::from_secs(60);

impl World {
    async fn letters(&self, kind: &str) -> Vec<mails::Mail> {
        let all = mails::list(&mut self.db().read().await.unwrap(), self.desk, None, 100).await.unwrap();
        all.into_iter().filter(|mail| mail.kind.as_str() == kind).collect()
    }

    /// An add-on that the host has just suspended.
    async fn suspended(&self) -> annex_domain::ids::InstallationId {
        self.puppet("1.0.0", 1, "render=trap").await;
        let id = self.install("acme.puppet").await.id;
        for _ in 0..3 {
            self.host.render(self.desk, id, self.context()).await.unwrap_err();
        }
        assert_eq!(self.installation(id).await.status, Status::Suspended);
        id
    }

    pub(super) async fn reasons(&self) -> Vec<Reason> {
        self.host.attention(self.desk).await.unwrap().into_iter().map(|one| one.reason).collect()
    }
}

#[tokio::test]
async fn a_suspended_add_on_takes_the_fix_and_runs_again() {
    on_both(async |world| {
        let id = world.suspended().await;
        world.puppet("1.0.1", 2, "").await;
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert_eq!(view.update, Some(version("1.0.1")));
        assert!(view.offers(Action::Update) && view.offers(Action::Activate));
        let fixed = world.update(id, "1.0.1").await;
        assert_eq!((fixed.status, &fixed.version, &fixed.notice), (Status::Active, &version("1.0.1"), &None));
        world.host.render(world.desk, id, world.context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_suspended_add_on_goes_back_to_the_version_that_worked() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.puppet("2.0.0", 2, "render=trap").await;
        world.update(id, "2.0.0").await;
        for _ in 0..3 {
            world.host.render(world.desk, id, world.context()).await.unwrap_err();
        }
        world.host.rollback(world.desk, id, None, world.admin).await.unwrap();
        let back = world.settled(id).await.unwrap();
        assert_eq!((back.status, &back.version, back.pinned), (Status::Active, &version("1.0.0"), true));
    })
    .await;
}

#[tokio::test]
async fn an_inactive_add_on_is_updated_and_stays_inactive() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.host.deactivate(world.desk, id, world.admin).await.unwrap();
        world.puppet("2.0.0", 2, "").await;
        world.restart(CrashPoints::fail_at("update:switch:before")).await;
        let undone = world.update(id, "2.0.0").await;
        assert_eq!((undone.status, &undone.version), (Status::Inactive, &version("1.0.0")));
        assert_eq!(world.letters("update-failed").await[0].args["status"], "inactive");
        world.restart(CrashPoints::none()).await;
        let updated = world.update(id, "2.0.0").await;
        assert_eq!((updated.status, &updated.version), (Status::Inactive, &version("2.0.0")));
        world.host.rollback(world.desk, id, None, world.admin).await.unwrap();
        assert_eq!(world.settled(id).await.unwrap().status, Status::Inactive);
    })
    .await;
}

#[tokio::test]
async fn the_platform_is_asked_for_help_once_with_what_it_needs_to_know() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        let (desk, id, by) = (world.desk, active.id, world.admin);
        let to = "support@platform.example";
        let early = world.host.ask_support(desk, id, by, to, "").await.unwrap_err();
        assert!(matches!(early, LifecycleError::NotAllowed(_)), "{early}");
        let now = world.host.clock().now();
        let notice = Notice { error_id: "E-7".into(), code: "x".into(), text: "the copy is gone".into() };
        let updating = active.begin_update(version("2.0.0"), now).unwrap();
        let failed = updating.clone().update_failed(notice, now).unwrap();
        let mut tx = world.db().begin().await.unwrap();
        annex_store::installations::save(&mut tx, &updating).await.unwrap();
        annex_store::installations::save(&mut tx, &failed).await.unwrap();
        tx.commit().await.unwrap();
        assert!(world.host.ask_support(desk, id, by, to, "It was a Monday").await.unwrap());
        assert!(!world.host.ask_support(desk, id, by, to, "Hello?").await.unwrap());
        let sent = world.letters("support-requested").await;
        let args = &sent[0].args;
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, to));
        assert_eq!((&args["error_id"], &args["error"]), (&"E-7".into(), &"the copy is gone".into()));
        assert_eq!((&args["version"], &args["text"]), (&"1.0.0".into(), &"It was a Monday".into()));
        assert!(args["by"].as_str().unwrap().starts_with("Ada ("));
        assert!(world.audited().await.contains(&"addon.ask-support".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_failed_update_can_be_tried_again() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let active = world.install("acme.puppet").await;
        let now = world.host.clock().now();
        let notice = annex_domain::installation::Notice { error_id: "E-1".into(), code: "x".into(), text: "x".into() };
        let updating = active.begin_update(version("2.0.0"), now).unwrap();
        let failed = updating.clone().update_failed(notice, now).unwrap();
        let mut tx = world.db().begin().await.unwrap();
        annex_store::installations::save(&mut tx, &updating).await.unwrap();
        annex_store::installations::save(&mut tx, &failed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.reasons().await, [Reason::UpdateFailed]);
        world.puppet("2.0.0", 2, "").await;
        let updated = world.update(failed.id, "2.0.0").await;
        assert_eq!((updated.status, &updated.version), (Status::Active, &version("2.0.0")));
    })
    .await;
}

/// The cases of publishing in another order than that of the versions.
#[tokio::test]
async fn only_what_is_newer_is_an_update() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let offered = async || {
            let view = world.host.installation(world.desk, id).await.unwrap();
            (view.update.map(|it| it.to_string()), view.patch.map(|it| it.to_string()))
        };
        let some = |text: &str| Some(text.to_owned());
        let refused = async |to: &str| {
            let refused = world.host.update(world.desk, id, version(to), everything(), world.admin).await;
            refused.unwrap_err().code()
        };
        world.puppet("1.1.0-rc.10", 2, "").await;
        world.puppet("1.1.0-rc.7", 3, "").await;
        assert_eq!((offered().await, refused("1.1.0-rc.10").await), ((None, None), "pre-release"));
        world.host.set_prereleases(world.desk, id, true, world.admin).await.unwrap();
        assert_eq!(offered().await, (some("1.1.0-rc.10"), None));
        world.host.set_prereleases(world.desk, id, false, world.admin).await.unwrap();
        world.puppet("1.1.0", 4, "").await;
        world.puppet("1.0.1", 5, "").await;
        assert_eq!(offered().await, (some("1.1.0"), some("1.0.1")));
        // Pinned, it stays on its line, and gets the patches of that.
        world.host.set_pinned(world.desk, id, true, world.admin).await.unwrap();
        assert_eq!((offered().await, refused("1.1.0").await), ((some("1.0.1"), None), "pinned"));
        let patched = world.update(id, "1.0.1").await;
        assert_eq!((&patched.version, patched.pinned), (&version("1.0.1"), true));
        world.host.set_pinned(world.desk, id, false, world.admin).await.unwrap();
        world.update(id, "1.1.0").await;
        assert_eq!((offered().await, refused("1.0.1").await), ((None, None), "not-newer"));
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert_eq!(view.previous, Some(version("1.0.1")));
        // Newly installed is the newest that is finished, not the last that was published.
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        world.settled(id).await;
        let anew = world.install("acme.puppet").await;
        assert_eq!((&anew.version, anew.prereleases), (&version("1.1.0"), false));
    })
    .await;
}

#[tokio::test]
async fn who_installs_a_pre_release_gets_the_next_ones() {
    on_both(async |world| {
        world.puppet("1.0.0-rc.1", 1, "").await;
        let only = world.host.install(world.request("acme.puppet")).await.unwrap_err();
        assert_eq!(only.code(), "not-found", "nobody gets a pre-release unasked");
        let mut request = world.request("acme.puppet");
        request.version = Some(version("1.0.0-rc.1"));
        let started = world.host.install(request).await.unwrap();
        let active = world.settled(started.id).await.unwrap();
        world.puppet("1.0.0-rc.2", 2, "").await;
        let view = world.host.installation(world.desk, active.id).await.unwrap();
        assert_eq!((active.prereleases, view.update), (true, Some(version("1.0.0-rc.2"))));
    })
    .await;
}

#[tokio::test]
async fn a_suspension_is_told_by_mail_and_without_a_trace() {
    on_both(async |world| {
        let agent = world.colleague("Bo").await;
        let id = world.suspended().await;
        let told = world.letters("suspended").await;
        assert_eq!(told.len(), 1, "whoever installed it manages add-ons, too; the agent {agent} does neither");
        assert_eq!(told[0].operator, Some(world.admin));
        let notice = world.installation(id).await.notice.clone().unwrap();
        assert!(!notice.has_more() && !notice.text.contains("wasm"), "{}", notice.text);
        assert_eq!(world.reasons().await, [Reason::Suspended]);
        // The agent sees that there is something, in the place of the panel.
        let panels = world.host.panels(world.desk, agent).await.unwrap();
        assert_eq!(panels.iter().map(|view| view.installation.status).collect::<Vec<_>>(), [Status::Suspended]);
        let logs = world.host.logs(world.desk, id, &annex_store::logs::Query::default()).await.unwrap();
        assert!(logs.lines.iter().any(|line| line.message.contains("trap")), "the author finds it there");
    })
    .await;
}

#[tokio::test]
async fn a_suspension_is_told_to_who_installed_it_and_to_all_who_manage_add_ons() {
    on_both(async |world| {
        let (bo, cy) = (world.colleague("Bo").await, world.colleague("Cy").await);
        let become_one = async |which| {
            let mut tx = world.db().begin().await.unwrap();
            let role = roles::builtin(&mut tx, world.desk, which).await.unwrap().id;
            operators::set_roles(&mut tx, world.desk, bo, &[role], world.host.clock().now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        become_one(Builtin::Admin).await;
        world.puppet("1.0.0", 1, "render=trap").await;
        let id = world.had(InstallRequest { by: bo, ..world.request("acme.puppet") }).await.id;
        become_one(Builtin::Agent).await;
        for _ in 0..3 {
            world.host.render(world.desk, id, world.context()).await.unwrap_err();
        }
        let told: BTreeSet<_> = world.letters("suspended").await.into_iter().map(|mail| mail.operator).collect();
        assert_eq!(told, BTreeSet::from([Some(world.admin), Some(bo)]), "not {cy}, who did nothing for it");
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_told_once_for_each_cause_and_tried_again_by_the_host() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "install=trap").await;
        let failed = world.install("acme.puppet").await;
        let look = async || {
            let rev = world.installation(failed.id).await.rev;
            let tried = world.host.retry_by_host(world.desk, failed.id, rev).await.unwrap();
            world.settled(failed.id).await;
            tried.is_some()
        };
        // However often the page is loaded: not before the pause is over.
        for _ in 0..25 {
            assert!(!look().await);
        }
        assert!(!world.host.retries_now(world.desk, failed.id).await.unwrap());
        world.clock.advance(MINUTE);
        assert!(world.host.retries_now(world.desk, failed.id).await.unwrap());
        let (one, two) = tokio::join!(look(), look());
        assert!(one || two);
        assert!(!look().await, "the pause has grown");
        world.clock.advance(5 * MINUTE);
        assert!(look().await);
        assert_eq!(world.letters("install-failed").await.len(), 1, "one mail for one cause");
        let mut conn = world.db().read().await.unwrap();
        let entries = audit::list(&mut conn, world.desk, None, 100).await.unwrap();
        let retries: Vec<_> = entries.iter().filter(|entry| entry.action == "addon.retry-install").collect();
        assert!(retries.len() == 2 && retries.iter().all(|entry| entry.actor == "system"), "{retries:?}");
    })
    .await;
}

#[tokio::test]
async fn force_is_the_platforms_to_allow() {
    on_both(async |world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        let mut tx = world.db().begin().await.unwrap();
        desks::set_force_uninstall(&mut tx, world.desk, false).await.unwrap();
        tx.commit().await.unwrap();
        let refused = world.host.uninstall(world.desk, id, world.admin, true).await.unwrap_err();
        assert_eq!(refused.code(), "force-disabled");
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(id).await, None, "the ordinary way is open");
    })
    .await;
}

#[tokio::test]
async fn what_lacks_its_keys_needs_setup() {
    on_both(async |world| {
        let mut manifest = puppet_manifest("1.0.0", 1);
        manifest.settings = vec![Setting::new("token", SettingKind::Secret), Setting::new("colour", SettingKind::Text)];
        manifest.settings[0].required = true;
        world.publish(manifest, puppet("label=1.0.0")).await;
        let id = world.install("acme.puppet").await.id;
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert!(view.needs_setup());
        assert_eq!((view.missing, world.reasons().await), (vec!["token".to_owned()], vec![Reason::NeedsSetup]));
        let entered = [("token".to_owned(), "s3cret-s3cret-s3cret".to_owned())].into();
        world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
        assert!(!world.host.installation(world.desk, id).await.unwrap().needs_setup());
        assert_eq!(world.reasons().await, []);
    })
    .await;
}

#[tokio::test]
async fn where_no_setting_is_required_one_of_the_keys_is_needed() {
    on_both(async |world| {
        let mut manifest = puppet_manifest("1.0.0", 1);
        manifest.settings = vec![Setting::new("here", SettingKind::Secret), Setting::new("there", SettingKind::Secret)];
        world.publish(manifest, puppet("label=1.0.0")).await;
        let id = world.install("acme.puppet").await.id;
        assert_eq!(world.host.installation(world.desk, id).await.unwrap().missing, ["here", "there"]);
        let entered = [("there".to_owned(), "s3cret-s3cret-s3cret".to_owned())].into();
        world.host.save_settings(world.desk, id, entered, world.admin).await.unwrap();
        assert!(!world.host.installation(world.desk, id).await.unwrap().needs_setup());
    })
    .await;
}

#[tokio::test]
async fn nothing_can_be_edited_while_it_is_updated() {
    on_both(async |mut world| {
        world.puppet("1.0.0", 1, "").await;
        let id = world.install("acme.puppet").await.id;
        world.puppet("2.0.0", 2, "").await;
        world.restart(CrashPoints::stop_at("update:verify:before")).await;
        world.host.update(world.desk, id, version("2.0.0"), everything(), world.admin).await.unwrap();
        world.idle().await;
        let view = world.host.installation(world.desk, id).await.unwrap();
        assert_eq!((view.installation.status, &view.update), (Status::Updating, &None), "no update is offered");
        assert!(Action::ALL.into_iter().all(|action| !view.offers(action)));
        let saved = world.host.save_settings(world.desk, id, [].into(), world.admin).await.unwrap_err();
        assert!(matches!(saved, crate::SettingsError::Lifecycle(LifecycleError::NotAllowed(_))), "{saved:?}");
        world.host.render(world.desk, id, world.context()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_may_not_install_asks_and_is_told() {
    on_both(async |world| {
        let (bo, cy) = (world.colleague("Bo").await, world.colleague("Cy").await);
        world.puppet("1.0.0", 1, "").await;
        let addon = "acme.puppet".parse().unwrap();
        let ask = async |by| world.host.request_addon(world.desk, &addon, by, "For the CRM").await.unwrap();
        assert!(ask(bo).await && !ask(bo).await && ask(cy).await, "once each");
        let list = world.host.attention(world.desk).await.unwrap();
        assert_eq!((list[0].reason, list[0].count), (Reason::Requested, 2));
        let open =
            async || annex_store::requests::open(&mut world.db().read().await.unwrap(), world.desk).await.unwrap();
        let first = open().await.remove(0);
        world.host.decline_request(world.desk, first.id, world.admin, "Not yet").await.unwrap();
        let again = world.host.decline_request(world.desk, first.id, world.admin, "").await;
        assert!(matches!(again, Err(LifecycleError::Conflict)));
        assert_eq!(world.letters("request-declined").await[0].operator, Some(bo));
        // Installing it, with consent, approves what is open.
        world.install("acme.puppet").await;
        assert_eq!((open().await.len(), world.reasons().await), (0, vec![]));
        let told = world.letters("request-approved").await;
        assert_eq!(told.iter().map(|mail| mail.operator).collect::<Vec<_>>(), [Some(cy)]);
        let mut conn = world.db().read().await.unwrap();
        let last = annex_store::requests::last_of(&mut conn, world.desk, &addon, cy).await.unwrap().unwrap();
        assert_eq!(last.state, RequestState::Approved);
        drop(conn);
        let late = world.host.request_addon(world.desk, &addon, bo, "").await;
        assert!(matches!(late, Err(LifecycleError::AlreadyInstalled(_))));
        let audited = world.audited().await;
        for action in ["addon.requested", "addon.request-declined", "addon.request-approved"] {
            assert!(audited.iter().any(|one| one == action), "{audited:?}");
        }
    })
    .await;
}
