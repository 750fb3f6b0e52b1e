//! A plain text made from an HTML template, for who reads no HTML.
//!
//! The tags of the template stay as they are, whole and in their order, because nothing here
//! builds a tree: a tree would move `{{#each}}` out of its table. Values in a text part are not
//! escaped, so references of HTML are read and the tags need no change.

mod lines;

use lines::Lines;

use crate::ContentError;
use crate::markup::{Attr, Kind, Role, Tags, Token, decode, is_void, tokens};

/// Elements that begin and end a paragraph.
const PARAGRAPHS: [&str; 18] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "hr",
    "header",
    "footer",
    "section",
    "article",
];
/// Elements that begin and end a line.
const LINES: [&str; 12] = [
    "div", "tr", "li", "dt", "dd", "center", "tbody", "thead", "tfoot", "body", "caption", "main",
];
/// Elements whose content is nothing to read.
const SILENT: [&str; 6] = ["head", "script", "style", "title", "template", "noscript"];

/// The text of an HTML template: a template as well, with the same tags.
///
/// Links are written after their words, cells and rows as they follow each other, lines broken at
/// 76 characters; what is hidden, as a preheader, is left out.
///
/// ```
/// let html = "<div style=\"display:none\">Avance</div><p>Hola {{customer_name}}:</p>\
///     <p>Su plan vence el <b>{{date expiry_date}}</b>. &iexcl;No lo pierda!</p>\
///     <p><a href=\"https://example.org/r\">Renovar</a></p>";
/// let text = "Hola {{customer_name}}:\n\n\
///     Su plan vence el {{date expiry_date}}. ¡No lo pierda!\n\n\
///     Renovar: https://example.org/r\n";
/// assert_eq!(pregon_content::text_of(html)?, text);
/// # Ok::<(), pregon_content::ContentError>(())
/// ```
///
/// # Errors
/// When it is not a template, or a block begins in what is read and ends in what is not.
pub fn text_of(html: &str) -> Result<String, ContentError> {
    let tags = Tags::of(html)?;
    let mut reading = Reading {
        tags: &tags,
        lines: Lines::default(),
        silent: None,
        lists: Vec::new(),
        link: None,
        blocks: Vec::new(),
    };
    for token in tokens(&tags.masked) {
        reading.token(&token)?;
    }
    if let Some(open) = reading.blocks.last() {
        return Err(tags.wrong(&tags.tags[*open], HALF));
    }
    Ok(reading.lines.finish())
}

const HALF: &str = "the block is only half in what can be read as text";

/// A template on its way to text.
struct Reading<'a> {
    tags: &'a Tags<'a>,
    lines: Lines,
    /// An element that is not read, and how many of its name are open.
    silent: Option<(String, usize)>,
    /// The number of the last item of each open list, when its items are numbered.
    lists: Vec<Option<usize>>,
    /// Where the link around the words leads.
    link: Option<String>,
    /// The tags that opened blocks which are open.
    blocks: Vec<usize>,
}

