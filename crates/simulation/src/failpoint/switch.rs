//! The switch at the crash point: it strikes once.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::Poll;

use pregon_core::{PortError, PortErrorKind};
use tokio::sync::Notify;

use super::{Point, Strike};

/// Where and how it strikes, and whether it has.
#[derive(Debug)]
pub(super) struct Switch {
    point: Point,
    strike: Strike,
    hits: AtomicUsize,
    /// Somebody was killed or froze.
    struck: Notify,
    thawed: (Mutex<bool>, Condvar),
    thaw: Notify,
}

impl Switch {
    pub(super) fn new(point: Point, strike: Strike) -> Arc<Self> {
        Arc::new(Self {
            point,
            strike,
            hits: AtomicUsize::new(0),
            struck: Notify::new(),
            thawed: Default::default(),
            thaw: Notify::new(),
        })
    }

    pub(super) fn strike(&self) -> Strike {
        self.strike
    }

    pub(super) fn was_hit(&self) -> bool {
        self.hits.load(Ordering::SeqCst) > 0
    }

    /// Waits until somebody was killed or froze.
    pub(super) async fn struck(&self) {
        self.struck.notified().await;
    }

    /// Lets the frozen one go on.
    pub(super) fn thaw(&self) {
        let (done, waits) = &self.thawed;
        *done.lock().unwrap_or_else(PoisonError::into_inner) = true;
        waits.notify_all();
        self.thaw.notify_one();
    }

    fn is_armed(&self, point: Point) -> bool {
        self.point == point && !self.was_hit()
    }

    fn takes(&self, point: Point) -> bool {
        self.point == point && self.hits.fetch_add(1, Ordering::SeqCst) == 0
    }
}

/// What a process knows of the switch, and whether the process is dead.
#[derive(Debug, Clone)]
pub(super) struct Life {
    switch: Arc<Switch>,
    dead: Arc<AtomicBool>,
}

impl Life {
    /// A new process.
    pub(super) fn new(switch: &Arc<Switch>) -> Self {
        Self {
            switch: Arc::clone(switch),
            dead: Arc::default(),
        }
    }

    /// The dead do nothing.
    pub(super) async fn alive(&self) {
        if self.is_dead() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether it is dead; what cannot wait does nothing then.
    pub(super) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// A place where somebody can wait.
    pub(super) async fn at(&self, point: Point) -> Result<(), PortError> {
        self.alive().await;
        if !self.switch.takes(point) {
            return Ok(());
        }
        match self.switch.strike {
            Strike::Kill => {
                self.die();
                std::future::pending().await
            }
            Strike::Panic => panics(),
            Strike::Error => Err(away()),
            Strike::Freeze => {
                self.switch.struck.notify_one();
                self.switch.thaw.notified().await;
                Ok(())
            }
        }
    }

    /// A place where nobody waits: the whole thread stands still there.
    pub(super) fn at_once(&self, point: Point) -> Result<(), PortError> {
        if self.is_dead() {
            return Err(away());
        }
        if !self.switch.takes(point) {
            return Ok(());
        }
        match self.switch.strike {
            Strike::Kill => {
                self.die();
                Err(away())
            }
            Strike::Panic => panics(),
            Strike::Error => Err(away()),
            Strike::Freeze => {
                self.switch.struck.notify_one();
                tokio::task::block_in_place(|| {
                    let (done, waits) = &self.switch.thawed;
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    while !*done {
                        done = waits.wait(done).unwrap_or_else(PoisonError::into_inner);
                    }
                });
                Ok(())
            }
        }
    }

    /// A place in the middle of a call, when it has waited so many times.
    pub(super) async fn within<T>(
        &self,
        point: Point,
        waits: usize,
        call: impl Future<Output = Result<T, PortError>>,
    ) -> Result<T, PortError> {
        self.alive().await;
        let (mut call, mut waited) = (pin!(call), 0);
        let done = std::future::poll_fn(|context| match call.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => {
                waited += 1;
                match waited >= waits && self.switch.is_armed(point) {
                    true => Poll::Ready(None),
                    false => Poll::Pending,
                }
            }
        });
        match done.await {
            Some(done) => done,
            None => {
                self.at(point).await?;
                call.await
            }
        }
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.switch.struck.notify_one();
    }
}

/// Panics without a word on the screen.
fn panics() -> ! {
    std::panic::resume_unwind(Box::new("a failpoint"))
}

pub(super) fn away() -> PortError {
    PortError::new("failpoint", "struck", PortErrorKind::Unavailable)
}
