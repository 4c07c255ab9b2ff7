//! One row for each page.

use std::time::{Duration, Instant};

use crate::host::Host;

/// Requests of a page before it is measured, and one after the other while it is.
const WARM_UP: usize = 20;
const REQUESTS: usize = 200;
/// How long, and by how many connections, it is asked for at once.
const WINDOW: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 16;
/// One person has so many searches at once; a page that refuses a third is no search.
const SEARCHES: usize = 2;

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
