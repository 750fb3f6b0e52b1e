//! What stores keep alike, whatever keeps it: rows, what can happen to them, and the decisions of a
//! turn. Pure: a store brings rows in, this decides, the store writes them back.

pub(crate) mod audience;
pub(crate) mod begin;
pub(crate) mod books;
pub(crate) mod campaign;
pub(crate) mod claim;
pub(crate) mod desk;
pub(crate) mod flaw;
pub(crate) mod gate;
pub(crate) mod hash_key;
pub(crate) mod log;
pub(crate) mod open;
pub(crate) mod past;
pub(crate) mod plan;
pub(crate) mod route;
pub(crate) mod row;
pub(crate) mod sets;
mod settle;
pub(crate) mod wire;
pub(crate) mod word;
pub(crate) mod zones;
