//! Somebody's HTML made harmless.
//!
//! `ammonia` decides what stays: it reads the HTML as a browser does and writes again only what is
//! on the list of `allow.rs`. Our own reading of the text only tells what went, and where; where
//! the two differ, that is said as well.

mod allow;
mod css;
mod page;
mod removed;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use ammonia::{Builder, UrlRelative};

use crate::finding::Places;
use crate::markup::{Kind, Role, Tag, Tags, Token, balance, check_depth, tokens};
use crate::{ContentError, Finding, FindingKind};

/// HTML that was made harmless, and all that was taken away from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// A whole document: its head has the character set, the viewport, the title and the styles.
    pub html: String,
    /// What was taken away, by its place in what was given; the first 200.
    pub removed: Vec<Finding>,
}

/// The HTML without what a mail may not carry: scripts, forms, frames, event handlers, drawings,
/// what leads to `http://` or anywhere else than the web, mail and telephone, what loads styles.
///
/// Tables, classes and the usual properties of styles stay; style elements stay when all of their
/// rules are harmless. The tags of the template stay each at its place, or it is an error.
///
/// ```
/// let dirty = "<table><tr onclick=\"x()\"><td>Hola {{customer_name}}<script>x()</script></td>\
///     </tr></table>";
/// let cleaned = pregon_content::clean(dirty)?;
/// assert!(cleaned.html.contains("<tr><td>Hola {{customer_name}}</td></tr>"));
/// let removed: Vec<String> = cleaned.removed.iter().map(ToString::to_string).collect();
/// let expected = ["1:12: the attribute onclick is not allowed", "1:52: <script> is not allowed"];
/// assert_eq!(removed, expected);
/// # Ok::<(), pregon_content::ContentError>(())
/// ```
///
/// # Errors
/// When it is not a template, too deep, or when a block stands where HTML would not leave it.
pub fn clean(html: &str) -> Result<Cleaned, ContentError> {
    let tags = Tags::of(html)?;
    let tokens = tokens(&tags.masked);
    check_depth(&tokens)?;
    let marks = Marks::of(&tags);
    let mut removed = removed::removed(&tags, &tokens);
    let body = builder().clean(&marked(&tags, &tokens, &marks)).to_string();
    let body = only_marks(&body, &marks);
    in_their_places(&tags, &body, &marks)?;
    let changed = differs(&tags, &tokens, &body);
    let places = Places::new(html);
    if let Some(byte) = changed {
        let message = "the HTML from here on had to be repaired as browsers do it";
        removed.push(places.finding(FindingKind::Repaired, byte, message));
    }
    let body = marks.put_back(&body, &tags);
    let page = page::Page::of(&tags, &tokens);
    removed.sort_by_key(|it| (it.line, it.column));
    Ok(Cleaned {
        html: page.around(&body),
        removed,
    })
}

fn builder() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(allow::ELEMENTS.iter().copied().collect::<HashSet<_>>())
        .clean_content_tags(allow::WITH_CONTENT.iter().copied().collect::<HashSet<_>>())
        .generic_attributes(allow::ATTRIBUTES.iter().copied().collect::<HashSet<_>>())
        .generic_attribute_prefixes(HashSet::from(["aria-"]))
        .url_schemes(HashSet::from(["https", "mailto", "tel", "cid"]))
        // What begins with a value is no scheme; each is judged below.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(false)
        .attribute_filter(|element, name, value| -> Option<Cow<'_, str>> {
            match allow::attribute(element, name, value) {
                allow::Verdict::Keep => Some(Cow::Borrowed(value)),
                allow::Verdict::Change(kept) => Some(Cow::Owned(kept)),
                allow::Verdict::Drop(_) => None,
            }
        });
    builder
}

/// What stands for the tags of a template while its HTML is cleaned.
struct Marks {
    /// A word that the text does not have.
    word: String,
}

impl Marks {
    fn of(tags: &Tags<'_>) -> Self {
        let mut word = allow::MARK.to_owned();
        while tags.text.to_ascii_lowercase().contains(&word) {
            word.push('z');
        }
        Self { word }
    }

    fn comment(&self, number: usize) -> String {
        format!("<!--{}{number}.-->", self.word)
    }

    /// In attributes a tag is a word, and where a link begins it begins like one.
    fn name(&self, number: usize) -> String {
        format!("{}{number}.", self.word)
    }

    /// The tags in the place of what stood for them.
    fn put_back(&self, html: &str, tags: &Tags<'_>) -> String {
        let mut out = String::with_capacity(html.len() * 2);
        let mut at = 0;
        for (start, end, number) in self.found(html) {
            out.push_str(&html[at..start]);
            if let Some(tag) = tags.tags.get(number) {
                out.push_str(&tags.text[tag.span.clone()]);
            }
            at = end;
        }
        out.push_str(&html[at..]);
        out
    }

