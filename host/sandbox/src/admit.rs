//! From a verified package to something that can be called: compiled once per component and engine, linked against the
//! world of its kind, kept loaded while it is used. An [`Admitted`] is made here and nowhere else.

use std::{sync::Arc, time::Duration};

use annex_domain::{
    addon::{Digest, PublisherSlug},
    manifest::Manifest,
};
use annex_package::VerifiedPackage;
use wasmtime::Engine;

use crate::{
    artifacts::{Artifacts, Authentic},
    bindings::{Linked, Linkers},
    cache::{Cache, Key, World},
    compile::{
        self, Made,
        check::check_component,
        queue::{Errand, Queues},
    },
    config::Compiler,
    error::CompileError,
};

/// An add-on whose package was verified and whose component was compiled and fits its world. Cheap to clone and keep:
/// the machine code itself is in a bounded cache, and is loaded again from its artifact when it was dropped.
#[derive(Debug, Clone)]
pub struct Admitted(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    manifest: Arc<Manifest>,
    /// Its id, for metrics.
    name: Arc<str>,
    key: Key,
    bytes: u64,
    /// What compiling took; none: it was known before.
    compiled_in: Option<Duration>,
}

impl Admitted {
    /// What the package says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// Of the component.
    #[must_use]
    pub fn component_digest(&self) -> &Digest {
        &self.0.key.0
    }

    /// Of its machine code.
    #[must_use]
    pub fn artifact_bytes(&self) -> u64 {
        self.0.bytes
    }

    /// The processor time that compiling took; none where its machine code was there already.
    #[must_use]
    pub fn compiled_in(&self) -> Option<Duration> {
        self.0.compiled_in
    }

    pub(crate) fn shared_manifest(&self) -> Arc<Manifest> {
        Arc::clone(&self.0.manifest)
    }

    pub(crate) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.0.name)
    }
}

/// Where components are compiled, linked and kept.
pub(crate) struct Admission {
    pub(crate) engine: Engine,
    pub(crate) linkers: Linkers,
    pub(crate) artifacts: Artifacts,
    pub(crate) compiler: Compiler,
    pub(crate) cache: Cache<Linked>,
    pub(crate) compiling: Queues,
}

impl Admission {
    /// As [`crate::Sandbox::admit`].
    pub(crate) async fn admit(
        self: &Arc<Self>,
        package: &VerifiedPackage,
        errand: Errand,
    ) -> Result<Admitted, CompileError> {
        let manifest = Arc::new(package.manifest().clone());
        self.admit_component(manifest, package.component_digest(), package.component(), errand).await
    }

    /// Not public: the bytes must come from a verified package.
    pub(crate) async fn admit_component(
        self: &Arc<Self>,
        manifest: Arc<Manifest>,
        digest: &Digest,
        component: &[u8],
        errand: Errand,
    ) -> Result<Admitted, CompileError> {
        let world = (manifest.speaks(), manifest.kind);
        let (bytes, compiled_in) = match self.load(world, digest).await? {
            Some(bytes) => (bytes, None),
            None => {
                let (own, digest) = (Arc::clone(self), digest.clone());
                let compile = own.compile_in_turn(errand, manifest.id.publisher(), world, digest, component.to_vec());
                // It goes on when whoever asked is gone: the next one finds it done, rather than begin it again.
                tokio::spawn(compile).await.map_err(unavailable)??
            }
        };
        let name = manifest.id.as_str().into();
        Ok(Admitted(Arc::new(Facts { manifest, name, key: (digest.clone(), world), bytes, compiled_in })))
    }

    /// As [`crate::Sandbox::forget`].
    pub(crate) async fn forget(self: &Arc<Self>, addon: &Admitted) {
        if addon.0.compiled_in.is_none() {
            return;
        }
        let (own, key) = (Arc::clone(self), addon.0.key.clone());
        let removed = on_a_thread(move || {
            own.cache.remove(&key);
            own.artifacts.remove(&key.0).map_err(unavailable)
        });
        if let Err(error) = removed.await {
            tracing::warn!(component = %addon.component_digest(), %error, "the artifact of a refused add-on is left behind");
        }
    }

