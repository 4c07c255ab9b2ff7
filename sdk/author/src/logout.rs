//! `annex logout`: the host ends the token, and the login is forgotten.

use annex_check::{Diagnostic, Failure};
use serde::Serialize;

use crate::{
    api::Api,
    args::LogoutArgs,
    logins::{Logins, Named},
    output::Answer,
};

/// A login that is no more.
#[derive(Debug, Serialize)]
pub(crate) struct SignedOut {
    host: String,
    /// False: the host was not asked, or had ended the token before.
    ended: bool,
}

impl Answer for SignedOut {
    fn text(&self) -> String {
        format!("signed out at {}", self.host)
    }
}

pub(crate) async fn run(args: &LogoutArgs) -> Result<SignedOut, Failure> {
    let mut logins = Logins::open(&args.store)?;
    let host = match &args.host {
        Some(host) => host.clone(),
        None => logins.default_host(Named::Word)?.clone(),
    };
    let Some(login) = logins.get(&host) else {
        return Err(Diagnostic::new("not-signed-in", format!("you are not signed in at {host}"))
            .fix("see `annex whoami`")
            .into());
    };
    let ended = !args.forget && end(&Api::of_publisher(&host, &login.token)?).await?;
    logins.forget(&host)?;
    Ok(SignedOut { host: host.to_string(), ended })
}

/// False when the token had ended already.
async fn end(api: &Api) -> Result<bool, Failure> {
    match api.delete("/token").await {
        Ok(()) => Ok(true),
        Err(failure) if failure.0.iter().any(|one| one.code == "unauthorized") => Ok(false),
        Err(mut failure) => {
            for one in &mut failure.0 {
                one.fix = Some("try again, or forget the login here alone with --forget".to_owned());
            }
            Err(failure)
        }
    }
}
