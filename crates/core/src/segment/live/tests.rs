//! Live says what a full evaluation says.
