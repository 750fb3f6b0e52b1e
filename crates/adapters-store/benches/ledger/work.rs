//! The work of the bench, whatever the store.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use pregon_core::{
    Dispatch, Epoch, Opening, Planned, Preference, PreferenceScope, PurposeScope, Ready,
    Settlement, Store, Subject, Turned, Verdict, Word,
};

use super::support::{Rules, accepted, ask, at, cap, page, plan, ready};

/// How many words are recorded at once.
const WORDS: usize = 10_000;

/// Of how many decisions the events are handed over at once.
const AT_ONCE: u32 = 16;

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) messages: usize,
    batch: usize,
    /// Whether a turn is taken in three.
    parts: bool,
    /// Whether somebody hears what happens.
    pub(crate) events: bool,
    judge: Arc<Rules>,
    start: DateTime<Utc>,
    like: Planned,
}

/// What the parts of turns took: settling, beginning, claiming.
#[derive(Debug, Default)]
pub(crate) struct Times([Duration; 3]);

impl Times {
    pub(crate) fn tell(&self, work: &Work) {
        let parts = ["settle", "begin", "claim"].into_iter().zip(self.0);
        for (name, time) in parts.filter(|_| work.parts) {
            work.tell(name, time, 0.0);
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            messages, batch, ..
        } = self;
        let events = if self.events { "on" } else { "off" };
        write!(
            f,
            "{messages} messages in batches of {batch}, events {events}"
        )
    }
}

impl Work {
    pub(crate) fn new(messages: usize, batch: usize, parts: bool) -> Self {
        let limits = [
            cap("semana", 3, "7d"),
            cap("mes", 8, "month"),
            cap("anual", 50, "year"),
        ];
        Self {
            messages,
            batch,
            parts,
            events: false,
            judge: Arc::new(Rules(limits.to_vec())),
            start: at(0),
            like: plan("c", "like", "STR-00005 2026-12-20 30"),
        }
    }

    /// How passes open the store.
    pub(crate) fn opening(&self) -> Opening {
        let mut opening = Opening::default();
        opening.events = self.events;
        opening
    }

    /// Hands over what waits to somebody who hears it and keeps nothing.
    pub(crate) async fn relay(&self, store: &dyn Store) {
        if !self.events {
            return;
        }
        loop {
            let waiting = store.waiting(AT_ONCE, self.start).await.expect("read");
            if waiting.mark.is_empty() {
                return;
            }
            store.passed_on(&waiting.mark).await.expect("forgotten");
        }
    }

    /// One line of figures.
    pub(crate) fn tell(&self, name: &str, time: Duration, micros: f64) {
        let rate = self.messages as f64 / time.as_secs_f64();
        println!("{name:9} {rate:.0}/s, {micros:.1} µs of processor a message");
    }

    /// Records that everybody wants to be written to.
    pub(crate) async fn record_words(&self, store: &dyn Store) {
        let all: Vec<usize> = (0..self.messages).collect();
        for some in all.chunks(WORDS) {
            let words: Vec<Preference> = some.iter().map(|n| yes(*n)).collect();
            let recorded = store.record(&words, self.start).await.expect("recorded");
            assert_eq!(recorded.in_flight, 0);
        }
    }

    /// Plans everything; `after` is called after each transaction.
    pub(crate) async fn schedule(&self, store: &dyn Store, after: &mut (dyn FnMut() + Send)) {
        self.schedule_some(store, "j", 0..self.messages, after)
            .await;
    }

    /// Plans some in a journey: one is planned by one worker at a time, which keeps its progress.
    pub(crate) async fn schedule_some(
        &self,
        store: &dyn Store,
        journey: &str,
        mut some: Range<usize>,
        after: &mut (dyn FnMut() + Send),
    ) {
        while !some.is_empty() {
            let these = some.start..some.end.min(some.start + self.batch);
            some.start = these.end;
            let plans: Vec<Planned> = these.map(|n| self.plan(journey, n)).collect();
            let mut planned = page("c", plans);
            planned.journey = journey.parse().expect("an id");
            let kept = store.schedule(&planned, self.start).await.expect("kept");
            assert_eq!(kept.new.len(), planned.dispatches.len());
            self.relay(store).await;
            after();
        }
    }

    fn plan(&self, journey: &str, n: usize) -> Planned {
        let mut plan = self.like.clone();
        plan.key.journey = journey.parse().expect("an id");
        let who = name(n);
        if let Some(record) = &mut plan.record {
            record.id = format!("STR-{n:08}").parse().expect("an id");
        }
        plan.address = Some(super::support::address(&who));
        plan.key.customer = who.parse().expect("an id");
        plan
    }

    /// Sends until nothing is left, and says how many that were.
    pub(crate) async fn send(
        &self,
        store: &dyn Store,
        epoch: Epoch,
        times: &mut Times,
        after: &mut (dyn FnMut() + Send),
    ) -> usize {
        let (mut done, mut begin): (Vec<Settlement>, Vec<Dispatch>) = (Vec::new(), Vec::new());
        let mut settled = 0;
        loop {
            let wanted: Vec<Ready> = begin.iter().map(wants).collect();
            let turned = self.turn(store, epoch, (&done, wanted), times).await;
            self.relay(store).await;
            after();
            settled += done.len();
            let begun = turned.begun.iter();
            assert!(begun.clone().all(|it| it.verdict == Verdict::Go));
            done = begun.map(|it| accepted(it.dispatch.ticket)).collect();
            begin = turned.claimed;
            if done.is_empty() && begin.is_empty() {
                return settled;
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    async fn turn(
        &self,
        store: &dyn Store,
        epoch: Epoch,
        (done, wanted): (&[Settlement], Vec<Ready>),
        times: &mut Times,
    ) -> Turned {
        let (now, most) = (self.start + TimeDelta::minutes(1), self.batch as u32);
        let judge = &self.judge;
        if !self.parts {
            let ask = ask(epoch, wanted, most, judge);
            return store.turn(done, &ask, now).await.expect("a turn");
        }
        let parts: [(&[Settlement], _, _); 3] =
            [(done, vec![], 0), (&[], wanted, 0), (&[], vec![], most)];
        let mut whole = Turned::default();
        for (time, (done, wanted, most)) in times.0.iter_mut().zip(parts) {
            let ask = ask(epoch, wanted, most, judge);
            let start = Instant::now();
            let mut turned = store.turn(done, &ask, now).await.expect("a turn");
            *time += start.elapsed();
            whole.begun.append(&mut turned.begun);
            whole.claimed.append(&mut turned.claimed);
        }
        whole
    }
}

fn name(n: usize) -> String {
    format!("CUST-{n:08}")
}

fn wants(dispatch: &Dispatch) -> Ready {
    let mut ready = ready(dispatch);
    ready.needs_consent = true;
    ready
}

fn yes(n: usize) -> Preference {
    Preference {
        subject: Subject::Customer(name(n).parse().expect("an id")),
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Promotional,
        },
        word: Word::OptIn,
        source: "form".to_owned(),
        wording: None,
    }
}
