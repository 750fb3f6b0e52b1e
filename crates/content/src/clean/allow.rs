//! What a mail may carry.

use super::css;

/// What becomes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// With this value instead.
    Change(String),
    /// With the reason.
    Drop(&'static str),
}

/// Elements that stay.
pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];

/// Elements that go with all that is in them.
pub(super) const WITH_CONTENT: &[&str] = &[
    "applet",
    "audio",
    "button",
    "canvas",
    "datalist",
    "dialog",
    "embed",
    "frame",
    "frameset",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "portal",
    "script",
    "select",
    "slot",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];

/// Elements of the page itself, which is written anew.
pub(super) const OF_THE_PAGE: &[&str] = &["html", "head", "body", "title", "style"];

/// Attributes that any element may have; those below are looked at once more.
pub(super) const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "background",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "id",
    "lang",
    "name",
    "role",
    "rowspan",
    "scope",
    "size",
    "src",
    "start",
    "style",
    "target",
    "title",
    "type",
    "valign",
    "value",
    "width",
];

/// Where links of an attribute may lead.
fn schemes(element: &str, name: &str) -> Option<&'static [&'static str]> {
    match (element, name) {
        ("a", "href") => Some(&["https://", "mailto:", "tel:", "#"]),
        (_, "href") => Some(&[]),
        ("img", "src") => Some(&["https://", "cid:"]),
        (_, "src") => Some(&[]),
        (_, "background") => Some(&["https://", "cid:"]),
        _ => None,
    }
}

/// Whether an element of this name stays.
pub(super) fn element(name: &str) -> bool {
    ELEMENTS.contains(&name) || OF_THE_PAGE.contains(&name)
}

/// What becomes of an attribute, whose value has been decoded.
pub(super) fn attribute(element: &str, name: &str, value: &str) -> Verdict {
    if !ATTRIBUTES.contains(&name) && !name.starts_with("aria-") {
        return Verdict::Drop("is not allowed");
    }
    if name == "style" {
        return css::declarations(value);
    }
    if matches!(name, "type" | "value") && !matches!(element, "ol" | "ul" | "li") {
        return Verdict::Drop("is not allowed");
    }
    let Some(schemes) = schemes(element, name) else {
        return Verdict::Keep;
    };
    match begins_well(value, schemes) {
        true => Verdict::Keep,
        false if name == "href" => {
            Verdict::Drop("leads neither to https:// nor to mailto: nor to tel:")
        }
        false => Verdict::Drop("is neither on https:// nor attached (cid:)"),
    }
}

/// What begins the word that stands for a tag of the template.
pub(super) const MARK: &str = "pregontag";

/// Whether a link begins with one of these, or with the mark of a template's tag.
fn begins_well(link: &str, schemes: &[&str]) -> bool {
    let starts = |scheme: &&str| {
        let head = link.as_bytes().get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    let no_controls = !link.chars().any(char::is_control);
    let is_mark = link.starts_with(MARK);
    is_mark && !schemes.is_empty() || no_controls && schemes.iter().any(starts)
}
