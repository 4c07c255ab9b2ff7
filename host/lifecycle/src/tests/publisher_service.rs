//! A publisher's service: answers as it is told, and keeps what it got.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use annex_domain::manifest::{Manifest, Service};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::support::puppet_manifest;

/// Where the manifest says that it is.
pub(super) const NAME: &str = "hooks.acme.example";

/// Without answers it closes the connection.
#[derive(Clone)]
pub(super) struct PublisherService {
    pub(super) address: SocketAddr,
    answer: Arc<Mutex<String>>,
    got: Arc<Mutex<Vec<Got>>>,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) head: String,
    pub(super) body: Value,
}

impl Got {
    pub(super) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim()).unwrap()
    }

    pub(super) fn id(&self) -> String {
        assert_eq!(self.header("webhook-id"), self.body["id"].as_str().unwrap());
        self.header("webhook-id").to_owned()
    }
}

impl PublisherService {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Self { address, answer: Arc::default(), got: Arc::default() };
        service.answers("204 No Content", "");
        let served = service.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(served.clone().serve(stream));
            }
        });
        service
    }

    /// From now on; `more` are further lines of the head.
    pub(super) fn answers(&self, status: &str, more: &str) {
        *self.answer.lock().unwrap() =
            format!("HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n");
    }

    /// From now on, these bytes.
    pub(super) fn says(&self, bytes: &str) {
        *self.answer.lock().unwrap() = bytes.to_owned();
    }

    /// What it got since it was last asked, oldest first.
    pub(super) fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.got().iter().map(Got::id).collect()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let lower = head.to_ascii_lowercase();
                let length = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
                let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
                if body.len() >= length {
                    let got = Got { head: head.to_owned(), body: serde_json::from_str(body).unwrap() };
                    self.got.lock().unwrap().push(got);
                    break;
                }
            }
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let answer = self.answer.lock().unwrap().clone();
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

/// The puppet of a publisher with a service.
pub(super) fn heard(version: &str, seq: u32) -> Manifest {
    let service = Service { events: Some(format!("https://{NAME}/annex?from=annex")), ..Service::default() };
    Manifest { service: Some(service), ..puppet_manifest(version, seq) }
}
