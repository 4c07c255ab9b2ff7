//! A look at a component before it is compiled: cheap, linear in its size, without compiling anything. What passes can
//! still be refused by the compiler; what fails would only have wasted its time.

use wasmparser::{Encoding, FunctionBody, Parser, Payload};

use crate::error::CompileError;

/// In bytes. A Python component has 18 MB, one of JavaScript 16 (ADR 50).
pub(crate) const LARGEST: usize = 24 << 20;
/// A Python component has 13,400.
const MOST_FUNCTIONS: u64 = 50_000;
/// A Python component has one of 427 KB.
const LARGEST_BODY: usize = 512 << 10;
const MOST_LOCALS: u64 = 1_000;
const MOST_MODULES: u64 = 64;
const MOST_COMPONENTS: u64 = 64;
/// Types, imports, exports, instances, aliases and the like together.
const MOST_ITEMS: u64 = 200_000;
const DEEPEST: usize = 8;

#[derive(Default)]
struct Seen {
    functions: u64,
    modules: u64,
    components: u64,
    items: u64,
    depth: usize,
}

/// Checks that `bytes` are a component within the limits.
///
/// # Errors
/// [`CompileError::Malformed`] or [`CompileError::OverLimit`], with the limit.
pub fn check_component(bytes: &[u8]) -> Result<(), CompileError> {
    if bytes.len() > LARGEST {
        return Err(over("size", bytes.len() as u64, LARGEST as u64));
    }
    match Parser::new(0).parse_all(bytes).next() {
        Some(Ok(Payload::Version { encoding: Encoding::Component, .. })) => {}
        Some(Ok(Payload::Version { .. })) => {
            return Err(CompileError::Malformed("a core module; build a component for wasm32-wasip2".into()));
        }
        // The reader's own words are a drawing of bytes, a line for each.
        _ => return Err(CompileError::Malformed("it does not begin as WebAssembly does".into())),
    }
    let mut seen = Seen::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| CompileError::Malformed(error.to_string()))?;
        seen.look(payload)?;
    }
    Ok(())
}

impl Seen {
    fn look(&mut self, payload: Payload<'_>) -> Result<(), CompileError> {
        match payload {
            Payload::ModuleSection { .. } => {
                self.modules += 1;
                self.depth += 1;
                at_most("modules", self.modules, MOST_MODULES)?;
            }
            Payload::ComponentSection { .. } => {
                self.components += 1;
                self.depth += 1;
                at_most("nested components", self.components, MOST_COMPONENTS)?;
            }
            Payload::End(_) => self.depth = self.depth.saturating_sub(1),
            Payload::FunctionSection(section) => {
                self.functions += u64::from(section.count());
                at_most("functions", self.functions, MOST_FUNCTIONS)?;
            }
            Payload::CodeSectionEntry(body) => check_body(&body)?,
            other => {
                self.items += items(&other);
                at_most("types, imports, exports and instances", self.items, MOST_ITEMS)?;
            }
        }
        at_most("levels of nesting", self.depth as u64, DEEPEST as u64)
    }
}

fn check_body(body: &FunctionBody<'_>) -> Result<(), CompileError> {
    let size = body.range().len();
    at_most("bytes of one function", size as u64, LARGEST_BODY as u64)?;
    let malformed = |error: wasmparser::BinaryReaderError| CompileError::Malformed(error.to_string());
    let mut locals = 0;
    for group in body.get_locals_reader().map_err(malformed)? {
        locals += u64::from(group.map_err(malformed)?.0);
        at_most("locals of one function", locals, MOST_LOCALS)?;
    }
    Ok(())
}

