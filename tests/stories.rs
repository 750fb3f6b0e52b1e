//! The programmes of real businesses, end to end. One binary, a module per story.
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]
#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

#[expect(
    dead_code,
    reason = "the stories use less of the server than its own tests"
)]
#[path = "../crates/adapters-erp/tests/support/erpnext/mod.rs"]
mod erpnext;
#[path = "stories/booking.rs"]
mod booking;
#[path = "stories/booking_activity.rs"]
mod booking_activity;
#[path = "stories/faults/mod.rs"]
mod faults;
#[path = "stories/post.rs"]
mod post;
#[path = "stories/profile.rs"]
mod profile;
#[path = "stories/renewal.rs"]
mod renewal;
#[path = "stories/shop.rs"]
mod shop;
#[path = "stories/spa/mod.rs"]
mod spa;
#[expect(
    dead_code,
    reason = "the stories use less of the server than its store's tests"
)]
#[path = "../crates/adapters-store/tests/support/world.rs"]
mod world;
