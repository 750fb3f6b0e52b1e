//! Segments: named rules, and who belongs to them.

mod set;
mod order;
mod asking;
mod document;
mod error;

mod cell;
mod attribute_value;
mod bitmap;
mod population;
mod code_set;
mod leaf;
mod compile;
mod full;
mod members;
mod live;
mod explain;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

pub use attribute_value::AttributeValue;
pub use bitmap::Bitmap;
pub use cell::{Cell, HasAttributes};
pub use document::{SegmentsDocument, WrittenFamily, WrittenRule, WrittenSegment};
pub use error::{SegmentError, SegmentErrors, SegmentFault};
pub use explain::{Explanation, ExplanationKind};
pub use full::{Compiled, Threads};
pub use live::{ChangeError, Changes, Live, LiveSizes, Turn, Way};
pub use members::{Members, Overlap};
pub use population::{CellError, Member, Population, PopulationBuilder, PopulationError, Sizes};
pub use set::{Segment, SegmentPart, Segments};
