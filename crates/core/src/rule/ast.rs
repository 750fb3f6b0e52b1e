//! The tree of a rule.

use crate::{SegmentName, Value};

/// A rule as a tree: tests joined by *and*, *or*, *not* and *at least K of*.
///
/// An expression is only material: [`Rule::new`](super::Rule::new) makes a rule of it.
///
/// It is cloned, compared and freed without recursion, however deep a program has built it;
/// therefore it can be looked into by reference only.
///
/// ```
/// use pregon_core::rule::{Expr, attr};
/// let expr = attr("visits").ge(6) & !attr("email").is_missing();
/// let Expr::All(parts) = &expr else { panic!("an and") };
/// assert_eq!(parts.len(), 2);
/// ```
#[derive(Eq)]
#[non_exhaustive]
pub enum Expr {
    /// All of them are true.
    All(Vec<Expr>),
    /// At least one of them is true.
    Any(Vec<Expr>),
    /// It is false.
    Not(Box<Expr>),
    /// At least so many of them are true: `at least 2 of (visits >= 6, spend >= 150000)`.
    AtLeast(u32, Vec<Expr>),
    /// A test of one attribute.
    Test(Test),
    /// A test of what happened to the customer.
    Activity(ActivityTest),
    /// The customer is a member of another segment: `in segment staff`.
    InSegment(SegmentName),
}

impl From<Test> for Expr {
    fn from(test: Test) -> Self {
        Self::Test(test)
    }
}

/// What is asked of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its name, with a prefix where the row needs one: `pin.status`.
    pub attribute: String,
    /// What must hold of its value.
    pub condition: Condition,
}

/// What must hold of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// `visits >= 6`
    Compare(Comparison, Value),
    /// `spend between 50000 and 150000`, both ends included.
    Between(Value, Value),
    /// `province in ("Azuay", "Guayas")`
    In(Vec<Value>),
    /// `phone is set`
    IsSet,
    /// `phone is missing`
    IsMissing,
    /// `city =~ "bogota"`, without regard to case and accents.
    Text(TextMatch, String),
    /// `tags has any of ("vip")`
    Has(Has, Vec<String>),
    /// `last_visit older than 90 days`
    Relative(Relation, Period),
    /// `booked on this day`
    OnThisDay,
    /// `birth_date anniversary within 7 days`: month and day lie between today and then.
    Anniversary(Period),
    /// `paid within the month to date`: from the first day of the running one to today.
    ToDate(Unit),
}

/// What is asked of a customer's activities: a number or an instant made of them, and what must
/// hold of it.
///
/// The count and the sum of no activities are zero; the last and the first of none are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityTest {
    /// What is made of the activities.
    pub measure: Measure,
    /// Which activities.
    pub of: Activities,
    /// What must hold: a condition on a number, for the last and the first on an instant.
    pub condition: Condition,
}

/// What is made of some activities.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// How many there are: `at least 2 purchase`, `count of purchase between 2 and 5`.
    Count,
    /// The sum of an attribute of theirs, which is a number; those that lack it add nothing:
    /// `sum of amount of purchase >= 150000`.
    Sum(String),
    /// When the last one was: `last purchase older than 90 days`.
    Last,
    /// When the first one was: `first purchase within the last 30 days`.
    First,
}

/// Which activities of a customer: `purchase(product = "fibra") within 365 days`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activities {
    /// What happened: `purchase`.
    pub kind: String,
    /// What must be true of the activity's own attributes: tests, *and*, *or*, *not*, *at least K
    /// of*, but no activities and no segments.
    pub with: Option<Box<Expr>>,
    /// When it must have happened, by its civil date.
    pub within: Option<Window>,
}

/// A stretch of days that ends today, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Window {
    /// `within 365 days`: from the day that is so long ago.
    Last(Period),
    /// `within the month to date`: from the first day of the running one.
    ToDate(Unit),
}

/// A calendar unit that is running now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// The day: today alone.
    Day,
    /// The ISO week, from Monday.
    Week,
    /// The month.
    Month,
    /// The quarter, from the first of January, April, July or October.
    Quarter,
    /// The year.
    Year,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Comparison {
    /// As the text writes it.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

/// How a text is looked for in another, without regard to case and accents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextMatch {
    /// `=~`: the whole of it.
    Same,
    /// `contains`: anywhere.
    Contains,
    /// `starts with`: at its beginning.
    StartsWith,
}

/// How many of some texts a set must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Has {
    /// At least one.
    Any,
    /// Every one.
    All,
    /// Not one.
    None,
}

/// Where a date lies, seen from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// `older than P`: before the day that is P ago.
    OlderThan,
    /// `at least P ago`: on the day that is P ago or before.
    AtLeastAgo,
    /// `within the last P`: from the day that is P ago to today.
    WithinLast,
    /// `within the next P`: from today to the day that is P ahead.
    WithinNext,
}

/// A length of time on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Period {
    /// So many days.
    Days(u32),
    /// So many times seven days.
    Weeks(u32),
    /// So many calendar months.
    Months(u32),
    /// So many times three calendar months.
    Quarters(u32),
    /// So many times twelve calendar months.
    Years(u32),
}

impl Period {
    /// The number and the name of its unit in singular.
    pub(super) fn parts(self) -> (u32, &'static str) {
        match self {
            Self::Days(n) => (n, "day"),
            Self::Weeks(n) => (n, "week"),
            Self::Months(n) => (n, "month"),
            Self::Quarters(n) => (n, "quarter"),
            Self::Years(n) => (n, "year"),
        }
    }
}
