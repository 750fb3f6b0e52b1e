//! The reference adapters of the core pass the suites first.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which the lint does not know as tests"
)]

mod common;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_conformance as suites;
use pregon_core::memory::{MemoryRecorder, MemorySource, MemoryStore};
use pregon_core::rule::Rule;
use pregon_core::testing::{Breathing, ManualClock, Recording};
use pregon_core::{
    Action as _, Cap, Clock, Customer, DateSpec, Dated, Event, Limit, Promise, RecordKind,
    Recorder, RuleAudience, Scope, Segments, Span, Store, Trigger, WhenFull, Zone, on_events,
};

use common::{candidate, customers, recording, source, store};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn ledger() {
    suites::ledger::suite(&store).await;
}

#[tokio::test]
async fn dispatch_log() {
    suites::dispatch_log::suite(&store).await;
}

#[tokio::test]
async fn campaign_store() {
    suites::campaign_store::suite(&store).await;
}

#[tokio::test]
async fn books() {
    let store =
        || async { Arc::new(MemoryStore::new()) as Arc<dyn suites::books::Audited> }.boxed();
    suites::books::suite(&store).await;
}

#[tokio::test]
async fn privacy() {
    let store =
        || async { Arc::new(MemoryStore::new()) as Arc<dyn suites::privacy::Forgetful> }.boxed();
    suites::privacy::suite(&store).await;
}

#[tokio::test]
async fn recorder() {
    let make = || async { Arc::new(MemoryRecorder::new()) as Arc<dyn Recorder> }.boxed();
    suites::recorder::suite(&make).await;
}

#[tokio::test]
async fn audience_store() {
    suites::audience_store::suite(&store).await;
}

#[tokio::test]
async fn event_queue() {
    suites::event_queue::suite(&store).await;
}

/// What a function of the host heard.
#[derive(Debug, Default)]
struct Ears(std::sync::Mutex<Vec<Event>>);

