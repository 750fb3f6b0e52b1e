//! Connections kept for the next mail.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::config::Settings;
use super::error::Error;
use super::session::{Letter, Session};

/// At most so many connections at a time, the last used first.
///
/// A connection is taken out while it is used, and put back only when it is known to be in order:
/// a sending that fails or is dropped half-way takes its connection with it.
pub(super) struct Pool {
    settings: Settings,
    permits: Semaphore,
    idle: Mutex<Vec<Session>>,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            permits: Semaphore::new(settings.connections.get()),
            settings,
            idle: Mutex::default(),
        }
    }

    /// Sends the letter over a connection that is there, or over a new one.
    ///
    /// A connection that was there may have ended unnoticed. As long as the server has not agreed
    /// to a mail nothing has been sent, and one new connection is tried; never after that.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<Option<String>, Error> {
        let _permit = self.permit().await;
        if let Some(session) = self.reuse().await {
            match self.deliver_over(session, letter).await {
                Err(error) if error.is_stale() => {}
                done => return done,
            }
        }
        let session = Session::open(&self.settings).await?;
        self.deliver_over(session, letter).await
    }

    /// Takes leave of the servers of all idle connections.
    pub(super) async fn close(&self) {
        while let Some(session) = self.take() {
            session.quit(&self.settings).await;
        }
    }

    async fn deliver_over(
        &self,
        mut session: Session,
        letter: &Letter,
    ) -> Result<Option<String>, Error> {
        let done = session.deliver(&self.settings, letter).await;
        if session.is_in_step() && done.as_ref().err().is_none_or(Error::leaves_connection) {
            self.idle().push(session);
        }
        done
    }

    async fn reuse(&self) -> Option<Session> {
        while let Some(mut session) = self.take() {
            if session.is_old(&self.settings) {
                session.quit(&self.settings).await;
            } else if session.is_ready(&self.settings).await {
                return Some(session);
            }
        }
        None
    }

    fn take(&self) -> Option<Session> {
        self.idle().pop()
    }

    /// Nothing between lock and unlock can panic half-way, so a poisoned list is a good list.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn permit(&self) -> SemaphorePermit<'_> {
        let permit = self.permits.acquire().await;
        permit.expect("the semaphore is never closed")
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("idle", &self.idle().len())
            .field("free", &self.permits.available_permits())
            .finish_non_exhaustive()
    }
}
