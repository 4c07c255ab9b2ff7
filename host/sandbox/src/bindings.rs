//! The generated side of the WIT packages: one module per published version, so that a new version never changes how
//! an old component is spoken to. The rest of the crate and of the host sees the types of `annex_domain`.

pub(crate) mod v0_1;
