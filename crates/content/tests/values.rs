//! Values of people in mails, read again as a browser and a person read them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use pregon_content::{inline_css, text_of};
use pregon_core::template::{Escape, Library, Locale, Source, VarKind, Vars, compile};
use proptest::prelude::*;

const MAIL: &str = "<!doctype html><html lang=\"es\"><head><title>{{name}}</title>\
    <style>p{color:red}</style></head><body><p title=\"{{name}}\" class='x'>Hola {{name}}</p><a \
    href=\"https://example.org/?q={{name}}\">{{name}}</a><img alt='{{name}}' src=\"cid:a\"><table>\
    {{#each items}}<tr><td>{{this}}</td></tr>{{/each}}</table></body></html>";

fn rendered(html: &str, escape: Escape, name: &str) -> String {
    let vars = Vars::new()
        .with("name", VarKind::Text)
        .with("items", VarKind::List);
    let source = Source {
        part: "it",
        escape,
        text: html,
        most_output: 1 << 20,
    };
    let template = compile(&[source], &Library::new(), &vars).unwrap();
    let data = serde_json::json!({ "name": name, "items": [name, "b"] });
    template.render(&data, &Locale::new("es")).unwrap()["it"].clone()
}

/// The elements with the names of their attributes, as a browser has them.
fn skeleton(html: &str) -> Vec<String> {
    fn walk(node: &Handle, found: &mut Vec<String>) {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attrs = attrs.borrow();
            let names: Vec<&str> = attrs.iter().map(|it| &*it.name.local).collect();
            found.push(format!("{} {}", name.local, names.join(" ")));
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

/// Names as nobody has them, of what could become markup.
fn hostile() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        "[a-z<>&\"'`= /{}]{1,4}",
        Just("<script>x()</script>".to_owned()),
        Just("</title><img src=x onerror=y>".to_owned()),
        Just("\" onmouseover=\"x".to_owned()),
        Just("' style='x".to_owned()),
        Just("javascript:x()".to_owned()),
        Just("--><b>".to_owned()),
        Just("{{name}}".to_owned()),
        Just("&lt;b&gt;&#60;".to_owned()),
        Just("\u{202e}\u{2028}".to_owned()),
    ];
    proptest::collection::vec(bit, 1..5).prop_map(|bits| bits.concat())
}

proptest! {
    #[test]
    fn b7_a_value_makes_no_element_and_no_attribute(name in hostile()) {
        let plain = skeleton(&rendered(MAIL, Escape::Html, "Ana"));
        prop_assert_eq!(skeleton(&rendered(MAIL, Escape::Html, &name)), plain);
        let inlined = inline_css(MAIL).unwrap().html;
        let plain = skeleton(&rendered(&inlined, Escape::Html, "Ana"));
        prop_assert_eq!(skeleton(&rendered(&inlined, Escape::Html, &name)), plain);
    }

    #[test]
    fn b8_a_text_made_of_html_shows_names_as_they_are(name in "[A-Za-z'&<>\"=`áéñ]{1,20}") {
        let text = text_of("<p>Hola &iexcl;{{name}}! O&#39;Higgins &amp; C&iacute;a</p>").unwrap();
        let text = rendered(&text, Escape::Text, &name);
        prop_assert_eq!(text, format!("Hola ¡{name}! O'Higgins & Cía\n"));
    }
}
