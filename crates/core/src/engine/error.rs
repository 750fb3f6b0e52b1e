//! Why the engine could not do what it was asked.

use crate::{CampaignError, PortError, Problem, Severity};

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineErrorKind {
    /// The engine was put together wrongly.
    Build,
    /// A campaign cannot be published: see [`EngineError::problems`].
    Campaign,
    /// Nobody is in an audience that the campaign would freeze; nothing was published. See
    /// [`EngineError::problems`].
    Nobody,
    /// A campaign cannot be changed so.
    Move,
    /// No such campaign is kept.
    Unknown,
    /// What was reported to have happened makes no sense; nothing of the report was kept.
    Activity,
    /// A port failed that the engine cannot go on without: see the source.
    Port,
}

/// The engine could not do what it was asked. What it had decided before stays decided.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    kind: EngineErrorKind,
    message: String,
    problems: Vec<Problem>,
    source: Option<crate::BoxError>,
}

impl EngineError {
    pub(super) fn new(kind: EngineErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            problems: Vec::new(),
            source: None,
        }
    }

    pub(super) fn campaign(id: &crate::CampaignId, problems: Vec<Problem>) -> Self {
        let errors = problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .count();
        let message = format!("campaign {id} cannot be published: {errors} errors");
        Self {
            problems,
            ..Self::new(EngineErrorKind::Campaign, message)
        }
    }

    pub(super) fn nobody(id: &crate::CampaignId, problems: Vec<Problem>) -> Self {
        let message = format!("campaign {id} was not published: nobody is in its audience");
        Self {
            problems,
            ..Self::new(EngineErrorKind::Nobody, message)
        }
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> EngineErrorKind {
        self.kind
    }

    /// What is wrong with the campaign, when that is the failure.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The port's error itself, or this one again when no port failed.
    pub(super) fn take_port(mut self) -> Result<PortError, Self> {
        match self
            .source
            .take()
            .map(|source| source.downcast::<PortError>())
        {
            Some(Ok(error)) => Ok(*error),
            Some(Err(other)) => Err(Self {
                source: Some(other),
                ..self
            }),
            None => Err(self),
        }
    }

    /// The port that failed, when that is the failure.
    #[must_use]
    pub fn port(&self) -> Option<&PortError> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl From<PortError> for EngineError {
    fn from(error: PortError) -> Self {
        let new = Self::new(EngineErrorKind::Port, "the engine could not go on");
        Self {
            source: Some(error.into()),
            ..new
        }
    }
}

impl From<CampaignError> for EngineError {
    fn from(error: CampaignError) -> Self {
        let new = Self::new(EngineErrorKind::Move, "the campaign cannot be changed so");
        Self {
            source: Some(error.into()),
            ..new
        }
    }
}
