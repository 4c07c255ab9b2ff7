//! A mail of 100 kB, as shops send them: text, and html with much markup. From the bytes that a server hands over to the message that the host
//! has checked.

use std::sync::Arc;

use annex_domain::{
    addon::Kind,
    capability::Access,
    channel::{Inbound, InboundMail},
    clock::Timestamp,
    ids::CallId,
    ports::{FileFacts, Mailbox},
};
use annex_sandbox::{Admitted, CallScope, Errand, FixedData, Sandbox};
use bytes::Bytes;

use crate::{
    Failure,
    ours::{capability, manifest, sandbox_on, scope, signed},
};

const MAILBOX: &str = r#"{"key": "inbox", "type": "mailbox", "label": "Mailbox"}"#;
const ROWS: usize = 420;

pub struct Mails {
    runtime: tokio::runtime::Runtime,
    sandbox: Sandbox,
    addon: Admitted,
    scope: CallScope,
    raw: Bytes,
    _folder: tempfile::TempDir,
}

impl Mails {
    pub fn new(component: &[u8]) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let sandbox = sandbox_on(folder.path(), Arc::new(desk()))?;
        let mut manifest = manifest()?;
        manifest.kind = Kind::Channel;
        let needed = [Access::Mail, Access::Kv, Access::FilesRead, Access::FilesWrite];
        manifest.capabilities = needed.map(|access| capability(access, Vec::new())).into();
        manifest.settings = vec![serde_json::from_str(MAILBOX)?];
        let addon = runtime.block_on(sandbox.admit(&signed(manifest, component.to_vec())?, Errand::Use))?;
        let scope = scope(&addon);
        Ok(Self { runtime, sandbox, addon, scope, raw: raw().into(), _folder: folder })
    }

    /// Of the mail.
    pub fn bytes(&self) -> usize {
        self.raw.len()
    }

    pub fn read(&self) -> Result<(), Failure> {
        let mut scope = self.scope.clone();
        scope.scope.call = CallId::new();
        let facts = FileFacts {
            id: "mail".into(),
            name: "mail.eml".into(),
            media_type: "message/rfc822".into(),
            size: self.raw.len() as u64,
        };
        let mail = InboundMail { mailbox: "inbox".into(), raw: facts, received: Timestamp(1_772_445_600_000) };
        let reading = self.sandbox.receive_mail(&self.addon, scope, mail, self.raw.clone());
        match self.runtime.block_on(reading).result?.as_slice() {
            [Inbound::Message(message)] if message.text.contains("Row 7 ") && message.html.is_some() => Ok(()),
            other => Err(format!("the mail became {other:?}").into()),
        }
    }
}

/// A mailbox, and the key by which the add-on knows mails of its own: JSON of a text in base64.
fn desk() -> FixedData {
    let key = format!("\"{}=\"", "A".repeat(43)).into_bytes();
    let mailbox = Mailbox { setting: "inbox".into(), address: "help@desk.example".into(), name: "Help".into() };
    FixedData { values: [("key".to_owned(), key)].into(), mailboxes: vec![mailbox] }
}

fn raw() -> Vec<u8> {
    let text: String = (0..ROWS).map(|at| format!("Row {at} of the order: one gr\u{fc}ner chair\r\n")).collect();
    let row = |at: usize| {
        format!(
            "<tr style=\"font-family:Arial,sans-serif;font-size:14px;color:#333333\"><td align=\"left\">Row {at} of the order</td>\r\n\
             <td align=\"right\"><a href=\"https://shop.example/item/{at}\"><b>gr\u{fc}ner chair</b></a></td></tr>\r\n"
        )
    };
    let html: String = (0..ROWS).map(row).collect();
    format!(
        "From: Ada <ada@x.example>\r\nTo: help@desk.example\r\nSubject: An order\r\nMessage-ID: <order@x.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         <html><body><table>{html}</table></body></html>\r\n--b--\r\n"
    )
    .into_bytes()
}
