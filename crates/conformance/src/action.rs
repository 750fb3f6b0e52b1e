//! The suite of [`pregon_core::Action`], and with it of every [`pregon_core::Channel`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::future::join_all;
use pregon_core::{
    Action, Class, DispatchId, DispatchKey, Fate, Order, Promise, Purpose, Receipt, Rendered,
    SendError,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::noon;

/// What reached the other side.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The address.
    pub to: String,
    /// The parts, by name, as the recipient reads them.
    pub parts: BTreeMap<String, String>,
}

/// Says how many parts there are, and nothing of a person.
impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts.keys();
        f.debug_set().entries(parts).finish()
    }
}

/// Looks at the other side: what the provider has, not what the action says.
pub trait Probe: fmt::Debug + Send + Sync + 'static {
    /// Everything that was delivered for a dispatch.
    fn delivered(&self, id: DispatchId) -> Vec<Delivered>;
    /// How many deliveries there are, for whatever dispatch.
    fn count(&self) -> usize;
}

/// An action with its other side, and what to give it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The action.
    pub action: Arc<dyn Action>,
    /// The other side.
    pub probe: Arc<dyn Probe>,
    /// Addresses that it takes, canonical: at least eight.
    pub addresses: Vec<String>,
    /// The parts of a message, by name.
    pub parts: BTreeMap<String, String>,
    /// An address that it, or its provider, never takes.
    pub refused: Option<String>,
}

impl Subject {
    /// An action that carries e-mail.
    #[must_use]
    pub fn email(action: Arc<dyn Action>, probe: Arc<dyn Probe>) -> Self {
        let texts = [
            ("subject", "Su suscripción vence mañana"),
            ("html", "<p>Hola, <b>Íñigo</b> &amp; compañía</p>"),
            ("text", "Hola, Íñigo & compañía"),
        ];
        let address = |n| format!("persona-{n}@example.org");
        Self {
            action,
            probe,
            addresses: (0..8).map(address).collect(),
            parts: texts
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
            refused: Some("no es una dirección".to_owned()),
        }
    }

    /// An action that carries short messages.
    #[must_use]
    pub fn sms(action: Arc<dyn Action>, probe: Arc<dyn Probe>) -> Self {
        let text = "Su hora es mañana a las 15:00, ¿confirma?";
        Self {
            addresses: (0..8).map(|n| format!("+5695865580{n}")).collect(),
            parts: [("text".to_owned(), text.to_owned())].into(),
            ..Self::email(action, probe)
        }
    }

    /// The order for the n-th address.
    fn order(&self, n: u8) -> Order {
        Order {
            id: DispatchId::from_bytes([n.wrapping_add(1); 16]),
            row: i64::from(n) + 1,
            key: key(n),
            again: false,
            purpose: Purpose::new("promotion").expect("a purpose"),
            class: Class::Promotional,
            to: self.addresses[usize::from(n) % self.addresses.len()].clone(),
            parts: self.parts.clone().into_iter().collect::<Rendered>(),
            unsubscribe: None,
            now: noon(),
        }
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        self.action.perform(order).await
    }

    async fn done(&self, order: &Order) -> Receipt {
        self.perform(order).await.expect("the other side takes it")
    }

    fn effects(&self, order: &Order) -> usize {
        self.probe.delivered(order.id).len()
    }

    fn is_idempotent(&self) -> bool {
        matches!(self.action.promise(), Promise::Idempotent { .. })
    }
}

/// Whose the n-th order is, and of which step.
fn key(n: u8) -> DispatchKey {
    const NAMED: &str = "names of the suite are names";
    DispatchKey {
        campaign: "renovacion".parse().expect(NAMED),
        journey: "aviso".parse().expect(NAMED),
        step: "paso".parse().expect(NAMED),
        trigger: "calendar".to_owned(),
        occurrence: "2026-11-20".parse().expect(NAMED),
        customer: format!("C-{n}").parse().expect(NAMED),
        channel: "email".parse().expect(NAMED),
    }
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "What it can do for us when an answer is lost." => it_promises_one_thing,
        "What it needs to be given." => its_shape_is_a_shape,
        "Does it: the address and the parts as they were given" => what_is_given_arrives,
        "Does one thing for one person once." => one_order_has_one_effect,
        "The same key sent again has no second effect" => an_idempotent_action_repeats_nothing,
        "also when the order is flagged: an earlier attempt may have arrived"
            => a_flag_is_no_other_key,
        "another key is another message" => another_order_is_another_effect,
        "The provider's own name for it." => a_receipt_names_one_message,
        "It definitely never will arrive." => a_rejected_address_gets_nothing,
        "With the truth about the message's `Fate`" => what_it_says_is_true,
        "eight at once" => orders_at_once_do_not_mix,
        "the same order twice at once" => the_same_order_at_once_has_one_effect,
    ]
}

suite!(Subject);

async fn it_promises_one_thing(it: Subject) {
    let promise = it.action.promise();
    let _ = it.perform(&it.order(0)).await;
    assert_eq!(it.action.promise(), promise);
}

