//! Rules built in Rust: `attr("visits").ge(6) & !attr("province").one_of(["Azuay"])`.

use std::ops::{BitAnd, BitOr, Not};

use crate::{SegmentName, Value};

use super::ast::{Comparison, Condition, Expr, Has, Period, Relation, Test, TextMatch, Unit};

/// An attribute, of which something can be asked.
///
/// ```
/// use pregon_core::rule::{Rule, attr};
/// let rule = Rule::new(attr("spend").between(50_000, 150_000) | attr("tags").has_any(["vip"]))?;
/// assert_eq!(
///     rule.to_string(),
///     r#"spend between 50000 and 150000 or tags has any of ("vip")"#,
/// );
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Attr(String);

/// The attribute of this name.
pub fn attr(name: impl Into<String>) -> Attr {
    Attr(name.into())
}

impl Attr {
    /// It is this value; a text as written.
    pub fn eq(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Eq, value)
    }

    /// It has a value, and that is not this one.
    pub fn ne(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Ne, value)
    }

    /// It is less, or earlier.
    pub fn lt(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Lt, value)
    }

    /// It is not more, or not later.
    pub fn le(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Le, value)
    }

    /// It is more, or later.
    pub fn gt(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Gt, value)
    }

    /// It is not less, or not earlier.
    pub fn ge(self, value: impl Into<Value>) -> Expr {
        self.compare(Comparison::Ge, value)
    }

    /// It lies between the two, both included.
    pub fn between(self, low: impl Into<Value>, high: impl Into<Value>) -> Expr {
        self.test(Condition::Between(low.into(), high.into()))
    }

    /// It is one of these.
    pub fn one_of<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Expr {
        self.test(Condition::In(values.into_iter().map(Into::into).collect()))
    }

    /// It has a value.
    pub fn is_set(self) -> Expr {
        self.test(Condition::IsSet)
    }

    /// It has no value.
    pub fn is_missing(self) -> Expr {
        self.test(Condition::IsMissing)
    }

    /// It is this text, without regard to case and accents.
    pub fn same_text(self, text: impl Into<String>) -> Expr {
        self.test(Condition::Text(TextMatch::Same, text.into()))
    }

    /// It has this text somewhere, without regard to case and accents.
    pub fn contains(self, text: impl Into<String>) -> Expr {
        self.test(Condition::Text(TextMatch::Contains, text.into()))
    }

    /// It begins with this text, without regard to case and accents.
    pub fn starts_with(self, text: impl Into<String>) -> Expr {
        self.test(Condition::Text(TextMatch::StartsWith, text.into()))
    }

    /// The set has one of these at least.
    pub fn has_any<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Expr {
        self.has(Has::Any, texts)
    }

    /// The set has every one of these.
    pub fn has_all<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Expr {
        self.has(Has::All, texts)
    }

    /// The set has none of these.
    pub fn has_none<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Expr {
        self.has(Has::None, texts)
    }

    /// It lies before the day that is so long ago.
    pub fn older_than(self, period: Period) -> Expr {
        self.test(Condition::Relative(Relation::OlderThan, period))
    }

    /// It lies on the day that is so long ago, or before.
    pub fn at_least_ago(self, period: Period) -> Expr {
        self.test(Condition::Relative(Relation::AtLeastAgo, period))
    }

    /// It lies between the day that is so long ago and today.
    pub fn within_last(self, period: Period) -> Expr {
        self.test(Condition::Relative(Relation::WithinLast, period))
    }

    /// It lies between today and the day that is so far ahead.
    pub fn within_next(self, period: Period) -> Expr {
        self.test(Condition::Relative(Relation::WithinNext, period))
    }

    /// It is today.
    pub fn on_this_day(self) -> Expr {
        self.test(Condition::OnThisDay)
    }

    /// Its anniversary is today, or on one of the days that are so far ahead at most.
    pub fn anniversary_within(self, period: Period) -> Expr {
        self.test(Condition::Anniversary(period))
    }

    /// It lies between the first day of the running unit and today.
    pub fn to_date(self, unit: Unit) -> Expr {
        self.test(Condition::ToDate(unit))
    }

    fn compare(self, comparison: Comparison, value: impl Into<Value>) -> Expr {
        self.test(Condition::Compare(comparison, value.into()))
    }

    fn has<T: Into<String>>(self, has: Has, texts: impl IntoIterator<Item = T>) -> Expr {
        self.test(Condition::Has(
            has,
            texts.into_iter().map(Into::into).collect(),
        ))
    }

    fn test(self, condition: Condition) -> Expr {
        Expr::Test(Test {
            attribute: self.0,
            condition,
        })
    }
}

/// The customer is a member of another segment, as [`Segments`](crate::Segments) has it.
///
/// A name that no segment can have becomes one that no set has, and is refused there.
pub fn segment(name: &str) -> Expr {
    let nowhere = || SegmentName::new("?").expect("a question mark is a name");
    Expr::InSegment(SegmentName::new(name).unwrap_or_else(|_| nowhere()))
}

/// At least so many of these are true.
pub fn at_least(least: u32, parts: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::AtLeast(least, parts.into_iter().collect())
}

/// So many days.
#[must_use]
pub fn days(n: u32) -> Period {
    Period::Days(n)
}

/// So many weeks.
#[must_use]
pub fn weeks(n: u32) -> Period {
    Period::Weeks(n)
}

/// So many calendar months.
#[must_use]
pub fn months(n: u32) -> Period {
    Period::Months(n)
}

/// So many calendar quarters.
#[must_use]
pub fn quarters(n: u32) -> Period {
    Period::Quarters(n)
}

/// So many calendar years.
#[must_use]
pub fn years(n: u32) -> Period {
    Period::Years(n)
}

/// Both are true; `a & b & c` is one *and* of three.
impl BitAnd for Expr {
    type Output = Self;
    fn bitand(mut self, right: Self) -> Self {
        if let Self::All(parts) = &mut self {
            parts.push(right);
            return self;
        }
        Self::All(vec![self, right])
    }
}

/// One of both is true; `a | b | c` is one *or* of three.
impl BitOr for Expr {
    type Output = Self;
    fn bitor(mut self, right: Self) -> Self {
        if let Self::Any(parts) = &mut self {
            parts.push(right);
            return self;
        }
        Self::Any(vec![self, right])
    }
}

/// It is false.
impl Not for Expr {
    type Output = Self;
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}
