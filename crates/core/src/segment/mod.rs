//! Segments: named rules, and who belongs to them.

mod set;
mod order;
mod error;

mod cell;
mod attribute_value;
mod bitmap;
mod population;
mod code_set;
mod leaf;
mod live;
mod compile;
mod full;
mod members;

#[cfg(test)]
mod random;

pub use attribute_value::AttributeValue;
pub use bitmap::Bitmap;
pub use cell::{Cell, HasAttributes};
pub use error::{SegmentError, SegmentFault};
pub use full::{Compiled, Threads};
pub use members::Members;
pub use live::{ChangeError, Changes, Live, LiveSizes, Turn, Way};
pub use population::{CellError, Member, Population, PopulationBuilder, PopulationError, Sizes};
pub use set::{Segment, SegmentPart, Segments};
