//! From a stranger to a publisher: request, approval, password, documents, key, token.

use super::HERE;
use crate::support::{
    browser::Browser,
    host::Host,
    mailbox::Mailbox,
    portal::{self, OWNER},
};

/// A visitor asks for an account, and the platform's people say yes. Answers the browser of the owner, whose key is enrolled.
pub(super) async fn open(host: &Host, mailbox: &Mailbox, reviewer: &Browser) -> Browser {
    let visitor = host.fresh_browser();
    let page = visitor.get("/portal/request").await;
    let wishes = [
        ("Name", "Acme"),
        ("Publisher ID", "acme"),
        ("Your name", "Ann"),
        ("E-mail address", OWNER.0),
        ("Website", "https://acme.example"),
        ("What do you want to build?", "Orders beside tickets."),
    ];
    let sent = visitor.fill(&page, "Send request", &wishes).await;
    assert_eq!((sent.status, sent.url.path()), (200, "/portal/request/sent"), "{}", sent.text());
    let requests = reviewer.get("/review/publishers").await;
    requests.expect("Orders beside tickets.");
    reviewer.fill(&requests, "Approve Acme", &[]).await.expect("No requests are waiting");

    let link = mailbox.links(OWNER.0, "/portal/welcome/", 1).await.remove(0);
    let page = visitor.get(&link).await;
    let welcome = visitor.fill(&page, "Accept", &[("Password", OWNER.1)]).await;
    assert_eq!(welcome.status, 200, "{}", welcome.text());
    let owner = portal::sign_in(host, OWNER, "/portal").await;
    owner.get(HERE).await.expect("Credit: €25.00").expect("Enroll a signing key To do");
    agree(reviewer, &owner).await;
    enrol(host, &owner).await;
    owner
}

/// The platform publishes an agreement, and the owner accepts it.
async fn agree(reviewer: &Browser, owner: &Browser) {
    let documents = reviewer.get("/review/documents").await;
    let text = [("Text Partner agreement", "Be good to the people of the help desks.")];
    reviewer.fill(&documents, "Publish new version Partner agreement", &text).await.expect("Version 1");
    let page = owner.get(&format!("{HERE}/documents")).await;
    page.expect("Be good to the people of the help desks.");
    owner.fill(&page, "Accept Partner agreement", &[]).await.expect("There’s nothing left to accept");
}

async fn enrol(host: &Host, owner: &Browser) {
    let key = std::fs::read_to_string(host.setup().new_key("acme")).unwrap();
    let page = owner.get(&format!("{HERE}/keys")).await;
    let shown = owner.fill(&page, "Show fingerprint", &[("Public key", &key)]).await;
    shown.expect("Compare this fingerprint");
    owner.fill(&shown, "Enroll key", &[("Password", OWNER.1)]).await.expect("Active");
}

/// For the publisher's programs: all that a token may do.
pub(super) async fn token(owner: &Browser) -> String {
    let page = owner.get(&format!("{HERE}/tokens")).await;
    let wishes = [
        ("Name", "Builds"),
        ("Read versions, reviews, reports and the developer desk’s logs", ""),
        ("Upload and submit versions", ""),
        ("Make versions available", ""),
        ("Read and replay events, answer requests, and replace secrets", ""),
        ("Password", OWNER.1),
    ];
    let made = owner.fill(&page, "Create token", &wishes).await;
    made.attribute("#secret", "value").unwrap_or_else(|| panic!("no token:\n{}", made.text()))
}
