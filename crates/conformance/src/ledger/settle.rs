//! Settling: what each answer makes of a dispatch, and whose answers count.

use std::sync::Arc;

use pregon_core::{Doubt, MOST_ATTEMPTS, Outcome, Planned, Reason, State, Store};

use super::Cases;
use crate::case::cases;
use crate::desk::{Desk, accepted, again, hours, mail, micro, noon, rejected, settlement};

pub(super) fn cases() -> Cases {
    cases![
        "T3: the provider has it" => accepted_is_its_end,
        "T4: the provider definitely did not take it this time" => again_comes_again,
        "T5: the provider definitely never will" => rejected_is_its_end,
        "T6: no definite answer; it is to be sent again under its key" => a_doubt_is_sent_again,
        "T6: no definite answer; it must never be sent again" => a_doubt_is_never_sent_again,
        "one whose reason costs no attempt gives it back" => a_channel_costs_no_attempt,
        "It was claimed and turned out not to be sent; it never began." => withdrawn_has_a_reason,
        "It was not tried; it comes again." => a_claim_is_given_back,
        "A settlement whose ticket is void changes nothing: it is settled"
            => the_same_settlement_twice_changes_nothing,
        "A settlement whose ticket is void changes nothing: it has begun since"
            => a_claim_does_not_settle_what_began,
        "A settlement whose ticket is void changes nothing: it began again since"
            => an_old_fence_does_not_settle,
        "A settlement whose ticket is void changes nothing: somebody else claimed it"
            => an_old_claim_does_not_settle,
        "what never began has no answer" => what_never_began_has_no_answer,
        "what began is not withdrawn" => what_began_is_not_withdrawn,
        "settles `done`: each by itself" => a_turn_settles_many,
        "One transaction: what is settled may be claimed" => what_comes_back_is_claimed_at_once,
    ]
}

async fn accepted_is_its_end(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let later = noon() + hours(1);
    desk.settle(&begun, accepted(), later).await;
    desk.expect(&planned, State::Accepted, None).await;
    let view = desk.view(&planned).await;
    assert_eq!((view.until, view.attempts, view.at), (None, 1, later));
    assert!(desk.claim(later + hours(1)).await.is_empty());
}

async fn again_comes_again(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let at = noon() + hours(1);
    desk.settle(&begun, again(at), noon()).await;
    desk.expect(&planned, State::Scheduled, Some(Reason::NotAccepted))
        .await;
    let view = desk.view(&planned).await;
    assert_eq!(
        (view.until, view.attempts, view.standing.in_doubt),
        (Some(at), 1, false)
    );
    assert!(desk.claim(at - micro()).await.is_empty());
    let held = desk.take(&planned, at).await;
    let second = desk.begin(&held, at).await;
    assert_eq!((second.attempts, second.first_at), (2, Some(noon())));
    assert!(second.ticket.number > begun.ticket.number, "a new fence");
}

async fn rejected_is_its_end(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    desk.settle(&begun, rejected(), noon()).await;
    desk.expect(&planned, State::Failed, Some(Reason::Rejected))
        .await;
    assert!(desk.claim(noon() + hours(1)).await.is_empty());
}

async fn a_doubt_is_sent_again(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let (doubt, at) = (Doubt::Resend, noon() + hours(1));
    desk.settle(&begun, Outcome::InDoubt { doubt, at }, noon())
        .await;
    desk.expect(&planned, State::Resend, Some(Reason::InDoubt))
        .await;
    let view = desk.view(&planned).await;
    assert_eq!((view.until, view.standing.in_doubt), (Some(at), true));
    assert!(desk.claim(at - micro()).await.is_empty());
    let held = desk.take(&planned, at).await;
    assert_eq!(
        (held.id, held.standing),
        (begun.id, view.standing),
        "under the same key"
    );
}

async fn a_doubt_is_never_sent_again(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let (doubt, at) = (Doubt::Unknown, noon());
    desk.settle(&begun, Outcome::InDoubt { doubt, at }, noon())
        .await;
    desk.expect(&planned, State::Unknown, Some(Reason::InDoubt))
        .await;
    assert_eq!(desk.view(&planned).await.until, None);
    assert!(desk.claim(noon() + hours(99)).await.is_empty());
}

async fn a_channel_costs_no_attempt(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    // More often than a message may be tried: the channel failed, and not the message.
    for n in 0..2 * i64::from(MOST_ATTEMPTS) {
        let at = noon() + hours(n);
        let held = desk.take(&planned, at).await;
        let begun = desk.begin(&held, at).await;
        let (at, reason) = (at + hours(1), Reason::ChannelDown);
        desk.settle(&begun, Outcome::Again { at, reason }, at - hours(1))
            .await;
    }
    assert_eq!(desk.view(&planned).await.attempts, 0);
    desk.expect(&planned, State::Scheduled, Some(Reason::ChannelDown))
        .await;
}

