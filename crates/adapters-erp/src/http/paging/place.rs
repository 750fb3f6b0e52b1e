//! Where the next page begins, as a text that is kept beside what was planned.

use serde::{Deserialize, Serialize};

use crate::http::error::{Error, Result};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Place {
    /// After this id.
    After { id: String },
    /// At what the service called the next page, after this item of it.
    Token {
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// After the last of these, which was seen around this number.
    Seen {
        at: u64,
        ids: Vec<String>,
        /// How many times the place was lost.
        lost: u16,
    },
}

impl Place {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Error::Cursor)
    }

    pub(crate) fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }
}
