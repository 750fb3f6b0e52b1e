//! Sets of segments: which make sense, and whom they have.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::rule::oracle::truth_in;
use crate::rule::random::{Row, When, naming_rule, row, when};
use crate::rule::{Expr, Moment, Rule, segment};
use crate::{
    FamilyName, SegmentError, SegmentFault, SegmentName, SegmentPart, Segments, Value, Zone,
};

fn rule(text: &str) -> Rule {
    Rule::parse(text).unwrap()
}

fn name(text: &str) -> SegmentName {
    SegmentName::new(text).unwrap()
}

fn plain(of: &str, text: &str) -> SegmentPart {
    SegmentPart::Plain(name(of), rule(text))
}

fn family(of: &str, members: &[(&str, &str)]) -> SegmentPart {
    let members = members.iter().map(|(of, text)| (name(of), rule(text)));
    SegmentPart::Family(FamilyName::new(of).unwrap(), members.collect())
}

#[track_caller]
fn wrong(parts: impl IntoIterator<Item = SegmentPart>, error: &str) -> SegmentFault {
    let found = Segments::new(parts).expect_err(error);
    assert_eq!(found.to_string(), error);
    found.fault
}

#[test]
fn names_that_are_there_twice() {
    let twice = r#"segment "a": there is another segment of that name"#;
    wrong([plain("a", "x = 1"), plain("a", "x = 2")], twice);
    wrong([family("f", &[("a", "x = 1"), ("a", "x = 2")])], twice);
    wrong([family("f", &[("a", "x = 1")]), plain("a", "x = 2")], twice);
    let families = [
        family("f", &[("a", "x = 1")]),
        family("f", &[("b", "x = 1")]),
    ];
    wrong(
        families,
        r#"segment "b": there is another family named "f""#,
    );
    // A family may be named as a segment is.
    assert!(Segments::new([family("a", &[("a", "x = 1")])]).is_ok());
}

