//! `annex login`: the host gives a short code, a person compares it in the portal and allows access, and the token that comes of it is
//! remembered (RFC 8628).

use std::time::{Duration, Instant};

use annex_check::{Diagnostic, Failure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::{
    api::Api,
    args::LoginArgs,
    logins::{Login, Logins},
    output::{Answer, Output},
};

/// The public client that the author tools are.
const CLIENT: (&str, &str) = ("client_id", "annex-cli");
const GRANT: (&str, &str) = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
/// The longest name of a program that hosts take, in characters.
const NAME: usize = 60;
/// The longest that anybody waits for a decision, in seconds, whatever a host says.
const LONGEST: u64 = 60 * 60;
/// What a host wants more between two questions when they come too fast (RFC 8628, 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// A login that holds.
#[derive(Debug, Serialize)]
pub(crate) struct SignedIn {
    pub(crate) host: String,
    pub(crate) publisher: String,
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: String,
    /// Commands go there that name no host.
    pub(crate) is_default: bool,
}

impl Answer for SignedIn {
    fn text(&self) -> String {
        let Self { host, publisher, account, role, expires_at, .. } = self;
        let default = if self.is_default { " (default)" } else { "" };
        let scopes = self.scopes.join(", ");
        format!("{host}{default}: {account}, {role} of {publisher}; may {scopes}; until {expires_at}")
    }
}

/// What a host says about a token.
#[derive(Deserialize)]
struct Token {
    publisher: String,
    account: String,
    role: String,
    scopes: Vec<String>,
    expires_at: String,
}

/// What a host answers to a program that asks to be let in.
#[derive(Deserialize)]
struct Asked {
    device_code: String,
    user_code: String,
    verification_uri: Url,
    verification_uri_complete: Url,
    /// Seconds.
    expires_in: u64,
    interval: u64,
}

pub(crate) async fn run(args: &LoginArgs, output: Output) -> Result<SignedIn, Failure> {
    let mut logins = Logins::open(&args.store)?;
    let kept = logins.get(&args.host).filter(|kept| !args.again && fits(kept, args)).cloned();
    if let Some(kept) = kept
        && let Ok(known) = who(&args.host, &Api::of_publisher(&args.host, &kept.token)?).await
    {
        logins.put(&args.host, kept)?;
        return Ok(SignedIn { is_default: true, ..known });
    }
    let api = Api::new(&args.host, "")?;
    let asked = ask(&api, args).await?;
    let (here, complete) = (&asked.verification_uri, &asked.verification_uri_complete);
    stays_at(&args.host, &[here, complete])?;
    let detail = json!({
        "user_code": asked.user_code,
        "verification_uri": here,
        "verification_uri_complete": complete,
    });
    let text = format!(
        "open   {complete}\nand compare the code   {}\nwaiting until access is allowed there; Ctrl-C gives up",
        asked.user_code
    );
    output.event("code", &detail, text);
    let token = wait(&api, &asked).await?;
    let known = who(&args.host, &Api::of_publisher(&args.host, &token)?).await?;
    let signed_in = SignedIn { is_default: true, ..known };
    let login = Login {
        publisher: signed_in.publisher.clone(),
        account: signed_in.account.clone(),
        scopes: signed_in.scopes.clone(),
        expires_at: signed_in.expires_at.clone(),
        token,
    };
    // Others may have signed in or out while this one waited.
    let mut logins = Logins::open(&args.store)?;
    let before = logins.get(&args.host).cloned();
    logins.put(&args.host, login)?;
    if let Some(before) = before {
        // Nobody has it any more. One that has ended already, or a host that is away now, is no reason to fail.
        let _ = Api::of_publisher(&args.host, &before.token)?.delete::<()>("/token").await;
    }
    Ok(signed_in)
}

/// Access is allowed at the host itself. One that leads elsewhere may have begun a login there in its own name, and would get the token
/// that a person allows.
fn stays_at(host: &Url, addresses: &[&Url]) -> Result<(), Failure> {
    let Some(other) = addresses.iter().find(|address| address.origin() != host.origin()) else { return Ok(()) };
    let (here, there) = (host.origin().ascii_serialization(), other.origin().ascii_serialization());
    Err(Diagnostic::new("login-elsewhere", format!("{here} leads to {there} to be let in, which is another host"))
        .fix(format!("allow nothing there; if {there} is the host that you mean, begin there: `annex login {there}`"))
        .into())
}

/// True when a login is what is asked for.
fn fits(kept: &Login, args: &LoginArgs) -> bool {
    let publisher = args.publisher.as_ref().is_none_or(|publisher| publisher.as_str() == kept.publisher);
    publisher && args.scopes.iter().all(|scope| kept.scopes.iter().any(|known| known == scope.as_str()))
}

/// As whom `api` asks, as the host says.
pub(crate) async fn who(host: &Url, api: &Api) -> Result<SignedIn, Failure> {
    let Token { publisher, account, role, scopes, expires_at } = api.get("/token").await?;
    Ok(SignedIn { host: host.to_string(), publisher, account, role, scopes, expires_at, is_default: false })
}

async fn ask(api: &Api, args: &LoginArgs) -> Result<Asked, Failure> {
    let scopes: Vec<&str> = args.scopes.iter().map(|scope| scope.as_str()).collect();
    let (scopes, name) = (scopes.join(" "), program());
    let mut form = vec![CLIENT, ("scope", scopes.as_str()), ("client_name", name.as_str())];
    if let Some(publisher) = &args.publisher {
        form.push(("publisher", publisher.as_str()));
    }
    let (status, answer) = api.form("/oauth/device", &form).await?;
    if status != 200 {
        return Err(refused(status, &answer));
    }
    serde_json::from_value(answer).map_err(|error| {
        Diagnostic::new("no-login", format!("this host does not speak as `annex login` does: {error}"))
            .fix("check the address, and that host and tools are of the same release")
            .into()
    })
}

/// Such as `annex on build-7`: what the portal shows, and calls the token.
fn program() -> String {
    let system = rustix::system::uname();
    let name = format!("annex on {}", system.nodename().to_string_lossy());
    name.chars().filter(|c| !c.is_control()).take(NAME).collect()
}

/// Asks until somebody has decided. A host that does not answer for a moment is asked again.
async fn wait(api: &Api, asked: &Asked) -> Result<String, Failure> {
    let until = Instant::now() + Duration::from_secs(asked.expires_in.min(LONGEST));
    let mut pause = Duration::from_secs(asked.interval.clamp(1, 60));
    loop {
        tokio::time::sleep(pause).await;
        let answered = api.form("/oauth/token", &[CLIENT, GRANT, ("device_code", asked.device_code.as_str())]).await;
        let is_over = Instant::now() >= until;
        let (status, answer) = match answered {
            Ok(answered) => answered,
            Err(failure) if is_over => return Err(failure),
            Err(_) => continue,
        };
        let read = |key: &str| answer.get(key).and_then(Value::as_str);
        match (read("access_token"), read("error")) {
            (Some(token), _) => return Ok(token.to_owned()),
            (None, Some("authorization_pending")) if !is_over => {}
            (None, Some("slow_down")) if !is_over => pause += SLOWER,
            // A host that starts again, or what stands before it.
            (None, None) if !is_over && status >= 500 => {}
            (None, Some("authorization_pending" | "slow_down")) => {
                let late = json!({ "error": "expired_token", "error_description": "nobody has decided in time" });
                return Err(refused(status, &late));
            }
            _ => return Err(refused(status, &answer)),
        }
    }
}

/// What an endpoint of OAuth says that it does not do.
fn refused(status: u16, answer: &Value) -> Failure {
    let read = |key: &str| answer.get(key).and_then(Value::as_str);
    let again = "begin anew with `annex login HOST`";
    let (code, fix) = match read("error") {
        Some("access_denied") => ("access-denied", again),
        Some("expired_token") => ("code-expired", again),
        Some("invalid_grant") => ("code-unknown", again),
        Some("slow_down") => ("too-many-logins", "wait some minutes, and begin anew"),
        Some("unauthorized_client") => ("no-portal", "ask the administrator of the host how add-ons get there"),
        Some(_) => ("login-refused", "check the publisher and the scopes"),
        None => ("no-login", "check the address, and that host and tools are of the same release"),
    };
    let text = read("error_description").map_or_else(|| format!("the host answered {status}"), str::to_owned);
    Diagnostic::new(code, text).fix(fix).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        for (error, code) in [
            ("access_denied", "access-denied"),
            ("expired_token", "code-expired"),
            ("invalid_grant", "code-unknown"),
            ("slow_down", "too-many-logins"),
            ("invalid_scope", "login-refused"),
        ] {
            let failure = refused(400, &json!({ "error": error, "error_description": "so it is" }));
            let first = &failure.0[0];
            assert_eq!((first.code.as_str(), first.message.as_str()), (code, "so it is"));
            assert!(first.fix.is_some(), "{error}");
        }
        assert_eq!(refused(404, &Value::Null).0[0].code, "no-login");
    }

    #[test]
    fn a_login_stays_at_its_host() {
        let url = |text: &str| -> Url { text.parse().unwrap() };
        let code = |complete: &str| {
            let left =
                stays_at(&url("https://desk.example.com/"), &[&url("https://desk.example.com/in"), &url(complete)]);
            left.err().map(|failure| failure.0[0].code.clone())
        };
        assert_eq!(code("https://desk.example.com/portal/device?code=ABCD-EFGH"), None);
        assert_eq!(code("https://desk.example.com:443/x"), None, "the same, written out");
        for other in
            ["https://big.example.com/portal/device", "http://desk.example.com/", "https://desk.example.com:8443/"]
        {
            assert_eq!(code(other).as_deref(), Some("login-elsewhere"), "{other}");
        }
        assert_eq!(code("javascript:alert(1)").as_deref(), Some("login-elsewhere"));
    }

    #[test]
    fn a_program_has_a_short_name_on_one_line() {
        let name = program();
        assert!(name.starts_with("annex on ") && name.chars().count() <= NAME && !name.contains('\n'), "{name}");
    }
}
