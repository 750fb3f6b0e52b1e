//! A spa that writes by mail and by SMS, and whoever opens its links.

use std::sync::Arc;

use pregon_adapters_web::{Centre, Request, Response};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{ManualClock, Recording};
use pregon_core::*;

pub(crate) const BASE: &str = "https://m.example.org/x";
pub(crate) const PHONE: &str = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Mobile";

/// The spa, with its people.
pub(crate) struct Spa {
    pub(crate) engine: Arc<Engine>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) source: Arc<MemorySource>,
    pub(crate) clock: ManualClock,
    pub(crate) email: Recording,
    pub(crate) centre: Centre,
}

/// What a mail says.
pub(crate) const HTML: &str = "<html><body><p>Hola {{customer_name}}</p>\
    <a href=\"https://spa.example.org/agenda?a=1&amp;b=2\">Agendar</a> \
    <a href=\"{{unsubscribe_url}}\">Baja</a> <a href=\"{{preferences_url}}\">Preferencias</a>\
    </body></html>";

impl Spa {
    pub(crate) fn new() -> Self {
        Self::with(Consent::OptOut, |email, _| Arc::new(email))
    }

    /// A spa whose mails go out by an action made of the recording one and the store's links.
    pub(crate) fn with(
        consent: Consent,
        action: impl FnOnce(Recording, LinkKeys) -> Arc<dyn Action>,
    ) -> Self {
        let store = Arc::new(MemoryStore::new());
        let source = Arc::new(MemorySource::new());
        let clock = ManualClock::at("2026-11-20T12:00:00Z");
        let email = Recording::email();
        let keys = now(store.hash_key()).expect("a key");
        let engine = Engine::builder()
            .store(Arc::clone(&store) as Arc<dyn Store>)
            .clock(Arc::new(clock.clone()))
            .customers(Arc::clone(&source) as Arc<dyn CustomerSource>)
            .consent(consent)
            .zone("America/Santiago".parse().expect("a zone"))
            .action(action(email.clone(), LinkKeys::of(&keys)))
            .action(Arc::new(Recording::sms()))
            .links(Links::new(BASE).expect("a URL"))
            .build();
        let engine = Arc::new(engine.expect("an engine"));
        let centre = Centre::new(Arc::clone(&engine)).with_brand("Spa Sol");
        Self {
            engine,
            store,
            source,
            clock,
            email,
            centre,
        }
    }

    /// With so many people, C-1 and on, each with a mailbox and a phone.
    pub(crate) fn people(self, n: usize) -> Self {
        for n in 1..=n {
            let person = Customer::new(format!("C-{n}")).expect("an id").named("Ana");
            let person = person.email(&format!("ana{n}@example.org"));
            self.source.put(person.phone(&format!("+569{:08}", n)));
        }
        self
    }

    /// Sends a mail of a purpose to everybody; the text of each, in the order of the addresses.
    pub(crate) fn send(&self, purpose: &str, broadcast: &str) -> Vec<String> {
        let before = self.email.sent().len();
        let campaign: CampaignId = format!("de-{purpose}").parse().expect("an id");
        let text = "{{unsubscribe_url}} {{preferences_url}}";
        let parts = [("subject", "Hola"), ("text", text), ("html", HTML)];
        let step = Step::message("correo", "email", &parts).expect("a step");
        let journey = Journey::new("a", TriggerSpec::OnDemand)
            .expect("a journey")
            .step(step);
        let written = Campaign::new(campaign.as_str(), purpose).expect("a campaign");
        let stored = now(self.engine.store().campaigns()).expect("campaigns");
        if stored.iter().all(|it| it.record.campaign().id != campaign) {
            now(self.engine.activate(written.with(journey))).expect("a good campaign");
        }
        let (journey, id) = (
            "a".parse().expect("an id"),
            broadcast.parse().expect("an id"),
        );
        now(self.engine.broadcast(&campaign, journey, id)).expect("a broadcast");
        let _ = now(self.engine.pass()).expect("a pass");
        let mut sent = self.email.sent().split_off(before);
        sent.sort_by(|one, other| one.to.cmp(&other.to));
        sent.into_iter()
            .map(|it| it.parts["text"].clone() + " " + &it.parts["html"])
            .collect()
    }

    /// The targets of the links of the first mail: unsubscribe, preferences.
    pub(crate) fn links(&self) -> (String, String) {
        let mails = self.send("newsletter", "1");
        both(&mails[0])
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        now(self
            .centre
            .handle(&Request::new("GET", target).header("user-agent", PHONE)))
    }

    pub(crate) fn post(&self, target: &str, body: &str) -> Response {
        let request = Request::new("POST", target).body(body);
        now(self.centre.handle(&request.header("content-type", FORM)))
    }

    /// Every word of a person and of both addresses.
    pub(crate) fn words(&self, n: usize) -> Vec<Preference> {
        let [mail, phone] = ["email", "phone"].map(|kind| kind.parse().expect("a kind"));
        let (address, number) = (format!("ana{n}@example.org"), format!("+569{n:08}"));
        let person = Subject::Customer(format!("C-{n}").parse().expect("an id"));
        let subjects = [
            person,
            now(self.engine.address(&mail, &address)).expect("an address"),
            now(self.engine.address(&phone, &number)).expect("an address"),
        ];
        let words = subjects
            .iter()
            .map(|it| now(self.engine.words(it)).expect("words"));
        words.flatten().map(|entry| entry.preference).collect()
    }

    /// What came back of every mail.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        let all = DispatchQuery::all();
        let page = now(self.engine.store().dispatches(&all, None, 1000)).expect("a page");
        let rows = page.items.iter().enumerate();
        let names = rows.map(|(row, view)| DispatchRef {
            id: view.id,
            row: row as i64,
        });
        now(self.engine.store().heard(&names.collect::<Vec<_>>())).expect("what came back")
    }

    /// Everything that the store has, as text: two that are alike have the same in them.
    pub(crate) fn all(&self) -> String {
        format!("{:?}", self.store)
    }
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The targets of the links of a mail, without scheme and host.
pub(crate) fn both(mail: &str) -> (String, String) {
    let mut links = mail
        .split(' ')
        .map(|link| link.strip_prefix("https://m.example.org"));
    let mut next = || links.next().flatten().expect("a link").to_owned();
    (next(), next())
}

/// The tokens are valid, the adapters in memory never wait.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    pregon_core::testing::poll_times(1_000_000, future).expect("it never waits")
}

pub(crate) fn html(response: &Response) -> String {
    String::from_utf8(response.body.clone()).expect("a page is text")
}
