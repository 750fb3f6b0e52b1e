//! The template tags of a text, and the text with them masked.

use std::ops::Range;

use pregon_core::template::prescan;

use crate::ContentError;
use crate::finding::Places;

/// What a tag is overwritten with: a sign that no template may contain.
pub(crate) const MASK: char = '\u{1}';

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Value,
    Open,
    Else,
    Close,
    Comment,
    Partial,
}

/// A template tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) span: Range<usize>,
    pub(crate) role: Role,
}

/// The template tags of a text, and the text with them masked, byte for byte as long.
#[derive(Debug)]
pub(crate) struct Tags<'a> {
    pub(crate) text: &'a str,
    pub(crate) masked: String,
    pub(crate) tags: Vec<Tag>,
}

impl<'a> Tags<'a> {
    pub(crate) fn of(text: &'a str) -> Result<Self, ContentError> {
        let scan = prescan(text).map_err(ContentError::Template)?;
        let tags: Vec<Tag> = scan
            .spans()
            .map(|span| Tag {
                role: role(&text[span.clone()]),
                span,
            })
            .collect();
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for tag in &tags {
            masked.push_str(&text[at..tag.span.start]);
            masked.extend(std::iter::repeat_n(MASK, tag.span.len()));
            at = tag.span.end;
        }
        masked.push_str(&text[at..]);
        Ok(Self { text, masked, tags })
    }

    /// The tags within a range, with their numbers.
    pub(crate) fn within(&self, span: &Range<usize>) -> impl Iterator<Item = (usize, &Tag)> {
        let first = self.tags.partition_point(|tag| tag.span.start < span.start);
        let end = span.end;
        let tags = self.tags.iter().enumerate().skip(first);
        tags.take_while(move |(_, tag)| tag.span.start < end)
    }

    pub(crate) fn any_within(&self, span: &Range<usize>) -> bool {
        self.within(span).next().is_some()
    }

    /// A range of the text, with each tag in it written by `write`.
    pub(crate) fn replace(
        &self,
        span: &Range<usize>,
        out: &mut String,
        mut write: impl FnMut(&mut String, usize, &Tag),
    ) {
        let mut at = span.start;
        for (number, tag) in self.within(span) {
            out.push_str(&self.text[at..tag.span.start]);
            write(out, number, tag);
            at = tag.span.end;
        }
        out.push_str(&self.text[at..span.end]);
    }

    /// An error at a tag.
    pub(crate) fn wrong(&self, tag: &Tag, why: &'static str) -> ContentError {
        let (line, column) = Places::new(self.text).at(tag.span.start);
        ContentError::Block { line, column, why }
    }
}

fn role(tag: &str) -> Role {
    let inner = tag.trim_start_matches("{{");
    let inner = inner.strip_prefix('~').unwrap_or(inner);
    match inner.as_bytes().first() {
        Some(b'#') => Role::Open,
        Some(b'/') => Role::Close,
        Some(b'!') => Role::Comment,
        Some(b'>') => Role::Partial,
        _ => {
            let rest = inner.trim_start().strip_prefix("else");
            let ends = |rest: &str| rest.starts_with([' ', '\t', '\n', '\r', '~', '}']);
            match rest.is_some_and(ends) {
                true => Role::Else,
                false => Role::Value,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles() {
        let text = "{{a}}{{#if a}}{{else}}{{~else if b~}}{{/if}}{{! x }}{{> pie}}{{elsewhere}}";
        let tags = Tags::of(text).unwrap();
        let roles: Vec<Role> = tags.tags.iter().map(|tag| tag.role).collect();
        use Role::{Close, Comment, Else, Open, Partial, Value};
        let expected = [Value, Open, Else, Else, Close, Comment, Partial, Value];
        assert_eq!(roles, expected);
        assert_eq!(tags.masked.len(), text.len());
        assert!(tags.masked.chars().all(|c| c == MASK));
    }
}
