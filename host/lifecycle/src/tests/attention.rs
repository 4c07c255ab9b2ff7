//! The list of what is to be looked at: each reason, in its order, with what its line says.

use annex_domain::{
    addon::AddonId,
    clock::Clock as _,
    installation::{Installation, Notice, Status},
    manifest::Manifest,
    money::{Currency, Money},
    provisioning::STAYS_DECLINED,
};
use annex_store::{installations, testing};

use super::{
    money::{DAY, NO_MONEY, plans},
    support::{World, on_both, puppet, puppet_manifest, version},
};
use crate::{Choice, InstallRequest, Reason, VersionStatus};

fn named(name: &str, version: &str, seq: u32) -> Manifest {
    Manifest { id: name.parse().unwrap(), ..puppet_manifest(version, seq) }
}

async fn installed(world: &World, manifest: Manifest, behaviour: &str) -> Installation {
    let name = manifest.id.to_string();
    world.publish(manifest, puppet(behaviour)).await;
    world.install(&name).await
}

async fn chosen(world: &World, name: &str, choice: Choice) -> Installation {
    world.publish(Manifest { plans: plans(), ..named(name, "1.0.0", 1) }, puppet("")).await;
    world.had(InstallRequest { purchase: Some(choice), ..world.request(name) }).await
}

/// One trial that is over, one that ends in six days, and an invoice that is due.
async fn money(world: &World) {
    let to_try = || Choice::trial("team".parse().unwrap());
    let expired = chosen(world, "acme.expired", to_try()).await.id;
    world.later(7 * DAY).await;
    chosen(world, "acme.trial", to_try()).await;
    world.later(24 * DAY).await;
    assert_eq!(world.installation(expired).await.status, Status::TrialExpired);
    world.log_in(NO_MONEY).await;
    let once = Choice::paid("once".parse().unwrap(), Money::new(20_000, Currency::EUR));
    assert_eq!(chosen(world, "acme.unpaid", once).await.status, Status::PaymentDue);
}

/// What does not work, by itself or because of what became of it.
async fn defects(world: &World) {
    let traps = installed(world, named("acme.traps", "1.0.0", 1), "render=trap").await.id;
    for _ in 0..3 {
        world.host.render(world.desk, traps, world.context()).await.unwrap_err();
    }
    let broken = installed(world, named("acme.broken", "1.0.0", 1), "install=trap").await;
    assert_eq!(broken.status, Status::FailedInstallation);
    let blocked = installed(world, named("acme.blocked", "1.0.0", 1), "").await.addon.clone();
    let (one, block) = (version("1.0.0"), VersionStatus::Blocked);
    world.host.set_version_status(&blocked, &one, block, world.by()).await.unwrap();
    let mut wants = named("acme.wants-key", "1.0.0", 1);
    wants.settings[0].required = true;
    installed(world, wants, "").await;
    let aside = installed(world, named("acme.aside", "1.0.0", 1), "").await.id;
    let mut tx = world.db().begin().await.unwrap();
    testing::set_aside(&mut tx, world.desk, aside).await;
    tx.commit().await.unwrap();
}

/// An update that was taken back, one that could not be, and an add-on that was not let go.
async fn updates(world: &World) {
    let undone = installed(world, named("acme.undone", "1.0.0", 1), "").await.id;
    world.publish(named("acme.undone", "2.0.0", 2), puppet("update=fail")).await;
    assert_eq!(world.update(undone, "2.0.0").await.status, Status::Active);
    let active = installed(world, named("acme.stuck", "1.0.0", 1), "").await;
    let now = world.clock.now();
    let notice = Notice { error_id: "E-1".into(), code: "x".into(), text: "x".into() };
    let updating = active.begin_update(version("2.0.0"), now).unwrap();
    let stuck = updating.clone().update_failed(notice, now).unwrap();
    let mut tx = world.db().begin().await.unwrap();
    installations::save(&mut tx, &updating).await.unwrap();
    installations::save(&mut tx, &stuck).await.unwrap();
    tx.commit().await.unwrap();
    let active = installed(world, named("acme.kept", "1.0.0", 1), "").await;
    let notice = Notice { error_id: "E-2".into(), code: STAYS_DECLINED.into(), text: "x".into() };
    let leaving = active.begin_uninstall(false, now).unwrap();
    let kept = leaving.clone().uninstall_declined(Status::Active, notice, now).unwrap();
    let mut tx = world.db().begin().await.unwrap();
    installations::save(&mut tx, &leaving).await.unwrap();
    installations::save(&mut tx, &kept).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_list_has_each_reason_the_most_urgent_first() {
    on_both(async |world| {
        money(&world).await;
        updates(&world).await;
        defects(&world).await;
        world.publish(named("acme.wanted", "1.0.0", 1), puppet("")).await;
        let bo = world.colleague("Bo").await;
        assert!(world.host.request_addon(world.desk, &"acme.wanted".parse().unwrap(), bo, "").await.unwrap());

        let list = world.host.attention(world.desk).await.unwrap();
        let line = |reason, addon: &'static str, count: u32| (reason, addon.to_owned(), count);
        let seen = list.iter().map(|one| {
            let addon = one.addon.as_ref().map_or("", AddonId::as_str);
            (one.reason, addon.to_owned(), one.count)
        });
        let expected = [
            line(Reason::UpdateFailed, "acme.stuck", 0),
            line(Reason::Suspended, "acme.traps", 0),
            line(Reason::Blocked, "acme.blocked", 0),
            line(Reason::SetAside, "acme.aside", 0),
            line(Reason::InstallFailed, "acme.broken", 0),
            line(Reason::UninstallFailed, "acme.kept", 0),
            line(Reason::InvoiceDue, "", 0),
            line(Reason::TrialExpired, "acme.expired", 0),
            line(Reason::NeedsSetup, "acme.wants-key", 1),
            line(Reason::TrialEnds, "acme.trial", 6),
            line(Reason::UpdateUndone, "acme.undone", 0),
            line(Reason::Requested, "acme.wanted", 1),
        ];
        assert_eq!(seen.collect::<Vec<_>>(), expected);
        assert!(expected.iter().map(|(reason, ..)| *reason).eq(Reason::ALL), "and none is left out here");
        let due = list.iter().find_map(|one| one.invoice).unwrap();
        assert_eq!(due, (1, Money::new(20_000, Currency::EUR)));
    })
    .await;
}
