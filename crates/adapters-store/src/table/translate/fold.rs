//! Patterns that are over a folded text.
//!
//! Neither database folds texts as rules do. But each letter of the folded text comes from one of a
//! few characters, in order; with marks, which folding leaves out, between them. A pattern of these
//! characters finds all texts that may be meant, and few others.

use std::collections::HashMap;
use std::sync::OnceLock;

use pregon_core::rule::fold;

use crate::table::Dialect;

/// How many characters a pattern asks for: enough to leave few texts, few enough to be quick.
const MOST: usize = 12;

/// A pattern that every text has which folded has this one. Nothing when there is nothing to ask
/// for.
pub(super) fn pattern(text: &str, dialect: Dialect) -> Option<String> {
    let folded: Vec<char> = fold(text).chars().collect();
    let mut classes = Vec::new();
    let mut after: Option<char> = None;
    for c in folded.iter().copied() {
        // Both letters of these may come from one character, which only the first one asks for.
        let taken = after.take().is_some_and(|before| is_pair(before, c));
        if taken {
            continue;
        }
        after = Some(c);
        if classes.len() < MOST
            && let Some(class) = class(c)
        {
            classes.push(class);
        }
    }
    if classes.is_empty() {
        // A text of which folding leaves nothing is one of marks alone.
        return None;
    }
    Some(match dialect {
        Dialect::Sqlite => format!("*{}*", classes.join("*")),
        Dialect::Postgres => classes.join(".*"),
    })
}

/// Whether one character may become both.
fn is_pair(first: char, second: char) -> bool {
    matches!(
        (first, second),
        ('s', 's') | ('a' | 'o', 'e') | ('i', 'j') | ('t', 'h')
    )
}

/// The characters that may become this one, as a class of a pattern; nothing where they are not
/// known, or would end the class.
fn class(c: char) -> Option<&'static str> {
    static CLASSES: OnceLock<HashMap<char, String>> = OnceLock::new();
    CLASSES.get_or_init(classes).get(&c).map(String::as_str)
}

/// The classes of the letters and digits of ASCII.
fn classes() -> HashMap<char, String> {
    let mut classes: HashMap<char, String> = HashMap::new();
    for from in sources() {
        for to in fold(from.encode_utf8(&mut [0; 4])).chars() {
            if to.is_ascii_alphanumeric() {
                classes
                    .entry(to)
                    .or_insert_with(|| "[".to_owned())
                    .push(from);
            }
        }
    }
    classes.values_mut().for_each(|class| class.push(']'));
    classes
}

/// All characters that become letters or digits of ASCII.
fn sources() -> impl Iterator<Item = char> {
    let latin = ('0'..='\u{17f}').filter(|c| *c < '\u{80}' || *c > '\u{bf}');
    // The capital sharp s, the signs of kelvin and ångström.
    latin
        .filter(|c| c.is_alphanumeric())
        .chain(['\u{1e9e}', '\u{212a}', '\u{212b}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_forgotten() {
        let known: Vec<char> = sources().collect();
        let forgotten: Vec<char> = ('\0'..=char::MAX)
            .filter(|c| !known.contains(c))
            .filter(|c| {
                let folded = fold(&c.to_string());
                folded.chars().any(|to| to.is_ascii_alphanumeric())
            })
            .collect();
        assert_eq!(forgotten, Vec::<char>::new());
    }

    #[test]
    fn no_pair_is_forgotten() {
        for from in sources() {
            let folded: Vec<char> = fold(&from.to_string()).chars().collect();
            match folded[..] {
                [_] => {}
                [first, second] => assert!(is_pair(first, second), "{from}"),
                _ => panic!("{from} becomes {folded:?}"),
            }
        }
    }

    #[test]
    fn patterns_name_what_may_become_a_letter() {
        let pattern = pattern("b ñ", Dialect::Sqlite).unwrap();
        assert!(pattern.starts_with("*[Bb]*[Nn"), "{pattern}");
        assert_eq!(super::pattern("¿?", Dialect::Postgres), None);
    }
}
