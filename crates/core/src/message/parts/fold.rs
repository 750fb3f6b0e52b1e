//! Texts brought into GSM-7 where that can be done.

use std::borrow::Cow;

use super::Alphabet;

/// The text with what GSM-7 does not have replaced by what reads alike: á by a, “ by ", – by -.
///
/// Everything that GSM-7 has stays, and so ñ é ü ¿ ¡ do. What has no counterpart stays too, and
/// makes the text UCS-2 all the same: [`SmsParts::of`](super::SmsParts::of) of the result names it.
/// Nothing is allocated when nothing changes.
///
/// ```
/// # use pregon_core::sms::transliterate;
/// let text = "¡Señora Íñiguez! Su “día” es mañana… 🎂";
/// assert_eq!(transliterate(text), "¡Señora Iñiguez! Su \"dia\" es mañana... 🎂");
/// ```
#[must_use]
pub fn transliterate(text: &str) -> Cow<'_, str> {
    let stays = |c: char| Alphabet::Gsm7.units(c).is_some();
    let Some(first) = text.find(|c| !stays(c)) else {
        return Cow::Borrowed(text);
    };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            _ if stays(c) => plain.push(c),
            '\u{300}'..='\u{36f}' => combine(&mut plain, c),
            _ => match counterpart(c) {
                Some(text) => plain.push_str(text),
                None => plain.push(c),
            },
        }
    }
    if plain == text {
        return Cow::Borrowed(text);
    }
    Cow::Owned(plain)
}

/// Puts a mark onto the letter before it where GSM-7 has the two as one, and leaves it out where
/// that letter alone is the counterpart. A mark on anything else stays.
fn combine(plain: &mut String, mark: char) {
    let Some(letter) = plain.chars().next_back() else {
        return plain.push(mark);
    };
    let both = match (letter, mark) {
        ('a', '\u{300}') => 'à',
        ('e', '\u{300}') => 'è',
        ('i', '\u{300}') => 'ì',
        ('o', '\u{300}') => 'ò',
        ('u', '\u{300}') => 'ù',
        ('e', '\u{301}') => 'é',
        ('E', '\u{301}') => 'É',
        ('n', '\u{303}') => 'ñ',
        ('N', '\u{303}') => 'Ñ',
        ('a', '\u{308}') => 'ä',
        ('A', '\u{308}') => 'Ä',
        ('o', '\u{308}') => 'ö',
        ('O', '\u{308}') => 'Ö',
        ('u', '\u{308}') => 'ü',
        ('U', '\u{308}') => 'Ü',
        ('a', '\u{30a}') => 'å',
        ('A', '\u{30a}') => 'Å',
        ('C', '\u{327}') => 'Ç',
        _ if letter.is_ascii_alphabetic() => return,
        _ => return plain.push(mark),
    };
    plain.pop();
    plain.push(both);
}

/// What reads like a character that GSM-7 does not have.
fn counterpart(c: char) -> Option<&'static str> {
    letter(c).or_else(|| sign(c))
}

fn letter(c: char) -> Option<&'static str> {
    Some(match c {
        'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'Á' | 'À' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' => "A",
        'ç' | 'ć' | 'č' => "c",
        'Ć' | 'Č' => "C",
        'ď' | 'đ' | 'ð' => "d",
        'Ď' | 'Đ' | 'Ð' => "D",
        'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'È' | 'Ê' | 'Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' => "E",
        'ğ' => "g",
        'Ğ' => "G",
        'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'Í' | 'Ì' | 'Î' | 'Ï' | 'Ī' | 'Į' | 'İ' => "I",
        'ĺ' | 'ľ' | 'ł' => "l",
        'Ĺ' | 'Ľ' | 'Ł' => "L",
        'ń' | 'ņ' | 'ň' => "n",
        'Ń' | 'Ņ' | 'Ň' => "N",
        'ó' | 'ô' | 'õ' | 'ō' | 'ő' | 'º' => "o",
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ō' | 'Ő' => "O",
        'œ' => "oe",
        'Œ' => "OE",
        'ŕ' | 'ř' => "r",
        'Ŕ' | 'Ř' => "R",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'Ś' | 'Ş' | 'Š' | 'Ș' => "S",
        'ţ' | 'ť' | 'ț' => "t",
        'Ţ' | 'Ť' | 'Ț' => "T",
        'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'Ú' | 'Ù' | 'Û' | 'Ū' | 'Ů' | 'Ű' | 'Ų' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' | 'Ÿ' => "Y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => return None,
    })
}

fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => "\"",
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '`' | '´' => "'",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '…' => "...",
        '•' | '·' | '∙' => "*",
        '×' => "x",
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{85}' | '\u{2028}' | '\u{2029}' => "\n",
        // Nobody sees them: a soft hyphen, a place where a line may break, a byte order mark.
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}
