//! Keeping pages of the plan.

use std::sync::Arc;

use pregon_core::{
    BrandId, CampaignId, Cursor, JourneyId, OpenSpan, Planned, PlannedPage, Progress, Reason,
    RecordId, RecordKind, RecordRef, Scheduled, Span, State, Store, Verdict,
};

use super::Cases;
use crate::case::cases;
use crate::desk::{
    CAMPAIGN, Desk, activate, address, booking, days, hours, mail, micro, newsletter, noon, page,
};

pub(super) fn cases() -> Cases {
    cases![
        "Keeps a page of the plan" => what_is_claimed_is_what_was_planned,
        "and the plan's progress" => rows_and_progress_are_kept_together,
        "both or neither: a page without a dispatch still moves the progress"
            => an_empty_page_moves_the_progress,
        "How far the journey has come: the journey's own" => each_journey_has_its_progress,
        "A key that is there already changes nothing." => the_same_page_twice_makes_nothing_new,
        "A key that is there already changes nothing, whatever else is different"
            => a_known_key_keeps_its_first_plan,
        "A key that is there already, on the same page" => a_key_twice_on_a_page_is_one,
        "An address key that is there already makes a row that ends as DuplicateAddress"
            => two_customers_of_an_address_get_one_copy,
        "only shared occasions have one" => own_occasions_may_share_an_address,
        "when the plan says that it is refused" => a_refused_plan_is_written_down,
        "A row [that] ends at once […] takes no address key" => a_refused_plan_takes_no_address,
        "when its campaign is over (`Reason::Cancelled`)" => nothing_waits_in_a_dead_campaign,
        "The places in the page of those that are new and wait for their time."
            => new_ones_are_named_by_their_place,
    ]
}

async fn what_is_claimed_is_what_was_planned(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let record = RecordRef {
        kind: RecordKind::new("pin").expect("a kind"),
        id: RecordId::new("STR-00005/Ñ").expect("an id"),
    };
    let rich = Planned {
        record: Some(record),
        brand: Some(BrandId::new("aurora").expect("an id")),
        priority: -3,
        not_before: noon() - micro(),
        not_after: noon() + days(400) + micro(),
        ..newsletter("María Ñandú & Cía. 'x'", "boletín-1", "maria")
    };
    let poor = Planned {
        priority: i32::MAX,
        ..booking("2", "reserva 2")
    };
    let scheduled = desk.schedule(&[rich.clone(), poor.clone()]).await;
    assert_eq!(scheduled.new, [0, 1]);
    let claimed = desk.claim(noon()).await;
    let plans: Vec<&Planned> = claimed.iter().map(|dispatch| &dispatch.plan).collect();
    assert_eq!(plans, [&rich, &poor], "every part of a plan comes back");
    for (dispatch, planned) in claimed.iter().zip([&rich, &poor]) {
        assert_eq!(dispatch.id, planned.key.id());
        let fresh = (dispatch.standing, dispatch.attempts, dispatch.first_at);
        assert_eq!(fresh, (pregon_core::Standing::NEW, 0, None));
        assert!(!dispatch.ticket.begun, "it is claimed, and has not begun");
    }
}

fn progress(name: &str) -> Progress {
    Progress {
        closed_at: noon() - days(1),
        open: Some(OpenSpan {
            span: Span {
                from: noon() - days(1),
                to: noon() + micro(),
            },
            after: Some(Cursor::new(name)),
        }),
    }
}

fn page_with(dispatches: Vec<Planned>, journey: &str, progress: Progress) -> PlannedPage {
    PlannedPage {
        campaign: CampaignId::new(CAMPAIGN).expect("an id"),
        journey: JourneyId::new(journey).expect("an id"),
        progress,
        dispatches,
    }
}

async fn kept(store: &dyn Store, journey: &str) -> Option<Progress> {
    let stored = store.campaigns().await.expect("campaigns are read");
    let ours = |s: &&pregon_core::StoredCampaign| s.record.campaign().id.as_str() == CAMPAIGN;
    let stored = stored.iter().find(ours).expect("the campaign is there");
    let journey = JourneyId::new(journey).expect("an id");
    stored.progress.get(&journey).cloned()
}

