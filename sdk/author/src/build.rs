//! `annex addon build`: make the component, and say where it is.

use annex_check::Failure;
use serde::Serialize;

use crate::{
    args::BuildArgs,
    output::{Answer, Output},
    project::Project,
};

/// A compiled component.
#[derive(Debug, Serialize)]
pub(crate) struct Built {
    component: String,
    size: usize,
}

impl Answer for Built {
    fn text(&self) -> String {
        format!("{} ({} KiB)", self.component, self.size.div_ceil(1024))
    }
}

pub(crate) async fn run(args: &BuildArgs, output: Output) -> Result<Built, Failure> {
    let project = Project::open(&args.dir, None)?;
    let built = project.build(output).await?;
    Ok(Built { component: built.file.display().to_string(), size: built.bytes.len() })
}
