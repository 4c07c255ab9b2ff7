//! Compares interfaces of two WIT packages by structure: names of types do not matter, everything else does.

use wit_parser::{Function, Handle, InterfaceId, Resolve, Type, TypeDefKind};

/// An interface of one side.
type Side<'a> = (&'a Resolve, InterfaceId);

/// A component uses only a part of what it imports: every function that it has must be one of the host's.
pub(super) fn imported(found: Side<'_>, offered: Side<'_>, name: &str, problems: &mut Vec<String>) {
    let Some(interface) = found.0.interfaces.get(found.1) else { return };
    for (function_name, function) in &interface.functions {
        match get(offered, function_name) {
            None => problems.push(format!("it imports `{name}.{function_name}`, which hosts do not have")),
            Some(other) => functions((found.0, function), (offered.0, other), name, problems),
        }
    }
}

/// A component must export all of what the host calls.
pub(super) fn exported(found: Side<'_>, needed: Side<'_>, name: &str, problems: &mut Vec<String>) {
    let Some(interface) = needed.0.interfaces.get(needed.1) else { return };
    for (function_name, function) in &interface.functions {
        match get(found, function_name) {
            None => problems.push(format!("it does not export `{name}.{function_name}`")),
            Some(other) => functions((found.0, other), (needed.0, function), name, problems),
        }
    }
}

fn get<'a>((resolve, interface): Side<'a>, function: &str) -> Option<&'a Function> {
    resolve.interfaces.get(interface)?.functions.get(function)
}

fn functions(
    (left, found): (&Resolve, &Function),
    (right, expected): (&Resolve, &Function),
    interface: &str,
    problems: &mut Vec<String>,
) {
    let name = format!("{interface}.{}", expected.name);
    if found.kind.is_async() != expected.kind.is_async() {
        problems.push(format!("`{name}` is asynchronous on one side only"));
    }
    if found.params.len() != expected.params.len() {
        problems.push(format!("`{name}` has {} parameters instead of {}", found.params.len(), expected.params.len()));
    }
    for (a, b) in found.params.iter().zip(&expected.params) {
        if !same(left, &a.ty, right, &b.ty) {
            problems.push(format!("`{name}`: the parameter `{}` has another type", b.name));
        }
    }
    if !same_option(left, found.result.as_ref(), right, expected.result.as_ref()) {
        problems.push(format!("`{name}`: the result has another type"));
    }
}

fn same_option(left: &Resolve, a: Option<&Type>, right: &Resolve, b: Option<&Type>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same(left, a, right, b),
        _ => false,
    }
}

/// True for types of the same structure. WIT has no recursive types, so this ends.
fn same(left: &Resolve, a: &Type, right: &Resolve, b: &Type) -> bool {
    let (Some(a), Some(b)) = (resolved(left, a), resolved(right, b)) else { return false };
    let (a, b) = match (a, b) {
        (Shape::Plain(a), Shape::Plain(b)) => return a == b,
        (Shape::Defined(a), Shape::Defined(b)) => (a, b),
        _ => return false,
    };
    let ty = |a: &Type, b: &Type| same(left, a, right, b);
    let option = |a: &Option<Type>, b: &Option<Type>| same_option(left, a.as_ref(), right, b.as_ref());
    match (a, b) {
        (TypeDefKind::Record(a), TypeDefKind::Record(b)) => {
            pairwise(&a.fields, &b.fields, |a, b| a.name == b.name && ty(&a.ty, &b.ty))
        }
        (TypeDefKind::Variant(a), TypeDefKind::Variant(b)) => {
            pairwise(&a.cases, &b.cases, |a, b| a.name == b.name && option(&a.ty, &b.ty))
        }
        (TypeDefKind::Enum(a), TypeDefKind::Enum(b)) => pairwise(&a.cases, &b.cases, |a, b| a.name == b.name),
        (TypeDefKind::Flags(a), TypeDefKind::Flags(b)) => pairwise(&a.flags, &b.flags, |a, b| a.name == b.name),
        (TypeDefKind::Tuple(a), TypeDefKind::Tuple(b)) => pairwise(&a.types, &b.types, ty),
        (TypeDefKind::Option(a), TypeDefKind::Option(b)) | (TypeDefKind::List(a), TypeDefKind::List(b)) => ty(a, b),
        (TypeDefKind::Result(a), TypeDefKind::Result(b)) => option(&a.ok, &b.ok) && option(&a.err, &b.err),
        (TypeDefKind::Handle(a), TypeDefKind::Handle(b)) => {
            matches!((a, b), (Handle::Own(_), Handle::Own(_)) | (Handle::Borrow(_), Handle::Borrow(_)))
        }
        _ => false,
    }
}

fn pairwise<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

enum Shape<'a> {
    Plain(Type),
    Defined(&'a TypeDefKind),
}

/// What a type is, once its aliases are followed.
fn resolved<'a>(resolve: &'a Resolve, ty: &Type) -> Option<Shape<'a>> {
    let mut ty = *ty;
    loop {
        let Type::Id(id) = ty else { return Some(Shape::Plain(ty)) };
        match &resolve.types.get(id)?.kind {
            TypeDefKind::Type(alias) => ty = *alias,
            kind => return Some(Shape::Defined(kind)),
        }
    }
}
