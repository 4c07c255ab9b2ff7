//! HTML of a stranger, made harmless.

use crate::{
    balanced::{Picture, balanced},
    cut,
    rules::RULES,
};

/// HTML that can neither run, send nor load anything but the pictures that the caller placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    /// A part of a document, every element of which is closed. Links lead to a new tab that knows nothing of this one.
    pub html: String,
    /// Pictures that are not to be loaded.
    pub held_back: usize,
}

/// Makes HTML harmless. What is quoted is folded, with `quoted` as the words to unfold it by. `place` is asked where each
/// picture is that is not in its own address, with that as it was written (such as `cid:1@a.example`).
///
/// It takes time and memory in proportion to what is read, which is at most [`crate::LONGEST`]: some ten milliseconds.
#[must_use]
pub fn clean(html: &str, quoted: &str, place: &mut dyn FnMut(&str) -> Picture) -> Clean {
    let balanced = balanced(cut(html), quoted, place);
    Clean { html: RULES.clean(&balanced.html).to_string(), held_back: balanced.held_back }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_looks_as_it_did() {
        let html = "<html><head><title>x</title><style>p { color: red }</style></head><body bgcolor='#fff'>\
            <p style='color: #333; position: fixed' class=MsoNormal onclick=x()>Dear <b>Ada</b> &amp; co.&nbsp;&lt;3</p>\
            <table width=600 cellpadding=0><tr><td align=center><a href='https://a.example/?b=1&amp;c=2'>Look</a></table>\
            <blockquote type=cite>On Monday</blockquote></body></html>";
        let expected = "<p style=\"color:#333;\">Dear <b>Ada</b> &amp; co.&nbsp;&lt;3</p>\
            <table width=\"600\" cellpadding=\"0\"><tbody><tr><td align=\"center\"><a href=\"https://a.example/?b=1&amp;c=2\" \
            target=\"_blank\" rel=\"noopener noreferrer nofollow\">Look</a></td></tr></tbody></table>\
            <details><summary>Show &lt;it&gt;</summary><blockquote type=\"cite\">On Monday</blockquote></details>";
        let found = clean(html, "Show <it>", &mut |_| Picture::Gone);
        assert_eq!(found, Clean { html: expected.to_owned(), held_back: 0 });
    }
}
