//! The program as its users meet it: the built binary in directories of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audiences;
mod audit;
#[cfg(feature = "bounces")]
mod bounces;
mod campaigns;
mod demo;
mod erpnext;
mod events;
mod explain;
mod happened;
mod inputs;
mod links;
mod order;
mod people;
mod postgres;
mod preview;
mod program;
mod providers;
mod put_back;
mod rules;
mod runs;
mod segment;
mod segment_files;
mod services;
mod sms;
mod surroundings;
mod words;