#[test]
fn names_that_are_not_there() {
    let parts = [plain("loyal", "x = 1"), plain("b", "not in segment loyale")];
    let fault = wrong(parts, r#"segment "b": there is no segment "loyale""#);
    let unknown = SegmentFault::Unknown {
        name: name("loyale"),
        nearest: Some(name("loyal")),
    };
    assert_eq!(fault, unknown);
    assert!(Segments::default().with("", rule("x = 1")).is_err());
    assert!(
        Segments::default()
            .with_family("", [("a", rule("x = 1"))])
            .is_err()
    );
}

#[test]
fn segments_that_depend_on_themselves() {
    wrong(
        [plain("a", "in segment a")],
        r#"segment "a": it depends on itself: a → a"#,
    );
    let three = [
        plain("a", "x = 1 and in segment b"),
        plain("b", "at least 1 of (not in segment c)"),
        plain("c", "in segment a"),
    ];
    wrong(three, r#"segment "a": it depends on itself: a → b → c → a"#);
    // Who is in the second depends on the first.
    let first_of_family = [
        family("f", &[("a", "in segment c"), ("b", "x = 1")]),
        plain("c", "in segment b"),
    ];
    wrong(
        first_of_family,
        r#"segment "c": it depends on itself: c → b → c"#,
    );
    // The first does not depend on the second.
    let second_of_family = [
        family("f", &[("a", "x = 1"), ("b", "in segment c")]),
        plain("c", "in segment a"),
    ];
    assert!(Segments::new(second_of_family).is_ok());
}

#[test]
fn segments_that_lead_too_far() {
    let chain = |n: usize| {
        let named = (1..=n).map(|n| plain(&n.to_string(), &format!("in segment \"{}\"", n - 1)));
        [plain("0", "x = 1")].into_iter().chain(named)
    };
    assert!(Segments::new(chain(16)).is_ok());
    wrong(
        chain(17),
        r#"segment "17": it leads over more than 16 other segments"#,
    );
    let backwards: Vec<SegmentPart> = chain(17).collect();
    let found = Segments::new(backwards.into_iter().rev()).unwrap_err();
    assert_eq!(found.fault, SegmentFault::TooDeep(16));
    let many = (0..10_001).map(|n| plain(&n.to_string(), "x = 1"));
    let found = Segments::new(many).unwrap_err();
    assert_eq!(found.fault, SegmentFault::TooMany(10_000));
}

#[test]
fn what_a_segment_leads_to() {
    let set = Segments::new([
        plain("e", "in segment b"),
        family(
            "f",
            &[("a", "in segment d"), ("b", "x = 1"), ("c", "y = 1")],
        ),
        plain("d", "z = 1"),
    ])
    .unwrap();
    let leads = |of: &[&str]| {
        let names: Vec<SegmentName> = of.iter().map(|of| name(of)).collect();
        let found = set.leads_to(&names);
        found
            .iter()
            .map(|one| one.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(leads(&["e"]), ["e", "a", "b", "d"]);
    assert_eq!(leads(&["c"]), ["a", "b", "c", "d"]);
    assert_eq!(leads(&["d", "gone"]), ["d"]);
    assert_eq!(leads(&[]), [""; 0]);
}

#[test]
fn checking_says_segment_and_place() {
    let schema = crate::Schema::new()
        .with("x", crate::AttributeType::Integer)
        .unwrap();
    let set = Segments::new([
        plain("a", "x = 1 and\n  y = 1"),
        family("f", &[("b", "in segment a"), ("c", "x = \"1\"")]),
    ])
    .unwrap();
    let errors = set.check(&schema).unwrap_err();
    let lines: Vec<String> = errors.iter().map(SegmentError::to_string).collect();
    let expected = [
        r#"segment "a": 2:3: there is no attribute "y""#,
        r#"segment "c": 1:5: "1" is a text, x is an integer"#,
    ];
    assert_eq!(lines, expected);
}

/// Whether somebody belongs: `x` is known or not.
#[track_caller]
fn belongs(set: &Segments, x: Option<i64>, expected: &[(&str, Option<bool>)]) {
    let row = |name: &str| {
        x.filter(|_| name == "x")
            .map(|x| Cow::Owned(Value::from(x)))
    };
    let moment = Moment::new("2026-11-20T06:00:00Z".parse().unwrap(), Zone::UTC);
    let found: Vec<(&str, Option<bool>)> = set
        .iter()
        .map(|one| (one.name.as_str(), set.ask(one.name, &row, &moment)))
        .collect();
    assert_eq!(found, expected);
    let members = expected.iter().filter(|(_, truth)| *truth == Some(true));
    let members: Vec<&str> = members.map(|(name, _)| *name).collect();
    let of = set.of(&row, &moment);
    assert_eq!(
        of.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        members
    );
    for (name, truth) in expected {
        let named = Rule::new(segment(name)).unwrap();
        assert_eq!(set.eval(&named, &row, &moment), *truth, "{name}");
        assert_eq!(named.eval(&row, &moment), None, "without the set");
    }
}

#[test]
fn the_first_of_a_family_has_the_customer() {
    let members = [
        ("low", "x < 10"),
        ("some", "x < 20"),
        ("rest", "x is set or x is missing"),
    ];
    let set =
        Segments::new([family("f", &members), plain("no_low", "not in segment low")]).unwrap();
    let (yes, no) = (Some(true), Some(false));
    belongs(
        &set,
        Some(5),
        &[("low", yes), ("some", no), ("rest", no), ("no_low", no)],
    );
    belongs(
        &set,
        Some(15),
        &[("low", no), ("some", yes), ("rest", no), ("no_low", yes)],
    );
    belongs(
        &set,
        Some(25),
        &[("low", no), ("some", no), ("rest", yes), ("no_low", yes)],
    );
    // An earlier one that nobody knows of does not take the customer.
    belongs(
        &set,
        None,
        &[
            ("low", None),
            ("some", None),
            ("rest", yes),
            ("no_low", None),
        ],
    );
}

#[test]
fn a_rule_is_asked_once_however_often_it_is_named() {
    let twice = |n: usize| format!("in segment \"{n}\" and in segment \"{n}\"");
    let chain = (1..=16).map(|n| plain(&n.to_string(), &vec![twice(n - 1); 99].join(" and ")));
    let set = Segments::new([plain("0", "x = 1")].into_iter().chain(chain)).unwrap();
    let asked = Cell::new(0);
    let row = |_: &str| {
        asked.set(asked.get() + 1);
        Some(Cow::Owned(Value::from(1)))
    };
    let moment = Moment::new("2026-11-20T06:00:00Z".parse().unwrap(), Zone::UTC);
    assert_eq!(set.of(&row, &moment).len(), 17);
    assert_eq!(asked.get(), 1);
}

/// A set in which every rule names earlier segments only; odd ones are families.
fn segments() -> impl Strategy<Value = Segments> {
    let known = |n: usize| (0..n).map(|n| name(&n.to_string())).collect::<Vec<_>>();
    let rules = (0..8)
        .map(|n| naming_rule(known(n / 2 * 2)))
        .collect::<Vec<_>>();
    (rules, vec(any::<bool>(), 4)).prop_map(|(rules, families)| {
        let named: Vec<(SegmentName, Rule)> = rules
            .into_iter()
            .enumerate()
            .map(|(n, rule)| (name(&n.to_string()), rule))
            .collect();
        let pairs = named.chunks(2).zip(families).enumerate();
        let parts = pairs.flat_map(|(n, (pair, together))| {
            if together {
                let family = FamilyName::new(format!("f{n}")).expect("a name");
                return vec![SegmentPart::Family(family, pair.to_vec())];
            }
            let plain = pair.iter().cloned();
            plain
                .map(|(name, rule)| SegmentPart::Plain(name, rule))
                .collect()
        });
        Segments::new(parts).expect("no circles")
    })
}

/// The second reading of a whole set: names stand for what was found before.
fn expected(set: &Segments, row: &Row, when: When) -> BTreeMap<String, i8> {
    let mut known = BTreeMap::new();
    for part in set.parts() {
        let mut found = Vec::new();
        let mut taken = false;
        for (name, rule) in part.members() {
            let own = truth_in(rule.expr(), row, when, &|name| known[name]);
            let truth = if taken { -1 } else { own };
            taken |= part.family().is_some() && own == 1;
            found.push((name.to_string(), truth));
        }
        known.extend(found);
    }
    known
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn both_readings_agree(
        (set, row, when, pick) in (segments(), row(), when(), any::<Index>())
    ) {
        let zone: Zone = "America/Guayaquil".parse().unwrap();
        let moment = Moment::new(when.now, zone).with_leap_day(when.leap_day);
        let known = expected(&set, &row, when);
        for one in set.iter() {
            let found = match set.ask(one.name, &&row, &moment) {
                Some(true) => 1,
                None => 0,
                Some(false) => -1,
            };
            prop_assert_eq!(found, known[one.name.as_str()], "{} of {:?}", one.name, set);
        }
        let of: Vec<String> = set.of(&&row, &moment).iter().map(ToString::to_string).collect();
        let members = set.iter().filter(|one| known[one.name.as_str()] == 1);
        let members: Vec<String> = members.map(|one| one.name.to_string()).collect();
        prop_assert_eq!(of, members);
        // A name means what its rule means where no family takes anybody away.
        let all: Vec<_> = set.iter().filter(|one| one.family.is_none()).collect();
        if !all.is_empty() {
            let one = pick.get(&all);
            let named = Rule::new(Expr::InSegment(one.name.clone())).unwrap();
            prop_assert_eq!(
                set.eval(&named, &&row, &moment),
                set.eval(one.rule, &&row, &moment)
            );
        }
    }
}