async fn its_shape_is_a_shape(it: Subject) {
    let shape = it.action.shape();
    assert_eq!(it.action.shape(), shape);
    let mut names: Vec<&str> = shape.parts.iter().map(|part| part.name).collect();
    assert!(
        shape.parts.iter().any(|part| part.required),
        "something must be said"
    );
    assert!(shape.parts.iter().all(|part| part.most_chars > 0));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), shape.parts.len(), "a name is one part");
    for name in it.parts.keys() {
        assert!(
            names.contains(&name.as_str()),
            "{name} is not one of its parts"
        );
    }
}

async fn what_is_given_arrives(it: Subject) {
    let order = it.order(0);
    it.done(&order).await;
    let delivered = it.probe.delivered(order.id);
    let to: Vec<&str> = delivered.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(to, [order.to.as_str()], "to the one address");
    assert_eq!(delivered[0].parts, it.parts, "as it was rendered");
}

async fn one_order_has_one_effect(it: Subject) {
    for n in 0..3 {
        let order = it.order(n);
        assert_eq!(it.effects(&order), 0, "nothing was done before");
        it.done(&order).await;
        assert_eq!(it.effects(&order), 1);
        assert_eq!(
            it.probe.count(),
            usize::from(n) + 1,
            "and nothing beside it"
        );
    }
}

async fn an_idempotent_action_repeats_nothing(it: Subject) {
    let order = it.order(0);
    for attempt in 1..=3 {
        it.done(&order).await;
        let effects = it.effects(&order);
        if it.is_idempotent() {
            assert_eq!(effects, 1, "after attempt {attempt}");
        } else {
            assert!(
                (1..=attempt).contains(&effects),
                "{effects} after attempt {attempt}"
            );
        }
    }
}

async fn a_flag_is_no_other_key(it: Subject) {
    let order = it.order(0);
    let flagged = Order {
        again: true,
        ..order.clone()
    };
    it.done(&order).await;
    it.done(&flagged).await;
    let most = if it.is_idempotent() { 1 } else { 2 };
    for effects in [it.effects(&order), it.probe.count()] {
        assert!((1..=most).contains(&effects), "{effects} effects");
    }
}

async fn another_order_is_another_effect(it: Subject) {
    // Same address, same texts: only the key tells them apart.
    let (first, mut second) = (it.order(0), it.order(1));
    second.to = first.to.clone();
    it.done(&first).await;
    it.done(&second).await;
    assert_eq!((it.effects(&first), it.effects(&second)), (1, 1));
}

async fn a_receipt_names_one_message(it: Subject) {
    let mut references = Vec::new();
    for n in 0..4 {
        references.extend(it.done(&it.order(n)).await.reference);
    }
    assert!(
        references.iter().all(|name| !name.trim().is_empty()),
        "a name says something"
    );
    let count = references.len();
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), count, "two messages have two names");
}

async fn a_rejected_address_gets_nothing(it: Subject) {
    let Some(refused) = it.refused.clone() else {
        return; // The adapter knows none: its other side takes anything.
    };
    let order = Order {
        to: refused,
        ..it.order(0)
    };
    let fate = it.perform(&order).await.err().map(|error| error.fate());
    assert_eq!(
        fate,
        Some(Fate::Rejected),
        "what becomes of a message to nobody"
    );
    assert_eq!(it.effects(&order), 0);
    let next = it.order(1);
    it.done(&next).await;
    assert_eq!(it.effects(&next), 1, "the next one goes");
}

async fn what_it_says_is_true(it: Subject) {
    let mut orders: Vec<Order> = (0..8).map(|n| it.order(n)).collect();
    if let Some(refused) = &it.refused {
        orders[3].to.clone_from(refused);
    }
    for order in &orders {
        let before = it.effects(order);
        let answer = it.perform(order).await;
        let made = it.effects(order) - before;
        match answer.map_err(|error| error.fate()) {
            Ok(_) => assert_eq!(made, 1, "it said that it was done"),
            Err(Fate::Unknown) => assert!(made <= 1),
            Err(fate) => assert_eq!(made, 0, "it said: {fate}"),
        }
    }
}

async fn orders_at_once_do_not_mix(it: Subject) {
    let orders: Vec<Order> = (0..8).map(|n| it.order(n)).collect();
    let receipts = join_all(orders.iter().map(|order| it.perform(order))).await;
    assert!(receipts.iter().all(Result::is_ok), "each is taken");
    for order in &orders {
        let delivered = it.probe.delivered(order.id);
        let to: Vec<&str> = delivered.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(to, [order.to.as_str()], "each to its own address, once");
    }
}

async fn the_same_order_at_once_has_one_effect(it: Subject) {
    let order = it.order(0);
    let receipts = join_all((0..4).map(|_| it.perform(&order))).await;
    let taken = receipts.iter().filter(|receipt| receipt.is_ok()).count();
    assert!(taken >= 1, "somebody gets an answer");
    let effects = it.effects(&order);
    let most = if it.is_idempotent() { 1 } else { 4 };
    assert!(
        (1..=most).contains(&effects),
        "{effects} effects of one key"
    );
}
