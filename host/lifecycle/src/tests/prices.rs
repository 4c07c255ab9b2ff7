//! What a page showed of a price holds, or nothing is ordered.

use annex_domain::{
    billing::OrderPurpose,
    installation::Status,
    money::{Currency, Money},
};

use super::{
    money::PAYS,
    support::{World, on_both},
};
use crate::{Choice, InstallRequest};

/// With a page that also said what each following month costs.
fn renewing_at(choice: Choice, each_month: i64) -> Choice {
    Choice { shown_renewal: Some(Money::new(each_month, Currency::EUR)), ..choice }
}

async fn to_buy(world: &World, each_month: i64) -> InstallRequest {
    let mut request = world.to_buy("flat").await;
    request.purchase = request.purchase.map(|choice| renewing_at(choice, each_month));
    request
}

#[tokio::test]
async fn another_price_of_the_months_after_is_refused() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let error = world.host.install(to_buy(&world, 4900).await).await.unwrap_err();
        assert_eq!(error.code(), "price-changed");
        assert!(world.of_addon("acme.puppet").await.is_none());
        let bought = world.had(to_buy(&world, 5000).await).await;
        assert_eq!(bought.status, Status::Active);

        let shown = world.price(Some(bought.id), "team", 1, OrderPurpose::Plan).await;
        let wrong = renewing_at(Choice::paid("team".parse().unwrap(), shown), 901);
        let chosen = world.host.choose_plan(world.desk, bought.id, wrong, None, world.admin, None).await;
        assert_eq!(chosen.unwrap_err().code(), "price-changed");
    })
    .await;
}
