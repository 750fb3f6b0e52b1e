//! Programme B over the services themselves: a spa sends, receipts and answers come back, and who
//! wants no more gets no more.

use std::sync::Arc;

use pregon_adapters_sms::{Redvoiss, Replies};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::ManualClock;
use pregon_core::{
    Action, AttributeType, Campaign, Carry, Channel as _, Consent, Customer, DateSpec,
    DispatchLog as _, DispatchQuery, DispatchRef, Engine, FailOver, Fate, FeedbackKind,
    FeedbackStore as _, Hearing, Journey, Reason, Record, Schema, Sms, Step, TriggerSpec, Value,
};
use serde_json::json;

use crate::support::{Account, Exchange, Redvoisses, Server, Taken, Twilios, outbound};

/// Three guests who visited on Thursday, and will on Friday and Saturday of the week after.
fn guests() -> MemorySource {
    let schema = Schema::new().with("day", AttributeType::Date).unwrap();
    let mut source = MemorySource::new().with_kind("visit".parse().unwrap(), schema);
    for (n, name) in ["Ana", "Eva", "Luz"].into_iter().enumerate() {
        let phone = format!("+5695865580{n}");
        let guest = Customer::new(format!("C-{n}")).unwrap().named(name);
        let visits = ["2026-11-19", "2026-11-26", "2026-12-03"].map(|day| {
            let id = format!("V-{n}-{day}");
            let visit = Record::new("visit", &id, &format!("C-{n}")).unwrap();
            visit.with("day", Value::Date(day.parse().unwrap()))
        });
        source = source.with_customers([guest.phone(&phone)]);
        source = source.with_records(visits);
    }
    source
}

/// The day after a visit: a promotion.
fn campaign() -> Campaign {
    let after = DateSpec {
        record: "visit".parse().unwrap(),
        date: "day".to_owned(),
        days: Some(1),
        hours: None,
        cron: None,
        not_after: None,
        catch_up: None,
    };
    let text = "{{customer_name}}, vuelva esta semana con 20%. Para no recibir, responda SALIR";
    let journey = Journey::new("vuelva", TriggerSpec::AfterDate(after)).unwrap();
    let step = Step::sms("sms", text).unwrap();
    Campaign::new("vuelva", "promotion")
        .unwrap()
        .with(journey.step(step))
}

struct Spa {
    store: Arc<MemoryStore>,
    clock: ManualClock,
    engine: Engine,
}

impl Spa {
    async fn open(sms: Arc<dyn Action>, source: Option<Redvoiss>) -> Self {
        let store = Arc::new(MemoryStore::new());
        let clock = ManualClock::at("2026-11-20T15:00:00Z");
        let people = Arc::new(guests());
        let builder = Engine::builder()
            .store(Arc::<MemoryStore>::clone(&store))
            .clock(Arc::new(clock.clone()))
            .customers(Arc::<MemorySource>::clone(&people))
            .consent(Consent::OptOut)
            .zone("America/Santiago".parse().unwrap())
            .records(people)
            .guard(None)
            .action(sms);
        let channel = "sms".parse().unwrap();
        let builder = match source {
            Some(source) => builder.feedback(channel, Arc::new(source)),
            None => builder,
        };
        let engine = builder.build().unwrap();
        engine.activate(campaign()).await.unwrap();
        Self {
            store,
            clock,
            engine,
        }
    }

    async fn pass_at(&self, instant: &str) -> pregon_core::PassReport {
        self.clock.set(instant.parse().unwrap());
        let report = self.engine.pass().await.unwrap();
        assert!(report.troubles.is_empty(), "{:?}", report.troubles);
        report
    }

    /// What came back of each customer's first message.
    async fn heard(&self, names: &[DispatchRef]) -> Vec<Option<FeedbackKind>> {
        let heard = self.store.heard(names).await.unwrap();
        heard.into_iter().map(|it| it.status()).collect()
    }

    async fn names(&self) -> Vec<DispatchRef> {
        let page = self
            .store
            .dispatches(&DispatchQuery::all(), None, 100)
            .await;
        let views = page.unwrap().items;
        let names = views.iter().map(|view| DispatchRef {
            id: view.id,
            row: 0,
        });
        names.collect()
    }
}

fn carried(channel: impl pregon_core::Channel<Sms>) -> Arc<dyn Action> {
    Arc::new(Carry::<Sms, _>::new(channel))
}

