//! A browser with a ticket open: it draws the panel anew as the script of the ticket's page does (`host/web/assets/app.js`).

use std::time::Duration;

use reqwest::Response;

/// As long as the script waits for more that changes, before it loads the page.
const DEBOUNCE: Duration = Duration::from_millis(500);

/// A browser in which the author is signed in.
pub(crate) struct Browser {
    client: reqwest::Client,
    ticket: String,
    installation: String,
    stream: Response,
    /// The version that drew the panel.
    drawn_by: String,
}

impl Browser {
    /// Follows the link that signs in, to the ticket, and begins to hear of changes.
    pub(crate) async fn open(link: &str, installation: &str) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        let page = client.get(link).send().await.expect("the host answers");
        let mut ticket = page.url().clone();
        ticket.set_fragment(None);
        assert!(ticket.path().starts_with("/tickets/"), "the link leads to {ticket}");
        let events = ticket.join("/events").expect("an address");
        let stream = client.get(events).send().await.expect("the host answers");
        assert!(stream.status().is_success(), "no stream: {}", stream.status());
        let (ticket, installation) = (ticket.into(), installation.to_owned());
        let mut browser = Self { client, ticket, installation, stream, drawn_by: String::new() };
        browser.drawn_by = browser.runs().await;
        browser
    }

    /// Returns when the panel shows these words.
    pub(crate) async fn see(&mut self, words: &str) {
        loop {
            self.hear().await;
            tokio::time::sleep(DEBOUNCE).await;
            let runs = self.runs().await;
            if runs == self.drawn_by {
                continue;
            }
            self.drawn_by = runs;
            let panel = self.get(&format!("{}/sidebar/{}", self.ticket, self.installation)).await;
            if panel.contains(words) {
                return;
            }
        }
    }

    /// Waits until something changed at the installation. A stream ends after some minutes, and begins anew.
    async fn hear(&mut self) {
        let event = format!("event: installation-{}\n", self.installation);
        loop {
            match self.stream.chunk().await {
                Ok(Some(bytes)) if String::from_utf8_lossy(&bytes).contains(&event) => return,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => {
                    let events = self.stream.url().clone();
                    self.stream = self.client.get(events).send().await.expect("the host answers");
                    // Something may have happened meanwhile.
                    return;
                }
            }
        }
    }

    /// The version that the ticket's page says to run.
    async fn runs(&self) -> String {
        let page = self.get(&self.ticket).await;
        let mark = format!("id=\"addon-version-{}\"", self.installation);
        let (_, tag) = page.split_once(&mark).expect("the add-on beside the ticket");
        let (_, runs) = tag.split_once("data-runs=\"").expect("its version");
        runs.split('"').next().unwrap_or_default().to_owned()
    }

    async fn get(&self, url: &str) -> String {
        let answer = self.client.get(url).send().await.expect("the host answers");
        let status = answer.status();
        let body = answer.text().await.expect("a body");
        assert!(status.is_success(), "{url}: {status}");
        body
    }
}
