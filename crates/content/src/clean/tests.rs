use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(html: &str, body: &str, removed: &[&str]) {
    let cleaned = clean(html).expect("a template");
    let start = cleaned.html.find("<body").expect("a body");
    let end = cleaned.html.find("\n</body>").expect("its end");
    let inner = &cleaned.html[start..end];
    let inner = inner.split_once('\n').map_or("", |(_, inner)| inner);
    assert_eq!(inner, body, "{html}");
    let told: Vec<String> = cleaned.removed.iter().map(ToString::to_string).collect();
    assert_eq!(told, removed, "{html}");
}

#[test]
fn scripts_frames_forms_and_drawings_go() {
    check(
        "<p>a<script>x('</p>')</script>b</p>",
        "<p>ab</p>",
        &["1:5: <script> is not allowed"],
    );
    check(
        "<iframe src=x></iframe><form action=x><input name=a>c</form><svg><script>x</script></svg>",
        "c",
        &[
            "1:1: <iframe> is not allowed",
            "1:24: <form> is not allowed",
            "1:39: <input> is not allowed",
            "1:61: <svg> is not allowed",
        ],
    );
    check(
        "<base href=\"https://b.example\"><meta http-equiv=refresh content=0>\
         <link rel=stylesheet href=x>",
        "",
        &[
            "1:1: <base> is not allowed",
            "1:32: <meta> is not allowed",
            "1:67: <link> is not allowed",
        ],
    );
}

#[test]
fn attributes_and_links() {
    check(
        "<a href=\"javascript:x\" onclick=x>a</a>",
        "<a>a</a>",
        &[
            "1:4: the attribute href leads neither to https:// nor to mailto: nor to tel:",
            "1:24: the attribute onclick is not allowed",
        ],
    );
    check(
        "<img src=\"http://a.example/a.png\" alt=\"x\"><img src=\"cid:a\">\
         <a href=\"{{url}}\">y</a>",
        "<img alt=\"x\"><img src=\"cid:a\"><a href=\"{{url}}\">y</a>",
        &["1:6: the attribute src is neither on https:// nor attached (cid:)"],
    );
    check(
        "<p style=\"color: red; position: fixed\">x</p>",
        "<p style=\"color: red\">x</p>",
        &["1:4: a part of the style does more than say how something looks"],
    );
}

#[test]
fn tags_of_the_template_stay_where_they_are() {
    check(
        "<table>{{#each items}}<tr><td>{{this}}</td></tr>{{/each}}</table>",
        "<table><tbody>{{#each items}}<tr><td>{{this}}</td></tr>{{/each}}</tbody></table>",
        &[],
    );
    check(
        "<p title=\"a {{b}}\">{{#if (eq a \"<b>\")}}x{{else}}y{{/if}}{{! <i> }}</p>",
        "<p title=\"a {{b}}\">{{#if (eq a \"<b>\")}}x{{else}}y{{/if}}{{! <i> }}</p>",
        &[],
    );
}

#[test]
fn a_block_that_html_would_tear_apart_is_an_error() {
    for html in [
        "<p>{{#if a}}<div>x{{/if}}</div></p>",
        "<p>a{{#if x}}</p>{{/if}}",
        "{{#if x}}<script>{{/if}}</script>",
    ] {
        assert!(
            matches!(clean(html), Err(ContentError::Block { .. })),
            "{html}"
        );
    }
}

#[test]
fn repairs_are_told() {
    check(
        "<b><p>x</b>y</p>",
        "<b></b><p><b>x</b>y</p>",
        &["1:17: the HTML from here on had to be repaired as browsers do it"],
    );
}

#[test]
fn a_page_keeps_language_title_styles_and_the_looks_of_its_body() {
    let html = "<html lang=\"es\"><head><title>Hola {{x}}</title><style>a{color:red}</style>\
        <style>@import \
        'x';</style></head><body bgcolor=\"#fff\" onload=x>t</body></html>";
    let cleaned = clean(html).unwrap();
    assert!(
        cleaned
            .html
            .starts_with("<!doctype html>\n<html lang=\"es\">\n")
    );
    assert!(cleaned.html.contains("<title>Hola {{x}}</title>"));
    assert!(cleaned.html.contains("<style>\na{color:red}\n</style>"));
    assert!(!cleaned.html.contains("@import"));
    assert!(cleaned.html.contains("<body bgcolor=\"#fff\">\nt\n</body>"));
    assert_eq!(cleaned.removed.len(), 2, "{:?}", cleaned.removed);
    assert_eq!(
        clean(&cleaned.html).unwrap().html,
        cleaned.html,
        "clean stays clean"
    );
}

