use std::time::Duration;

use annex_domain::{
    addon::PublisherSlug,
    audit::Action,
    ids::{DeskId, OperatorId},
    operator::{self, HostLabel},
    text::mail_address,
    zone,
};
use annex_store::{
    StoreError, Tx, desks,
    logins::{self, SetupLink},
    operators::{self, NewOperator},
    roles::{self, Builtin},
};
use serde_json::json;

use super::By;
use crate::{
    Desk, LONGEST_NAME, Refusal, Wrong,
    refusal::{Fields, taken},
    settings::object,
};

/// How long the link for the first admin works.
const WORKS: Duration = Duration::from_hours(7 * 24);
/// The longest name of a language or region, in characters.
const LONGEST_WORD: usize = 35;

/// A desk to make.
#[derive(Debug, Clone)]
pub struct NewDesk {
    /// As shown.
    pub name: String,
    /// Mail address of the first admin; none: whoever follows the link says theirs.
    pub admin: Option<String>,
    /// BCP 47. One that no add-on of the desk brings yet is used once one does.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// Where its data are.
    pub region: String,
    /// By which it is asked for.
    pub host_name: Option<HostLabel>,
    /// Whose add-ons are tried in it.
    pub developer_of: Option<PublisherSlug>,
}

/// A desk that was made. No `Debug`: it holds a secret.
pub struct Created {
    /// The desk.
    pub desk: operator::Desk,
    /// Secret of the link with which the first admin comes in, for `/setup/{secret}`. It works once.
    pub first_link: String,
}

/// Makes a desk with nothing in it but its roles, and the link to its first admin.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, `admin`, `locale`, `time_zone`, `region` and `host_name`.
pub async fn create(desk: &Desk, by: By, new: NewDesk) -> Result<Created, Refusal> {
    let mut fields = Fields::default();
    let name = fields.text("name", &new.name, LONGEST_NAME).to_owned();
    let locale = fields.text("locale", &new.locale, LONGEST_WORD).to_owned();
    let region = fields.text("region", &new.region, LONGEST_WORD).to_owned();
    if !zone::is_known(&new.time_zone) {
        fields.add("time_zone", Wrong::Unknown);
    }
    let admin = new.admin.as_deref().map(|given| mail_address(given.trim()));
    if admin == Some(None) {
        fields.add("admin", Wrong::MailAddress);
    }
    fields.check()?;

    let NewDesk { time_zone, host_name, developer_of, .. } = new;
    let new = desks::NewDesk { name, locale, time_zone, region, host_name, developer_of };
    let mut tx = desk.db.begin().await?;
    let made = desks::make(&mut tx, new, by.now).await.map_err(taken("host_name"))?;
    let first = match admin.flatten() {
        Some(email) => Some(first_admin(&mut tx, made.id, email, by).await?),
        None => None,
    };
    let link = SetupLink { desk: made.id, operator: first };
    let first_link = logins::create_link(&mut tx, link, WORKS, by.now).await?;
    let host_name = made.host_name.as_ref().map(HostLabel::as_str);
    let facts = json!({ "name": made.name, "region": made.region, "host_name": host_name });
    by.ctx(made.id).record(&mut tx, Action::DeskCreated, &object(made.id), &facts).await?;
    tx.commit().await?;
    Ok(Created { desk: made, first_link })
}

/// Without a password: the link lets them choose one.
async fn first_admin(tx: &mut Tx, desk: DeskId, email: String, by: By) -> Result<OperatorId, StoreError> {
    let role = roles::builtin(tx, desk, Builtin::Admin).await?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let new = NewOperator { email, name, password_hash: None, roles: vec![role.id] };
    Ok(operators::create(tx, desk, new, by.now).await?.id)
}
