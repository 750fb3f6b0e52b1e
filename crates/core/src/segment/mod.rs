//! Segments: named rules, and who belongs to them.

mod set;
mod order;
mod error;

mod cell;
mod bitmap;
mod population;
mod code_set;
mod leaf;
mod live;
mod compile;

pub use bitmap::Bitmap;
pub use cell::{Cell, HasAttributes};
pub use error::{SegmentError, SegmentFault};
pub use live::{ChangeError, Changes, Live, LiveSizes, Turn, Way};
pub use population::{CellError, Member, Population, PopulationBuilder, PopulationError, Sizes};
pub use set::{Segment, SegmentPart, Segments};
