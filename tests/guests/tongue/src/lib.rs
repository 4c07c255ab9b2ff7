//! The smallest language: one text.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "language" });

use exports::annex::addon::locale::{Direction, Facts, Guest, Resource};

struct Tongue;
export!(Tongue);

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
        vec![Resource { name: "panel".into(), fluent: "sign-in = Oanmelde\n".into() }]
    }
}
