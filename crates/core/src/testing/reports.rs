//! A provider that is asked what became of messages, and answers what a test tells it.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{About, Awaited, Feedback, FeedbackSource, PortError};

/// What came back, by word of a test; its copies are the same.
///
/// ```
/// # use pregon_core::testing::Reports;
/// let reports = Reports::default();
/// reports.tell([]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Reports(Arc<Mutex<Vec<Feedback>>>);

impl Reports {
    /// From now on it knows this, too.
    pub fn tell(&self, feedback: impl IntoIterator<Item = Feedback>) {
        self.told().extend(feedback);
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Vec<Feedback>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl FeedbackSource for Reports {
    async fn ask(
        &self,
        about: &[Awaited],
        _now: DateTime<Utc>,
    ) -> Result<Vec<Feedback>, PortError> {
        super::breath().await;
        let asked = |it: &&Feedback| {
            about.iter().any(|message| match &it.about {
                About::Dispatch(name) => *name == message.name,
                About::Reference(text) => *text == message.reference,
            })
        };
        Ok(self.told().iter().filter(asked).cloned().collect())
    }
}
