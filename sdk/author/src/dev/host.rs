//! The local host: this program's own `serve` as a child process, with an admin, a token and a trusted key that are
//! made on the first run. All that lasts from run to run is in the add-on's `target/annex-dev`: settings, tickets, the port.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use annex_check::{Diagnostic, Failure};
use annex_domain::random;
use annex_package::keys::SigningKey;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};
use url::Url;

use super::port;
use crate::{
    api::Api,
    args::DevArgs,
    files, key,
    output::{Output, last_lines},
    project::Project,
};

/// Whom the author signs in as.
pub(super) const EMAIL: &str = "author@annex.localhost";
/// The first start makes a database.
const STARTING: Duration = Duration::from_secs(60);
/// Requests and jobs under way are finished first.
const STOPPING: Duration = Duration::from_secs(10);
/// Where it is.
const FOLDER: &str = "target/annex-dev";
/// What `serve` prints when it is up, and then of the link that signs the author in.
const LISTENS: &str = "Annex listens on ";
const SIGNS_IN: &str = "Sign in once by ";

/// A running host.
#[derive(Debug)]
pub(super) struct Host {
    child: Child,
    folder: PathBuf,
    pub(super) url: Url,
    /// Signs the author in, once. With the id of an installation as `addon`, it leads to where that is seen.
    pub(super) link: Url,
    pub(super) api: Api,
    pub(super) password: String,
}

impl Host {
    /// Starts one for the add-ons of these projects, in the folder of the first.
    pub(super) async fn start(
        args: &DevArgs,
        first: &Project,
        projects: &[&Project],
        output: Output,
    ) -> Result<Self, Failure> {
        let folder = first.root.join(FOLDER);
        if args.fresh && folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Diagnostic::io("remove this folder", &folder, &error))?;
        }
        files::make_folder(&first.root.join("target"))?;
        files::make_private_folder(&folder)?;
        let folder = folder.canonicalize().map_err(|error| Diagnostic::io("open this folder", &folder, &error))?;
        let listen = port::choose(args.listen, &first.manifest.id, &folder, output)?;
        output.progress("starting a local help desk …");
        let (token, password) = prepare(&folder, projects).await?;
        let mut child = serve(args, listen, &folder)?;
        let Some((url, link)) = addresses(&mut child).await else { return Err(did_not_start(&folder)) };
        Ok(Self { api: Api::new(&url, &token)?, child, folder, url, link, password })
    }

    /// The key that signs what this host is given.
    pub(super) fn key(&self) -> Result<SigningKey, Failure> {
        key::load_file(&self.folder.join("key.pem"))
    }

    /// Where the number of the last build is kept.
    pub(super) fn counter(&self) -> PathBuf {
        self.folder.join("builds")
    }

    /// Waits until the host ends by itself, which it should not.
    pub(super) async fn ended(&mut self) -> Failure {
        let status = self.child.wait().await;
        let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        Diagnostic::new("host-ended", format!("the local help desk ended: {how}"))
            .file(&log_file(&self.folder))
            .fix("the end of this file says why")
            .into()
    }

    /// Lets the host finish; ends it where it does not.
    pub(super) async fn stop(mut self) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // An error means that it has ended already.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if timeout(STOPPING, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Makes admin and key where they are missing, and a token; answers token and password. One key signs for all publishers.
