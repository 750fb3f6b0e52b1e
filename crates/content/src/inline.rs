//! Styles into the elements, because many programs for mail read no style sheet.
//!
//! `css-inline` parses HTML into a tree and writes the tree again, which moves `{{#each}}` out of
//! tables. So the tree is only *asked*: each start tag gets a number, the numbers come back with
//! their styles, and the styles are put into the text as its author wrote it, where nothing else
//! changes. What a tag could change about which styles an element has cannot be known before the
//! message is rendered; then the text stays as it is, and the reason is said.

mod dynamic;

use std::collections::BTreeMap;

use css_inline::CSSInliner;

use crate::finding::Places;
use crate::markup::{Kind, Role, Tags, Token, balance, check_depth, tokens};
use crate::{ContentError, Finding, FindingKind};

/// The attribute by which an element is found again.
const NUMBER: &str = "data-pregon-n";

/// A template with its styles in the elements, as far as that can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inlined {
    /// The template. `@media` and states as `:hover` stay in its style elements.
    pub html: String,
    /// Why the styles were left where they are, if they were.
    pub left: Option<Finding>,
}

/// The template with the rules of its style elements written into the elements that they match.
///
/// Every template tag stays exactly where it is. No style sheet is fetched: a `<link>` is left
/// alone. Where styles hang on what a tag will be, the template comes back as it is.
///
/// ```
/// let html = "<style>.a { color: red }</style><p class=\"{{#if vip}}a{{/if}}\">Hola</p>";
/// let inlined = pregon_content::inline_css(html)?;
/// assert_eq!(inlined.html, html);
/// let left = inlined.left.expect("the class hangs on a value");
/// assert_eq!((left.line, left.column), (1, 43));
/// # Ok::<(), pregon_content::ContentError>(())
/// ```
///
/// # Errors
/// When it is not a template, or too deep.
pub fn inline_css(html: &str) -> Result<Inlined, ContentError> {
    let tags = Tags::of(html)?;
    let tokens = tokens(&tags.masked);
    check_depth(&tokens)?;
    let styled = tokens
        .iter()
        .any(|it| matches!(&it.kind, Kind::Start { name, .. } if name == "style"));
    if !styled {
        return Ok(as_it_is(html, None));
    }
    let left = |byte: usize, why: &str| {
        let message = format!("styles stay in their style element: {why}");
        let finding = Places::new(html).finding(FindingKind::NotInlined, byte, message);
        Ok(as_it_is(html, Some(finding)))
    };
    if let Some((byte, why)) = dynamic::reason(&tags, &tokens) {
        return left(byte, why);
    }
    let parents = match balance(&tags, &tokens) {
        Ok(parents) => parents,
        Err(unbalanced) => {
            let byte = tags
                .tags
                .get(unbalanced.tag)
                .map_or(0, |tag| tag.span.start);
            return left(byte, "a block does not hold whole elements");
        }
    };
    let Ok(written) = inliner().inline(&numbered(&tags, &tokens)) else {
        return left(0, "they cannot be read");
    };
    let asked = Asked::of(&written);
    let has_blocks = tags.tags.iter().any(|tag| tag.role == Role::Open);
    if has_blocks && let Some(moved) = asked.moved(&parents) {
        let byte = tokens.get(moved).map_or(0, |token| token.span.start);
        return left(byte, "a browser would put this element elsewhere");
    }
    Ok(as_it_is(&asked.put(html, &tokens), None))
}

/// What is sent, with its styles inlined: for templates that [`inline_css`] has to leave alone.
/// Parses and writes the whole document; its cost is in `benches/README.md`.
///
/// # Errors
/// When its elements lie in each other too deep.
pub fn inline_rendered(html: &str) -> Result<String, ContentError> {
    check_depth(&tokens(html))?;
    Ok(inliner().inline(html).unwrap_or_else(|_| html.to_owned()))
}

fn inliner() -> CSSInliner<'static> {
    CSSInliner::options()
        .keep_style_tags(true)
        .keep_link_tags(true)
        .keep_at_rules(true)
        .remove_inlined_selectors(true)
        .resolve_css_variables(true)
        .load_remote_stylesheets(false)
        .build()
}

fn as_it_is(html: &str, left: Option<Finding>) -> Inlined {
    let html = html.to_owned();
    Inlined { html, left }
}

