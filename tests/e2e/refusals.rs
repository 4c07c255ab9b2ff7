//! Packages that are not exactly what a trusted publisher signed: each is refused with its own code, leaves an audit row
//! and nothing else. The cases that need crafted archives are in `host/package`; these go through the whole host.

use crate::support::{
    database::Database,
    host::{Host, Setup, annex_ok},
    on_each_database,
};

on_each_database!(refused_packages_leave_nothing);

async fn refused_packages_leave_nothing(database: Database) {
    let host = Setup::new(database).start().await;
    let api = host.api();
    let good = std::fs::read(host.setup().signed("annex.hello-1.0.0")).unwrap();

    // One byte of the compressed archive is another.
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    api.upload(flipped).await.expect_problem(422, "damaged").await;
    api.upload(good[..good.len() - 7].to_vec()).await.expect_problem(422, "truncated").await;
    let trailing = [&good[..], b"x"].concat();
    api.upload(trailing).await.expect_problem(422, "trailing-bytes").await;
    let unsigned = std::fs::read(crate::support::host::packed("annex.hello-1.0.0")).unwrap();
    api.upload(unsigned).await.expect_problem(422, "unsigned").await;
    api.upload(signed_by_a_stranger(&host)).await.expect_problem(422, "unknown-key").await;
    api.upload(b"not a package".to_vec()).await.expect_problem(422, "not-a-package").await;

    let addons = api.get("/addons").await;
    assert_eq!(addons["items"].as_array().unwrap().len(), 0, "{addons}");
    let audit = host.browser().await.get("/admin/audit").await;
    for code in ["damaged", "truncated", "trailing-bytes", "unsigned", "unknown-key", "not-a-package"] {
        audit.expect(code);
    }

    // The good one is taken in, and again without effect.
    let first = api.upload(good.clone()).await.expect_ok("the good package").await;
    let second = api.upload(good).await.expect_ok("the same package again").await;
    assert_eq!((&first["repeated"], &second["repeated"]), (&false.into(), &true.into()));
    assert_eq!(first["package_digest"], second["package_digest"]);
    assert_eq!(api.get("/addons").await["items"].as_array().unwrap().len(), 1);
}

/// Signed properly, with a key that the host does not know.
fn signed_by_a_stranger(host: &Host) -> Vec<u8> {
    let keys = host.setup().data().join("other-keys").display().to_string();
    annex_ok(["key", "new", "stranger", "--keys", &keys]);
    let package = crate::support::host::packed("annex.hello-1.0.0").display().to_string();
    let out = host.setup().data().join("stranger.annex").display().to_string();
    annex_ok(["addon", "sign", &package, "--key", "stranger", "--keys", &keys, "--out", &out]);
    std::fs::read(out).unwrap()
}

on_each_database!(an_older_package_is_refused_also_after_uninstalling);

async fn an_older_package_is_refused_also_after_uninstalling(database: Database) {
    let host = Setup::new(database).start().await;
    let api = host.api();
    host.publish("annex.contact-sync-1.1.0").await;
    let installed = api
        .post("/installations", &serde_json::json!({"addon": "annex.contact-sync", "grant": grant(&api).await}))
        .await
        .expect_ok("install")
        .await;
    let id = installed["id"].as_str().unwrap();
    api.delete(&format!("/installations/{id}?confirm=annex.contact-sync")).await.expect_ok("uninstall").await;
    let older = std::fs::read(host.setup().signed("annex.contact-sync-1.0.0")).unwrap();
    api.upload(older).await.expect_problem(422, "older-seq").await;
}

/// Everything that the newest version asks for.
async fn grant(api: &crate::support::api::Api) -> serde_json::Value {
    let addon = api.get("/addons/annex.contact-sync").await;
    addon["versions"][0]["capabilities"].clone()
}
