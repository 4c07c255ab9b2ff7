//! A month that is paid out: wherever the command dies, each publisher is paid once, by the same file.

use super::{dies, points};
use crate::support::{
    database::Database,
    host::Setup,
    payer::{self, PAYER},
    publisher::ask,
    puppet::{FLAT, Puppet},
    stripe::cards,
};

pub(super) const STEPS: [&str; 3] = ["payout:make", "payout:write", "payout:note"];

const EARNINGS: &str = "/portal/publishers/annex/earnings";
const OWED: &str = "section[aria-labelledby=owed] p.num";
const SOLD: Puppet<'_> = Puppet { id: "annex.sold", version: "1.0.0", behaviour: "", plans: FLAT };

pub(super) async fn a_month_is_paid_out_once(database: Database) {
    let host = Setup::new(database).at_one_address().start().await;
    let (_folder, package) = SOLD.pack();
    host.publish_package(&package).await;
    let browser = host.browser().await;
    payer::log_in(&host, &browser).await;
    payer::add_card(&browser, cards::PAYS).await;
    host.api().buy(SOLD.id, SOLD.version, "flat").await;
    let request = ask(&host, "annex", PAYER.0, "Things to sell").await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    let earnings = browser.get(EARNINGS).await;
    let bank = [("holder", "Annex"), ("iban", "DE89370400440532013000"), ("password", PAYER.1)];
    let earnings = browser.submit(&earnings, "form[action$='/earnings']", &bank).await;
    assert!(earnings.has(OWED), "{}", earnings.text());
    let statement = earnings.attribute("a[href*='statement.csv']", "href").unwrap();
    let month = statement.split_once("month=").unwrap().1;

    // It is over, and so is the one that follows.
    let ahead = [("ANNEX_CLOCK_OFFSET", "5356800")];
    let file = host.setup().data().join("payouts.csv");
    let output = file.display().to_string();
    let pays = ["billing", "payout", "--month", month, "--minimum", "0", "--output", output.as_str()];
    let mut first: Option<String> = None;
    let mut check = |when: &str| {
        let written = std::fs::read_to_string(&file).ok();
        first = first.take().or_else(|| written.clone());
        assert_eq!(written, first, "{when}");
    };
    for point in points("payout:") {
        dies(host.setup(), &point, &ahead, &pays);
        check(&point);
    }
    for state in ["written", "written", "confirmed"] {
        if state == "confirmed" {
            host.setup().command_ok(&["billing", "payout", "--month", month, "--confirm"]);
        }
        let paid = host.setup().command_in(&ahead, &pays);
        let said = String::from_utf8_lossy(&paid.stdout).into_owned();
        assert!(said.contains(&format!("1 payouts of {month} are {state}")), "{said}");
        check(state);
    }
    let csv = std::fs::read_to_string(&file).unwrap();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains(&format!("{month}-1,annex,Annex,DE89370400440532013000,")), "{csv}");

    // The book is even, so nothing of it is left for another month.
    assert_eq!(browser.get(EARNINGS).await.all(OWED), ["€0.00"]);
    let following = following(month);
    let next = [&pays[..3], &[following.as_str()], &pays[4..]].concat();
    let paid = host.setup().command_in(&ahead, &next);
    assert!(String::from_utf8_lossy(&paid.stdout).starts_with("0 payouts"), "{paid:?}");
}

fn following(month: &str) -> String {
    let (year, number) = month.split_once('-').unwrap();
    let (year, number): (i32, u32) = (year.parse().unwrap(), number.parse().unwrap());
    if number == 12 { format!("{}-01", year + 1) } else { format!("{year}-{:02}", number + 1) }
}
