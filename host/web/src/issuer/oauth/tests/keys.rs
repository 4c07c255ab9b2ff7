//! The keys of the issuer, and those that were replaced.

use std::{collections::BTreeSet, time::Duration};

use annex_billing::accounts::rotate_key;
use annex_domain::{oauth::SigningAlgorithm, operator::Actor};

use super::World;
use crate::issuer::new_issuer_key;

#[tokio::test]
async fn a_key_that_was_replaced_is_shown_for_two_days() {
    let world = World::start().await;
    let ids = async || -> BTreeSet<String> {
        let set = world.get("/oauth/jwks", "").await.1;
        let keys = set["keys"].as_array().unwrap();
        assert!(keys.iter().all(|key| key.get("d").is_none()), "public ones alone");
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids().await;
    assert_eq!(before.len(), SigningAlgorithm::ALL.len());
    let site = &world.site;
    site.clock.advance(Duration::from_secs(1));
    for algorithm in SigningAlgorithm::ALL {
        let key = new_issuer_key(site.state.lifecycle.vault(), algorithm).await.unwrap();
        rotate_key(&site.state.billing, algorithm, &key, Actor::CommandLine).await.unwrap();
    }
    let both = ids().await;
    assert!(before.is_subset(&both) && both.len() == 2 * before.len());
    site.clock.advance(Duration::from_secs(48 * 60 * 60));
    let new: BTreeSet<String> = both.difference(&before).cloned().collect();
    assert_eq!(ids().await, new);
}
