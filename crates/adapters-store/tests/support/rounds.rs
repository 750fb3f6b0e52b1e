//! How often races are run.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

/// How often a race is run: so often, or as `PREGON_TEST_ROUNDS` says.
pub(crate) fn rounds(ordinary: usize) -> usize {
    let given = std::env::var("PREGON_TEST_ROUNDS");
    given.map_or(ordinary, |given| given.parse().unwrap())
}
