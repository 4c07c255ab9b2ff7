//! Packages that cost the compiler all that it may use, handed in beside a good one of another publisher.

use std::{fmt::Write as _, path::Path, time::Instant};

use crate::{
    host::Host,
    packages::{head, signed},
    rogue::rogue,
};

/// Four bombs, and a good package. Made before anything is measured: that takes this process a while.
pub(crate) fn make(host: &Host) -> (Vec<Vec<u8>>, Vec<u8>) {
    let bombs = (0..4).map(|at| {
        let id = format!("bomber.bomb-{at}");
        let manifest = head(&id, "language");
        signed(host.folder(), &id, &bomb(at), &manifest)
    });
    (bombs.collect(), rogue(host.folder(), "annex.good", "", false))
}

/// Hands in the bombs, then the good package; says what became of it.
pub(crate) async fn drop_beside_a_good_one(host: &Host, (bombs, good): (Vec<Vec<u8>>, Vec<u8>)) -> String {
    let dropped = futures::future::join_all(bombs.into_iter().map(|bomb| host.upload(bomb)));
    let good = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let started = Instant::now();
        let (status, text) = host.upload(good).await;
        (status, text, started.elapsed())
    };
    tokio::pin!(dropped);
    // The bombs may take minutes: what counts is the good one.
    let (status, text, took) = tokio::select! {
        biased;
        done = good => done,
        _ = &mut dropped => panic!("bombs that are done at once are none"),
    };
    let said = if status.is_success() { String::new() } else { text };
    format!("the good package: {status} after {:.1} s {said}", took.as_secs_f64())
}

/// Functions whose locals all live across many joins: each join is a row of phi nodes for the compiler.
fn bomb(seed: u64) -> Vec<u8> {
    let mut seed = seed + 1;
    let mut any = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 1_000
    };
    let locals = "i32 ".repeat(1_000);
    let mut all = String::new();
    for at in 0..8 {
        write!(all, "(func (export \"f{at}\") (local {locals})").expect("a string");
        for _ in 0..30_000 {
            write!(all, "(block (br_if 0 (local.get {})) (local.set {} (i32.const 1)))", any(), any())
                .expect("a string");
        }
        all.push(')');
    }
    language(&all)
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
    let mut module = wat::parse_str(wat).expect("a module");
    let mut resolve = wit_parser::Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit/annex-addon-0.1");
    let (package, _) = resolve.push_path(wit).expect("the WIT");
    let world = resolve.select_world(&[package], Some("language")).expect("a world");
    let encoding = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).expect("metadata");
    let encoder = wit_component::ComponentEncoder::default().validate(false).module(&module);
    encoder.expect("a module").encode().expect("a component")
}
