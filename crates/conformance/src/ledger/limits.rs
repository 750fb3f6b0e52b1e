//! Limits: when they are full, and until when.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    CampaignId, Cap, ChannelName, LimitId, Planned, Reason, Scope, State, Store, Verdict, WhenFull,
};

use super::Cases;
use crate::case::cases;
use crate::desk::{
    Desk, accepted, activate, booking, cap, days, hours, instant, mail, micro, newsletter, noon,
    one_channel, sms,
};

pub(super) fn cases() -> Cases {
    cases![
        "no limit is full: from the window's first instant on, up to and without the second"
            => a_calendar_window_is_exact,
        "a place is free again `length` after it was taken" => a_rolling_window_is_exact,
        "if nth is the `most`-th newest message that counts" => the_most_th_newest_frees_a_place,
        "What happens to one too many: it waits for the next free instant"
            => one_too_many_waits,
        "What happens to one too many: it is given up" => one_too_many_is_dropped,
        "What happens to one too many: it goes all the same and is counted"
            => one_too_many_goes_and_is_counted,
        "of two full limits the later one says until when" => the_latest_of_two_limits_counts,
        "of two full limits one that drops ends it" => a_limit_that_drops_ends_it,
        "an instant that is not before its end is none" => a_place_that_comes_too_late_is_none,
        "Whose messages are counted." => each_subject_is_counted_by_itself,
        "The rule, by its name." => each_rule_is_counted_by_itself,
        "Which dispatches a limit counts; what it does not name, it does not ask for."
            => a_limit_counts_what_it_covers,
        "One that takes none only asks how many others have"
            => a_place_is_asked_for_and_not_taken,
        "the most important first: of two campaigns it gets the last place"
            => the_last_place_is_the_more_important_ones,
    ]
}

/// Sends one and has it accepted.
async fn sent(desk: &Desk, planned: &Planned, now: DateTime<Utc>) {
    let begun = desk.send(planned, now).await;
    desk.settle(&begun, accepted(), now).await;
}

fn capped(rule: &str, until: Option<DateTime<Utc>>) -> Verdict {
    let rule = LimitId::new(rule).expect("an id");
    Verdict::Capped { rule, until }
}

async fn a_calendar_window_is_exact(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("dos", 2, "week")];
    let (monday, next) = (
        instant("2026-11-16T00:00:00Z"),
        instant("2026-11-23T00:00:00Z"),
    );
    let early = Planned {
        not_before: monday - days(1),
        ..mail("C-1", "last-week")
    };
    sent(&desk, &early, monday - micro()).await;
    let at_start = Planned {
        not_before: monday - days(1),
        ..mail("C-1", "first")
    };
    sent(&desk, &at_start, monday).await;
    sent(&desk, &mail("C-1", "second"), next - micro()).await;
    let third = desk.try_send(&mail("C-1", "third"), next - micro()).await;
    assert_eq!(
        third,
        capped("dos", Some(next)),
        "two of this week, and one of the last"
    );
    sent(&desk, &mail("C-1", "fourth"), next).await;
}

async fn a_rolling_window_is_exact(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("uno", 1, "7d")];
    sent(&desk, &mail("C-1", "first"), noon()).await;
    // Seven days, the longest request, and a microsecond: no two are ever closer than the window.
    let free = noon() + days(7) + chrono::Duration::seconds(60) + micro();
    let second = mail("C-1", "second");
    assert_eq!(
        desk.try_send(&second, noon() + hours(1)).await,
        capped("uno", Some(free))
    );
    let early = desk.try_send(&mail("C-1", "third"), free - micro()).await;
    assert_eq!(early, capped("uno", Some(free)), "a microsecond before");
    let held = desk.take(&second, free).await;
    desk.begin(&held, free).await;
}

async fn the_most_th_newest_frees_a_place(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("dos", 2, "1d")];
    for (hour, name) in ["first", "second"].into_iter().enumerate() {
        sent(&desk, &mail("C-1", name), noon() + hours(hour as i64)).await;
    }
    // A booking is counted and not refused, so that there are more than the limit lets through.
    sent(&desk, &booking("C-1", "booking"), noon() + hours(2)).await;
    let answer = desk.try_send(&mail("C-1", "late"), noon() + hours(3)).await;
    let second = noon() + hours(1) + days(1) + chrono::Duration::seconds(60) + micro();
    assert_eq!(
        answer,
        capped("dos", Some(second)),
        "two of the three must be gone"
    );
}

