//! Partner documents: published by the platform in versions, accepted by owners for their publisher.

mod accept;
mod must_be_accepted;
mod publish;

pub use accept::accept;
pub use must_be_accepted::must_be_accepted;
pub use publish::publish;
