//! What no compiler would emit: core modules by hand, dressed as plugins, and components that use what is off.

use std::sync::Arc;

use wasmtime::component::{Component, Linker};

use super::support::{Parts, World, plugin, world};
use crate::{
    CallError, CompileError, Limits, TrapKind,
    gate::Pace,
    lent::Lent,
    runtime::{
        call::{budget, limited},
        classify::classify,
    },
    state::State,
};

const LOOP: &str = "(loop br 0) unreachable";

async fn trap_of(world: &World, parts: Parts<'_>) -> TrapKind {
    match world.render_wat(parts).await.result {
        Err(CallError::Trap { kind, .. }) => kind,
        other => panic!("{other:?}"),
    }
}

fn little_fuel() -> World {
    let limits = Limits { fuel: 1_000_000, ..Limits::default() };
    super::support::world_with(limits, Default::default(), Default::default())
}

#[tokio::test]
async fn loops_end_wherever_they_are() {
    let world = little_fuel();
    let parts = Parts::default();
    let start = format!("(func $f {LOOP}) (start $f)");
    let post = format!("(func (export \"cabi_post_annex:addon/sidebar@0.1.0#render\") (param i32) {LOOP})");
    for (what, parts) in [
        ("the call", Parts { render: LOOP, ..parts }),
        ("start", Parts { more: &start, ..parts }),
        ("realloc", Parts { realloc: LOOP, ..parts }),
        ("post-return", Parts { more: &post, ..parts }),
    ] {
        assert_eq!(world.render_wat(parts).await.result, Err(CallError::Fuel), "{what}");
    }
}

#[tokio::test]
async fn traps_are_told_apart() {
    let world = world();
    let table = "(table 1 funcref) (type $t (func))";
    for (render, more, kind) in [
        ("unreachable", "", TrapKind::Unreachable),
        ("(i32.load (i32.const -1))", "", TrapKind::OutOfBounds),
        ("(i32.div_s (i32.const 1) (i32.const 0))", "", TrapKind::Arithmetic),
        ("(call_indirect (type $t) (i32.const 0)) i32.const 0", table, TrapKind::BadCall),
        ("(call_indirect (type $t) (i32.const 9)) i32.const 0", table, TrapKind::OutOfBounds),
        ("(call $deep) i32.const 0", "(func $deep (call $deep))", TrapKind::StackOverflow),
    ] {
        assert_eq!(trap_of(&world, Parts { render, more, ..Parts::default() }).await, kind, "{render}");
    }
}

#[tokio::test]
async fn answers_that_break_the_abi_are_refused() {
    let world = world();
    let data = |text: &str| format!("(data (i32.const 4096) \"{text}\")");
    // The answer is at 4096: the case of the result, then the title's pointer and length.
    for (what, more, kind) in [
        ("a case that there is not", data(r"\07"), TrapKind::BadValue),
        ("a pointer outside", data(r"\00\00\00\00\f0\ff\ff\ff\64\00\00\00"), TrapKind::BadValue),
        ("a text of 200 MB", data(r"\00\00\00\00\00\00\00\00\00\00\00\0c"), TrapKind::BadValue),
        ("a text that is not UTF-8", data(r"\00\00\00\00\0c\10\00\00\02\00\00\00\ff\fe"), TrapKind::BadValue),
    ] {
        assert_eq!(trap_of(&world, Parts { more: &more, ..Parts::default() }).await, kind, "{what}");
    }
    assert_eq!(trap_of(&world, Parts { render: "i32.const -4", ..Parts::default() }).await, TrapKind::BadValue);
    assert_eq!(trap_of(&world, Parts { render: "i32.const 4097", ..Parts::default() }).await, TrapKind::BadValue);
    for realloc in ["i32.const -16", "i32.const 0x20000"] {
        let parts = Parts { realloc, ..Parts::default() };
        assert!(matches!(trap_of(&world, parts).await, TrapKind::BadValue | TrapKind::OutOfBounds), "{realloc}");
    }
}

#[tokio::test]
async fn a_list_of_little_many_times_is_refused() {
    // The list of sections stands 164 bytes into the answer: a million empty ones, 32 bytes each for the component,
    // several times that for the host.
    let world = world();
    let more = r#"(data (i32.const 4260) "\00\00\02\00\40\42\0f\00")"#;
    let render = "(drop (memory.grow (i32.const 900))) i32.const 4096";
    assert_eq!(trap_of(&world, Parts { render, more, ..Parts::default() }).await, TrapKind::Limit);
    // The same without the memory that it claims.
    assert_eq!(trap_of(&world, Parts { more, ..Parts::default() }).await, TrapKind::BadValue);
}

