use pregon_core::Class;
use pregon_core::template::{Escape, Library, Locale, Source, compile};

use super::*;
use crate::{check, inline_css, text_of};

#[test]
fn nothing_is_found_in_any_design() {
    for design in designs() {
        assert_eq!(
            check(design.html, Class::Promotional),
            [],
            "{}",
            design.name
        );
    }
}

#[test]
fn every_style_is_inlined() {
    for design in designs() {
        let inlined = inline_css(design.html).expect("a template");
        assert_eq!(inlined.left, None, "{}", design.name);
        // Rules that no element of this design has stay as they are.
        let body = inlined.html.split_once("<body").expect("a body").1;
        assert!(!body.contains("var("), "{}", design.name);
        assert!(
            inlined.html.contains("prefers-color-scheme: dark"),
            "{}",
            design.name
        );
    }
}

#[test]
fn texts_are_those_made_of_the_pages() {
    for design in designs() {
        let text = text_of(design.html).expect("a template");
        assert_eq!(design.text, text, "designs/{}.txt", design.name);
    }
}

#[test]
fn every_design_is_written_with_its_samples_and_reads_nothing_else() {
    for design in designs() {
        let html = inline_css(design.html).expect("a template").html;
        let source = |part, escape, text| Source {
            part,
            escape,
            text,
            most_output: 1 << 20,
        };
        let sources = [
            source("subject", Escape::Text, design.subject),
            source("html", Escape::Html, html.as_str()),
            source("text", Escape::Text, design.text),
        ];
        let template = compile(&sources, &Library::new(), &design.vars())
            .unwrap_or_else(|mistakes| panic!("{}: {mistakes:?}", design.name));
        let parts = template
            .render(&design.sample(), &Locale::new("es"))
            .expect("samples");
        for (part, text) in &parts {
            assert!(
                !text.contains("{{") && !text.contains("Pérez") || part == "subject",
                "{part}"
            );
        }
        assert!(parts["html"].len() < 40 * 1024, "{}", parts["html"].len());
        let read = template.reads();
        let unread = design.variables.iter().filter(|it| !read.contains(it.name));
        assert_eq!(
            unread.map(|it| it.name).collect::<Vec<_>>(),
            [""; 0],
            "{}",
            design.name
        );
    }
}
