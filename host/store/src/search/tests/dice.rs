//! Texts and searches at random, the same at each run: with words of several languages and what means something to a pattern.

/// The same numbers at each run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    pub(super) fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }

    pub(super) fn text(&mut self, most: usize) -> String {
        let count = 1 + self.roll(most);
        (0..count).map(|_| self.of(&WORDS)).collect::<Vec<_>>().join(self.of(&[" ", " ", "\n", "-", ""]))
    }

    /// Something that is there now and then: a piece of a text, or words.
    pub(super) fn search(&mut self) -> String {
        let text = self.text(3);
        let characters: Vec<char> = text.chars().collect();
        let from = self.roll(characters.len());
        let piece: String = characters.iter().skip(from).take(1 + self.roll(8)).collect();
        match self.roll(6) {
            0 => self.of(&WORDS).to_owned(),
            1 => format!("{piece} {}", self.of(&WORDS)),
            2 => format!("\"{piece}\""),
            3 => format!("#{}", 1 + self.roll(30)),
            4 => (1 + self.roll(30)).to_string(),
            _ => piece,
        }
    }
}

const WORDS: [&str; 20] = [
    "printer",
    "Print",
    "Ärger",
    "ÄÖÜ",
    "100%",
    "a_b",
    "it's",
    "c++",
    "Straße",
    "İstanbul",
    "#12",
    "12",
    "報告書",
    "طابعة",
    "re",
    "x",
    "e\u{301}te",
    "\u{2}\u{2}p",
    "\\\\",
    "AND",
];
