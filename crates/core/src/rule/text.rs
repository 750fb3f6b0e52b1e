//! The text form of a rule: what people write and read.

mod lex;
mod parse;
mod mistake;
mod print;
mod token;
mod words;

pub(super) use parse::parse;
pub(super) use print::Literal;
pub(super) use token::{parse_date, parse_instant};
