//! The pre-scan: finds the tags of a template in one pass, without recursion.
//!
//! handlebars must never see what a user wrote. Its parser recurses (5,000 nested blocks abort the
//! process), and its grammar has corners: `{{elsewhere}}` reads as `{{else}}` with a chain,
//! `{{! -- x}}` opens the long comment, backslashes before braces count in pairs. So this scan is
//! the only reader of the text; what it accepts is written out again in a small canonical form,
//! and whatever it is not sure about it refuses.

use std::ops::Range;

use super::error::{Found, Mistake, TemplateError};
use super::words::{self, Word};

/// Most bytes of one template or partial.
pub(super) const MOST_BYTES: usize = 256 * 1024;
/// Most nested blocks (an `else if` counts as one), and most nested parentheses.
pub(super) const MOST_DEPTH: usize = 32;
/// Most tags of one part, its partials counted each time they are used.
pub(super) const MOST_TAGS: usize = 20_000;

/// A template cut into texts and tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    /// The bytes of the whole text.
    len: usize,
}

impl Scan<'_> {
    /// How many tags the text has, comments included.
    #[must_use]
    pub fn tags(&self) -> usize {
        self.pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Tag(_)))
            .count()
    }

    /// The bytes of each tag, braces included, in the order of the text.
    pub fn spans(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = self.pieces.iter().map(|piece| match piece {
            Piece::Text { at, .. } => (*at, false),
            Piece::Tag(tag) => (tag.at, true),
        });
        let ends = starts.clone().skip(1).map(|(at, _)| at);
        let ends = ends.chain(std::iter::once(self.len));
        let pieces = starts.zip(ends);
        pieces.filter_map(|((at, is_tag), end)| is_tag.then_some(at..end))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'a> {
    Text { at: usize, text: &'a str },
    Tag(Tag<'a>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag<'a> {
    pub(super) at: usize,
    pub(super) mark: Mark,
    /// `{{~`: the white space before the tag goes.
    pub(super) trim_before: bool,
    /// `~}}`: the white space after the tag goes.
    pub(super) trim_after: bool,
    pub(super) words: Vec<Word<'a>>,
}

/// The character after `{{`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Show,
    Comment,
    Open,
    Close,
    Partial,
}

/// Cuts a template into texts and tags, or says why not. Time is linear in the length.
///
/// ```
/// # use pregon_core::template::prescan;
/// assert_eq!(prescan("Hola {{customer_name}}{{! nota }}").map(|scan| scan.tags()), Ok(2));
/// assert!(prescan("Hola {{{customer_name}}}").is_err());
///
/// let scan = prescan("{{a}}{{b}}, hola {{c}}")?;
/// assert_eq!(scan.spans().collect::<Vec<_>>(), [0..5, 5..10, 17..22]);
/// # Ok::<(), pregon_core::template::TemplateError>(())
/// ```
///
/// # Errors
/// The first mistake found; its `part` is empty, because the scan does not know it.
pub fn prescan(text: &str) -> Result<Scan<'_>, TemplateError> {
    scan(text).map_err(|found| found.located("", text))
}

pub(super) fn scan(text: &str) -> Result<Scan<'_>, Found> {
    if text.len() > MOST_BYTES {
        return Err(over(0, "the size in bytes", MOST_BYTES));
    }
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if let Some(at) = text.find(odd) {
        return Err(refused(at, "control characters are not allowed"));
    }
    let mut pieces = Vec::new();
    let (mut at, mut n_tags, mut depth) = (0, 0, 0_usize);
    while let Some(start) = text[at..].find("{{").map(|offset| at + offset) {
        if text[..start].ends_with('\\') {
            return Err(refused(start - 1, "a backslash before {{ is not supported"));
        }
        push_text(&mut pieces, at, &text[at..start]);
        let (tag, end) = read_tag(text, start)?;
        n_tags += 1;
        if n_tags > MOST_TAGS {
            return Err(over(start, "the number of tags", MOST_TAGS));
        }
        match tag.mark {
            Mark::Open => depth += 1,
            Mark::Close => depth = depth.saturating_sub(1),
            Mark::Show | Mark::Comment | Mark::Partial => {}
        }
        if depth > MOST_DEPTH {
            return Err(over(start, "the depth of blocks", MOST_DEPTH));
        }
        pieces.push(Piece::Tag(tag));
        at = end;
    }
    push_text(&mut pieces, at, &text[at..]);
    let len = text.len();
    Ok(Scan { pieces, len })
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, at: usize, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text { at, text });
    }
}

/// Reads the tag that begins at `start`; gives it and the offset after its `}}`.
fn read_tag(text: &str, start: usize) -> Result<(Tag<'_>, usize), Found> {
    let mut at = start + 2;
    if text[at..].starts_with("{{") {
        return Err(refused(start, "raw blocks {{{{ }}}} are not supported"));
    }
    let trim_before = text[at..].starts_with('~');
    at += usize::from(trim_before);
    let mark = match text[at..].chars().next() {
        None => return Err(unclosed(start, "{{")),
        Some('{') => return Err(refused(start, UNESCAPED)),
        Some('&') => return Err(refused(start, UNESCAPED)),
        Some('!') => return comment(text, start, trim_before),
        Some('#') => Mark::Open,
        Some('/') => Mark::Close,
        Some('>') => Mark::Partial,
        Some('*') => return Err(refused(start, "decorators are not supported")),
        Some('^') => return Err(refused(start, "write {{else}} or {{#unless}} for {{^}}")),
        Some(_) => Mark::Show,
    };
    at += usize::from(mark != Mark::Show);
    match (mark, text[at..].chars().next()) {
        (Mark::Open, Some('*')) => return Err(refused(start, "inline partials are not supported")),
        (Mark::Open, Some('>')) => return Err(refused(start, "partial blocks are not supported")),
        _ => {}
    }
    let (words, trim_after, end) = words::read(text, start, at)?;
    Ok((
        Tag {
            at: start,
            mark,
            trim_before,
            trim_after,
            words,
        },
        end,
    ))
}

const UNESCAPED: &str =
    "{{{ }}} and {{& }} are not supported: {{ }} escapes where it must and only there";

/// `{{!-- … --}}` or `{{! … }}`. Two dashes after a blank are text, as in handlebars.js.
fn comment(text: &str, start: usize, trim_before: bool) -> Result<(Tag<'_>, usize), Found> {
    if trim_before {
        return Err(refused(start, "a comment takes no ~"));
    }
    let body = &text[start + 3..];
    let (ending, from) = if body.starts_with("--") {
        ("--}}", 2)
    } else {
        ("}}", 0)
    };
    let Some(offset) = body[from..].find(ending) else {
        return Err(unclosed(start, "{{!"));
    };
    let end = start + 3 + from + offset + ending.len();
    let tag = Tag {
        at: start,
        mark: Mark::Comment,
        trim_before,
        trim_after: false,
        words: vec![],
    };
    Ok((tag, end))
}

pub(super) fn over(at: usize, what: &'static str, most: usize) -> Found {
    Found::new(at, Mistake::OverLimit { what, most })
}

pub(super) fn refused(at: usize, why: &'static str) -> Found {
    Found::new(at, Mistake::Refused(why))
}

pub(super) fn unclosed(at: usize, what: &str) -> Found {
    Found::new(at, Mistake::Unclosed(what.to_owned()))
}
