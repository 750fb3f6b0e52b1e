//! Rules by chance.

use pregon_core::rule::{Activities, ActivityTest, Condition, Expr, Measure, Test};
use pregon_core::{AttributeType, SegmentName, Value};

use super::Dice;
use super::conditions::{counted, dated, on, summed, window};

/// Attributes with their types, and a few values of each.
pub(super) type Pools = Vec<(String, AttributeType, Vec<Value>)>;

/// What rules are made of.
#[derive(Debug, Clone)]
pub(super) struct Material {
    pub(super) attributes: Pools,
    pub(super) kinds: Vec<(String, Pools)>,
    pub(super) at: Vec<Value>,
}

/// A rule of so many levels at most, which may name these segments.
pub(super) fn expr(
    of: &Material,
    segments: &[SegmentName],
    levels: usize,
    dice: &mut Dice,
) -> Expr {
    if levels == 0 || dice.one_in(4) {
        return leaf(of, segments, dice);
    }
    joined(levels, dice, &|levels, dice| {
        expr(of, segments, levels, dice)
    })
}

/// Some joined: by *and*, by *or*, by *at least K of*, or one that is *not*.
fn joined(levels: usize, dice: &mut Dice, inner: &dyn Fn(usize, &mut Dice) -> Expr) -> Expr {
    let how = dice.below(7);
    if how == 0 {
        return Expr::Not(Box::new(inner(levels - 1, dice)));
    }
    let many = 2 + dice.below(3);
    let parts: Vec<Expr> = (0..many).map(|_| inner(levels - 1, dice)).collect();
    match how {
        1..=3 => Expr::Any(parts),
        4 => {
            let least = u32::try_from(1 + dice.below(parts.len())).unwrap_or(1);
            Expr::AtLeast(least, parts)
        }
        _ => Expr::All(parts),
    }
}

fn leaf(of: &Material, segments: &[SegmentName], dice: &mut Dice) -> Expr {
    match dice.below(8) {
        0 if !segments.is_empty() => Expr::InSegment(dice.pick(segments).clone()),
        1 | 2 => Expr::Activity(happened(of, dice)),
        _ => Expr::Test(test(&of.attributes, dice)),
    }
}

fn test(pools: &Pools, dice: &mut Dice) -> Test {
    let (name, kind, values) = dice.pick(pools);
    let attribute = name.clone();
    // Now and then what does not go with the type, which is unknown.
    let condition = if dice.one_in(30) {
        let (_, kind, values) = dice.pick(pools);
        on(kind, values, dice)
    } else {
        on(kind, values, dice)
    };
    Test {
        attribute,
        condition,
    }
}

fn happened(of: &Material, dice: &mut Dice) -> ActivityTest {
    let (kind, pools) = dice.pick(&of.kinds);
    let with = (!pools.is_empty() && dice.one_in(2)).then(|| {
        let levels = dice.below(3);
        Box::new(inside(pools, levels, dice))
    });
    let of_kind = Activities {
        kind: kind.clone(),
        with,
        within: dice.one_in(2).then(|| window(dice)),
    };
    let numbers = |(_, kind, _): &&(String, AttributeType, Vec<Value>)| {
        matches!(kind, AttributeType::Integer | AttributeType::Decimal)
    };
    let numbers: Vec<_> = pools.iter().filter(numbers).collect();
    let (measure, condition) = match dice.below(5) {
        0 if !numbers.is_empty() => {
            let (name, _, values) = dice.pick(&numbers);
            (Measure::Sum(name.clone()), summed(values, dice))
        }
        1 => (Measure::Last, instant(of, dice)),
        2 => (Measure::First, instant(of, dice)),
        _ => (Measure::Count, counted(dice)),
    };
    ActivityTest {
        measure,
        of: of_kind,
        condition,
    }
}

fn inside(pools: &Pools, levels: usize, dice: &mut Dice) -> Expr {
    if levels == 0 {
        return Expr::Test(test(pools, dice));
    }
    joined(levels, dice, &|levels, dice| inside(pools, levels, dice))
}

fn instant(of: &Material, dice: &mut Dice) -> Condition {
    if dice.one_in(2) {
        dated(dice)
    } else {
        on(&AttributeType::Instant, &of.at, dice)
    }
}
