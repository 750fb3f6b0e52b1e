//! Rewrites the links of one mail.

use html5gum::Tokenizer;
use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use pregon_core::{DispatchRef, LinkKeys, LinkUse, Links};

use crate::page::escape;

/// The most links that are rewritten; a mail with more goes out as it is.
const MOST_LINKS: usize = 500;
/// The longest target: browsers and proxies take no longer URLs for sure.
const MOST_TARGET_BYTES: usize = 1500;
/// The largest mail that is made: what an HTML part may have at most.
const MOST_BYTES: usize = 1024 * 1024;

/// What is put into one mail.
#[derive(Debug)]
pub(super) struct Rewrite<'a> {
    pub(super) links: &'a Links,
    pub(super) keys: &'a LinkKeys,
    pub(super) name: DispatchRef,
    /// The token of the mail's own unsubscribe link, wherever that leads.
    pub(super) unsubscribe: Option<&'a str>,
}

impl Rewrite<'_> {
    /// The HTML with its links signed and the pixel at its end; `None` when it stays as it is.
    pub(super) fn of(&self, html: &str) -> Option<String> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // Links in styles and titles are text.
        emitter.naively_switch_states(true);
        let mut out = String::with_capacity(html.len() + html.len() / 4);
        let (mut copied, mut rewritten, mut end) = (0, 0, None);
        for token in Tokenizer::new_with_emitter(html, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let Some(new) = self.tag(&tag, html) else {
                        continue;
                    };
                    out.push_str(html.get(copied..tag.span.start)?);
                    out.push_str(&new);
                    copied = tag.span.end;
                    rewritten += 1;
                    if rewritten > MOST_LINKS || out.len() > MOST_BYTES {
                        return None;
                    }
                }
                Token::EndTag(tag) if **tag.name == *b"body" => {
                    // The place in what is written: all up to here, with the links before it.
                    out.push_str(html.get(copied..tag.span.start)?);
                    copied = tag.span.start;
                    end = Some(out.len());
                }
                _ => {}
            }
        }
        out.push_str(html.get(copied..)?);
        out.insert_str(end.unwrap_or(out.len()), &self.pixel());
        (out.len() <= MOST_BYTES).then_some(out)
    }

    /// The tag of a link that is followed, written anew.
    fn tag(&self, tag: &StartTag<usize>, html: &str) -> Option<String> {
        let is_link = **tag.name == *b"a" || **tag.name == *b"area";
        let href = tag.attributes.get(b"href".as_slice()).filter(|_| is_link)?;
        let target = std::str::from_utf8(href).ok()?.trim();
        let signed = self.followed(target)?;
        // The place must be the tag's: else nothing is touched.
        let source = html.get(tag.span.start..tag.span.end)?;
        if !source.starts_with('<') || !source.ends_with('>') {
            return None;
        }
        let mut new = format!("<{}", String::from_utf8_lossy(&tag.name));
        for (name, value) in &tag.attributes {
            let name = String::from_utf8_lossy(name);
            let value = String::from_utf8_lossy(value);
            let value = if name == "href" { &*signed } else { &*value };
            new.push_str(&format!(" {name}=\"{}\"", escape(value)));
        }
        new.push_str(if tag.self_closing { " />" } else { ">" });
        Some(new)
    }

    /// The signed link to a target, if it is one to follow.
    fn followed(&self, target: &str) -> Option<String> {
        let scheme = target
            .split_once("://")
            .map(|(scheme, _)| scheme.to_ascii_lowercase());
        let web = matches!(scheme.as_deref(), Some("http" | "https"));
        let plain = !target.chars().any(|c| c.is_control() || c.is_whitespace());
        let ours = self.links.is_ours(target)
            || self.unsubscribe.is_some_and(|token| target.contains(token));
        if !web || !plain || ours || target.len() > MOST_TARGET_BYTES {
            return None;
        }
        // A header takes no other characters: what a browser would encode is encoded here.
        let target = in_ascii(target);
        let token = self.keys.sign(LinkUse::Click(&target), &self.name);
        Some(self.links.click(&token, &target))
    }

    fn pixel(&self) -> String {
        let token = self.keys.sign(LinkUse::Open, &self.name);
        let source = escape(&self.links.open(&token));
        format!(
            "<img src=\"{source}\" width=\"1\" height=\"1\" alt=\"\" \
             style=\"display:block;border:0\">"
        )
    }
}

