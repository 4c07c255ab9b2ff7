//! Which pages there are, in the order in which they are read. They are drawn when the first of them is asked for, and kept.

use std::sync::LazyLock;

use super::markdown::{Drawn, draw};

/// What pages stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Words, and the way from an account to the marketplace.
    Start,
    /// The guide.
    Write,
    /// Of the guide: every key, limit, icon and code.
    Reference,
    /// Listing, review, money.
    Publish,
    /// What the publisher's own service has to do with.
    Build,
}

impl Part {
    pub(super) const ALL: [Self; 5] = [Self::Start, Self::Write, Self::Reference, Self::Publish, Self::Build];

    /// Key of its name.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Start => "developers-part-start",
            Self::Write => "developers-part-write",
            Self::Reference => "developers-part-reference",
            Self::Publish => "developers-part-publish",
            Self::Build => "developers-part-build",
        }
    }
}

/// A page.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) slug: &'static str,
    pub(super) part: Part,
    pub(super) drawn: Drawn,
}

impl Document {
    /// Its address.
    pub(super) fn href(&self) -> String {
        format!("/developers/{}", self.slug)
    }
}

/// A page, and those beside it.
pub(super) struct Opened {
    pub(super) previous: Option<&'static Document>,
    pub(super) document: &'static Document,
    pub(super) next: Option<&'static Document>,
}

macro_rules! sources {
    ($($part:ident in $folder:literal: $($slug:literal)+;)+) => {
        &[$($((Part::$part, $slug, include_str!(concat!("../../../../", $folder, "/", $slug, ".md"))),)+)+]
    };
}

/// Part, name in the address, Markdown.
const SOURCES: &[(Part, &str, &str)] = sources! {
    Start in "host/docs/developers": "start" "glossary";
    Write in "sdk/guide":
        "first-add-on"
        "how-a-call-runs"
        "blocks"
        "desk-events"
        "channels"
        "languages"
        "other-languages"
        "errors"
        "security"
        "signing"
        "publishing"
        "versions"
        "selling"
        "cookbook"
        "moving";
    Write in "sdk/guide/examples": "gallery" "orders" "keyword-rules" "webhook-chat";
    Reference in "sdk/guide": "manifest" "scenarios" "limits" "icons" "codes";
    Publish in "host/docs/developers": "requirements" "certification" "checklist" "review" "access" "billing";
    Build in "host/docs/developers": "events" "oauth" "single-sign-on" "provisioning" "regions" "api";
};

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let document =
        |&(part, slug, markdown): &(Part, &'static str, &str)| Document { slug, part, drawn: draw(markdown) };
    SOURCES.iter().map(document).collect()
});

/// All of them.
pub(super) fn all() -> &'static [Document] {
    &DOCUMENTS
}

/// The page of that name.
pub(super) fn open(slug: &str) -> Option<Opened> {
    let at = all().iter().position(|document| document.slug == slug)?;
    let previous = at.checked_sub(1).and_then(|before| all().get(before));
    Some(Opened { previous, document: all().get(at)?, next: all().get(at + 1) })
}
