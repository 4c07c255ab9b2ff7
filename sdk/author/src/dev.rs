//! `annex addon dev`: a local host with the add-on in it, and others beside it. Each save builds, packs, uploads and updates; panels
//! that are open are drawn anew, and what the add-ons log and what their calls cost is printed as it happens. The host is this
//! program's own `serve` as a child, on data below `target/annex-dev`; nothing of the host is switched off for it: packages are
//! signed, by a key of that folder. Its author comes in by a link, once, and is remembered by the browser.

mod deliver;
mod follow;
mod host;
mod port;
mod reload;
mod sign;
mod watch;

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use annex_check::{Diagnostic, Failure};
use serde::Serialize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use crate::{
    args::DevArgs,
    output::{Answer, Output},
    project::Project,
};
use follow::Follower;
use host::Host;
use reload::{Loaded, Reloader};
use watch::Watcher;

/// How often the host is asked what the add-ons did.
const ASK: Duration = Duration::from_millis(700);
/// Until then the host has written what a call did.
const WRITTEN: Duration = Duration::from_millis(1_500);

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

/// An add-on that runs.
struct Addon {
    reloader: Reloader,
    follower: Follower,
    /// Signs the author in where it is seen; until it was printed, and of the first add-on alone.
    link: Option<Url>,
}

impl Addon {
    /// Tells what it did since the last time.
    async fn tell(&mut self, output: Output) {
        if let Some(installation) = self.reloader.installation() {
            self.follower.print_news(installation, output).await;
        }
    }
}

pub(crate) async fn run(args: &DevArgs, output: Output) -> Result<Stopped, Failure> {
    let first = Project::open(&args.dir, None)?;
    let others: Result<Vec<_>, _> = args.with.iter().map(|folder| Project::open(folder, None)).collect();
    let others = others?;
    let projects: Vec<&Project> = std::iter::once(&first).chain(&others).collect();
    let watchers: Result<Vec<_>, _> = projects.iter().map(|project| Watcher::start(&project.root)).collect();
    let mut watchers = watchers?;
    let mut stop = pin!(asked_to_stop()?);
    // Whatever is dropped here is ended with it: commands of cargo, a host that is starting.
    let mut host = tokio::select! {
        host = Host::start(args, &first, &projects, output) => host?,
        () = &mut stop => return Ok(Stopped { reloads: 0 }),
    };
    announce(&host, output);
    let mut link = Some(host.link.clone());
    let mut addons = Vec::new();
    for project in &projects {
        let name = (projects.len() > 1).then(|| project.manifest.id.to_string());
        let follower = Follower::new(host.api.clone(), name);
        addons.push(Addon { reloader: Reloader::new(project, &host)?, follower, link: link.take() });
    }
    let ended = tokio::select! {
        ended = go_on(args, &projects, &mut addons, &mut watchers, output) => ended,
        failure = host.ended() => Err(failure),
        () = &mut stop => Ok(()),
    };
    host.stop().await;
    ended.map(|()| Stopped { reloads: addons.iter().map(|addon| addon.reloader.reloads()).sum() })
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

async fn go_on(
    args: &DevArgs,
    projects: &[&Project],
    addons: &mut [Addon],
    watchers: &mut [Watcher],
    output: Output,
) -> Result<(), Failure> {
    for (addon, project) in addons.iter_mut().zip(projects) {
        if let Some(installation) = addon.reloader.find(&project.manifest.id).await? {
            addon.follower.skip(installation).await;
        }
        let loaded = reload(addon, output).await;
        if args.once {
            if loaded.is_err() {
                tokio::time::sleep(WRITTEN).await;
                addon.tell(output).await;
            }
            loaded?;
        } else {
            complain(loaded, output);
        }
    }
    if args.once {
        return Ok(());
    }
    loop {
        tokio::select! {
            which = watch::changed(watchers) => {
                if let (Some(watcher), Some(addon)) = (watchers.get_mut(which), addons.get_mut(which)) {
                    watcher.settle().await;
                    complain(reload(addon, output).await, output);
                }
            }
            () = tokio::time::sleep(ASK) => {
                for addon in addons.iter_mut() {
                    addon.tell(output).await;
                }
            }
        }
    }
}

async fn reload(addon: &mut Addon, output: Output) -> Result<(), Failure> {
    let started = Instant::now();
    let Loaded { project, version, installation, link, is_new } = addon.reloader.reload(output).await?;
    let millis = started.elapsed().as_millis();
    if is_new {
        match deliver::first(&addon.reloader.api, &project, &installation).await {
            Ok(Some(delivered)) => output.event("delivered", &delivered, delivered.text()),
            Ok(None) => {}
            Err(failure) => output.complain(&failure.0),
        }
    }
    let open = addon.link.take().map(|mut link| {
        link.query_pairs_mut().append_pair("addon", &installation);
        link
    });
    let id = &project.manifest.id;
    let detail = json!({ "addon": id.as_str(), "version": version, "installation": installation, "settings": link,
        "millis": millis, "open": open.as_ref().map(Url::as_str) });
    let opened = open.map_or_else(String::new, |open| format!("\n\n  see it:        {open}\n"));
    output.event(
        "loaded",
        &detail,
        format_args!("{id} {version} runs, after {millis} ms; its settings: {link}{opened}"),
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
