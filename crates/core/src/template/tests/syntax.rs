//! What the pre-scan takes and refuses, and where it says so.

use super::{prints, refuses};

#[test]
fn plain_text_stays() {
    for text in [
        "",
        "Hola",
        "a } b }} c",
        "{ a }",
        "ñandú 🦙",
        "a\\b \\ c",
        "}}}}",
    ] {
        prints(text, text);
    }
}

#[test]
fn tags_end_where_they_end() {
    prints("{{customer_name}}}", "ANA PÉREZ}");
    prints("{ {{ customer_name }} }", "{ ANA PÉREZ }");
}

#[test]
fn strings_hold_braces_and_quotes() {
    prints(r#"{{join services "}}"}}"#, "corte}}color}}manicure");
    prints(r#"{{join services '"'}}"#, "corte\"color\"manicure");
    prints(
        r#"{{join services "\"\\\'"}}"#,
        "corte\"\\'color\"\\'manicure",
    );
    prints("{{join services \"\n\t\"}}", "corte\n\tcolor\n\tmanicure");
    prints(
        r#"{{join services "{{else}}"}}"#,
        "corte{{else}}color{{else}}manicure",
    );
    refuses(
        r#"{{join services "\n"}}"#,
        &["1:18 in a string a backslash may stand before a \
        quote or a backslash only"],
    );
    refuses("{{join services \"}}", &["1:17 the string is not closed"]);
}

#[test]
fn comments() {
    prints("a{{! uno }}b{{!-- dos }} {{x}} --}}c", "abc");
    prints("a{{! -- corto }}b --}}", "ab --}}");
    prints("a{{!}}b{{!----}}c", "abc");
    refuses("{{!-- a }}", &["1:1 {{! is not closed"]);
    refuses("{{~! a }}", &["1:1 a comment takes no ~"]);
}

#[test]
fn blanks_around_tags() {
    prints("a {{~vip}} b", "atrue b");
    prints("a {{vip~}}  b", "a trueb");
    prints("a\n{{#if vip}}\nb\n{{/if}}\nc", "a\nb\nc");
    prints("a {{~#if vip~}} b {{~else~}} c {{~/if~}} d", "abd");
}

#[test]
fn what_is_not_supported() {
    const RAW: &str = "raw blocks {{{{ }}}} are not supported";
    const UNESCAPED: &str =
        "{{{ }}} and {{& }} are not supported: {{ }} escapes where it must and only there";
    for (text, why) in [
        ("{{{customer_name}}}", UNESCAPED),
        ("{{~{customer_name}~}}", UNESCAPED),
        ("{{&customer_name}}", UNESCAPED),
        ("{{{{raw}}}} x {{{{/raw}}}}", RAW),
        ("{{*x}}", "decorators are not supported"),
        (
            "{{#*inline \"x\"}}{{/inline}}",
            "inline partials are not supported",
        ),
        ("{{#> firma}}{{/firma}}", "partial blocks are not supported"),
        (
            "{{> (customer_name)}}",
            "the name of a partial must be written out",
        ),
        ("{{> firma customer_name}}", "a partial takes no arguments"),
        ("{{^}}", "write {{else}} or {{#unless}} for {{^}}"),
        ("{{", "{{ is not closed"),
        ("{{~", "{{ is not closed"),
        ("{{customer_name", "{{ is not closed"),
        ("{{}}", "a name or a value is missing here"),
        ("{{> }}", "write {{> name}}"),
        ("{{/}}", "name the block that ends here"),
        (
            "{{else}}",
            "{{else}} closes or continues nothing that is open here",
        ),
        ("\u{0}", "control characters are not allowed"),
        ("\u{85}", "control characters are not allowed"),
    ] {
        refuses(text, &[&format!("1:1 {why}")]);
    }
    refuses("{{customer_name}", &["1:16 unexpected character in a tag"]);
    refuses("a\\{{b}}", &["1:2 a backslash before {{ is not supported"]);
    refuses(
        "a\\\\{{b}}",
        &["1:3 a backslash before {{ is not supported"],
    );
    refuses(
        "{{default email x=\"a\"}}",
        &["1:18 named arguments are not supported"],
    );
    refuses(
        "{{[customer_name]}}",
        &["1:3 names and lists in [ ] are not supported"],
    );
}

#[test]
fn tags_without_sense() {
    refuses("{{a(b}}", &["1:1 ( is not closed"]);
    refuses(
        "{{b)}}",
        &["1:4 ) closes or continues nothing that is open here"],
    );
    refuses("{{null}}", &["1:3 null is not a value here"]);
    refuses("{{pin/status}}", &["1:3 write paths with dots"]);
    refuses(
        "{{\"hola\"}}",
        &["1:3 write the text itself, not in braces"],
    );
}

#[test]
fn blocks_match() {
    refuses("{{#if vip}}", &["1:1 {{#if}} is not closed"]);
    refuses(
        "{{#if vip}}\n {{/unless}}",
        &[
            "1:1 {{#if}} is not closed",
            "2:2 {{/unless}} closes or continues nothing that is open here (open here: if)",
        ],
    );
    refuses(
        "{{#if vip}}{{else}}{{else}}{{/if}}",
        &["1:20 {{else}} closes or continues nothing that is open here"],
    );
    refuses("{{#iff vip}}{{/iff}}", &["1:4 unknown helper iff (if)"]);
    refuses("{{#if}}{{/if}}", &["1:1 if takes one value"]);
    refuses(
        "{{#if eq visits 3}}{{/if}}",
        &["1:1 if takes one value (put a helper and its arguments in parentheses)"],
    );
    refuses(
        "{{#if vip as |x|}}{{/if}}",
        &["1:1 only each and with give names: as | |"],
    );
    refuses(
        "{{#if vip}}{{else each services}}{{/if}}",
        &["1:12 after else only if and unless may follow: nest the others"],
    );
}

#[test]
fn places_are_lines_and_characters() {
    refuses(
        "ñandú 🦙 {{x}}\r\n  {{y}}\n{{z}}",
        &[
            "1:11 unknown variable x",
            "2:5 unknown variable y",
            "3:3 unknown variable z",
        ],
    );
}

#[test]
fn partials() {
    prints("-- \n{{> firma}}", "-- \nEl equipo de ANA PÉREZ");
    prints("a\n  {{> firma}}  \nb", "a\nEl equipo de ANA PÉREZb");
    prints("a {{~> firma~}} b", "aEl equipo de ANA PÉREZb");
    refuses(
        "{{> uno}}",
        &["partial tres 1:3 partials go round in a circle: uno > dos > tres > uno"],
    );
    refuses(
        "{{> yo}}",
        &["partial yo 1:12 partials go round in a circle: yo > yo"],
    );
    refuses("{{> fimra}}", &["1:1 unknown partial fimra"]);
    refuses("{{> firm}}", &["1:1 unknown partial firm (firma)"]);
    refuses(
        "{{> pie}}",
        &["1:1 partial pie is of the other escape kind"],
    );
    refuses(
        "{{> malo}}{{> malo}}",
        &["partial malo 2:7 unknown variable custmer_name (did you mean customer_name?)"],
    );
    refuses(
        "{{> suelto}}{{/if}}",
        &[
            "1:13 {{/if}} closes or continues nothing that is open here",
            "partial suelto 1:1 {{#if}} is not closed",
        ],
    );
}