    /// Loads an artifact into the cache; answers its size, or none when there is none that can be trusted.
    async fn load(self: &Arc<Self>, world: World, digest: &Digest) -> Result<Option<u64>, CompileError> {
        let (own, digest) = (Arc::clone(self), digest.clone());
        on_a_thread(move || match own.artifacts.load(&digest) {
            Some(code) => own.link(world, &digest, code).map(|(_, bytes)| Some(bytes)),
            None => Ok(None),
        })
        .await
    }

    /// The size of the artifact, and what compiling took unless somebody else did it meanwhile.
    async fn compile_in_turn(
        self: Arc<Self>,
        errand: Errand,
        publisher: PublisherSlug,
        world: World,
        digest: Digest,
        component: Vec<u8>,
    ) -> Result<(u64, Option<Duration>), CompileError> {
        let _one_of_few = self.compiling.enter(errand, publisher).await?;
        // Somebody else may have compiled the same while this one waited.
        match self.load(world, &digest).await? {
            Some(bytes) => Ok((bytes, None)),
            None => self.compile(world, &digest, component).await.map(|(bytes, spent)| (bytes, Some(spent))),
        }
    }

    async fn compile(
        self: &Arc<Self>,
        world: World,
        digest: &Digest,
        wasm: Vec<u8>,
    ) -> Result<(u64, Duration), CompileError> {
        let wasm = on_a_thread(move || check_component(&wasm).map(|()| wasm)).await?;
        let started = std::time::Instant::now();
        let Made { code, spent } = compile::compile(&self.compiler, wasm).await?;
        metrics::histogram!("annex_sandbox_compile_seconds").record(started.elapsed().as_secs_f64());
        let (own, digest) = (Arc::clone(self), digest.clone());
        on_a_thread(move || {
            let code = own.artifacts.keep(&digest, code).map_err(unavailable)?;
            let linked = own.link(world, &digest, code);
            if linked.is_err() {
                own.artifacts.remove(&digest).map_err(unavailable)?;
            }
            linked.map(|(_, bytes)| (bytes, spent))
        })
        .await
    }

    fn link(&self, world: World, digest: &Digest, code: Authentic) -> Result<(Arc<Linked>, u64), CompileError> {
        let bytes = code.size();
        let component = code
            .into_component(&self.engine)
            // The code is our own: what the engine refuses is a table, memory or instance larger than a slot of its pool.
            .map_err(|error| CompileError::OverLimit(format!("{error:#}")))?;
        let linked = Arc::new(self.linkers.link(world, &component)?);
        self.cache.put((digest.clone(), world), Arc::clone(&linked), bytes);
        Ok((linked, bytes))
    }

    /// The component of an admitted add-on, from the cache or from its artifact.
    pub(crate) async fn linked(self: &Arc<Self>, addon: &Admitted) -> Result<Arc<Linked>, String> {
        if let Some(linked) = self.cache.get(&addon.0.key) {
            return Ok(linked);
        }
        let (own, key) = (Arc::clone(self), addon.0.key.clone());
        let loaded = on_a_thread(move || {
            let (digest, world) = key;
            let code = own.artifacts.load(&digest).ok_or_else(|| unavailable("its compiled artifact is gone"))?;
            own.link(world, &digest, code)
        });
        loaded.await.map(|(linked, _)| linked).map_err(|error| error.to_string())
    }
}

/// Loading and checking take milliseconds of processor time: not on the threads that serve requests. Where a reader panics, that is
/// about the component, which would make it panic again.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CompileError> + Send + 'static,
) -> Result<T, CompileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => Err(CompileError::Refused(error.to_string())),
        Err(error) => Err(unavailable(error)),
    }
}

fn unavailable(error: impl std::fmt::Display) -> CompileError {
    CompileError::Unavailable(error.to_string())
}
