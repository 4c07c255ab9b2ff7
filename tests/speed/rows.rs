//! One row for each page, and one for what comes after the page.

use std::time::{Duration, Instant};

use scraper::{Html, Selector};

use crate::host::Host;

/// Requests of a page before it is measured, and one after the other while it is.
const WARM_UP: usize = 20;
const REQUESTS: usize = 200;
/// How long, and by how many connections, it is asked for at once.
const WINDOW: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 16;
/// One person has so many searches at once; a page that refuses a third is no search.
const SEARCHES: usize = 2;
/// How often a panel is drawn whose parts come later.
const PANELS: usize = 50;

/// Asks for each page, and prints what it took.
pub(crate) async fn measure(host: &Host, tickets: u32) {
    let ticket = tickets / 2;
    let pages = [
        ("inbox", "/inbox".to_owned()),
        ("all tickets", "/inbox?view=all".to_owned()),
        ("of nobody", "/inbox?view=unassigned".to_owned()),
        ("by priority", "/inbox?view=all&sort=-priority".to_owned()),
        ("by number, oldest first", "/inbox?view=all&sort=number".to_owned()),
        ("urgent ones", "/inbox?view=all&priority=urgent".to_owned()),
        ("a common tag", "/inbox?view=all&tag=billing".to_owned()),
        ("a rare tag", "/inbox?view=all&tag=rare".to_owned()),
        ("a search", "/inbox?view=all&q=carrier".to_owned()),
        ("a search for one", format!("/inbox?view=all&q={ticket}")),
        ("ticket", format!("/tickets/{ticket}")),
        ("sidebar", format!("/tickets/{ticket}/sidebar/{}", host.installation)),
        ("contacts", "/contacts".to_owned()),
        ("listing", "/addons/annex.panel".to_owned()),
    ];
    let bare = rate(host, "/healthz", CONNECTIONS).await;
    println!("{:<26} {:>9} {:>9} {:>10} {:>10}", "", "p50 ms", "p95 ms", "requests/s", "/healthz");
    println!("{:<26} {:>9} {:>9} {bare:>10.0} {:>10.3}", "/healthz", "", "", 1.0);
    for (name, path) in pages {
        let (median, high) = times(host, &path).await;
        let connections = if path.contains("&q=") { SEARCHES } else { CONNECTIONS };
        let rate = rate(host, &path, connections).await;
        println!("{name:<26} {median:>9.2} {high:>9.2} {rate:>10.0} {:>10.3}", rate / bare);
    }
    for (name, path) in [("inbox beside searches", "/inbox"), ("ticket beside searches", &format!("/tickets/{ticket}"))]
    {
        let (median, high) = beside_searches(host, path).await;
        println!("{name:<26} {median:>9.2} {high:>9.2}");
    }
    let (median, high) = parts(host, &format!("/tickets/{ticket}")).await;
    println!("{:<26} {median:>9.2} {high:>9.2}", "a panel with its parts");
}

/// From the end of a page until both deferred parts of a panel in it are there, asked for as its script does: the panel, then its parts
/// side by side. Milliseconds at the median and the 95th percentile.
async fn parts(host: &Host, page: &str) -> (f64, f64) {
    let panel = format!("{}{page}/sidebar/{}", host.url, host.parts);
    let mut times = Vec::with_capacity(PANELS);
    for _ in 0..PANELS {
        get(host, page).await;
        let begun = Instant::now();
        let shown = answered(host.browser.get(&panel)).await;
        let (state, wanted) = deferred(&shown);
        assert_eq!(wanted.len(), 2, "{shown}");
        let asking = wanted.iter().map(|part| {
            let form = [("state", &state), ("do", part)];
            answered(host.browser.post(format!("{panel}/actions")).header("origin", &host.url).form(&form))
        });
        for drawn in futures::future::join_all(asking).await {
            assert!(drawn.contains("part@customer.example"), "{drawn}");
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_unstable_by(f64::total_cmp);
    (times[PANELS / 2], times[PANELS * 95 / 100])
}

/// The body of a part of a page.
async fn answered(request: reqwest::RequestBuilder) -> String {
    let answer = request.header("hx-request", "true").send().await.expect("the host answers");
    let (status, body) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{status} {body}");
    body
}

/// The state of a panel, and the buttons of the parts that are to come.
fn deferred(panel: &str) -> (String, Vec<String>) {
    let html = Html::parse_fragment(panel);
    let values = |selector: &str| -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).filter_map(|found| found.value().attr("value")).map(str::to_owned).collect()
    };
    (values("input[name=state]").concat(), values("button[data-deferred]"))
}

/// As [`times`], while somebody else searches for common words without a pause.
async fn beside_searches(host: &Host, path: &str) -> (f64, f64) {
    let searching = async {
        loop {
            get(host, "/inbox?view=all&q=carrier").await;
        }
    };
    tokio::select! {
        () = searching => unreachable!("it goes on"),
        times = times(host, path) => times,
    }
}

async fn get(host: &Host, path: &str) {
    let answer = host.browser.get(format!("{}{path}", host.url)).send().await.expect("the host answers");
    let status = answer.status();
    let body = answer.bytes().await.expect("a body");
    assert!(status.is_success(), "{path}: {status}");
    assert!(!body.is_empty(), "{path} is empty");
}

/// The median and the 95th percentile in milliseconds.
async fn times(host: &Host, path: &str) -> (f64, f64) {
    for _ in 0..WARM_UP {
        get(host, path).await;
    }
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        get(host, path).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_unstable_by(f64::total_cmp);
    (times[REQUESTS / 2], times[REQUESTS * 95 / 100])
}

/// Requests a second.
async fn rate(host: &Host, path: &str, connections: usize) -> f64 {
    let begun = Instant::now();
    let asking = (0..connections).map(|_| async {
        let mut done = 0_u32;
        while begun.elapsed() < WINDOW {
            get(host, path).await;
            done += 1;
        }
        done
    });
    let done: u32 = futures::future::join_all(asking).await.into_iter().sum();
    f64::from(done) / begun.elapsed().as_secs_f64()
}
