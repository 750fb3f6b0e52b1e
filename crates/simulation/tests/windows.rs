//! Windows of limits tile time: in every zone each instant is in exactly one, whatever the clocks
//! do, and whoever was born on 29 February has one birthday in each civil year.
//!
//! Fifty zones in the ordinary run; all of them with `PREGON_SIMULATION_ZONES=all`.

#[path = "windows/leap.rs"]
mod leap;
#[path = "windows/tiles.rs"]
mod tiles;
