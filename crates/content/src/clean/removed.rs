//! What is taken away from a design, told by its place.

use super::allow::{self, Verdict};
use super::{brief, css};
use crate::finding::{MOST_FINDINGS, Places};
use crate::markup::{Attr, Kind, MASK, Tags, Token, decode, is_void};
use crate::{Finding, FindingKind};

/// Everything that is taken away, by its place.
pub(super) fn removed(tags: &Tags<'_>, tokens: &[Token]) -> Vec<Finding> {
    let places = Places::new(tags.text);
    let mut found = Vec::new();
    let mut skip = Skip::default();
    for (at, token) in tokens.iter().enumerate() {
        if skip.inside(token) {
            continue;
        }
        if found.len() >= MOST_FINDINGS {
            break;
        }
        let byte = token.span.start;
        match &token.kind {
            Kind::Comment => {
                let message = "comments are not kept, whatever Outlook reads in them";
                found.push(places.finding(FindingKind::Comment, byte, message));
            }
            Kind::Start { name, attrs } if allow::element(name) => {
                if name == "style" {
                    found.extend(sheet(tags, &places, token, tokens.get(at + 1)));
                } else if !matches!(name.as_str(), "html" | "head" | "title") {
                    found.extend(
                        attrs
                            .iter()
                            .filter_map(|it| attribute(tags, &places, name, it)),
                    );
                }
            }
            // The page is written anew with those that matter.
            Kind::Start { name, attrs } if name == "meta" && is_plain_meta(tags, attrs) => {}
            Kind::Start { name, .. } => {
                let message = format!("<{}> is not allowed", brief(name));
                found.push(places.finding(FindingKind::Element, byte, message));
            }
            _ => {}
        }
    }
    found
}

/// The elements that are kept, each with its place: those of the page are written anew.
pub(super) fn kept_elements(tokens: &[Token]) -> impl Iterator<Item = (&String, usize)> {
    let mut skip = Skip::default();
    tokens.iter().filter_map(move |token| {
        if skip.inside(token) {
            return None;
        }
        match &token.kind {
            Kind::Start { name, .. } if allow::ELEMENTS.contains(&name.as_str()) => {
                (!matches!(name.as_str(), "tbody" | "colgroup")).then_some((name, token.span.start))
            }
            _ => None,
        }
    })
}

/// What is inside an element that goes with its content.
#[derive(Debug, Default)]
struct Skip {
    within: Option<(String, usize)>,
}

impl Skip {
    fn inside(&mut self, token: &Token) -> bool {
        if let Some((name, open)) = &mut self.within {
            match &token.kind {
                Kind::Start { name: it, .. } if it == name => *open += 1,
                Kind::End { name: it } if it == name => *open -= 1,
                _ => {}
            }
            if *open == 0 {
                self.within = None;
            }
            return true;
        }
        if let Kind::Start { name, .. } = &token.kind
            && allow::WITH_CONTENT.contains(&name.as_str())
            && !is_void(name)
            && !matches!(name.as_str(), "frame")
        {
            self.within = Some((name.clone(), 1));
        }
        false
    }
}

fn sheet(
    tags: &Tags<'_>,
    places: &Places<'_>,
    token: &Token,
    inside: Option<&Token>,
) -> Option<Finding> {
    let raw = inside.filter(|next| next.kind == Kind::Raw)?;
    let why = match tags.any_within(&raw.span) {
        true => "a tag of the template stands in it",
        false => css::sheet(&tags.text[raw.span.clone()])?,
    };
    let message = format!("the style element is not kept: {why}");
    Some(places.finding(FindingKind::Style, token.span.start, message))
}

fn attribute(tags: &Tags<'_>, places: &Places<'_>, element: &str, attr: &Attr) -> Option<Finding> {
    let byte = attr.span.start;
    let name = brief(&attr.name);
    if attr.name.contains(MASK) {
        let message = "a tag of the template cannot write attributes here";
        return Some(places.finding(FindingKind::Attribute, byte, message));
    }
    // As the cleaning sees it: a word in the place of each tag.
    let value = decode(&tags.masked[attr.value.clone()]).replace(MASK, allow::MARK);
    let (kind, message) = match allow::attribute(element, &attr.name, &value) {
        Verdict::Keep => return None,
        Verdict::Change(_) => {
            let message = "a part of the style does more than say how something looks".to_owned();
            (FindingKind::Style, message)
        }
        Verdict::Drop(why) => (
            FindingKind::Attribute,
            format!("the attribute {name} {why}"),
        ),
    };
    Some(places.finding(kind, byte, message))
}

/// Whether a meta element says what every page of ours says.
fn is_plain_meta(tags: &Tags<'_>, attrs: &[Attr]) -> bool {
    let value = |name: &str| {
        let attr = attrs.iter().find(|attr| attr.name == name)?;
        Some(tags.text[attr.value.clone()].to_ascii_lowercase())
    };
    let name = value("name").unwrap_or_default();
    let equals = value("http-equiv").unwrap_or_default();
    let plain = ["viewport", "color-scheme", "supported-color-schemes"];
    value("charset").is_some()
        || plain.contains(&name.as_str())
        || name.starts_with("x-apple-")
        || name == "format-detection"
        || matches!(equals.as_str(), "content-type" | "x-ua-compatible")
}