/// Ana's phone and Eva's have it; Eva answers that she wants no more, and Luz thanks.
fn come_back(service: &Redvoisses, taken: &[Taken]) {
    let batch_of = |name: &str| {
        let place = taken.iter().position(|it| it.text.starts_with(name));
        812_001 + place.unwrap()
    };
    for name in ["Ana", "Eva", "Luz"] {
        let (batch, ours) = (
            batch_of(name),
            taken.iter().find(|it| it.text.starts_with(name)),
        );
        let (ours, to) = (&ours.unwrap().key, &ours.unwrap().to);
        let row = json!([{ "msgCod": 7, "destination": to, "message": "RECIBIDO",
            "idcliente": ours, "fechanotifica": "2026-11-20T12:01:00" }]);
        let state = if name == "Luz" { json!([]) } else { row };
        service
            .desk()
            .knows(&format!("batch/{batch}/status"), state);
        let said = if name == "Eva" { "¡Salir!" } else { "gracias" };
        let replies = if name == "Ana" {
            json!([])
        } else {
            let date = "2026-11-20T12:02:00";
            json!([{ "replyId": 1, "date": date, "message": said, "idcliente": ours }])
        };
        let list = json!({ "batchId": batch, "messageReplyList": replies });
        service
            .desk()
            .knows(&format!("batch/{batch}/replies"), list);
    }
}

/// B.8 number 7: accepted is not delivered; receipts and answers are asked for, and a SALIR holds.
#[tokio::test]
async fn b8_07_receipts_and_answers_are_polled() {
    let service: Redvoisses = Server::start(Account::default()).await;
    let channel = service.channel();
    let spa = Spa::open(carried(channel.clone()), Some(channel)).await;
    assert_eq!(spa.pass_at("2026-11-20T15:00:00Z").await.accepted, 3);
    let names = spa.names().await;
    let taken = service.desk().taken();
    assert_eq!(
        spa.heard(&names).await,
        [None, None, None],
        "accepted, and no more"
    );
    come_back(&service, &taken);
    spa.clock.set("2026-11-20T16:00:00Z".parse().unwrap());
    let asked = spa.engine.ask_back().await.unwrap();
    assert!(asked.troubles.is_empty(), "{:?}", asked.troubles);
    assert_eq!((asked.hearing.new, asked.hearing.words), (4, 1));
    let mut heard = spa.heard(&names).await;
    heard.sort_unstable();
    let expected = [
        FeedbackKind::Delivered,
        FeedbackKind::Replied,
        FeedbackKind::Unsubscribed,
    ];
    assert_eq!(heard, expected.map(Some));
    // Asked again, nothing is new.
    let again = spa.engine.ask_back().await.unwrap();
    assert_eq!((again.hearing.new, again.hearing.words), (0, 0));
    let next = spa.pass_at("2026-11-27T15:00:00Z").await;
    assert_eq!(next.accepted, 2);
    assert_eq!(next.refused.get(&Reason::OptedOut), Some(&1));
    let after = service.desk().taken();
    assert_eq!(
        after.iter().filter(|it| it.text.starts_with("Eva")).count(),
        1
    );
}

/// B.8 number 8: whoever is told to answer SALIR is heard, or is not told so.
#[tokio::test]
async fn b8_08_a_text_that_asks_for_a_stop_needs_somebody_who_listens() {
    let service: Redvoisses = Server::start(Account::default()).await;
    let deaf = Redvoiss::new(service.config().with_replies(Replies::Ignore)).unwrap();
    let asks = outbound(1, "20% esta semana. Para no recibir más responda SALIR");
    let error = deaf.send(&asks).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Rejected);
    assert!(
        service.paths().is_empty(),
        "nothing was asked of the service"
    );
    let silent = outbound(2, "Su hora es mañana. La temporada baja es para salir");
    deaf.send(&silent).await.unwrap();
    service.channel().send(&asks).await.unwrap();
    assert_eq!(service.paths().len(), 2);
}

/// The second service takes what surely did not leave by the first, and nothing else.
#[tokio::test]
async fn two_services_in_an_order() {
    let first: Redvoisses = Server::start(Account::default()).await;
    let second: Twilios = Server::start(Exchange::default()).await;
    // An account whose balance is spent takes nothing.
    *first.desk().balance.lock().unwrap() = Some(0);
    let both = FailOver::new(carried(first.channel()));
    let both = both.then(carried(second.channel())).unwrap();
    let spa = Spa::open(Arc::new(both), Some(first.channel())).await;
    let sent = spa.pass_at("2026-11-20T15:00:00Z").await;
    // With replies the service answers a spent balance with 500, which says nothing for certain.
    assert_eq!((sent.accepted, sent.in_doubt), (0, 3));
    assert!(
        second.desk().taken().is_empty(),
        "what may have left goes to nobody else"
    );
    *first.desk().balance.lock().unwrap() = None;
    let gone = first.config().with_url("http://127.0.0.1:9/services/rest");
    let gone = Redvoiss::new(gone).unwrap();
    let both = FailOver::new(carried(gone.clone()));
    let both = both.then(carried(second.channel())).unwrap();
    let spa = Spa::open(Arc::new(both), Some(gone)).await;
    assert_eq!(spa.pass_at("2026-11-20T15:00:00Z").await.accepted, 3);
    let taken = second.desk().taken();
    assert_eq!(taken.len(), 3);
    // The first one passes over what is not its own.
    let asked = spa.engine.ask_back().await.unwrap();
    assert_eq!(
        (asked.hearing, asked.troubles.len()),
        (Hearing::default(), 0)
    );
}
