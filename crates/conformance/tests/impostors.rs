//! Adapters of the smaller ports that break one promise each, and the case that rejects each.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which the lint does not know as tests"
)]

mod common;
#[path = "impostors/feedback.rs"]
mod feedback;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use pregon_conformance::{self as suites, Case, Verdicts, sample};
use pregon_core::memory::MemorySource;
use pregon_core::testing::ManualClock;
use pregon_core::{
    Audience, Candidate, Cap, Clock, Cursor, Customer, CustomerQuery, CustomerSource, Due, Limit,
    Occurrence, Page, PortError, Quota, Record, RecordQuery, RecordRef, RecordSchemas,
    RecordSource, Row, Scope, Span, Trigger, WhenFull, Window,
};

#[track_caller]
fn check(fault: &str, verdicts: Verdicts, expected: &[&str]) {
    let failed = verdicts.into_iter().filter(|(_, verdict)| verdict.is_err());
    let failed: BTreeSet<&str> = failed.map(|(name, _)| name).collect();
    assert_eq!(
        failed,
        expected.iter().copied().collect(),
        "the cases that reject: {fault}"
    );
}

fn now() -> DateTime<Utc> {
    "2026-11-20T15:00:00Z".parse().unwrap()
}

/// What an impostor does wrong; an empty name is none.
type Fault = &'static str;

/// A source of records that keeps `due` badly.
#[derive(Debug)]
struct Records(MemorySource, Fault);

