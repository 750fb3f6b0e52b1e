//! Links in the texts of campaigns.

use std::sync::Arc;

use pregon_adapters_web::{Centre, Request};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{ManualClock, Recording};
use pregon_core::*;

use crate::support::{BASE, now};

/// An engine over a store, with an SMS channel, one customer and maybe links.
fn engine(store: &Arc<MemoryStore>, sms: &Recording, links: Option<Links>) -> Arc<Engine> {
    let schema = Schema::new().with("unsubscribe_url", AttributeType::Text);
    let ana = Customer::new("C-1").expect("an id").phone("+56912345678");
    let ana = ana.with("unsubscribe_url", "https://theirs.example.org");
    let source = MemorySource::new().with_schema(schema.expect("a name"));
    let builder = Engine::builder()
        .store(Arc::clone(store) as Arc<dyn Store>)
        .clock(Arc::new(ManualClock::at("2026-11-20T12:00:00Z")))
        .customers(Arc::new(source.with_customers([ana])))
        .consent(Consent::OptOut)
        .zone(Zone::UTC)
        .action(Arc::new(sms.clone()));
    let engine = match links {
        Some(links) => builder.links(links).build(),
        None => builder.build(),
    };
    Arc::new(engine.expect("an engine"))
}

fn campaign(text: &str) -> Campaign {
    let step = Step::sms("aviso", text).expect("a step");
    let journey = Journey::new("a", TriggerSpec::OnDemand)
        .expect("a journey")
        .step(step);
    Campaign::new("boletin", "newsletter")
        .expect("a campaign")
        .with(journey)
}

fn send(engine: &Engine, broadcast: &str) {
    let (id, journey) = (
        "boletin".parse().expect("an id"),
        "a".parse().expect("an id"),
    );
    let broadcast = broadcast.parse().expect("an id");
    now(engine.broadcast(&id, journey, broadcast)).expect("a broadcast");
    let _ = now(engine.pass()).expect("a pass");
}

fn links() -> Links {
    Links::new(BASE).expect("a URL")
}

#[test]
fn without_links_a_text_that_asks_for_one_is_refused_with_a_hint() {
    let (store, sms) = (Arc::new(MemoryStore::new()), Recording::sms());
    let plain = engine(&store, &sms, None);
    let error = now(plain.activate(campaign("Elija: {{preferences_url}}"))).expect_err("no links");
    let [problem] = error.problems() else {
        panic!("one problem: {:?}", error.problems());
    };
    assert!(
        problem.message.contains("unknown variable preferences_url"),
        "{problem:?}"
    );
    let hint = problem.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("EngineBuilder::links"), "{hint}");
    // What the source has of that name is the source's, as long as nobody serves links.
    now(plain.activate(campaign("Baja: {{unsubscribe_url}}"))).expect("an attribute");
    send(&plain, "1");
    assert_eq!(
        sms.sent()[0].parts["text"],
        "Baja: https://theirs.example.org"
    );
}

#[test]
fn a_short_message_carries_its_own_link_and_no_other() {
    let (store, sms) = (Arc::new(MemoryStore::new()), Recording::sms());
    let engine = engine(&store, &sms, Some(links()));
    now(engine.activate(campaign("Baja: {{unsubscribe_url}}"))).expect("a good campaign");
    send(&engine, "1");
    let text = sms.sent()[0].parts["text"].clone();
    let token = text
        .strip_prefix("Baja: https://m.example.org/x/u/")
        .expect("ours goes first");
    assert!(text.len() < 160, "one part: {}", text.len());
    let keys = now(engine.link_keys()).expect("keys");
    let name = keys.verify(LinkUse::Unsubscribe, token).expect("a token");
    assert_eq!(name.id, sms.sent()[0].id);
    send(&engine, "2");
    assert_ne!(sms.sent()[1].parts["text"], text);
}

#[test]
fn c5_keys_change_while_old_mails_are_read() {
    let (store, sms) = (Arc::new(MemoryStore::new()), Recording::sms());
    let [old, new] = [[1; 32], [2; 32]].map(LinkKey::new);
    let with = |keys: LinkKeys| engine(&store, &sms, Some(links().with_keys(keys)));
    let before = with(LinkKeys::new(old.clone()));
    now(before.activate(campaign("{{unsubscribe_url}}"))).expect("a good campaign");
    send(&before, "1");
    let after = with(LinkKeys::new(new.clone()).with_older(old));
    send(&after, "2");
    let ends = with(LinkKeys::new(new));
    let status = |engine: &Arc<Engine>, n: usize| {
        let link = sms.sent()[n].parts["text"].replace("https://m.example.org", "");
        let centre = Centre::new(Arc::clone(engine));
        now(centre.handle(&Request::new("GET", &link))).status
    };
    assert_eq!([status(&after, 0), status(&after, 1)], [200, 200]);
    assert_eq!([status(&ends, 0), status(&ends, 1)], [404, 200]);
    assert_eq!(status(&before, 1), 404);
}
