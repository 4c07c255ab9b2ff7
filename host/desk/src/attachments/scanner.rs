//! A program of whoever runs the host that looks at each file before it is kept, such as a virus scanner. It reads the file on its
//! standard input and ends with 0 when that is fine, and with 1 when it is not; what it prints then is why. Whatever else comes of
//! it, nobody knows, and the file is not taken.

use std::{io, process::Stdio, time::Duration};

use annex_store::blobs::FileStream;
use futures::StreamExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// So much of what it says is told, in characters.
const TOLD: usize = 200;
/// So much of what it says is read, in bytes.
const HEARD: u64 = 4 << 10;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    pub(super) program: String,
    pub(super) arguments: Vec<String>,
    pub(super) patience: Duration,
}

/// What it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Clean,
    /// This, in one line.
    Infected(String),
    /// It did not say.
    Unknown,
}

impl Scanner {
    /// The program and its arguments, with spaces between them; `None` for nothing. No shell reads it.
    #[must_use]
    pub fn new(command: &str) -> Option<Self> {
        let mut words = command.split_whitespace().map(ToOwned::to_owned);
        Some(Self { program: words.next()?, arguments: words.collect(), patience: PATIENCE })
    }

    pub(super) async fn look_at(&self, file: FileStream) -> Verdict {
        match timeout(self.patience, self.run(file)).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(_)) | Err(_) => Verdict::Unknown,
        }
    }

    /// The program ends with this future.
    async fn run(&self, file: FileStream) -> io::Result<Verdict> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn()?;
        let input = child.stdin.take();
        let (fed, said) = tokio::join!(feed(input, file), listen(&mut child));
        fed?;
        let (status, said) = (child.wait().await?, said?);
        Ok(match status.code() {
            Some(0) => Verdict::Clean,
            Some(1) => Verdict::Infected(said),
            _ => Verdict::Unknown,
        })
    }
}

/// Gives it the file. One that has read enough closes its input, and may be right.
async fn feed(input: Option<ChildStdin>, mut file: FileStream) -> io::Result<()> {
    let Some(mut input) = input else { return Ok(()) };
    while let Some(bytes) = file.next().await {
        let bytes = bytes.map_err(io::Error::other)?;
        match input.write_all(&bytes).await {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    input.shutdown().await
}

/// What it says, in one line that hides nothing.
async fn listen(child: &mut Child) -> io::Result<String> {
    let mut said = Vec::new();
    if let Some(output) = child.stdout.take() {
        let mut output = output.take(HEARD);
        output.read_to_end(&mut said).await?;
        tokio::io::copy(&mut output.into_inner(), &mut tokio::io::sink()).await?;
    }
    let mut said = String::from_utf8_lossy(&said).into_owned();
    annex_domain::text::clean(&mut said, false);
    Ok(said.trim().chars().take(TOLD).collect())
}
