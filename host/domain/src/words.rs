//! Closed sets of words: an enum whose variants are the words of SQL, JSON, HTML and the API alike. And what a text is refused
//! with that is none of them, or breaks another rule of its type.

/// A text that breaks the rules of its type; says which rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub &'static str);

/// Makes enums of words with `ALL`, `as_str`, `Display`, `FromStr` and serde by the word. The text after a name ends "not a …",
/// what an unknown word is refused with.
///
/// ```ignore
/// words! {
///     /// Colours of the panel.
///     pub enum Theme: "theme" {
///         /// Light.
///         Light = "light",
///     }
/// }
/// ```
#[macro_export]
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $what:literal {
            $($(#[$of:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name {
            $($(#[$of])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every one, in the order of their declaration.
            $vis const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::words::Invalid;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::words::Invalid> {
                let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
                found.ok_or($crate::words::Invalid(concat!("not a ", $what)))
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    words! {
        /// Sizes.
        enum Size: "size" {
            /// Small.
            Small = "small",
            /// Extra large.
            ExtraLarge = "extra-large",
        }
    }

    #[test]
    fn a_word_is_the_same_everywhere() {
        for size in Size::ALL {
            assert_eq!(size.to_string(), size.as_str());
            assert_eq!(size.as_str().parse(), Ok(size));
            let json = serde_json::to_string(&size).unwrap();
            assert_eq!(json, format!("\"{size}\""));
            assert_eq!(serde_json::from_str::<Size>(&json).unwrap(), size);
        }
        assert_eq!("huge".parse::<Size>().unwrap_err().to_string(), "not a size");
    }
}
