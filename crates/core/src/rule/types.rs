//! What a rule is checked against: which names exist, and of which type.

use crate::{AttributeType, Schema};

/// What a rule is checked against: the attributes that exist, and the kinds of activities.
///
/// A [`Schema`] is one, that of a journey's rows too, and a closure from a name to a type
/// where there are no activities.
///
/// ```
/// use pregon_core::AttributeType;
/// use pregon_core::rule::{Lack, Rule};
/// let types = |name: &str| match name {
///     "visits" => Ok(AttributeType::Integer),
///     _ => Err(Lack::Unknown { nearest: None }),
/// };
/// assert!(Rule::parse("visits >= 6")?.check(&types).is_ok());
/// assert!(Rule::parse("at least 6 visit")?.check(&types).is_err());
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
pub trait Types {
    /// The type of an attribute.
    ///
    /// # Errors
    /// When there is no such attribute, or more than one.
    fn attribute(&self, name: &str) -> Result<AttributeType, Lack>;

    /// The attributes that activities of a kind have.
    ///
    /// # Errors
    /// When there are no activities of this kind.
    fn activity(&self, kind: &str) -> Result<&Schema, Lack>;
}

/// Why a name has no type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lack {
    /// No such attribute, or kind of activity.
    Unknown {
        /// The name that is probably meant.
        nearest: Option<String>,
    },
    /// More than one attribute has the name.
    Ambiguous {
        /// The names that say which: `customer.status`, `pin.status`.
        choices: Vec<String>,
    },
}

impl Types for Schema {
    fn attribute(&self, name: &str) -> Result<AttributeType, Lack> {
        let nearest = || self.nearest(name).map(str::to_owned);
        self.get(name)
            .cloned()
            .ok_or_else(|| Lack::Unknown { nearest: nearest() })
    }

    fn activity(&self, kind: &str) -> Result<&Schema, Lack> {
        let nearest = || self.nearest_activity(kind).map(str::to_owned);
        Schema::activity(self, kind).ok_or_else(|| Lack::Unknown { nearest: nearest() })
    }
}

/// Attributes alone: nothing happens.
impl<F: Fn(&str) -> Result<AttributeType, Lack>> Types for F {
    fn attribute(&self, name: &str) -> Result<AttributeType, Lack> {
        self(name)
    }

    fn activity(&self, _kind: &str) -> Result<&Schema, Lack> {
        Err(Lack::Unknown { nearest: None })
    }
}
