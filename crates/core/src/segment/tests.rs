//! What sets of segments must do, in rows and in laws.

mod document;
mod set;
