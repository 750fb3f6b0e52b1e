//! The text form of a rule: what people write and read.

mod lex;
mod parse;
mod condition;
mod activity;
mod mistake;
mod print;
mod token;
mod words;

pub(super) use lex::shorten;
pub(super) use parse::parse;
pub(super) use print::{Literal, SegmentWord};
pub(super) use token::{parse_date, parse_instant};
