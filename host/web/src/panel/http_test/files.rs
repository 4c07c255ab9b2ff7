//! Files of messages through the router: with the form where there is no script, and one by one where there is.

use annex_desk::{
    Desk,
    attachments::{Files, Rules},
};

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

impl Panel {
    /// With room for so many bytes of files.
    fn with_room(mut self, room: u64) -> Self {
        let rules = Rules { room, scanner: None };
        self.state.files = Files::new(Desk::new(self.state.db.clone()), self.state.lifecycle.blobs().clone(), rules);
        self.router = crate::router(self.state.clone());
        self
    }

    /// Sends a form with files in it, as a browser does; `script`: as the script of the page.
    async fn post_files(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
        script: bool,
    ) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
            );
            body.extend_from_slice(&[head.as_bytes(), *bytes, b"\r\n".as_slice()].concat());
        }
        body.extend_from_slice(b"--b--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin");
        let request = if script { request.header("hx-request", "true") } else { request };
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// The addresses of files that a page names, each once.
fn linked(page: &Page) -> Vec<String> {
    let links = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.starts_with("/attachments/")).map(ToOwned::to_owned).collect()
}

/// The files that a form would send.
fn waiting(page: &Page) -> Vec<String> {
    let fields = page.html.split("name=\"attachment\" value=\"").skip(1);
    fields.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn without_script_files_come_with_the_message() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let path = format!("/tickets/{}", panel.ticket(&admin).await);
    let files: [(&str, &[u8]); 3] = [("screen.png", PNG), ("evil.png", b"<html><script>alert(1)</script>"), ("", b"")];
    let (messages, form) = (format!("{path}/messages"), [("mode", "note"), ("body", "Look")]);
    let sent = panel.post_files(&agent, &messages, &form, &files, false).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, path.as_str()), "{}", sent.html);
    let page = panel.get(&admin, &path).await;
    assert!(page.html.contains("Look") && page.html.contains("<bdi>evil.png</bdi>"), "{}", page.html);
    let links = linked(&page);
    assert_eq!((links.len(), page.html.matches("<img src=\"/attachments/").count()), (2, 1), "only one is a picture");

    for (link, kind, shown) in
        [(&links[0], "image/png", "inline; "), (&links[1], "application/octet-stream", "attachment; ")]
    {
        let file = panel.get(&admin, link).await;
        assert_eq!((file.status, &file.headers[header::CONTENT_TYPE]), (StatusCode::OK, &kind.parse().unwrap()));
        assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with(shown), "{link}");
        assert_eq!(file.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
        assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(panel.get(&panel.stranger().await, link).await.status, StatusCode::NOT_FOUND);
        assert!(panel.get("", link).await.location().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn a_file_that_is_refused_takes_nothing_with_it() {
    let panel = Panel::start().await.with_room(5);
    let agent = panel.agent().await;
    let path = format!("/tickets/{}", panel.ticket(&agent).await);
    let messages = format!("{path}/messages");
    let typed = [("mode", "reply"), ("body", "What I wrote")];
    let files: [(&str, &[u8]); 2] = [("fine.txt", b"abc"), ("more.txt", b"defg")];
    let refused = panel.post_files(&agent, &messages, &typed, &files, false).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    assert!(refused.html.contains("What I wrote</textarea>"), "{}", refused.html);
    assert!(refused.html.contains("more.txt") && refused.html.contains("take up all their space"), "{}", refused.html);
    let kept = waiting(&refused);
    assert_eq!(kept.len(), 1, "the other one is kept");
    assert_eq!(linked(&panel.get(&panel.admin().await, &path).await), [""; 0], "and for nobody else to see");

    let again = [typed.as_slice(), &[("attachment", kept[0].as_str())]].concat();
    assert_eq!(panel.post(&agent, &messages, &again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(linked(&panel.get(&panel.admin().await, &path).await), [format!("/attachments/{}", kept[0])]);
    let twice = panel.post(&agent, &messages, &again).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.html.contains("no longer there") && twice.html.contains("What I wrote</textarea>"), "{}", twice.html);
}

#[tokio::test]
async fn script_uploads_files_one_by_one_and_takes_them_away() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let path = format!("/tickets/{}", panel.ticket(&admin).await);
    let upload = format!("{path}/files");
    let part = panel.post_files(&agent, &upload, &[], &[("a.png", PNG)], true).await;
    assert_eq!(part.status, StatusCode::OK, "{}", part.html);
    let first = waiting(&part).remove(0);
    panel.post_files(&agent, &upload, &[], &[("b.png", PNG)], true).await;
    let second = waiting(&panel.get(&agent, &path).await).remove(1);
    assert_eq!(waiting(&panel.get(&agent, &path).await), [first.clone(), second.clone()], "after a reload, too");
    assert!(waiting(&panel.get(&admin, &path).await).is_empty());

    let remove = |id: &str| format!("{path}/files/{id}/remove");
    assert_eq!(panel.post_files(&admin, &remove(&first), &[], &[], true).await.status, StatusCode::NOT_FOUND);
    assert_eq!(panel.post_files(&agent, &remove(&first), &[], &[], true).await.status, StatusCode::NO_CONTENT);
    // By a button of the form, what was typed and chosen since comes back.
    let typed = [("mode", "note"), ("body", "Half a sentence")];
    let page = panel.post_files(&agent, &remove(&second), &typed, &[("c.png", PNG)], false).await;
    assert_eq!((page.status, waiting(&page).len()), (StatusCode::OK, 1));
    assert!(
        page.html.contains("Half a sentence</textarea>") && page.html.contains("<bdi>c.png</bdi>"),
        "{}",
        page.html
    );
    let nowhere = panel.post_files(&agent, &format!("{path}9/files"), &[], &[("a.png", PNG)], true).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "of a ticket that is not there");
}

#[tokio::test]
async fn script_uploads_what_is_chosen_in_a_view_before_its_form_is_sent() {
    let panel = Panel::start().await.with_room(PNG.len() as u64);
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let part = panel.post_files(&agent, "/files", &[], &[("a.png", PNG)], true).await;
    assert_eq!(part.status, StatusCode::OK, "{}", part.html);
    // Under the name of the field that it came in.
    let id = part.html.split("name=\"file\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let remove = format!("/files/{}/remove", id.expect("an id"));
    assert!(part.html.contains(&format!("formaction=\"{remove}\"")), "{}", part.html);

    let full = panel.post_files(&agent, "/files", &[], &[("b.png", PNG)], true).await;
    assert_eq!(full.status, StatusCode::OK, "{}", full.html);
    assert!(full.html.contains("data-file-wrong") && full.html.contains("take up all their space"), "{}", full.html);
    assert!(!full.html.contains("<input"), "{}", full.html);

    let removed = async |cookie: &str| panel.post_files(cookie, &remove, &[], &[], true).await.status;
    assert_eq!(removed(&admin).await, StatusCode::NOT_FOUND, "it is another operator's");
    assert_eq!(removed(&agent).await, StatusCode::NO_CONTENT);
    assert_eq!(removed(&agent).await, StatusCode::NOT_FOUND);
}
