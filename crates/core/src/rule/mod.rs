//! Rules (placeholder until the module moves in).

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::{Value, Zone};

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule;

/// An error.
#[derive(Debug)]
pub struct RuleError;

/// A moment.
#[derive(Debug)]
pub struct Moment;

impl Moment {
    /// New.
    pub fn new(_now: DateTime<Utc>, _zone: Zone) -> Self {
        Self
    }
}

impl RuleError {
    /// M.
    pub fn message(&self) -> String {
        String::new()
    }
    /// H.
    pub fn hint(&self) -> Option<String> {
        None
    }
    /// P.
    pub fn position(&self) -> Option<(u32, u32)> {
        None
    }
}

impl Rule {
    /// P.
    pub fn parse(_text: &str) -> Result<Self, RuleError> {
        Ok(Self)
    }
    /// C.
    #[cfg(feature = "engine")]
    pub fn check(&self, _schema: &crate::RowSchema) -> Result<(), Vec<RuleError>> {
        Ok(())
    }
    /// M.
    pub fn matches(
        &self,
        _row: &dyn for<'a> Fn(&'a str) -> Option<Cow<'static, Value>>,
        _m: &Moment,
    ) -> bool {
        true
    }
}
