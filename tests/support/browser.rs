//! A browser without script: cookies, links, forms. What works here works for everybody.

mod labels;

use std::sync::{Arc, OnceLock};

use reqwest::{cookie::Jar, redirect::Policy};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Keeps cookies and follows redirects.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    base: Url,
    client: reqwest::Client,
    cookies: Arc<Jar>,
    /// Of whoever signed in to the panel: given again where a form asks for it.
    password: Arc<OnceLock<String>>,
}

/// A page that was shown.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) url: Url,
    pub(crate) html: String,
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let cookies = Arc::<Jar>::default();
        let client = reqwest::Client::builder().cookie_provider(Arc::clone(&cookies)).build().expect("a client");
        Self { base: base.parse().expect("a URL"), client, cookies, password: Arc::default() }
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) {
        let page = self.get("/sign-in").await;
        let page = self.submit(&page, "form", &[("email", email), ("password", password)]).await;
        assert!(page.status == 200 && page.url.path() != "/sign-in", "signing in failed:\n{}", page.text());
        self.password.get_or_init(|| password.to_owned());
    }

    /// Invites an agent. Answers the path of the link with which they choose a password.
    pub(crate) async fn invite(&self, name: &str, email: &str) -> String {
        let form = self.get("/admin/operators/new").await;
        let made = self.submit(&form, "form[action='/admin/operators']", &[("name", name), ("email", email)]).await;
        let link = made.attribute("input#link", "value").expect("the invitation link");
        format!("/setup/{}", link.split_once("/setup/").expect("a link to /setup/").1)
    }

    /// A page, whatever its status.
    pub(crate) async fn visit(&self, path: &str) -> Page {
        let url = self.base.join(path).expect("a path");
        self.show(self.client.get(url)).await
    }

    /// A page that has to be there.
    pub(crate) async fn get(&self, path: &str) -> Page {
        let page = self.visit(path).await;
        assert_eq!(page.status, 200, "{path}:\n{}", page.text());
        page
    }

    /// Where a link leads that goes over addresses below `name`, which a service at `url` has.
    pub(crate) async fn follow(&self, link: &str, (name, url): (&str, &str)) -> Page {
        let client = reqwest::Client::builder().cookie_provider(Arc::clone(&self.cookies)).redirect(Policy::none());
        let client = client.build().expect("a client");
        let mut next = link.to_owned();
        for _ in 0..10 {
            let there = next.strip_prefix(name).map_or_else(|| next.clone(), |path| format!("{url}{path}"));
            let answer = client.get(there).send().await.expect("an answer");
            let (status, at) = (answer.status().as_u16(), answer.url().clone());
            let Some(location) = answer.headers().get("location") else {
                return Page { status, url: at, html: answer.text().await.expect("a body") };
            };
            next = at.join(location.to_str().expect("text")).expect("an address").into();
        }
        panic!("{link} leads nowhere");
    }

    async fn show(&self, request: reqwest::RequestBuilder) -> Page {
        // As browsers do; the host refuses state changes from other origins.
        let request = request.header("sec-fetch-site", "same-origin");
        let mut answer = request.send().await.expect("the host answers");
        // A page that leads on by itself, as those do that lead to another host after a form was sent.
        while let Some(next) = answer.headers().get("refresh").and_then(|value| value.to_str().ok()) {
            let next = next.split_once("url=").expect("an address").1.to_owned();
            answer = self.client.get(next).send().await.expect("the next page");
        }
        let (status, url) = (answer.status().as_u16(), answer.url().clone());
        Page { status, url, html: answer.text().await.expect("a body") }
    }

    /// Sends an empty form, and answers which other host its page leads on to, without going there.
    pub(crate) async fn led_to(&self, path: &str) -> String {
        self.led_to_with(path, &[("next", "")]).await
    }

    /// The same with what the form has.
    pub(crate) async fn led_to_with(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let url = self.base.join(path).expect("a path");
        let request = self.client.post(url).header("origin", self.base.origin().ascii_serialization());
        let answer = request.form(fields).send().await.expect("the host answers");
        let next = answer.headers().get("refresh").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let next = next.unwrap_or_else(|| panic!("{path} leads nowhere: {}", answer.status()));
        next.split_once("url=").expect("an address").1.to_owned()
    }

    /// Fills the first form that `selector` finds and sends it with its first button. Every name must be a field of it.
    pub(crate) async fn submit(&self, page: &Page, selector: &str, values: &[(&str, &str)]) -> Page {
        self.submit_with(page, selector, values, None).await
    }

    /// As [`Self::submit`], with the button that has this value or text.
    pub(crate) async fn press(&self, page: &Page, selector: &str, button: &str, values: &[(&str, &str)]) -> Page {
        self.submit_with(page, selector, values, Some(button)).await
    }

    /// As [`Self::press`], where the host may die before it answers; without a button the first one.
    pub(crate) async fn press_in_vain(
        &self,
        page: &Page,
        selector: &str,
        button: Option<&str>,
        values: &[(&str, &str)],
    ) {
        let request = self.sent_by(page, selector, values, button).header("sec-fetch-site", "same-origin");
        let _ = request.send().await;
    }

    async fn submit_with(&self, page: &Page, selector: &str, values: &[(&str, &str)], button: Option<&str>) -> Page {
        self.show(self.sent_by(page, selector, values, button)).await
    }

    /// As [`Self::sent`], by the first form that `selector` finds.
    fn sent_by(
        &self,
        page: &Page,
        selector: &str,
        values: &[(&str, &str)],
        button: Option<&str>,
    ) -> reqwest::RequestBuilder {
        let html = Html::parse_document(&page.html);
        let form = find(&html, selector).next();
        let form = form.unwrap_or_else(|| panic!("no form {selector} on {}:\n{}", page.url, page.text()));
        self.sent(page, &form, values, button)
    }

    /// What is sent when a form is filled in and its button is pressed.
    fn sent(
        &self,
        page: &Page,
        form: &ElementRef<'_>,
        values: &[(&str, &str)],
        button: Option<&str>,
    ) -> reqwest::RequestBuilder {
        let mut fields = filled(form);
        if let (Some((_, value)), Some(password)) = (again(&mut fields), self.password.get()) {
            value.clone_from(password);
        }
        for (name, _) in values {
            assert!(names(form).contains(&(*name).to_owned()), "no field {name} in the form on {}", page.url);
            fields.retain(|(field, _)| field != name);
        }
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let button = pressed(form, button);
        fields.extend(button.as_ref().and_then(sent_with));
        let own = button.as_ref().and_then(|button| button.value().attr("formaction"));
        let action = own.or(form.value().attr("action")).unwrap_or("");
        let url = page.url.join(action).expect("an address");
        if form.value().attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
            self.client.post(url).header("origin", self.base.origin().ascii_serialization()).form(&fields)
        } else {
            self.client.get(url).query(&fields)
        }
    }
}

