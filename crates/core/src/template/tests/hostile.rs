//! Inputs that abort, hang or flood the engine: none of them gets there.
//!
//! Rows run on the small stack of a test thread: what reached the engine would end this process.

use serde_json::{Value, json};

use super::super::{Escape, Library, Mistake, RenderError, Source, VarKind, Vars, compile};
use super::{compile_as, locale, refuses, vars};

#[track_caller]
fn over(text: &str, what: &'static str, most: usize) {
    let errors = compile_as(Escape::Text, text).err().unwrap_or_default();
    let mistakes: Vec<_> = errors.into_iter().map(|error| error.mistake).collect();
    assert_eq!(mistakes, [Mistake::OverLimit { what, most }]);
}

fn nested(open: &str, n: usize, inside: &str, close: &str) -> String {
    [open.repeat(n), inside.to_owned(), close.repeat(n)].concat()
}

#[test]
fn sizes() {
    over(&"a".repeat(256 * 1024 + 1), "the size in bytes", 262_144);
    assert!(compile_as(Escape::Text, &"a".repeat(256 * 1024)).is_ok());
    over(&"{{vip}}".repeat(20_001), "the number of tags", 20_000);
    assert!(compile_as(Escape::Text, &"{{vip}}".repeat(20_000)).is_ok());
    over(
        &format!("{{{{and {}}}}}", "vip ".repeat(60_000)),
        "the number of words in a tag",
        128,
    );
}

#[test]
fn deep_blocks() {
    for n in [33, 5_000, 12_000] {
        over(
            &nested("{{#if vip}}", n, "", "{{/if}}"),
            "the depth of blocks",
            32,
        );
        over(
            &nested("{{#each services}}", n, "", ""),
            "the depth of blocks",
            32,
        );
    }
    assert!(compile_as(Escape::Text, &nested("{{#if vip}}", 32, "a", "{{/if}}")).is_ok());
    let chain = |n| format!("{{{{#if vip}}}}{}{{{{/if}}}}", "{{else if vip}}".repeat(n));
    over(&chain(32), "the depth of blocks", 32);
    over(&chain(15_000), "the depth of blocks", 32);
    assert!(compile_as(Escape::Text, &chain(31)).is_ok());
}

#[test]
fn deep_parentheses() {
    let calls = |n| format!("{{{{#if {}}}}}{{{{/if}}}}", nested("(not ", n, "vip", ")"));
    assert!(compile_as(Escape::Text, &calls(32)).is_ok());
    over(&calls(33), "the depth of parentheses", 32);
    over(&calls(40_000), "the depth of parentheses", 32);
    over(
        &format!("{{{{{}", "(".repeat(200_000)),
        "the depth of parentheses",
        32,
    );
    assert!(
        compile_as(
            Escape::Text,
            &format!("{{{{{}vip{}}}}}", "(".repeat(32), ")".repeat(32))
        )
        .is_ok()
    );
}

#[test]
fn what_the_parser_could_choke_on() {
    for text in [
        "{{[".repeat(5_000),
        format!("{{{{{}}}}}", "[".repeat(100_000)),
        format!("{{{{default email {}", "[[".repeat(50_000)),
        format!("{{{{default email {}", "{\"a\":".repeat(40_000)),
        format!("{{{{{}", "../".repeat(80_000)),
        format!("{{{{{}}}}}", "a.".repeat(100_000)),
        format!("{{{{default email \"{}", "\\\"".repeat(100_000)),
        format!("{{{{number spend {}}}}}", "9".repeat(100_000)),
        "{{!--".repeat(50_000),
        "{{!".repeat(80_000),
        "\\{{".repeat(80_000),
        "{".repeat(200_000),
        "{{#".repeat(80_000),
        "{{/".repeat(80_000),
        "{{> ".repeat(60_000),
        "{{~".repeat(80_000),
        "{{#*inline \"a\"}}{{> a}}".repeat(5_000),
        "{{{{raw}}}}".repeat(20_000),
    ] {
        assert!(compile_as(Escape::Text, &text).is_err(), "{}…", &text[..12]);
        assert!(compile_as(Escape::Html, &text).is_err(), "{}…", &text[..12]);
    }
}

