//! What a rule reads of one customer.

use std::borrow::Cow;

use crate::{Activity, Attributes, Value};

/// What a rule reads of one customer: the values of its attributes, and what happened to it.
///
/// A closure from a name to a value is one, for rules that read no activities.
///
/// ```
/// use std::borrow::Cow;
/// use pregon_core::rule::{Moment, Rule};
/// use pregon_core::{Value, Zone};
///
/// let row = |name: &str| (name == "visits").then(|| Cow::Owned(Value::from(7)));
/// let moment = Moment::new("2026-11-20T06:00:00Z".parse().expect("an instant"), Zone::UTC);
/// assert!(Rule::parse("visits >= 6")?.matches(&row, &moment));
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
pub trait Facts<'r> {
    /// The value under a name; nothing when it is missing.
    fn value(&self, name: &str) -> Option<Cow<'r, Value>>;

    /// Everything that happened to the customer, in any order.
    fn activities(&self) -> Cow<'r, [Activity]>;
}

impl<'r, F: Fn(&str) -> Option<Cow<'r, Value>>> Facts<'r> for F {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        self(name)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&[])
    }
}

/// The values alone: nothing happened.
impl<'r> Facts<'r> for &'r Attributes {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        self.get(name).map(Cow::Borrowed)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&[])
    }
}