async fn rows_and_progress_are_kept_together(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    assert_eq!(kept(&*desk.store, "aviso").await, None, "it has not begun");
    let first = page_with(vec![mail("C-1", "o-1")], "aviso", progress("página 1|'"));
    desk.store
        .schedule(&first, noon())
        .await
        .expect("it is kept");
    assert_eq!(
        kept(&*desk.store, "aviso").await,
        Some(progress("página 1|'"))
    );
    let closed = Progress {
        closed_at: noon() + micro(),
        open: None,
    };
    let last = page_with(vec![mail("C-2", "o-2")], "aviso", closed.clone());
    desk.store
        .schedule(&last, noon())
        .await
        .expect("it is kept");
    assert_eq!(kept(&*desk.store, "aviso").await, Some(closed));
    assert_eq!(
        desk.claim(noon()).await.len(),
        2,
        "the dispatches of both pages"
    );
}

async fn an_empty_page_moves_the_progress(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let mut at_start = progress("x");
    if let Some(open) = &mut at_start.open {
        open.after = None;
    }
    let page = page_with(Vec::new(), "aviso", at_start.clone());
    let scheduled = desk.store.schedule(&page, noon()).await;
    assert_eq!(scheduled.expect("it is kept"), Scheduled::default());
    assert_eq!(kept(&*desk.store, "aviso").await, Some(at_start));
}

async fn each_journey_has_its_progress(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    activate(&*desk.store, "otra").await;
    let pages = [("aviso", "a"), ("bienvenida", "b")];
    for (journey, cursor) in pages {
        let page = page_with(Vec::new(), journey, progress(cursor));
        desk.store
            .schedule(&page, noon())
            .await
            .expect("it is kept");
    }
    let mut other = page_with(Vec::new(), "aviso", progress("c"));
    other.campaign = CampaignId::new("otra").expect("an id");
    desk.store
        .schedule(&other, noon())
        .await
        .expect("it is kept");
    assert_eq!(kept(&*desk.store, "aviso").await, Some(progress("a")));
    assert_eq!(kept(&*desk.store, "bienvenida").await, Some(progress("b")));
}

async fn the_same_page_twice_makes_nothing_new(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = [
        mail("C-1", "o"),
        newsletter("C-2", "n", "c-2"),
        mail("C-3", "o"),
    ];
    assert_eq!(desk.schedule(&plans).await.new, [0, 1, 2]);
    let sending = desk.take(&plans[0], noon()).await;
    desk.begin(&sending, noon()).await;
    let again = desk.schedule_at(&plans, noon() + hours(1)).await;
    let nothing = Scheduled {
        known: 3,
        ..Scheduled::default()
    };
    assert_eq!(
        again, nothing,
        "a run that is run again makes the same keys"
    );
    let page = desk
        .store
        .dispatches(&pregon_core::DispatchQuery::all(), None, 10)
        .await;
    assert_eq!(page.expect("the log is read").items.len(), 3);
    desk.expect(&plans[0], State::Sending, None).await;
}

async fn a_known_key_keeps_its_first_plan(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let first = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&first)).await;
    let before = desk.view(&first).await;
    let second = Planned {
        priority: -9,
        not_before: noon() + days(3),
        not_after: noon() + days(4),
        address: Some(address("otra")),
        refused: Some(Reason::NoConsent),
        ..first.clone()
    };
    let scheduled = desk.schedule_at(&[second], noon() + micro()).await;
    assert_eq!((scheduled.known, scheduled.refused.len()), (1, 0));
    assert_eq!(desk.view(&first).await, before);
    assert_eq!(desk.take(&first, noon()).await.plan, first);
}

async fn a_key_twice_on_a_page_is_one(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let plans = [mail("C-1", "o"), mail("C-1", "o"), mail("C-2", "o")];
    let scheduled = desk.schedule(&plans).await;
    assert_eq!((scheduled.new, scheduled.known), (vec![0, 2], 1));
}

