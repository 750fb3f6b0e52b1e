//! The suite of [`pregon_core::DispatchLog`].

use std::sync::Arc;

use pregon_core::{
    Cursor, DispatchId, DispatchQuery, DispatchRef, DispatchView, Outcome, Planned, Reason,
    Standing, State, Store,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, accepted, again, booking, customer, hours, mail, micro, noon, rejected};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "A page of dispatches in the order in which they were planned" => as_they_were_planned,
        "each once" => pages_give_each_once,
        "It is the last one exactly when `next` is `None`." => the_last_page_has_no_next,
        "Which dispatches are asked for; what is `None` is not asked for." => a_query_is_kept,
        "Only those that have begun and whose answer is not there yet." => what_is_in_flight,
        "what is added meanwhile moves nothing" => pages_survive_what_is_added,
        "the cursor is not one of its own" => a_foreign_cursor_is_an_error,
        "ids, states and reasons" => a_view_shows_the_whole_dispatch,
        "When it may next begin, while it is not at its end." => until_is_there_while_it_waits,
        "How many times it began. When it last changed." => attempts_and_the_last_change,
        "The dispatch of a name, with whom it was for." => a_name_leads_to_its_dispatch,
        "where another one stands there, by its id" => a_name_with_another_row_is_found,
    ]
}

suite!(Arc<dyn Store>);

async fn pages(store: &dyn Store, query: &DispatchQuery, limit: u32) -> Vec<DispatchView> {
    let (mut all, mut after) = (Vec::new(), None::<Cursor>);
    for _ in 0..1000 {
        let page = store.dispatches(query, after.as_ref(), limit).await;
        let page = page.expect("the log is read");
        assert!(page.items.len() <= limit as usize, "no more than asked for");
        all.extend(page.items);
        let Some(next) = page.next else {
            return all;
        };
        after = Some(next);
    }
    panic!("following `next` does not end");
}

fn crowd() -> Vec<Planned> {
    let one = |n: u32| {
        let mut planned = mail(&format!("C-{}", n % 3), &format!("o-{}", 97 * n % 23));
        planned.priority = -i32::try_from(n).expect("few");
        planned
    };
    (0..23).map(one).collect()
}

fn ids(plans: &[Planned]) -> Vec<DispatchId> {
    plans.iter().map(|planned| planned.key.id()).collect()
}

fn ids_of(views: &[DispatchView]) -> Vec<DispatchId> {
    views.iter().map(|view| view.id).collect()
}

async fn as_they_were_planned(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = crowd();
    let (first, second) = plans.split_at(9);
    desk.schedule_at(first, noon() + hours(1)).await;
    desk.schedule_at(second, noon()).await;
    let all = pages(&*desk.store, &DispatchQuery::all(), 1000).await;
    assert_eq!(ids_of(&all), ids(&plans));
}

async fn pages_give_each_once(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = crowd();
    desk.schedule(&plans).await;
    for limit in [1, 2, 7, 22, 23, 24] {
        let all = pages(&*desk.store, &DispatchQuery::all(), limit).await;
        assert_eq!(ids_of(&all), ids(&plans), "by pages of {limit}");
    }
}

async fn the_last_page_has_no_next(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let all = DispatchQuery::all();
    let empty = desk
        .store
        .dispatches(&all, None, 5)
        .await
        .expect("the log is read");
    assert_eq!((empty.items.len(), empty.next), (0, None));
    desk.schedule(&crowd()).await;
    let page = desk
        .store
        .dispatches(&all, None, 1000)
        .await
        .expect("the log is read");
    assert_eq!((page.items.len(), page.next), (23, None));
    let page = desk
        .store
        .dispatches(&all, None, 5)
        .await
        .expect("the log is read");
    assert!(page.next.is_some(), "there are more");
}

async fn a_query_is_kept(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    crate::desk::activate(&*desk.store, "otra").await;
    let mut plans = crowd();
    let mut other = mail("C-1", "de otra");
    other.key.campaign = "otra".parse().expect("an id");
    desk.schedule(&plans).await;
    desk.schedule(std::slice::from_ref(&other)).await;
    plans.push(other.clone());
    let hers = DispatchQuery::all().of_customer(customer("C-1"));
    let theirs = DispatchQuery::all().of_campaign(other.key.campaign.clone());
    let both = hers.clone().of_campaign(plans[0].key.campaign.clone());
    let one = DispatchQuery::all().of_id(plans[4].key.id());
    let nothing = theirs.clone().of_customer(customer("C-2"));
    let is_hers = |p: &&Planned| p.key.customer == customer("C-1");
    let is_other = |p: &&Planned| p.key.campaign == other.key.campaign;
    let chosen = |wanted: &dyn Fn(&&Planned) -> bool| {
        let some = plans.iter().filter(wanted);
        some.map(|planned| planned.key.id()).collect::<Vec<_>>()
    };
    let expected = [
        (hers, chosen(&is_hers)),
        (theirs, chosen(&is_other)),
        (both, chosen(&|p| is_hers(p) && !is_other(p))),
        (one, vec![plans[4].key.id()]),
        (nothing, Vec::new()),
    ];
    for (query, wanted) in expected {
        for limit in [3, 1000] {
            let found = pages(&*desk.store, &query, limit).await;
            assert_eq!(ids_of(&found), wanted, "{query:?} by pages of {limit}");
        }
    }
}

