//! The way in: a request to `/hooks/{hook}/…`, which a plugin answers, or which brings a channel messages (`channel`).
//!
//! The host checks what the manifest's `inbound` asks for ([`crate::inbound`]) before it reads or changes anything of the desk, in two
//! steps: what a request shows, and once its body was read, what it is signed with. It answers itself when a service tries the address.

mod forms;

use annex_domain::{
    addon::Kind,
    channel::{Answered, InboundReply, InboundRequest},
    ids::{DeskId, HookId},
    installation::Installation,
    manifest::inbound::Verify,
    settings::SettingValue,
};
use annex_store::{
    StoreError,
    channels::{self, What},
    settings::{self, Stored},
};
use secrecy::{ExposeSecret as _, SecretString};

pub use self::forms::{FormAnswer, Standing};
use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_error, call_scope},
    inbound::{Asked, asked_by_body, asked_by_query, is_signed, take_header, take_password, take_path, take_signature},
};

/// Where a request has come to, and what it has still to prove.
#[must_use]
pub struct OpenHook {
    callee: Callee,
    /// With which the body has to be signed, before anything is done with it.
    unproven: Option<SecretString>,
    /// What the service is answered without the add-on: it tries the address.
    challenge: Option<String>,
    /// Whose pages may read the answers of a public address.
    origins: Vec<String>,
}

impl OpenHook {
    /// Whose it is.
    #[must_use]
    pub fn desk(&self) -> DeskId {
        self.callee.installation.desk
    }

    /// True where the body has to be read before anybody has proven who they are.
    #[must_use]
    pub fn is_unproven(&self) -> bool {
        self.unproven.is_some()
    }

    /// True for an address that anybody may use.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.callee.admitted.manifest().inbound.as_ref().is_some_and(|inbound| inbound.public)
    }

    /// The sites that the desk entered.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// True for a site whose pages may read the answers.
    #[must_use]
    pub fn lets_read(&self, origin: &str) -> bool {
        self.origins.iter().any(|one| one == origin)
    }
}

impl Lifecycle {
    /// [`Self::open_hook`], [`Self::prove`] and [`Self::receive_at`], of a request whose address is not signed.
    ///
    /// # Errors
    /// As those of the three.
    pub async fn receive(&self, hook: HookId, mut request: InboundRequest) -> Result<InboundReply, UseError> {
        let mut open = self.open_hook(hook, &mut request).await?;
        self.prove(&mut open, &mut request, "")?;
        self.receive_at(open, request).await
    }

    /// Checks what a request proves without its body, and takes it out.
    ///
    /// # Errors
    /// [`UseError::NotFound`] unless something listens there; [`UseError::Refused`] without the right secret.
    pub async fn open_hook(&self, hook: HookId, request: &mut InboundRequest) -> Result<OpenHook, UseError> {
        let found = channels::at_hook(&mut self.db.read().await?, hook).await?;
        let (desk, id) = found.ok_or(UseError::NotFound)?;
        let callee = self.callee(desk, id).await?;
        let inbound = callee.admitted.manifest().inbound.clone().ok_or(UseError::NotFound)?;
        // Its own page lets people in, who have worked or waited for it.
        if inbound.form {
            return Err(UseError::NotFound);
        }
        let mut open = OpenHook { callee, unproven: None, challenge: None, origins: Vec::new() };
        if inbound.public {
            request.public = true;
            open.origins = self.origins(&open.callee.installation, inbound.origins.as_deref()).await?;
            return Ok(open);
        }
        let installation = &open.callee.installation;
        if let Some(challenge) = &inbound.challenge {
            let key = challenge.setting.as_deref().unwrap_or(inbound.secret());
            let secret = self.secret(installation, key).await?.ok_or(UseError::Refused)?;
            match asked_by_query(challenge, request, secret.expose_secret().as_bytes()) {
                Asked::Nothing => {}
                Asked::Wrongly => return Err(UseError::Refused),
                Asked::Rightly(answer) => {
                    open.challenge = Some(answer);
                    return Ok(open);
                }
            }
        }
        let secret = self.secret(installation, inbound.secret()).await?.ok_or(UseError::Refused)?;
        let bytes = secret.expose_secret().as_bytes();
        let shown = match inbound.verify {
            Verify::Header => take_header(request, inbound.header.as_deref().unwrap_or_default(), bytes),
            Verify::Basic => take_password(request, bytes),
            Verify::Path => take_path(request, bytes),
            Verify::Hmac => {
                open.unproven = Some(secret);
                true
            }
        };
        if shown { Ok(open) } else { Err(UseError::Refused) }
    }

    /// Checks the signature of a request, where it has to be signed. `url`: the address as the service called it.
    ///
    /// # Errors
    /// [`UseError::Refused`] for one that is not, or was signed too long ago.
    pub fn prove(&self, open: &mut OpenHook, request: &mut InboundRequest, url: &str) -> Result<(), UseError> {
        let Some(secret) = open.unproven.take() else { return Ok(()) };
        let inbound = open.callee.admitted.manifest().inbound.as_ref();
        let signing = inbound.and_then(|inbound| inbound.hmac.as_ref()).ok_or(UseError::Refused)?;
        if !is_signed(signing, secret.expose_secret().as_bytes(), request, url, self.clock.now()) {
            return Err(UseError::Refused);
        }
        take_signature(signing, request);
        Ok(())
    }

    /// Hands a request to the add-on, and writes the messages that it brought to a channel. Questions of services are answered without it.
    ///
    /// # Errors
    /// What kept the add-on from answering, or the host from writing; [`UseError::Refused`] for what has still to be proven.
    pub async fn receive_at(&self, open: OpenHook, request: InboundRequest) -> Result<InboundReply, UseError> {
        if open.is_unproven() {
            return Err(UseError::Refused);
        }
        let asks = open.callee.admitted.manifest().inbound.as_ref().and_then(|inbound| inbound.challenge.as_ref());
        if let Some(answer) = open.challenge.or_else(|| asked_by_body(asks?, &request)) {
            return Ok(plain(answer));
        }
        let Callee { installation, admitted } = open.callee;
        let scope = call_scope(&installation, &installation.version, None);
        let call = scope.scope.call;
        if installation.kind != Kind::Channel {
            let finished = self.sandbox.webhook(&admitted, scope, request).await;
            let answered = self.finish(&installation, "webhook", finished).await;
            let Answered { status, content_type, body } =
                answered.map_err(|error| call_error(error, call, &installation))?;
            return Ok(InboundReply { status, content_type, body, brought: Vec::new() });
        }
        let finished = self.sandbox.receive(&admitted, scope, request).await;
        let reply = match self.finish(&installation, "receive", finished).await {
            Ok(reply) => reply,
            Err(error) => {
                let error = call_error(error, call, &installation);
                self.note_state(&installation, What::Received, error.code(), &error.to_string()).await;
                return Err(error);
            }
        };
        self.write_inbound(&installation, &reply).await?;
        Ok(reply)
    }

    /// The origins that the desk entered, in the setting of that key.
    async fn origins(&self, installation: &Installation, key: Option<&str>) -> Result<Vec<String>, StoreError> {
        let Some(key) = key else { return Ok(Vec::new()) };
        let mut conn = self.db.read().await?;
        Ok(match settings::get(&mut conn, installation.desk, installation.id, key).await? {
            Some(Stored::Plain(SettingValue::Text(text))) => text.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        })
    }
}

fn plain(text: String) -> InboundReply {
    InboundReply { status: 200, content_type: "text/plain".into(), body: text.into_bytes(), brought: Vec::new() }
}
