//! What is wrong with a set of segments.

use std::fmt;
use std::ops::Deref;

use crate::rule::RuleError;
use crate::{FamilyName, IdError, SegmentName};

/// What is wrong with a set of segments, and with which of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("segment {segment:?}: {fault}")]
pub struct SegmentError {
    /// The segment.
    pub segment: SegmentName,
    /// What is wrong with it.
    pub fault: SegmentFault,
}

/// Everything that is wrong with a set of segments; at least one thing is.
///
/// ```
/// use pregon_core::rule::Rule;
/// use pregon_core::{Schema, Segments};
///
/// let segments = Segments::new([])?.with("vip", Rule::parse("visits >= 6 and spend > 1")?)?;
/// let errors = segments.check(&Schema::new()).unwrap_err();
/// assert_eq!(errors.len(), 2);
/// let said = "segment \"vip\": 1:1: there is no attribute \"visits\", and 1 more";
/// assert_eq!(errors.to_string(), said);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentErrors(Vec<SegmentError>);

impl SegmentErrors {
    /// Nothing wrong is no error.
    pub(super) fn check(errors: Vec<SegmentError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }
}

impl std::error::Error for SegmentErrors {}

impl fmt::Display for SegmentErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.0.first() {
            write!(f, "{first}")?;
        }
        match self.0.len() {
            0 | 1 => Ok(()),
            n => write!(f, ", and {} more", n - 1),
        }
    }
}

impl From<SegmentError> for SegmentErrors {
    fn from(error: SegmentError) -> Self {
        Self(vec![error])
    }
}

impl Deref for SegmentErrors {
    type Target = [SegmentError];
    fn deref(&self) -> &[SegmentError] {
        &self.0
    }
}

impl IntoIterator for SegmentErrors {
    type Item = SegmentError;
    type IntoIter = std::vec::IntoIter<SegmentError>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// What can be wrong with a segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentFault {
    /// Two segments have the name.
    #[error("there is another segment of that name")]
    Twice,
    /// Two families have the name.
    #[error("there is another family named {0:?}")]
    FamilyTwice(FamilyName),
    /// It names a segment that does not exist.
    #[error("there is no segment {name:?}")]
    Unknown {
        /// The name as written.
        name: SegmentName,
        /// The name that is probably meant.
        nearest: Option<SegmentName>,
    },
    /// Whether somebody belongs would depend on whether they belong.
    #[error("it depends on itself: {}", said(.0))]
    Cycle(Vec<SegmentName>),
    /// Segments name segments that name segments, more often than they may.
    #[error("it leads over more than {0} other segments")]
    TooDeep(usize),
    /// More segments than a set may have.
    #[error("there are more than {0} segments")]
    TooMany(usize),
    /// Its name is not one.
    #[error("its name is not one")]
    Name(#[source] IdError),
    /// Its rule does not make sense, or not with these attributes.
    #[error("{0}")]
    Rule(RuleError),
}

fn said(path: &[SegmentName]) -> String {
    let names: Vec<&str> = path.iter().map(SegmentName::as_str).collect();
    names.join(" → ")
}