#[test]
fn partials_that_grow() {
    let mut library = Library::new();
    for i in 0..8 {
        library = library.with(
            &format!("p{i}"),
            Escape::Text,
            &format!("{{{{> p{}}}}}", i + 1).repeat(50),
        );
    }
    library = library.with("p8", Escape::Text, "x");
    let check = |text: &str, wanted: &'static str| {
        let source = Source {
            part: "a",
            escape: Escape::Text,
            text,
            most_output: 99,
        };
        let errors = compile(&[source], &library, &vars()).expect_err("too much");
        assert!(errors[0].to_string().contains(wanted), "{}", errors[0]);
    };
    check("{{> p1}}", "the number of tags");
    check("{{> p0}}", "the depth of partials");
    let large = Library::new().with("p", Escape::Text, &"a".repeat(200_000));
    let text = "{{> p}}".repeat(6);
    let source = Source {
        part: "a",
        escape: Escape::Text,
        text: &text,
        most_output: 99,
    };
    assert!(compile(&[source], &large, &vars()).is_err());
    let many = (0..65).fold(Library::new(), |all, i| {
        all.with(&i.to_string(), Escape::Text, "")
    });
    assert!(
        compile(&[], &many, &vars()).is_ok(),
        "unused partials harm nobody"
    );
    let source = Source { text: "", ..source };
    assert!(compile(&[source], &many, &vars()).is_err());
}

fn bomb(text: &str, n: usize, most_output: usize) -> Result<usize, RenderError> {
    let vars = Vars::new()
        .with("xs", VarKind::List)
        .with("x", VarKind::Text);
    let source = Source {
        part: "a",
        escape: Escape::Text,
        text,
        most_output,
    };
    let template = compile(&[source], &Library::new(), &vars).expect("a good template");
    let data = json!({ "xs": vec!["x"; n], "x": "x".repeat(n) });
    template
        .render(&data, &locale())
        .map(|texts| texts["a"].chars().count())
}

#[test]
fn loops_and_lengths() {
    let steps = Err(RenderError::TooManySteps {
        part: "a".to_owned(),
    });
    let long = |most| {
        Err(RenderError::TooLong {
            part: "a".to_owned(),
            most,
        })
    };
    let three = "{{#each xs}}{{#each ../xs}}{{#each ../../xs}}{{/each}}{{/each}}{{/each}}";
    assert_eq!(bomb(three, 200, 10), steps);
    assert_eq!(bomb(three, 10, 10), Ok(0));
    let idle = format!(
        "{{{{#each xs}}}}{}{{{{/each}}}}",
        "{{#if @first}}{{/if}}".repeat(9_000)
    );
    assert_eq!(
        bomb(&idle, 200, 10),
        steps,
        "a body without output costs its tags"
    );
    assert_eq!(bomb("{{#each xs}}ñ{{/each}}", 1_600, 1_600), Ok(1_600));
    assert_eq!(bomb("{{#each xs}}ñ{{/each}}", 1_601, 1_600), long(1_600));
    assert_eq!(bomb("{{x}}", 1_600, 1_600), Ok(1_600));
    assert_eq!(bomb("{{x}}", 1_601, 1_600), long(1_600));
    assert_eq!(bomb("{{join xs}}", 1_000_000, 1_600), long(1_600));
}

#[test]
fn many_mistakes_are_cut() {
    let errors = compile_as(Escape::Text, &"{{x}}".repeat(20_000)).expect_err("unknown");
    assert_eq!(errors.len(), 100);
    refuses(
        "{{#x}}{{/x}}{{/y}}",
        &[
            "1:4 unknown helper x",
            "1:13 {{/y}} closes or continues nothing that is open here",
        ],
    );
}

#[test]
fn values_are_not_templates_and_not_in_errors() {
    let evil = json!({ "email": "{{secret}} {{#each x}}", "link": "javascript:9999" });
    let text = super::render_as(Escape::Text, "{{email}}", &evil);
    assert_eq!(text.as_deref(), Ok("{{secret}} {{#each x}}"));
    let shown = super::render_as(Escape::Html, "<a href=\"{{link}}\">", &evil).expect_err("unsafe");
    assert!(!format!("{shown} {shown:?}").contains("9999"));
    let wrong: Value = json!({ "visits": "9999 x" });
    let shown = super::render_as(Escape::Text, "{{visits}}", &wrong).expect_err("a text");
    assert!(!format!("{shown} {shown:?}").contains("9999"));
}
