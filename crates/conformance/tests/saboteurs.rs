//! Each saboteur is rejected by the cases that are there for it, and by no others.
//!
//! Cases that the honest adapter fails as well say nothing about a saboteur and are left out of
//! the comparison; that it fails none is what `memory.rs` says.

mod common;
#[path = "saboteurs/tables.rs"]
mod tables;
#[path = "saboteurs/others.rs"]
mod others;
#[path = "saboteurs/feedback.rs"]
mod feedback;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_conformance as suites;
use pregon_conformance::saboteur::{
    ActionFault, RecorderFault, SabotagedAction, SabotagedRecorder, SabotagedSource,
    SabotagedStore, SourceFault, StoreFault,
};
use pregon_core::memory::{MemoryRecorder, MemorySource};
use pregon_core::{Action, CustomerSource, Promise, Recorder, Store};

use common::{customers, recording, source, store};
use feedback::FEEDBACK;
use others::{ACTIONS, RECORDERS, SOURCES};
use tables::STORES;

type Names = BTreeSet<&'static str>;

fn broken(verdicts: suites::Verdicts) -> Names {
    let failed = verdicts.into_iter().filter(|(_, verdict)| verdict.is_err());
    failed.map(|(name, _)| name).collect()
}

#[track_caller]
fn check(fault: &str, honest: &Names, rejected: &Names, expected: &[&'static str]) {
    assert!(!expected.is_empty(), "{fault} is there to be rejected");
    let expected: Names = expected.iter().copied().collect();
    let expected: Names = expected.difference(honest).copied().collect();
    let rejected: Names = rejected.difference(honest).copied().collect();
    assert_eq!(rejected, expected, "the cases that reject: {fault}");
}

async fn store_rejected_by(fault: StoreFault) -> Names {
    let make = move || -> BoxFuture<'static, Arc<dyn Store>> {
        async move {
            let honest = store().await;
            Arc::new(SabotagedStore::new(honest, fault)) as Arc<dyn Store>
        }
        .boxed()
    };
    broken(suites::store::verdicts(&make).await)
}

async fn action_rejected_by(fault: ActionFault) -> Names {
    let promise = match fault {
        ActionFault::PromisesTooMuch => Promise::Blind,
        _ => Promise::Idempotent { retention: None },
    };
    let sabotage = move |honest| Arc::new(SabotagedAction::new(honest, fault)) as Arc<dyn Action>;
    let make = move || async move { recording(promise, sabotage) }.boxed();
    broken(suites::action::verdicts(&make).await)
}

async fn recorder_rejected_by(fault: RecorderFault) -> Names {
    let make = move || -> BoxFuture<'static, Arc<dyn Recorder>> {
        let honest = Arc::new(MemoryRecorder::new());
        async move { Arc::new(SabotagedRecorder::new(honest, fault)) as Arc<dyn Recorder> }.boxed()
    };
    broken(suites::recorder::verdicts(&make).await)
}

async fn source_rejected_by(fault: SourceFault) -> Names {
    let sabotage =
        move |honest| -> Arc<dyn CustomerSource> { Arc::new(SabotagedSource::new(honest, fault)) };
    let make = move || async move { customers(sabotage(Arc::new(source()))) }.boxed();
    let mut verdicts = suites::customer_source::verdicts(&make).await;
    let changing = move || {
        async move {
            let honest = Arc::new(source());
            suites::customer_source::Changing {
                subject: customers(sabotage(Arc::<MemorySource>::clone(&honest))),
                meanwhile: Arc::new(common::Hand(honest)),
            }
        }
        .boxed()
    };
    verdicts.extend(suites::customer_source::changing_verdicts(&changing).await);
    broken(verdicts)
}

#[tokio::test]
async fn store_saboteurs_are_rejected() {
    let honest = store_rejected_by(StoreFault::None).await;
    let mut wrong: Vec<StoreFault> = Vec::new();
    for (fault, expected) in STORES.iter().chain(FEEDBACK) {
        let rejected = store_rejected_by(*fault).await;
        let differs = std::panic::catch_unwind(|| {
            check(&format!("{fault:?}"), &honest, &rejected, expected);
        });
        wrong.extend(differs.err().map(|_| *fault));
    }
    // One case may change many lines of the table; each has said what it wants.
    assert_eq!(wrong, []);
}

#[tokio::test]
async fn action_saboteurs_are_rejected() {
    let honest = action_rejected_by(ActionFault::None).await;
    for (fault, expected) in ACTIONS {
        let rejected = action_rejected_by(*fault).await;
        check(&format!("{fault:?}"), &honest, &rejected, expected);
    }
}

#[tokio::test]
async fn recorder_saboteurs_are_rejected() {
    let honest = recorder_rejected_by(RecorderFault::None).await;
    for (fault, expected) in RECORDERS {
        let rejected = recorder_rejected_by(*fault).await;
        check(&format!("{fault:?}"), &honest, &rejected, expected);
    }
}

#[tokio::test]
async fn source_saboteurs_are_rejected() {
    let honest = source_rejected_by(SourceFault::None).await;
    for (fault, expected) in SOURCES {
        let rejected = source_rejected_by(*fault).await;
        check(&format!("{fault:?}"), &honest, &rejected, expected);
    }
}
