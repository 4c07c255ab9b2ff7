//! Compiling in a child process, from a signed package to a call. The child is this very program: started with
//! `compile-component` it is the compiler, else it runs the tests (and speaks as much of the test harness' protocol as
//! runners need: `--list`, a name, `--exact`). With an address behind it, the compiler begins when it is told to there.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test program with a main of its own: it fails by panicking, and prints to its runner"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fmt::Write as _,
    fs,
    io::Read as _,
    net::TcpStream,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use annex_domain::{
    addon::{Kind, Seq, Version},
    clock::SystemClock,
    localized::Localized,
    manifest::{Listing, Manifest, Support, Wit},
};
use annex_package::{TrustedKey, TrustedKeys, VerifiedPackage, build, keys::SigningKey, sign, verify};
use annex_sandbox::{
    CompileError, Compiler, CompilerCommand, Effort, Errand, FixedData, Sandbox, SandboxConfig, Slots, compile_main,
};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

const CHILD: &str = "compile-component";

type Test = fn(&tokio::runtime::Runtime);

const TESTS: [(&str, Test); 7] = [
    ("artifacts_are_used_and_never_trusted", |runtime| runtime.block_on(artifacts_are_used_and_never_trusted())),
    ("what_the_compiler_says_reaches_the_caller", |runtime| runtime.block_on(what_the_compiler_says())),
    ("a_bomb_ends_at_the_limit_of_memory", |runtime| runtime.block_on(a_bomb_ends_at_the_limit_of_memory())),
    ("a_bomb_ends_at_the_limit_of_time", |runtime| runtime.block_on(a_bomb_ends_at_the_limit_of_time())),
    ("a_slow_machine_refuses_nothing", |runtime| runtime.block_on(a_slow_machine_refuses_nothing())),
    ("a_missing_compiler_is_an_error", |runtime| runtime.block_on(a_missing_compiler_is_an_error())),
    ("it_is_compiled_to_the_end_when_whoever_asked_is_gone", |runtime| runtime.block_on(it_is_compiled_to_the_end())),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == CHILD) {
        if let Some(address) = args.get(1) {
            TcpStream::connect(address).unwrap().read_exact(&mut [0]).unwrap();
        }
        return compile_main(Effort::default());
    }
    let ignored = args.iter().any(|arg| arg == "--ignored");
    let list = args.iter().any(|arg| arg == "--list");
    let exact = args.iter().any(|arg| arg == "--exact");
    let names: Vec<_> = args.iter().filter(|arg| !arg.starts_with('-') && *arg != "terse").collect();
    let wanted = |test: &str| {
        names.is_empty() || names.iter().any(|name| if exact { *name == test } else { test.contains(name.as_str()) })
    };
    for (name, test) in TESTS.iter().filter(|(name, _)| !ignored && wanted(name)) {
        if list {
            println!("{name}: test");
        } else {
            println!("test {name} ...");
            test(&tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap());
        }
    }
    ExitCode::SUCCESS
}

fn child(cpu_seconds: u64, wall: Duration) -> Compiler {
    let program = std::env::current_exe().unwrap();
    Compiler::Child(CompilerCommand { program, args: vec![OsString::from(CHILD)], cpu_seconds, wall })
}

fn missing() -> Compiler {
    Compiler::Child(CompilerCommand::new(PathBuf::from("/nonexistent/compiler"), [CHILD]))
}

fn sandbox(folder: &Path, compiler: Compiler) -> Sandbox {
    let slots = Slots { host: 2, ..Slots::default() };
    let config = SandboxConfig { slots, ..SandboxConfig::new(folder.to_owned(), [3; 32], compiler) };
    Sandbox::new(config, Arc::new(FixedData::default()), Arc::new(SystemClock)).unwrap()
}

