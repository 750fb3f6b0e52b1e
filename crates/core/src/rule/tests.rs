//! What rules must do, in rows and in laws.

mod activities;
mod bounds;
mod check;
mod eval;
mod json;
mod laws;
pub(crate) mod oracle;
pub(crate) mod random;
mod text;
mod mistakes;