async fn two_customers_of_an_address_get_one_copy(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let (first, second) = (
        newsletter("C-1", "n-1", "casa"),
        newsletter("C-2", "n-1", "casa"),
    );
    let (next, third) = (
        newsletter("C-2", "n-2", "casa"),
        newsletter("C-3", "n-1", "casa"),
    );
    let page = [first.clone(), second.clone(), next.clone()];
    let scheduled = desk.schedule(&page).await;
    assert_eq!(scheduled.new, [0, 2], "another occasion is another copy");
    assert_eq!(scheduled.refused.get(&Reason::DuplicateAddress), Some(&1));
    let later = desk.schedule(std::slice::from_ref(&third)).await;
    assert_eq!(
        (later.new, later.refused.len()),
        (Vec::new(), 1),
        "also of a later page"
    );
    for refused in [&second, &third] {
        desk.expect(refused, State::Suppressed, Some(Reason::DuplicateAddress))
            .await;
    }
    let claimed = desk.claim(noon()).await;
    let ids: Vec<_> = claimed.iter().map(|dispatch| dispatch.id).collect();
    assert_eq!(ids, [first.key.id(), next.key.id()]);
}

async fn own_occasions_may_share_an_address(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let at_home = |id| Planned {
        shared: false,
        ..newsletter(id, "cumpleaños 2026", "casa")
    };
    let (ana, luis) = (at_home("C-1"), at_home("C-2"));
    let scheduled = desk.schedule(&[ana.clone(), luis.clone()]).await;
    assert_eq!(
        scheduled.new,
        [0, 1],
        "two people of one address each have a birthday"
    );
    let claimed = desk.claim(noon()).await;
    for held in &claimed {
        assert_eq!(desk.ask(held, noon()).await.verdict, Verdict::Go);
    }
    assert_eq!(claimed.len(), 2);
}

async fn a_refused_plan_is_written_down(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let reasons = [
        (Reason::NoAddress, State::Suppressed),
        (Reason::InvalidAddress, State::Suppressed),
        (Reason::OptedOut, State::Suppressed),
        (Reason::NoConsent, State::Suppressed),
        (Reason::Expired, State::Expired),
        (Reason::Template, State::Failed),
    ];
    let refused = reasons.map(|(reason, _)| Planned {
        refused: Some(reason),
        address: None,
        ..mail("C-1", reason.as_str())
    });
    let scheduled = desk.schedule(&refused).await;
    assert!(scheduled.new.is_empty(), "none of them waits");
    for (planned, (reason, state)) in refused.iter().zip(reasons) {
        assert_eq!(scheduled.refused.get(&reason), Some(&1), "{reason}");
        desk.expect(planned, state, Some(reason)).await;
        assert_eq!(desk.view(planned).await.until, None, "it is at its end");
    }
    assert!(desk.claim(noon()).await.is_empty());
}

async fn new_ones_are_named_by_their_place(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.schedule(&[mail("C-1", "o"), newsletter("C-4", "n", "casa")])
        .await;
    let none = Planned {
        refused: Some(Reason::NoAddress),
        address: None,
        ..mail("C-2", "o")
    };
    let plans = [
        mail("C-1", "o"),
        none,
        mail("C-3", "o"),
        newsletter("C-5", "n", "casa"),
    ];
    let scheduled = desk.store.schedule(&page(&plans, noon()), noon()).await;
    let expected = Scheduled {
        new: vec![2],
        refused: [(Reason::NoAddress, 1), (Reason::DuplicateAddress, 1)].into(),
        known: 1,
    };
    assert_eq!(scheduled.expect("the page is kept"), expected);
}

async fn a_refused_plan_takes_no_address(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let refused = Some(Reason::OptedOut);
    let first = Planned {
        refused,
        ..newsletter("C-1", "o", "casa")
    };
    let scheduled = desk
        .schedule(&[first, newsletter("C-2", "o", "casa")])
        .await;
    assert_eq!(
        scheduled.new,
        [1],
        "somebody else at the address still gets it"
    );
}

async fn nothing_waits_in_a_dead_campaign(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.campaign(pregon_core::Move::Cancel).await;
    let planned = mail("C-1", "o");
    let scheduled = desk.schedule(std::slice::from_ref(&planned)).await;
    assert_eq!(scheduled.refused.get(&Reason::Cancelled), Some(&1));
    desk.expect(&planned, State::Cancelled, Some(Reason::Cancelled))
        .await;
}
