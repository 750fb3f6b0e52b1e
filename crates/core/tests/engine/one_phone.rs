//! One phone, however it is written.

use std::sync::Arc;

use pregon_core::testing::Recording;
use pregon_core::{
    Campaign, Customer, Journey, Preference, PreferenceScope, PurposeScope, Reason, Step, Subject,
    TriggerSpec, Word,
};

use crate::world::{World, run};

const WRITINGS: [&str; 5] = [
    "+56958655810",
    "56958655810",
    "+56 9 5865 5810",
    "(+56) 9-5865.5810",
    "0056958655810",
];

fn campaign() -> Campaign {
    let journey = Journey::new("todos", TriggerSpec::OnDemand).unwrap();
    let step = Step::sms("sms", "Hola").unwrap();
    Campaign::new("oferta", "promotion")
        .unwrap()
        .with(journey.step(step))
}

/// B.8 number 15: people who are there twice, with `+` and without, are written to once.
#[test]
fn b8_15_a_phone_with_and_without_a_plus_is_one_phone() {
    let world = World::new();
    for (n, phone) in WRITINGS.into_iter().enumerate() {
        let guest = Customer::new(format!("C-{n}")).unwrap();
        world.source.put(guest.phone(phone));
    }
    let sms = Recording::sms();
    let builder = world.builder(Arc::new(sms.clone()));
    let engine = builder.build().unwrap();
    let campaign = campaign();
    let (id, journey) = (campaign.id.clone(), campaign.journeys[0].id.clone());
    run(engine.activate(campaign)).unwrap();
    run(engine.broadcast(&id, journey.clone(), "uno".parse().unwrap())).unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!(report.accepted, 1);
    assert_eq!(report.refused.get(&Reason::DuplicateAddress), Some(&4));
    sms.assert_sent(&["+56958655810"]);
    // And a refusal under one of the writings holds for all.
    let key = run(engine.store().hash_key()).unwrap();
    let word = Preference {
        subject: Subject::Address(key.address("phone", "+56958655810")),
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Promotional,
        },
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    };
    let now = world.clock.stands();
    let _ = run(engine.store().record(&[word], now)).unwrap();
    run(engine.broadcast(&id, journey, "dos".parse().unwrap())).unwrap();
    assert_eq!(run(engine.pass()).unwrap().accepted, 0);
    assert_eq!(sms.orders(), 1);
}
