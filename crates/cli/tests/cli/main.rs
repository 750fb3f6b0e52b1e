//! The program as its users meet it: the built binary in directories of its own.

mod campaigns;
mod demo;
mod inputs;
mod program;
mod runs;
