//! Dates, money, numbers and names as people read them in Spanish and English.

pub(super) mod date;
pub(super) mod language;
pub(super) mod money;
pub(super) mod number;
pub(super) mod text;
