//! Pause, resume, finish, cancel.

use std::sync::Arc;

use pregon_core::{Doubt, Move, Outcome, Promise, Reason, State, Store, Verdict};

use super::Cases;
use crate::case::cases;
use crate::desk::{CAMPAIGN, Desk, accepted, again, hours, mail, noon};

pub(super) fn cases() -> Cases {
    cases![
        "begins only if its campaign is active" => a_paused_campaign_begins_nothing,
        "Sends nothing for now." => a_paused_campaign_is_not_claimed,
        "Go on with it." => a_resumed_campaign_goes_on,
        "a campaign that nobody started is not active" => a_draft_begins_nothing,
        "the campaign was cancelled or finished" => what_waits_of_a_campaign_that_is_over_ends,
        "in_doubt rows never go to these; they end accepted or unknown"
            => a_doubt_of_a_campaign_that_is_over_is_unknown,
        "in-flight ones end" => what_is_on_its_way_is_still_settled,
        "What had begun of a campaign that is over does not come again"
            => what_comes_back_to_a_campaign_that_is_over_ends,
        "never a row that waits for ever" => a_doubt_found_after_the_end_is_unknown,
        "only its own dispatches" => another_campaign_goes_on,
    ]
}

async fn a_paused_campaign_begins_nothing(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let held = desk.hold(&planned, noon()).await;
    desk.campaign(Move::Pause).await;
    assert_eq!(desk.ask(&held, noon()).await.verdict, Verdict::Paused);
    desk.expect(&planned, State::Scheduled, Some(Reason::Paused))
        .await;
    let view = desk.view(&planned).await;
    assert_eq!((view.until, view.attempts), (Some(planned.not_before), 0));
}

async fn a_paused_campaign_is_not_claimed(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.schedule(&[mail("C-1", "o")]).await;
    desk.campaign(Move::Pause).await;
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert!(turned.claimed.is_empty() && turned.ended.is_empty());
    let scheduled = desk.schedule(&[mail("C-2", "o")]).await;
    assert_eq!(scheduled.new, [0], "planning goes on");
    assert!(desk.claim(noon()).await.is_empty());
}

async fn a_resumed_campaign_goes_on(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (asked, waiting) = (mail("C-1", "asked"), mail("C-2", "waiting"));
    let held = desk.hold(&asked, noon()).await;
    desk.schedule(std::slice::from_ref(&waiting)).await;
    desk.campaign(Move::Pause).await;
    let _ = desk.ask(&held, noon()).await;
    desk.campaign(Move::Resume).await;
    let claimed = desk.claim(noon()).await;
    assert_eq!(claimed.len(), 2, "both are claimed again");
    for held in &claimed {
        desk.begin(held, noon()).await;
    }
}

async fn a_draft_begins_nothing(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let [draft, scheduled, active] = crate::desk::active("borrador", noon());
    let mut planned = mail("C-1", "o");
    planned.key.campaign = draft.campaign().id.clone();
    desk.store.save(&draft).await.expect("the draft is kept");
    desk.schedule(std::slice::from_ref(&planned)).await;
    assert!(desk.claim(noon()).await.is_empty(), "a draft");
    desk.store.save(&scheduled).await.expect("it is kept");
    assert!(
        desk.claim(noon()).await.is_empty(),
        "one that waits for its start"
    );
    desk.store.save(&active).await.expect("it is kept");
    let held = desk.take(&planned, noon()).await;
    desk.begin(&held, noon()).await;
}

async fn what_waits_of_a_campaign_that_is_over_ends(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (held, waiting) = (mail("C-1", "held"), mail("C-2", "waiting"));
    let claimed = desk.hold(&held, noon()).await;
    let mut later = waiting.clone();
    later.not_before = noon() + hours(9);
    desk.schedule(std::slice::from_ref(&later)).await;
    desk.campaign(Move::Cancel).await;
    for planned in [&held, &waiting] {
        desk.expect(planned, State::Cancelled, Some(Reason::Cancelled))
            .await;
        assert_eq!(desk.view(planned).await.until, None);
    }
    let answer = desk.ask(&claimed, noon()).await.verdict;
    let cancelled = Verdict::Suppressed(Reason::Cancelled);
    assert!([cancelled, Verdict::Stale].contains(&answer), "{answer:?}");
    let turned = desk.turn(&[], Vec::new(), 10, noon() + hours(9)).await;
    assert_eq!((turned.claimed.len(), turned.next), (0, None));
}

async fn a_doubt_of_a_campaign_that_is_over_is_unknown(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Resend,
        at: noon(),
    };
    desk.settle(&begun, doubt, noon()).await;
    desk.campaign(Move::Finish).await;
    desk.expect(&planned, State::Unknown, Some(Reason::Cancelled))
        .await;
}

async fn what_is_on_its_way_is_still_settled(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    desk.campaign(Move::Cancel).await;
    desk.expect(&planned, State::Sending, None).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.expect(&planned, State::Accepted, None).await;
}

async fn what_comes_back_to_a_campaign_that_is_over_ends(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (definite, lost) = (mail("C-1", "definite"), mail("C-2", "lost"));
    let first = desk.send(&definite, noon()).await;
    let second = desk.send(&lost, noon()).await;
    desk.campaign(Move::Cancel).await;
    desk.settle(&first, again(noon()), noon()).await;
    let doubt = Outcome::InDoubt {
        doubt: Doubt::Resend,
        at: noon(),
    };
    desk.settle(&second, doubt, noon()).await;
    desk.expect(&definite, State::Cancelled, Some(Reason::Cancelled))
        .await;
    desk.expect(&lost, State::Unknown, Some(Reason::Cancelled))
        .await;
}

async fn a_doubt_found_after_the_end_is_unknown(store: Arc<dyn Store>) {
    let mut desk = Desk::open(store).await;
    desk.promises
        .insert("email", Promise::Idempotent { retention: None });
    let planned = mail("C-1", "o");
    desk.send(&planned, noon()).await;
    desk.campaign(Move::Cancel).await;
    desk.reopen(noon()).await;
    let turned = desk.turn(&[], Vec::new(), 10, noon()).await;
    assert!(turned.claimed.is_empty());
    assert_eq!(desk.view(&planned).await.standing.state, State::Unknown);
}

async fn another_campaign_goes_on(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    crate::desk::activate(&*desk.store, "otra").await;
    let ours = mail("C-1", "o");
    let mut other = mail("C-1", "o");
    other.key.campaign = pregon_core::CampaignId::new("otra").expect("an id");
    desk.schedule(std::slice::from_ref(&ours)).await;
    desk.schedule(std::slice::from_ref(&other)).await;
    desk.campaign(Move::Cancel).await;
    let held = desk.take(&other, noon()).await;
    assert_ne!(held.plan.key.campaign.as_str(), CAMPAIGN);
    desk.begin(&held, noon()).await;
}
