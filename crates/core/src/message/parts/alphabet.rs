//! The two alphabets of short messages, by 3GPP TS 23.038.

use std::fmt;

/// In which alphabet a text goes, which says how much of it fits into a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// The default alphabet of GSM with its extension, in septets. The national shift tables are
    /// left out: those who pass messages on rarely know them.
    Gsm7,
    /// All of Unicode, in units of 16 bits.
    Ucs2,
}

impl Alphabet {
    /// How many units one message has that is a single part.
    #[must_use]
    pub const fn single(self) -> u32 {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// How many units each part has when there is more than one.
    #[must_use]
    pub const fn each(self) -> u32 {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// How many units a character takes; `None` when the alphabet does not have it.
    #[must_use]
    pub fn units(self, c: char) -> Option<u32> {
        match self {
            Self::Gsm7 => septets(c),
            Self::Ucs2 => Some(if u32::from(c) < 0x1_0000 { 1 } else { 2 }),
        }
    }
}

impl fmt::Display for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        })
    }
}

/// Characters of Latin-1 that take one septet, beside the letters and digits of ASCII.
const ONE: &[char] = &[
    '\n', '\r', ' ', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
    ':', ';', '<', '=', '>', '?', '@', '_', '¡', '£', '¤', '¥', '§', '¿', 'Ä', 'Å', 'Æ', 'Ç', 'É',
    'Ñ', 'Ö', 'Ø', 'Ü', 'ß', 'à', 'ä', 'å', 'æ', 'è', 'é', 'ì', 'ñ', 'ò', 'ö', 'ø', 'ù', 'ü',
];

/// Characters of Latin-1 that take two: an escape and one more.
const TWO: &[char] = &['\u{c}', '^', '{', '}', '\\', '[', '~', ']', '|'];

/// Septets of the characters of Latin-1; zero where there are none.
static SEPTETS: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        if (n as u8).is_ascii_alphanumeric() {
            table[n] = 1;
        }
        n += 1;
    }
    fill(&mut table, ONE, 1);
    fill(&mut table, TWO, 2);
    table
}

const fn fill(table: &mut [u8; 256], those: &[char], septets: u8) {
    let mut n = 0;
    while n < those.len() {
        table[those[n] as usize] = septets;
        n += 1;
    }
}

#[inline]
fn septets(c: char) -> Option<u32> {
    match SEPTETS.get(c as usize) {
        Some(0) => None,
        Some(septets) => Some(u32::from(*septets)),
        None => beyond(c),
    }
}

/// What GSM-7 has and Latin-1 has not.
#[cold]
fn beyond(c: char) -> Option<u32> {
    match c {
        'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Ξ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' => Some(1),
        '€' => Some(2),
        _ => None,
    }
}