    /// Each mark: where it begins and ends, its comment included, and the number of its tag.
    fn found<'h>(&'h self, html: &'h str) -> impl Iterator<Item = (usize, usize, usize)> + 'h {
        html.match_indices(&self.word)
            .filter_map(move |(at, word)| {
                let digits = at + word.len();
                let len = html[digits..].find('.')?;
                let number = html[digits..digits + len].parse().ok()?;
                let end = digits + len + 1;
                let is_comment = html[..at].ends_with("<!--") && html[end..].starts_with("-->");
                Some(match is_comment {
                    true => (at - 4, end + 3, number),
                    false => (at, end, number),
                })
            })
    }
}

/// The HTML with each tag marked, without comments and declarations, and with the `<tbody>` that
/// browsers add: without it a block around rows would begin outside of it and end inside.
fn marked(tags: &Tags<'_>, tokens: &[Token], marks: &Marks) -> String {
    let mut out = String::with_capacity(tags.text.len() * 2);
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Comment | Kind::Declaration => {}
            Kind::Text => tags.replace(&token.span, &mut out, |out, number, _| {
                out.push_str(&marks.comment(number));
            }),
            kind => {
                tags.replace(&token.span, &mut out, |out, number, _| {
                    out.push_str(&marks.name(number));
                });
                let is_table = matches!(kind, Kind::Start { name, .. } if name == "table");
                if is_table && next_element(&tokens[at + 1..]) == Some("tr") {
                    out.push_str("<tbody>");
                }
            }
        }
    }
    out
}

fn next_element(tokens: &[Token]) -> Option<&str> {
    tokens.iter().find_map(|token| match &token.kind {
        Kind::Start { name, .. } | Kind::End { name } => Some(name.as_str()),
        _ => None,
    })
}

/// Without comments that are not ours: whatever they were before the HTML was repaired.
fn only_marks(html: &str, marks: &Marks) -> String {
    let mut out = String::with_capacity(html.len());
    for token in tokens(html) {
        let text = &html[token.span];
        match token.kind {
            Kind::Comment
                if marks.found(text).next() != Some((0, text.len(), number(text, marks))) => {}
            Kind::Declaration => {}
            _ => out.push_str(text),
        }
    }
    out
}

fn number(text: &str, marks: &Marks) -> usize {
    marks.found(text).next().map_or(0, |(_, _, number)| number)
}

/// Every tag that is left stands where it stood: in the same order, its block around whole
/// elements.
fn in_their_places(tags: &Tags<'_>, body: &str, marks: &Marks) -> Result<(), ContentError> {
    const MOVED: &str = "HTML does not leave a tag here; put it into a cell, or around whole rows";
    let numbers: Vec<usize> = marks.found(body).map(|(_, _, number)| number).collect();
    for pair in numbers.windows(2) {
        if let ([before, after], Some(tag)) = (pair, tags.tags.get(pair[1]))
            && before >= after
        {
            return Err(tags.wrong(tag, MOVED));
        }
    }
    let kept = marks.put_back(body, tags);
    let again = Tags::of(&kept)?;
    let Err(unbalanced) = balance(&again, &tokens(&again.masked)) else {
        return Ok(());
    };
    let number = numbers.get(unbalanced.tag).copied().unwrap_or_default();
    let nowhere = Tag {
        span: 0..0,
        role: Role::Value,
    };
    Err(tags.wrong(tags.tags.get(number).unwrap_or(&nowhere), MOVED))
}

/// The first element that was allowed and is not in the result, or the other way round.
fn differs(tags: &Tags<'_>, tokens: &[Token], body: &str) -> Option<usize> {
    let mut wanted = removed::kept_elements(tokens);
    let found = crate::markup::tokens(body);
    let mut found = found.iter().filter_map(|token| match &token.kind {
        Kind::Start { name, .. } if !matches!(name.as_str(), "tbody" | "colgroup") => {
            Some(name.clone())
        }
        _ => None,
    });
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return None,
            (Some((name, _)), Some(other)) if *name == other => {}
            (Some((_, byte)), _) => return Some(byte),
            (None, Some(_)) => return Some(tags.text.len()),
        }
    }
}

/// What is left of a text after all of its template tags: for lists of findings.
fn brief(text: &str) -> String {
    let mut brief = String::new();
    let shown = text.chars().filter(|c| !c.is_control()).take(40);
    let _ = write!(brief, "{}", shown.collect::<String>());
    brief
}

#[cfg(test)]
mod tests;
