//! Where values may stand in HTML, and which links and elements are refused.

use serde_json::{Value, json};

use super::super::{Escape, RenderError};
use super::{data, refused_as, render_as};

#[track_caller]
fn html(text: &str, data: &Value, wanted: &str) {
    assert_eq!(
        render_as(Escape::Html, text, data).as_deref(),
        Ok(wanted),
        "{text}"
    );
}

#[track_caller]
fn takes(text: &str) {
    if let Err(error) = render_as(Escape::Html, text, &data()) {
        panic!("{text}: {error}");
    }
}

#[track_caller]
fn refuses(text: &str, wanted: &str) {
    refused_as(Escape::Html, text, &[wanted]);
}

#[test]
fn values_are_escaped_once_and_in_html_only() {
    let evil = json!({ "customer_name": "<b a=\"1\" c='2'>`O'Higgins & {{secret}}`</b>" });
    html(
        "<p>{{customer_name}}</p>",
        &evil,
        "<p>&lt;b a&#61;&quot;1&quot; c&#61;&#39;2&#39;&gt;\
        &#96;O&#39;Higgins &amp; {{secret}}&#96;&lt;/b&gt;</p>",
    );
    html(
        "{{lower customer_name}}",
        &json!({ "customer_name": "<B>" }),
        "&lt;b&gt;",
    );
    html(
        "{{default email (upper customer_name)}}",
        &json!({ "customer_name": "a&b" }),
        "A&amp;B",
    );
    let text = render_as(Escape::Text, "{{customer_name}}", &evil).expect("a text");
    assert_eq!(text, evil["customer_name"].as_str().expect("a string"));
}

#[test]
fn safe_places() {
    for text in [
        "<p title=\"{{email}}\">{{email}}</p>",
        "<p title='{{email}}' class=big>{{email}}</p>",
        "<p\n title = \"{{email}}\"\n/>",
        "<title>{{email}}</title><textarea>{{email}}</textarea>",
        "a < {{email}} <3 {{email}} > b",
        "<!DOCTYPE html><head><meta http-equiv=\"Content-Type\" content=\"text/html\">",
        "<style>@media (max-width:600px){a > b{color:red}}</style>{{email}}",
        "<style>{{#if vip}}p{color:red}{{/if}}</style>",
        "<!-- {{#if vip}} nota {{/if}} -->{{email}}",
        "<!--{{#each services}}--><tr><td>{{this}}</td></tr><!--{{/each}}-->",
        "<!--[if mso]><v:rect xmlns:v=\"urn:x\" href=\"https://x\">{{email}}<![endif]-->",
        "<!--[if !mso]><!--><p>{{email}}></p><!--<![endif]-->",
        "<?xml version=\"1.0\"?>{{email}}",
        "<tr {{#if vip}}class=\"vip\"{{/if}}>",
        "<p class=\"a{{#if vip}} b{{/if}}\">{{#if vip}}<b>{{email}}</b>{{else}}a{{/if}}",
        "{{> pie}}<table>{{#each services}}<tr><td>{{this}}</td></tr>{{/each}}</table>",
        "<!-->{{email}}<!--->{{email}}<!-- a --!>{{email}}",
    ] {
        takes(text);
    }
}

#[test]
fn unsafe_places() {
    for (text, column, place) in [
        ("<{{email}}>", 2, "in the name of a tag"),
        ("<h{{visits}}>", 3, "in the name of a tag"),
        ("</{{email}}>", 3, "in the name of a tag"),
        ("<p {{email}}>", 4, "inside a tag"),
        ("<p x{{email}}=\"1\">", 5, "inside a tag"),
        ("<p title={{email}}>", 10, "in an attribute without quotes"),
        ("<p title=a{{email}}>", 11, "in an attribute without quotes"),
        (
            "<p style=\"color:{{email}}\">",
            17,
            "in style or http-equiv",
        ),
        ("<style>{{email}}</style>", 8, "in style or title"),
        ("<title><{{email}}</title>", 9, "in style or title"),
        ("<!-- {{email}} -->", 6, "in a comment"),
        ("<!DOCTYPE {{email}}>", 11, "in a declaration"),
        (
            "<meta http-equiv=\"{{email}}\">",
            19,
            "in style or http-equiv",
        ),
    ] {
        let wanted = format!("1:{column} a value cannot be written {place}");
        let found = super::compile_as(Escape::Html, text)
            .err()
            .unwrap_or_default();
        let first = found
            .first()
            .map(|error| format!("1:{} {}", error.column, error.mistake));
        assert_eq!(first.as_deref(), Some(wanted.as_str()), "{text}");
    }
}

#[test]
fn branches_end_where_they_began() {
    const STARTS: &str = "a branch of a block must end where it began in the HTML: it began";
    for (text, column, places) in [
        ("{{#if vip}}<p {{/if}}>", 15, "in text, ends inside a tag"),
        ("<p {{#if vip}}>{{/if}}", 16, "inside a tag, ends in text"),
        (
            "<{{#if vip}}b{{/if}}>",
            14,
            "in the name of a tag, ends in the name of a tag",
        ),
        (
            "<a href=\"{{#if vip}}https://a{{else}}{{link}}{{/if}}\">",
            30,
            "at the beginning of a link, ends in an attribute",
        ),
        (
            "<!--{{#if vip}}-->{{else}}{{/if}}",
            19,
            "in a comment, ends in text",
        ),
        (
            "{{#each services}}<style>{{else}}{{/each}}",
            26,
            "in text, ends in style or title",
        ),
    ] {
        let found = super::compile_as(Escape::Html, text)
            .err()
            .unwrap_or_default();
        let first = found
            .first()
            .map(|error| format!("1:{} {}", error.column, error.mistake));
        assert_eq!(
            first,
            Some(format!("1:{column} {STARTS} {places}")),
            "{text}"
        );
    }
}

