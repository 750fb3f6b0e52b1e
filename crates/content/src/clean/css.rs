//! Styles that only say how something looks.

use super::allow::Verdict;

/// Properties that stay; a family is named with a `-` at its end.
const PROPERTIES: &[&str] = &[
    "background",
    "background-",
    "border",
    "border-",
    "bottom-",
    "box-shadow",
    "box-sizing",
    "clear",
    "color",
    "color-scheme",
    "direction",
    "display",
    "float",
    "font",
    "font-",
    "height",
    "hyphens",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-",
    "margin",
    "margin-",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "mso-",
    "opacity",
    "outline",
    "overflow",
    "overflow-wrap",
    "padding",
    "padding-",
    "supported-color-schemes",
    "table-layout",
    "text-",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
    "-webkit-text-size-adjust",
    "-ms-text-size-adjust",
    "-ms-interpolation-mode",
    "-webkit-font-smoothing",
    "border-collapse",
];

/// What in a value or a rule does more than say how something looks.
const ACTIVE: &[&str] = &[
    "expression(",
    "javascript:",
    "vbscript:",
    "data:",
    "behavior",
    "-moz-binding",
    "@import",
    "@charset",
    "@namespace",
    "@document",
    "\\",
    // No style needs it, and who reads a sheet as a page sees an element begin.
    "<",
    "image-set(",
    "src(",
    "element(",
];

/// What stays of the declarations of a style attribute.
pub(super) fn declarations(text: &str) -> Verdict {
    let mut kept = Vec::new();
    let mut all = true;
    for declaration in parts(text, ';') {
        let declaration = declaration.trim();
        if declaration.is_empty() {
            continue;
        }
        match is_harmless(declaration) {
            true => kept.push(declaration),
            false => all = false,
        }
    }
    match (all, kept.is_empty()) {
        (true, _) => Verdict::Keep,
        (false, true) => Verdict::Drop("does more than say how something looks"),
        (false, false) => Verdict::Change(kept.join("; ")),
    }
}

/// Why a style sheet cannot stay; `None` when it can.
pub(super) fn sheet(text: &str) -> Option<&'static str> {
    if !links_are_safe(text) {
        return Some("its pictures are not on https://");
    }
    let bare = bare(text);
    let bad = ACTIVE.iter().any(|sign| bare.contains(sign));
    let open = bare.matches('{').count() != bare.matches('}').count();
    let fixed = bare.contains("position:fixed");
    match (bad, open, fixed) {
        (true, _, _) | (_, _, true) => Some("it does more than say how something looks"),
        (_, true, _) => Some("its braces do not match"),
        _ => None,
    }
}

fn is_harmless(declaration: &str) -> bool {
    let Some((property, value)) = declaration.split_once(':') else {
        return false;
    };
    let property = property.trim().to_ascii_lowercase();
    let known = PROPERTIES
        .iter()
        .any(|known| match known.strip_suffix('-') {
            Some(_) => property.starts_with(known),
            None => property == *known,
        });
    let value_bare = bare(value);
    let bad = ACTIVE.iter().any(|sign| value_bare.contains(sign));
    let braces = value.contains(['{', '}', '<', '>']);
    known && !bad && !braces && links_are_safe(value)
}

/// Whether every `url(…)` leads to `https://` or to what is attached.
fn links_are_safe(text: &str) -> bool {
    let bare = bare(text);
    let mut links = bare.split("url(").skip(1);
    links.all(|link| {
        let link = link.trim_start_matches(['"', '\'']);
        link.starts_with("https://") || link.starts_with("cid:")
    })
}

/// In small letters, without blanks and comments, which hide words from who looks for them.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        out.push_str(&rest[..at]);
        rest = rest[at + 2..]
            .split_once("*/")
            .map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.retain(|c| !c.is_whitespace() && !c.is_control());
    out.make_ascii_lowercase();
    out
}

/// The parts of a text between signs that stand in no quotes and parentheses.
fn parts(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, c) if c == sign && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_one_by_one() {
        for (text, kept) in [
            ("color: red", Verdict::Keep),
            (
                "background: url('https://example.org/a.png?x;y')",
                Verdict::Keep,
            ),
            (
                "color: red; position: fixed",
                Verdict::Change("color: red".to_owned()),
            ),
            (
                "background:url(http://example.org/a.png);width:1px",
                Verdict::Change("width:1px".to_owned()),
            ),
        ] {
            assert_eq!(declarations(text), kept, "{text}");
        }
        for bad in [
            "width: expression(alert(1))",
            "width: exp/**/ression(alert(1))",
            "background: url(javascript:alert(1))",
            "background: u\\72l(x)",
            "behavior: url(https://example.org/x.htc)",
            "-moz-binding: url(https://example.org/x)",
            "color",
            "color: red}body{x:y",
        ] {
            assert!(matches!(declarations(bad), Verdict::Drop(_)), "{bad}");
        }
    }

    #[test]
    fn sheets_as_a_whole() {
        assert_eq!(
            sheet("@media (max-width:600px){.a{width:100%!important}}"),
            None
        );
        for bad in [
            "@import url(https://example.org/a.css);",
            "@im/**/port 'x';",
            ".a{background:url(http://example.org/a.png)}",
            ".a{",
            ".a{position : fixed}",
            "</style><script>",
        ] {
            assert!(sheet(bad).is_some(), "{bad}");
        }
    }
}
