//! How many parts a text is, and where each ends.

use std::fmt;

use super::Alphabet;

/// A character that GSM-7 does not have, and so makes the whole text UCS-2. Its `Debug` says where,
/// not which: it is a piece of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Offending {
    /// How many characters stand before it.
    pub at: usize,
    /// The character.
    pub char: char,
}

impl fmt::Debug for Offending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offending")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A text as it is sent and paid. An empty text has no part.
///
/// A character never lies in two parts: neither the escape and its second half, nor the two halves
/// of a character that takes two units. So a text of several parts may take one more than its units
/// alone would need.
///
/// ```
/// # use pregon_core::sms::{Alphabet, SmsParts};
/// let parts = SmsParts::of("¿Confirma su hora de mañana a las 15:00?");
/// assert_eq!((parts.alphabet, parts.units), (Alphabet::Gsm7, 40));
/// assert_eq!((parts.parts, parts.left), (1, 120));
/// assert!(parts.offending.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsParts {
    /// The alphabet that it needs.
    pub alphabet: Alphabet,
    /// How many units of that alphabet it has.
    pub units: u32,
    /// How many parts it is.
    pub parts: u32,
    /// How many units more its last part has room for.
    pub left: u32,
    /// What forces it to be UCS-2, in the order of the text; nothing where it is GSM-7.
    pub offending: Vec<Offending>,
}

impl SmsParts {
    /// Counts a text. It allocates only where something offends.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut offending = Vec::new();
        let (mut characters, mut septets, mut wide) = (0, 0, 0);
        for char in text.chars() {
            wide += if u32::from(char) < 0x1_0000 { 1 } else { 2 };
            match Alphabet::Gsm7.units(char) {
                Some(units) => septets += units,
                None => offending.push(Offending {
                    at: characters as usize,
                    char,
                }),
            }
            characters += 1;
        }
        let (alphabet, units) = if offending.is_empty() {
            (Alphabet::Gsm7, septets)
        } else {
            (Alphabet::Ucs2, wide)
        };
        let each = alphabet.each();
        let (parts, left) = match units {
            0 => (0, alphabet.single()),
            _ if units <= alphabet.single() => (1, alphabet.single() - units),
            // Without a pair every part but the last is full.
            _ if units == characters => {
                let parts: u32 = units.div_ceil(each);
                (parts, parts * each - units)
            }
            _ => {
                let mut parts = 1;
                let last = cut(text, alphabet, |_| parts += 1);
                (parts, each - last)
            }
        };
        Self {
            alphabet,
            units,
            parts,
            left,
            offending,
        }
    }
}

/// The text of each part, as it is shown in a preview.
///
/// ```
/// # use pregon_core::sms::split;
/// let text = format!("{}€!", "x".repeat(159));
/// let parts = split(&text);
/// assert_eq!((parts.len(), parts[1]), (2, "xxxxxx€!"));
/// ```
#[must_use]
pub fn split(text: &str) -> Vec<&str> {
    let SmsParts {
        alphabet, parts, ..
    } = SmsParts::of(text);
    let mut ends = Vec::with_capacity(parts as usize);
    if parts > 1 {
        cut(text, alphabet, |end| ends.push(end));
    }
    if parts > 0 {
        ends.push(text.len());
    }
    let mut from = 0;
    let piece = |end| {
        let piece = &text[from..end];
        from = end;
        piece
    };
    ends.into_iter().map(piece).collect()
}

/// Tells the byte at which each part but the last ends, and gives the units of the last.
fn cut(text: &str, alphabet: Alphabet, mut ends: impl FnMut(usize)) -> u32 {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let units = alphabet.units(c).unwrap_or(0);
        if used + units > alphabet.each() {
            ends(at);
            used = 0;
        }
        used += units;
    }
    used
}
