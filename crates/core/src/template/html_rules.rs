//! Elements and attributes that a message may not carry, whatever is in them.

use super::error::Mistake;

/// Elements that run code, fetch documents, or change how the rest is parsed.
const ELEMENTS: &[&str] = &[
    "applet",
    "base",
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
    "svg",
    "template",
    "xmp",
];

/// Attributes with several links, or with a document of their own.
const ATTRIBUTES: &[&str] = &["imagesrcset", "ping", "srcdoc", "srcset"];

/// Attributes that hold one link.
const LINKS: &[&str] = &[
    "action",
    "background",
    "cite",
    "codebase",
    "data",
    "formaction",
    "href",
    "longdesc",
    "manifest",
    "poster",
    "profile",
    "src",
];

pub(super) fn wrong(why: &str) -> Mistake {
    Mistake::Html(why.to_owned())
}

pub(super) fn element(name: &str) -> Result<(), Mistake> {
    match ELEMENTS.contains(&name) {
        true => Err(Mistake::Html(format!("<{name}> is not allowed"))),
        false => Ok(()),
    }
}

pub(super) fn attribute(name: &str) -> Result<(), Mistake> {
    let local = local_name(name);
    match ATTRIBUTES.contains(&local) || local.starts_with("on") {
        true => Err(Mistake::Html(format!(
            "the attribute {name} is not allowed"
        ))),
        false => Ok(()),
    }
}

/// `xlink:href` is a `href`.
pub(super) fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

pub(super) fn is_link(name: &str) -> bool {
    // `xmlns:x` only names things.
    LINKS.contains(&local_name(name)) && !name.starts_with("xmlns")
}

/// Attributes that the template must write out itself.
pub(super) fn is_fixed(name: &str) -> bool {
    matches!(name, "style" | "http-equiv")
}

/// The literal text of a finished attribute value.
pub(super) fn attribute_value(name: &str, value: &str) -> Result<(), Mistake> {
    let bare = bare(value);
    match name {
        "style" => css(value),
        "http-equiv"
            if !["content-type", "x-ua-compatible", "content-language"]
                .contains(&bare.as_str()) =>
        {
            Err(wrong("http-equiv may only tell the type or the language"))
        }
        _ if ["javascript:", "vbscript:", "data:"]
            .iter()
            .any(|it| bare.starts_with(it)) =>
        {
            Err(Mistake::UnsafeLink)
        }
        _ => Ok(()),
    }
}

/// Style sheets are the template's own, values never get there: this catches mistakes and
/// templates copied from elsewhere, not an author who wants to deceive a browser of 2006.
pub(super) fn css(text: &str) -> Result<(), Mistake> {
    let bare = bare(text).replace(['"', '\''], "");
    let bad = [
        "javascript:",
        "vbscript:",
        "expression(",
        "url(data:",
        "-moz-binding",
    ];
    match bad.iter().find(|word| bare.contains(**word)) {
        Some(word) => Err(Mistake::Html(format!("{word} is not allowed in styles"))),
        None => Ok(()),
    }
}

/// In small letters and without blanks.
fn bare(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    kept.flat_map(char::to_lowercase).collect()
}
