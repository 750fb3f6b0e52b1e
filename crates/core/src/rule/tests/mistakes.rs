//! What is said about a text that is no rule.

use super::super::{Rule, RuleErrorKind};

/// The mistake, with kind and hint.
#[track_caller]
fn wrong(text: &str, error: &str, kind: RuleErrorKind, hint: Option<&str>) {
    let found = Rule::parse(text).expect_err(text);
    assert_eq!(found.to_string(), error, "{text}");
    assert_eq!((found.kind(), found.hint()), (kind, hint), "{text}");
}

#[test]
fn what_was_expected() {
    use RuleErrorKind::Syntax;
    let quotes = |word: &str| Some(format!("a text stands in quotes: \"{word}\""));
    wrong(
        "",
        "1:1: expected an attribute, found the end",
        Syntax,
        None,
    );
    wrong(
        "visits >= and",
        "1:11: expected a value, found \"and\"",
        Syntax,
        None,
    );
    let azuay = "1:12: expected a value, found \"Azuay\"";
    wrong(
        "province = Azuay",
        azuay,
        Syntax,
        quotes("Azuay").as_deref(),
    );
    wrong(
        "a contains 6",
        "1:12: expected a text, found \"6\"",
        Syntax,
        quotes("6").as_deref(),
    );
    wrong(
        "a older then 9 days",
        "1:9: expected than, found \"then\"",
        Syntax,
        None,
    );
}

#[test]
fn what_was_expected_after_an_operator() {
    use RuleErrorKind::Syntax;
    let unit = "1:16: expected days, weeks, months, quarters or years, found \"moons\"";
    wrong("a older than 9 moons", unit, Syntax, None);
    let count = "1:14: expected a whole number from 0 to 4294967295, found \"-9\"";
    wrong("a older than -9 days", count, Syntax, None);
    let ago = "1:18: expected ago, found the end";
    wrong("a at least 9 days", ago, Syntax, None);
    wrong(
        "a is red",
        "1:6: expected set or missing, found \"red\"",
        Syntax,
        None,
    );
    wrong(
        "a in ()",
        "1:7: expected a value, found \")\"",
        Syntax,
        None,
    );
    wrong(
        "a in (1,)",
        "1:9: expected a value, found \")\"",
        Syntax,
        None,
    );
    let comma = "1:9: expected a comma or a closing bracket, found \"2\"";
    wrong("a in (1 2)", comma, Syntax, None);
    wrong(
        "a has any (\"x\")",
        "1:11: expected of, found \"(\"",
        Syntax,
        None,
    );
    wrong(
        "\"a\" = 1",
        "1:1: expected an attribute, found the text \"a\"",
        Syntax,
        None,
    );
    let not_is = "1:7: expected an operator of words, such as in, found \"is\"";
    wrong(
        "a not is set",
        not_is,
        Syntax,
        Some("write is set or is missing"),
    );
}

#[test]
fn places_count_lines_and_characters() {
    use RuleErrorKind::Syntax;
    let text = "ñandú = \"¿sí?\"\r\n\tand árbol =\n  or";
    wrong(text, "3:3: expected a value, found \"or\"", Syntax, None);
    let found = Rule::parse("año = \"ñ\" y b = 1").unwrap_err();
    assert_eq!(
        found.span().map(|s| (s.line, s.column, s.len)),
        Some((1, 11, 1))
    );
}

#[test]
fn trailing_text() {
    use RuleErrorKind::Syntax;
    let commas = "numbers have no thousands separators; tests are joined by and";
    let comma = "1:14: expected and, or or the end, found \",\"";
    wrong(
        "spend >= 150,000",
        &comma.replace("14", "13"),
        Syntax,
        Some(commas),
    );
    let bracket = "1:6: expected and, or or the end, found \")\"";
    wrong(
        "a = 1)",
        bracket,
        Syntax,
        Some("no bracket was opened for it"),
    );
    let open = "1:13: expected and, or or a closing bracket, found the end";
    wrong("a = 1 and (b=2", &open.replace("13", "15"), Syntax, {
        Some("the bracket at 1:11 is not closed")
    });
    wrong(
        "a = 1 b = 2",
        "1:7: expected and, or or the end, found \"b\"",
        Syntax,
        None,
    );
}