/// A language of one resource, without any toolchain but the text format.
fn package(component: Vec<u8>) -> VerifiedPackage {
    let manifest = Manifest {
        id: "acme.lang-xx".parse().unwrap(),
        version: Version::new(1, 0, 0),
        seq: Seq(1),
        kind: Kind::Language,
        wit: Wit::V0_1.to_string(),
        host: "*".parse().unwrap(),
        listing: Listing {
            name: Localized::en("Xx"),
            summary: Localized::en("A language"),
            description: Localized::en("A language for tests"),
            publisher_name: "Acme".into(),
            categories: BTreeSet::new(),
            release_notes: None,
            terms_url: None,
            privacy_url: None,
            support: Support { email: "help@example.com".into(), portal: None, faq: None },
            icon: None,
            highlights: vec![],
            pictures: vec![],
            works_with: vec![],
            video: None,
        },
        capabilities: Vec::new(),
        settings: Vec::new(),
        fields: Vec::new(),
        plans: Vec::new(),
        events: BTreeSet::new(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: Vec::new(),
    };
    let key = SigningKey::from_seed(&[9; 32]);
    let trust = TrustedKeys {
        publisher: "acme".parse().unwrap(),
        threshold: 1,
        keys: vec![TrustedKey::for_packages(key.public().to_bytes())],
    };
    let unsigned = build(manifest, component, BTreeMap::new()).unwrap();
    verify(sign(&unsigned, &[key]).unwrap(), &trust).unwrap()
}

/// A component that fits the world `language`, made of a core module.
fn language(more: &str) -> Vec<u8> {
    let wat = format!(
        r#"(module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
          (func (export "annex:addon/locale@0.1.0#describe") (result i32) i32.const 1024)
          (func (export "annex:addon/locale@0.1.0#resources") (result i32) i32.const 1024)
          {more})"#
    );
    let mut module = wat::parse_str(wat).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/annex-addon-0.1");
    let (package, _) = resolve.push_path(wit).unwrap();
    let world = resolve.select_world(&[package], Some("language")).unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    wit_component::ComponentEncoder::default().validate(false).module(&module).unwrap().encode().unwrap()
}

fn artifacts(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

async fn artifacts_are_used_and_never_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let package = package(language(""));
    let admitted =
        sandbox(folder.path(), child(60, Duration::from_mins(10))).admit(&package, Errand::Upload).await.unwrap();
    assert!(admitted.artifact_bytes() > 0);
    assert!(admitted.compiled_in().is_some_and(|spent| spent > Duration::ZERO), "{admitted:?}");
    let [artifact] = artifacts(folder.path()).try_into().unwrap();

    // A second start does not compile: there is no compiler any more.
    let found = sandbox(folder.path(), missing()).admit(&package, Errand::Upload).await.unwrap();
    assert_eq!(found.compiled_in(), None);

    // An artifact of another component, or with any change, counts as missing.
    let right = fs::read(&artifact).unwrap();
    let mut wrong = right.clone();
    wrong[right.len() / 2] ^= 1;
    fs::write(&artifact, &wrong).unwrap();
    let refused = sandbox(folder.path(), missing()).admit(&package, Errand::Upload).await;
    assert!(matches!(refused, Err(CompileError::Unavailable(_))), "{refused:?}");
    assert!(sandbox(folder.path(), child(60, Duration::from_mins(10))).admit(&package, Errand::Upload).await.is_ok());
    assert_eq!(fs::read(&artifact).unwrap().len(), right.len(), "it was compiled and kept again");
    assert!(sandbox(folder.path(), missing()).admit(&package, Errand::Upload).await.is_ok());
}