impl Reading<'_> {
    fn token(&mut self, token: &Token) -> Result<(), ContentError> {
        if let Some((name, open)) = &mut self.silent {
            match &token.kind {
                Kind::Start { name: it, .. } if it == name => *open += 1,
                Kind::End { name: it } if it == name => *open -= 1,
                _ => {}
            }
            if *open == 0 {
                self.silent = None;
            }
            return Ok(());
        }
        match &token.kind {
            Kind::Text => self.text(token),
            Kind::Start { name, .. } => {
                self.start(name, token);
                Ok(())
            }
            Kind::End { name } => {
                self.end(name);
                Ok(())
            }
            Kind::Comment | Kind::Declaration | Kind::Raw => Ok(()),
        }
    }

    fn text(&mut self, token: &Token) -> Result<(), ContentError> {
        let mut at = token.span.start;
        for (number, tag) in self.tags.within(&token.span) {
            self.lines
                .words(&literal(&self.tags.text[at..tag.span.start]));
            at = tag.span.end;
            match tag.role {
                Role::Open => self.blocks.push(number),
                Role::Close if self.blocks.pop().is_none() => {
                    return Err(self.tags.wrong(tag, HALF));
                }
                _ => {}
            }
            if tag.role != Role::Comment {
                let says = matches!(tag.role, Role::Value | Role::Partial);
                self.lines.tag(&self.tags.text[tag.span.clone()], says);
            }
        }
        self.lines
            .words(&literal(&self.tags.text[at..token.span.end]));
        Ok(())
    }

    fn start(&mut self, name: &str, token: &Token) {
        if SILENT.contains(&name) || is_hidden(self.tags.text, token) {
            if !is_void(name) {
                self.silent = Some((name.to_owned(), 1));
            }
            return;
        }
        self.breaks(name);
        match name {
            "br" => self.lines.line(),
            "hr" => self.lines.rule(),
            "td" | "th" => self.lines.words(" "),
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(0)),
            "li" => match self.lists.last_mut() {
                Some(Some(number)) => {
                    *number += 1;
                    self.lines.words(&format!("{number}. "));
                }
                _ => self.lines.words("- "),
            },
            "img" => {
                let alt = token.attr("alt").map(|alt| self.value(alt));
                self.lines.words(&alt.unwrap_or_default());
            }
            "a" => {
                let href = token.attr("href").map(|href| self.value(href));
                self.link = href.filter(|href| !href.is_empty() && !href.starts_with('#'));
                self.lines.link_begins();
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "a" => {
                if let Some(link) = self.link.take() {
                    self.lines.link_ends(&link);
                }
            }
            "td" | "th" => self.lines.words(" "),
            "ul" | "ol" => drop(self.lists.pop()),
            _ => {}
        }
        self.breaks(name);
    }

    fn breaks(&mut self, name: &str) {
        let in_list = matches!(name, "ul" | "ol") && !self.lists.is_empty();
        if PARAGRAPHS.contains(&name) && !in_list {
            self.lines.paragraph();
        } else if LINES.contains(&name) || in_list {
            self.lines.line();
        }
    }

    /// The value of an attribute, its references read and its tags as they are.
    fn value(&self, attr: &Attr) -> String {
        let mut out = String::new();
        let mut at = attr.value.start;
        for (_, tag) in self.tags.within(&attr.value) {
            join(&mut out, &literal(&self.tags.text[at..tag.span.start]));
            join(&mut out, &self.tags.text[tag.span.clone()]);
            at = tag.span.end;
        }
        join(&mut out, &literal(&self.tags.text[at..attr.value.end]));
        out
    }
}

/// What literal text says, such that no tag of a template comes into being.
fn literal(text: &str) -> String {
    let mut out = String::new();
    for c in decode(text).chars() {
        if c == '{' && out.ends_with('{') {
            out.push(' ');
        }
        if !c.is_control() || c.is_whitespace() {
            out.push(c);
        }
    }
    out
}

/// Puts texts one after the other so that their braces stay apart.
fn join(out: &mut String, text: &str) {
    if (out.ends_with('{') || out.ends_with('\\')) && text.starts_with('{') {
        out.push(' ');
    }
    out.push_str(text);
}

/// Whether who looks at the message does not see the element.
fn is_hidden(text: &str, token: &Token) -> bool {
    let style = token
        .attr("style")
        .map_or("", |style| &text[style.value.clone()]);
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let signs = [
        "display:none",
        "visibility:hidden",
        "max-height:0",
        "mso-hide:all",
    ];
    token.attr("hidden").is_some()
        || signs.iter().any(|sign| {
            style.match_indices(sign).any(|(at, _)| {
                // `max-height:0.5em` is seen.
                !style[at + sign.len()..].starts_with(|c: char| c == '.' || c.is_ascii_digit())
            })
        })
}

#[cfg(test)]
mod tests;
