//! How deep elements lie in each other.

use super::{Kind, Token, is_void};
use crate::ContentError;

/// Most levels of elements in each other, which no design comes near.
const MOST_DEPTH: usize = 256;
/// Most elements of format that are left open: a browser opens each of them again in every
/// paragraph that follows, so a few thousand make millions.
const MOST_OPEN: usize = 64;

const FORMATS: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Refuses what would make a tree that is too deep or grows faster than its text.
pub(crate) fn check_depth(tokens: &[Token]) -> Result<(), ContentError> {
    let mut open: Vec<&str> = Vec::new();
    let mut formats = [0_usize; FORMATS.len()];
    let format = |name: &str| FORMATS.iter().position(|format| *format == name);
    for token in tokens {
        match &token.kind {
            Kind::Start { name, .. } if !is_void(name) => {
                open.push(name);
                if let Some(at) = format(name) {
                    formats[at] += 1;
                }
            }
            Kind::End { name } => {
                if let Some(at) = open.iter().rposition(|it| it == name) {
                    open.truncate(at);
                }
                if let Some(at) = format(name) {
                    formats[at] = formats[at].saturating_sub(1);
                }
            }
            _ => {}
        }
        if open.len() > MOST_DEPTH || formats.iter().sum::<usize>() > MOST_OPEN {
            return Err(ContentError::Deep { most: MOST_OPEN });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tokens;
    use super::*;

    #[test]
    fn deep_and_open_elements_are_refused() {
        let deep = |n: usize| check_depth(&tokens(&"<div>".repeat(n)));
        assert_eq!(deep(MOST_DEPTH), Ok(()));
        assert!(deep(MOST_DEPTH + 1).is_err());
        let open = |n: usize| check_depth(&tokens(&"<p><b></p>".repeat(n)));
        assert_eq!(open(MOST_OPEN), Ok(()));
        assert!(open(MOST_OPEN + 1).is_err());
        assert_eq!(
            check_depth(&tokens(&"<p><b>x</b><br></p>".repeat(5_000))),
            Ok(())
        );
    }
}
