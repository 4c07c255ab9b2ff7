//! Blocks that came with 0.2: parts that are asked for later, formatted text, charts, tabs, files; and the arguments of actions.

use super::{At, Check, Checker, Limits, Space, UiError, text::well_formed};
use crate::ui::{Chart, Deferred, FieldValue, FileInput, Tabs};

const LABEL_CHARS: usize = 40;
const UNIT_CHARS: usize = 20;

impl<'v> Checker<'v, '_> {
    /// Arguments come back as they are, so nothing of them is cleaned.
    pub(super) fn args(&mut self, args: &[FieldValue], at: &At<'_>) -> Check {
        let bytes: usize = args.iter().map(|arg| arg.field.len() + arg.value.len()).sum();
        if args.len() > Limits::ARGS || bytes > Limits::ARGS_BYTES {
            return Err(at.breaks("at most 10 arguments, together 2 KiB"));
        }
        for (index, arg) in args.iter().enumerate() {
            well_formed(&arg.field, &at.index("args", index).name("field"))?;
        }
        self.spend(bytes, at)
    }

    pub(super) fn deferred(&mut self, deferred: &Deferred, at: &At<'_>) -> Check {
        self.deferred += 1;
        if self.deferred > Limits::DEFERRED {
            return Err(at.breaks("at most 8 in a view"));
        }
        if !(1..=20).contains(&deferred.skeleton) {
            return Err(at.name("skeleton").breaks("1 to 20 lines"));
        }
        self.verb(&deferred.verb, &at.name("verb"))?;
        self.args(&deferred.args, &at.name("args"))
    }

    pub(super) fn chart(&mut self, chart: &mut Chart, at: &At<'_>) -> Check {
        self.label(&mut chart.label, &at.name("label"))?;
        if let Some(unit) = &mut chart.unit {
            self.line(unit, &at.name("unit"))?;
            short(unit, UNIT_CHARS, &at.name("unit"))?;
        }
        if chart.points.is_empty() || chart.points.len() > Limits::POINTS {
            return Err(at.name("points").breaks("1 to 100"));
        }
        self.parts(chart.points.len(), at)?;
        for (index, point) in chart.points.iter_mut().enumerate() {
            let at = at.index("points", index);
            self.line(&mut point.label, &at.name("label"))?;
            short(&point.label, LABEL_CHARS, &at.name("label"))?;
            if !point.value.is_finite() {
                return Err(at.name("value").breaks("numbers must be finite"));
            }
        }
        Ok(())
    }

    pub(super) fn tabs(&mut self, tabs: &'v mut Tabs, at: &At<'_>) -> Check {
        if self.tabs_in.replace(self.section).is_some() {
            return Err(at.breaks("at most one block of tabs in a view"));
        }
        let Tabs { label, tabs } = tabs;
        self.label(label, &at.name("label"))?;
        if !(2..=Limits::TABS).contains(&tabs.len()) {
            return Err(at.name("tabs").breaks("2 to 8"));
        }
        for (index, tab) in tabs.iter_mut().enumerate() {
            let at = at.index("tabs", index);
            self.parts(1, &at)?;
            self.unique(Space::Tab, &tab.id, &at.name("id"))?;
            self.label(&mut tab.label, &at.name("label"))?;
            if tab.sections.is_empty() {
                return Err(at.name("sections").breaks("at least one"));
            }
            for section in &tab.sections {
                let at = at.name("sections");
                self.unique(Space::Tabbed, section, &at)?;
                self.wanted_sections.push((section.as_str(), at.to_string()));
            }
        }
        Ok(())
    }

    /// Tabs show sections of the view, and stay where they can be reached.
    pub(super) fn tabs_fit(&self) -> Check {
        let Some(own) = self.tabs_in else { return Ok(()) };
        let wrong = |(section, path): &(&str, String), rule: &str| UiError {
            path: path.clone(),
            rule: format!("`{section}`: {rule}"),
        };
        for wanted in &self.wanted_sections {
            if !self.ids.contains(&(Space::Section, wanted.0)) {
                return Err(wrong(wanted, "the view has no such section"));
            }
            if wanted.0 == own {
                return Err(wrong(wanted, "the section with the tabs is always seen"));
            }
        }
        Ok(())
    }

    pub(super) fn file_input(&mut self, input: &'v mut FileInput, at: &At<'_>) -> Check {
        let FileInput { field, most, largest, types } = input;
        self.field(field, at)?;
        if !(1..=Limits::FILES).contains(&*most) {
            return Err(at.name("most").breaks("1 to 10"));
        }
        if !(1..=Limits::FILE_BYTES).contains(&*largest) {
            return Err(at.name("largest").breaks("1 byte to 25 MiB"));
        }
        if types.len() > Limits::FILE_TYPES {
            return Err(at.name("types").breaks("at most 20"));
        }
        for (index, kind) in types.iter().enumerate() {
            let at = at.index("types", index);
            if !is_media_type(kind) {
                return Err(at.breaks("expected a type such as image/* or application/pdf"));
            }
            self.spend(kind.len(), &at)?;
        }
        Ok(())
    }
}

fn short(text: &str, longest: usize, at: &At<'_>) -> Check {
    if text.chars().count() > longest { Err(at.breaks(format!("at most {longest} characters"))) } else { Ok(()) }
}

fn is_media_type(text: &str) -> bool {
    let fine = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b'_'))
    };
    text.len() <= 100 && text.split_once('/').is_some_and(|(kind, part)| fine(kind) && (part == "*" || fine(part)))
}
