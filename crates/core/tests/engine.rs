//! The engine over the memory adapters.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]

#[path = "engine/world.rs"]
mod world;
#[path = "engine/renewal.rs"]
mod renewal;
#[path = "engine/kills.rs"]
mod kills;
#[path = "engine/rules.rs"]
mod rules;
#[path = "engine/troubles.rs"]
mod troubles;
#[path = "engine/publishing.rs"]
mod publishing;
#[path = "engine/starting.rs"]
mod starting;
#[path = "engine/freezing.rs"]
mod freezing;
#[path = "engine/segments.rs"]
mod segments;
#[path = "engine/profiles.rs"]
mod profiles;
#[path = "engine/freezing_kills.rs"]
mod freezing_kills;
