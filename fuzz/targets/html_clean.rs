//! No HTML that somebody uploads may panic, hang or exhaust the stack, whatever is done with it;
//! what is cleaned stays clean, and what is made of a template is a template.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_content::{FindingKind, check, clean, inline_css, inline_rendered, text_of};
use pregon_core::Class;
use pregon_core::template::prescan;

fuzz_target!(|input: &[u8]| {
    let Ok(html) = std::str::from_utf8(input) else {
        return;
    };
    let tags = |text: &str| prescan(text).map(|scan| scan.tags());
    let _ = check(html, Class::Promotional);
    let _ = inline_rendered(html);
    if let Ok(text) = text_of(html) {
        tags(&text).expect("a text is a template");
    }
    if let Ok(inlined) = inline_css(html) {
        assert_eq!(tags(&inlined.html), tags(html), "a tag came or went");
    }
    if let Ok(cleaned) = clean(html) {
        let markup = without_tags(&cleaned.html);
        for word in ["<script", "<iframe", "<object", "<svg", "<form"] {
            assert!(!markup.contains(word), "{word}");
        }
        if let Ok(again) = clean(&cleaned.html) {
            let taken = again
                .removed
                .iter()
                .find(|it| it.kind != FindingKind::Repaired);
            assert_eq!(taken, None);
        }
    }
});

/// What a program for mail may see as elements. A tag of the template is none: rendered, it is
/// gone, or a value in which each `<` is written out.
fn without_tags(html: &str) -> String {
    let scan = prescan(html).expect("what is cleaned is a template");
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for span in scan.spans() {
        out.push_str(&html[at..span.start]);
        at = span.end;
    }
    out.push_str(&html[at..]);
    out.to_ascii_lowercase()
}
