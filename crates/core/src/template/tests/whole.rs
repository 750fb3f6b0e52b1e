//! A message of two parts, as campaigns write it.

use serde_json::json;

use super::super::{Escape, Library, Locale, Mistake, Source, compile};
use super::{locale, vars};

const HTML: &str = "\
<!DOCTYPE html><html lang=\"es\"><head><title>Renovación</title></head><body>
{{#if vip}}
<p>Gracias, {{first_name customer_name}}.</p>
{{else}}
<p>Hola, {{default (first_name customer_name) \"cliente\"}}.</p>
{{/if}}
<ul>
  {{#each services}}
  <li>{{this}}{{#if @last}}.{{else}};{{/if}}</li>
  {{/each}}
</ul>
<a href=\"{{link}}\" title='{{pin.item.name}}'>
Renovar por {{money spend \"USD\"}}</a>
{{> pie}}
</body></html>
";

fn library() -> Library {
    Library::new().with(
        "pie",
        Escape::Html,
        "<p>Vence: {{date expiry_date \"long\"}}</p>\n",
    )
}

fn source(part: &'static str, escape: Escape, text: &'static str) -> Source<'static> {
    Source {
        part,
        escape,
        text,
        most_output: 10_000,
    }
}

#[test]
fn renewal_in_two_languages() {
    let subject = source(
        "subject",
        Escape::Text,
        "{{pin.item.name}} vence el {{date expiry_date}}",
    );
    let parts = [source("html", Escape::Html, HTML), subject];
    let template = compile(&parts, &library(), &vars()).expect("a good template");
    let reads: Vec<&str> = template.reads().iter().map(String::as_str).collect();
    assert_eq!(
        reads,
        [
            "customer_name",
            "expiry_date",
            "link",
            "pin.item.name",
            "services",
            "spend",
            "vip"
        ]
    );
    let texts = template
        .render(&super::data(), &locale())
        .expect("all there");
    assert_eq!(
        texts["subject"],
        "Antivirus vence el 20 de diciembre de 2026"
    );
    assert_eq!(
        texts["html"],
        "\
<!DOCTYPE html><html lang=\"es\"><head><title>Renovación</title></head><body>
<p>Gracias, Ana.</p>
<ul>
  <li>corte;</li>
  <li>color;</li>
  <li>manicure.</li>
</ul>
<a href=\"https://pregon.example/r?a&#61;1&amp;b&#61;2\" title='Antivirus'>
Renovar por US$ 150.000,50</a>
<p>Vence: domingo, 20 de diciembre de 2026</p>
</body></html>
"
    );
    let texts = template
        .render(&super::data(), &Locale::new("en-US"))
        .expect("all there");
    assert_eq!(texts["subject"], "Antivirus vence el December 20, 2026");
    assert!(texts["html"].contains("Renovar por $150,000.50"));
}

#[test]
fn one_missing_value_gives_no_text_at_all() {
    let parts = [
        source("a", Escape::Text, "hola"),
        source("b", Escape::Text, "{{email}}"),
    ];
    let template = compile(&parts, &library(), &vars()).expect("a good template");
    let error = template
        .render(&json!({}), &locale())
        .expect_err("no e-mail");
    assert_eq!(error.to_string(), "b: no value for email");
}

#[test]
fn all_mistakes_at_once_in_order() {
    let parts = [
        source("subject", Escape::Text, "{{x}} {{{y}}}"),
        source("html", Escape::Html, "<p {{email}}>\n{{uper email}}"),
        source("html", Escape::Html, ""),
    ];
    let errors = compile(&parts, &library(), &vars()).expect_err("many mistakes");
    let shown: Vec<_> = errors
        .iter()
        .map(|e| (e.part.as_str(), e.line, e.column))
        .collect();
    assert_eq!(
        shown,
        [
            ("subject", 1, 7),
            ("html", 1, 4),
            ("html", 2, 3),
            ("html", 1, 1)
        ]
    );
    assert_eq!(errors[3].mistake, Mistake::DuplicatePart);
}

#[test]
fn debug_shows_no_text() {
    let template = compile(
        &[source("a", Escape::Text, "oculto {{email}}")],
        &library(),
        &vars(),
    );
    assert_eq!(
        format!("{:?}", template.expect("good")),
        "Template { parts: [\"a\"], reads: {\"email\"} }"
    );
}