#[test]
fn a_deep_page_is_refused() {
    assert!(matches!(
        clean(&"<div>".repeat(50_000)),
        Err(ContentError::Deep { .. })
    ));
}

/// Elements and attributes of a document as a browser has them.
fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    use html5ever::tendril::TendrilSink;
    use markup5ever_rcdom::{Handle, NodeData, RcDom};
    fn walk(node: &Handle, found: &mut Vec<(String, Vec<(String, String)>)>) {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attrs = attrs.borrow();
            let attrs = attrs
                .iter()
                .map(|it| (it.name.local.to_string(), it.value.to_string()));
            found.push((name.local.to_string(), attrs.collect()));
        }
        node.children
            .borrow()
            .iter()
            .for_each(|child| walk(child, found));
    }
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut found = Vec::new();
    walk(&dom.document, &mut found);
    found
}

fn hostile() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        Just("<script>x()</script>"),
        Just("<SCRIPT/x>"),
        Just("</script>"),
        Just("<svg onload=x>"),
        Just("<img src=x onerror=x()>"),
        Just("<a href=javascript:x>"),
        Just("<math><mi>"),
        Just("<style>"),
        Just("</style>"),
        Just("<!--"),
        Just("-->"),
        Just("<title>"),
        Just("</title>"),
        Just("<table>"),
        Just("<td>"),
        Just("</table>"),
        Just("<p style=\"x:expression(y)\">"),
        Just("<iframe srcdoc=x>"),
        Just("<noscript>"),
        Just("<template>"),
        Just("<select>"),
        Just("{{a}}"),
        Just("{{#if a}}"),
        Just("{{/if}}"),
        Just("\""),
        Just("'"),
        Just(">"),
        Just("<b"),
        Just(" onclick=x "),
        Just("&lt;script&gt;"),
        Just("<plaintext>"),
        Just("<textarea>"),
        Just("<form action=x>"),
        Just("<base href=x>"),
        Just("<body onload=x>"),
        Just("<a href=\" data:x\">"),
        Just("<![CDATA["),
        Just("<?x"),
        Just("\u{0}"),
        Just("pregontag0."),
    ];
    proptest::collection::vec(bit, 0..16).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_that_acts_is_left(html in hostile()) {
        let Ok(cleaned) = clean(&html) else {
            return Ok(());
        };
        let page = ["html", "head", "body", "title", "style", "meta"];
        for (name, attrs) in elements(&cleaned.html) {
            prop_assert!(
                allow::ELEMENTS.contains(&name.as_str()) || page.contains(&name.as_str()),
                "<{name}> in {}", cleaned.html
            );
            for (attr, value) in attrs {
                prop_assert!(!attr.starts_with("on"), "{attr} in {}", cleaned.html);
                let bare = value.to_ascii_lowercase();
                let leads = bare.contains("javascript:") || bare.contains("data:");
                prop_assert!(!leads, "{}", cleaned.html);
                prop_assert!(!bare.contains("expression("), "{}", cleaned.html);
            }
        }
        let again = clean(&cleaned.html).expect("clean HTML is HTML");
        let taken = again.removed.iter().find(|it| it.kind != FindingKind::Repaired);
        prop_assert_eq!(taken, None, "{}", cleaned.html);
    }
}

/// Found by the fuzzer: a link with a value in it stays, and was told as taken away.
#[test]
fn a_link_with_a_value_in_it_is_kept_and_not_told() {
    for link in [
        "https://example.org/{{code}}",
        "https://example.org/?c={{code}}#{{day}}",
        "{{url}}",
        "mailto:{{answers}}",
    ] {
        let html = format!("<p><a href=\"{link}\">Ver</a></p>");
        let cleaned = clean(&html).unwrap();
        assert!(
            cleaned.html.contains(&format!("href=\"{link}\"")),
            "{}",
            cleaned.html
        );
        assert_eq!(cleaned.removed, vec![], "{link}");
    }
    let cleaned = clean("<a href=\"http://example.org/{{code}}\">Ver</a>").unwrap();
    assert_eq!(cleaned.removed[0].kind, FindingKind::Attribute);
}

/// Found by the fuzzer: a program that takes a sheet for a page would see an element in it.
#[test]
fn no_element_begins_in_a_style_sheet() {
    for sheet in [
        ".a<svg b{color:red}",
        "<!-- .a{color:red} -->",
        "@media(width<9px){}",
    ] {
        let cleaned = clean(&format!("<style>{sheet}</style><p>Hola</p>")).unwrap();
        assert!(!cleaned.html.contains(sheet), "{}", cleaned.html);
        assert_eq!(cleaned.removed[0].kind, FindingKind::Style, "{sheet}");
    }
}
