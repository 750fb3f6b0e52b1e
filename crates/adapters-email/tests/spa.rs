//! Programme B by e-mail: a spa writes, what became of it comes back in each provider's own way,
//! and who wants no more gets no more. One story; a test tells it through each provider.

mod house;
mod provider;
mod sendgrid;
mod mailgun;
mod smtp;

use std::sync::Arc;

use pregon_core::memory::MemoryStore;
use pregon_core::{FeedbackKind, Heard, Hearing, Trouble};

use self::house::{DECEMBER, MASSAGE, MASSAGES, MUD, NOVEMBER, SAUNA, Spa};
use self::provider::{Event, Order, Provider};

use FeedbackKind::{BouncedHard, Clicked, Complained, Deferred, Delivered, Opened, Unsubscribed};

/// What came of the first mails: whose, which, and everything that happened to it, in order.
const HAPPENED: [(&str, &str, &[FeedbackKind]); 8] = [
    ("ana", MASSAGE, &[Delivered]),
    ("bea", MASSAGE, &[Delivered]),
    ("caro", MASSAGE, &[Delivered]),
    ("dora", MASSAGE, &[Delivered]),
    ("ana", NOVEMBER, &[Delivered, Opened, Clicked]),
    // Her mailbox was closed meanwhile.
    ("bea", NOVEMBER, &[Deferred, BouncedHard]),
    ("caro", NOVEMBER, &[Delivered, Opened, Complained]),
    ("dora", NOVEMBER, &[Delivered, Opened, Unsubscribed]),
];
/// Of those, how many are words: Bea's address, Caro's and Dora's.
const WORDS: u64 = 3;

/// B.8 number 7, and 11: accepted is not delivered, and who refused meanwhile gets no more.
#[tokio::test]
async fn b8_07_the_events_of_sendgrid_come_back() {
    for order in Order::BOTH {
        let provider = sendgrid::Account::open().await;
        story(&provider, Arc::default(), order).await;
    }
}

#[tokio::test]
async fn b8_07_the_events_of_mailgun_come_back() {
    for order in Order::BOTH {
        let provider = mailgun::Account::open().await;
        story(&provider, Arc::default(), order).await;
    }
}

#[tokio::test]
async fn b8_07_bounces_and_complaints_of_a_mail_server_come_back() {
    for order in Order::BOTH {
        let store = Arc::<MemoryStore>::default();
        let Some(provider) = smtp::House::open(&store).await else {
            return;
        };
        story(&provider, store, order).await;
    }
}

async fn story(provider: &dyn Provider, store: Arc<MemoryStore>, order: Order) {
    let mut spa = Spa::open(store, provider).await;
    two_mails_each(&mut spa).await;
    let mut events = happened(&spa);
    if order == Order::Backwards {
        events.reverse();
    }
    forged_it_is_nothing(&spa, &events).await;
    it_is_heard_once(&spa, &events).await;
    the_complaint_is_told(&spa).await;
    who_refused_gets_no_more_offers(&mut spa).await;
    nor_confirmations_where_nothing_may_go(&mut spa).await;
    a_new_address_is_another(&mut spa).await;
}

/// A confirmation at once, which has the place of its week, and an offer in the week after.
async fn two_mails_each(spa: &mut Spa<'_>) {
    let everybody = ["ana", "bea", "caro", "dora"];
    spa.turn("2026-11-20T15:00:00Z");
    spa.book(MASSAGES, &everybody).await;
    // By mail and by short message.
    assert_eq!(spa.pass().await.accepted, 8);
    spa.got(MASSAGE, &everybody);
    spa.turn("2026-11-23T15:00:00Z");
    spa.offer("noviembre", NOVEMBER).await;
    assert_eq!(spa.pass().await.accepted, 4);
    spa.got(NOVEMBER, &everybody);
    assert_eq!(spa.pass().await.accepted, 0);
    spa.nothing_more();
    for (who, subject, heard) in spa.heard().await {
        assert_eq!(heard, Heard::NOTHING, "{who}, {subject}: accepted, no more");
    }
}

