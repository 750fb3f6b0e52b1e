//! What stores keep alike, whatever keeps it: the decisions about what they keep, and between it
//! and what stands in columns. A store brings rows in, this decides, the store writes them back.
//! Pure, but for the secret that a new store draws.

pub(crate) mod plan;
pub(crate) mod open;
pub(crate) mod lost;
pub(crate) mod desk;
mod settle;
pub(crate) mod ways;
pub(crate) mod gate;
pub(crate) mod begin;
pub(crate) mod past;
pub(crate) mod purse;
pub(crate) mod claim;
pub(crate) mod log;
pub(crate) mod books;
pub(crate) mod campaign;
pub(crate) mod audience;
pub(crate) mod word;
pub(crate) mod hear;
pub(crate) mod tally;
pub(crate) mod erase;
pub(crate) mod news;
pub(crate) mod hash_key;
pub(crate) mod row;
pub(crate) mod by_row;
pub(crate) mod route;
pub(crate) mod sets;
pub(crate) mod zones;
pub(crate) mod wire;
pub(crate) mod flaw;
