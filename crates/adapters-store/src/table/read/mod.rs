//! From rows to values.

mod pool;
mod wire;
mod select;

pub(super) use pool::Pool;
pub(super) use select::{Select, take, text_at, value_at};
#[cfg(feature = "sqlite")]
pub(super) use wire::instant;
pub(super) use wire::{Wire, WireKind};
