//! HTML of strangers, such as the bodies of mails: made harmless ([`clean()`]), or read for its text ([`plain()`]).
//!
//! Three readers stand in a row, so that none has to be trusted alone. `tokens` tells tags from texts in one pass and keeps no
//! state but a name. `balanced` writes what may be shown anew, every element closed where it has to be and none deeper than
//! [`DEEPEST`]: what reads its output neither recurses deeply, nor repairs anything, which is what takes browsers and parsers
//! time and memory out of proportion. `rules`, which is `ammonia`, then reads that as a browser does, and lets pass only the
//! elements, attributes, styles and addresses that are listed.
//!
//! Pure: nothing is fetched, and nothing is kept.

mod balanced;
mod clean;
mod plain;
mod rules;
mod tokens;

pub use balanced::{DEEPEST, Picture};
pub use clean::{Clean, clean};
pub use plain::plain;

/// Bytes that are read; what follows is left out.
pub const LONGEST: usize = 512 * 1024;

fn cut(html: &str) -> &str {
    html.get(..html.floor_char_boundary(LONGEST)).unwrap_or_default()
}

#[cfg(test)]
mod hostile_test;
