//! Any text: never a panic, never more than the budget, never a new tag by a value.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::super::{Escape, Library, Mistake, RenderError, Source, compile, prescan};
use super::{locale, render_as, vars};

/// Pieces that templates are made of, right and wrong.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{{#if vip}}",
    "{{/if}}",
    "{{else}}",
    "{{else if visits}}",
    "{",
    "}",
    "{{#each services}}",
    "{{/each}}",
    "{{this}}",
    "{{@index}}",
    "{{../email}}",
    "{{#with pin}}",
    "{{/with}}",
    "{{status}}",
    "{{email}}",
    "{{~",
    "~}}",
    "{{!",
    "{{!--",
    "--}}",
    "\\",
    "\"",
    "'",
    "(",
    ")",
    "|",
    "as |x|",
    "{{> pie}}",
    "{{> p}}",
    "{{upper email}}",
    "{{#unless vip}}",
    "&",
    "{{/unless}}",
    "{{first_name customer_name}}",
    "{{money spend}}",
    "{{join services",
    "elsewhere",
    "{{default email \"a\"}}",
    "{{#if (and vip (gt visits 2))}}",
    " ",
    "\n",
    "<p>",
    "</p>",
    "<a href=\"",
    "<p title='",
    "\">",
    "'>",
    "https://x/",
    "{{link}}",
    "<!--",
    "-->",
    "<!--[if mso]>",
    "<![endif]-->",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<",
    ">",
    "=",
    "texto",
    "ñ",
    "\u{0}",
    "-",
    "!",
    "[",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => pieces(), 1 => ".{0,80}", 1 => "[{}#/>!~\"'()| a-c\\\\\\n]{0,60}"]
}

fn evil() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,20}",
        "[<>\"'&=`/! a-z-]{0,12}",
        Just("--".to_owned()),
        Just("-->".to_owned()),
        Just("\"><script>".to_owned()),
        Just("' onload='x".to_owned()),
        Just("{{email}}".to_owned()),
        Just(String::new()),
    ]
}

fn data(value: &str) -> Value {
    json!({
        "customer_name": value, "email": value, "link": "https://x",
        "elsewhere": value, "date": value,
        "visits": 3, "spend": "10.5", "vip": true, "expiry_date": "2026-12-20",
        "booked_at": "2026-12-20T18:05:00Z", "services": [value, value],
        "pin": { "status": value, "item": { "name": value } }, "año": 1,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long the compiler takes is what is tested"
)]
fn outcome(escape: Escape, text: &str, value: &str) -> Option<Result<String, RenderError>> {
    let library = Library::new()
        .with("pie", escape, "x {{email}}\n")
        .with("p", escape, "{{> p}}");
    let source = Source {
        part: "a",
        escape,
        text,
        most_output: 500,
    };
    let started = Instant::now();
    let compiled = compile(&[source], &library, &vars());
    assert!(started.elapsed() < Duration::from_secs(2), "slow: {text:?}");
    match compiled {
        Ok(template) => {
            let texts = template.render(&data(value), &locale());
            Some(texts.map(|mut texts| texts.remove("a").expect("the part")))
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(
                errors.iter().all(|e| e.line > 0 && e.column > 0),
                "{text:?}"
            );
            // The engine refusing what the checks passed would be a hole in them.
            assert!(
                errors.iter().all(|error| error.mistake != Mistake::Engine),
                "{text:?}"
            );
            None
        }
    }
}

/// Tells how much of the generated text reaches the engine: a property over refusals proves little.
#[test]
fn enough_templates_compile() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let good = (0..1_000)
        .filter_map(|_| pieces().new_tree(&mut runner).ok())
        .filter(|tree| matches!(outcome(Escape::Text, &tree.current(), "x"), Some(Ok(_))))
        .count();
    assert!(good > 100, "{good} of 1,000");
}

/// Tags and comments of a text, as a browser finds them; what is between them left out.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let name = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        if !rest[1..].starts_with(name) {
            rest = &rest[1..];
            continue;
        }
        let end = if rest.starts_with("<!--") {
            comment_end(rest)
        } else {
            tag_end(rest)
        };
        tags.push(
            rest[..end]
                .chars()
                .take_while(|c| !matches!(c, ' ' | '"' | '\'' | '>'))
                .collect(),
        );
        tags.push(rest[..end].matches(['"', '\'']).count().to_string());
        rest = &rest[end..];
    }
    tags
}

fn comment_end(text: &str) -> usize {
    let ends = ["-->", "--!>"].map(|end| text[2..].find(end).map(|i| i + 2 + end.len()));
    let short = ["<!-->", "<!--->"]
        .iter()
        .find(|short| text.starts_with(**short))
        .map(|s| s.len());
    short
        .or(ends.into_iter().flatten().min())
        .unwrap_or(text.len())
}

fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return i + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(4_000)
    })]

    #[test]
    fn any_text_is_answered(text in any_text(), value in evil()) {
        let _ = prescan(&text);
        for escape in [Escape::Html, Escape::Text] {
            match outcome(escape, &text, &value) {
                Some(Ok(shown)) => prop_assert!(shown.chars().count() <= 500),
                Some(Err(error)) => {
                    let ours = matches!(error, RenderError::Engine { .. });
                    prop_assert!(!ours, "{text:?}");
                }
                None => {}
            }
        }
    }

    #[test]
    fn text_without_braces_is_printed_as_it_is(text in "[^{}\\\\\\p{C}]{0,60}") {
        prop_assert_eq!(outcome(Escape::Text, &text, ""), Some(Ok(text)));
    }

    #[test]
    fn values_are_printed_as_they_are_in_texts(value in evil()) {
        let shown = outcome(Escape::Text, "{{email}}|{{#each services}}{{this}}{{/each}}", &value);
        prop_assert_eq!(shown, Some(Ok(format!("{value}|{value}{value}"))));
    }

    #[test]
    fn no_value_makes_a_tag(
        head in pieces(), value in evil(),
        middle in prop::sample::select(&[
            "",
            "<b title=\"{{email}}\">{{email}}</b>",
            "<!--[if mso]>{{email}}<b>-<![endif]-->",
        ][..]),
    ) {
        let text = format!("{middle}{head}");
        let harmless = outcome(Escape::Html, &text, "x");
        let shown = outcome(Escape::Html, &text, &value);
        if let (Some(Ok(harmless)), Some(Ok(shown))) = (harmless, shown) {
            prop_assert_eq!(skeleton(&harmless), skeleton(&shown), "{:?} with {:?}", text, value);
        }
    }
}

proptest! {
    #[test]
    fn no_value_ends_a_text_of_json(value in any::<String>()) {
        prop_assume!(!value.is_empty());
        let text = r#"{"who": {"name": "{{customer_name}}"}}"#;
        let data = json!({ "customer_name": value });
        let rendered = render_as(Escape::Json, text, &data).expect("a text is there");
        let read: Value = serde_json::from_str(&rendered).expect("it is JSON");
        prop_assert_eq!(read, json!({ "who": { "name": value } }));
    }
}
