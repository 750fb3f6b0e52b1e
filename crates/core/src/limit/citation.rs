//! Where a rule of a data file is from.

use chrono::NaiveDate;

/// A text that a calendar or a preset rests on, with its date.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The law, the contract or the page, and what of it.
    pub title: String,
    /// When it was published, as exactly as is known: `2023-07-10` or `2017`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<String>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was last read for this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<NaiveDate>,
}
