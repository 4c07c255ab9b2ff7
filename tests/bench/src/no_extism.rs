//! In the place of `extism_plugin`, in a build without Extism.

use annex_domain::ui::View;

use crate::Failure;

pub struct Extism;

impl Extism {
    pub fn new(_module: &[u8], _pooling: bool) -> Result<Self, Failure> {
        Err("this build has no Extism: leave out `--no-default-features`".into())
    }

    pub fn render(&self) -> Result<View, Failure> {
        Err("this build has no Extism".into())
    }
}
