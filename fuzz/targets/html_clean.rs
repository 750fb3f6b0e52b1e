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
        for word in ["<script", "<iframe", "<object", "<svg", "<form"] {
            assert!(!cleaned.html.to_ascii_lowercase().contains(word), "{word}");
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
