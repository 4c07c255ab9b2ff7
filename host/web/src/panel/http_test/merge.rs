//! Tickets that take up others, on the pages of the panel.

use super::{doors::stored, *};
use crate::i18n::english;

#[tokio::test]
async fn a_ticket_is_merged_by_its_number_and_both_lead_to_each_other() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let [here, there] = [panel.ticket(&admin).await, panel.ticket(&admin).await];
    let (path, other) = (format!("/tickets/{here}"), format!("/tickets/{there}"));
    let merge = format!("{path}/merge");
    assert!(panel.get(&admin, &path).await.html.contains(&format!("href=\"{merge}\"")));
    let asked = panel.get(&admin, &merge).await;
    assert!(asked.html.contains(&format!("action=\"{merge}\"")), "{}", asked.html);
    let done = panel.post(&admin, &merge, &[("into", &format!("#{there}"))]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, other.as_str()), "{}", done.html);

    let cookie = format!("{admin}; {}", done.cookie("annex-flash").unwrap());
    let page = panel.get(&cookie, &other).await.html;
    assert!(page.contains(&format!("Ticket #{here} was merged into this one")), "{page}");
    let line = format!("merged ticket #{here} into this one</span> · <a href=\"{path}\">");
    assert!(page.contains(&line) && page.contains("id=\"reply\""), "{page}");
    let page = panel.get(&admin, &path).await.html;
    assert!(page.contains(&format!("was merged into ticket #{there}")), "{page}");
    assert!(page.contains(&format!("merged the ticket into #{there}")), "{page}");
    assert_eq!(page.matches(&format!("href=\"{other}\"")).count(), 2, "above it and in its history: {page}");
    assert!(page.contains("Hello") && page.contains(&format!("action=\"{path}/delete\"")), "{page}");
    for gone in ["id=\"reply\"", "name=\"status\"", &format!("{path}/spam"), &merge] {
        assert!(!page.contains(gone), "{gone}: {page}");
    }

    let before = stored(&panel, here).await;
    for (deed, form) in [
        ("messages", vec![("body", "Hi"), ("mode", "note")]),
        ("properties", vec![("status", "open")]),
        ("spam", vec![]),
        ("merge", vec![("into", other.rsplit('/').next().unwrap())]),
    ] {
        let refused = panel.post(&admin, &format!("{path}/{deed}"), &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{deed}");
        assert!(refused.html.contains(&english().get("error-code-merged")), "{deed}: {}", refused.html);
    }
    assert_eq!(stored(&panel, here).await, before);
}

#[tokio::test]
async fn a_number_that_does_not_fit_comes_back_with_what_is_wrong() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let [here, shut] = [panel.ticket(&admin).await, panel.ticket(&admin).await];
    panel.post(&admin, &format!("/tickets/{shut}/properties"), &[("status", "closed")]).await;
    let path = format!("/tickets/{here}/merge");
    for (into, key) in [
        ("", "form-required"),
        ("that one", "form-unknown-into"),
        ("999", "form-unknown-into"),
        (here.to_string().as_str(), "merge-into-itself"),
        (shut.to_string().as_str(), "merge-into-closed"),
    ] {
        let refused = panel.post(&admin, &path, &[("into", into)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{into}");
        assert!(refused.html.contains(&english().get(key)), "{into}: {}", refused.html);
        assert!(refused.html.contains(&format!("name=\"into\" value=\"{into}\"")), "{into}: {}", refused.html);
    }
    assert_eq!(stored(&panel, here).await.merged_into, None);
}
