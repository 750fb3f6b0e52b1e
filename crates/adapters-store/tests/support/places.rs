//! Wherever a store may lie: each server of the run, and behind a pooler.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::world::World;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The server that other tests use as well.
pub(crate) const SYSTEM: &str = "system";

/// The others, and the pooler, which stands before the first.
pub(crate) const OTHERS: [&str; 6] = ["13", "14", "16", "17", "18", "pgbouncer"];

/// A schema of its own there; nothing, and loudly, when the environment does not name the place.
pub(crate) fn world(place: &str) -> Option<World> {
    let (variable, url) = match place {
        SYSTEM => ("PREGON_TEST_POSTGRES", variable("PREGON_TEST_POSTGRES")),
        "pgbouncer" => ("PREGON_TEST_PGBOUNCER", variable("PREGON_TEST_PGBOUNCER")),
        version => ("PREGON_TEST_POSTGRES_VERSIONS", of_version(version)),
    };
    if url.is_none() {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let said = format!("NOT RUN: no {place} in {variable}; see `cargo xtask servers`\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let schema = format!("place_{}_{n}", std::process::id());
    url.map(|url| World { url, schema })
}

/// A world at every place that there is.
pub(crate) fn worlds() -> Vec<World> {
    let all = [SYSTEM].into_iter().chain(OTHERS);
    all.filter_map(world).collect()
}

/// A world at every other place that there is.
pub(crate) fn other_worlds() -> Vec<World> {
    OTHERS.into_iter().filter_map(world).collect()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn of_version(version: &str) -> Option<String> {
    let listed = variable("PREGON_TEST_POSTGRES_VERSIONS")?;
    let mut pairs = listed.split(',').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(it, _)| *it == version)?;
    Some(found.1.to_owned())
}
