//! The OpenAPI document: complete, consistent, and the same as the routes.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;

use super::Api;
use crate::api::openapi::BASE;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) async fn document(api: &Api) -> Value {
    let request = Request::get(format!("{BASE}/openapi.json")).body(Body::empty()).unwrap();
    let answer = api.send(request).await;
    assert_eq!(answer.status, 200);
    answer.body
}

/// Path as described, method, operation; without the document itself.
pub(super) fn operations(document: &Value) -> Vec<(String, Method, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if METHODS.contains(&method.as_str()) && path != "/openapi.json" {
                all.push((path.clone(), method.to_uppercase().parse().unwrap(), operation.clone()));
            }
        }
    }
    assert!(all.len() >= 45, "only {} operations", all.len());
    all
}

/// The path, with ids that nothing has.
pub(super) fn with_ids(path: &str) -> String {
    let id = |part: &str| match part {
        "{addon}" => "acme.hello".to_owned(),
        "{publisher}" => "acme".to_owned(),
        "{version}" => "1.0.0".to_owned(),
        "{key}" => "0".repeat(64),
        part if part.starts_with('{') => "01890000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(id).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_asks_for_credentials_first() {
    let api = Api::start().await;
    for (path, method, _) in operations(&document(&api).await) {
        let path = with_ids(&path);
        let request = Request::builder().method(method.clone()).uri(format!("{BASE}{path}"));
        let answer = api.send(request.body(Body::from("{")).unwrap()).await;
        assert_eq!(answer.problem(), (401, "unauthorized"), "{method} {path}");
        assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"), "{method} {path}");
    }
}

#[tokio::test]
async fn methods_that_are_not_described_do_not_exist() {
    let api = Api::start().await;
    let token = api.admin().await;
    let operations = operations(&document(&api).await);
    let paths: BTreeSet<_> = operations.iter().map(|(path, ..)| path.as_str()).collect();
    for path in paths {
        let described = |method: &Method| operations.iter().any(|(at, known, _)| at == path && known == method);
        for method in METHODS.map(|method| method.to_uppercase().parse::<Method>().unwrap()) {
            if !described(&method) {
                let answer = api.call(&token, method.clone(), &with_ids(path), None).await;
                assert_eq!(answer.problem(), (405, "method-not-allowed"), "{method} {path}");
                assert!(answer.headers.contains_key("allow"), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn every_operation_is_described_in_full() {
    let api = Api::start().await;
    let document = document(&api).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Annex");
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (raw, method, operation) in operations(&document) {
        let at = format!("{method} {raw}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}: operationId is not unique");
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{at}: summary");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{at}: tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}: success");
        for status in ["401", "403", "429", "500"] {
            assert!(responses.contains_key(status), "{at}: {status}");
        }
        let names = |place: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.filter(|parameter| parameter["in"] == place).count()
        };
        let ids_in_path = raw.matches('{').count();
        assert_eq!(names("path"), ids_in_path, "{at}: parameters of the path");
        assert!(ids_in_path == 0 || responses.contains_key("404"), "{at}: 404");
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let problem = &response["content"]["application/problem+json"];
            assert!(problem.is_object(), "{at}: {status} has no problem");
            assert!(!response["description"].as_str().unwrap().is_empty(), "{at}: {status}");
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let has_key = parameters.filter(|parameter| parameter["name"] == "Idempotency-Key").count() == 1;
        assert_eq!(has_key, method == Method::POST, "{at}: Idempotency-Key");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let api = Api::start().await;
    let document = document(&api).await;
    let mut waiting = vec![&document];
    let mut seen = 0;
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    let pointer = reference.strip_prefix('#').expect("a reference into this document");
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                    seen += 1;
                }
                waiting.extend(object.values());
            }
            Value::Array(values) => waiting.extend(values),
            _ => {}
        }
    }
    assert!(seen > 50);
}
