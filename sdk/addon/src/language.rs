//! Languages: translations of the panel.

use std::marker::PhantomData;

use crate::{bindings::language::exports::annex::addon::locale as wire, logger};

pub use wire::{Direction, Facts, Resource};

/// A translation of the panel. The host asks once, when the add-on is activated, and keeps the answer. A key that is
/// missing is shown in the fallback, at last in English.
///
/// Hosts refuse what could harm them, as `annex addon check` says with file and line: a resource has at most 512 KiB and 3,000
/// messages, a message 16 KiB as written and as shown, with at most 8 levels of braces and 4 references that lead on.
///
/// ```
/// use annex_sdk::language::{Facts, Language, Resource};
///
/// struct German;
///
/// impl Language for German {
///     fn facts() -> Facts {
///         Facts::new("de", "Deutsch", "German")
///     }
///
///     fn resources() -> Vec<Resource> {
///         vec![Resource::new("panel.ftl", "inbox-title = Posteingang")]
///     }
/// }
///
/// annex_sdk::export_language!(German);
/// ```
pub trait Language {
    /// Which language it is.
    fn facts() -> Facts;

    /// The texts, as Fluent resources.
    fn resources() -> Vec<Resource>;
}

impl Facts {
    /// A language that is written from left to right. `code`: BCP 47, such as `pt-BR`; `name`: in the language itself.
    #[must_use]
    pub fn new(code: impl Into<String>, name: impl Into<String>, english_name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            english_name: english_name.into(),
            direction: Direction::LeftToRight,
            fallback: None,
        }
    }

    /// Written from right to left.
    #[must_use]
    pub fn right_to_left(mut self) -> Self {
        self.direction = Direction::RightToLeft;
        self
    }

    /// The language that is asked for missing keys before English.
    #[must_use]
    pub fn fallback(mut self, code: impl Into<String>) -> Self {
        self.fallback = Some(code.into());
        self
    }
}

impl Resource {
    /// Fluent text under a name, such as `panel.ftl`.
    #[must_use]
    pub fn new(name: impl Into<String>, fluent: impl Into<String>) -> Self {
        Self { name: name.into(), fluent: fluent.into() }
    }
}

/// Exports a type that implements [`Language`]; once per add-on. Natively it only checks that it does.
#[macro_export]
macro_rules! export_language {
    ($addon:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type AnnexExport = $crate::language::Export<$addon>;
    $crate::bindings::language::export_language_world!(AnnexExport with_types_in $crate::bindings::language);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: $crate::language::Export<$addon> = $crate::language::Export::new();
    };
}

/// Stands between the component's exports and a [`Language`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Export<T>(PhantomData<T>);

impl<T: Language> Export<T> {
    /// Proof that `T` is a language.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only used in a constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Language> wire::Guest for Export<T> {
    fn describe() -> Facts {
        logger::init();
        T::facts()
    }

    fn resources() -> Vec<Resource> {
        logger::init();
        T::resources()
    }
}
