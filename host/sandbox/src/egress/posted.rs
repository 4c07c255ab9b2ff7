//! Messages of the host's own to a service, such as events to a publisher's. They reach public addresses alone, as requests
//! of add-ons do; of the answer only the head counts.

use std::time::Duration;

use http::Method;

use super::{Egress, Hop, auth::Secrets, headers, retry_after, target};
use crate::{error::EgressError, traffic::Traffic};

/// Bytes of an answer that are kept, for people to look at.
const EXCERPT: usize = 500;
/// How long the excerpt of an answer is waited for.
const EXCERPT_WITHIN: Duration = Duration::from_secs(2);

/// A message.
#[derive(Debug, Clone)]
pub struct Post {
    /// https.
    pub url: String,
    /// With the type of the content.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Vec<u8>,
    /// How long an answer is waited for.
    pub within: Duration,
}

/// The head of an answer, and how its body begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// As HTTP has it.
    pub status: u16,
    /// After how many seconds the service wants to be asked again.
    pub retry_after: Option<u32>,
    /// At most 500 bytes, on one line.
    pub excerpt: String,
}

impl Egress {
    /// See [`crate::Sandbox::post`].
    pub(crate) async fn post(&self, post: Post) -> Result<Answered, EgressError> {
        let Post { url, headers, body, within } = post;
        let (url, headers) = (target::parse(&url)?, headers::check(&headers, None)?);
        let hop = Hop { method: Method::POST, url, headers, body: Some(body.into()) };
        let (secrets, traffic) = (Secrets::default(), Traffic::default());
        let asked = tokio::time::timeout(within, self.once(hop, &secrets, &traffic)).await;
        let mut response = asked.unwrap_or(Err(EgressError::Timeout))?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        let mut begin = Vec::new();
        let read = async {
            // A body that breaks off takes nothing back of what the head said.
            while begin.len() < EXCERPT
                && let Ok(Some(chunk)) = response.chunk().await
            {
                begin.extend_from_slice(&chunk);
            }
        };
        let _ = tokio::time::timeout(EXCERPT_WITHIN, read).await; // what has come by then is shown
        Ok(Answered { status, retry_after, excerpt: one_line(&begin) })
    }
}

fn one_line(bytes: &[u8]) -> String {
    let begin = bytes.get(..EXCERPT).unwrap_or(bytes);
    let text = String::from_utf8_lossy(begin);
    let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    while text.len() > EXCERPT {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(one_line(b"no\r\nsuch\0thing"), "no  such thing");
        assert_eq!(one_line(&[b'a'; 9_000]).len(), EXCERPT);
        assert!(one_line(&[0xff; 9_000]).len() <= EXCERPT);
    }
}
