//! When somebody starts a broadcast.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use crate::{
    Audience, Cursor, JourneyId, Occurrence, OccurrenceId, Page, PortError, Row, Span, Trigger,
};

/// How long after its start a broadcast may still be sent.
const USUAL: i64 = 7;

/// How long what somebody started may still be sent.
pub(crate) fn lasts() -> Duration {
    Duration::days(USUAL)
}

/// A broadcast that somebody started. The same id again sends nothing new.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broadcast {
    /// The journey.
    pub journey: JourneyId,
    /// Its id, given by whoever started it.
    pub id: OccurrenceId,
    /// When it was started.
    #[serde(deserialize_with = "crate::time::instant::read")]
    pub started_at: DateTime<Utc>,
}

/// Fires for each member of an audience when somebody starts a broadcast.
///
/// It gives one broadcast after the other; the cursor says which one and where in the audience.
#[derive(Debug, Clone)]
pub struct OnDemand {
    audience: Arc<dyn Audience>,
    broadcasts: Vec<Broadcast>,
}

impl OnDemand {
    /// A trigger for these broadcasts to this audience.
    #[must_use]
    pub fn new(audience: Arc<dyn Audience>, mut broadcasts: Vec<Broadcast>) -> Self {
        broadcasts.sort_by(|a, b| (a.started_at, &a.id).cmp(&(b.started_at, &b.id)));
        Self {
            audience,
            broadcasts,
        }
    }
}

/// Which broadcast of the span, and where in the audience.
fn read(cursor: Option<&Cursor>) -> (usize, Option<Cursor>) {
    let Some((nth, rest)) = cursor.and_then(|c| c.as_str().split_once(' ')) else {
        return (0, None);
    };
    (
        nth.parse().unwrap_or(usize::MAX),
        (!rest.is_empty()).then(|| Cursor::new(rest)),
    )
}

fn written(nth: usize, rest: Option<&Cursor>) -> Cursor {
    Cursor::new(format!("{nth} {}", rest.map_or("", Cursor::as_str)))
}

#[async_trait]
impl Trigger for OnDemand {
    async fn due<'a>(
        &self,
        span: &Span,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Occurrence>, PortError> {
        let started: Vec<&Broadcast> = self
            .broadcasts
            .iter()
            .filter(|b| span.holds(b.started_at))
            .collect();
        let (nth, rest) = read(after);
        let Some(broadcast) = started.get(nth) else {
            return Ok(Page::last(Vec::new()));
        };
        let page = self.audience.page(span.to, rest.as_ref(), limit).await?;
        let more = page.next.as_ref().map(|next| written(nth, Some(next)));
        let next = more.or_else(|| (nth + 1 < started.len()).then(|| written(nth + 1, None)));
        let made = page.map(|customer| Occurrence {
            id: broadcast.id.clone(),
            row: Row::of(customer),
            due_at: broadcast.started_at,
            not_after: broadcast.started_at + lasts(),
            shared: true,
        });
        Ok(Page { next, ..made })
    }
}
