//! Budgets of campaigns.

use std::sync::Arc;

use chrono::Duration;
use pregon_core::{Allowance, Move, Promise, Reason, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{CAMPAIGN, Desk, accepted, again, cap, days, hours, mail, noon, rejected};

pub(super) fn cases() -> Cases {
    cases![
        "Of a campaign with a budget one begins only while the budget holds it: messages"
            => messages_are_counted,
        "Of a campaign with a budget one begins only while the budget holds it: money"
            => money_is_counted,
        "of those that ask in one turn only so many begin" => one_turn_does_not_overspend,
        "what it costs is given back when it surely did not arrive" => what_fails_costs_nothing,
        "what is in doubt may have arrived, and costs" => a_doubt_costs,
        "a second attempt of a doubt costs nothing more" => a_doubt_costs_once,
        "What a limit refuses costs nothing" => what_is_capped_costs_nothing,
        "a budget that is raised lets the others begin" => a_raised_budget_goes_on,
        "one begins only while the budget holds it: one that was made smaller on the way"
            => a_lowered_budget_begins_nothing_beyond_it,
        "one begins only while the budget holds it: less money than is spent already"
            => a_lowered_budget_of_money_begins_nothing_beyond_it,
        "One that is allowed by another version than the kept one waits for a minute"
            => an_older_version_allows_nothing,
        "it first charges what may have reached somebody" => a_new_budget_counts_what_was_sent,
    ]
}

fn allow(desk: &mut Desk, messages: Option<u64>, money: Option<i64>, price: i64) {
    let campaign = CAMPAIGN.parse().expect("an id");
    let allowance = Allowance {
        messages,
        money,
        price,
        version: None,
    };
    desk.rules.budget = Some((campaign, allowance));
}

fn spent() -> Verdict {
    Verdict::Spent {
        until: noon() + hours(1),
    }
}

async fn messages_are_counted(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(2), None, 0);
    for id in ["C-1", "C-2"] {
        let begun = desk.send(&mail(id, "o"), noon()).await;
        desk.settle(&begun, accepted(), noon()).await;
    }
    let third = mail("C-3", "o");
    assert_eq!(desk.try_send(&third, noon()).await, spent());
    desk.expect(&third, State::Scheduled, Some(Reason::Budget))
        .await;
    assert_eq!(desk.view(&third).await.until, Some(noon() + hours(1)));
}

async fn money_is_counted(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, None, Some(70), 30);
    for id in ["C-1", "C-2"] {
        desk.send(&mail(id, "o"), noon()).await;
    }
    let verdict = desk.try_send(&mail("C-3", "o"), noon()).await;
    assert_eq!(verdict, spent(), "ten are left, and it costs thirty");
}

async fn one_turn_does_not_overspend(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(3), None, 0);
    let plans: Vec<_> = (0..5).map(|n| mail(&format!("C-{n}"), "o")).collect();
    desk.schedule(&plans).await;
    let held = desk.claim(noon()).await;
    let verdicts = desk.ask_all(&held.iter().collect::<Vec<_>>(), noon()).await;
    let go = Verdict::Go;
    assert_eq!(verdicts, [go.clone(), go.clone(), go, spent(), spent()]);
}

async fn what_fails_costs_nothing(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(1), Some(100), 100);
    let begun = desk.send(&mail("C-1", "o"), noon()).await;
    desk.settle(&begun, rejected(), noon()).await;
    let begun = desk.send(&mail("C-2", "o"), noon()).await;
    desk.settle(&begun, again(noon() + days(1)), noon()).await;
    desk.send(&mail("C-3", "o"), noon()).await;
    assert_eq!(desk.try_send(&mail("C-4", "o"), noon()).await, spent());
}

async fn a_doubt_costs(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(1), None, 0);
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
    assert_eq!(desk.try_send(&mail("C-2", "o"), noon()).await, spent());
}

async fn a_doubt_costs_once(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(2), None, 0);
    let idempotent = Promise::Idempotent { retention: None };
    desk.promises.insert("email", idempotent);
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.reopen(noon()).await;
    let held = desk.take(&planned, noon()).await;
    let begun = desk.begin(&held, noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.send(&mail("C-2", "o"), noon()).await;
    assert_eq!(desk.try_send(&mail("C-3", "o"), noon()).await, spent());
}