#[tokio::test]
async fn memories_and_tables_have_a_size() {
    let world = world();
    let grow = "(memory.grow (i32.const 2000)) drop unreachable";
    let grown = world.render_wat(Parts { render: grow, ..Parts::default() }).await;
    assert_eq!(grown.result, Err(CallError::Memory));
    for more in ["(table 30000 funcref)"] {
        let refused = world.admit(&plugin(Parts { more, ..Parts::default() })).await;
        assert!(matches!(refused, Err(CompileError::OverLimit(_))), "{more}: {refused:?}");
    }
    let grown = "(table $t 1 funcref)";
    let render =
        "(table.grow $t (ref.null func) (i32.const 30000)) (i32.eq (i32.const -1)) (if (then unreachable)) i32.const 0";
    assert_eq!(trap_of(&world, Parts { render, more: grown, ..Parts::default() }).await, TrapKind::Unreachable);
}

#[tokio::test]
async fn switched_off_features_are_refused() {
    let world = world();
    let module = |body: &str| format!("(component (core module {body}))");
    for (what, wat) in [
        ("threads", module("(memory 1 1 shared)")),
        ("memory64", module("(memory i64 1)")),
        ("multi-memory", module("(memory 1) (memory 1)")),
        ("tail calls", module("(func return_call 0)")),
        ("exceptions", module("(tag)")),
        ("gc", module("(type (struct (field i32)))")),
        ("function references", module("(type $t (func)) (func (param (ref $t)))")),
        (
            "relaxed simd",
            module("(func (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.relaxed_swizzle)"),
        ),
        ("custom page sizes", module("(memory 1 (pagesize 1))")),
        ("stack switching", module("(type $f (func)) (type (cont $f))")),
        ("component async", r#"(component (core func (canon task.return)))"#.to_owned()),
        ("streams", r#"(component (type (stream u8)))"#.to_owned()),
    ] {
        let refused = world.admit(&wat::parse_str(&wat).unwrap()).await;
        assert!(matches!(refused, Err(CompileError::Refused(_))), "{what}: {refused:?}");
    }
}

/// Instantiates a component of no world under the limits of a call.
async fn instantiate(world: &World, wat: &str) -> Result<(), CallError> {
    let sandbox = &world.sandbox;
    let component = Component::new(&sandbox.inner.admission.engine, wat).unwrap();
    let services = Arc::clone(&sandbox.inner.services);
    let own = (budget(&services.limits.deadlines, Pace::Interactive), Arc::default());
    let state = State::new(services, Arc::clone(&world.manifest), world.scope.clone(), Lent::default(), own);
    let (mut store, _) = limited(&sandbox.inner.admission.engine, state, Pace::Interactive).unwrap();
    let linker = Linker::new(&sandbox.inner.admission.engine);
    let done = linker.instantiate_async(&mut store, &component).await;
    done.map(|_| ()).map_err(|error| classify(&error, store.data().limiter.refused_memory))
}

#[tokio::test]
async fn handles_instances_and_memories_are_counted() {
    let world = world();
    let limit = |result| match result {
        Err(CallError::Trap { kind, .. }) => kind,
        other => panic!("{other:?}"),
    };
    let resources = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core module $m
            (import "" "new" (func $new (param i32) (result i32)))
            (func $f (loop (drop (call $new (i32.const 1))) br 0))
            (start $f))
        (core instance (instantiate $m (with "" (instance (export "new" (func $new)))))))"#;
    assert_eq!(limit(instantiate(&world, resources).await), TrapKind::Limit);
    let instances = format!("(component (core module $m) {})", "(core instance (instantiate $m))".repeat(41));
    assert_eq!(limit(instantiate(&world, &instances).await), TrapKind::Limit);
    let memories = format!("(component (core module $m (memory 1)) {})", "(core instance (instantiate $m))".repeat(3));
    assert_eq!(limit(instantiate(&world, &memories).await), TrapKind::Limit);
    let forged = r#"(component
        (type $r (resource (rep i32)))
        (core func $drop (canon resource.drop $r))
        (core module $m (import "" "drop" (func $drop (param i32))) (func $f (call $drop (i32.const 9))) (start $f))
        (core instance (instantiate $m (with "" (instance (export "drop" (func $drop)))))))"#;
    assert_eq!(limit(instantiate(&world, forged).await), TrapKind::BadValue);
}

#[tokio::test]
async fn a_destructor_that_never_ends_is_stopped() {
    let world = little_fuel();
    let dropped = r#"(component
        (core module $d (func (export "loop") (param i32) (loop br 0)))
        (core instance $d (instantiate $d))
        (type $r (resource (rep i32) (dtor (core func $d "loop"))))
        (core func $new (canon resource.new $r))
        (core func $drop (canon resource.drop $r))
        (core module $m
            (import "" "new" (func $new (param i32) (result i32)))
            (import "" "drop" (func $drop (param i32)))
            (func $f (call $drop (call $new (i32.const 1))))
            (start $f))
        (core instance (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop)))))))"#;
    assert_eq!(instantiate(&world, dropped).await, Err(CallError::Fuel));
}

#[tokio::test]
async fn one_component_cannot_have_the_memory_of_two() {
    let world = world();
    let both =
        "(component (core module $m (memory 600)) (core instance (instantiate $m)) (core instance (instantiate $m)))";
    assert_eq!(instantiate(&world, both).await, Err(CallError::Memory));
}