#[async_trait]
impl RecordSource for Records {
    async fn schemas(&self) -> Result<RecordSchemas, PortError> {
        self.0.schemas().await
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, PortError> {
        let mut query = query.clone();
        match (&mut query.due, self.1) {
            (Some(Due::On { last, .. }), "last day") => *last = last.pred_opt().unwrap(),
            (Some(Due::At { after, .. }), "first instant") => {
                *after -= chrono::Duration::seconds(1);
            }
            (due @ Some(_), "undated") => *due = None,
            _ => {}
        }
        RecordSource::page(&self.0, &query, after, limit).await
    }

    async fn find(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, PortError> {
        let mut found = RecordSource::find(&self.0, names).await?;
        if let (Some((_, customer)), "nobody's") = (found.first().cloned(), self.1) {
            let records = sample::records()
                .into_iter()
                .filter(|r| names.contains(&r.name()));
            found.extend(records.map(|record| (record, customer.clone())));
        }
        Ok(found)
    }
}

#[tokio::test]
async fn records() {
    let found = [
        "records_are_found_by_their_names",
        "what_is_gone_is_left_out",
    ];
    let undated = [
        "an_unknown_attribute_is_an_error",
        "civil_dates_are_kept_exactly",
        "instants_are_kept_exactly",
        "pages_of_what_is_due_are_pages",
    ];
    let faults: [(Fault, &[&str]); 4] = [
        ("last day", &["civil_dates_are_kept_exactly"]),
        ("first instant", &["instants_are_kept_exactly"]),
        ("undated", &undated),
        ("nobody's", &found),
    ];
    // What the honest source fails as well is said by `memory.rs`.
    let honest = rejecting("").await;
    for (fault, expected) in faults {
        let rejecting = rejecting(fault).await;
        let verdicts = rejecting
            .into_iter()
            .filter(|(name, _)| is_held(&honest, name));
        let expected = expected
            .iter()
            .copied()
            .filter(|name| is_held(&honest, name));
        let expected: Vec<&str> = expected.collect();
        check(fault, verdicts.collect(), &expected);
    }
}

async fn rejecting(fault: Fault) -> Verdicts {
    let make = || {
        async move {
            suites::record_source::Subject {
                source: Arc::new(Records(common::source(), fault)),
                expected: sample::records_with_customers(),
            }
        }
        .boxed()
    };
    suites::record_source::verdicts(&make).await
}

fn is_held(verdicts: &Verdicts, name: &str) -> bool {
    verdicts
        .iter()
        .any(|(case, verdict)| *case == name && verdict.is_ok())
}

/// Those with an attribute `vip` that is true.
#[derive(Debug)]
struct Important(MemorySource, Fault);

fn important(customer: &Customer) -> bool {
    customer.attributes.get("vip") == Some(&true.into())
}

#[async_trait]
impl Audience for Important {
    async fn page<'a>(
        &self,
        _now: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let after = after.filter(|_| self.1 != "goes round");
        let query = CustomerQuery::default();
        let mut page = CustomerSource::page(&self.0, &query, after, limit).await?;
        page.items
            .retain(|customer| self.1 == "everybody" || important(customer));
        Ok(page)
    }

    async fn holds(&self, row: &Row, _now: DateTime<Utc>) -> Result<bool, PortError> {
        Ok(self.1 == "holds all" || important(&row.customer))
    }
}

#[tokio::test]
async fn audiences() {
    let everybody = [
        "exactly_the_members_are_given",
        "pages_of_any_size_give_each_once",
        "whoever_is_given_belongs",
    ];
    let faults: [(Fault, &[&str]); 4] = [
        ("", &[]),
        ("everybody", &everybody),
        ("holds all", &["nobody_else_belongs"]),
        (
            "goes round",
            &["pages_of_any_size_give_each_once", "the_order_is_fixed"],
        ),
    ];
    for (fault, expected) in faults {
        let make = || {
            async move {
                let people = sample::customers().into_iter();
                let (members, others) = people.partition(important);
                suites::audience::Subject {
                    audience: Arc::new(Important(common::source(), fault)) as Arc<dyn Audience>,
                    now: now(),
                    members,
                    others,
                }
            }
            .boxed()
        };
        check(fault, suites::audience::verdicts(&make).await, expected);
    }
}

/// Every visit of the sample, a minute after the other.
#[derive(Debug)]
struct Minutes(Fault);

#[async_trait]
impl Trigger for Minutes {
    async fn due<'a>(
        &self,
        span: &Span,
        _after: Option<&'a Cursor>,
        _limit: u32,
    ) -> Result<Page<Occurrence>, PortError> {
        let mut people = sample::customers().into_iter();
        let due_at = now();
        let holds = match self.0 {
            "both ends" => span.from <= due_at && due_at <= span.to,
            "no end" => span.from < due_at && due_at < span.to,
            _ => span.holds(due_at),
        };
        let id = match self.0 {
            "names the run" => span.to.to_rfc3339(),
            _ => "v-1".to_owned(),
        };
        let not_after = due_at + chrono::Duration::days(i64::from(self.0 != "over"));
        let occurrence = |customer| Occurrence {
            id: id.parse().unwrap(),
            row: Row::of(customer),
            due_at,
            not_after,
            shared: false,
        };
        let found = people.by_ref().take(if holds { 1 } else { 0 });
        Ok(Page::last(found.map(occurrence).collect()))
    }
}

#[tokio::test]
async fn triggers() {
    let renamed = [
        "exactly_what_is_due_is_given",
        "pages_of_any_size_give_each_once",
        "spans_may_be_cut_anywhere",
        "the_end_belongs_to_the_span",
    ];
    let faults: [(Fault, &[&str]); 5] = [
        ("", &[]),
        (
            "both ends",
            &["spans_may_be_cut_anywhere", "the_end_belongs_to_the_span"],
        ),
        (
            "no end",
            &["spans_may_be_cut_anywhere", "the_end_belongs_to_the_span"],
        ),
        ("names the run", &renamed),
        ("over", &["what_is_due_makes_sense"]),
    ];
    for (fault, expected) in faults {
        let make = || {
            async move {
                let half = chrono::Duration::days(2);
                suites::trigger::Subject {
                    trigger: Arc::new(Minutes(fault)) as Arc<dyn Trigger>,
                    span: Span {
                        from: now() - half,
                        to: now() + half,
                    },
                    expected: vec![("v-1", "C-001")],
                }
            }
            .boxed()
        };
        check(fault, suites::trigger::verdicts(&make).await, expected);
    }
}