async fn prepare(folder: &Path, projects: &[&Project]) -> Result<(String, String), Failure> {
    let key_file = folder.join("key.pem");
    let public_file = folder.join("key.pub");
    if !key_file.exists() {
        let key = SigningKey::generate().map_err(Diagnostic::from)?;
        files::write_secret(&key_file, &key.to_pem().map_err(Diagnostic::from)?)?;
        files::write(&public_file, key.public().to_pem().map_err(Diagnostic::from)?.as_bytes())?;
    }
    let password_file = folder.join("password");
    if !password_file.exists() {
        let password = random::token().map_err(|error| Diagnostic::new("no-randomness", error.to_string()))?;
        let password: String = password.chars().take(20).collect();
        annex(folder, &["admin", "create", "--email", EMAIL, "--password-stdin"], Some(&password)).await?;
        files::write_secret(&password_file, &password)?;
    }
    let public = public_file.display().to_string();
    let publishers: BTreeMap<_, _> = projects
        .iter()
        .map(|project| (project.manifest.id.publisher(), project.manifest.listing.publisher_name.as_str()))
        .collect();
    for (publisher, name) in publishers {
        annex(folder, &["publisher", "trust", publisher.as_str(), "--name", name, "--key", &public], None).await?;
    }
    // Tokens end, so each start makes its own.
    let token = ["token", "create", "--email", EMAIL, "--name", "annex addon dev", "--expires", "30"];
    let token = annex(folder, &token, None).await?.trim().to_owned();
    Ok((token, files::read_text(&password_file)?))
}

/// Runs another command of this program on the host's data.
async fn annex(folder: &Path, words: &[&str], input: Option<&str>) -> Result<String, Failure> {
    let failed = |why: String| {
        let command = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        Failure::from(
            Diagnostic::new("dev-setup", format!("`annex {command}` failed: {why}"))
                .fix("start with new data: `annex addon dev --fresh`"),
        )
    };
    let mut command = own()?;
    command.args(words).arg("--data-dir").arg(data(folder)).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.unwrap_or_default().as_bytes()).await.map_err(|error| failed(error.to_string()))?;
    }
    let ended = child.wait_with_output().await.map_err(|error| failed(error.to_string()))?;
    if !ended.status.success() {
        return Err(failed(String::from_utf8_lossy(&ended.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

fn serve(args: &DevArgs, listen: SocketAddr, folder: &Path) -> Result<Child, Failure> {
    let log = log_file(folder);
    let opened = fs::File::create(&log).map_err(|error| Diagnostic::io("write this file", &log, &error))?;
    let mut command = own()?;
    command.args(["serve", "--sample", "--develop-as", EMAIL, "--listen"]).arg(listen.to_string());
    command.arg("--data-dir").arg(data(folder));
    for redirected in &args.egress_override {
        command.arg("--egress-override").arg(redirected);
    }
    // A group of its own: Ctrl-C reaches this program alone, which then stops the host in order.
    command.process_group(0).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(opened);
    command.spawn().map_err(|error| Diagnostic::new("host-start", format!("cannot start the host: {error}")).into())
}

/// Where the host is, and the link that signs in, as it prints them; None when it ends or says nothing.
async fn addresses(child: &mut Child) -> Option<(Url, Url)> {
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let found = async {
        let mut url = None;
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.strip_prefix(LISTENS) {
                url = Url::parse(address.trim()).ok();
            } else if let Some(link) = line.strip_prefix(SIGNS_IN) {
                return url.zip(Url::parse(link.trim()).ok());
            }
        }
        None
    };
    let found = timeout(STARTING, found).await.ok().flatten()?;
    // Whatever else it prints is read, so that it never waits for us.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(found)
}

fn did_not_start(folder: &Path) -> Failure {
    let log = log_file(folder);
    let text = fs::read_to_string(&log).unwrap_or_default();
    let why = last_lines(&text, 5);
    Diagnostic::new("host-start", format!("the local help desk did not start\n{why}"))
        .file(&log)
        .fix("when its data is from another version, start anew: `annex addon dev --fresh`")
        .into()
}

/// This program, on the data of `dev` alone: what is set for a host on the same machine would lead it to that host's database.
fn own() -> Result<Command, Failure> {
    let mut command = Command::new(program()?);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("ANNEX_") && text != "ANNEX_LOG" {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe()
        .map_err(|error| Diagnostic::new("host-start", format!("cannot find this program's own file: {error}")).into())
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("host.log")
}
