//! Programs say of a row what [`Segments::of`] says.