/// The template as an HTML parser can read it: tags are comments or words, start tags numbered.
fn numbered(tags: &Tags<'_>, tokens: &[Token]) -> String {
    let mut out = String::with_capacity(tags.text.len() * 2);
    for (number, token) in tokens.iter().enumerate() {
        let mut from = token.span.start;
        if let Kind::Start { name, .. } = &token.kind {
            let named = from + 1 + name.len();
            out.push_str(&tags.text[from..named]);
            out.push_str(&format!(" {NUMBER}=\"{number}\""));
            from = named;
        }
        let as_comment = token.kind == Kind::Text;
        tags.replace(&(from..token.span.end), &mut out, |out, _, _| {
            out.push_str(if as_comment { "<!---->" } else { "x" });
        });
    }
    out
}

/// What the tree says of the numbered start tags.
#[derive(Debug, Default)]
struct Asked {
    /// The style of each, escaped for double quotes.
    styles: BTreeMap<usize, String>,
    /// What is left in style elements.
    sheets: BTreeMap<usize, String>,
    /// The numbered element around each.
    parents: BTreeMap<usize, Option<usize>>,
}

impl Asked {
    fn of(written: &str) -> Self {
        let mut asked = Self::default();
        // Elements that the parser added have no number and are looked through.
        let mut open: Vec<(String, Option<usize>)> = Vec::new();
        let mut sheet = None;
        for token in tokens(written) {
            match &token.kind {
                Kind::Start { name, .. } => {
                    let number = token.attr(NUMBER);
                    let number = number.and_then(|it| written[it.value.clone()].parse().ok());
                    if let Some(number) = number {
                        let parent = open.iter().rev().find_map(|(_, number)| *number);
                        asked.parents.insert(number, parent);
                        if let Some(style) = token.attr("style") {
                            let style = written[style.value.clone()].to_owned();
                            asked.styles.insert(number, style);
                        }
                        if name == "style" {
                            asked.sheets.insert(number, String::new());
                            sheet = Some(number);
                        }
                    }
                    if !crate::markup::is_void(name) {
                        open.push((name.clone(), number));
                    }
                }
                Kind::Raw => {
                    if let Some(sheet) = sheet.take() {
                        asked
                            .sheets
                            .insert(sheet, written[token.span.clone()].to_owned());
                    }
                }
                Kind::End { name } => {
                    sheet = None;
                    if let Some(at) = open.iter().rposition(|(it, _)| it == name) {
                        open.truncate(at);
                    }
                }
                _ => {}
            }
        }
        asked
    }

    /// The first element that is not where it was written.
    fn moved(&self, parents: &[Option<usize>]) -> Option<usize> {
        let mut moved = self.parents.iter();
        moved
            .find(|(number, parent)| parents.get(**number) != Some(*parent))
            .map(|(number, _)| *number)
    }

    /// The text with the styles put into it.
    fn put(&self, html: &str, tokens: &[Token]) -> String {
        let mut out = String::with_capacity(html.len() * 2);
        let mut at = 0;
        let mut sheet = None;
        for (number, token) in tokens.iter().enumerate() {
            match &token.kind {
                Kind::Start { name, attrs } => {
                    sheet = self.sheets.get(&number);
                    let Some(style) = self.styles.get(&number) else {
                        continue;
                    };
                    let own = token.attr("style");
                    if own.is_some_and(|own| html[own.value.clone()] == **style) {
                        continue;
                    }
                    let end = attrs.last().map(|attr| attr.span.end);
                    let named = token.span.start + 1 + name.len();
                    let place = own.map_or_else(
                        || end.unwrap_or(named)..end.unwrap_or(named),
                        |own| own.span.clone(),
                    );
                    out.push_str(&html[at..place.start]);
                    out.push_str(if own.is_some() { "" } else { " " });
                    out.push_str(&format!("style=\"{style}\""));
                    at = place.end;
                }
                Kind::Raw => {
                    if let Some(left) = sheet.take() {
                        out.push_str(&html[at..token.span.start]);
                        out.push_str(left);
                        at = token.span.end;
                    }
                }
                _ => {}
            }
        }
        out.push_str(&html[at..]);
        out
    }
}

#[cfg(test)]
mod tests;
