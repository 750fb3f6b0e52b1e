//! What must hold of every rule.

use crate::Zone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{Expr, Moment, Rule, at_least, fold};
use super::oracle::truth;
use super::random::{Row, When, dated, near_rule, row, rule, when};

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn eval(expr: Expr, row: &Row, when: When) -> Option<bool> {
    let zone: Zone = "America/Guayaquil".parse().unwrap();
    let moment = Moment::new(when.now, zone).with_leap_day(when.leap_day);
    Rule::new(expr).unwrap().eval(&row, &moment)
}

fn both(rule: &Rule, row: &Row, when: When) -> (i8, i8) {
    let found = match eval(rule.expr().clone(), row, when) {
        Some(true) => 1,
        None => 0,
        Some(false) => -1,
    };
    (found, truth(rule.expr(), row, when))
}

/// Whatever is understood prints as a text that means the same.
fn reads_safely(text: &str) {
    match Rule::parse(text) {
        Ok(rule) => assert_eq!(Rule::parse(&rule.to_string()), Ok(rule), "{text}"),
        Err(error) => {
            let (line, column) = error.position().expect("a text has places");
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&(line as usize)), "{error}");
            let width = text
                .split('\n')
                .nth(line as usize - 1)
                .unwrap()
                .chars()
                .count();
            assert!((1..=width + 1).contains(&(column as usize)), "{error}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn text_and_json_keep_a_rule(rule in rule()) {
        let text = rule.to_string();
        prop_assert!(!text.contains('\n'));
        let read = Rule::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&rule), "{}", text);
        let json = rule.to_json();
        let through_text = Rule::parse(&Rule::from_json(&json).unwrap().to_string()).unwrap();
        prop_assert_eq!(through_text.to_json(), json);
    }

    #[test]
    fn both_readings_agree(rule in near_rule(), row in row(), when in when()) {
        let (found, expected) = both(&rule, &row, when);
        prop_assert_eq!(found, expected, "{} of {:?} at {:?}", rule, row, when);
    }

    #[test]
    fn both_readings_of_dates_agree((rule, row) in dated(), when in when()) {
        let (found, expected) = both(&rule, &row, when);
        prop_assert_eq!(found, expected, "{} of {:?} at {:?}", rule, row, when);
    }

    #[test]
    fn de_morgan(a in near_rule(), b in near_rule(), row in row(), when in when()) {
        let (a, b) = (|| a.expr().clone(), || b.expr().clone());
        let of = |expr| eval(expr, &row, when);
        prop_assert_eq!(of(!(a() & b())), of(!a() | !b()));
        prop_assert_eq!(of(!(a() | b())), of(!a() & !b()));
        prop_assert_eq!(of(!!a()), of(a()));
        prop_assert_eq!(of(a() & b()), of(b() & a()));
        prop_assert_eq!(of(a() & (a() | b())), of(a()));
    }

    #[test]
    fn de_morgan_of_at_least(
        parts in vec(near_rule(), 1..5),
        least in any::<prop::sample::Index>(),
        row in row(),
        when in when(),
    ) {
        let n = parts.len();
        let least = least.index(n) + 1;
        let number = |n: usize| u32::try_from(n).expect("a small number");
        let all = || parts.iter().map(|rule| rule.expr().clone());
        let of = |expr| eval(expr, &row, when);
        prop_assert_eq!(
            of(!at_least(number(least), all())),
            of(at_least(number(n - least + 1), all().map(|expr| !expr)))
        );
        prop_assert_eq!(of(at_least(1, all())), of(Expr::Any(all().collect())));
        prop_assert_eq!(of(at_least(number(n), all())), of(Expr::All(all().collect())));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        reads_safely(&text);
    }

    #[test]
    fn any_json_is_read_or_refused(text in any::<String>()) {
        let _ = Rule::from_json(&text);
        let _ = Rule::from_json(&format!(r#"{{"v":1,"rule":{{"compare":{text}"#));
    }

    #[test]
    fn bent_rules_are_read_or_refused(
        rule in rule(),
        cuts in vec((any::<prop::sample::Index>(), select(&PIECES[..])), 1..4),
    ) {
        let (mut text, mut json) = (rule.to_string(), rule.to_json());
        for (at, piece) in cuts {
            for bent in [&mut text, &mut json] {
                let mut chars: Vec<String> = bent.chars().map(String::from).collect();
                let at = at.index(chars.len());
                chars[at] = piece.to_owned();
                *bent = chars.concat();
            }
        }
        reads_safely(&text);
        let _ = Rule::from_json(&json);
    }

    #[test]
    fn garbage_of_the_grammar_is_read_or_refused(pieces in vec(select(&PIECES[..]), 0..30)) {
        reads_safely(&pieces.join(" "));
        reads_safely(&pieces.concat());
    }

    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}

const PIECES: [&str; 70] = [
    "count",
    "sum",
    "first",
    "exactly",
    "most",
    "segment",
    "anniversary",
    "month",
    "to",
    "date",
    "purchase",
    "2",
    "at least 2",
    "within the",
    "a",
    "ñandú",
    "pin.status",
    "`in`",
    "`",
    "and",
    "or",
    "not",
    "(",
    ")",
    "in",
    "between",
    "is",
    "set",
    "missing",
    "contains",
    "starts",
    "with",
    "has",
    "any",
    "all",
    "none",
    "of",
    "older",
    "than",
    "at",
    "least",
    "ago",
    "within",
    "the",
    "last",
    "next",
    "days",
    "year",
    "on",
    "this",
    "day",
    "=",
    "!=",
    "<",
    ">=",
    "=~",
    "=>",
    ",",
    "1",
    "-3",
    "1.5",
    "2026-12-20",
    "2026-12-20T10:00:00Z",
    "2026-13-40",
    "\"x\"",
    "'",
    "\"\\u{f1}\"",
    "\n",
    "\u{feff}",
    "true",
];

/// A law that its material never tests proves nothing.
#[test]
fn chance_gives_every_answer() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = [0; 3];
    for _ in 0..2_000 {
        let drawn = (near_rule(), row(), when()).new_tree(&mut runner).unwrap();
        let (rule, row, when) = drawn.current();
        counts[usize::try_from(truth(rule.expr(), &row, when) + 1).unwrap()] += 1;
    }
    assert!(
        counts.iter().all(|count| *count > 200),
        "false, unknown, true: {counts:?}"
    );
}
