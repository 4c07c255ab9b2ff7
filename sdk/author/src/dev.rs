//! `annex addon dev`: a local host with the add-on in it. Each save builds, packs, uploads and updates; what the add-on
//! logs and what its calls cost is printed as it happens. The host is this program's own `serve` as a child, on data
//! below `.annex/dev`; nothing of the host is switched off for it: packages are signed, by a key of that folder.

mod follow;
mod host;
mod reload;
mod watch;

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use annex_check::{Diagnostic, Failure};
use serde::Serialize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    args::DevArgs,
    output::{Answer, Output},
    project::Project,
};
use follow::Follower;
use host::Host;
use reload::Reloader;
use watch::Watcher;

/// How often the host is asked what the add-on did.
const ASK: Duration = Duration::from_millis(700);

/// The end of it.
#[derive(Debug, Serialize)]
pub(crate) struct Stopped {
    reloads: u32,
}

impl Answer for Stopped {
    fn text(&self) -> String {
        "stopped".into()
    }
}

pub(crate) async fn run(args: &DevArgs, output: Output) -> Result<Stopped, Failure> {
    let project = Project::open(&args.dir, None)?;
    let mut watcher = Watcher::start(&project.root)?;
    let mut stop = pin!(asked_to_stop()?);
    // Whatever is dropped here is ended with it: commands of cargo, a host that is starting.
    let mut host = tokio::select! {
        host = Host::start(args, &project, output) => host?,
        () = &mut stop => return Ok(Stopped { reloads: 0 }),
    };
    let mut reloader = Reloader::new(args, &host)?;
    announce(&host, output);
    let ended = tokio::select! {
        ended = go_on(args, &mut reloader, &mut watcher, output) => ended,
        failure = host.ended() => Err(failure),
        () = &mut stop => Ok(()),
    };
    host.stop().await;
    ended.map(|()| Stopped { reloads: reloader.reloads() })
}

/// Ends when the author wants it to end. Listens from the moment of the call, so that nothing is started and left behind.
fn asked_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error: std::io::Error| Failure::from(Diagnostic::new("signal", error.to_string()));
    let listen = |kind| signal(kind).map_err(failed);
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

async fn go_on(args: &DevArgs, reloader: &mut Reloader, watcher: &mut Watcher, output: Output) -> Result<(), Failure> {
    let mut follower = Follower::new(reloader.api().clone());
    let first = reload(reloader, output).await;
    if args.once {
        return first;
    }
    complain(first, output);
    loop {
        tokio::select! {
            () = watcher.changed() => {
                watcher.settle().await;
                complain(reload(reloader, output).await, output);
            }
            () = tokio::time::sleep(ASK) => {
                if let Some(installation) = reloader.installation() {
                    follower.print_news(installation, output).await;
                }
            }
        }
    }
}

async fn reload(reloader: &mut Reloader, output: Output) -> Result<(), Failure> {
    let started = Instant::now();
    let loaded = reloader.reload(output).await?;
    let millis = started.elapsed().as_millis();
    let detail = json!({ "version": loaded.version, "installation": loaded.installation, "settings": loaded.link, "millis": millis });
    output.event(
        "loaded",
        &detail,
        format_args!("{} runs, after {millis} ms; its settings: {}", loaded.version, loaded.link),
    );
    Ok(())
}

fn announce(host: &Host, output: Output) {
    let detail = json!({ "url": host.url.as_str(), "email": host::EMAIL, "password": host.password });
    let text = format!(
        "\n  the help desk: {}inbox\n  sign in as:    {}\n  password:      {}\n  to stop:       Ctrl-C\n",
        host.url,
        host::EMAIL,
        host.password
    );
    output.event("ready", &detail, text);
}

/// Says what went wrong; the version before goes on running.
fn complain(result: Result<(), Failure>, output: Output) {
    if let Err(failure) = result {
        output.complain(&failure.0);
        output.progress("what ran before goes on; save a file to try again");
    }
}
