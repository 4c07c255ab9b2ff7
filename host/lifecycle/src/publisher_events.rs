//! Events to publishers' services: what is told of changes that have several sides ([`happened`]), how events are signed ([`sign`]) and
//! posted ([`deliver`]), the endpoints that hear them ([`endpoint`]), and what can be read and posted again ([`kept`]).

mod deliver;
mod endpoint;
pub(crate) mod happened;
mod kept;
mod outage;
mod sign;

pub use self::endpoint::{EndpointView, Resumed, SigningSecrets};
