//! `annex whoami`: as whom the tools act, and where, as the hosts themselves say.

use annex_check::{Diagnostic, Failure};
use serde::Serialize;

use crate::{
    api::Api,
    args::WhoamiArgs,
    login::{SignedIn, who},
    logins::{Access, Logins, Named},
    output::Answer,
};

/// All logins that were asked about.
#[derive(Debug, Serialize)]
pub(crate) struct Whoami {
    hosts: Vec<Found>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Found {
    Holds(SignedIn),
    /// The login does not hold, or the host does not answer.
    Fails {
        host: String,
        problem: Option<Diagnostic>,
    },
}

impl Answer for Whoami {
    fn text(&self) -> String {
        let line = |found: &Found| match found {
            Found::Holds(signed_in) => signed_in.text(),
            Found::Fails { host, problem } => {
                format!("{host}: {}", problem.as_ref().map(ToString::to_string).unwrap_or_default())
            }
        };
        self.hosts.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn is_well(&self) -> bool {
        self.hosts.iter().all(|found| matches!(found, Found::Holds(_)))
    }
}

pub(crate) async fn run(args: &WhoamiArgs) -> Result<Whoami, Failure> {
    let logins = Logins::open(&args.host.logins)?;
    if args.host.host.is_some() || args.host.token.is_some() {
        let access = Access::of(&args.host)?;
        let signed_in = who(&access.host, &access.publisher()?).await?;
        let is_default = logins.is_default(&access.host);
        return Ok(Whoami { hosts: vec![Found::Holds(SignedIn { is_default, ..signed_in })] });
    }
    let mut hosts = Vec::new();
    for (host, login) in logins.all() {
        hosts.push(match who(host, &Api::of_publisher(host, &login.token)?).await {
            Ok(signed_in) => Found::Holds(SignedIn { is_default: logins.is_default(host), ..signed_in }),
            Err(failure) => Found::Fails { host: host.to_string(), problem: failure.0.into_iter().next() },
        });
    }
    if hosts.is_empty() {
        logins.default_host(Named::Option)?;
    }
    Ok(Whoami { hosts })
}
