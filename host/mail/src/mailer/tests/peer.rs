//! The SMTP server of the tests: `tests/peers/smtp.py`, a process of its own on aiosmtpd.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

pub(super) struct Peer {
    child: Child,
    pub(super) smtp: u16,
    control: u16,
}

impl Peer {
    /// None, with a notice, where the peer cannot be had; in CI that is a failure.
    pub(super) fn start() -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/smtp.py");
        let mut child = Command::new("python3").arg("-B").arg(script).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ports: Vec<u16> = line.split_whitespace().skip(1).map(|port| port.parse().unwrap()).collect();
        let [smtp, control] = ports[..] else {
            child.wait().unwrap();
            assert!(std::env::var_os("CI").is_none(), "the SMTP peer did not start");
            eprintln!("skipped: tests/peers/smtp.py did not start; run tests/peers/setup.sh");
            return None;
        };
        Some(Self { child, smtp, control })
    }

    /// What the next mails are answered.
    pub(super) fn answer(&self, answers: &[&str]) {
        self.http("POST", "/__answers", &serde_json::to_string(answers).unwrap());
    }

    /// The mails that it took, oldest first.
    pub(super) fn mails(&self) -> Vec<Value> {
        serde_json::from_str(&self.http("GET", "/__mails", "")).unwrap()
    }

    fn http(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.control)).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: peer\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{answer}");
        body.to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it has ended by itself
        let _ = self.child.wait();
    }
}