impl suites::event_sink::Heard for Ears {
    fn heard(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn event_sink() {
    let make = || {
        async {
            let ears = Arc::new(Ears::default());
            let reader = Arc::<Ears>::clone(&ears);
            let sink = on_events(move |events| {
                ears.0.lock().unwrap().extend_from_slice(events);
                Ok(())
            });
            suites::event_sink::Subject {
                sink: Arc::new(sink),
                reader,
            }
        }
        .boxed()
    };
    suites::event_sink::suite(&make).await;
}

#[tokio::test]
async fn preference_store() {
    suites::preference_store::suite(&store).await;
}

/// Tasks that run at once give way to each other between any two calls.
#[tokio::test]
async fn a_store_that_gives_way() {
    let breathing = || -> BoxFuture<'static, Arc<dyn Store>> {
        async { Arc::new(Breathing::new(store().await)) as Arc<dyn Store> }.boxed()
    };
    suites::store::suite(&breathing).await;
}

#[tokio::test]
async fn customer_source() {
    suites::customer_source::suite(&|| async { customers(Arc::new(source())) }.boxed()).await;
}

#[tokio::test]
async fn changing_customer_source() {
    let make = || {
        async {
            let source = Arc::new(source());
            suites::customer_source::Changing {
                subject: customers(Arc::<MemorySource>::clone(&source)),
                meanwhile: Arc::new(common::Hand(source)),
            }
        }
        .boxed()
    };
    suites::customer_source::changing_suite(&make).await;
}

#[tokio::test]
async fn record_source() {
    let make = || {
        async {
            suites::record_source::Subject {
                source: Arc::new(source()),
                expected: suites::sample::records_with_customers(),
            }
        }
        .boxed()
    };
    suites::record_source::suite(&make).await;
}

#[tokio::test]
async fn lookup() {
    let make = || {
        async {
            let recording = Recording::email();
            let id = |n: u8| pregon_core::DispatchId::from_bytes([n; 16]);
            for n in [1, 2] {
                recording.perform(&common::order(id(n))).await.unwrap();
            }
            suites::lookup::Subject {
                lookup: Arc::new(recording),
                has: vec![id(1), id(2)],
                lacks: vec![id(3), id(4)],
            }
        }
        .boxed()
    };
    suites::lookup::suite(&make).await;
}

#[tokio::test]
async fn feedback_source() {
    let make = || async { common::feedback(|reports| Arc::new(reports)) }.boxed();
    suites::feedback_source::suite(&make).await;
}

#[tokio::test]
async fn action() {
    for promise in [Promise::Blind, Promise::Idempotent { retention: None }] {
        let make = || async move { recording(promise, |honest| honest) }.boxed();
        suites::action::suite(&make).await;
    }
}

#[tokio::test]
async fn clock() {
    let make =
        || async { Arc::new(ManualClock::at("2026-11-20T06:00:00Z")) as Arc<dyn Clock> }.boxed();
    suites::clock::suite(&make).await;
}

/// Those of the sample whom a rule matches that names a segment.
fn loyal_vips() -> suites::audience::Subject {
    let loyal = Rule::parse("visits >= 3").unwrap();
    let segments = Segments::new([]).unwrap().with("loyal", loyal).unwrap();
    let rule = Rule::parse("vip = true and in segment loyal").unwrap();
    let names = ["C-001", "C-005", "C-008", "C-014", "C-018", "zz-last"];
    let is_member = |customer: &Customer| names.contains(&customer.id.as_str());
    let (members, others) = suites::sample::customers().into_iter().partition(is_member);
    let audience = RuleAudience::new(Arc::new(source()), rule, Zone::UTC).with_segments(segments);
    suites::audience::Subject {
        audience: Arc::new(audience),
        now: at("2026-11-20T06:00:00Z"),
        members,
        others,
    }
}

#[tokio::test]
async fn audience() {
    suites::audience::suite(&|| async { loyal_vips() }.boxed()).await;
}

/// Thirty days before a pin of the sample expires, in the zone of the campaign.
fn thirty_days_before() -> suites::trigger::Subject {
    let spec = DateSpec {
        record: RecordKind::new("pin").unwrap(),
        date: "expiry_date".to_owned(),
        days: Some(30),
        hours: None,
        cron: None,
        not_after: None,
        catch_up: None,
    };
    let zone: Zone = "America/Santiago".parse().unwrap();
    let dated = Dated::before(Arc::new(source()), spec, zone, false).unwrap();
    suites::trigger::Subject {
        trigger: Arc::new(dated) as Arc<dyn Trigger>,
        span: Span {
            from: at("2026-11-19T06:00:00Z"),
            to: at("2026-11-22T21:00:00Z"),
        },
        expected: vec![
            ("STR-00001 2026-12-20 30", "C-001"),
            ("STR-00002 2026-12-21 30", "C-001"),
            ("STR-00003 2026-12-20 30", "C-002"),
            ("STR-00004 2026-12-22 30", "C-002"),
            ("STR 9/ñ?&#% 2026-12-20 30", "C-008"),
            ("STR-00010 2026-12-20 30", "Cliente con espacios"),
        ],
    }
}

/// A day before a booking of the sample, to the second.
fn a_day_before() -> suites::trigger::Subject {
    let spec = DateSpec {
        record: RecordKind::new("booking").unwrap(),
        date: "starts_at".to_owned(),
        days: None,
        hours: Some(24),
        cron: None,
        not_after: None,
        catch_up: None,
    };
    let dated = Dated::before(Arc::new(source()), spec, Zone::UTC, true).unwrap();
    suites::trigger::Subject {
        trigger: Arc::new(dated) as Arc<dyn Trigger>,
        span: Span {
            from: at("2026-11-20T14:59:59Z"),
            to: at("2026-11-21T15:00:00Z"),
        },
        expected: vec![
            ("R-1 2026-11-21T15:00:00Z 24h", "C-002"),
            ("R-2 2026-11-21T15:00:01Z 24h", "C-002"),
            ("R-3 2026-11-22T15:00:00Z 24h", "C-004"),
            ("R-4 2026-11-22T14:59:59Z 24h", "C-009"),
        ],
    }
}

#[tokio::test]
async fn trigger() {
    suites::trigger::suite(&|| async { thirty_days_before() }.boxed()).await;
    suites::trigger::suite(&|| async { a_day_before() }.boxed()).await;
}

#[tokio::test]
async fn limit() {
    for per in ["day", "week", "month", "quarter", "year", "1s", "7d"] {
        for by_address in [false, true] {
            let make = || async move { one_email(per, by_address) }.boxed();
            suites::limit::suite(&make).await;
        }
    }
}

fn one_email(per: &str, by_address: bool) -> suites::limit::Subject {
    let email = candidate("email");
    let scope = Scope {
        channel: Some(email.channel.clone()),
        ..Scope::default()
    };
    let cap = Cap {
        id: None,
        scope,
        most: 1,
        per: per.parse().unwrap(),
        when_full: WhenFull::Defer,
        by_address,
        transactional_too: false,
        alert_at: None,
    };
    suites::limit::Subject {
        limit: Arc::new(cap) as Arc<dyn Limit>,
        now: at("2026-11-20T15:00:00Z"),
        counted: vec![email],
        others: vec![candidate("sms")],
    }
}
