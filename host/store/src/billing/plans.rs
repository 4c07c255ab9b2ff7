//! Plans of a listing that replace those of its manifests, so that a price changes without a new version.

use std::collections::HashMap;

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    plan::{self, Plan},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, in_list, list},
};

/// The plans of the listing, in order. `None`: those of the version's manifest count.
pub async fn of_listing(conn: &mut Conn, addon: &AddonId) -> Result<Option<Vec<Plan>>> {
    let sql = "SELECT plan FROM listing_plans WHERE addon_id = $1 ORDER BY position, plan_id";
    let rows = fetch_all!(conn, (String,), sql, addon)?;
    let at = At::new("listing_plans", addon.as_str());
    let plans = rows.iter().map(|(plan,)| at.json("plan", plan)).collect::<Result<Vec<Plan>, _>>()?;
    Ok((!plans.is_empty()).then_some(plans))
}

/// The same for several add-ons. One that is missing here has the plans of its manifest.
pub async fn of_listings(conn: &mut Conn, addons: &[AddonId]) -> Result<HashMap<AddonId, Vec<Plan>>> {
    let sql = in_list!(
        conn,
        "SELECT addon_id, plan FROM listing_plans WHERE addon_id",
        "ORDER BY addon_id, position, plan_id"
    );
    let mut plans: HashMap<AddonId, Vec<Plan>> = HashMap::new();
    for (addon, plan) in fetch_all!(conn, (String, String), sql, list(addons))? {
        let at = At::new("listing_plans", &addon);
        plans.entry(at.parse("addon_id", &addon)?).or_default().push(at.json("plan", &plan)?);
    }
    Ok(plans)
}

/// Replaces the plans of the listing. To make an add-on free, give it a free plan.
///
/// # Errors
/// [`StoreError::Invalid`] for no plan or a wrong one; [`StoreError::Reference`] for an add-on that does not exist.
pub async fn set(tx: &mut Tx, addon: &AddonId, plans: &[Plan], now: Timestamp) -> Result<()> {
    if plans.is_empty() {
        return Err(StoreError::Invalid { field: "plans", problem: "is empty: clear them instead" });
    }
    if plan::check(plans).is_err() || plan::check_prices(plans).is_err() {
        return Err(StoreError::Invalid { field: "plans", problem: "has a plan that is not allowed" });
    }
    clear(tx, addon).await?;
    for (position, plan) in (0i64..).zip(plans) {
        let sql =
            "INSERT INTO listing_plans (addon_id, plan_id, position, plan, updated_at) VALUES ($1, $2, $3, $4, $5)";
        execute!(tx, sql, addon, &plan.id, position, serde_json::to_string(plan)?, now)?;
    }
    Ok(())
}

/// Lets the plans of the manifests count again. True when the listing had plans of its own.
pub async fn clear(tx: &mut Tx, addon: &AddonId) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM listing_plans WHERE addon_id = $1", addon)? > 0)
}