#[test]
fn elements_and_attributes() {
    for (text, wanted) in [
        ("<script>x</script>", "1:8 HTML: <script> is not allowed"),
        ("<SCRIPT/x>", "1:8 HTML: <script> is not allowed"),
        ("<svg>", "1:5 HTML: <svg> is not allowed"),
        (
            "<iframe src='https://x'>",
            "1:8 HTML: <iframe> is not allowed",
        ),
        (
            "<p onclick=\"x\">",
            "1:11 HTML: the attribute onclick is not allowed",
        ),
        (
            "<p/onload=x>",
            "1:10 HTML: the attribute onload is not allowed",
        ),
        (
            "<img srcset=\"https://x 1x\">",
            "1:12 HTML: the attribute srcset is not allowed",
        ),
        (
            "<meta http-equiv=\"refresh\" content=\"0\">",
            "1:26 HTML: http-equiv may only tell the type or the language",
        ),
        (
            "<p style=\"width:expression(1)\">",
            "1:30 HTML: expression( is not allowed in styles",
        ),
        (
            "<style>a{b:url( 'data:x')}</style>",
            "1:34 HTML: url(data: is not allowed in styles",
        ),
        ("<p <b>", "1:4 HTML: unexpected sign in a tag"),
        ("<p a=\"b\"\">", "1:9 HTML: unexpected sign in a tag"),
        ("</p x=\">\">", "1:6 HTML: unexpected sign in an end tag"),
        ("<p", "1:1 HTML: the text ends in the name of a tag"),
        ("<!-- a", "1:1 HTML: the text ends in a comment"),
        ("<!--[if mso]>", "1:1 HTML: <!--[if …]> is not closed"),
        (
            "<!--[if mso]>{{email}}><![endif]-->",
            "1:23 HTML: write &gt; after a value inside <!--[if …]>",
        ),
    ] {
        refuses(text, wanted);
    }
}

#[test]
fn literal_links() {
    for link in [
        "https://x.example/a?b=c",
        "HTTPS://x",
        "mailto:a@x.example",
        "tel:+569",
        "#a",
    ] {
        takes(&format!("<a href=\"{link}\">a</a><a href='{link}'>b</a>"));
    }
    takes(
        "<a href=https://x>a</a><img src=\"cid:logo\"><img alt=\"data abierta\" src='https://x'>",
    );
    for (link, column) in [
        ("http://x", 14),
        ("javascript:alert(1)", 10),
        ("java&#x73;cript:x", 10),
        (" https://x", 10),
        ("\tjavascript:x", 10),
        ("//x.example", 10),
        ("/a", 10),
        ("data:text/html,x", 10),
        ("ftp://x", 10),
        ("&#104;ttps://x", 10),
        ("cid:a", 10),
        ("", 10),
        ("https:", 16),
    ] {
        refuses(
            &format!("<a href=\"{link}\">"),
            &format!(
                "1:{column} a link must begin with \
            https://, mailto: or tel: in plain characters"
            ),
        );
    }
    for text in [
        "<form action=\"http://x\">",
        "<img src=\"data:image/png;base64,x\">",
        "<a href=javascript:x>",
        "<table background='http://x'>",
        "<v:fill xlink:href=\"http://x\">",
        "<a HREF = 'http://x'>",
        "<p title=\" javascript:x\">",
        "<a href=\"ht{{link}}\">",
        "<a href=\"&{{link}}\">",
    ] {
        let found = super::compile_as(Escape::Html, text)
            .err()
            .unwrap_or_default();
        let all: Vec<_> = found.iter().map(|error| &error.mistake).collect();
        assert_eq!(all, [&super::super::Mistake::UnsafeLink], "{text}");
    }
}

#[test]
fn values_in_links() {
    html(
        "<a href=\"{{link}}\">",
        &data(),
        "<a href=\"https://pregon.example/r?a&#61;1&amp;b&#61;2\">",
    );
    html(
        "<a href=\"https://x.example/?q={{url customer_name}}\">",
        &data(),
        "<a href=\"https://x.example/?q=ANA%20P%C3%89REZ\">",
    );
    html(
        "<a href=\"mailto:{{email}}\">",
        &data(),
        "<a href=\"mailto:ana@cliente.example\">",
    );
    html(
        "<a href=\"{{#if vip}}{{/if}}https://x\">",
        &data(),
        "<a href=\"https://x\">",
    );
    for value in [
        "javascript:alert(1)",
        "java&#x73;cript:x",
        " https://x",
        "",
        "HTTP://x",
        "data:x",
    ] {
        let data = json!({ "link": value, "vip": true });
        for text in [
            "<a href=\"{{link}}\">",
            "<a href='{{link}}?a=b'>",
            "<img src=\"{{link}}\">",
            "{{#if vip}}<a href=\"{{default link \"x\"}}\">{{/if}}",
        ] {
            let wanted = Err(RenderError::UnsafeLink {
                part: "body".to_owned(),
            });
            assert_eq!(
                render_as(Escape::Html, text, &data),
                wanted,
                "{text} {value}"
            );
        }
    }
}
