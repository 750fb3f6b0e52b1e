//! The inside of a tag, cut into words.

use super::error::{Found, Mistake};
use super::scan::{MOST_DEPTH, over, refused, unclosed};

/// Most words of one tag: no helper needs a fraction of them.
const MOST_WORDS: usize = 128;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) at: usize,
    pub(super) is: Is<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Is<'a> {
    /// A path, a helper's name, a keyword or a number: what it is depends on its place.
    Plain(&'a str),
    /// A string, without its quotes and backslashes.
    Quoted(String),
    Open,
    Close,
    Pipe,
}

/// Reads words from `at` up to the `}}`; gives them, whether a `~` was before it, and its end.
pub(super) fn read(
    text: &str,
    start: usize,
    mut at: usize,
) -> Result<(Vec<Word<'_>>, bool, usize), Found> {
    let (mut words, mut depth) = (Vec::new(), 0_usize);
    loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            return Err(unclosed(start, "{{"));
        };
        let trim = first == '~';
        if rest[usize::from(trim)..].starts_with("}}") {
            return match depth {
                0 => Ok((words, trim, at + 2 + usize::from(trim))),
                _ => Err(unclosed(start, "(")),
            };
        }
        if words.len() == MOST_WORDS {
            return Err(over(start, "the number of words in a tag", MOST_WORDS));
        }
        let (is, len) = match first {
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            '(' => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(over(at, "the depth of parentheses", MOST_DEPTH));
                }
                (Is::Open, 1)
            }
            ')' if depth == 0 => return Err(Found::new(at, Mistake::Unopened(")".to_owned()))),
            ')' => {
                depth -= 1;
                (Is::Close, 1)
            }
            '|' => (Is::Pipe, 1),
            '"' | '\'' => quoted(rest, at, first)?,
            '=' => return Err(refused(at, "named arguments are not supported")),
            '[' => return Err(refused(at, "names and lists in [ ] are not supported")),
            c if plain(c) => {
                let len = rest.find(|c| !plain(c)).unwrap_or(rest.len());
                (Is::Plain(&rest[..len]), len)
            }
            _ => {
                return Err(Found::new(
                    at,
                    Mistake::Syntax("unexpected character in a tag"),
                ));
            }
        };
        words.push(Word { at, is });
        at += len;
    }
}

fn plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@')
}

/// A string in either quote; a backslash may stand before a quote or a backslash, nowhere else.
fn quoted(rest: &str, at: usize, quote: char) -> Result<(Is<'_>, usize), Found> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((offset, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((Is::Quoted(value), offset + 1)),
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\'' | '\\'))) => value.push(c),
                _ => {
                    let why =
                        "in a string a backslash may stand before a quote or a backslash only";
                    return Err(Found::new(at + offset, Mistake::Syntax(why)));
                }
            },
            c => value.push(c),
        }
    }
    Err(unclosed(at, "the string"))
}
