//! Tokens of HTML with their places.

use std::ops::Range;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Start {
        name: String,
        attrs: Vec<Attr>,
    },
    End {
        name: String,
    },
    Comment,
    /// `<!doctype …>`, `<![if …]>`, `<?xml …>`.
    Declaration,
    /// What stands in `<style>`, `<title>` and the like.
    Raw,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attr {
    pub(crate) name: String,
    /// From the first letter of the name to the end of the value, its quote included.
    pub(crate) span: Range<usize>,
    /// The value as written, without quotes.
    pub(crate) value: Range<usize>,
}

impl Token {
    /// The attribute of a start tag, the first where there are several.
    pub(crate) fn attr(&self, wanted: &str) -> Option<&Attr> {
        let Kind::Start { attrs, .. } = &self.kind else {
            return None;
        };
        attrs.iter().find(|attr| attr.name == wanted)
    }
}

/// Elements in which `<` begins nothing but their own end.
const RAW: [&str; 9] = [
    "style",
    "script",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
];

/// Cuts HTML into tokens. Every byte is in exactly one of them, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = token(text, at);
        let raw = match &kind {
            Kind::Start { name, .. } if RAW.contains(&name.as_str()) => Some(name.clone()),
            _ => None,
        };
        found.push(Token {
            kind,
            span: at..end,
        });
        at = end;
        if let Some(name) = raw {
            let end = raw_end(text, at, &name);
            if end > at {
                found.push(Token {
                    kind: Kind::Raw,
                    span: at..end,
                });
            }
            at = end;
        }
    }
    found
}

fn token(text: &str, at: usize) -> (Kind, usize) {
    let bytes = text.as_bytes();
    if bytes[at] != b'<' {
        return (Kind::Text, text_end(text, at));
    }
    let rest = &text[at + 1..];
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    if letter(at + 1) {
        return start_tag(text, at);
    }
    if rest.starts_with('/') && letter(at + 2) {
        let (name, end) = tag_name(text, at + 2);
        // What an end tag carries besides means nothing, but its quotes do.
        let (_, end) = attributes(text, end);
        return (Kind::End { name }, end);
    }
    if let Some(body) = rest.strip_prefix("!--") {
        return (Kind::Comment, at + 4 + comment_end(body));
    }
    if rest.starts_with(['!', '?', '/']) {
        let end = rest.find('>').map_or(text.len(), |offset| at + 2 + offset);
        let is_comment = rest.starts_with('/');
        let kind = match is_comment {
            true => Kind::Comment,
            false => Kind::Declaration,
        };
        return (kind, end);
    }
    (Kind::Text, text_end(text, at))
}

/// The end of a text that begins here: before the next thing that `<` begins.
fn text_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        next.is_ascii_alphabetic() || matches!(next, b'!' | b'?' | b'/')
    };
    let mut from = at + 1;
    while let Some(offset) = text.as_bytes()[from..].iter().position(|b| *b == b'<') {
        if begins(from + offset) {
            return from + offset;
        }
        from += offset + 1;
    }
    text.len()
}

/// How much of a comment's body belongs to it, its end included.
fn comment_end(body: &str) -> usize {
    if let Some(rest) = body.strip_prefix("-").map_or(Some(body), Some) {
        // `<!-->` and `<!--->` are whole comments.
        if rest.starts_with('>') {
            return body.len() - rest.len() + 1;
        }
    }
    let ends = ["-->", "--!>"].into_iter().filter_map(|end| {
        let at = body.find(end)?;
        Some(at + end.len())
    });
    ends.min().unwrap_or(body.len())
}

fn start_tag(text: &str, at: usize) -> (Kind, usize) {
    let (name, end) = tag_name(text, at + 1);
    let (attrs, end) = attributes(text, end);
    (Kind::Start { name, attrs }, end)
}

fn tag_name(text: &str, at: usize) -> (String, usize) {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let end = text.as_bytes()[at..].iter().position(ends);
    let end = end.map_or(text.len(), |offset| at + offset);
    (text[at..end].to_ascii_lowercase(), end)
}

