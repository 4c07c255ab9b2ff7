//! `annex addon pack`: build, check, and write `ID-VERSION.unsigned.annex`.

use annex_check::Failure;
use serde::Serialize;

use crate::{
    args::PackArgs,
    check, files,
    output::{Answer, Output},
    packages::FOLDER,
    project,
};

/// A package on disk.
#[derive(Debug, Serialize)]
pub(crate) struct Packed {
    package: String,
    size: usize,
    id: String,
    version: String,
    seq: u32,
}

impl Answer for Packed {
    fn text(&self) -> String {
        let next = "sign it with `annex addon sign`";
        format!(
            "{} ({} KiB, {} {}, seq {}); {next}",
            self.package,
            self.size.div_ceil(1024),
            self.id,
            self.version,
            self.seq
        )
    }
}

pub(crate) async fn run(args: &PackArgs, output: Output) -> Result<Packed, Failure> {
    let project = project::open(&args.source)?;
    let component = project::component(&project, &args.source, output).await?;
    let package = check::package(&project, component)?;
    let bytes = package.to_bytes()?;
    let manifest = package.manifest();
    let file = args.out.clone().unwrap_or_else(|| {
        let folder = args.out_dir.clone().unwrap_or_else(|| project.root.join(FOLDER));
        folder.join(format!("{}-{}.unsigned.annex", manifest.id, manifest.version))
    });
    files::write(&file, &bytes)?;
    Ok(Packed {
        package: file.display().to_string(),
        size: bytes.len(),
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        seq: manifest.seq.0,
    })
}
