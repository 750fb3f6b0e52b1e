//! From bytes to letters: which encoding and which separator a file has.

use std::borrow::Cow;
use std::io::{self, BufRead};

use encoding_rs::WINDOWS_1252;

use super::{Encoding, HeaderFault};

/// UTF-8's mark at the beginning of a file.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const SEPARATORS: [u8; 3] = *b",;\t";

/// The encoding of a file, decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Utf8,
    Windows1252,
}

impl Letters {
    /// The text of a field without the blanks around it; `None` when the bytes are no text.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        let bytes = bytes.trim_ascii();
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
    }
}

/// The encoding of a file and the length of its mark.
pub(super) fn letters(
    input: &mut impl BufRead,
    said: Encoding,
) -> io::Result<Result<(Letters, u64), HeaderFault>> {
    let begin = input.fill_buf()?;
    if begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff") {
        return Ok(Err(HeaderFault::Utf16));
    }
    let mark = begin.starts_with(UTF8_MARK);
    Ok(Ok(match said {
        Encoding::Windows1252 => (Letters::Windows1252, 0),
        _ if mark => (Letters::Utf8, UTF8_MARK.len() as u64),
        Encoding::Utf8 => (Letters::Utf8, 0),
        Encoding::Detect => (detect(input)?, 0),
    }))
}

/// What speaks for one encoding or the other, counted as a file goes by.
#[derive(Debug, Default)]
pub(super) struct LetterCount {
    letters: u64,
    wrong: u64,
    /// The bytes of a letter that the end of a piece cuts.
    carried: Vec<u8>,
}

impl LetterCount {
    /// Counts in the next piece of the file.
    pub(super) fn see(&mut self, piece: &[u8], last: bool) {
        let (letters, wrong) = (&mut self.letters, &mut self.wrong);
        if self.carried.is_empty() {
            self.carried = count(piece, last, letters, wrong);
        } else {
            self.carried.extend_from_slice(piece);
            self.carried = count(&self.carried, last, letters, wrong);
        }
    }

    /// Whether everything so far is UTF-8, but for a letter that may be cut.
    pub(super) fn is_utf8(&self) -> bool {
        self.wrong == 0
    }

    /// Windows-1252 when more bytes cannot be UTF-8 than letters are. So one broken letter in a
    /// UTF-8 file is a bad row, and does not turn every accent of the file into two signs.
    pub(super) fn decide(&self) -> Letters {
        if self.wrong > self.letters {
            Letters::Windows1252
        } else {
            Letters::Utf8
        }
    }
}

fn detect(input: &mut impl BufRead) -> io::Result<Letters> {
    let mut counted = LetterCount::default();
    loop {
        let buffer = input.fill_buf()?;
        let (size, last) = (buffer.len(), buffer.is_empty());
        counted.see(buffer, last);
        input.consume(size);
        if last {
            return Ok(counted.decide());
        }
    }
}

/// Counts letters beyond ASCII and bytes that cannot be UTF-8; gives the cut letter at the end.
fn count(mut bytes: &[u8], last: bool, letters: &mut u64, wrong: &mut u64) -> Vec<u8> {
    let beyond = |text: &[u8]| text.iter().filter(|byte| **byte >= 0xc0).count() as u64;
    loop {
        let Err(error) = std::str::from_utf8(bytes) else {
            *letters += beyond(bytes);
            return Vec::new();
        };
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        *letters += beyond(valid);
        match error.error_len() {
            Some(length) => {
                *wrong += 1;
                bytes = &rest[length..];
            }
            None if last => {
                *wrong += 1;
                return Vec::new();
            }
            None => return rest.to_vec(),
        }
    }
}

/// The separator of a file: the one that its first line has most of, outside of quotes.
pub(super) fn separator(first_line: &[u8]) -> Result<u8, HeaderFault> {
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for byte in first_line {
        quoted ^= *byte == b'"';
        let which = SEPARATORS.iter().position(|s| s == byte && !quoted);
        if let Some(which) = which {
            counts[which] += 1;
        }
    }
    let most = counts.into_iter().max().unwrap_or_default();
    let mut best = SEPARATORS.iter().zip(counts).filter(|(_, n)| *n == most);
    match (most, best.next(), best.next()) {
        (0, ..) => Ok(b','),
        (_, Some((separator, _)), None) => Ok(*separator),
        _ => Err(HeaderFault::Separator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Letters) {
        for capacity in [1, 2, 3, 64] {
            let mut input = io::BufReader::with_capacity(capacity, bytes);
            assert_eq!(detect(&mut input).unwrap(), expected, "{capacity}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        check(b"plain", Letters::Utf8);
        check("Ñandú".as_bytes(), Letters::Utf8);
        check(b"\xd1and\xfa", Letters::Windows1252);
        check(b"Espa\xf1a", Letters::Windows1252);
        check(b"ends with \xf1", Letters::Windows1252);
    }

    #[test]
    fn one_broken_letter_does_not_change_the_file() {
        check(b"Jos\xc3\xa9, Pe\xc3\xb1a, Mart\xedn", Letters::Utf8);
    }

    #[test]
    fn windows_letters() {
        let name = Letters::Windows1252.decode(b" Jos\xe9 Pe\xf1a \x80 ");
        assert_eq!(name.as_deref(), Some("José Peña €"));
        assert_eq!(Letters::Utf8.decode(b"Jos\xe9"), None);
    }

    #[test]
    fn separators() {
        assert_eq!(separator(b"id,name"), Ok(b','));
        assert_eq!(separator(b"id;\"a,b,c\";name"), Ok(b';'));
        assert_eq!(separator(b"id\tname"), Ok(b'\t'));
        assert_eq!(separator(b"id"), Ok(b','));
        assert_eq!(separator(b"id,a;b"), Err(HeaderFault::Separator));
    }
}