/// The attributes from here on, and the end of the tag.
fn attributes(text: &str, mut at: usize) -> (Vec<Attr>, usize) {
    let bytes = text.as_bytes();
    let mut attrs = Vec::new();
    loop {
        at += blanks(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        match bytes.get(at) {
            None => return (attrs, text.len()),
            Some(b'>') => return (attrs, at + 1),
            Some(_) => {}
        }
        let start = at;
        // A name may begin with `=`.
        at += 1;
        at += blanks(bytes, at, |byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'/')
        });
        let name_end = at;
        let after = at + blanks(bytes, at, |byte| byte.is_ascii_whitespace());
        let mut value = at..at;
        if bytes.get(after) == Some(&b'=') {
            let from = after + 1;
            let from = from + blanks(bytes, from, |byte| byte.is_ascii_whitespace());
            (value, at) = attribute_value(bytes, from);
        }
        attrs.push(Attr {
            name: text[start..name_end].to_ascii_lowercase(),
            span: start..at,
            value,
        });
    }
}

/// A value without its quotes, and where the attribute ends.
fn attribute_value(bytes: &[u8], from: usize) -> (Range<usize>, usize) {
    match bytes.get(from) {
        Some(quote @ (b'"' | b'\'')) => {
            let rest = bytes[from + 1..].iter();
            let len = rest.take_while(|byte| *byte != quote).count();
            let end = from + 1 + len;
            (from + 1..end, (end + 1).min(bytes.len()))
        }
        _ => {
            let is_value = |byte: u8| !byte.is_ascii_whitespace() && byte != b'>';
            let end = from + blanks(bytes, from, is_value);
            (from..end, end)
        }
    }
}

fn blanks(bytes: &[u8], at: usize, is_one: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default().iter();
    rest.take_while(|byte| is_one(**byte)).count()
}

fn raw_end(text: &str, at: usize, name: &str) -> usize {
    let bytes = text.as_bytes();
    let closes = |start: usize| {
        let body = start + 2;
        let named = bytes.get(body..body + name.len());
        let after = bytes.get(body + name.len());
        named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes()))
            && after.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
    };
    let mut ends = text[at..]
        .match_indices("</")
        .map(|(offset, _)| at + offset);
    ends.find(|start| closes(*start)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let shown: Vec<String> = tokens(text)
            .into_iter()
            .map(|token| match token.kind {
                Kind::Text => format!("text {}", &text[token.span]),
                Kind::Raw => format!("raw {}", &text[token.span]),
                Kind::Comment => format!("comment {}", &text[token.span]),
                Kind::Declaration => "declaration".to_owned(),
                Kind::End { name } => format!("/{name}"),
                Kind::Start { name, attrs } => {
                    let attrs = attrs
                        .iter()
                        .map(|a| format!(" {}={}", a.name, &text[a.value.clone()]));
                    format!("{name}{}", attrs.collect::<String>())
                }
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_document() {
        check(
            "<!doctype html><P CLASS=a id='b c' hidden data-x = \"1>2\">a < b</p><br/>",
            &[
                "declaration",
                "p class=a id=b c hidden= data-x=1>2",
                "text a < b",
                "/p",
                "br",
            ],
        );
    }

    #[test]
    fn raw_text_ends_with_its_own_tag_only() {
        check(
            "<style>a > b { } </b> <!-- </STYLE >x",
            &["style", "raw a > b { } </b> <!-- ", "/style", "text x"],
        );
    }

    #[test]
    fn comments_end_as_browsers_end_them() {
        check(
            "<!-->a<!--->b<!-- x --!>c<!--[if mso]><b><![endif]-->d</ x>e",
            &[
                "comment <!-->",
                "text a",
                "comment <!--->",
                "text b",
                "comment <!-- x --!>",
                "text c",
                "comment <!--[if mso]><b><![endif]-->",
                "text d",
                "comment </ x>",
                "text e",
            ],
        );
    }

    #[test]
    fn what_is_cut_off_ends_with_the_text() {
        for text in [
            "<", "</", "<a", "<a b", "<a b=", "<a b='", "<!", "<!--", "<style>", "a <",
        ] {
            let found = tokens(text);
            assert_eq!(
                found.last().map(|token| token.span.end),
                Some(text.len()),
                "{text}"
            );
        }
    }
}
