//! Words that are changed are noticed, and who was forgotten is still accounted for.

use pregon_core::*;

use crate::audit::{Sealed, history, honest, limits, opt_out};
use crate::world::{World, run};

fn spoken() -> World {
    let world = history();
    for id in ["C-1", "C-2", "C-5", "C-1"] {
        let _ = run(world.engine().record(&[opt_out(id)])).unwrap();
    }
    world
}

/// Changes the words as the books show them, and says at which one it is noticed.
#[track_caller]
fn check(lie: impl Fn(&mut Sealed) + Send + Sync + 'static, at: &[&str]) {
    let world = spoken();
    let mut liar = honest(&world);
    liar.page = 100;
    liar.words = Box::new(move |mut all| {
        lie(&mut all);
        all
    });
    let report = run(audit(&liar, &limits(&world))).unwrap();
    let found: Vec<_> = report.violations.iter().map(|it| &*it.key).collect();
    assert_eq!(found, at, "{:?}", report.violations);
    let right = report.violations.iter().all(|it| it.invariant == "I6");
    assert!(right, "{:?}", report.violations);
}

#[test]
fn the_chain_of_an_honest_store_is_whole() {
    let world = spoken();
    let report = run(audit(&honest(&world), &limits(&world))).unwrap();
    assert_eq!((report.violations, report.checked["words"]), (vec![], 5));
}

#[test]
fn a_word_that_was_changed() {
    check(|all| all[1].0.word = Word::OptIn, &["word 2"]);
    check(|all| all[2].0.source = "form".to_owned(), &["word 3"]);
}

#[test]
fn a_word_that_was_taken_out() {
    check(|all| drop(all.remove(1)), &["word 2"]);
}

#[test]
fn a_word_that_was_put_in() {
    check(|all| all.insert(1, (all[0].0.clone(), None)), &["word 2"]);
}

#[test]
fn words_older_than_links_are_not_asked() {
    check(
        |all| {
            all[0].1 = None;
            let mut last = None;
            for (word, link) in all.iter_mut().skip(1) {
                *link = Some(word.link(last));
                last = *link;
            }
        },
        &[],
    );
}

#[test]
fn the_books_of_the_forgotten_still_prove_what_they_proved() {
    let world = spoken();
    let before = run(audit(&honest(&world), &limits(&world))).unwrap();
    let ana: CustomerId = "C-1".parse().unwrap();
    let erased = run(world.store.erase(&ana, run(world.clock.now()).unwrap())).unwrap();
    assert!(erased.dispatches >= 3 && erased.words == 2, "{erased:?}");
    let after = run(audit(&honest(&world), &limits(&world))).unwrap();
    assert_eq!(after.violations, []);
    assert_eq!(after.checked["places"], before.checked["places"]);
    assert_eq!(after.checked["dispatches"], before.checked["dispatches"]);
    assert!(!format!("{:?}", world.views()).contains("\"C-1\""));
}
