//! The provider, who knows what really arrived.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use pregon_core::testing::{ManualClock, Recording};
use pregon_core::{
    Action, DispatchId, Fate, Lookup, Order, PortError, Promise, Receipt, SendError, Shape,
};

use super::switch::{Life, away};
use super::{Deal, Point, Wrong};

/// A message that a person got.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) id: DispatchId,
    pub(super) to: String,
    pub(super) again: bool,
    pub(super) at: DateTime<Utc>,
}

/// What is at the other end.
#[derive(Debug, Default)]
struct Books {
    got: Vec<Got>,
    /// Taken in and not acted upon yet.
    queued: Vec<Got>,
}

/// A provider; every process talks to the same one.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    deal: Deal,
    clock: ManualClock,
    books: Arc<Mutex<Books>>,
    /// Whether the answer to the first message is lost on its way.
    loses_first: bool,
}

impl Provider {
    pub(super) fn new(deal: Deal, clock: &ManualClock, loses_first: bool) -> Self {
        Self {
            deal,
            clock: clock.clone(),
            books: Arc::default(),
            loses_first,
        }
    }

    /// The line of a process to it.
    pub(super) fn line(&self, life: &Life, wrong: Option<Wrong>) -> Line {
        Line {
            provider: self.clone(),
            life: life.clone(),
            wrong,
        }
    }

    /// What was taken in arrives.
    pub(super) fn act(&self) {
        let queued = std::mem::take(&mut self.books().queued);
        queued.into_iter().for_each(|it| self.take(it));
    }

    pub(super) fn got(&self) -> Vec<Got> {
        self.books().got.clone()
    }

    fn take(&self, it: Got) {
        let mut books = self.books();
        let known = books.got.iter().any(|got| got.id == it.id);
        if !(known && self.deal == Deal::Idempotent) {
            books.got.push(it);
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process's line to the provider, with the crash points of a request.
#[derive(Debug, Clone)]
pub(super) struct Line {
    provider: Provider,
    life: Life,
    wrong: Option<Wrong>,
}

#[async_trait]
impl Action for Line {
    fn promise(&self) -> Promise {
        match self.wrong {
            Some(Wrong::PromisesKeys) => Deal::Idempotent.promise(),
            _ => self.provider.deal.promise(),
        }
    }

    fn shape(&self) -> Shape {
        Recording::email().shape()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let fails = |fate| move |error: PortError| SendError::new(fate, error);
        let point = |point| self.life.at(point);
        point(Point::WRITE_BEFORE)
            .await
            .map_err(fails(Fate::NotSent))?;
        point(Point::WRITE_DURING)
            .await
            .map_err(fails(Fate::Unknown))?;
        let it = Got {
            id: order.id,
            to: order.to.clone(),
            again: order.again,
            at: self.provider.clock.stands(),
        };
        self.provider.books().queued.push(it);
        point(Point::WRITE_AFTER)
            .await
            .map_err(fails(Fate::Unknown))?;
        self.provider.act();
        point(Point::ANSWER_UNREAD)
            .await
            .map_err(fails(Fate::Unknown))?;
        if self.provider.loses_first && self.provider.books().got.len() == 1 {
            return Err(fails(Fate::Unknown)(away()));
        }
        Ok(Receipt::default())
    }
}

#[async_trait]
impl Lookup for Line {
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError> {
        self.life.alive().await;
        // What came in the last minutes is not shown yet, so who asks too early sends twice.
        let before = self.provider.clock.stands() - Duration::minutes(5);
        let got = self.provider.got();
        let has = |id: &DispatchId| got.iter().any(|it| it.id == *id && it.at <= before);
        let found = ids.iter().map(|id| has(id).then(Receipt::default));
        let found = found.collect();
        self.life.at(Point::FOUND_UNSETTLED).await?;
        Ok(found)
    }
}
