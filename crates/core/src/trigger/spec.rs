//! Triggers as data.

use super::ActivitySpec;
use crate::{Cron, CustomName, Length, RecordKind};

/// When the occasions of a journey arise.
///
/// ```
/// # use pregon_core::TriggerSpec;
/// let written = r#"{ "before_date": { "record": "pin", "date": "expiry_date", "days": 30 } }"#;
/// let spec: TriggerSpec = serde_json::from_str(written)?;
/// assert_eq!(spec.kind(), "before_date");
/// let spec: TriggerSpec = serde_json::from_str(r#""on_demand""#)?;
/// assert_eq!(spec.kind(), "on_demand");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TriggerSpec {
    /// So long before a date of a record.
    BeforeDate(DateSpec),
    /// So long after a date of a record.
    AfterDate(DateSpec),
    /// At the times of a calendar, for the whole audience.
    Calendar(CalendarSpec),
    /// When somebody starts a broadcast.
    OnDemand,
    /// When something happens to a customer, and the host reports it.
    OnActivity(ActivitySpec),
    /// As the host's own trigger of this name says.
    Custom(CustomName),
}

/// So long before or after a date of a record.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateSpec {
    /// The kind of record.
    pub record: RecordKind,
    /// The attribute that has the date: a civil date or an instant.
    pub date: String,
    /// So many civil days, counted in the campaign's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// So many hours; only for an attribute that is an instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    /// When it is looked; what fell due since the last time is found then. Every midnight without
    /// it, or every quarter of an hour where hours are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<Cron>,
    /// How long after it fell due it may still be sent. Without it: before a date until the end of
    /// that date, after a date for seven days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Length>,
    /// How far before its activation a new journey looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<Length>,
}

/// At the times of a calendar, for the whole audience.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// The times, in the campaign's zone.
    pub cron: Cron,
    /// How long after its time it may still be sent; until the next time without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Length>,
    /// How far before its activation a new journey looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<Length>,
}

/// How long before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// Civil days.
    Days(u32),
    /// Absolute hours.
    Hours(u32),
}

/// A trigger that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TriggerError {
    /// Neither or both of `days` and `hours` are there.
    #[error("say either days or hours")]
    Lead,
    /// More than ten years.
    #[error("at most ten years")]
    TooFar,
    /// A length of no time.
    #[error("a length of time is one second at least")]
    Nothing,
}

pub(super) const MOST_DAYS: u32 = 3660;

impl DateSpec {
    /// How long before or after.
    ///
    /// # Errors
    /// When it does not say exactly one, or says more than ten years.
    pub fn lead(&self) -> Result<Lead, TriggerError> {
        match (self.days, self.hours) {
            (Some(days), None) if days <= MOST_DAYS => Ok(Lead::Days(days)),
            (None, Some(hours)) if hours <= MOST_DAYS * 24 => Ok(Lead::Hours(hours)),
            (Some(_), None) | (None, Some(_)) => Err(TriggerError::TooFar),
            (None, None) | (Some(_), Some(_)) => Err(TriggerError::Lead),
        }
    }

    /// When it is looked.
    #[must_use]
    pub fn looked(&self) -> Cron {
        let usual = if self.hours.is_some() {
            "*/15 * * * *"
        } else {
            "0 0 * * *"
        };
        self.cron
            .clone()
            .unwrap_or_else(|| usual.parse().expect("a cron expression"))
    }
}

impl TriggerSpec {
    /// The name of its kind, which is part of every key it makes.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BeforeDate(_) => "before_date",
            Self::AfterDate(_) => "after_date",
            Self::Calendar(_) => "calendar",
            Self::OnDemand => "on_demand",
            Self::OnActivity(_) => "on_activity",
            Self::Custom(_) => "custom",
        }
    }

    /// The kind of record that its rows have.
    #[must_use]
    pub fn record(&self) -> Option<&RecordKind> {
        match self {
            Self::BeforeDate(spec) | Self::AfterDate(spec) => Some(&spec.record),
            Self::OnActivity(spec) => spec.record.as_ref(),
            Self::Calendar(_) | Self::OnDemand | Self::Custom(_) => None,
        }
    }

    /// When it is looked; `None` is at every pass, or never where somebody says what happens.
    #[must_use]
    pub fn looked(&self) -> Option<Cron> {
        match self {
            Self::BeforeDate(spec) | Self::AfterDate(spec) => Some(spec.looked()),
            Self::Calendar(spec) => Some(spec.cron.clone()),
            Self::OnDemand | Self::OnActivity(_) | Self::Custom(_) => None,
        }
    }

    /// How far before its activation a new journey looks back.
    #[must_use]
    pub fn catch_up(&self) -> Option<Length> {
        match self {
            Self::BeforeDate(spec) | Self::AfterDate(spec) => spec.catch_up,
            Self::Calendar(spec) => spec.catch_up,
            Self::OnDemand | Self::OnActivity(_) | Self::Custom(_) => None,
        }
    }
}
