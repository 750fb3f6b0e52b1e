//! Rules about what happened, built in Rust: `activity("purchase").within(days(90)).at_least(2)`.

use super::ast::{
    Activities, ActivityTest, Comparison, Condition, Expr, Measure, Period, Relation, Unit, Window,
};
use crate::Value;

/// Some activities of a customer, of which something can be asked.
///
/// ```
/// use pregon_core::rule::{Rule, activity, attr, days};
/// let fibre = activity("purchase").with(attr("product").eq("fibra")).within(days(365));
/// let rule = Rule::new(fibre.at_least(2))?;
/// assert_eq!(rule.to_string(), r#"at least 2 purchase(product = "fibra") within 365 days"#);
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Happened(Activities);

/// The activities of this kind: `activity("purchase")`.
pub fn activity(kind: impl Into<String>) -> Happened {
    Happened(Activities {
        kind: kind.into(),
        with: None,
        within: None,
    })
}

impl Happened {
    /// Only those of which this is true.
    pub fn with(mut self, expr: Expr) -> Self {
        self.0.with = Some(Box::new(match self.0.with.take() {
            Some(other) => *other & expr,
            None => expr,
        }));
        self
    }

    /// Only those from the day that is so long ago to today.
    pub fn within(mut self, period: Period) -> Self {
        self.0.within = Some(Window::Last(period));
        self
    }

    /// Only those from the first day of the running unit to today.
    pub fn to_date(mut self, unit: Unit) -> Self {
        self.0.within = Some(Window::ToDate(unit));
        self
    }

    /// There are so many or more.
    pub fn at_least(self, n: u32) -> Expr {
        self.count(Condition::Compare(Comparison::Ge, n.into()))
    }

    /// There are so many or fewer.
    pub fn at_most(self, n: u32) -> Expr {
        self.count(Condition::Compare(Comparison::Le, n.into()))
    }

    /// There are exactly so many.
    pub fn exactly(self, n: u32) -> Expr {
        self.count(Condition::Compare(Comparison::Eq, n.into()))
    }

    /// Their number is one of which this holds.
    pub fn count(self, condition: Condition) -> Expr {
        self.test(Measure::Count, condition)
    }

    /// The sum of this attribute of theirs is one of which this holds.
    pub fn sum(self, attribute: impl Into<String>, condition: Condition) -> Expr {
        self.test(Measure::Sum(attribute.into()), condition)
    }

    /// The sum of this attribute of theirs is so much or more.
    pub fn sum_at_least(self, attribute: impl Into<String>, least: impl Into<Value>) -> Expr {
        self.sum(attribute, Condition::Compare(Comparison::Ge, least.into()))
    }

    /// The last one was before the day that is so long ago.
    pub fn last_older_than(self, period: Period) -> Expr {
        self.last(Condition::Relative(Relation::OlderThan, period))
    }

    /// The instant of the last one is one of which this holds.
    pub fn last(self, condition: Condition) -> Expr {
        self.test(Measure::Last, condition)
    }

    /// The instant of the first one is one of which this holds.
    pub fn first(self, condition: Condition) -> Expr {
        self.test(Measure::First, condition)
    }

    fn test(self, measure: Measure, condition: Condition) -> Expr {
        Expr::Activity(ActivityTest {
            measure,
            of: self.0,
            condition,
        })
    }
}