impl Page {
    /// The visible text, with runs of white space as one space.
    pub(crate) fn text(&self) -> String {
        let html = Html::parse_document(&self.html);
        let body = find(&html, "body").next();
        let Some(body) = body else { return self.html.clone() };
        let texts = body.descendants().filter_map(|node| {
            let hidden = node.ancestors().any(|above| {
                above
                    .value()
                    .as_element()
                    .is_some_and(|element| matches!(element.name(), "script" | "style" | "template" | "svg"))
            });
            node.value().as_text().filter(|_| !hidden).map(|text| text.text.to_string())
        });
        texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn has(&self, selector: &str) -> bool {
        find(&Html::parse_document(&self.html), selector).next().is_some()
    }

    /// The texts of all elements that `selector` finds.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        find(&Html::parse_document(&self.html), selector).map(|element| words(&element)).collect()
    }

    /// An attribute of the first element that `selector` finds.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        find(&Html::parse_document(&self.html), selector).next()?.value().attr(name).map(str::to_owned)
    }

    /// Fails with the page's text unless `words` are shown.
    #[track_caller]
    pub(crate) fn expect(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "expected {words:?} on {}:\n{}", self.url, self.text());
        self
    }

    /// Fails with the page's text when `words` are shown.
    #[track_caller]
    pub(crate) fn expect_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "did not expect {words:?} on {}:\n{}", self.url, self.text());
        self
    }
}

fn find<'a>(html: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    html.select(&selector).collect::<Vec<_>>().into_iter()
}

/// The text of an element, with runs of white space as one space.
fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn inputs<'a>(form: &ElementRef<'a>) -> Vec<ElementRef<'a>> {
    form.select(&Selector::parse("input[name], select[name], textarea[name]").expect("a selector")).collect()
}

fn names(form: &ElementRef<'_>) -> Vec<String> {
    inputs(form).iter().filter_map(|input| input.value().attr("name").map(str::to_owned)).collect()
}

/// The fields as a browser would send them untouched.
fn filled(form: &ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for input in inputs(form) {
        let element = input.value();
        let attribute = |name| element.attr(name).map(str::to_owned);
        let Some(name) = attribute("name").filter(|_| element.attr("disabled").is_none()) else { continue };
        let value = match (element.name(), element.attr("type").unwrap_or("text")) {
            ("textarea", _) => Some(input.text().collect()),
            ("select", _) => chosen(&input),
            (_, "checkbox" | "radio") => {
                element.attr("checked").map(|_| attribute("value").unwrap_or_else(|| "on".into()))
            }
            (_, "submit" | "button" | "file") => None,
            _ => Some(attribute("value").unwrap_or_default()),
        };
        fields.extend(value.map(|value| (name, value)));
    }
    fields
}

/// The field in which a form that costs money asks for the password again: there it follows the name of who is signed in.
fn again(fields: &mut [(String, String)]) -> Option<&mut (String, String)> {
    let asks = fields.iter().any(|(name, _)| name == "username");
    fields.iter_mut().find(|(name, _)| asks && name == "password")
}

fn chosen(select: &ElementRef<'_>) -> Option<String> {
    let options: Vec<_> = select.select(&Selector::parse("option").expect("a selector")).collect();
    let option = options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first())?;
    Some(option.value().attr("value").map_or_else(|| option.text().collect(), str::to_owned))
}

/// The button that is pressed.
fn pressed<'a>(form: &ElementRef<'a>, button: Option<&str>) -> Option<ElementRef<'a>> {
    let buttons: Vec<_> = form.select(&Selector::parse("button").expect("a selector")).collect();
    match button {
        None => buttons.into_iter().find(|button| button.value().attr("type").unwrap_or("submit") == "submit"),
        Some(wanted) => Some(
            buttons
                .into_iter()
                .find(|button| button.value().attr("value") == Some(wanted) || words(button).contains(wanted))
                .unwrap_or_else(|| panic!("no button {wanted}")),
        ),
    }
}

/// The name and value of a button, when it has a name.
fn sent_with(button: &ElementRef<'_>) -> Option<(String, String)> {
    let name = button.value().attr("name")?;
    Some((name.into(), button.value().attr("value").unwrap_or("").into()))
}