async fn what_is_capped_costs_nothing(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(2), None, 0);
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    desk.send(&mail("C-1", "first"), noon()).await;
    let capped = desk.try_send(&mail("C-1", "second"), noon()).await;
    assert!(matches!(capped, Verdict::Capped { .. }), "{capped:?}");
    desk.send(&mail("C-2", "o"), noon()).await;
    assert_eq!(desk.try_send(&mail("C-3", "o"), noon()).await, spent());
}

async fn a_raised_budget_goes_on(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(1), None, 0);
    desk.send(&mail("C-1", "o"), noon()).await;
    let second = mail("C-2", "o");
    assert_eq!(desk.try_send(&second, noon()).await, spent());
    allow(&mut desk, Some(2), None, 0);
    let later = noon() + hours(1);
    let held = desk.take(&second, later).await;
    desk.begin(&held, later).await;
}

/// What is claimed already, and what is on its way, counts as it does under the budget of before.
async fn a_lowered_budget_begins_nothing_beyond_it(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, Some(5), None, 0);
    let begun = desk.send(&mail("C-0", "o"), noon()).await;
    let plans: Vec<_> = (1..5).map(|n| mail(&format!("C-{n}"), "o")).collect();
    desk.schedule(&plans).await;
    let held = desk.claim(noon()).await;
    assert_eq!(held.len(), 4, "claimed while all of them had their money");
    allow(&mut desk, Some(3), None, 0);
    let verdicts = desk.ask_all(&held.iter().collect::<Vec<_>>(), noon()).await;
    let go = Verdict::Go;
    assert_eq!(verdicts, [go.clone(), go, spent(), spent()]);
    // Less than is spent already: what left stays spent, and nothing begins.
    allow(&mut desk, Some(1), None, 0);
    let later = noon() + hours(1);
    let waiting = desk.claim(later).await;
    let verdicts = desk
        .ask_all(&waiting.iter().collect::<Vec<_>>(), later)
        .await;
    let until = later + hours(1);
    assert_eq!(verdicts, vec![Verdict::Spent { until }; 2]);
    // What surely did not arrive is given back, and is still beyond the new one: two are spent.
    desk.settle(&begun, rejected(), later).await;
    let verdict = desk.try_send(&mail("C-9", "o"), later).await;
    assert_eq!(verdict, Verdict::Spent { until });
}

async fn a_lowered_budget_of_money_begins_nothing_beyond_it(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    allow(&mut desk, None, Some(100), 30);
    desk.send(&mail("C-1", "o"), noon()).await;
    let begun = desk.send(&mail("C-2", "o"), noon()).await;
    allow(&mut desk, None, Some(50), 30);
    assert_eq!(desk.try_send(&mail("C-3", "o"), noon()).await, spent());
    desk.settle(&begun, rejected(), noon()).await;
    assert_eq!(
        desk.try_send(&mail("C-4", "o"), noon()).await,
        spent(),
        "twenty are left, and it costs thirty"
    );
    allow(&mut desk, None, Some(60), 30);
    desk.send(&mail("C-5", "o"), noon()).await;
}

async fn an_older_version_allows_nothing(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let version = |desk: &mut Desk, version| {
        allow(desk, Some(2), None, 0);
        let (_, allowance) = desk.rules.budget.as_mut().expect("it was set just now");
        allowance.version = Some(version);
    };
    version(&mut desk, 3);
    desk.send(&mail("C-1", "o"), noon()).await;
    desk.campaign(Move::Pause).await;
    desk.campaign(Move::Resume).await;
    let second = mail("C-2", "o");
    let verdict = desk.try_send(&second, noon()).await;
    let until = noon() + Duration::minutes(1);
    assert_eq!(verdict, Verdict::Spent { until });
    desk.expect(&second, State::Scheduled, Some(Reason::Budget))
        .await;
    version(&mut desk, 5);
    let held = desk.take(&second, until).await;
    desk.begin(&held, until).await;
}

async fn a_new_budget_counts_what_was_sent(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let begun = desk.send(&mail("C-1", "o"), noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    let begun = desk.send(&mail("C-2", "o"), noon()).await;
    desk.settle(&begun, rejected(), noon()).await;
    allow(&mut desk, Some(2), None, 0);
    desk.send(&mail("C-3", "o"), noon()).await;
    assert_eq!(desk.try_send(&mail("C-4", "o"), noon()).await, spent());
}
