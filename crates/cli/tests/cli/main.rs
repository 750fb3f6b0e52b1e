//! The program as its users meet it: the built binary in directories of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audiences;
mod audit;
mod campaigns;
mod demo;
mod erpnext;
mod events;
mod explain;
mod inputs;
mod people;
mod postgres;
mod program;
mod rules;
mod runs;
mod segment;
mod segment_files;
mod words;
