//! The post: channels that deliver, lose, refuse and stay silent, and know what really arrived.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use pregon_core::testing::{ManualClock, Recording, breath};
use pregon_core::{
    Action, ChannelName, Clock, DispatchId, Fate, Length, Lookup, Order, PortError, PortErrorKind,
    Promise, Receipt, SendError, Shape,
};

use super::Sabotage;
use super::trouble::{Trouble, away};
use super::witness::Witness;

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Luck {
    Heard,
    ArrivesUnheard,
    LostUnheard,
    NotSent,
    Busy,
    Rejected,
    Down,
}

const BAD_LUCK: [Luck; 9] = [
    Luck::ArrivesUnheard,
    Luck::ArrivesUnheard,
    Luck::LostUnheard,
    Luck::LostUnheard,
    Luck::NotSent,
    Luck::NotSent,
    Luck::Busy,
    Luck::Rejected,
    Luck::Down,
];

/// A channel, and the people at its other end.
#[derive(Debug, Clone)]
pub(super) struct Post {
    shape: Shape,
    promise: Promise,
    clock: ManualClock,
    trouble: Trouble,
    witness: Witness,
    sabotage: Option<Sabotage>,
    /// Whether its bad luck is always the same: it takes nothing.
    stubborn: bool,
    /// What it has by the keys that it knows, and since when.
    known: Arc<Mutex<BTreeMap<DispatchId, Duration>>>,
    /// What it has, and from when on it says so when it is asked.
    shown: Arc<Mutex<BTreeMap<DispatchId, Duration>>>,
}

/// How long a request may take before it counts as lost on its way: who can be asked says that its
/// answer is complete so long after an attempt, which must be longer than any request.
const TIME_OUT: Duration = Duration::from_secs(60);

impl Post {
    pub(super) fn new(
        like: &Recording,
        promise: Promise,
        clock: &ManualClock,
        trouble: Trouble,
        witness: Witness,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let stubborn = trouble.throw(|dice| dice.below(4) == 0);
        Self {
            shape: like.shape(),
            promise,
            clock: clock.clone(),
            trouble,
            witness,
            sabotage,
            stubborn,
            known: Arc::default(),
            shown: Arc::default(),
        }
    }

    /// The message reaches the person, unless the provider knows its key already.
    fn arrive(&self, order: &Order, began: Duration) {
        if self.is(Sabotage::BlackHole) {
            return;
        }
        if let Promise::Lookup { settle } = self.promise {
            if self.clock.monotonic() - began > TIME_OUT {
                return self.witness.count("post: too late");
            }
            self.will_show(order.id, began, settle);
        }
        if let Promise::Idempotent { retention } = self.promise {
            let now = self.clock.monotonic();
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let memory = retention.map(|length| length.duration().to_std().unwrap_or_default());
            let fresh = |since: &Duration| memory.is_none_or(|memory| now - *since < memory);
            if known.get(&order.id).is_some_and(fresh) && !self.is(Sabotage::ForgetfulChannel) {
                return;
            }
            known.insert(order.id, now);
        }
        self.witness.arrived(order, &self.shape.kind);
    }

    /// It is found at any time until the promise's end, often at its very end.
    fn will_show(&self, id: DispatchId, began: Duration, settle: Length) {
        let settle = settle.duration().to_std().unwrap_or_default();
        let part = self.trouble.throw(|dice| *dice.of(&[0, 1, 3, 4, 4]));
        let late = match self.is(Sabotage::SlowLookup) {
            true => settle * 3,
            false => settle * part / 4,
        };
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.entry(id).or_insert(began + late);
    }

    /// Its channel, if it promises that it can be asked.
    pub(super) fn can_be_asked(&self) -> Option<ChannelName> {
        matches!(self.promise, Promise::Lookup { .. }).then(|| self.shape.kind.clone())
    }

    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }
}

#[async_trait]
impl Action for Post {
    fn promise(&self) -> Promise {
        self.promise
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let began = self.clock.monotonic();
        breath().await;
        let unlucky = self.trouble.happens(|rates| rates.channel);
        let (luck, takes) = self.trouble.throw(|dice| {
            let luck = match (unlucky, self.stubborn) {
                (false, _) => Luck::Heard,
                (true, true) => Luck::NotSent,
                (true, false) => *dice.of(&BAD_LUCK),
            };
            (luck, dice.between(0, 300))
        });
        self.clock.advance(chrono::Duration::milliseconds(takes));
        let lies = self.is(Sabotage::LyingChannel) && luck == Luck::NotSent;
        if matches!(luck, Luck::Heard | Luck::ArrivesUnheard) || lies {
            self.arrive(order, began);
        }
        self.witness.answered(luck as usize);
        breath().await;
        let fate = match luck {
            Luck::Heard => return Ok(Receipt::default()),
            Luck::ArrivesUnheard | Luck::LostUnheard => Fate::Unknown,
            Luck::NotSent | Luck::Busy => Fate::NotSent,
            Luck::Rejected => Fate::Rejected,
            Luck::Down => Fate::ChannelDown,
        };
        let kind = match luck {
            Luck::Busy => PortErrorKind::RateLimited {
                retry_after: Some(Duration::from_secs(30)),
            },
            _ => PortErrorKind::Unavailable,
        };
        Err(SendError::new(
            fate,
            PortError::new("post", "perform", kind),
        ))
    }
}

#[async_trait]
impl Lookup for Post {
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError> {
        breath().await;
        if self.trouble.happens(|rates| rates.lookup) {
            self.witness.count("post: cannot be asked");
            return Err(away("post"));
        }
        let now = self.clock.monotonic();
        let found = |id: &DispatchId| {
            let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            let has = shown.get(id).is_some_and(|from| *from <= now);
            self.witness.count(match has {
                true => "post: found",
                false => "post: not found",
            });
            has.then(Receipt::default)
        };
        let found = ids.iter().map(found).collect();
        breath().await;
        Ok(found)
    }
}
