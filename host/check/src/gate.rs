//! What a host refuses when a package comes in, before anything is compiled: the component's size and shape, and its texts; and,
//! for authors, how it differs from its world, type by type.

use annex_domain::manifest::Manifest;
use bytes::Bytes;

use crate::{
    diagnostic::{Diagnostic, Failure},
    texts, world,
};

/// Checks a component and the files beside it. For components of one's own: the comparison of types recurses.
///
/// # Errors
/// Everything that is wrong; the paths are those in the package.
pub fn gate<'a>(
    manifest: &Manifest,
    component: &[u8],
    assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>,
) -> Result<(), Failure> {
    check(component, assets)?;
    world::check(component, manifest.speaks(), manifest.kind)
}

/// The same without the comparison of types, for what comes from strangers: the sandbox says whether it fits its world.
pub(crate) fn check<'a>(
    component: &[u8],
    assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>,
) -> Result<(), Failure> {
    annex_sandbox::check_component(component).map_err(|error| Diagnostic::new(error.code(), error.to_string()))?;
    check_texts(assets)
}

/// What a host refuses of the texts beside a component.
///
/// # Errors
/// Everything that is wrong; the paths are those in the package.
pub fn check_texts<'a>(assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>) -> Result<(), Failure> {
    let problems = texts::check_files(assets);
    if problems.is_empty() { Ok(()) } else { Err(Failure(problems)) }
}
