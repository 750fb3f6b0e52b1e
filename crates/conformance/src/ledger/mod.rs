//! The suite of [`pregon_core::Ledger`], which it takes all of a store to ask.
//!
//! One decision is one transaction over campaigns, preferences, limits and dispatches, so the cases
//! speak to a whole [`Store`] and see what became of it through its log.

mod begin;
mod budgets;
mod campaigns;
mod claim;
mod flights;
mod limits;
mod open;
mod places;
mod poison;
mod races;
mod refusals;
mod schedule;
mod settle;
mod subjects;

use std::sync::Arc;

use pregon_core::Store;

use crate::Case;
use crate::case::suite;

type Cases = Vec<Case<Arc<dyn Store>>>;

/// Every case, in the order of a dispatch's life.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    let parts = [
        open::cases(),
        flights::cases(),
        schedule::cases(),
        claim::cases(),
        poison::cases(),
        begin::cases(),
        subjects::cases(),
        limits::cases(),
        places::cases(),
        budgets::cases(),
        refusals::cases(),
        campaigns::cases(),
        settle::cases(),
        races::cases(),
    ];
    parts.into_iter().flatten().collect()
}

suite!(Arc<dyn Store>);
