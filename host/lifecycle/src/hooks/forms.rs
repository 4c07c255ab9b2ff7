//! Public forms: the add-on says what is asked, the host draws it and lets people in, and the add-on gets what they entered.
//!
//! Each page carries a stamp, which this host has sealed: when it was drawn, and for which form. Who sends it back has either worked on it
//! ([`is_worked`]) or let it lie for [`WAIT_MS`]; and each is good once, for two hours.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Digest,
    channel::{InboundReply, InboundRequest},
    clock::Timestamp,
    ids::HookId,
    public_form::{PublicForm, is_worked},
    ui::Fault,
};
use annex_store::channels;
use bytes::Bytes;
use url::form_urlencoded;

use super::OpenHook;
use crate::{Lifecycle, UseError};

/// Zeros that a solution has to begin with: a second of a phone.
const WORK_BITS: u32 = 15;
/// How long a page lies that nobody has worked on.
const WAIT_MS: i64 = 20_000;
/// How long a stamp is good.
const LASTS_MS: i64 = 2 * 3_600_000;
/// Characters of what an add-on says.
const LONGEST_TEXT: usize = 1_000;

/// Whether what was sent is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is, once: the id is that of the page.
    Fine {
        /// 64 hexadecimal digits.
        id: String,
    },
    /// In so many seconds.
    Early(u64),
    /// The page is too old, or none of this form.
    Old,
}

/// What an add-on says to what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormAnswer {
    /// It was taken. The text may be empty.
    Thanks(String),
    /// What is wrong, by the keys of fields.
    Wrong(BTreeMap<String, String>),
    /// It was not taken.
    Failed,
}

impl Lifecycle {
    /// The bits of work that a page asks for.
    pub const FORM_WORK_BITS: u32 = WORK_BITS;
    /// The seconds that a page waits for who does not work.
    pub const FORM_WAIT_SECONDS: i64 = WAIT_MS / 1_000;
    /// How long a stamp is good, in milliseconds.
    pub const FORM_LASTS_MS: i64 = LASTS_MS;

    /// The form at a hook.
    ///
    /// # Errors
    /// [`UseError::NotFound`] unless a public form is there.
    pub async fn open_form(&self, hook: HookId) -> Result<OpenHook, UseError> {
        let found = channels::at_hook(&mut self.db.read().await?, hook).await?;
        let (desk, id) = found.ok_or(UseError::NotFound)?;
        let callee = self.callee(desk, id).await?;
        let inbound = callee.admitted.manifest().inbound.clone().filter(|inbound| inbound.public && inbound.form);
        let inbound = inbound.ok_or(UseError::NotFound)?;
        let origins = self.origins(&callee.installation, inbound.origins.as_deref()).await?;
        Ok(OpenHook { callee, unproven: None, challenge: None, origins })
    }

    /// What the form asks, in a language.
    ///
    /// # Errors
    /// What kept the add-on from answering; [`Fault::Internal`] for what is no form.
    pub async fn form(&self, open: OpenHook, language: &str) -> Result<PublicForm, UseError> {
        let InboundReply { status, body, .. } = self.receive_at(open, request("GET", language)).await?;
        if status != 200 {
            return Err(UseError::Fault(Fault::Internal(format!("the form was answered with status {status}"))));
        }
        PublicForm::read(&body).map_err(|why| UseError::Fault(Fault::Internal(why)))
    }

    /// A stamp for a page that is drawn now.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn form_stamp(&self, hook: HookId) -> Result<String, UseError> {
        let now = self.clock.now().0.to_string();
        let sealed = self.vault.seal_state(&place(hook), now.as_bytes()).map_err(annex_store::StoreError::from)?;
        Ok(hex::encode(sealed))
    }

    /// Whether a page that comes back is let in, with or without the solution of its work.
    #[must_use]
    pub fn form_standing(&self, hook: HookId, stamp: &str, solution: &str) -> Standing {
        let Some((sealed, drawn)) = self.opened(hook, stamp) else { return Standing::Old };
        let age = self.clock.now().0 - drawn.0;
        if !(0..LASTS_MS).contains(&age) {
            return Standing::Old;
        }
        // Of a stamp that is spelled otherwise, it is the same.
        if age >= WAIT_MS || is_worked(&hex::encode(&sealed), solution, WORK_BITS) {
            return Standing::Fine { id: Digest::of(&sealed).to_string() };
        }
        Standing::Early(u64::try_from((WAIT_MS - age).div_euclid(1_000) + 1).unwrap_or(1))
    }

    fn opened(&self, hook: HookId, stamp: &str) -> Option<(Vec<u8>, Timestamp)> {
        let sealed = hex::decode(stamp).ok().filter(|sealed| sealed.len() <= 200)?;
        let drawn = self.vault.open_state(&place(hook), &sealed).ok()?;
        let drawn = std::str::from_utf8(&drawn).ok()?.parse().ok()?;
        Some((sealed, Timestamp(drawn)))
    }

    /// Hands what was entered to the add-on. `id`: of the page, the same when it is sent again.
    ///
    /// # Errors
    /// What kept the add-on from answering.
    pub async fn send_form(
        &self,
        open: OpenHook,
        language: &str,
        id: &str,
        entered: &[(String, String)],
    ) -> Result<FormAnswer, UseError> {
        let mut sent = request("POST", language);
        sent.headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
        sent.headers.push(("x-form-id".into(), id.into()));
        sent.body = Bytes::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(entered).finish());
        let InboundReply { status, body, .. } = self.receive_at(open, sent).await?;
        Ok(match status {
            200..=299 => FormAnswer::Thanks(said(&String::from_utf8_lossy(&body))),
            422 => match serde_json::from_slice::<BTreeMap<String, String>>(&body) {
                Ok(wrong) => FormAnswer::Wrong(wrong.into_iter().map(|(field, text)| (field, said(&text))).collect()),
                Err(_) => FormAnswer::Failed,
            },
            _ => FormAnswer::Failed,
        })
    }
}

fn said(text: &str) -> String {
    text.trim().chars().take(LONGEST_TEXT).collect()
}

/// For which form a stamp is sealed.
fn place(hook: HookId) -> String {
    format!("form {hook}")
}

fn request(method: &str, language: &str) -> InboundRequest {
    InboundRequest {
        method: method.into(),
        path: "/form".into(),
        query: String::new(),
        headers: vec![("accept-language".into(), language.into())],
        body: Bytes::new(),
        public: true,
    }
}
