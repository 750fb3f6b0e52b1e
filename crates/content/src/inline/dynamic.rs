//! What a template tag could change about which styles an element has.

use crate::markup::{Attr, Kind, MASK, Role, Tags, Token};

/// The attributes by which styles find elements, or that are styles.
const DECIDING: [&str; 3] = ["class", "id", "style"];

/// What in a selector looks at neighbours, so that a block which is left out changes the answer.
const NEIGHBOURS: [&str; 10] = [
    "+", "~", ":first-", ":last-", ":nth-", ":only-", ":empty", ":has(", ":host", ":blank",
];

/// Where the styles hang on a value or a block, and how; `None` when they do not.
pub(super) fn reason(tags: &Tags<'_>, tokens: &[Token]) -> Option<(usize, &'static str)> {
    if tags.tags.is_empty() {
        return None;
    }
    let partial = tags.tags.iter().find(|tag| tag.role == Role::Partial);
    if let Some(partial) = partial {
        return Some((partial.span.start, "a partial may need them"));
    }
    let selectors = selectors(tags.text, tokens);
    if tags.tags.iter().any(|tag| tag.role != Role::Comment)
        && let Some(at) = selectors.first_with(&NEIGHBOURS)
    {
        return Some((
            at,
            "a selector looks at neighbours, and blocks can leave them out",
        ));
    }
    let by_attribute = selectors.first_with(&["["]);
    for token in tokens {
        let Kind::Start { attrs, .. } = &token.kind else {
            continue;
        };
        if let Some(found) = in_tag(tags, token, attrs, by_attribute.is_some()) {
            return Some(found);
        }
    }
    let in_sheet = sheets(tokens).find_map(|sheet| {
        let (_, tag) = tags.within(&sheet.span).next()?;
        Some(tag.span.start)
    });
    in_sheet.map(|at| (at, "a tag stands among them"))
}

fn in_tag(
    tags: &Tags<'_>,
    token: &Token,
    attrs: &[Attr],
    by_attribute: bool,
) -> Option<(usize, &'static str)> {
    for (_, tag) in tags.within(&token.span) {
        let at = tag.span.start;
        let attr = attrs.iter().find(|attr| attr.value.contains(&at));
        match attr {
            None => return Some((at, "a tag writes attributes")),
            Some(attr) if DECIDING.contains(&attr.name.as_str()) => {
                return Some((at, "class, id or style hangs on a value"));
            }
            Some(attr) if attr.name.contains(MASK) => return Some((at, "a tag writes attributes")),
            Some(_) if by_attribute => {
                return Some((
                    at,
                    "a selector looks at attributes, and here one is a value",
                ));
            }
            Some(_) => {}
        }
    }
    None
}

/// What stands in style elements.
fn sheets(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    let pairs = tokens.windows(2);
    pairs.filter_map(|pair| match (&pair[0].kind, &pair[1].kind) {
        (Kind::Start { name, .. }, Kind::Raw) if name == "style" => Some(&pair[1]),
        _ => None,
    })
}

/// The selectors of style sheets, each with its place.
struct Selectors<'a>(Vec<(usize, &'a str)>);

impl Selectors<'_> {
    fn first_with(&self, signs: &[&str]) -> Option<usize> {
        let has = |(_, text): &&(usize, &str)| signs.iter().any(|sign| text.contains(sign));
        self.0.iter().find(has).map(|(at, _)| *at)
    }
}

/// Everything that is not between braces, and so a little more than the selectors.
fn selectors<'a>(text: &'a str, tokens: &[Token]) -> Selectors<'a> {
    let mut found = Vec::new();
    for sheet in sheets(tokens) {
        let mut depth = 0_usize;
        let mut start = sheet.span.start;
        for (offset, byte) in text[sheet.span.clone()].bytes().enumerate() {
            let at = sheet.span.start + offset;
            match byte {
                b'{' => {
                    // What is within `@media` stays there and decides nothing here.
                    if depth == 0 && !text[start..at].trim_start().starts_with('@') {
                        found.push((start, &text[start..at]));
                    }
                    depth += 1;
                }
                b'}' => {
                    depth = depth.saturating_sub(1);
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
    Selectors(found)
}