#[test]
fn operators_that_are_none() {
    use RuleErrorKind::UnknownOperator;
    let row = |text: &str, sign: &str, hint: Option<&str>| {
        let at = text.find(sign).unwrap() + 1;
        let message = format!("1:{at}: there is no operator {sign:?}");
        let hint = hint.map(|hint| format!("did you mean {hint}?"));
        wrong(text, &message, UnknownOperator, hint.as_deref());
    };
    row("visits => 6", "=>", Some(">="));
    row("visits == 6", "==", Some("="));
    row("visits <> 6", "<>", Some("!="));
    row("a = 1 && b = 2", "&&", Some("and"));
    row("!a = 1", "!", Some("not"));
    row("city contain \"x\"", "contain", Some("contains"));
    row("city like \"x\"", "like", Some("contains"));
    row("city frobs \"x\"", "frobs", None);
}

#[test]
fn texts_without_end() {
    use RuleErrorKind::Unterminated;
    let hint = Some(r#"close it with "; a new line within it is written \n"#);
    let message = "1:5: a text begins here and has no end on its line";
    wrong("a = \"x", message, Unterminated, hint);
    wrong("a = \"x\n\"", message, Unterminated, hint);
    wrong("a = \"x\\\"", message, Unterminated, hint);
    let name = "1:1: a name begins here and has no end on its line";
    wrong("`a = 1", name, Unterminated, Some("close it with `"));
}

#[test]
fn escapes_that_are_none() {
    for text in [
        r#"a = "\x""#,
        r#"a = "\u{}""#,
        r#"a = "\u{d800}""#,
        r#"a = "\u{110000}""#,
    ] {
        let found = Rule::parse(text).unwrap_err();
        assert_eq!(
            (found.kind(), found.position()),
            (RuleErrorKind::Literal, Some((1, 6)))
        );
    }
}

#[test]
fn literals_that_are_none() {
    for run in [
        "1.",
        "1.5.2",
        "150_000",
        "1e5",
        "6seis",
        "2026-1-5",
        "2026-02-30",
        "2026-12-20T25:00:00Z",
        "2026-12-20T10:00:00",
        "12026-01-01",
        "123456789012345678901234567890",
        "1-2",
        "٣",
        "9999-12-31T23:59:59-01:00",
    ] {
        let found = Rule::parse(&format!("a = {run}")).expect_err(run);
        let kinds = (found.kind(), found.position());
        let expected = if run == "٣" {
            RuleErrorKind::Syntax
        } else {
            RuleErrorKind::Literal
        };
        assert_eq!(kinds, (expected, Some((1, 5))), "{run}");
    }
}

#[test]
fn names_that_are_none() {
    for (text, column) in [
        ("a..b = 1", 1),
        ("x = 1 or a. = 1", 10),
        ("`a b` = 1", 1),
        ("`` = 1", 1),
    ] {
        let found = Rule::parse(text).unwrap_err();
        assert_eq!(
            (found.kind(), found.position()),
            (RuleErrorKind::Name, Some((1, column)))
        );
    }
}

#[test]
fn activities_and_segments() {
    use RuleErrorKind::Syntax;
    let row = |text: &str, error: &str, hint: Option<&str>| wrong(text, error, Syntax, hint);
    let at = Some("an attribute of this name is written `at`");
    row("at 9", "1:4: expected least or most, found \"9\"", at);
    let number = "1:10: expected a whole number from 0 to 4294967295, found";
    row("at least two visit", &format!("{number} \"two\""), None);
    row("at least -2 visit", &format!("{number} \"-2\""), None);
    row(
        "at least 2",
        "1:11: expected a kind of activity, found the end",
        None,
    );
    let kind = "1:12: expected a kind of activity, found \"in\"";
    row(
        "at least 2 in",
        kind,
        Some("a kind of activity of this name is written `in`"),
    );
    row(
        "at most 2 of (a = 1)",
        "1:11: expected a kind of activity, found \"of\"",
        Some("write not at least 3 of (…)"),
    );
    row(
        "at least 2 of a = 1",
        "1:15: expected an opening bracket, found \"a\"",
        None,
    );
    row(
        "at least 1 of (a = 1 b = 2)",
        "1:22: expected and, or, a comma or a closing bracket, found \"b\"",
        Some("the bracket at 1:15 is not closed"),
    );
    row(
        "at least 1 of ()",
        "1:16: expected an attribute, found \")\"",
        None,
    );
    let bracket = Some("the bracket at 1:17 is not closed");
    row(
        "at least 1 visit(a = 1, b = 2)",
        "1:23: expected and, or or a closing bracket, found \",\"",
        bracket,
    );
    row(
        "visit(a = 1)",
        "1:6: expected an operator, such as = or in, found \"(\"",
        Some("of activities say how many: at least 1 …"),
    );
}

#[test]
fn what_activities_and_lists_of_rules_cannot_have() {
    use RuleErrorKind::{Least, Name, Nested};
    let more = "at least 3 of 2 never holds";
    let none = "at least 0 of some rules always holds: begin with 1";
    wrong(
        "at least 3 of (a = 1, b = 2)",
        &format!("1:10: {more}"),
        Least,
        None,
    );
    wrong(
        "at least 0 of (a = 1)",
        &format!("1:10: {none}"),
        Least,
        None,
    );
    let own = Some("within its brackets stand its own attributes; join the rest to it by and");
    let inner = "what happened to the customer cannot be asked of an activity";
    wrong(
        "at least 1 visit(at least 1 call)",
        &format!("1:18: {inner}"),
        Nested,
        own,
    );
    wrong(
        "last visit(last call is set) is set",
        &format!("1:12: {inner}"),
        Nested,
        own,
    );
    let segment = "1:22: a segment cannot be asked of an activity";
    wrong("at least 1 visit(not in segment a)", segment, Nested, own);
    let long = "x".repeat(256);
    let name = format!("1:12: \"{}…\" cannot be the name of a segment", &long[..40]);
    let most = Some("an id has at most 255 characters");
    wrong(&format!("in segment \"{long}\""), &name, Name, most);
}

#[test]
fn words_of_activities_and_segments() {
    use RuleErrorKind::Syntax;
    let row = |text: &str, error: &str, hint: Option<&str>| wrong(text, error, Syntax, hint);
    let named = Some("an attribute of this name is written `in`");
    row("in (1)", "1:4: expected segment, found \"(\"", named);
    row(
        "in segment",
        "1:11: expected the name of a segment, found the end",
        None,
    );
    let quoted = Some("a segment of this name is written \"and\"");
    row(
        "in segment and",
        "1:12: expected the name of a segment, found \"and\"",
        quoted,
    );
    row(
        "sum of amount purchase",
        "1:15: expected of, found \"purchase\"",
        None,
    );
    let of = "1:7: expected of, or an operator such as = or in, found \"purchase\"";
    row("count purchase > 2", of, None);
    let window = "1:29: expected an operator, such as = or in, found the end";
    let hint = Some("that is when they were; of the last one write within the last");
    row("last purchase within 30 days", window, hint);
    let past = "1:18: activities lie in the past";
    row(
        "at least 2 visit within the next 3 days",
        past,
        Some("write within the last"),
    );
    let unit = "1:17: expected last, next or a unit such as month, found \"months\"";
    row("paid within the months to date", unit, None);
    let the = "1:13: expected the, found \"30\"";
    row(
        "paid within 30 days",
        the,
        Some("write within the last or within the next"),
    );
    row(
        "paid within the month",
        "1:22: expected to, found the end",
        None,
    );
    row(
        "born anniversary 7 days",
        "1:18: expected within, found \"7\"",
        None,
    );
}
