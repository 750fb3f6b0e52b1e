//! The engine over the memory adapters.

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
