//! How the host asks an issuer. Its own client area is asked in process, so that a proxy or a name that only browsers can
//! resolve does not matter; others over https, without redirects, within seconds, and only so much of an answer.

use std::{pin::Pin, time::Duration};

use axum::{Router, body::Body};
use futures::StreamExt as _;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tower::ServiceExt as _;
use url::Url;

use crate::oidc::may_be_asked;

/// An issuer that takes longer is not there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Documents, keys and tokens are a few kilobytes.
const LONGEST_ANSWER: usize = 512 << 10;

/// Asks an issuer.
#[derive(Debug)]
pub(super) enum Transport {
    /// The client area of this host.
    InProcess(Router),
    /// Another issuer.
    #[expect(clippy::disallowed_types, reason = "the one client of the login to billing; not for add-ons")]
    Network(reqwest::Client),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransportError {
    /// Codes and tokens would travel readable.
    #[error("{0} is neither https nor on loopback")]
    Insecure(String),
    /// The network.
    #[error("the billing system cannot be reached")]
    Network(#[from] reqwest::Error),
    /// It failed by itself: what it says then says nothing about the login.
    #[error("the billing system answers {0}")]
    Failed(http::StatusCode),
    /// More than [`LONGEST_ANSWER`].
    #[error("the billing system's answer is too long")]
    TooLong,
    /// In process.
    #[error("the answer cannot be read")]
    Unreadable(#[from] axum::Error),
    /// A request or answer that cannot be put together.
    #[error("the request cannot be made")]
    Http(#[from] http::Error),
}

impl Transport {
    /// To other hosts.
    #[expect(clippy::disallowed_types, reason = "the one client of the login to billing; not for add-ons")]
    pub(super) fn network() -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .no_proxy();
        Ok(Self::Network(client.build()?))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        match self {
            Self::InProcess(router) => {
                let Ok(response) = router.clone().oneshot(request.map(Body::from)).await;
                let (parts, body) = response.into_parts();
                let bytes = axum::body::to_bytes(body, LONGEST_ANSWER).await?;
                Ok(HttpResponse::from_parts(parts, bytes.to_vec()))
            }
            Self::Network(client) => {
                let url = request.uri().to_string();
                if !Url::parse(&url).is_ok_and(|url| may_be_asked(&url)) {
                    return Err(TransportError::Insecure(url));
                }
                let response = client.execute(request.try_into()?).await?;
                let mut answer = http::Response::builder().status(response.status());
                if let Some(headers) = answer.headers_mut() {
                    headers.clone_from(response.headers());
                }
                let (mut stream, mut body) = (response.bytes_stream(), Vec::new());
                while let Some(chunk) = stream.next().await {
                    body.extend_from_slice(&chunk?);
                    if body.len() > LONGEST_ANSWER {
                        return Err(TransportError::TooLong);
                    }
                }
                Ok(answer.body(body)?)
            }
        }
    }
}

impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.ask(request).await?;
            let status = answer.status();
            if status.is_server_error() { Err(TransportError::Failed(status)) } else { Ok(answer) }
        })
    }
}