/// A URL with every character that is not ASCII as `%xx`.
fn in_ascii(url: &str) -> String {
    let mut ascii = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii() {
            ascii.push(char::from(byte));
        } else {
            ascii.push_str(&format!("%{byte:02X}"));
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use pregon_core::{DispatchId, HashKey};
    use proptest::prelude::*;

    use super::*;

    fn rewritten(html: &str) -> Option<String> {
        let keys = LinkKeys::of(&HashKey::new([7; 32]));
        let links = Links::new("https://m.example.org").unwrap();
        let name = DispatchRef {
            id: DispatchId::from_bytes([7; 16]),
            row: 3,
        };
        let unsubscribe = Some("v1.secret");
        let rewrite = Rewrite {
            links: &links,
            keys: &keys,
            name,
            unsubscribe,
        };
        rewrite.of(html)
    }

    /// The HTML without what was put in.
    fn without_ours(html: &str) -> String {
        let (before, rest) = html
            .split_once("<img src=\"https://m.example.org/o/")
            .unwrap();
        let (_, after) = rest.split_once('>').unwrap();
        format!("{before}{after}")
    }

    #[test]
    fn what_is_no_link_to_follow_stays_byte_for_byte() {
        for html in [
            "<p>Hola</p>",
            "<a href=\"mailto:a@b.cl\">x</a><a href='tel:+569'>y</a><a href=#z>z</a>",
            "<a href=\"https://m.example.org/u/v1.k\">Baja</a>",
            "<a HREF=\"https://other.example/baja?t=v1.secret\">Baja</a>",
            "<img src=\"https://x.cl/a.png\"><link href=\"https://x.cl\">",
            "<a name=\"x\">a</a><a>b</a><a href>c</a><a href=\"\">d</a>",
            "<!-- <a href=\"https://x.cl\">x</a> --><style>a[href=\"https://x.cl\"]{}</style>",
            "<title><a href=\"https://x.cl\"></title>",
            "<a href=\"javascript:alert(1)\">x</a><a href=\"ftp://x.cl\">y</a>",
            "<a href=\"https://x.cl/ a\">with a blank</a>",
            "<p>ñandú &amp; &lt; \u{1f600}",
        ] {
            assert_eq!(without_ours(&rewritten(html).unwrap()), html);
        }
    }

    #[test]
    fn links_lead_over_us_and_keep_their_other_attributes() {
        let html =
            "<p>ñ</p><A class='b \"c\"' href='http://x.cl/?a=1&amp;b=ñ' target=_blank>x</a>y";
        let new = rewritten(html).unwrap();
        assert!(new.starts_with(
            "<p>ñ</p><a class=\"b &quot;c&quot;\" href=\"https://m.example.org/c/v1."
        ));
        assert!(new.contains(
            "?to=http%3A%2F%2Fx.cl%2F%3Fa%3D1%26b%3D%25C3%25B1\" target=\"_blank\">x</a>y<img "
        ));
    }

    #[test]
    fn the_pixel_stands_at_the_end_of_the_body() {
        let new = rewritten("<html><body><p>a</p></body></html>").unwrap();
        assert!(
            new.contains("</p><img ") && new.ends_with("></body></html>"),
            "{new}"
        );
    }

    #[test]
    fn a_mail_that_would_grow_too_large_goes_out_as_it_is() {
        let many = "<a href=\"https://x.cl\">x</a>".repeat(MOST_LINKS + 1);
        assert_eq!(rewritten(&many), None);
        assert!(rewritten(&many[..many.len() / 2]).is_some());
        assert_eq!(rewritten(&"x".repeat(MOST_BYTES)), None);
        let long = format!(
            "<a href=\"https://x.cl/{}\">x</a>",
            "a".repeat(MOST_TARGET_BYTES)
        );
        assert_eq!(without_ours(&rewritten(&long).unwrap()), long);
    }

    proptest! {
        #[test]
        fn any_text_is_rewritten_or_left(html in "[<>a/ href=\"'https://x.cl&;!\\-bodyñ]{0,120}") {
            if let Some(new) = rewritten(&html) {
                prop_assert!(new.len() > html.len());
                // Twice is not more than once: our own links are not followed over us.
                let again = rewritten(&new).map(|it| it.matches("/c/v1.").count());
                prop_assert_eq!(again, Some(new.matches("/c/v1.").count()));
            }
        }
    }
}