async fn withdrawn_has_a_reason(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let reasons = [
        (Reason::CustomerGone, State::Suppressed),
        (Reason::RecordGone, State::Suppressed),
        (Reason::NotInAudience, State::Suppressed),
        (Reason::NoAddress, State::Suppressed),
        (Reason::Template, State::Failed),
        (Reason::Expired, State::Expired),
        (Reason::Cancelled, State::Cancelled),
    ];
    for (reason, state) in reasons {
        let planned = mail("C-1", reason.as_str());
        let held = desk.hold(&planned, noon()).await;
        desk.settle(&held, Outcome::Withdrawn { reason }, noon())
            .await;
        desk.expect(&planned, state, Some(reason)).await;
        assert_eq!(desk.view(&planned).await.attempts, 0, "it never began");
    }
    assert!(desk.claim(noon() + hours(1)).await.is_empty());
}

async fn a_claim_is_given_back(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    let (at, reason) = (noon() + hours(1), Reason::SourceDown);
    desk.settle(&held, Outcome::Again { at, reason }, noon())
        .await;
    desk.expect(&planned, State::Scheduled, Some(reason)).await;
    let view = desk.view(&planned).await;
    assert_eq!((view.until, view.attempts), (Some(at), 0));
    assert!(desk.claim(at - micro()).await.is_empty());
    desk.take(&planned, at).await;
}

async fn the_same_settlement_twice_changes_nothing(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let unknown = Outcome::InDoubt {
        doubt: Doubt::Unknown,
        at: noon(),
    };
    let later = noon() + hours(5);
    let outcomes = [accepted(), again(later), rejected(), unknown];
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let planned = mail("C-1", &format!("o-{n}"));
        let begun = desk.send(&planned, noon()).await;
        let twice = settlement(begun.ticket, outcome.clone());
        desk.turn(&[twice.clone(), twice], Vec::new(), 0, noon())
            .await;
        let once = desk.view(&planned).await;
        for outcome in [outcome, rejected(), again(noon())] {
            desk.settle(&begun, outcome, noon() + hours(1)).await;
            assert_eq!(desk.view(&planned).await, once, "the first answer stands");
        }
    }
}

/// Fails unless nothing that a void ticket says changes the dispatch.
async fn is_void(desk: &Desk, planned: &Planned, held: &pregon_core::Dispatch) {
    let before = desk.view(planned).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Unknown,
        at: noon(),
    };
    let reason = Reason::CustomerGone;
    let outcomes = [
        Outcome::Withdrawn { reason },
        again(noon() + hours(9)),
        rejected(),
        doubt,
        accepted(),
    ];
    for outcome in outcomes {
        desk.settle(held, outcome.clone(), noon() + hours(1)).await;
        assert_eq!(desk.view(planned).await, before, "void: {outcome:?}");
    }
}

async fn a_claim_does_not_settle_what_began(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    desk.begin(&held, noon()).await;
    is_void(&desk, &planned, &held).await;
}

async fn an_old_fence_does_not_settle(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let first = desk.send(&planned, noon()).await;
    desk.settle(&first, again(noon()), noon()).await;
    is_void(&desk, &planned, &first).await;
    let held = desk.take(&planned, noon()).await;
    is_void(&desk, &planned, &first).await;
    let second = desk.begin(&held, noon()).await;
    is_void(&desk, &planned, &first).await;
    desk.settle(&second, accepted(), noon()).await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn an_old_claim_does_not_settle(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let first = desk.hold(&planned, noon()).await;
    desk.reopen(noon()).await;
    is_void(&desk, &planned, &first).await;
    let second = desk.take(&planned, noon()).await;
    is_void(&desk, &planned, &first).await;
    desk.begin(&second, noon()).await;
}

async fn what_never_began_has_no_answer(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Resend,
        at: noon(),
    };
    for outcome in [accepted(), rejected(), doubt] {
        desk.settle(&held, outcome, noon()).await;
        let view = desk.view(&planned).await;
        let shown = (view.standing, view.attempts, view.reason);
        assert_eq!(shown, (pregon_core::Standing::NEW, 0, None), "nothing left");
    }
}

async fn what_began_is_not_withdrawn(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let reason = Reason::CustomerGone;
    desk.settle(&begun, Outcome::Withdrawn { reason }, noon())
        .await;
    desk.expect(&planned, State::Sending, None).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn a_turn_settles_many(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = ["C-1", "C-2", "C-3"].map(|id| mail(id, id));
    let mut done = Vec::new();
    for (planned, outcome) in plans.iter().zip([accepted(), rejected(), again(noon())]) {
        let begun = desk.send(planned, noon()).await;
        done.push(settlement(begun.ticket, outcome));
    }
    desk.turn(&done, Vec::new(), 0, noon()).await;
    desk.expect(&plans[0], State::Accepted, None).await;
    desk.expect(&plans[1], State::Failed, Some(Reason::Rejected))
        .await;
    desk.expect(&plans[2], State::Scheduled, Some(Reason::NotAccepted))
        .await;
}

async fn what_comes_back_is_claimed_at_once(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let begun = desk.send(&mail("C-1", "o"), noon()).await;
    let done = [settlement(begun.ticket, again(noon()))];
    let turned = desk.turn(&done, Vec::new(), 10, noon()).await;
    let ids: Vec<_> = turned.claimed.iter().map(|dispatch| dispatch.id).collect();
    assert_eq!(ids, [begun.id]);
}
