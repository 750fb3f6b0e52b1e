//! Parts against the standard's own table and a slow count of another make.

use proptest::prelude::*;

use super::*;

/// The default alphabet in the order of its codes, as 3GPP TS 23.038 prints it.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                       ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension: code and character.
const EXTENSION: &[(u8, char)] = &[
    (0x0a, '\u{c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// The codes of a text, a piece for each character; `None` when it cannot be written so.
fn encoded(text: &str) -> Option<Vec<Vec<u16>>> {
    let code = |c: char| {
        let basic = DEFAULT.chars().position(|own| own == c && c != '\u{1b}');
        let basic = basic.map(|code| vec![code as u16]);
        let own = EXTENSION.iter().find(|(_, own)| *own == c);
        basic.or_else(|| own.map(|(code, _)| vec![0x1b, u16::from(*code)]))
    };
    text.chars().map(code).collect()
}

/// Parts by filling them, unit by unit: slow, and made of other stuff than what it judges.
fn filled(text: &str) -> (Alphabet, Vec<Vec<u16>>) {
    let wide = || {
        let pair = |c: char| c.encode_utf16(&mut [0; 2]).to_vec();
        text.chars().map(pair).collect()
    };
    let (alphabet, pieces, single, each) = match encoded(text) {
        Some(pieces) => (Alphabet::Gsm7, pieces, 160, 153),
        None => (Alphabet::Ucs2, wide(), 70, 67),
    };
    let all: Vec<u16> = pieces.concat();
    if all.len() <= single {
        return (alphabet, Vec::from_iter((!all.is_empty()).then_some(all)));
    }
    let mut parts = vec![Vec::new()];
    for piece in pieces {
        let last = parts.last_mut().expect("there is always one");
        if last.len() + piece.len() <= each {
            last.extend(piece);
        } else {
            parts.push(piece);
        }
    }
    (alphabet, parts)
}

#[track_caller]
fn agrees(text: &str) {
    let (alphabet, parts) = filled(text);
    let counted = SmsParts::of(text);
    let last = parts.last().map_or(0, Vec::len) as u32;
    let room = match parts.len() {
        0 | 1 => alphabet.single(),
        _ => alphabet.each(),
    };
    assert_eq!(counted.alphabet, alphabet);
    assert_eq!(counted.units as usize, parts.concat().len());
    assert_eq!(counted.parts as usize, parts.len());
    assert_eq!(counted.left, room - last);
    let offends = |c: &char| encoded(&c.to_string()).is_none();
    let offending: Vec<char> = text.chars().filter(offends).collect();
    let named: Vec<char> = counted.offending.iter().map(|one| one.char).collect();
    assert_eq!(named, offending);
    for one in &counted.offending {
        assert_eq!(text.chars().nth(one.at), Some(one.char));
    }
    let pieces = split(text);
    assert_eq!(pieces.concat(), text);
    assert_eq!(pieces.len(), parts.len());
    for (piece, part) in pieces.iter().zip(&parts) {
        let units = |c: char| alphabet.units(c).expect("it was counted so");
        assert_eq!(piece.chars().map(units).sum::<u32>() as usize, part.len());
    }
}

#[track_caller]
fn check(text: &str, alphabet: Alphabet, units: u32, parts: u32) {
    let counted = SmsParts::of(text);
    let found = (counted.alphabet, counted.units, counted.parts);
    assert_eq!(found, (alphabet, units, parts));
    agrees(text);
}

#[test]
fn the_alphabet_is_the_standards() {
    assert_eq!(DEFAULT.chars().count(), 128);
    for c in (0..=0xffff).filter_map(char::from_u32) {
        let septets = encoded(&c.to_string()).map(|codes| codes.concat().len() as u32);
        assert_eq!(Alphabet::Gsm7.units(c), septets, "{c:?}");
    }
    assert_eq!(Alphabet::Gsm7.units('😀'), None);
}

#[test]
fn the_edges_of_parts() {
    use Alphabet::{Gsm7, Ucs2};
    check("", Gsm7, 0, 0);
    check("a", Gsm7, 1, 1);
    check(&"ñ".repeat(160), Gsm7, 160, 1);
    check(&"é".repeat(161), Gsm7, 161, 2);
    check(&"a".repeat(306), Gsm7, 306, 2);
    check(&"a".repeat(307), Gsm7, 307, 3);
    check(&"á".repeat(70), Ucs2, 70, 1);
    check(&"á".repeat(71), Ucs2, 71, 2);
    check(&"á".repeat(134), Ucs2, 134, 2);
    check(&"á".repeat(135), Ucs2, 135, 3);
    check(&format!("{}ó", "a".repeat(139)), Ucs2, 140, 3);
}

#[test]
fn a_pair_is_never_parted() {
    use Alphabet::{Gsm7, Ucs2};
    check(&"€".repeat(80), Gsm7, 160, 1);
    // 76 pairs fill 152 of 153: one place of each part stays empty.
    check(&"€".repeat(153), Gsm7, 306, 3);
    check(
        &format!("{}{{{}", "a".repeat(152), "b".repeat(152)),
        Gsm7,
        306,
        3,
    );
    check(&"😀".repeat(35), Ucs2, 70, 1);
    check(&"😀".repeat(67), Ucs2, 134, 3);
    check(
        &format!("{}😀{}", "a".repeat(66), "b".repeat(66)),
        Ucs2,
        134,
        3,
    );
}

#[test]
fn neither_texts_nor_their_letters_are_printed() {
    let printed = format!("{:?}", SmsParts::of("Ñandú 😀"));
    assert!(!printed.contains(['ú', '😀']), "{printed}");
    assert!(printed.contains("at: 4"), "{printed}");
}

#[track_caller]
fn becomes(text: &str, plain: &str) {
    assert_eq!(transliterate(text), plain);
}

#[test]
fn what_reads_alike_takes_its_place() {
    becomes("áíóú ÁÉÍÓÚ", "aiou AÉIOU");
    becomes("ñÑéüÜ¿¡à @£€{}", "ñÑéüÜ¿¡à @£€{}");
    becomes("“Hola” ‘tú’ — 5–6…", "\"Hola\" 'tu' - 5-6...");
    becomes("a\u{a0}b\u{200b}c\td\u{2028}e", "a bc d\ne");
    becomes("1º, 2ª, François Lukšić", "1o, 2a, Francois Luksic");
}

#[test]
fn marks_that_come_apart_find_their_letter() {
    becomes("man\u{303}ana cafe\u{301} ti\u{301}a", "mañana café tia");
    becomes("U\u{308} C\u{327} c\u{327}", "Ü Ç c");
    becomes("\u{301} 😀\u{308} á", "\u{301} 😀\u{308} a");
}

#[test]
fn what_has_no_counterpart_stays_and_is_named() {
    let plain = transliterate("Felicitación 🎂 Привет 38°");
    assert_eq!(plain, "Felicitacion 🎂 Привет 38°");
    let named = SmsParts::of(&plain).offending;
    let named: String = named.iter().map(|one| one.char).collect();
    assert_eq!(named, "🎂Привет°");
}

#[test]
fn nothing_is_copied_when_nothing_changes() {
    use std::borrow::Cow;
    for text in ["", "¿Mañana?", "🎂 38°"] {
        assert!(matches!(transliterate(text), Cow::Borrowed(_)), "{text}");
    }
}

/// Texts in which everything that matters is frequent.
fn texts() -> impl Strategy<Value = String> {
    use proptest::char::any;
    use proptest::collection::vec;
    use proptest::sample::select;

    let of = |letters: &str| select(Vec::from_iter(letters.chars()));
    let all = prop_oneof![
        6 => of("abcxyz "),
        3 => of("ñéü¿¡@\n"),
        2 => of("^{}[]~|€"),
        1 => of("áíóú“”–…"),
        1 => of("😀🎂"),
        1 => any(),
    ];
    let gsm = prop_oneof![8 => of("abcñé"), 2 => of("€{}")];
    let text = |letters: Vec<char>| letters.into_iter().collect();
    prop_oneof![
        vec(all, 0..400).prop_map(text),
        vec(gsm, 140..480).prop_map(text)
    ]
}

proptest! {
    #[test]
    fn parts_are_those_of_the_slow_count(text in texts()) {
        agrees(&text);
    }

    #[test]
    fn transliterating_never_costs_more(text in texts()) {
        let plain = transliterate(&text);
        let (before, after) = (SmsParts::of(&text), SmsParts::of(&plain));
        prop_assert!(transliterate(&plain) == plain, "once is enough");
        prop_assert!(after.offending.len() <= before.offending.len());
        if before.offending.is_empty() {
            prop_assert_eq!(plain.as_ref(), text.as_str());
        }
    }
}
