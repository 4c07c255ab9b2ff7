//! The issuer that a desk logs in at: found by its discovery document, asked for a code, and checked in all that it says.

use std::time::Duration;

use annex_billing::accounts::Identity;
use annex_domain::clock::Timestamp;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, IssuerUrl,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreJwsSigningAlgorithm},
};
use secrecy::ExposeSecret as _;
use url::Url;

use super::{
    pending::Pending,
    transport::{Transport, TransportError},
};
use crate::{
    config::WebConfig,
    error::PageError,
    issuer::client_area::{self, CLIENT_ID, callback_url, issuer_url, moment},
    oidc::{Claims, Metadata, RelyingParty, Token},
    panel::form::mail_address,
    state::AppState,
};

/// How far the clocks of two hosts may be apart.
const SKEW: Duration = Duration::from_secs(60);
/// An ID token is traded in at once; an older one was kept by somebody.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// Asymmetric ones only: with a shared key the panel could not tell who signed.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
];

/// What the client area of this host signs with.
const BUILT_IN: [CoreJwsSigningAlgorithm; 1] = [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256];

/// Why nobody was logged in.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoginRefused {
    /// The `state` is not one that this session was sent away with, or came back before.
    #[error("the state is not one of this session")]
    State,
    /// The person said no.
    #[error("the login was given up at the billing system")]
    GivenUp,
    /// The issuer answered an error.
    #[error("the billing system refused: {0}")]
    ByIssuer(String),
    /// The answer names another issuer than the browser was sent to.
    #[error("the answer is of the issuer {0:?}")]
    Issuer(String),
    /// The code was not traded in: used, expired, of somebody else.
    #[error("the code was refused")]
    Code(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The ID token does not stand up.
    #[error("the ID token was refused")]
    Token(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The billing system cannot be asked.
    #[error("the billing system cannot be asked")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl LoginRefused {
    /// Stable.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::State => "state",
            Self::GivenUp => "given-up",
            Self::ByIssuer(_) => "by-issuer",
            Self::Issuer(_) => "issuer",
            Self::Code(_) => "code",
            Self::Token(_) => "token",
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// Key of the text that explains it.
    pub(super) fn text_key(&self) -> &'static str {
        match self {
            Self::State => "billing-login-error-state",
            Self::GivenUp => "billing-login-error-given-up",
            Self::ByIssuer(_) => "billing-login-error-by-issuer",
            Self::Issuer(_) => "billing-login-error-issuer",
            Self::Code(_) => "billing-login-error-code",
            Self::Token(_) => "billing-login-error-token",
            Self::Unreachable(_) => "billing-login-error-unreachable",
        }
    }

    /// From the word of OAuth.
    pub(super) fn by_issuer(error: &str) -> Self {
        match error {
            "access_denied" | "login_required" | "interaction_required" => Self::GivenUp,
            // It is logged, and came by way of a browser.
            other => Self::ByIssuer(other.chars().filter(char::is_ascii_graphic).take(60).collect()),
        }
    }
}

/// An issuer, and how it is asked.
pub(super) struct Provider {
    metadata: Metadata,
    client: RelyingParty,
    transport: Transport,
    built_in: bool,
}

impl Provider {
    /// The issuer's host, where it is not the built-in client area.
    pub(super) fn host(config: &WebConfig) -> Option<String> {
        let issuer = Url::parse(&config.billing_issuer.as_ref()?.issuer).ok()?;
        issuer.host_str().map(ToOwned::to_owned)
    }

    /// Asks the configured issuer who it is. Each time: a login is rare, and keys change.
    pub(super) async fn discover(state: &AppState) -> Result<Self, LoginRefused> {
        let foreign = state.config.billing_issuer.as_ref();
        let transport = match foreign {
            None => Transport::InProcess(client_area::endpoints().with_state(state.clone())),
            Some(_) => Transport::network().map_err(unreachable)?,
        };
        let issuer = foreign.map_or_else(|| issuer_url(&state.config), |foreign| foreign.issuer.clone());
        let issuer = IssuerUrl::new(issuer).map_err(unreachable)?;
        let metadata = Metadata::discover_async(issuer, &transport).await.map_err(|error| match error {
            DiscoveryError::Validation(text) => LoginRefused::Issuer(text),
            other => unreachable(other),
        })?;
        if metadata.token_endpoint().is_none() {
            return Err(unreachable(std::io::Error::other("the discovery document names no token endpoint")));
        }
        let id = foreign.map_or(CLIENT_ID, |foreign| &foreign.client_id);
        let secret = foreign.and_then(|foreign| foreign.client_secret.as_ref());
        let secret = secret.map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let callback = RedirectUrl::new(callback_url(&state.config)).map_err(unreachable)?;
        let mut client = RelyingParty::from_provider_metadata(metadata.clone(), ClientId::new(id.to_owned()), secret)
            .set_redirect_uri(callback);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let knows = |method| methods.is_none_or(|methods| methods.contains(&method));
        if !knows(CoreClientAuthMethod::ClientSecretBasic) && knows(CoreClientAuthMethod::ClientSecretPost) {
            client = client.set_auth_type(openidconnect::AuthType::RequestBody);
        }
        Ok(Self { metadata, client, transport, built_in: foreign.is_none() })
    }

