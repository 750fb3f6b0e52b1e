//! The page around what was cleaned: written anew, so that it is ours.

use super::{allow, css};
use crate::markup::{Attr, Kind, Tags, Token, decode, tokens};

/// What a document said of itself and may go on saying.
#[derive(Debug, Default)]
pub(super) struct Page {
    language: Option<String>,
    title: String,
    sheets: Vec<String>,
    /// The attributes of the body.
    body: String,
}

impl Page {
    pub(super) fn of(tags: &Tags<'_>, found: &[Token]) -> Self {
        let mut page = Self::default();
        for (at, token) in found.iter().enumerate() {
            let Kind::Start { name, attrs } = &token.kind else {
                continue;
            };
            let inside = found.get(at + 1).filter(|next| next.kind == Kind::Raw);
            let inside = inside.map(|raw| &tags.text[raw.span.clone()]);
            match name.as_str() {
                "html" => {
                    let lang = token.attr("lang").map(|it| &tags.text[it.value.clone()]);
                    let is_language = |it: &&str| {
                        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
                        !it.is_empty() && it.len() <= 35 && it.chars().all(plain)
                    };
                    page.language = lang.filter(is_language).map(str::to_owned);
                }
                "title" if page.title.is_empty() => {
                    page.title = inside.map(title).unwrap_or_default();
                }
                "style" => {
                    let raw = found
                        .get(at + 1)
                        .filter(|next| !tags.any_within(&next.span));
                    let sheet = inside.filter(|sheet| raw.is_some() && css::sheet(sheet).is_none());
                    page.sheets.extend(sheet.map(|it| it.trim().to_owned()));
                }
                "body" => page.body = attributes(tags, attrs),
                _ => {}
            }
        }
        page
    }

    pub(super) fn around(&self, body: &str) -> String {
        let mut html = "<!doctype html>\n".to_owned();
        match &self.language {
            Some(language) => html.push_str(&format!("<html lang=\"{language}\">\n")),
            None => html.push_str("<html>\n"),
        }
        html.push_str("<head>\n<meta charset=\"utf-8\">\n");
        html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.push_str(&format!("<title>{}</title>\n", self.title));
        for sheet in &self.sheets {
            html.push_str(&format!("<style>\n{sheet}\n</style>\n"));
        }
        html.push_str(&format!(
            "</head>\n<body{}>\n{}\n</body>\n</html>\n",
            self.body,
            body.trim()
        ));
        html
    }
}

/// A title as text: what would be markup in it is escaped.
fn title(text: &str) -> String {
    text.trim().replace('<', "&lt;").replace('>', "&gt;")
}

/// The attributes of the body that may stay, written anew. One with a tag of the template in it
/// goes.
fn attributes(tags: &Tags<'_>, attrs: &[Attr]) -> String {
    let mut out = String::new();
    for attr in attrs {
        let kept = matches!(
            attr.name.as_str(),
            "style" | "class" | "bgcolor" | "dir" | "id"
        );
        if !kept || tags.any_within(&attr.span) {
            continue;
        }
        let value = decode(&tags.text[attr.value.clone()]).into_owned();
        let value = match allow::attribute("body", &attr.name, &value) {
            allow::Verdict::Keep => value,
            allow::Verdict::Change(value) => value,
            allow::Verdict::Drop(_) => continue,
        };
        // A quote ends it, and a brace could begin a tag of a template.
        let value = value
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace("{{", "");
        out.push_str(&format!(
            " {}=\"{}\"",
            attr.name,
            value.replace('<', "&lt;")
        ));
    }
    debug_assert!(tokens(&format!("<body{out}>")).len() == 1, "one tag");
    out
}
