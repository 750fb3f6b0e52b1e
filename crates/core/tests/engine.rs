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
#[path = "engine/recorder.rs"]
mod recorder;
#[path = "engine/lookup.rs"]
mod lookup;
#[path = "engine/budget.rs"]
mod budget;
#[path = "engine/rules.rs"]
mod rules;
#[path = "engine/audit.rs"]
mod audit;
#[path = "engine/audit_places.rs"]
mod audit_places;
#[path = "engine/events.rs"]
mod events;
#[path = "engine/fail_over.rs"]
mod fail_over;
#[path = "engine/feedback.rs"]
mod feedback;
#[path = "engine/guarding.rs"]
mod guarding;
#[path = "engine/forgotten.rs"]
mod forgotten;
#[path = "engine/troubles.rs"]
mod troubles;
#[path = "engine/huge.rs"]
mod huge;
#[path = "engine/previewing.rs"]
mod previewing;
#[path = "engine/rates.rs"]
mod rates;
#[path = "engine/clocks.rs"]
mod clocks;
#[path = "engine/one_phone.rs"]
mod one_phone;
#[path = "engine/presets.rs"]
mod presets;
#[path = "engine/publishing.rs"]
mod publishing;
#[path = "engine/starting.rs"]
mod starting;
#[path = "engine/spa.rs"]
mod spa;
#[path = "engine/happening.rs"]
mod happening;
#[path = "engine/reporting.rs"]
mod reporting;
#[path = "engine/midway.rs"]
mod midway;
#[path = "engine/freezing.rs"]
mod freezing;
#[path = "engine/segments.rs"]
mod segments;
#[path = "engine/profiles.rs"]
mod profiles;
#[path = "engine/spans.rs"]
mod spans;
#[path = "engine/freezing_kills.rs"]
mod freezing_kills;
