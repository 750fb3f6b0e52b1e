//! What somebody should know of a design before it goes to many.

use pregon_core::Class;

use crate::finding::{MOST_FINDINGS, Places};
use crate::markup::{Attr, Kind, MASK, Tags, Token, decode, tokens};
use crate::{ContentError, Finding, FindingKind, text_of};

/// Most bytes of a template.
const MOST_BYTES: usize = 256 * 1024;
/// Gmail shows the first 102 kB of a message and hides the rest behind a link.
const GMAIL_BYTES: usize = 102 * 1024;
/// Fewer characters of text than this for each picture look like an advertisement to filters.
const CHARS_PER_IMAGE: usize = 60;
/// So many pictures are nobody's concern, however short the text.
const FREE_IMAGES: usize = 2;
/// So many tokens of a link are looked at: one that is not closed has all of the page in it.
const MOST_OF_LINK: usize = 64;
/// The names under which a template finds the way out.
const WAYS_OUT: [&str; 2] = ["unsubscribe_url", "preferences_url"];

/// Everything that should be known of the HTML of an e-mail, by its place: sizes, pictures, links,
/// what a document must say of itself, and of a promotional one the way to refuse it; the first
/// 200.
///
/// ```
/// use pregon_content::{FindingKind, check};
/// use pregon_core::Class;
///
/// let found = check("<p><a href=\"http://example.org\">Ver</a></p>", Class::Promotional);
/// assert_eq!(found[0].kind, FindingKind::NoLanguage);
/// let link = found.iter().find(|it| it.kind == FindingKind::LinkScheme).expect("no https");
/// assert_eq!((link.line, link.column), (1, 7));
/// ```
#[must_use]
pub fn check(html: &str, class: Class) -> Vec<Finding> {
    let places = Places::new(html);
    if html.len() > MOST_BYTES {
        let message = format!(
            "it has {}; a template has at most {}",
            kib(html.len()),
            kib(MOST_BYTES)
        );
        return vec![places.finding(FindingKind::TooLarge, 0, message)];
    }
    let tags = match Tags::of(html) {
        Ok(tags) => tags,
        Err(error) => return vec![Finding::from(&error)],
    };
    let tokens = tokens(&tags.masked);
    let mut checking = Checking {
        tags: &tags,
        places,
        found: Vec::new(),
    };
    checking.document(&tokens);
    if class == Class::Promotional {
        checking.way_out();
    }
    checking.images(&tokens);
    checking.links(&tokens);
    let mut found = checking.found;
    found.sort_by_key(|it| (it.line, it.column));
    found
}

fn kib(bytes: usize) -> String {
    format!("{} kB", bytes.div_ceil(1024))
}

struct Checking<'a> {
    tags: &'a Tags<'a>,
    places: Places<'a>,
    found: Vec<Finding>,
}

