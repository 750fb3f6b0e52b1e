//! The tree of a rule.

use crate::Value;

/// A rule as a tree: tests joined by *and*, *or* and *not*.
///
/// An expression is only material: [`Rule::new`](super::Rule::new) makes a rule of it.
///
/// It is freed without recursion, however deep a program has built it; therefore it can be looked
/// into by reference only.
///
/// ```
/// use pregon_core::rule::{Expr, attr};
/// let expr = attr("visits").ge(6) & !attr("email").is_missing();
/// let Expr::All(parts) = &expr else { panic!("an and") };
/// assert_eq!(parts.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expr {
    /// All of them are true.
    All(Vec<Expr>),
    /// At least one of them is true.
    Any(Vec<Expr>),
    /// It is false.
    Not(Box<Expr>),
    /// A test of one attribute.
    Test(Test),
}

impl Drop for Expr {
    fn drop(&mut self) {
        let mut left = Vec::new();
        self.give_children(&mut left);
        while let Some(mut expr) = left.pop() {
            expr.give_children(&mut left);
        }
    }
}

impl Expr {
    fn give_children(&mut self, to: &mut Vec<Self>) {
        match self {
            Self::All(parts) | Self::Any(parts) => to.append(parts),
            Self::Not(inner) if matches!(**inner, Self::Test(_)) => {}
            Self::Not(inner) => to.push(std::mem::replace(inner, Self::All(Vec::new()))),
            Self::Test(_) => {}
        }
    }

    /// The parts directly below.
    pub(super) fn children(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(inner) => std::slice::from_ref(inner),
            Self::Test(_) => &[],
        }
    }

    /// Calls `see` with every test, from left to right, as the text has them.
    ///
    /// It recurses: only for expressions whose levels were counted.
    pub(super) fn each_test<'a>(&'a self, see: &mut impl FnMut(&'a Test)) {
        if let Self::Test(test) = self {
            see(test);
        }
        for child in self.children() {
            child.each_test(see);
        }
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
