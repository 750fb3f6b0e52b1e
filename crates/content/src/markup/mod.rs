//! HTML with template tags in it, cut into tokens that know where they stand.
//!
//! Positions are all that this is for: it follows the tokenizer of the HTML standard closely, and
//! where it should err, nothing unsafe comes of it, because what is kept of uploaded HTML is
//! decided by `ammonia`, and what is sent is judged by the template compiler.

mod decode;
mod depth;
mod tags;
mod tokens;
mod tree;

pub(crate) use decode::decode;
pub(crate) use depth::check_depth;
pub(crate) use tags::{MASK, Role, Tag, Tags};
pub(crate) use tokens::{Attr, Kind, Token, tokens};
pub(crate) use tree::balance;

/// Elements that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Whether an element never has an end tag.
pub(crate) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}
