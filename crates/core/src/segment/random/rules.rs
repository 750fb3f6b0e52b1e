//! Rules and sets of segments by chance.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn test(schema: &Schema) -> BoxedStrategy<Expr> {
    let tests = schema.iter().map(|(name, r#type)| {
        let attribute = name.to_owned();
        let near = about(match r#type {
            AttributeType::Texts => text().prop_map(Value::Text).boxed(),
            other => near_value(other),
        });
        let condition = prop_oneof![4 => near, 1 => condition(r#type)];
        let test = condition.prop_map(move |condition| Test {
            attribute: attribute.clone(),
            condition,
        });
        test.prop_map(Expr::Test).boxed()
    });
    proptest::strategy::Union::new(tests.collect::<Vec<_>>()).boxed()
}

fn happened() -> impl Strategy<Value = Expr> {
    let buy = test(schema().activity("buy").expect("it is there"));
    let with = vec(buy, 1..3).prop_map(|parts| Box::new(Expr::Any(parts)));
    let within = prop_oneof![
        period().prop_map(Window::Last),
        unit().prop_map(Window::ToDate)
    ];
    let of = (any::<bool>(), option::of(with), option::of(within));
    let of = of.prop_map(|(buy, with, within)| Activities {
        kind: KINDS[usize::from(!buy)].to_owned(),
        with: with.filter(|_| buy),
        within,
    });
    let measure = prop_oneof![
        4 => Just(Measure::Count),
        1 => Just(Measure::Sum("amount".to_owned())),
        1 => Just(Measure::Sum("n".to_owned())),
        2 => Just(Measure::Last),
        2 => Just(Measure::First),
    ];
    let number = || about(near_value(&AttributeType::Integer));
    let condition = (number(), about(near_value(&AttributeType::Instant)));
    (measure, of, condition).prop_map(|(measure, of, (number, instant))| {
        let condition = match measure {
            Measure::Count | Measure::Sum(_) => number,
            _ => instant,
        };
        Expr::Activity(ActivityTest {
            measure,
            of,
            condition,
        })
    })
}

fn expr(others: Vec<String>) -> impl Strategy<Value = Expr> {
    let leaf = test(&schema());
    let leaf = match others.is_empty() {
        true => prop_oneof![4 => leaf, 1 => happened()].boxed(),
        false => {
            let other =
                select(others).prop_map(|name| Expr::InSegment(name.parse().expect("a name")));
            prop_oneof![8 => leaf, 2 => happened(), 1 => other].boxed()
        }
    };
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 2..4).prop_map(Expr::All),
            2 => vec(inner.clone(), 2..4).prop_map(Expr::Any),
            1 => inner.clone().prop_map(|expr| Expr::Not(Box::new(expr))),
            1 => (0_u32..4, vec(inner, 2..5)).prop_map(|(least, of)| Expr::AtLeast(least, of)),
        ]
    })
}

/// A set of plain segments and families, of which later ones may name earlier ones.
pub(in super::super) fn segments() -> impl Strategy<Value = Segments> {
    let rule = |n: usize| expr((0..n.min(3)).map(|n| format!("s{n}")).collect());
    let plain: Vec<_> = (0..4).map(|n| rule(n).boxed()).collect();
    let family = vec(rule(3), 1..4);
    (plain, family).prop_filter_map("within the bounds", |(plain, family)| {
        let name = |text: String| text.parse().expect("a name");
        let plain = plain.into_iter().enumerate();
        let mut parts = Vec::new();
        for (n, expr) in plain {
            parts.push(SegmentPart::Plain(
                name(format!("s{n}")),
                Rule::new(expr).ok()?,
            ));
        }
        let members: Option<Vec<_>> = family
            .into_iter()
            .enumerate()
            .map(|(n, expr)| Some((name(format!("f{n}")), Rule::new(expr).ok()?)))
            .collect();
        parts.push(SegmentPart::Family(
            "family".parse().expect("a name"),
            members?,
        ));
        Segments::new(parts).ok()
    })
}
