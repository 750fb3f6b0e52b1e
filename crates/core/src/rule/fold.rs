//! Texts without regard to case and accents.

/// The text in small letters and without accents, as `=~`, `contains` and `starts with` read it.
///
/// Every letter becomes its small form. The letters of Latin-1 and Latin Extended-A (U+00C0 to
/// U+017F: Spanish, Portuguese, French, German, Polish, Turkish and more) lose their marks, the
/// ones that are no letter with a mark become what is written for them without one: `ß` is `ss`,
/// `æ` is `ae`, `ø` is `o`, `ł` is `l`. Combining marks (U+0300 to U+036F) are left out, so that a
/// composed text and a decomposed one are the same. Everything else stays: other scripts keep the
/// marks that are part of their letters, spaces and punctuation count.
///
/// ```
/// use pregon_core::rule::fold;
/// assert_eq!(fold("BOGOTÁ"), "bogota");
/// assert_eq!(fold("Pen\u{303}a"), fold("Peña"));
/// assert_eq!(fold("Straße 5"), "strasse 5");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36f}' => {}
            '\u{df}'..='\u{17f}' | 'ς' => match plain(c) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(c),
            },
            _ => folded.push(c),
        }
    }
    folded
}

/// What a small letter is without its mark.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĳ' => "ij",
        'ĵ' => "j",
        'ķ' | 'ĸ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŉ' | 'ŋ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ſ' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, plain};

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(fold(text), folded, "{text}");
        assert_eq!(fold(folded), folded, "folding twice is folding once");
    }

    #[test]
    fn spanish() {
        check("ÁÉÍÓÚÜÑ áéíóúüñ ¿¡", "aeiouun aeiouun ¿¡");
    }
    #[test]
    fn letters_without_a_mark_to_lose() {
        check(
            "STRAẞE Łódź Æsir ØRSTED Þór",
            "strasse lodz aesir orsted thor",
        );
    }
    #[test]
    fn turkish_capital_i() {
        check("İstanbul ısı", "istanbul isi");
    }
    #[test]
    fn letter_like_signs() {
        check("\u{212a}\u{212b}", "ka");
    }
    #[test]
    fn other_scripts_keep_their_marks() {
        check("ЙОГА ΣΟΦΌΣ", "йога σοφόσ");
        check("σοφός", "σοφόσ");
    }
    #[test]
    fn signs_stay() {
        check("3 × 4 ÷ 2 = 6€", "3 × 4 ÷ 2 = 6€");
    }

    #[test]
    fn every_letter_of_both_blocks_becomes_ascii() {
        for c in ('\u{c0}'..='\u{17f}').filter(|c| !"×÷".contains(*c)) {
            let folded = fold(&c.to_string());
            assert!(!folded.is_empty() && folded.is_ascii(), "{c} is {folded:?}");
        }
        assert_eq!(plain('÷'), None);
    }
}
