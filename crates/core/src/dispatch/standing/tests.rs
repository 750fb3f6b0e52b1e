use super::*;

const TRANSITIONS: [Transition; 14] = [
    Transition::Begin,
    Transition::Accept,
    Transition::Retry,
    Transition::Reject,
    Transition::DoubtResend,
    Transition::DoubtUnknown,
    Transition::NeverLeft,
    Transition::Confirm,
    Transition::Withdraw(End::Suppressed),
    Transition::Withdraw(End::Expired),
    Transition::Withdraw(End::Cancelled),
    Transition::Withdraw(End::Capped),
    Transition::Withdraw(End::Failed),
    Transition::Withdraw(End::Dead),
];

#[track_caller]
fn check(from: (State, bool), transition: Transition, to: Option<(State, bool, Hold)>) {
    let standing = Standing {
        state: from.0,
        in_doubt: from.1,
    };
    let got = standing
        .after(transition)
        .map(|c| (c.to.state, c.to.in_doubt, c.hold));
    assert_eq!(got, to);
}

use Hold::{Keep, Release, Take};
use State::{Accepted, Failed, Resend, Scheduled, Sending, Suppressed, Unknown};

#[test]
fn t2_begin() {
    check(
        (Scheduled, false),
        Transition::Begin,
        Some((Sending, false, Take)),
    );
    check(
        (Resend, true),
        Transition::Begin,
        Some((Sending, true, Keep)),
    );
    check((Accepted, false), Transition::Begin, None);
    check((Unknown, true), Transition::Begin, None);
}

#[test]
fn t3_accept() {
    check(
        (Sending, false),
        Transition::Accept,
        Some((Accepted, false, Keep)),
    );
    check(
        (Sending, true),
        Transition::Accept,
        Some((Accepted, false, Keep)),
    );
    check((Scheduled, false), Transition::Accept, None);
}

#[test]
fn t4_a_definite_no_for_now() {
    check(
        (Sending, false),
        Transition::Retry,
        Some((Scheduled, false, Release)),
    );
    check(
        (Sending, true),
        Transition::Retry,
        Some((Resend, true, Keep)),
    );
}

#[test]
fn t5_a_definite_no_for_ever() {
    check(
        (Sending, false),
        Transition::Reject,
        Some((Failed, false, Release)),
    );
    check(
        (Sending, true),
        Transition::Reject,
        Some((Unknown, true, Keep)),
    );
}

#[test]
fn t6_no_answer() {
    check(
        (Sending, false),
        Transition::DoubtResend,
        Some((Resend, true, Keep)),
    );
    check(
        (Sending, false),
        Transition::DoubtUnknown,
        Some((Unknown, true, Keep)),
    );
}

#[test]
fn t7_never_left() {
    check(
        (Sending, false),
        Transition::NeverLeft,
        Some((Scheduled, false, Release)),
    );
    check(
        (Sending, true),
        Transition::NeverLeft,
        Some((Resend, true, Keep)),
    );
    check((Scheduled, false), Transition::NeverLeft, None);
}

#[test]
fn t8_evidence() {
    check(
        (Resend, true),
        Transition::Confirm,
        Some((Accepted, false, Keep)),
    );
    check(
        (Unknown, true),
        Transition::Confirm,
        Some((Accepted, false, Keep)),
    );
    check((Failed, false), Transition::Confirm, None);
}

#[test]
fn t9_t10_withdraw() {
    check(
        (Scheduled, false),
        Transition::Withdraw(End::Suppressed),
        Some((Suppressed, false, Release)),
    );
    check(
        (Resend, true),
        Transition::Withdraw(End::Expired),
        Some((Unknown, true, Keep)),
    );
    check((Sending, false), Transition::Withdraw(End::Cancelled), None);
}

/// Walks every sequence of transitions from the beginning and holds the invariants on each step.
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
        for transition in TRANSITIONS {
            let Some(change) = standing.after(transition) else {
                continue;
            };
            assert!(
                !(standing.in_doubt && change.hold == Release),
                "released in doubt"
            );
            let cleared = standing.in_doubt && !change.to.in_doubt;
            assert!(
                !cleared || change.to.state == Accepted,
                "doubt lost by {transition:?}"
            );
            let may_have_left = standing.in_doubt || transition == Transition::DoubtResend;
            assert!(
                !may_have_left || change.to.state.counts(),
                "{standing:?} {transition:?}"
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
                TRANSITIONS.iter().all(|e| standing.after(*e).is_none()),
                "{standing:?} is final"
            );
        }
    }
    assert_eq!(seen.len(), 12, "all standings were reached");
}
