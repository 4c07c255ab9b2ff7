//! Version 1.1: saves number and company of the person who was found at the requester. Needs `contacts.write`.

use annex_sdk::{
    contacts::{self, Change, Contact},
    prelude::*,
    serde::Serialize,
    ui::Tone,
};
use serde::Deserialize;

use crate::{
    merge::{Person, same_phone},
    source::same_email,
};

/// What a click on the button saves: what the panel showed as this person's, for the requester as the desk knew them
/// then. It travels in the view's state, which the host seals, not in the form.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Save {
    contact: String,
    email: String,
    known_phone: Option<String>,
    known_company: Option<String>,
    phone: Option<String>,
    company: Option<String>,
}

/// Adds the button, when there is a requester, one person, and something that the desk does not know of them.
pub(crate) fn offer(
    view: View,
    email: &str,
    requester: Option<&Contact>,
    people: &[Person],
    t: &Texts,
) -> Result<View> {
    let (Some(requester), [person]) = (requester, people) else { return Ok(view) };
    let (known_phone, known_company) = (known(requester.phone()), known(requester.company.as_deref()));
    let is_known = |phone: &str| known_phone.as_deref().is_some_and(|known| same_phone(known, phone));
    let phone = if person.phones.iter().any(|phone| is_known(&phone.text)) { None } else { person.phones.first() };
    let save = Save {
        contact: requester.id.clone(),
        email: email.to_owned(),
        phone: phone.map(|phone| phone.text.clone()),
        company: person.company.clone().filter(|found| Some(found) != known_company.as_ref()),
        known_phone,
        known_company,
    };
    if save.phone.is_none() && save.company.is_none() {
        return Ok(view);
    }
    let new = [(&save.phone, &save.known_phone), (&save.company, &save.known_company)];
    let what: Vec<String> =
        new.into_iter().filter_map(|(new, old)| Some(replaced(new.as_ref()?, old.as_ref(), t))).collect();
    let name = if person.name.is_empty() { t.get("no-name") } else { person.name.clone() };
    let what = t.with("save-what", &[("name", &name), ("what", &what.join(", "))]);
    let section = Section::new()
        .named("save-what", Text::muted(what))
        .named("save-actions", Actions::new().primary(Button::invoke("save", t.get("save")).icon("save")));
    view.section(section).state(&save)
}

fn replaced(new: &str, old: Option<&String>, t: &Texts) -> String {
    old.map_or_else(|| new.to_owned(), |old| t.with("save-instead", &[("new", new), ("old", old)]))
}

fn known(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Saves, and takes the button away. A requester who was changed since is left alone.
pub(crate) fn save(event: &Event, t: &Texts) -> Result<Reply> {
    let Some(save) = event.state::<Save>()? else {
        return Err(Error::internal("nothing to save: synchronise again"));
    };
    let now = contacts::get(&save.contact)?;
    let same = now.emails.iter().any(|email| same_email(email, &save.email))
        && known(now.phone()) == save.known_phone
        && known(now.company.as_deref()) == save.known_company;
    if !same {
        let text = t.get("changed");
        let left = Reply::put("save-what", Text::error(text.clone())).remove("save-actions");
        return Ok(left.toast(Toast::new(Tone::Warning, text)));
    }
    // It takes the place of the first number; the others stay.
    let phones = save.phone.map(|phone| [phone].into_iter().chain(now.phones.into_iter().skip(1)).collect());
    let change = Change { phones, company: save.company, ..contacts::unchanged() };
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

    const ADA: &str = "ada@example.com";

    fn person(phone: &str) -> Person {
        let phones = vec![Detail { text: phone.into(), sources: [].into() }];
        Person { name: "Ada".into(), company: Some("Analytical".into()), phones, ..Person::default() }
    }

    fn offered(requester: &Contact, people: &[Person]) -> Look {
        let t = Texts::choose("en", TEXTS);
        Look::at(&offer(View::new("t"), ADA, Some(requester), people, &t).unwrap())
    }

    fn event(phone: &str) -> Event {
        let (known_phone, known_company, company) = (None, None, None);
        let save = Save {
            contact: "c1".into(),
            email: ADA.into(),
            known_phone,
            known_company,
            phone: Some(phone.into()),
            company,
        };
        Event::new("save").with_state(&save).unwrap()
    }

    #[test]
    fn saves_what_the_requester_lacks() {
        let host = Host::new().contact("c1", "Ada", Some(ADA));
        let reply = save(&event("+46 8"), &Texts::choose("en", TEXTS)).unwrap();
        assert!(Look::at_reply(&reply).shows("Saved"));
        let contact = host.contact_now("c1").unwrap();
        assert_eq!((contact.phone(), contact.company.as_deref()), (Some("+46 8"), None));
    }

    #[test]
    fn a_requester_who_was_changed_since_is_left_alone() {
        let t = Texts::choose("en", TEXTS);
        let host = Host::new().contact("c1", "Ada", Some(ADA));
        contacts::update("c1", &Change { phones: Some(vec!["112".into()]), ..contacts::unchanged() }).unwrap();
        assert!(Look::at_reply(&save(&event("+46 8"), &t).unwrap()).shows("changed meanwhile"));
        assert_eq!(host.contact_now("c1").unwrap().phone(), Some("112"));
        drop(host);
        let host = Host::new().contact("c1", "Bob", Some("bob@example.com"));
        assert!(Look::at_reply(&save(&event("+46 8"), &t).unwrap()).shows("changed meanwhile"));
        assert_eq!(host.contact_now("c1").unwrap().phone(), None);
    }

    #[test]
    fn offers_nothing_that_is_known_already() {
        let _host = Host::new().contact("c1", "Ada", None);
        let mut requester = contacts::get("c1").unwrap();
        let number = "+46 8 123 456 78";
        assert!(offered(&requester, &[person(number)]).shows("Ada: +46 8 123 456 78, Analytical"));
        assert!(offered(&requester, &[person(number), person("+46 9")]).buttons.is_empty());
        requester.company = Some("Analytical".into());
        requester.phones = vec!["112".into()];
        assert!(offered(&requester, &[person(number)]).shows("+46 8 123 456 78 (instead of 112)"));
        requester.phones = vec!["08-123 456 78".into()];
        assert!(offered(&requester, &[person(number)]).buttons.is_empty());
    }

    #[test]
    fn without_the_capability_the_reader_is_told() {
        let _host = Host::new().contact("c1", "Ada", Some(ADA)).deny("contacts.write");
        assert!(matches!(save(&event("+46 8"), &Texts::choose("en", TEXTS)), Err(Error::Denied(_))));
    }
}
