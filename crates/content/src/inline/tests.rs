use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(html: &str, expected: &str) {
    let inlined = inline_css(html).expect("a template");
    assert_eq!(inlined.left, None, "{html}");
    assert_eq!(inlined.html, expected);
}

#[track_caller]
fn left(html: &str, line: u32, column: u32, why: &str) {
    let inlined = inline_css(html).expect("a template");
    let finding = inlined.left.expect("it stays");
    assert_eq!(inlined.html, html);
    assert_eq!(
        (finding.line, finding.column),
        (line, column),
        "{}",
        finding.message
    );
    assert!(finding.message.contains(why), "{}", finding.message);
}

#[test]
fn rows_of_a_loop_stay_in_their_table() {
    check(
        "<style>td{color:red}</style><TABLE>{{#each items}}<tr><td class='a'>{{this}}</td></tr>\
         {{/each}}</TABLE>",
        "<style></style><TABLE>{{#each items}}<tr><td class='a' style=\"color: red;\">{{this}}\
         </td></tr>{{/each}}</TABLE>",
    );
}

#[test]
fn media_queries_and_states_stay_in_the_style_element() {
    let html = "<style>a{color:red}a:hover{color:blue}@media (max-width:600px){a{width:100%}}\
                </style><p>{{a}}<a href=\"{{url}}\">x</a></p>";
    let inlined = inline_css(html).unwrap().html;
    assert!(
        inlined.contains("<a href=\"{{url}}\" style=\"color: red;\">x</a>"),
        "{inlined}"
    );
    assert!(inlined.contains("a:hover"), "{inlined}");
    assert!(inlined.contains("@media (max-width:600px)"), "{inlined}");
    assert!(!inlined.contains("a{color:red}"), "{inlined}");
}

#[test]
fn own_styles_win_and_what_has_no_rule_is_not_touched() {
    check(
        "<style>.a{color:red;margin:0}</style><p class=\"a\" style=\"color: #333\">x</p>\
         <B  ID=x >y</B>",
        "<style></style><p class=\"a\" style=\"margin: 0;color: #333\">x</p><B  ID=x >y</B>",
    );
}

#[test]
fn what_hangs_on_a_value_stays() {
    let style = "<style>.a{color:red}</style>\n";
    left(
        &format!("{style}<p class=\"{{{{x}}}}\">a</p>"),
        2,
        11,
        "class",
    );
    left(
        &format!("{style}<p {{{{#if x}}}}class=\"a\"{{{{/if}}}}>a</p>"),
        2,
        4,
        "attributes",
    );
    left(&format!("{style}{{{{> pie}}}}"), 2, 1, "partial");
    left(
        &format!("{style}{{{{#if x}}}}<div class=\"a\">{{{{/if}}}}<p>b</p>"),
        2,
        25,
        "whole",
    );
    left(
        "<style>li + li{color:red}</style>{{#if x}}<li>a</li>{{/if}}",
        1,
        8,
        "neighbours",
    );
    left(
        "<style>[href=x]{color:red}</style><a href=\"{{x}}\">a</a>",
        1,
        44,
        "attributes",
    );
    left(
        "<style>{{#if x}}a{color:red}{{/if}}</style><a>a</a>",
        1,
        8,
        "a tag stands among",
    );
    left(
        "<style>p b{color:red}</style><p>{{#if x}}<div>a</div>{{/if}}<b>c</b></p>",
        1,
        42,
        "a browser",
    );
}

#[test]
fn nothing_is_fetched() {
    let html = "<link rel=\"stylesheet\" href=\"https://styles.invalid/a.css\"><style>@import \
                url(https://styles.invalid/b.css);b{color:red}</style><b>x</b>";
    let inlined = inline_css(html).unwrap().html;
    assert!(
        inlined.contains("<b style=\"color: red;\">x</b>"),
        "{inlined}"
    );
    assert!(inlined.contains("<link rel=\"stylesheet\" href=\"https://styles.invalid/a.css\">"));
}

#[test]
fn without_styles_nothing_changes() {
    let html = "<p>{{#if a}}x{{/if}}</p>";
    check(html, html);
}

