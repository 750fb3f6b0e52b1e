//! Short messages as they are sent and paid: in parts.
//!
//! A text that GSM-7 has goes in parts of 160 characters, any other as UCS-2 in parts of 70; where
//! there is more than one part, each gives some of it away to say which part it is. One accent can
//! so make one part three:
//!
//! ```
//! # use pregon_core::sms::{Alphabet, SmsParts, transliterate};
//! let text = format!("{} Promoción", "x".repeat(130));
//! let parts = SmsParts::of(&text);
//! assert_eq!((parts.alphabet, parts.units, parts.parts), (Alphabet::Ucs2, 140, 3));
//! assert_eq!((parts.offending[0].char, parts.offending[0].at), ('ó', 138));
//!
//! let plain = SmsParts::of(&transliterate(&text));
//! assert_eq!((plain.alphabet, plain.units, plain.parts), (Alphabet::Gsm7, 140, 1));
//! ```

mod alphabet;
mod fold;
mod split;
#[cfg(test)]
mod tests;

pub use alphabet::Alphabet;
pub use fold::transliterate;
pub use split::{Offending, SmsParts, split};
