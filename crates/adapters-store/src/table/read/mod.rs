//! From rows to values.

mod pool;
mod wire;
mod select;

pub(super) use pool::Pool;
pub(super) use select::{Select, take, text_at, value_at};
pub(super) use wire::{Wire, WireKind};
