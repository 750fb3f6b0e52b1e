//! Rows of `docs/faults.md` that a host can bring about: they are tried over the public API and a
//! store that is a file.

mod channels;
mod house;
mod moves;
mod texts;