async fn what_the_compiler_says() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox(folder.path(), child(60, Duration::from_mins(10)));
    let switched_off = [
        ("(memory 1 1 shared)", "threads"),
        ("(memory 1) (memory 1)", "multiple memories"),
        ("(memory i64 1)", "memory64"),
        ("(import \"a\" \"b\" (memory 1)) (memory 1)", "multiple memories"),
        ("(tag)", "exceptions"),
        ("(type (struct))", "gc"),
        ("(func $f return_call $f)", "tail call"),
    ];
    for (module, feature) in switched_off {
        let wasm = wat::parse_str(format!("(component (core module {module}))")).unwrap();
        let refused = sandbox.admit(&package(wasm), Errand::Upload).await;
        assert!(matches!(&refused, Err(CompileError::Refused(text)) if text.contains(feature)), "{refused:?}");
    }
    let mismatch = sandbox.admit(&package(wat::parse_str("(component)").unwrap()), Errand::Upload).await;
    assert!(matches!(mismatch, Err(CompileError::WitMismatch(_))));
}

/// Functions whose locals all live across many joins: each join is a row of phi nodes for the compiler.
fn bomb(functions: usize) -> Vec<u8> {
    // Without repetition, so that the package is not refused for how well it compresses.
    let mut seed = 1_u64;
    let mut any = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 1_000
    };
    let locals = "i32 ".repeat(1_000);
    let mut all = String::new();
    for at in 0..functions {
        write!(all, "(func (export \"f{at}\") (local {locals})").unwrap();
        for _ in 0..30_000 {
            write!(all, "(block (br_if 0 (local.get {})) (local.set {} (i32.const 1)))", any(), any()).unwrap();
        }
        all.push(')');
    }
    language(&all)
}

async fn a_bomb_ends_at_the_limit_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = package(bomb(24));
    let ended = sandbox(folder.path(), child(60, Duration::from_mins(10))).admit(&bomb, Errand::Upload).await;
    assert!(matches!(ended, Err(CompileError::Budget(_))), "{ended:?}");
    assert!(artifacts(folder.path()).is_empty());
}

async fn a_bomb_ends_at_the_limit_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox(folder.path(), child(1, Duration::from_mins(10)));
    let ended = sandbox.admit(&package(bomb(8)), Errand::Upload).await;
    assert!(matches!(ended, Err(CompileError::Budget(_))), "{ended:?}");
    assert!(artifacts(folder.path()).is_empty());
}

/// However little time on the wall there was: that is no property of the package, which is tried again.
async fn a_slow_machine_refuses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox(folder.path(), child(60, Duration::from_millis(300)));
    let ended = sandbox.admit(&package(bomb(8)), Errand::Upload).await;
    assert!(matches!(ended, Err(CompileError::Unavailable(_))), "{ended:?}");
    assert!(artifacts(folder.path()).is_empty());
    // The child is gone: nothing compiles on behind the host's back.
    for _ in 0..500 {
        if children().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the compiler still runs: {:?}", children());
}

fn children() -> String {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("children")).ok()).collect()
}

async fn a_missing_compiler_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = sandbox(folder.path(), missing()).admit(&package(language("")), Errand::Upload).await.unwrap_err();
    assert_eq!(error.code(), "compiler-unavailable");
}

async fn it_is_compiled_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let program = std::env::current_exe().unwrap();
    let args = [CHILD.to_owned(), listener.local_addr().unwrap().to_string()];
    let sandbox = sandbox(folder.path(), Compiler::Child(CompilerCommand::new(program, args)));
    let package = package(language(""));
    let mut asked = Box::pin(sandbox.admit(&package, Errand::Upload));
    let (mut compiler, _) = tokio::select! {
        begun = listener.accept() => begun.unwrap(),
        ended = &mut asked => panic!("it was not told to begin: {ended:?}"),
    };
    drop(asked);
    compiler.write_all(b"!").await.unwrap();
    // The next one waits for it, and starts no compiler of its own.
    let found = tokio::select! {
        found = sandbox.admit(&package, Errand::Upload) => found.unwrap(),
        _ = listener.accept() => panic!("it is compiled again"),
    };
    assert!(found.artifact_bytes() > 0);
    assert_eq!(artifacts(folder.path()).len(), 1);
}
