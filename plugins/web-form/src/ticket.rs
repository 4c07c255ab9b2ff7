//! A ticket of what was sent. Nobody has proven the address: a requester who is known stays as they are, whatever name was entered.

use std::{collections::BTreeMap, time::Duration};

use annex_sdk::{
    contacts::{self, NewContact},
    kv,
    prelude::*,
    tickets::{self, NewTicket},
    webhook::{Answer, InboundRequest},
};

use crate::form::set;

/// As long as a page is good.
const PAGE: Duration = Duration::from_secs(2 * 60 * 60);

/// Opens the ticket, once for each page.
pub(crate) fn open(request: &InboundRequest, t: &Texts) -> Result<Answer> {
    let entered = |key: &str| request.form_field(key).map(|text| text.trim().to_owned()).unwrap_or_default();
    let missing: BTreeMap<_, _> = ["name", "email", "subject", "message"]
        .into_iter()
        .filter(|key| entered(key).is_empty())
        .map(|key| (key, t.get("missing")))
        .collect();
    if !missing.is_empty() {
        return Ok(Answer::status(422).json(&missing)?);
    }
    let thanks = Answer::ok().text(set("thanks").unwrap_or_else(|| t.get("thanks")));
    let page = format!("page/{}", request.header("x-form-id").unwrap_or_default());
    if kv::add_for(&page, 1, PAGE)? > 1 {
        return Ok(thanks);
    }
    let topic = entered("topic");
    let body = if topic.is_empty() {
        entered("message")
    } else {
        format!("{}\n\n{}", t.with("about", &[("topic", &topic)]), entered("message"))
    };
    let opened = requester(&entered("name"), &entered("email")).and_then(|requester| {
        let ticket = NewTicket::new(requester, entered("subject"), body);
        Ok(tickets::create(&NewTicket { tags: set("tag").into_iter().collect(), ..ticket })?)
    });
    match opened {
        Ok(ticket) => {
            log::info!("ticket {} was opened by the form", ticket.number);
            Ok(thanks)
        }
        // It can be sent again.
        Err(error) => {
            kv::delete(&page)?;
            Err(error)
        }
    }
}

/// The id of whoever has the address.
fn requester(name: &str, email: &str) -> Result<String> {
    if let Some(known) = contacts::find_by_email(email)? {
        return Ok(known.id);
    }
    let new = NewContact { emails: vec![email.to_lowercase()], ..NewContact::new(name) };
    Ok(contacts::create(&new)?.id)
}