/// Everything that happened within an hour and that the provider tells of.
fn happened(spa: &Spa<'_>) -> Vec<Event> {
    let from = spa.now();
    spa.turn("2026-11-23T16:00:00Z");
    let mails = spa.provider.mails();
    let each = HAPPENED.iter().flat_map(|(who, subject, kinds)| {
        let mail = mails.iter().find(|mail| mail.is(who, subject)).unwrap();
        kinds.iter().map(|kind| (mail.clone(), *kind))
    });
    let told = each.filter(|(_, kind)| spa.provider.tells(*kind));
    let events = (0..).zip(told).map(|(n, (mail, kind))| Event {
        mail,
        kind,
        at: from + chrono::Duration::minutes(n),
    });
    events.collect()
}

/// A callback that is not the provider's, however true it might be.
async fn forged_it_is_nothing(spa: &Spa<'_>, events: &[Event]) {
    for some in events.chunks(spa.provider.at_once()) {
        let told = spa.provider.forge(some, spa.now()).unwrap_or_default();
        let heard = spa.engine.hear(&told).await.unwrap();
        assert_eq!(heard, Hearing::default());
    }
    for (who, subject, heard) in spa.heard().await {
        assert_eq!(heard, Heard::NOTHING, "{who}, {subject}: forged");
    }
}

/// Told, told again and told the other way round, it is one and the same.
async fn it_is_heard_once(spa: &Spa<'_>, events: &[Event]) {
    let mut backwards = events.to_vec();
    backwards.reverse();
    let all = events.len() as u64;
    let first = Hearing {
        new: all,
        words: WORDS,
        ..Hearing::default()
    };
    assert_eq!(spa.tell(events).await, first);
    the_end_is_the_same(spa).await;
    for again in [events, &backwards] {
        let heard = spa.tell(again).await;
        let known = Hearing {
            known: all,
            ..Hearing::default()
        };
        assert_eq!(heard, known);
        the_end_is_the_same(spa).await;
    }
}

async fn the_end_is_the_same(spa: &Spa<'_>) {
    let heard = spa.heard().await;
    assert_eq!(heard.len(), HAPPENED.len());
    for (who, subject, kinds) in HAPPENED {
        let told = kinds.iter().filter(|kind| spa.provider.tells(**kind));
        let expected: Heard = told.copied().collect();
        let of = |it: &&(String, String, Heard)| it.0 == who && it.1 == subject;
        let (_, _, heard) = heard.iter().find(of).unwrap();
        assert_eq!(*heard, expected, "{who}, {subject}");
    }
}

/// Of mails that people call spam the spa is told from one in a thousand on; of so few, one stops
/// nobody.
async fn the_complaint_is_told(spa: &Spa<'_>) {
    let report = spa.pass_with_troubles().await;
    let [Trouble::Sender { finding, paused }] = &report.troubles[..] else {
        panic!("{:?}", report.troubles)
    };
    assert_eq!((finding.kind, finding.count), (Complained, 1));
    assert!(!finding.stops && paused.is_empty());
    assert_eq!(report.accepted, 0);
}

/// Another campaign, in a week in which there is room for one more to everybody.
async fn who_refused_gets_no_more_offers(spa: &mut Spa<'_>) {
    spa.turn("2026-11-30T15:00:00Z");
    spa.offer("diciembre", DECEMBER).await;
    let report = spa.pass().await;
    assert_eq!(report.accepted, 1);
    spa.refused(&report, "diciembre", &["bea", "caro", "dora"])
        .await;
    spa.got(DECEMBER, &["ana"]);
}

/// A dead address and a complaint end everything by mail; by phone everybody is told.
async fn nor_confirmations_where_nothing_may_go(spa: &mut Spa<'_>) {
    spa.book("sauna", &["ana", "bea", "caro", "dora"]).await;
    let report = spa.pass().await;
    assert_eq!(report.accepted, 2 + 4);
    spa.refused(&report, "confirmacion", &["bea", "caro"]).await;
    spa.got(SAUNA, &["ana", "dora"]);
    assert_eq!(spa.sms.sent().len(), 8);
    assert_eq!(spa.pass().await.accepted, 0);
    spa.nothing_more();
}

/// It was Bea's address that was dead, and not Bea; nothing more goes to the one that complained.
async fn a_new_address_is_another(spa: &mut Spa<'_>) {
    spa.moves("bea", "bea.nueva");
    spa.book("barro", &["bea", "caro"]).await;
    let report = spa.pass().await;
    assert_eq!(report.accepted, 1 + 2);
    spa.got(MUD, &["bea.nueva"]);
    assert_eq!(spa.pass().await.accepted, 0);
    spa.nothing_more();
}
