//! How a mailbox logs in: by password, or with an account that the host connects as those of settings of type `oauth2`
//! (`connection`). The addresses of Google and Microsoft are known; those of another service are entered.

use std::collections::BTreeMap;

use super::{key, missing};
use crate::{
    capability::HostPattern,
    connection::{self, ClientAuth, OAuth2},
    settings::FieldError,
};

/// Fields that say which service an account is of: neither it nor the secret of its client is kept for another one.
pub const SERVICE: [&str; 4] = ["login", "account_tenant", "account_authorize", "account_token"];
/// Fields that say to which servers its token is shown: it is not kept for other ones.
pub const SERVERS: [&str; 3] = ["provider", "imap_host", "smtp_host"];

crate::words! {
    /// With what a mailbox logs in.
    pub enum LoginWith: "login" {
        /// A password.
        Password = "password",
        /// An account at Google.
        Google = "google",
        /// An account at Microsoft.
        Microsoft365 = "microsoft-365",
        /// An account at another service.
        Another = "oauth2",
    }
}

/// The key of the field that is the account, such as `inbox_account`.
#[must_use]
pub fn account(mailbox: &str) -> String {
    key(mailbox, "account")
}

/// How the account of the mailbox `setting` is connected, by what was entered; `None`: it logs in by password.
///
/// # Errors
/// The first field that is missing or wrong.
pub fn oauth2(setting: &str, value: &impl Fn(&str) -> Option<String>) -> Result<Option<OAuth2>, FieldError> {
    let text = |field: &str| value(&key(setting, field)).filter(|text| !text.is_empty());
    let login = text("login").and_then(|word| word.parse().ok()).unwrap_or(LoginWith::Password);
    let mut oauth2 = match login {
        LoginWith::Password => return Ok(None),
        LoginWith::Google => google(),
        LoginWith::Microsoft365 => microsoft(text("account_tenant").as_deref().unwrap_or("common")),
        LoginWith::Another => another(setting, &text)?,
    };
    // For browsers that are signed in with several accounts.
    if let Some(name) = text("user").or_else(|| text("address")) {
        oauth2.parameters.insert("login_hint".to_owned(), name);
    }
    Ok(Some(oauth2))
}

/// <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>; without `consent` only the first time has a refresh token.
fn google() -> OAuth2 {
    let parameters = [("access_type", "offline"), ("prompt", "consent")];
    OAuth2 {
        authorize: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
        token: "https://oauth2.googleapis.com/token".to_owned(),
        revoke: Some("https://oauth2.googleapis.com/revoke".to_owned()),
        scopes: vec!["https://mail.google.com/".to_owned()],
        parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        client_id: None,
        client_auth: Some(ClientAuth::Post),
    }
}

/// By Microsoft's page *Authenticate an IMAP, POP or SMTP connection using OAuth*; without `offline_access` there is no refresh token.
fn microsoft(tenant: &str) -> OAuth2 {
    let at = |what: &str| format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/{what}");
    let scopes =
        ["https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"];
    OAuth2 {
        authorize: at("authorize"),
        token: at("token"),
        revoke: None,
        scopes: scopes.map(str::to_owned).into(),
        parameters: BTreeMap::new(),
        client_id: None,
        client_auth: Some(ClientAuth::Post),
    }
}

fn another(setting: &str, text: &impl Fn(&str) -> Option<String>) -> Result<OAuth2, FieldError> {
    let address = |field: &str| {
        let url = text(field).ok_or_else(|| missing(setting, field))?;
        let host = HostPattern::try_from(connection::host(&url).to_owned());
        if host.is_ok_and(|host| host.setting().is_none()) && !url.contains('#') {
            return Ok(url);
        }
        Err(FieldError::new(key(setting, field), "not-a-url", "enter an address that starts with https://"))
    };
    Ok(OAuth2 {
        authorize: address("account_authorize")?,
        token: address("account_token")?,
        revoke: None,
        scopes: text("account_scopes").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        parameters: BTreeMap::new(),
        client_id: None,
        client_auth: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entered: &[(&str, &str)]) -> Result<Option<OAuth2>, FieldError> {
        let found = |key: &str| entered.iter().find(|(of, _)| *of == key).map(|(_, text)| (*text).to_owned());
        oauth2("inbox", &found)
    }

    #[test]
    fn known_services_bring_their_addresses() {
        assert_eq!(read(&[]).unwrap(), None, "by password");
        let google = read(&[("inbox_login", "google"), ("inbox_address", "help@example.com")]).unwrap().unwrap();
        assert_eq!(google.scopes, ["https://mail.google.com/"]);
        assert_eq!(google.parameters.get("access_type").map(String::as_str), Some("offline"));
        assert_eq!(google.parameters.get("login_hint").map(String::as_str), Some("help@example.com"));
        let microsoft = |more: &[(&str, &str)]| {
            let all = [&[("inbox_login", "microsoft-365")][..], more].concat();
            read(&all).unwrap().unwrap().token
        };
        assert_eq!(microsoft(&[]), "https://login.microsoftonline.com/common/oauth2/v2.0/token");
        let own = microsoft(&[("inbox_account_tenant", "acme.example")]);
        assert_eq!(own, "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token");
    }

    #[test]
    fn the_addresses_of_another_service_are_entered() {
        let authorize = ("inbox_account_authorize", "https://login.example.com/agree");
        let with = |token: &str| {
            let entered = [("inbox_login", "oauth2"), authorize, ("inbox_account_token", token)];
            read(&[&entered[..], &[("inbox_account_scopes", " mail  offline ")]].concat())
        };
        let oauth2 = with("https://login.example.com/token").unwrap().unwrap();
        assert_eq!((oauth2.authorize.as_str(), oauth2.scopes), (authorize.1, vec!["mail".into(), "offline".into()]));
        for wrong in ["http://login.example.com/token", "https://127.0.0.1/token", "https://{inbox_user}/token"] {
            let error = with(wrong).unwrap_err();
            assert_eq!((error.field.as_str(), error.code), ("inbox_account_token", "not-a-url"), "{wrong}");
        }
        assert_eq!(with("").unwrap_err().code, "required");
    }
}
