//! At the times of a calendar.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};

use super::CalendarSpec;
use crate::{
    Audience, Cursor, Occurrence, OccurrenceId, Page, PortError, PortErrorKind, Row, Span, Trigger,
    Zone,
};

/// Fires at the times of a calendar, for each member of an audience.
///
/// Only the last time in a span fires: of two newsletters that a machine slept through, the older
/// one is no longer news. The occasion's id is that nominal time.
#[derive(Debug, Clone)]
pub struct Calendar {
    audience: Arc<dyn Audience>,
    spec: CalendarSpec,
    zone: Zone,
}

impl Calendar {
    /// A trigger at these times for this audience.
    #[must_use]
    pub fn new(audience: Arc<dyn Audience>, spec: CalendarSpec, zone: Zone) -> Self {
        Self {
            audience,
            spec,
            zone,
        }
    }

    fn not_after(&self, fired: DateTime<Utc>) -> DateTime<Utc> {
        let said = self
            .spec
            .not_after
            .and_then(|l| fired.checked_add_signed(l.duration()));
        let next = || self.spec.cron.next_after(fired, self.zone);
        said.or_else(next).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

#[async_trait]
impl Trigger for Calendar {
    async fn due<'a>(
        &self,
        span: &Span,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Occurrence>, PortError> {
        let Some(fired) = self.spec.cron.last_within(span.from, span.to, self.zone) else {
            return Ok(Page::last(Vec::new()));
        };
        let not_after = self.not_after(fired);
        if not_after <= span.to {
            return Ok(Page::last(Vec::new()));
        }
        let id =
            OccurrenceId::new(fired.to_rfc3339_opts(SecondsFormat::Secs, true)).map_err(|e| {
                PortError::new("calendar", "due", PortErrorKind::Invalid).with_source(e)
            })?;
        let page = self.audience.page(span.to, after, limit).await?;
        Ok(page.map(|customer| Occurrence {
            id: id.clone(),
            row: Row::of(customer),
            due_at: fired,
            not_after,
            shared: true,
        }))
    }
}
