//! Version 1.1: saves number and company of the person who was found at the requester. Needs `contacts.write`.

use annex_sdk::{
    contacts::{self, Change, Contact},
    prelude::*,
    serde::Serialize,
};
use serde::Deserialize;

use crate::merge::Person;

/// What a click on the button saves. It travels in the view's state, which the host seals, not in the form.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Save {
    contact: String,
    phone: Option<String>,
    company: Option<String>,
}

/// Adds the button, when there is a requester, one person, and something that the requester lacks.
pub(crate) fn offer(view: View, requester: Option<&Contact>, people: &[Person], t: &Texts) -> Result<View> {
    let (Some(requester), [person]) = (requester, people) else { return Ok(view) };
    let new = |found: Option<&str>, known: Option<&str>| found.filter(|found| Some(*found) != known).map(str::to_owned);
    let save = Save {
        contact: requester.id.clone(),
        phone: new(person.phones.first().map(|phone| phone.text.as_str()), requester.phone.as_deref()),
        company: new(person.company.as_deref(), requester.company.as_deref()),
    };
    if save.phone.is_none() && save.company.is_none() {
        return Ok(view);
    }
    let what: Vec<&str> = [save.phone.as_deref(), save.company.as_deref()].into_iter().flatten().collect();
    let section = Section::new()
        .named("save-what", Text::muted(t.with("save-what", &[("what", &what.join(", "))])))
        .named("save-actions", Actions::new().primary(Button::invoke("save", t.get("save")).icon("save")));
    view.section(section).state(&save)
}

/// Saves, and takes the button away.
pub(crate) fn save(event: &Event, t: &Texts) -> Result<Reply> {
    let Some(save) = event.state::<Save>()? else {
        return Err(Error::internal("nothing to save: synchronise again"));
    };
    let change = Change { phone: save.phone, company: save.company, ..contacts::unchanged() };
    contacts::update(&save.contact, &change)?;
    log::info!("saved to the requester");
    let done = Reply::put("save-what", Text::muted(t.get("saved"))).remove("save-actions");
    Ok(done.toast(Toast::success(t.get("saved"))))
}

#[cfg(test)]
mod tests {
    use annex_sdk::testing::{Host, Look};

    use super::*;
    use crate::{TEXTS, merge::Detail};

    fn person(phone: &str) -> Person {
        let phones = vec![Detail { text: phone.into(), sources: [].into() }];
        Person { name: "Ada".into(), company: Some("Analytical".into()), phones, ..Person::default() }
    }

    fn offered(requester: &Contact, people: &[Person]) -> Look {
        let t = Texts::choose("en", TEXTS);
        Look::at(&offer(View::new("t"), Some(requester), people, &t).unwrap())
    }

    #[test]
    fn saves_what_the_requester_lacks() {
        let host = Host::new().contact("c1", "Ada", Some("ada@example.com"));
        let event = Event::new("save")
            .with_state(&Save { contact: "c1".into(), phone: Some("+46 8".into()), company: None })
            .unwrap();
        let reply = save(&event, &Texts::choose("en", TEXTS)).unwrap();
        assert!(Look::at_reply(&reply).shows("Saved"));
        let contact = host.contact_now("c1").unwrap();
        assert_eq!((contact.phone.as_deref(), contact.company), (Some("+46 8"), None));
    }

    #[test]
    fn offers_nothing_that_is_known_already() {
        let _host = Host::new().contact("c1", "Ada", None);
        let mut requester = contacts::get("c1").unwrap();
        assert!(offered(&requester, &[person("+46 8")]).button("Save to requester").is_some());
        assert!(offered(&requester, &[person("+46 8"), person("+46 9")]).buttons.is_empty());
        requester.phone = Some("+46 8".into());
        requester.company = Some("Analytical".into());
        assert!(offered(&requester, &[person("+46 8")]).buttons.is_empty());
    }

    #[test]
    fn without_the_capability_the_reader_is_told() {
        let _host = Host::new().contact("c1", "Ada", None).deny("contacts.write");
        let event = Event::new("save").with_state(&Save { contact: "c1".into(), phone: None, company: None }).unwrap();
        assert!(matches!(save(&event, &Texts::choose("en", TEXTS)), Err(Error::Denied(_))));
    }
}