async fn one_too_many_waits(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("diario", 1, "day")];
    sent(&desk, &mail("C-1", "first"), noon()).await;
    let second = mail("C-1", "second");
    let until = instant("2026-11-21T00:00:00Z");
    assert_eq!(
        desk.try_send(&second, noon()).await,
        capped("diario", Some(until))
    );
    let view = desk.view(&second).await;
    assert_eq!(view.standing.state, State::Scheduled);
    let rule = view.rule.as_ref().map(LimitId::as_str);
    let shown = (view.reason, rule, view.until, view.attempts);
    assert_eq!(shown, (Some(Reason::Limit), Some("diario"), Some(until), 0));
    assert!(
        desk.claim(until - micro()).await.is_empty(),
        "it is not asked for before"
    );
    let held = desk.take(&second, until).await;
    desk.begin(&held, until).await;
    let view = desk.view(&second).await;
    assert_eq!(
        (view.reason, view.rule),
        (None, None),
        "nothing refuses it any more"
    );
}

async fn one_too_many_is_dropped(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let when_full = WhenFull::Drop;
    desk.rules.caps = vec![Cap {
        when_full,
        ..cap("diario", 1, "day")
    }];
    sent(&desk, &mail("C-1", "first"), noon()).await;
    let second = mail("C-1", "second");
    assert_eq!(desk.try_send(&second, noon()).await, capped("diario", None));
    desk.expect(&second, State::Capped, Some(Reason::Limit))
        .await;
    let view = desk.view(&second).await;
    let rule = view.rule.as_ref().map(LimitId::as_str);
    assert_eq!((rule, view.until), (Some("diario"), None));
    assert!(desk.claim(noon() + days(2)).await.is_empty(), "it is over");
}

async fn one_too_many_goes_and_is_counted(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("diario", 1, "day")];
    for name in ["first", "second"] {
        sent(&desk, &booking("C-1", name), noon()).await;
    }
    let answer = desk.try_send(&mail("C-1", "third"), noon()).await;
    assert!(
        matches!(answer, Verdict::Capped { .. }),
        "they count: {answer:?}"
    );
    let when_full = WhenFull::Count;
    desk.rules.caps = vec![Cap {
        when_full,
        ..cap("diario", 1, "day")
    }];
    sent(&desk, &mail("C-1", "fourth"), noon()).await;
}

async fn the_latest_of_two_limits_counts(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let (day, month) = (cap("diario", 1, "day"), cap("mensual", 1, "month"));
    let until = instant("2026-12-01T00:00:00Z");
    for (id, caps) in [("C-1", [day.clone(), month.clone()]), ("C-2", [month, day])] {
        desk.rules.caps = caps.to_vec();
        sent(&desk, &mail(id, &format!("{id}-first")), noon()).await;
        let second = mail(id, &format!("{id}-second"));
        assert_eq!(
            desk.try_send(&second, noon()).await,
            capped("mensual", Some(until))
        );
        assert_eq!(desk.view(&second).await.until, Some(until));
    }
}

async fn a_limit_that_drops_ends_it(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let when_full = WhenFull::Drop;
    let drops = Cap {
        when_full,
        ..cap("diario", 1, "day")
    };
    let defers = cap("mensual", 1, "month");
    for (id, caps) in [
        ("C-1", [drops.clone(), defers.clone()]),
        ("C-2", [defers, drops]),
    ] {
        desk.rules.caps = caps.to_vec();
        sent(&desk, &mail(id, &format!("{id}-first")), noon()).await;
        let second = mail(id, &format!("{id}-second"));
        assert_eq!(desk.try_send(&second, noon()).await, capped("diario", None));
        desk.expect(&second, State::Capped, Some(Reason::Limit))
            .await;
    }
}

async fn a_place_that_comes_too_late_is_none(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("diario", 1, "day")];
    let free = instant("2026-11-21T00:00:00Z");
    sent(&desk, &mail("C-1", "first"), noon()).await;
    let ends = |name: &str, not_after| Planned {
        not_after,
        ..mail("C-1", name)
    };
    let (late, barely) = (ends("late", free), ends("barely", free + micro()));
    assert_eq!(desk.try_send(&late, noon()).await, capped("diario", None));
    desk.expect(&late, State::Capped, Some(Reason::Limit)).await;
    assert_eq!(
        desk.try_send(&barely, noon()).await,
        capped("diario", Some(free))
    );
    desk.expect(&barely, State::Scheduled, Some(Reason::Limit))
        .await;
}

