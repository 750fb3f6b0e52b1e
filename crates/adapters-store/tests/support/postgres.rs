//! The PostgreSQL that `cargo xtask servers` starts.

use std::io::Write as _;

/// Where it is. A run without it says loudly what it did not try.
pub(crate) fn url() -> Option<String> {
    const NAME: &str = "PREGON_TEST_POSTGRES";
    let url = std::env::var(NAME).ok();
    if url.is_none() {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let said = format!("NOT RUN: no PostgreSQL in {NAME}; see `cargo xtask servers`\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    url
}