/// How many entries a section declares.
fn items(payload: &Payload<'_>) -> u64 {
    u64::from(match payload {
        Payload::TypeSection(section) => section.count(),
        Payload::ImportSection(section) => section.count(),
        Payload::TableSection(section) => section.count(),
        Payload::MemorySection(section) => section.count(),
        Payload::GlobalSection(section) => section.count(),
        Payload::ExportSection(section) => section.count(),
        Payload::ElementSection(section) => section.count(),
        Payload::DataSection(section) => section.count(),
        Payload::InstanceSection(section) => section.count(),
        Payload::CoreTypeSection(section) => section.count(),
        Payload::ComponentInstanceSection(section) => section.count(),
        Payload::ComponentAliasSection(section) => section.count(),
        Payload::ComponentTypeSection(section) => section.count(),
        Payload::ComponentCanonicalSection(section) => section.count(),
        Payload::ComponentImportSection(section) => section.count(),
        Payload::ComponentExportSection(section) => section.count(),
        _ => 0,
    })
}

fn at_most(what: &str, count: u64, most: u64) -> Result<(), CompileError> {
    if count > most { Err(over(what, count, most)) } else { Ok(()) }
}

fn over(what: &str, count: u64, most: u64) -> CompileError {
    CompileError::OverLimit(format!("{what}: {count}, at most {most}"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn check(wat: &str) -> Result<(), CompileError> {
        check_component(&wat::parse_str(wat).unwrap())
    }

    fn over(result: Result<(), CompileError>) -> String {
        match result {
            Err(CompileError::OverLimit(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    /// A module in a component, with `body` in it.
    fn module(body: &str) -> String {
        format!("(component (core module {body}))")
    }

    #[test]
    fn what_is_no_component_is_named() {
        assert!(matches!(check_component(b""), Err(CompileError::Malformed(_))));
        let text = check_component(b"not wasm at all").unwrap_err().to_string();
        assert_eq!(text, "the component is malformed: it does not begin as WebAssembly does");
        let module = check("(module)");
        assert!(matches!(module, Err(CompileError::Malformed(text)) if text.contains("core module")));
        assert_eq!(check("(component)"), Ok(()));
    }

    #[test]
    fn sizes_and_counts_are_limited() {
        assert!(over(check_component(&vec![0; LARGEST + 1])).starts_with("size"));
        assert_eq!(check(&module(&"(func)".repeat(50_000))), Ok(()));
        assert!(over(check(&module(&"(func)".repeat(50_001)))).starts_with("functions: 50001"));
        assert_eq!(check(&module(&format!("(func (local {}))", "i32 ".repeat(1_000)))), Ok(()));
        let locals = format!("(func (local {}))", "i32 ".repeat(1_001));
        assert!(over(check(&module(&locals))).starts_with("locals"));
        let body = format!("(func {})", "nop ".repeat(512 << 10));
        assert!(over(check(&module(&body))).starts_with("bytes of one function"));
        assert!(over(check(&format!("(component {})", "(core module)".repeat(65)))).starts_with("modules: 65"));
        assert!(over(check(&format!("(component {})", "(component)".repeat(65)))).starts_with("nested"));
        let deep = format!("{}{}", "(component ".repeat(10), ")".repeat(10));
        assert!(over(check(&deep)).starts_with("levels of nesting"));
    }

    #[test]
    fn a_million_exports_are_too_many() {
        let mut exports = String::from("(func)");
        for at in 0..200_001 {
            write!(exports, "(export \"{at}\" (func 0))").unwrap();
        }
        assert!(over(check(&module(&exports))).starts_with("types, imports, exports"));
    }

    #[test]
    fn locals_cannot_hide_in_groups() {
        // 2^32 - 1 locals of one type, written by hand: the text format would need all of them.
        let mut body = vec![1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b];
        body.insert(0, u8::try_from(body.len()).unwrap());
        let mut code = vec![1];
        code.extend(body);
        let mut wasm = b"\0asm\x0d\0\x01\0\x01".to_vec();
        let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a".to_vec();
        module.push(u8::try_from(code.len()).unwrap());
        module.extend(code);
        wasm.push(u8::try_from(module.len()).unwrap());
        wasm.extend(module);
        assert!(over(check_component(&wasm)).starts_with("locals"));
    }
}
