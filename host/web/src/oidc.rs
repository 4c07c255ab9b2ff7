//! OpenID Connect as both sides of the login to billing speak it: the client area that issues (`client_area`), and the
//! panel that relies on it (`panel/billing_login`). The types are openidconnect's, with what Annex adds to them.

use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, Client, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdToken, IdTokenClaims, IdTokenFields, ProviderMetadata, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// What an ID token says beyond the standard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeskClaims {
    /// The desks whose licence the account holds, by their ids (R6).
    #[serde(default)]
    pub(crate) annex_desks: Vec<String>,
}

impl AdditionalClaims for DeskClaims {}

/// What the discovery document of an issuer says beyond the standard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extras {
    /// RFC 9207: every answer of the authorization endpoint names its issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_response_iss_parameter_supported: Option<bool>,
    /// RFC 8414: the methods of PKCE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code_challenge_methods_supported: Option<Vec<String>>,
}

impl AdditionalProviderMetadata for Extras {}

/// The discovery document.
pub(crate) type Metadata = ProviderMetadata<
    Extras,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What an ID token says.
pub(crate) type Claims = IdTokenClaims<DeskClaims, CoreGenderClaim>;

/// An ID token.
pub(crate) type Token =
    IdToken<DeskClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The answer of the token endpoint.
pub(crate) type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        DeskClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// An error of the token endpoint.
pub(crate) type TokenError = StandardErrorResponse<CoreErrorResponseType>;

/// The side that relies on an issuer, made from its discovery document.
pub(crate) type RelyingParty = Client<
    DeskClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenError,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A billing system other than the built-in client area: where desks log in instead.
#[derive(Debug, Clone)]
pub struct ForeignIssuer {
    /// Byte for byte as its discovery document and its ID tokens say it.
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<SecretString>,
}

/// Why an address cannot be an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not an address.
    #[error("the billing issuer {0:?} is not a URL such as https://login.example.com")]
    Malformed(String),
    /// Codes and tokens would travel readable.
    #[error("the billing issuer {0} must start with https://; plain http is for loopback only")]
    Insecure(String),
    /// Parts that an issuer does not have.
    #[error("the billing issuer {0} must have no user name, query or fragment")]
    Parts(String),
}

impl ForeignIssuer {
    /// The issuer at `issuer`, where this host is known as `client_id`.
    ///
    /// # Errors
    /// When `issuer` is no https address; plain http is accepted on loopback.
    pub fn new(issuer: String, client_id: String, client_secret: Option<SecretString>) -> Result<Self, IssuerError> {
        let Ok(url) = Url::parse(&issuer) else { return Err(IssuerError::Malformed(issuer)) };
        if !may_be_asked(&url) {
            return Err(IssuerError::Insecure(issuer));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(IssuerError::Parts(issuer));
        }
        Ok(Self { issuer, client_id, client_secret })
    }
}

/// True for https, and for http on loopback: nothing else is sent a code or believed a key.
pub(crate) fn may_be_asked(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_https_or_on_loopback() {
        let new = |issuer: &str| ForeignIssuer::new(issuer.to_owned(), "annex".into(), None);
        for fine in ["https://login.example.com", "http://127.0.0.1:4000/op", "http://[::1]:4000", "http://localhost"] {
            assert_eq!(new(fine).unwrap().issuer, fine);
        }
        for insecure in ["http://login.example.com", "ftp://127.0.0.1", "http://127.0.0.1.example.com"] {
            assert_eq!(new(insecure).unwrap_err(), IssuerError::Insecure(insecure.into()));
        }
        for parts in ["https://a@login.example.com", "https://login.example.com?x", "https://login.example.com#x"] {
            assert_eq!(new(parts).unwrap_err(), IssuerError::Parts(parts.into()));
        }
        assert_eq!(new("login").unwrap_err(), IssuerError::Malformed("login".into()));
    }
}
