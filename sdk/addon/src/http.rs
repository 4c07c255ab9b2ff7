//! Requests to other systems. The host sends them: https only, to the hosts of the manifest that the desk granted. A
//! credential is named by its setting and put in by the host; its value never enters the add-on.
//!
//! ```
//! use annex_sdk::{http::Request, testing::{Canned, Host}};
//!
//! #[derive(serde::Deserialize)]
//! struct Person { name: String }
//!
//! let host = Host::new()
//!     .secret("api_key")
//!     .answer("GET", "https://crm.example.com/people?email=ada%40example.com", Canned::json(200, r#"{"name":"Ada"}"#));
//!
//! let person: Person = Request::get("https://crm.example.com/people")
//!     .query("email", "ada@example.com")
//!     .bearer("api_key")
//!     .send()?
//!     .ok()?
//!     .json()?;
//! assert_eq!(person.name, "Ada");
//! assert_eq!(host.requests().len(), 1);
//! # Ok::<(), annex_sdk::Error>(())
//! ```

mod error;
mod request;
mod response;

use crate::host;

pub use crate::bindings::plugin::annex::addon::http::Method;
pub use error::Error;
pub use request::{Credential, Part, Request};
pub use response::Response;

/// Sends all requests at once and answers in their order. The host runs four of them together; at most 16.
///
/// ```
/// use annex_sdk::{http::{self, Request}, testing::{Canned, Host}};
///
/// let _host = Host::new()
///     .answer("GET", "https://a.example.com/", Canned::json(200, "1"))
///     .answer("GET", "https://b.example.com/", Canned::Timeout);
/// let [a, b] = http::send_all([Request::get("https://a.example.com/"), Request::get("https://b.example.com/")]);
/// assert_eq!(a?.status(), 200);
/// assert_eq!(b, Err(http::Error::Timeout));
/// # Ok::<(), http::Error>(())
/// ```
pub fn send_all<const N: usize>(requests: [Request; N]) -> [Result<Response, Error>; N] {
    let mut answers = send_many(requests).into_iter();
    std::array::from_fn(|_| answers.next().unwrap_or_else(|| Err(too_few())))
}

/// As [`send_all`], for a number of requests that is only known at run time.
#[must_use]
pub fn send_many(requests: impl IntoIterator<Item = Request>) -> Vec<Result<Response, Error>> {
    let requests: Vec<_> = requests.into_iter().map(Request::into_wire).collect();
    let answers = host::http::send_all(&requests);
    answers.into_iter().map(|answer| answer.map(Response::from).map_err(Error::from)).collect()
}

/// The host answers every request, so this never happens; it is no reason to trap either.
fn too_few() -> Error {
    Error::Unreachable("the host did not answer this request".into())
}