    /// True for the client area of this host.
    pub(super) fn is_built_in(&self) -> bool {
        self.built_in
    }

    /// Its name.
    pub(super) fn issuer(&self) -> &str {
        self.metadata.issuer()
    }

    /// Where to send the browser.
    pub(super) fn authorize_url(&self, pending: &Pending, claim: Option<&str>) -> Url {
        let (state, nonce) = (CsrfToken::new(pending.state.clone()), pending.nonce.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier());
        let mut request = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge);
        if !self.built_in {
            // Whoever is signed in there may be the wrong account: the person chooses. The client area always asks.
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        if let Some(claim) = claim {
            request = request.add_extra_param("annex_claim", claim);
        }
        request.url().0
    }

    /// Checks that an answer is of the issuer that the browser was sent to (RFC 9207).
    pub(super) fn check_answer(&self, pending: &Pending, said: &str) -> Result<(), LoginRefused> {
        let promised = self.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let missing = said.is_empty() && promised != Some(true);
        if pending.issuer == self.issuer() && (missing || said == self.issuer()) {
            Ok(())
        } else {
            Err(LoginRefused::Issuer(said.chars().filter(char::is_ascii_graphic).take(200).collect()))
        }
    }

    /// Trades a code in for an ID token, and checks the token.
    pub(super) async fn redeem(
        &self,
        pending: &Pending,
        code: String,
        now: Timestamp,
    ) -> Result<Identity, LoginRefused> {
        let request = self.client.exchange_code(AuthorizationCode::new(code)).map_err(unreachable)?;
        let answer = request.set_pkce_verifier(pending.verifier()).request_async(&self.transport).await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::Request(error) => unreachable::<TransportError>(error),
            RequestTokenError::ServerResponse(error) => LoginRefused::Code(error.to_string().into()),
            other => LoginRefused::Code(Box::new(other)),
        })?;
        let token = answer.id_token().ok_or_else(|| LoginRefused::Token("there is no ID token".into()))?;
        let claims = self.verify(token, pending, now)?;
        if let Some(expected) = claims.access_token_hash() {
            let refused = |error| LoginRefused::Token(Box::new(error));
            let verifier = self.client.id_token_verifier();
            let algorithm = token.signing_alg().map_err(|error| LoginRefused::Token(Box::new(error)))?;
            let key = token.signing_key(&verifier).map_err(|error| LoginRefused::Token(Box::new(error)))?;
            let found = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(refused)?;
            if found != *expected {
                return Err(LoginRefused::Token("at_hash is not that of the access token".into()));
            }
        }
        Ok(self.identity(claims))
    }

    fn verify<'t>(&self, token: &'t Token, pending: &Pending, now: Timestamp) -> Result<&'t Claims, LoginRefused> {
        let (earliest, latest) = (moment(now.before(FRESH)), moment(now.after(SKEW)));
        let algorithms = if self.built_in { &BUILT_IN[..] } else { &ALGORITHMS[..] };
        let verifier = self
            .client
            .id_token_verifier()
            .set_allowed_algs(algorithms.iter().cloned())
            .set_time_fn(move || moment(now))
            .set_issue_time_verifier_fn(move |issued| {
                let fits = (earliest..=latest).contains(&issued);
                if fits { Ok(()) } else { Err(format!("the ID token was issued at {issued}")) }
            });
        token.claims(&verifier, &pending.nonce).map_err(|error| LoginRefused::Token(Box::new(error)))
    }

    fn identity(&self, claims: &Claims) -> Identity {
        let subject = claims.subject().as_str();
        let name = claims.name().and_then(|name| name.get(None)).map_or("", |name| name.as_str());
        let email = claims.email().and_then(|email| mail_address(email));
        Identity {
            issuer: (!self.built_in).then(|| self.issuer().to_owned()),
            subject: subject.to_owned(),
            name: if name.is_empty() { email.as_deref().unwrap_or(subject).to_owned() } else { name.to_owned() },
            email,
            desks: claims.additional_claims().annex_desks.clone(),
        }
    }
}

fn unreachable<E: std::error::Error + Send + Sync + 'static>(error: E) -> LoginRefused {
    LoginRefused::Unreachable(Box::new(error))
}

impl From<PageError> for LoginRefused {
    fn from(error: PageError) -> Self {
        Self::Unreachable(Box::new(error))
    }
}
