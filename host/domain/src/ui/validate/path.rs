//! Where in a view a check stands: a chain on the stack that becomes text only when a rule is broken.

use std::fmt;

use super::UiError;

/// A place in a view.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    name: &'static str,
    index: Option<usize>,
}

impl<'a> At<'a> {
    pub(super) fn root(name: &'static str) -> At<'static> {
        At { parent: None, name, index: None }
    }

    pub(super) fn name(&'a self, name: &'static str) -> At<'a> {
        At { parent: Some(self), name, index: None }
    }

    pub(super) fn index(&'a self, name: &'static str, index: usize) -> At<'a> {
        At { parent: Some(self), name, index: Some(index) }
    }

    pub(super) fn breaks(&self, rule: impl Into<String>) -> UiError {
        UiError { path: self.to_string(), rule: rule.into() }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            // The root has no name of its own in a view's paths: `sections[0]`, not `view.sections[0]`.
            if parent.parent.is_some() || parent.name != "view" {
                write!(f, "{parent}.")?;
            }
        }
        f.write_str(self.name)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}
