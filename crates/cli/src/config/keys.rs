//! Names in limits, which the type of a limit cannot refuse by itself.

use crate::document::Document;
use crate::output::{Failure, nearest};

const NAMES: [&str; 13] = [
    "id",
    "brand",
    "channel",
    "purpose",
    "campaign",
    "journey",
    "class",
    "most",
    "per",
    "when_full",
    "by_address",
    "transactional_too",
    "alert_at",
];

/// Refuses a name in a `[[limit]]` that no limit has: a scope with a misspelt name would count
/// more than was meant.
pub(crate) fn check_limits(document: &Document) -> Result<(), Failure> {
    let limits = document
        .root
        .get("limit")
        .map_or(&[][..], |limits| limits.items());
    let unknown = limits
        .iter()
        .flat_map(|limit| limit.entries())
        .find(|entry| !NAMES.contains(&entry.key.as_str()));
    let Some(entry) = unknown else { return Ok(()) };
    let hint = nearest(&entry.key, NAMES).unwrap_or(format!("there are: {}", NAMES.join(", ")));
    Err(Failure::file(format!("there is no {} here", entry.key))
        .hinted(Some(hint))
        .at(document.place(entry.key_at)))
}