async fn pages_survive_what_is_added(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = crowd();
    desk.schedule(&plans).await;
    let all = DispatchQuery::all();
    let first = desk
        .store
        .dispatches(&all, None, 10)
        .await
        .expect("the log is read");
    let begun = desk.hold(&mail("C-9", "new"), noon()).await;
    desk.begin(&begun, noon()).await;
    let rest = desk.store.dispatches(&all, first.next.as_ref(), 13).await;
    let rest = rest.expect("the log is read");
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|view| view.id)
        .collect();
    assert_eq!(seen, ids(&plans), "none twice, none left out");
}

async fn a_foreign_cursor_is_an_error(store: Arc<dyn Store>) {
    let cursor = Cursor::new("this is no cursor\u{0}'");
    let page = store
        .dispatches(&DispatchQuery::all(), Some(&cursor), 5)
        .await;
    assert!(page.is_err(), "it cannot say where it is");
}

async fn a_view_shows_the_whole_dispatch(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = booking("María Ñandú", "reserva 7 'x'");
    desk.schedule_at(std::slice::from_ref(&planned), noon() + micro())
        .await;
    let expected = DispatchView {
        id: planned.key.id(),
        key: planned.key.clone(),
        purpose: planned.purpose.clone(),
        standing: Standing::NEW,
        reason: None,
        rule: None,
        until: Some(planned.not_before),
        attempts: 0,
        at: noon() + micro(),
    };
    assert_eq!(desk.view(&planned).await, expected);
}

async fn a_name_leads_to_its_dispatch(store: Arc<dyn Store>) {
    let desk = Desk::open(Arc::clone(&store)).await;
    for n in 0..3 {
        let planned = booking(&format!("C-{n}"), "o");
        let held = desk.hold(&planned, noon()).await;
        let name = DispatchRef {
            id: held.id,
            row: held.ticket.row,
        };
        let found = store.addressed(&name).await.expect("the log is read");
        let found = found.expect("the dispatch is there");
        assert_eq!(found.view, desk.view(&planned).await);
        assert_eq!(found.class, planned.class);
        assert_eq!(found.address, held.plan.address);
    }
}

async fn a_name_with_another_row_is_found(store: Arc<dyn Store>) {
    let desk = Desk::open(Arc::clone(&store)).await;
    let (one, other) = (booking("C-1", "o"), booking("C-2", "o"));
    let row = desk.hold(&one, noon()).await.ticket.row;
    let id = desk.hold(&other, noon()).await.id;
    for row in [row, i64::MAX, -1] {
        let found = store.addressed(&DispatchRef { id, row }).await;
        let found = found.expect("the log is read");
        let customer = found.map(|found| found.view.key.customer);
        assert_eq!(customer, Some(other.key.customer.clone()), "row {row}");
    }
    let id = DispatchId::from_bytes([9; 16]);
    let nobody = store.addressed(&DispatchRef { id, row }).await;
    assert_eq!(nobody.expect("the log is read"), None);
}

async fn until_is_there_while_it_waits(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let later = noon() + hours(1);
    let held = desk.hold(&planned, noon()).await;
    assert_eq!(
        desk.view(&planned).await.until,
        Some(planned.not_before),
        "claimed"
    );
    let begun = desk.begin(&held, noon()).await;
    assert_eq!(desk.view(&planned).await.until, None, "sending");
    desk.settle(&begun, again(later), noon()).await;
    assert_eq!(desk.view(&planned).await.until, Some(later), "waiting");
    let held = desk.take(&planned, later).await;
    let reason = Reason::CustomerGone;
    desk.settle(&held, Outcome::Withdrawn { reason }, later)
        .await;
    assert_eq!(desk.view(&planned).await.until, None, "at its end");
}

async fn attempts_and_the_last_change(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let at = |n: i64| noon() + hours(n);
    let shown = async || {
        let view = desk.view(&planned).await;
        (view.standing.state, view.attempts, view.at)
    };
    let begun = desk.send(&planned, at(1)).await;
    assert_eq!(shown().await, (State::Sending, 1, at(1)));
    desk.settle(&begun, again(at(2)), at(2)).await;
    assert_eq!(shown().await, (State::Scheduled, 1, at(2)));
    let held = desk.take(&planned, at(3)).await;
    let begun = desk.begin(&held, at(4)).await;
    assert_eq!(shown().await, (State::Sending, 2, at(4)));
    desk.settle(&begun, rejected(), at(5)).await;
    desk.settle(&begun, accepted(), at(6)).await;
    assert_eq!(shown().await, (State::Failed, 2, at(5)));
}

async fn what_is_in_flight(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans: Vec<_> = (0..5).map(|n| mail(&format!("C-{n}"), "o")).collect();
    desk.schedule(&plans).await;
    let held = desk.claim(noon()).await;
    let first = desk.begin(&held[0], noon()).await;
    for held in &held[1..4] {
        desk.begin(held, noon()).await;
    }
    desk.settle(&first, accepted(), noon()).await;
    let query = DispatchQuery::all().in_flight();
    let found = pages(&*desk.store, &query, 2).await;
    let begun: Vec<DispatchId> = held[1..4].iter().map(|held| held.id).collect();
    assert_eq!(ids_of(&found), begun, "neither settled nor only claimed");
    let query = query.of_customer(customer("C-2"));
    assert_eq!(pages(&*desk.store, &query, 2).await.len(), 1);
}
