//! The smallest language: one text, with room behind it, so that tests make other languages of one build: they put another text
//! into the place of [`TEXT`]. With one that begins with `trap` it hands nothing over.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "language" });

use exports::annex::addon::locale::{Direction, Facts, Guest, Resource};

struct Tongue;
export!(Tongue);

const LENGTH: usize = 1024;

/// Found by its first words; read as if it could change. What is not used is spaces.
static TEXT: [u8; LENGTH] = text();

const fn text() -> [u8; LENGTH] {
    let start = b"sign-in = Oanmelde\n";
    let mut text = [b' '; LENGTH];
    let mut at = 0;
    while at < start.len() {
        text[at] = start[at];
        at += 1;
    }
    text
}

impl Guest for Tongue {
    fn describe() -> Facts {
        Facts {
            code: "fy".into(),
            name: "Frysk".into(),
            english_name: "West Frisian".into(),
            direction: Direction::LeftToRight,
            fallback: None,
        }
    }

    fn resources() -> Vec<Resource> {
        // SAFETY: plain reads of a static; volatile, so that the compiler does not take the text above for the last word.
        let bytes: Vec<u8> = TEXT.iter().map(|byte| unsafe { std::ptr::read_volatile(byte) }).collect();
        let text = String::from_utf8_lossy(&bytes).trim_end_matches(' ').to_owned();
        assert!(!text.starts_with("trap"), "told to trap");
        vec![Resource { name: "panel".into(), fluent: text }]
    }
}
