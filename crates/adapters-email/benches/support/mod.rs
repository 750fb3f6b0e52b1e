//! What the bench shares with the tests.

#[path = "../../tests/support/web.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
pub(crate) mod web;
