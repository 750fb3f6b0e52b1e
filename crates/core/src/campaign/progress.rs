//! How far a journey's planning has come.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::CampaignRecord;
use crate::{Cursor, JourneyId, Span};

/// How far a journey's planning has come. A span closes only when its last page is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The end of the last span that was planned to its end; the beginning of the next.
    pub closed_at: DateTime<Utc>,
    /// The span that is being planned, and where in it.
    pub open: Option<OpenSpan>,
}

/// A span that is being planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSpan {
    /// The span.
    pub span: Span,
    /// Where its next page begins.
    pub after: Option<Cursor>,
}

/// A campaign as the store has it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCampaign {
    /// The campaign.
    pub record: CampaignRecord,
    /// How far each journey has come that has begun.
    pub progress: BTreeMap<JourneyId, Progress>,
}
