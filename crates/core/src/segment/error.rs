//! What is wrong with a set of segments.

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