/// Templates of whole elements, with blocks, values and styles of classes.
fn node() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("texto ".to_owned()),
        Just("{{name}}".to_owned()),
        Just("<br>".to_owned()),
        "[abc]".prop_map(|class| format!("<img class=\"{class}\" alt=\"{{{{name}}}}\">")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = proptest::collection::vec(inner, 0..4).prop_map(|all| all.concat());
        prop_oneof![
            ("(div|span|b|td)", "[abc]", many.clone()).prop_map(|(name, class, inner)| {
                // Cells come with all that they need around them.
                match name.as_str() {
                    "td" => format!(
                        "<table class=\"{class}\">{{{{#each items}}}}<tr><td class=\"{class}\">\
                         {}</td></tr>{{{{/each}}}}</table>",
                        one_scope_in(&inner)
                    ),
                    name => format!("<{name} class=\"{class}\">{inner}</{name}>"),
                }
            }),
            many.clone()
                .prop_map(|inner| format!("{{{{#if yes}}}}{inner}{{{{/if}}}}")),
            (many.clone(), many).prop_map(|(yes, no)| {
                format!("{{{{#if no}}}}{yes}{{{{else}}}}{no}{{{{/if}}}}")
            }),
        ]
    })
}

/// The same, written within a loop.
fn one_scope_in(html: &str) -> String {
    let mut html = html.replace("../", "../../");
    for name in ["name", "yes", "no", "items"] {
        for before in ["{{", "{{#if ", "{{#each "] {
            html = html.replace(
                &format!("{before}{name}}}}}"),
                &format!("{before}../{name}}}}}"),
            );
        }
    }
    html
}

fn render(html: &str) -> String {
    use pregon_core::template::{Escape, Library, Locale, Source, VarKind, Vars, compile};
    let vars = Vars::new()
        .with("name", VarKind::Text)
        .with("yes", VarKind::Bool)
        .with("no", VarKind::Bool)
        .with("items", VarKind::List);
    let source = Source {
        part: "html",
        escape: Escape::Html,
        text: html,
        most_output: 1 << 20,
    };
    let template = compile(&[source], &Library::new(), &vars).expect("a template");
    let data = serde_json::json!({
        "name": "Ana <b class=\"a\"> & \"Cía\"", "yes": true, "no": false, "items": ["uno", "dos"],
    });
    template.render(&data, &Locale::new("es")).expect("values")["html"].clone()
}

/// The document as a browser has it, without what is left in style elements.
fn seen(html: &str) -> String {
    use html5ever::tendril::TendrilSink;
    use markup5ever_rcdom::{Handle, NodeData, RcDom};
    fn write(node: &Handle, out: &mut String) {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                out.push_str(&format!("<{}", name.local));
                let mut attrs: Vec<String> = attrs
                    .borrow()
                    .iter()
                    .map(|it| format!(" {}={:?}", it.name.local, it.value.trim_end_matches(';')))
                    .collect();
                attrs.sort();
                out.push_str(&attrs.concat());
                out.push('>');
                if *name.local == *"style" {
                    return;
                }
            }
            NodeData::Text { contents } => out.push_str(&contents.borrow()),
            _ => {}
        }
        for child in node.children.borrow().iter() {
            write(child, out);
        }
        out.push('|');
    }
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut out = String::new();
    write(&dom.document, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn rendering_what_was_inlined_is_inlining_what_was_rendered(
        nodes in proptest::collection::vec(node(), 1..5),
    ) {
        let body = nodes.concat();
        let html = format!(
            "<!doctype html><html><head><style>.a{{color:red}}.b .c{{margin:0}}\
             div.a>span{{top:1px}}\
             td.b{{width:1px}}b{{left:2px}}@media print{{.a{{color:#000}}}}</style></head><body>\
             {body}</body></html>"
        );
        let inlined = inline_css(&html).expect("a template");
        // Whatever was written, no tag changed and none moved among the others.
        let tags = |html: &str| {
            let tags = Tags::of(html).expect("a template");
            tags.tags.iter().map(|tag| tags.text[tag.span.clone()].to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(tags(&html), tags(&inlined.html));
        let published = match inlined.left {
            None => seen(&render(&inlined.html)),
            Some(_) => return Ok(()),
        };
        let at_send = seen(&inline_rendered(&render(&html)).expect("not deep"));
        prop_assert_eq!(published, at_send);
    }
}

#[test]
fn most_generated_templates_are_inlined() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = node();
    let inlined = (0..200).filter(|_| {
        let body = strategy.new_tree(&mut runner).expect("a node").current();
        let html = format!("<style>.a{{color:red}}</style>{body}");
        inline_css(&html).expect("a template").left.is_none()
    });
    let inlined = inlined.count();
    assert!(inlined > 150, "{inlined} of 200");
}
