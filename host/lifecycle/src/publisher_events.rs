//! Events to publishers' services: how they are signed ([`sign`]) and posted ([`deliver`]), the endpoints that hear them
//! ([`endpoint`]), and what can be read and posted again ([`kept`]).

mod deliver;
mod endpoint;
mod kept;
mod sign;

pub use self::endpoint::{EndpointView, SigningSecrets};
