//! The auditor on campaigns, places and limits, and beside a business that goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pregon_core::testing::Reply;
use pregon_core::*;

use crate::audit::{history, honest, limits, opt_out};
use crate::world::{days, run};

/// The campaign is said to stand still since the instant.
fn stopped(since: &str, state: &str) -> impl Fn(CampaignRecord) -> CampaignRecord + use<> {
    let (since, state) = (since.to_owned(), state.to_owned());
    move |record| {
        let mut json = serde_json::to_value(&record).unwrap();
        if json["campaign"]["id"] == "renovacion" {
            json["state"] = state.clone().into();
            json["updated_at"] = since.clone().into();
        }
        serde_json::from_value(json).unwrap()
    }
}

#[test]
fn i8_begun_after_a_stop_and_i2_waiting_for_what_is_over() {
    let world = history();
    let begun = run(world.store.entries(None, 10_000)).unwrap().items;
    let own = |it: &&BookEntry| it.view.key.campaign.as_str() == "renovacion";
    let begun: Vec<_> = begun.iter().filter(own).collect();
    let last = begun.iter().filter_map(|it| it.first_at).max().unwrap();
    let count = begun.iter().filter(|it| it.first_at == Some(last)).count();
    let at = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339();
    let micro = chrono::Duration::microseconds(1);
    let mut liar = honest(&world);
    for (since, found) in [(at(last), 0), (at(last - micro), count)] {
        liar.campaigns = Box::new(stopped(&since, "paused"));
        let report = run(audit(&liar, &limits(&world))).unwrap();
        let all = report.violations.iter();
        assert!(
            all.clone().all(|it| it.invariant == "I8"),
            "{:?}",
            report.violations
        );
        assert_eq!(all.count(), found);
    }
    let waiting = begun.iter().filter(|it| !it.view.standing.state.is_final());
    let waiting = waiting.map(|it| ("I2", it.view.id.to_string()));
    liar.campaigns = Box::new(stopped(&at(last), "cancelled"));
    let report = run(audit(&liar, &limits(&world))).unwrap();
    let found = report
        .violations
        .iter()
        .map(|it| (it.invariant, it.key.clone()));
    assert_eq!(found.collect::<Vec<_>>(), waiting.collect::<Vec<_>>());
    assert!(!report.is_clean());
}

#[test]
fn i9_places_of_nobody() {
    let world = history();
    let mut liar = honest(&world);
    liar.places = Box::new(|mut all| {
        all.iter_mut().for_each(|it| it.dispatch = None);
        all
    });
    let report = run(audit(&liar, &limits(&world))).unwrap();
    assert_eq!(report.violations.len() as u64, report.checked["places"]);
    assert_eq!(report.violations[0].invariant, "I9");
    let mut liar = honest(&world);
    let id = world.views()[0].id;
    liar.places = Box::new(move |mut all| {
        for (of, standing, _) in all.iter_mut().filter_map(|it| it.dispatch.as_mut()) {
            if *of == id {
                standing.state = State::Failed;
            }
        }
        all
    });
    let report = run(audit(&liar, &limits(&world))).unwrap();
    assert!(!report.is_clean());
    for it in &report.violations {
        assert_eq!((it.invariant, &it.key), ("I9", &id.to_string()));
    }
}

/// Of two in two weeks the second is moved beside the first.
#[test]
fn i5_one_too_many() {
    let world = history();
    let mut liar = honest(&world);
    let all = run(world.store.places(None, 10_000)).unwrap().items;
    let weekly = |it: &&Place| it.rules[0].as_str() == "semanal";
    let entries = run(world.store.entries(None, 10_000)).unwrap().items;
    let promotional = |id: DispatchId| {
        let it = entries.iter().find(|it| it.view.id == id).unwrap();
        it.class == Class::Promotional && it.fence == 1
    };
    let mut found = None;
    for pair in all.iter().filter(weekly).collect::<Vec<_>>().windows(2) {
        let ids = [pair[0], pair[1]].map(|it| it.dispatch.unwrap().0);
        if pair[0].subject == pair[1].subject && ids.into_iter().all(promotional) {
            found = Some((pair[0].clone(), ids[1]));
        }
    }
    let (first, second) = found.expect("somebody was written to in two weeks");
    let at = first.at + chrono::Duration::seconds(1);
    let places = move |mut all: Vec<Place>| {
        for it in &mut all {
            let own = it.dispatch.is_some_and(|(id, ..)| id == second);
            if own && it.rules[0].as_str() == "semanal" {
                it.at = at;
            }
        }
        all
    };
    liar.places = Box::new(places);
    liar.page = 100_000;
    let report = run(audit(&liar, &limits(&world))).unwrap();
    let [one] = &report.violations[..] else {
        panic!("{:?}", report.violations)
    };
    assert_eq!((one.invariant, &one.key), ("I5", &second.to_string()));
    assert!(one.what.contains("semanal"), "{}", one.what);
    // A limit that nobody configured any more is not judged.
    let report = run(audit(&liar, &[])).unwrap();
    assert!(report.is_clean(), "{:?}", report.violations);
}

/// Calls of the books between which the business goes on.
static TURNS: AtomicU64 = AtomicU64::new(0);

#[test]
fn nothing_that_moves_between_pages_is_a_violation() {
    for seed in 0..12 {
        let world = Arc::new(history());
        let (mut liar, it) = (honest(&world), Arc::clone(&world));
        let turn = Arc::new(move || {
            let n = TURNS
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_mul(seed * 2 + 1);
            let campaign = "renovacion".parse().unwrap();
            match n % 7 {
                0 => it.clock.advance(days(1)),
                1 => drop(run(it.engine().change(&campaign, Move::Pause))),
                2 | 3 => drop(run(it.engine().change(&campaign, Move::Resume))),
                4 => drop(run(it.engine().record(&[opt_out(&format!("C-{}", n % 12))])).unwrap()),
                _ => it.clock.advance(chrono::Duration::hours(7)),
            }
            let refused = Reply::Refuse(Fate::NotSent);
            it.email
                .reply([refused, Reply::Accept, Reply::AcceptUnheard]);
            let _ = run(it.engine().pass()).unwrap();
        });
        let again = Arc::clone(&turn);
        liar.entries = Box::new(move |all| {
            turn();
            all
        });
        liar.places = Box::new(move |all| {
            again();
            all
        });
        let report = run(audit(&liar, &limits(&world))).unwrap();
        assert_eq!(report.violations, [], "seed {seed}");
    }
}