/// A limit that does not stay with what it said.
#[derive(Debug)]
struct Moody(Cap, Fault, AtomicU64);

impl Limit for Moody {
    fn quota(&self, it: &Candidate, at: DateTime<Utc>) -> Option<Quota> {
        let asked = self.2.fetch_add(1, Ordering::Relaxed);
        let mut quota = self.0.quota(it, at)?;
        match (self.1, quota.window) {
            ("moody", _) => quota.most += u32::try_from(asked).unwrap(),
            ("none", _) => quota.most = 0,
            ("named by the day", _) => quota.rule = format!("{}", at.date_naive()).parse().unwrap(),
            ("last window", Window::Calendar { from, .. }) => {
                let before = from - chrono::Duration::days(7);
                quota.window = Window::Calendar {
                    from: before,
                    to: from,
                };
            }
            _ => {}
        }
        Some(quota)
    }
}

#[tokio::test]
async fn limits() {
    let faults: [(Fault, &[&str]); 5] = [
        ("", &[]),
        ("moody", &["the_same_question_has_the_same_answer"]),
        ("none", &["there_may_be_some"]),
        ("named by the day", &["its_name_is_always_the_same"]),
        (
            "last window",
            &[
                "a_place_is_free_again_later",
                "its_window_holds_the_present",
            ],
        ),
    ];
    for (fault, expected) in faults {
        let make = || {
            async move {
                let cap = Cap {
                    id: None,
                    scope: Scope::default(),
                    most: 1,
                    per: "week".parse().unwrap(),
                    when_full: WhenFull::Defer,
                    by_address: false,
                    transactional_too: false,
                    alert_at: None,
                };
                suites::limit::Subject {
                    limit: Arc::new(Moody(cap, fault, AtomicU64::new(0))) as Arc<dyn Limit>,
                    now: now(),
                    counted: vec![common::candidate("email")],
                    others: Vec::new(),
                }
            }
            .boxed()
        };
        check(fault, suites::limit::verdicts(&make).await, expected);
    }
}

/// A clock that does not keep time.
#[derive(Debug)]
struct Broken(ManualClock, Fault, AtomicU64);

#[async_trait]
impl Clock for Broken {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        self.0.now().await
    }

    fn monotonic(&self) -> Duration {
        let back = self.2.fetch_add(1, Ordering::Relaxed) % 7;
        let goes_back = u32::from(self.1 == "goes back");
        (self.0.monotonic() + Duration::from_secs(9)) - Duration::from_nanos(back) * goes_back
    }

    async fn sleep(&self, duration: Duration) {
        if self.1 != "never sleeps" {
            self.0.sleep(duration).await;
        }
    }
}

#[tokio::test]
async fn clocks() {
    let awake = [
        "sleep_lasts_as_long_as_it_says",
        "the_present_passes_meanwhile",
    ];
    let faults: [(Fault, &[&str]); 3] = [
        ("", &[]),
        ("never sleeps", &awake),
        ("goes back", &["monotonic_time_never_goes_back", awake[0]]),
    ];
    for (fault, expected) in faults {
        let make = || {
            let clock = Broken(ManualClock::new(now()), fault, AtomicU64::new(0));
            async move { Arc::new(clock) as Arc<dyn Clock> }.boxed()
        };
        check(fault, suites::clock::verdicts(&make).await, expected);
    }
}

#[test]
fn every_case_has_a_name_of_its_own() {
    fn check<I>(cases: &[Case<I>]) {
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases.len(), "a name is one case: {names:?}");
        assert!(cases.iter().all(|case| !case.sentence.is_empty()));
    }
    check(&suites::store::cases());
    check(&suites::action::cases());
    check(&suites::customer_source::cases());
    check(&suites::record_source::cases());
}