impl Checking<'_> {
    fn say(&mut self, kind: FindingKind, byte: usize, message: impl Into<String>) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(self.places.finding(kind, byte, message));
        }
    }

    /// What a document says of itself, and how large it is.
    fn document(&mut self, tokens: &[Token]) {
        let html = self.tags.text;
        if html.len() > GMAIL_BYTES {
            let message = format!(
                "it has {} before values are put in: Gmail hides what comes after {}",
                kib(html.len()),
                kib(GMAIL_BYTES)
            );
            self.say(FindingKind::Clipped, 0, message);
        }
        let named = |wanted: &str| {
            let is =
                |token: &&Token| matches!(&token.kind, Kind::Start { name, .. } if name == wanted);
            tokens.iter().filter(is).collect::<Vec<_>>()
        };
        if !named("html").iter().any(|it| self.has(it, "lang")) {
            let message = "it does not say its language: <html lang=\"es\">";
            self.say(FindingKind::NoLanguage, 0, message);
        }
        let metas = named("meta");
        let is_charset = |it: &&&Token| {
            let value = it
                .attr("content")
                .map_or("", |attr| &html[attr.value.clone()]);
            self.has(it, "charset") || value.to_ascii_lowercase().contains("charset=")
        };
        if metas.iter().find(is_charset).is_none() {
            let message = "it does not say its characters: <meta charset=\"utf-8\">";
            self.say(FindingKind::NoCharset, 0, message);
        }
        let is_viewport = |it: &&&Token| {
            let name = it.attr("name").map(|attr| &html[attr.value.clone()]);
            name.is_some_and(|name| name.eq_ignore_ascii_case("viewport"))
        };
        if metas.iter().find(is_viewport).is_none() {
            let message = "a phone shows it small: \
                <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
            self.say(FindingKind::NoViewport, 0, message);
        }
    }

    fn has(&self, token: &Token, name: &str) -> bool {
        let value = token
            .attr(name)
            .map(|attr| &self.tags.text[attr.value.clone()]);
        value.is_some_and(|value| !value.trim().is_empty())
    }

    fn way_out(&mut self) {
        let there = self.tags.tags.iter().any(|tag| {
            let inner = &self.tags.text[tag.span.clone()];
            let words = inner.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.into_iter().any(|word| WAYS_OUT.contains(&word))
        });
        let is_partial = |tag: &crate::markup::Tag| tag.role == crate::markup::Role::Partial;
        // What a partial holds is not known here; a footer often is one.
        if !there && !self.tags.tags.iter().any(is_partial) {
            let message = "nobody finds how to refuse it: a promotional mail has a link to \
                {{unsubscribe_url}}";
            self.say(FindingKind::NoUnsubscribe, self.tags.text.len(), message);
        }
    }

    fn images(&mut self, tokens: &[Token]) {
        let mut images = 0;
        for token in tokens {
            let Kind::Start { name, attrs } = &token.kind else {
                continue;
            };
            if name == "img" {
                images += 1;
                if token.attr("alt").is_none() {
                    let message = "the picture has no alt text; alt=\"\" if it says nothing";
                    self.say(FindingKind::NoAlt, token.span.start, message);
                }
            }
            for attr in attrs
                .iter()
                .filter(|it| matches!(&*it.name, "src" | "background"))
            {
                if !self.is_allowed(attr, &["https://", "cid:"]) {
                    let message = "a picture is on https:// or attached (cid:)";
                    self.say(FindingKind::ImageSource, attr.span.start, message);
                }
            }
        }
        let text = match text_of(self.tags.text) {
            Ok(text) => text.chars().filter(|c| !c.is_whitespace()).count(),
            Err(_) => return,
        };
        if images > FREE_IMAGES && text / images < CHARS_PER_IMAGE {
            let message = format!(
                "there are {images} pictures and {text} characters of text: filters take it for \
                 an advertisement, and who sees no pictures reads little"
            );
            self.say(FindingKind::MostlyImages, 0, message);
        }
    }

    fn links(&mut self, tokens: &[Token]) {
        for (number, token) in tokens.iter().enumerate() {
            let Some(attr) = token.attr("href") else {
                continue;
            };
            let Kind::Start { name, .. } = &token.kind else {
                continue;
            };
            if !matches!(name.as_str(), "a" | "area") {
                continue;
            }
            let link = decode(&self.tags.masked[attr.value.clone()]).into_owned();
            if !self.is_allowed(attr, &["https://", "mailto:", "tel:", "#"]) {
                let (kind, message) = match has_scheme(&link) {
                    true => (
                        FindingKind::LinkScheme,
                        "a link is https://, mailto: or tel:, nothing else",
                    ),
                    false => (
                        FindingKind::RelativeLink,
                        "the link leads nowhere in a mail: write it from https:// on",
                    ),
                };
                self.say(kind, attr.span.start, message);
            }
            let shown = shown(&self.tags.masked, &tokens[number + 1..]);
            if let Some((shown, host)) = other_host(&shown, &link) {
                let message =
                    format!("the link says {shown} and leads to {host}: it looks like a fraud");
                self.say(FindingKind::DeceptiveLink, token.span.start, message);
            }
        }
    }

    /// Whether a link begins with one of these, or with a value, which is checked when it is sent.
    fn is_allowed(&self, attr: &Attr, schemes: &[&str]) -> bool {
        let value = &self.tags.masked[attr.value.clone()];
        let starts = |scheme: &&str| {
            let head = value.as_bytes().get(..scheme.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
        };
        value.starts_with(MASK) || schemes.iter().any(starts)
    }
}

fn has_scheme(link: &str) -> bool {
    let end = link.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
    end.is_some_and(|end| end > 0 && link[end..].starts_with(':'))
}

/// The words of a link.
fn shown(text: &str, after: &[Token]) -> String {
    let is_end = |token: &&Token| !matches!(&token.kind, Kind::End { name } if name == "a");
    let inside = after.iter().take(MOST_OF_LINK).take_while(is_end);
    let texts = inside.filter(|token| token.kind == Kind::Text);
    texts
        .map(|token| decode(&text[token.span.clone()]).into_owned())
        .collect()
}

/// What the words of a link name and where it leads, when both are pages and not of one host.
fn other_host(shown: &str, link: &str) -> Option<(String, String)> {
    let shown = shown.trim();
    let says = shown
        .strip_prefix("https://")
        .or_else(|| shown.strip_prefix("http://"));
    let says = says.or_else(|| shown.starts_with("www.").then_some(shown))?;
    let (says, leads) = (host(says)?, host(link.strip_prefix("https://")?)?);
    let plain = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    (plain(&says) != plain(&leads)).then_some((says, leads))
}

/// The host of an address without its scheme; none when a value is in it.
fn host(rest: &str) -> Option<String> {
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    let is_host = host.contains('.') && !host.contains(MASK);
    is_host.then(|| host.to_ascii_lowercase())
}

/// The finding of an error, for lists of findings.
impl From<&ContentError> for Finding {
    fn from(error: &ContentError) -> Self {
        let (line, column) = match error {
            ContentError::Template(error) => (error.line, error.column),
            ContentError::Block { line, column, .. } => (*line, *column),
            ContentError::Deep { .. } => (1, 1),
        };
        let message = match error {
            ContentError::Template(error) => error.mistake.to_string(),
            ContentError::Block { why, .. } => (*why).to_owned(),
            ContentError::Deep { .. } => error.to_string(),
        };
        Self {
            kind: FindingKind::Template,
            line,
            column,
            message,
        }
    }
}

#[cfg(test)]
mod tests;