async fn each_subject_is_counted_by_itself(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("persona", 1, "day")];
    sent(&desk, &newsletter("C-1", "a", "casa"), noon()).await;
    sent(&desk, &newsletter("C-2", "b", "casa"), noon()).await;
    let by_address = Cap {
        by_address: true,
        ..cap("casa", 1, "day")
    };
    desk.rules.caps = vec![by_address];
    sent(&desk, &newsletter("C-3", "c", "oficina"), noon()).await;
    let other = desk
        .try_send(&newsletter("C-4", "d", "oficina"), noon())
        .await;
    assert!(
        matches!(other, Verdict::Capped { .. }),
        "the address has its one: {other:?}"
    );
    desk.rules.caps.clear();
    desk.rules.households = vec![(cap("hogar", 2, "day"), "familia".to_owned())];
    // On another day, because a new limit counts what was sent before it.
    let later = noon() + days(1);
    sent(&desk, &mail("C-5", "e"), later).await;
    sent(&desk, &mail("C-6", "f"), later).await;
    let third = desk.try_send(&mail("C-7", "g"), later).await;
    assert!(
        matches!(third, Verdict::Capped { .. }),
        "the household has two: {third:?}"
    );
    desk.rules.households[0].1 = "otra".to_owned();
    sent(&desk, &mail("C-8", "h"), later).await;
}

async fn each_rule_is_counted_by_itself(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    // Known already, so that it does not count what was sent while it was not asked.
    desk.rules.caps = vec![cap("dos", 1, "day")];
    sent(&desk, &mail("C-9", "other"), noon()).await;
    desk.rules.caps = vec![cap("uno", 1, "day")];
    sent(&desk, &mail("C-1", "first"), noon()).await;
    desk.rules.caps = vec![cap("dos", 1, "day")];
    sent(&desk, &mail("C-1", "second"), noon()).await;
    let third = desk.try_send(&mail("C-1", "third"), noon()).await;
    assert!(
        matches!(third, Verdict::Capped { .. }),
        "each took one: {third:?}"
    );
}

async fn a_limit_counts_what_it_covers(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let only_sms = Scope {
        channel: Some(ChannelName::new("sms").expect("a name")),
        ..Scope::default()
    };
    desk.rules.caps = vec![Cap {
        scope: only_sms,
        ..cap("sms", 1, "day")
    }];
    for name in ["first", "second"] {
        sent(&desk, &mail("C-1", name), noon()).await;
    }
    sent(&desk, &sms("C-1", "third"), noon()).await;
    let fourth = desk.try_send(&sms("C-1", "fourth"), noon()).await;
    assert!(
        matches!(fourth, Verdict::Capped { .. }),
        "one short message: {fourth:?}"
    );
}

async fn a_place_is_asked_for_and_not_taken(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.rules.others = one_channel();
    let monday = instant("2026-11-23T00:00:00Z");
    sent(&desk, &mail("C-1", "first"), noon()).await;
    let other = sms("C-1", "other");
    assert_eq!(
        desk.try_send(&other, noon()).await,
        capped("canal.email", Some(monday))
    );
    sent(&desk, &sms("C-2", "somebody"), noon()).await;
    // Its own channel is asked by others only: they took no place by asking.
    sent(&desk, &mail("C-1", "second"), noon() + hours(1)).await;
    let held = desk.take(&other, monday).await;
    let begun = desk.begin(&held, monday).await;
    desk.settle(&begun, accepted(), monday).await;
    sent(&desk, &sms("C-1", "again"), monday + hours(1)).await;
    assert_eq!(
        desk.try_send(&mail("C-1", "third"), monday + hours(2))
            .await,
        capped("canal.sms", Some(monday + days(7)))
    );
}

async fn the_last_place_is_the_more_important_ones(store: Arc<dyn Store>) {
    activate(&*store, "otra").await;
    let mut desk = Desk::open(store).await;
    desk.rules.caps = vec![cap("diario", 1, "day")];
    let less = Planned {
        priority: 3,
        not_before: noon() - hours(9),
        ..mail("C-1", "less")
    };
    let mut more = Planned {
        priority: -3,
        ..mail("C-1", "more")
    };
    more.key.campaign = CampaignId::new("otra").expect("an id");
    desk.schedule(std::slice::from_ref(&less)).await;
    desk.schedule(std::slice::from_ref(&more)).await;
    let first = desk.claim(noon()).await;
    assert_eq!(first[0].id, more.key.id(), "though it is due for less long");
    desk.begin(&first[0], noon()).await;
    let until = Some(instant("2026-11-21T00:00:00Z"));
    let second = desk.take(&less, noon()).await;
    let verdict = desk.ask(&second, noon()).await.verdict;
    assert_eq!(
        verdict,
        capped("diario", until),
        "it waits, and is not lost"
    );
}
