use super::*;

const EVENTS: [Event; 14] = [
    Event::Begin,
    Event::Accept,
    Event::Retry,
    Event::Reject,
    Event::DoubtResend,
    Event::DoubtUnknown,
    Event::NeverLeft,
    Event::Confirm,
    Event::Withdraw(End::Suppressed),
    Event::Withdraw(End::Expired),
    Event::Withdraw(End::Cancelled),
    Event::Withdraw(End::Capped),
    Event::Withdraw(End::Failed),
    Event::Withdraw(End::Dead),
];

#[track_caller]
fn check(from: (State, bool), event: Event, to: Option<(State, bool, Hold)>) {
    let standing = Standing {
        state: from.0,
        in_doubt: from.1,
    };
    let got = standing
        .after(event)
        .map(|c| (c.to.state, c.to.in_doubt, c.hold));
    assert_eq!(got, to);
}

use Hold::{Keep, Release, Take};
use State::{Accepted, Failed, Resend, Scheduled, Sending, Suppressed, Unknown};

#[test]
fn t2_begin() {
    check(
        (Scheduled, false),
        Event::Begin,
        Some((Sending, false, Take)),
    );
    check((Resend, true), Event::Begin, Some((Sending, true, Keep)));
    check((Accepted, false), Event::Begin, None);
    check((Unknown, true), Event::Begin, None);
}

#[test]
fn t3_accept() {
    check(
        (Sending, false),
        Event::Accept,
        Some((Accepted, false, Keep)),
    );
    check(
        (Sending, true),
        Event::Accept,
        Some((Accepted, false, Keep)),
    );
    check((Scheduled, false), Event::Accept, None);
}

#[test]
fn t4_a_definite_no_for_now() {
    check(
        (Sending, false),
        Event::Retry,
        Some((Scheduled, false, Release)),
    );
    check((Sending, true), Event::Retry, Some((Resend, true, Keep)));
}

#[test]
fn t5_a_definite_no_for_ever() {
    check(
        (Sending, false),
        Event::Reject,
        Some((Failed, false, Release)),
    );
    check((Sending, true), Event::Reject, Some((Unknown, true, Keep)));
}

#[test]
fn t6_no_answer() {
    check(
        (Sending, false),
        Event::DoubtResend,
        Some((Resend, true, Keep)),
    );
    check(
        (Sending, false),
        Event::DoubtUnknown,
        Some((Unknown, true, Keep)),
    );
}

#[test]
fn t7_never_left() {
    check(
        (Sending, false),
        Event::NeverLeft,
        Some((Scheduled, false, Release)),
    );
    check(
        (Sending, true),
        Event::NeverLeft,
        Some((Resend, true, Keep)),
    );
    check((Scheduled, false), Event::NeverLeft, None);
}

#[test]
fn t8_evidence() {
    check(
        (Resend, true),
        Event::Confirm,
        Some((Accepted, false, Keep)),
    );
    check(
        (Unknown, true),
        Event::Confirm,
        Some((Accepted, false, Keep)),
    );
    check((Failed, false), Event::Confirm, None);
}

#[test]
fn t9_t10_withdraw() {
    check(
        (Scheduled, false),
        Event::Withdraw(End::Suppressed),
        Some((Suppressed, false, Release)),
    );
    check(
        (Resend, true),
        Event::Withdraw(End::Expired),
        Some((Unknown, true, Keep)),
    );
    check((Sending, false), Event::Withdraw(End::Cancelled), None);
}

/// Walks every sequence of events from the beginning and holds the invariants on each step.
#[test]
fn whatever_happens_the_invariants_hold() {
    let mut seen = std::collections::HashSet::new();
    let mut open = vec![(Standing::NEW, false)];
    while let Some((standing, held)) = open.pop() {
        if !seen.insert((standing, held)) {
            continue;
        }
        assert_eq!(
            held,
            standing.state.counts(),
            "holds ⇔ states: {standing:?}"
        );
        for event in EVENTS {
            let Some(change) = standing.after(event) else {
                continue;
            };
            assert!(
                !(standing.in_doubt && change.hold == Release),
                "released in doubt"
            );
            let cleared = standing.in_doubt && !change.to.in_doubt;
            assert!(
                !cleared || change.to.state == Accepted,
                "doubt lost by {event:?}"
            );
            let may_have_left = standing.in_doubt || event == Event::DoubtResend;
            assert!(
                !may_have_left || change.to.state.counts(),
                "{standing:?} {event:?}"
            );
            let held = match change.hold {
                Keep => held,
                Take => true,
                Release => false,
            };
            open.push((change.to, held));
        }
        if standing.state.is_final() && standing.state != Unknown {
            assert!(
                EVENTS.iter().all(|e| standing.after(*e).is_none()),
                "{standing:?} is final"
            );
        }
    }
    assert_eq!(seen.len(), 12, "all standings were reached");
}
