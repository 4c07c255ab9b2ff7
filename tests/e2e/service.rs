//! R48, R49: the service of an add-on, written with libraries that are not ours (Authlib, npm's openid-client), gets tokens for
//! itself, signs an operator in, and out.

use serde_json::{Value, json};

use crate::support::{
    database::Database,
    host::{ADMIN, Host, Setup},
    peer::{have, judged},
    puppet::Puppet,
};

const BACK: &str = "https://service.example/callback";
/// Stands where plans do in the manifest.
const SERVICE: &str = "[service]\nredirects = [\"https://service.example/callback\"]\n\
    [[service.scopes]]\nscope = \"tickets.view\"\npurpose = \"to look tickets up\"\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_with_authlib() {
    works_with("authlib", "venv").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_with_openid_client() {
    works_with("openid-client", "npm").await;
}

async fn works_with(library: &str, folder: &str) {
    if !have(library, &[folder, "venv"]) {
        return;
    }
    let host = Setup::new(Database::sqlite()).at_one_address().start().await;
    let (desk, id) = install(&host).await;
    let words = ["issuer", "credentials", id.as_str(), "--desk", desk.as_str()];
    let credentials: Value = serde_json::from_str(&host.setup().command_ok(&words)).expect("JSON");
    assert!(!host.setup().command(&words).status.success(), "they are shown once");

    let given = json!({ "url": host.url, "credentials": credentials, "redirect_uri": BACK,
        "email": ADMIN.0, "password": ADMIN.1 });
    let found = judged("python3", "relying.py", library, &given);
    for method in ["client_secret_basic", "client_secret_post", "private_key_jwt"] {
        assert_eq!(found["own"][method], 200, "{found}");
    }
    let claims = &found["claims"];
    assert_eq!((claims["email"].as_str(), claims["desk"].as_str()), (Some(ADMIN.0), Some(desk.as_str())), "{found}");
    assert_eq!((claims["installation"].as_str(), &claims["licensed"]), (Some(id.as_str()), &json!(true)));
    assert_eq!(found["userinfo"]["sub"], claims["sub"]);
    assert_eq!(found["tickets"], 200);
    assert_eq!(found["active"], json!([true, false]), "revoked in between");
    assert_eq!(found["end_session"], format!("{BACK}?state=s2"));
}

/// Installs an add-on with a service. Answers the ids of desk and installation.
async fn install(host: &Host) -> (String, String) {
    let puppet = Puppet { id: "annex.served", version: "1.0.0", behaviour: "", plans: SERVICE };
    let (_folder, package) = puppet.pack();
    host.publish_package(&package).await;
    let api = host.api();
    let wanted = json!({ "addon": "annex.served", "grant": [{ "use": "kv" }], "scopes": ["tickets.view"] });
    let begun = api.post("/installations", &wanted).await.expect_ok("install").await;
    let id = begun["id"].as_str().expect("an id").to_owned();
    api.settled(&id, "active").await;
    (api.get("/me").await["desk"]["id"].as_str().expect("an id").to_owned(), id)
}
