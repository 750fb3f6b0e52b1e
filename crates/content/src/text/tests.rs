use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(html: &str, text: &str) {
    assert_eq!(text_of(html).expect("a template"), text, "{html}");
}

#[test]
fn paragraphs_lines_and_lists() {
    check(
        "<h1>Hola</h1><p>Uno<br>dos</p><ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>\
         <p>fin</p>",
        "Hola\n\nUno\ndos\n\n- a\n- b\n1. c\n2. d\n\nfin\n",
    );
    check(
        "<table><tr><td>Plan</td><td>Precio</td></tr><tr><td>Oro</td><td>10</td></tr></table>",
        "Plan Precio\nOro 10\n",
    );
    check("a<hr>b", "a\n\n---\n\nb\n");
}

#[test]
fn links() {
    check(
        "<p>Vea <a href=\"https://example.org/a\">su plan</a>, hoy</p>",
        "Vea su plan (https://example.org/a), hoy\n",
    );
    check(
        "<a href=\"https://example.org/a?x=1&amp;y={{z}}\"> Ver </a>",
        "Ver: https://example.org/a?x=1&y={{z}}\n",
    );
    check(
        "<a href=\"https://example.org/\">https://example.org</a>",
        "https://example.org\n",
    );
    check(
        "<a href=\"mailto:a@example.org\">a@example.org</a> <a href=\"tel:+56912345678\">Llame</a>",
        "a@example.org Llame (+56912345678)\n",
    );
    check(
        "<a href=\"https://example.org\"><img alt=\"Logo\"></a> <a href=\"#x\">y</a>",
        "Logo (https://example.org) y\n",
    );
    check("<a href=\"{{url}}\"><img alt=\"\"></a>", "{{url}}\n");
}

#[test]
fn tags_stay_as_they_are() {
    check(
        "<p>{{#if a}}Hola {{first_name n}}{{else}}Buenas{{/if}}, ya</p>",
        "{{#if a}}Hola {{first_name n}}{{else}}Buenas{{/if}}, ya\n",
    );
    check(
        "<p>a</p>{{#if x}}<p>b</p>{{/if}}<p>c</p>",
        "a\n\n{{#if x}}\nb\n\n{{/if}}\nc\n",
    );
    check(
        "<table>{{#each items}}<tr><td>{{this}}</td></tr>{{/each}}</table><p>z</p>",
        "{{#each items}}\n{{this}}\n{{/each}}\n\nz\n",
    );
    check(
        "<div>{{#if a}}{{#if b}}<p>x</p>{{/if}}{{/if}}</div>",
        "{{#if a}}\n{{#if b}}\nx\n\n{{/if}}\n{{/if}}\n",
    );
    check("{{! nota }}<!-- {{a}} --><p>x{{! y }}z</p>", "xz\n");
}

#[test]
fn what_is_hidden_is_left_out() {
    check(
        "<title>t {{x}}</title><style>a{}</style>\
         <div style=\"DISPLAY : none\">{{#if a}}<div>p</div>{{/if}}</div>\
         <span hidden>h</span><img style=\"display:none\">\
         <b style=\"max-height:0px\">m</b><i style=\"max-height:0.5em\">s</i>",
        "s\n",
    );
}

#[test]
fn no_tag_comes_into_being() {
    check("<p>&#123;&#123;secret}}</p>", "{ {secret}}\n");
    check("<p>&#123;{{a}} &#92;{{b}}</p>", "{ {{a}} \\ {{b}}\n");
    check("<p>{&#123;x}}</p>", "{ {x}}\n");
}

#[test]
fn a_block_that_is_half_hidden_is_told() {
    let error = text_of("<p>a</p>\n{{#if x}}<div hidden>{{/if}}</div>").unwrap_err();
    assert_eq!(error.to_string(), format!("line 2, column 1: {HALF}"));
}

#[test]
fn lines_are_broken_between_words_only() {
    let url = format!("https://example.org/{}", "a".repeat(100));
    let text = text_of(&format!(
        "<p>{} <a href=\"{url}\">ver</a></p>",
        "palabra ".repeat(30)
    ))
    .unwrap();
    assert!(text.contains(&url), "{text}");
    let long = text
        .lines()
        .filter(|line| line.chars().count() > 76)
        .count();
    assert_eq!(long, 1, "{text}");
}

proptest! {
    #[test]
    fn tags_are_whole_and_in_their_order(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("{{a}}"), Just("<p>"), Just("</p>"), Just(" "), Just("<b>x"), Just("&#123;"),
                Just("{"), Just("&amp;"), Just("<td>"), Just("</tr>"), Just("{{#if a}}y{{/if}}"),
                Just("<a href=\"https://e.org/{{a}}\">"), Just("</a>"), Just("\\"), Just("<br>"),
            ],
            0..20,
        ),
    ) {
        let html = parts.concat();
        // A backslash before a tag, three braces: no template, and that is said.
        let Ok(before) = Tags::of(&html) else {
            return Ok(());
        };
        let text = text_of(&html).expect("whole blocks");
        let after = Tags::of(&text).expect("a template again");
        let texts = |tags: &Tags<'_>| {
            tags.tags.iter().map(|tag| tags.text[tag.span.clone()].to_owned()).collect::<Vec<_>>()
        };
        // Tags of text are all there; those of links may be left out or come after their words.
        let blocks = |all: Vec<String>| {
            all.into_iter().filter(|it| it != "{{a}}").collect::<Vec<_>>()
        };
        prop_assert_eq!(blocks(texts(&before)), blocks(texts(&after)));
    }
}
